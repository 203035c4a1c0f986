"""Parses the supported part of EDTF into strict bounds.

Supported: level 0, of level 1 the qualifiers, X digits, seasons and open intervals, and of level 2
the quarters and other parts of a year. The messages for everything else are in `faults`.
"""

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from store.records.dates.faults import MAX_LENGTH, EdtfError, add_hints, explain
from store.records.dates.hints import guess_dates
from store.records.dates.parts import NUMBERED, may_be_two_years, months_of
from store.records.enums import Described


class Precision(Described):
    """How precisely a date is known, by the days between its bounds, not by how it is written."""

    CENTURY = "CENTURY", "Known to the hundred years that share their first two digits."
    DECADE = "DECADE", "Known to the ten years that share their first three digits."
    YEAR = "YEAR", "Known to the year."
    MONTH = "MONTH", "Known to the month."
    DAY = "DAY", "Known to the day."
    MINUTE = "MINUTE", "Known to the minute or better."
    INTERVAL = "INTERVAL", "Known to lie between two days, or before or after one day."
    UNKNOWN = "UNKNOWN", "Nothing is known: it has no bounds."


class DateCertainty(Described):
    """How reliable a date is. This never changes its bounds."""

    CERTAIN = "CERTAIN", "The source leaves no doubt about the date."
    PROBABLE = "PROBABLE", "An estimate or a sound inference (EDTF ~, approximate)."
    UNCERTAIN = "UNCERTAIN", "The source of the date is itself in doubt (EDTF ? and %)."

    def claims_more_than(self, other: "DateCertainty") -> bool:
        """Whether this is more certain than `other`."""
        return _DOUBT[self] < _DOUBT[other]


