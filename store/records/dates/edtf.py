"""The part of EDTF that is kept: parsing it, and the strict bounds of what it says.

Kept: level 0; of level 1 the qualifiers, X digits and open intervals. Refusals: `faults`.
"""

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from store.records.dates.faults import MAX_LENGTH, EdtfError, add_hints, explain
from store.records.dates.hints import guess_dates
from store.records.enums import Described


class Precision(Described):
    """How narrowly a date is known: what its bounds enclose, not how it is written."""

    CENTURY = "CENTURY", "Known to the hundred years that share their first two digits."
    DECADE = "DECADE", "Known to the ten years that share their first three digits."
    YEAR = "YEAR", "Known to the year."
    MONTH = "MONTH", "Known to the month."
    DAY = "DAY", "Known to the day."
    MINUTE = "MINUTE", "Known to the minute or better."
    INTERVAL = "INTERVAL", "Known to lie between two days, of which one may be open."
    UNKNOWN = "UNKNOWN", "Nothing is known: open on both sides."


class DateCertainty(Described):
    """How far a date may be relied on; it never moves the bounds."""

    CERTAIN = "CERTAIN", "The source leaves no doubt about the date."
    PROBABLE = "PROBABLE", "An estimate or a sound inference (EDTF ~, approximate)."
    UNCERTAIN = "UNCERTAIN", "The source of the date is itself in doubt (EDTF ? and %)."

    def claims_more_than(self, other: "DateCertainty") -> bool:
        """Whether this asserts a date more firmly than `other` does."""
        return _DOUBT[self] < _DOUBT[other]


_DOUBT = {certainty: doubt for doubt, certainty in enumerate(DateCertainty)}


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date as written, and what it strictly says; made by `parse` only.

    `earliest` and `latest` are the first and last day it can mean, `YYYY-MM-DD`, inclusive;
    None is an open side. A time's day is the day as written, in the zone of the place;
    `instant` is that time in UTC, None without a time or where no zone is written.
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
    """What one date, or one end of an interval, says."""

    earliest: str | None
    latest: str | None
    precision: Precision
    certainty: DateCertainty


_DATE = re.compile(
    r"([0-9]{4}|[0-9]{2}[0-9X]X(?!-))"  # an X in the year closes the date: 201X-06 is level 2
    r"(?:-([0-9]{2}|XX(?!-[0-9]))(?:-([0-9]{2}|XX))?)?"  # and so does one in the month
    r"([?~%]?)"
)
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:Z|(?!-00(?::00)?\Z)[+-]([0-9]{2})(?::([0-9]{2}))?)?"
)
_CLOCK = (("hour", 23), ("minute", 59), ("second", 59), ("zone hour", 23), ("zone minute", 59))
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
    """Read a date in the kept part of EDTF (ISO 8601-2:2019; LoC EDTF of 4 February 2019).

    `2004-06-11`, `2004-06`, `2004`; `201X`, `20XX`, `2004-XX`, `2004-06-XX`, `2004-XX-XX`; any
    of these with `?`, `~` or `%` last; `2004-06-11T09:30:00`, bare or with `Z`, `+05`, `+05:00`;
    `start/end` of dates without X or time, either end `..` (open) or empty (unknown, which
    bounds nothing either). Raises EdtfError for everything else, year 0000 (1 BC) included,
    which the calendar of days from 0001-01-01 to 9999-12-31 does not have. The error says what
    to write instead, as far as that can be told.
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
    """What a string most likely means that is no date as it stands; empty if nobody can tell."""
    return () if len(text) > MAX_LENGTH or _is_accepted(text) else guess_dates(text, _is_accepted)


def _parse(text: str) -> Edtf:
    if "/" in text:
        return _interval(text)
    if "T" in text:
        return _time(text)
    return Edtf(text, *_date(text, 0, len(text)))


def _date(text: str, start: int, end: int) -> _Span:
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
    length = _length(year, month)
    if day is None or day == "XX":
        return _Span(f"{year}-{month}-01", f"{year}-{month}-{length}", Precision.MONTH, certainty)
    if not 1 <= int(day) <= length:
        problem = f"the day {day!r}, which {year}-{month} does not have,"
        raise EdtfError(text, found.start(3), problem, f"write 01 to {length}")
    written = text[start : start + 10]
    return _Span(written, written, Precision.DAY, certainty)


def _time(text: str) -> Edtf:
    found = _TIME.fullmatch(text)
    if found is None:
        raise explain(text)
    day = _date(text, 0, 10)
    for group, (name, limit) in enumerate(_CLOCK, start=1):
        if found[group] and int(found[group]) > limit:
            problem = f"the {name} {found[group]!r}"
            raise EdtfError(text, found.start(group), problem, f"write 00 to {limit}")
    return Edtf(text, day.earliest, day.latest, Precision.MINUTE, instant=_instant(text))


def _instant(text: str) -> datetime | None:
    local = datetime.fromisoformat(text)
    try:
        return local.astimezone(UTC) if local.tzinfo else None
    except OverflowError:
        problem = "a zone that moves the time out of the years 0001 to 9999"
        raise EdtfError(text, 19, problem, "write the day alone") from None


def _interval(text: str) -> Edtf:
    if "X" in text or text == "/":
        raise explain(text)
    slash = text.index("/")
    start, end = _end(text, 0, slash), _end(text, slash + 1, len(text))
    if start.earliest and end.latest and end.latest < start.earliest:
        swapped = f"{text[slash + 1 :]}/{text[:slash]}"
        raise EdtfError(text, slash + 1, "an end before the start", f"write {swapped!r}")
    precision = _precision_of(start.earliest, end.latest)
    certainty = max(start.certainty, end.certainty, key=_DOUBT.__getitem__)
    return Edtf(text, start.earliest, end.latest, precision, certainty)


def _precision_of(earliest: str | None, latest: str | None) -> Precision:
    """The precision of an interval: that of the day, month or years that its bounds enclose."""
    if earliest is None and latest is None:
        return Precision.UNKNOWN
    if earliest is None or latest is None:
        return Precision.INTERVAL
    if earliest == latest:
        return Precision.DAY
    year, month = earliest[:4], earliest[5:7]
    if latest == f"{year}-{month}-{_length(year, month)}" and earliest.endswith("-01"):
        return Precision.MONTH
    if earliest.endswith("-01-01") and latest.endswith("-12-31"):
        for unknown, precision in enumerate(_WIDTHS):
            known = year[: 4 - unknown]
            if (year, latest[:4]) == (known + "0" * unknown, known + "9" * unknown):
                return precision
    return Precision.INTERVAL


def _length(year: str, month: str) -> int:
    return 29 if month == "02" and isleap(int(year)) else _LENGTHS[month]


def _end(text: str, start: int, end: int) -> _Span:
    return _OPEN if text[start:end] in ("", "..") else _date(text, start, end)