_DOUBT = {certainty: doubt for doubt, certainty in enumerate(DateCertainty)}


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date as written, with its bounds; made only by `parse`.

    `earliest` and `latest` are the first and last day it can mean, `YYYY-MM-DD`, inclusive; None if
    that side is open. The day of a time is the day as written, in its own zone. `instant` is the
    time in UTC; None without a time or zone.
    """

    text: str
    earliest: str | None
    latest: str | None
    precision: Precision
    certainty: DateCertainty = DateCertainty.CERTAIN
    instant: datetime | None = None

    def __str__(self) -> str:
        return self.text


class _Span(NamedTuple):
    """The bounds of a date, or of one end of an interval."""

    earliest: str | None
    latest: str | None
    precision: Precision
    certainty: DateCertainty


_DATE = re.compile(
    r"([0-9]{4}|[0-9]{2}[0-9X]X(?!-))"  # an X in the year closes the date: 201X-06 is level 2
    r"(?:-([0-9]{2}|XX(?!-[0-9]))(?:-([0-9]{2}|XX))?)?"  # and so does one in the month
    r"([?~%]?)"
)
_PART = re.compile(r"([0-9]{4})-([0-9]{2})([?~%]?)")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?P<fraction>[.,][0-9]+)?"
    r"(?:Z|(?!-00(?::00)?\Z)[+-]([0-9]{2})(?::([0-9]{2}))?)?"
)
_CLOCK = {1: ("hour", 23), 2: ("minute", 59), 3: ("second", 59)}
_CLOCK |= {5: ("zone hour", 23), 6: ("zone minute", 59)}
"""The limit of each number of a time, by the number of its group."""
_WIDTHS = (Precision.YEAR, Precision.DECADE, Precision.CENTURY)  # by the number of X in the year
# Days of the months of a year without 29 February.
_LENGTHS = {f"{month:02}": monthrange(2023, month)[1] for month in range(1, 13)}
_QUALIFIED = {
    "": DateCertainty.CERTAIN,
    "~": DateCertainty.PROBABLE,
    "?": DateCertainty.UNCERTAIN,
    "%": DateCertainty.UNCERTAIN,
}
_OPEN = _Span(None, None, Precision.UNKNOWN, DateCertainty.CERTAIN)


@lru_cache(maxsize=4096)
def parse(text: str) -> Edtf:
    """Parses a date in the supported part of EDTF (ISO 8601-2:2019; LoC EDTF of 4 February 2019).

    Accepted are `2004-06-11`, `2004-06`, `2004`; `201X`, `20XX`, `2004-XX`, `2004-06-XX`,
    `2004-XX-XX`; any of these followed by `?`, `~` or `%`; `2004-06-11T09:30:00`, without a zone or
    with `Z`, `+05` or `+05:00`, of which fractions of a second are dropped; `2004-21` and the other
    numbers of `parts`; `start/end` of dates without X, time or part of a year, where an end may be
    `..` (open) or empty (unknown, treated as open).

    Raises EdtfError for everything else, also for days outside 0001-01-01 to 9999-12-31. The error
    says what to write instead, if that can be told.
    """
    if len(text) > MAX_LENGTH:
        raise explain(text)
    try:
        return _parse(text)
    except EdtfError as error:
        raise add_hints(error, guess_dates(text, _is_accepted)) from None


def _is_accepted(text: str) -> bool:
    try:
        _parse(text)
    except EdtfError:
        return False
    return True


def hints_of(text: str) -> tuple[str, ...]:
    """The dates that a string that is not EDTF most likely means; empty if that is unclear."""
    return () if len(text) > MAX_LENGTH or _is_accepted(text) else guess_dates(text, _is_accepted)


def _parse(text: str) -> Edtf:
    if "/" in text:
        return _parse_interval(text)
    if "T" in text:
        return _parse_time(text)
    return Edtf(text, *(_parse_part(text) or _parse_date(text, 0, len(text))))


def _parse_part(text: str) -> _Span | None:
    """The span of a season or another part of a year; None if the text is none."""
    found = _PART.fullmatch(text)
    if found is None or (part := NUMBERED.get(int(found[2]))) is None or found[1] == "0000":
        return None
    year, number, qualifier = found.groups()
    if may_be_two_years(year, number):
        raise explain(text)
    first, last = months_of(part, int(year))
    if last.startswith("10000"):
        raise EdtfError(text, 0, "a winter that ends after the year 9999,", "write its December")
    latest = f"{last}-{_days_in_month(*last.split('-'))}"
    precision = _precision_of(f"{first}-01", latest)
    return _Span(f"{first}-01", latest, precision, _QUALIFIED[qualifier])


def _parse_date(text: str, start: int, end: int) -> _Span:
    found = _DATE.fullmatch(text, start, end)
    if found is None:
        raise explain(text)
    year, month, day, qualifier = found.groups()
    first, last = year.replace("X", "0"), year.replace("X", "9")
    if first == "0000" or (month not in _LENGTHS and month not in (None, "XX")):
        raise explain(text)
    certainty = _QUALIFIED[qualifier]
    if month is None or month == "XX":
        return _Span(f"{first}-01-01", f"{last}-12-31", _WIDTHS[year.count("X")], certainty)
    length = _days_in_month(year, month)
    if day is None or day == "XX":
        return _Span(f"{year}-{month}-01", f"{year}-{month}-{length}", Precision.MONTH, certainty)
    if not 1 <= int(day) <= length:
        problem = f"the day {day!r}, which {year}-{month} does not have,"
        raise EdtfError(text, found.start(3), problem, f"write 01 to {length}")
    written = text[start : start + 10]
    return _Span(written, written, Precision.DAY, certainty)


def _parse_time(text: str) -> Edtf:
    found = _TIME.fullmatch(text)
    if found is None:
        raise explain(text)
    day = _parse_date(text, 0, 10)
    for group, (name, limit) in _CLOCK.items():
        if found[group] and int(found[group]) > limit:
            problem = f"the {name} {found[group]!r}"
            raise EdtfError(text, found.start(group), problem, f"write 00 to {limit}")
    if found["fraction"]:
        text = text[: found.start("fraction")] + text[found.end("fraction") :]
    return Edtf(text, day.earliest, day.latest, Precision.MINUTE, instant=_instant_of(text))


def _instant_of(text: str) -> datetime | None:
    local = datetime.fromisoformat(text)
    try:
        return local.astimezone(UTC) if local.tzinfo else None
    except OverflowError:
        problem = "a zone that moves the time out of the years 0001 to 9999"
        raise EdtfError(text, 19, problem, "write the day alone") from None


def _parse_interval(text: str) -> Edtf:
    if "X" in text or text == "/":
        raise explain(text)
    slash = text.index("/")
    start, end = _parse_end(text, 0, slash), _parse_end(text, slash + 1, len(text))
    if start.earliest and end.latest and end.latest < start.earliest:
        swapped = f"{text[slash + 1 :]}/{text[:slash]}"
        raise EdtfError(text, slash + 1, "an end before the start", f"write {swapped!r}")
    precision = _precision_of(start.earliest, end.latest)
    certainty = max(start.certainty, end.certainty, key=_DOUBT.__getitem__)
    return Edtf(text, start.earliest, end.latest, precision, certainty)


def _precision_of(earliest: str | None, latest: str | None) -> Precision:
    """The precision of an interval: DAY, MONTH, YEAR and so on if it is exactly one of these."""
    if earliest is None and latest is None:
        return Precision.UNKNOWN
    if earliest is None or latest is None:
        return Precision.INTERVAL
    if earliest == latest:
        return Precision.DAY
    year, month = earliest[:4], earliest[5:7]
    if latest == f"{year}-{month}-{_days_in_month(year, month)}" and earliest.endswith("-01"):
        return Precision.MONTH
    if earliest.endswith("-01-01") and latest.endswith("-12-31"):
        for unknown, precision in enumerate(_WIDTHS):
            known = year[: 4 - unknown]
            if (year, latest[:4]) == (known + "0" * unknown, known + "9" * unknown):
                return precision
    return Precision.INTERVAL


def _days_in_month(year: str, month: str) -> int:
    return 29 if month == "02" and isleap(int(year)) else _LENGTHS[month]


def _parse_end(text: str, start: int, end: int) -> _Span:
    return _OPEN if text[start:end] in ("", "..") else _parse_date(text, start, end)
