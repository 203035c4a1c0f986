"""Guesses which date a string means that is not supported EDTF, to suggest it in an error.

Understands English words, and the forms that spreadsheets, databases and other trackers write.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from store.records.dates.faults import NOTHING_KNOWN
from store.records.dates.parts import NAMED, NUMBERED, months_of

MOST_WITHIN = 3
"""How deep guesses may nest, such as `about` before a day at one end of an interval."""

_UNKNOWN = re.compile(
    r"(date )?(unknown|not (known|stated|given)|unspecified|undated|invalid"
    r"|t\.?b\.?[acd]\.?|none|null|nil|nan|open|n\.?d\.?|n/?a)( date)?|no date"
    r"|[?x*u.\u2026-]+|//|0000-00(-00([t ][\d:.]+z?)?)?"
    r"|to be (announced|confirmed|determined)"
)
_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), start=1)}
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = re.compile(r"^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\.?,? ")
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
# Patterns with the numbers of their groups for year, month and day.
_WORDED = [
    (re.compile(rf"{_MONTH}(?:,? (?:of )?|-)(\d{{4}})"), (2, 1, None)),
    (re.compile(rf"(\d{{4}}),?[ -]{_MONTH}"), (1, 2, None)),
    (re.compile(rf"{_ORDINAL}[ -](?:of )?{_MONTH},?[ -](\d{{4}})"), (3, 2, 1)),
    (re.compile(rf"{_MONTH}[ -]{_ORDINAL},?[ -](\d{{4}})"), (3, 1, 2)),
    (re.compile(rf"(\d{{4}}),?[ -]{_MONTH}[ -]{_ORDINAL}"), (1, 2, 3)),
    # The signs for year, month and day in Chinese and Japanese, and in Korean.
    (re.compile(r"(\d{4}) ?年(?: ?(\d{1,2}) ?月(?: ?(\d{1,2}) ?[日号])?)?"), (1, 2, 3)),
    (re.compile(r"(\d{4}) ?년(?: ?(\d{1,2}) ?월(?: ?(\d{1,2}) ?일)?)?"), (1, 2, 3)),
]
_NUMBERED = [
    (re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"), (1, 3, 4)),
    (re.compile(r"(\d{4})(\d\d)(\d\d)"), (1, 2, 3)),
    (re.compile(r"(\d{4})[-/.](\d{1,2})"), (1, 2, None)),
    (re.compile(r"(\d{4})(\d\d)"), (1, 2, None)),
    (re.compile(r"(\d{1,2})[/.-](\d{4})"), (2, 1, None)),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), (3, 2, 1)),
    (re.compile(r"(\d{4})\. (\d{1,2})\. (\d{1,2})\.?"), (1, 2, 3)),
    # A day with an hour or a zone, as in XML.
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:z|t\d\d|[+-]\d\d:\d\d)"), (1, 2, 3)),
]
_YEAR_LAST = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
_TIMED = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:t| |, )(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?"
    r" ?(z|utc|gmt|[+-]\d\d(?::?\d\d)?)?"
)
_TIME_AFTER = re.compile(
    r"(.+?),?(?: at)? (\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?: ?([ap])\.?m\.?)?"
    r"(?: ?(?:(z|utc|gmt)|(?:utc|gmt)?([+-]\d\d):?(\d\d)))?"
)
"""A day in any form, followed by a time."""

_ABOUT = re.compile(r"^(?:circa|ca?\.?(?=[ \d.])|approx(?:imately|\.)?|about|around|probably|~) ?")
_ABOUT_AFTER = re.compile(r" ?\(?(?:circa|ca\.?|approx(?:imately|\.)?)\)?$")
_PERHAPS = re.compile(r"^(?:perhaps|possibly|maybe|uncertain(?:ly)?:?) ")
_PERHAPS_AFTER = re.compile(r" ?(?:\(\?\)|\[\?\])$| \?$")
_BARE = re.compile(r"[\"'(\[<\u2018-\u201f]*(.+?)[\"')\]>\u2018-\u201f]*(?<!\.)[.,;:]?")
_ISO = r"\d{4}(?:-\d\d(?:-\d\d)?)?"
_RANGES = [
    re.compile(r"between (.+) and (.+)"),
    re.compile(r"(?:from )?(.+?) (?:to|until|till|through|-) (.+)"),
    re.compile(rf"({_ISO}) ?(?:-|,|,? (?:or|and|&)) ?({_ISO})"),
    re.compile(rf"({_ISO})-(now|today|present|ongoing)?"),
    re.compile(r"(.*?)\.\.(.*)"),
    re.compile(r"([^/]+?) ?/ ?([^/]+)"),
    re.compile(rf"({_MONTH})[-/](.+)"),
    re.compile(rf"({_ORDINAL})-(\d.+)"),
]
_SINCE = re.compile(
    r"(?:since|from|not before) (?!.+ (?:to|until|till|through) )(.+)"
    r"|(.+?) (?:onwards?|on|or later)"
)
_UNTIL = re.compile(r"(?:until|till|by|up to|no later than) (?:the )?(.+)|(.+?) or earlier")
_AFTER, _BEFORE = re.compile(r"after (.+)"), re.compile(r"(?:before|prior to) (.+)")
_NUMBERED_PART = re.compile(r"(\d{4})-([2-4]\d)([?~%]?)")
_PART_WORD = r"(spring|summer|autumn|fall|winter|q[1-4]|h[12])"
_PART_FIRST = re.compile(rf"{_PART_WORD}(?: of)?[ -/]?(\d{{4}})")
_PART_LAST = re.compile(rf"(\d{{4}})[ -/]?{_PART_WORD}")
_PART_COUNTED = re.compile(
    r"(?:(\d)(?:st|nd|rd|th)?|(first|second|third|fourth|last)) ?-?(q|h|t)(?:uarter|alf|hird)?"
    r"(?: of)? ?(\d{4})"
)
_COUNTS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_LAST_PART = {"q": 4, "h": 2, "t": 3}
_WINTER = re.compile(r"winter(?: of)? (\d{4})[-/](\d\d|\d{4})")
_FISCAL = re.compile(
    r"(?:fy|(?:fiscal|financial)(?: year)?)[ -]?'?(\d{4}|\d\d)(?:[-/](\d\d|\d{4}))?"
)
_WITHIN = [
    (re.compile(r"(?:early|beginning of|start of)(?: in)?[ -](.+)"), 1),
    (re.compile(r"(?:mid|middle of)[ -](.+)"), 2),
    (re.compile(r"(?:late|end of)(?: in)?[ -](.+)"), 3),
]
"""Patterns for the first, second and last third of a year or month."""


class _Reader:
    """Guesses dates; `accepted` says whether a string is valid EDTF."""

    def __init__(self, accepted: Callable[[str], bool]) -> None:
        self._accepted = accepted
        self._within = 0

    def guess_all(self, text: str) -> tuple[str, ...]:
        """Every guess, the likeliest first."""
        plain = make_plain(text)
        return tuple(dict.fromkeys(found for found in self._guess(plain) if self._fits(found)))

    def _fits(self, found: str) -> bool:
        return len(found) < 64 and self._accepted(found)

    def _guess_first(self, plain: str) -> str | None:
        """The likeliest guess for a part of a string; None if there is none."""
        kept = plain.upper()
        # Parts of a year are told in months, because an interval takes no others.
        if plain and not _NUMBERED_PART.fullmatch(plain) and self._fits(kept):
            return kept
        if self._within == MOST_WITHIN:
            return None
        self._within += 1
        found = next((found for found in self._guess(plain) if self._fits(found)), None)
        self._within -= 1
        return found

    def _guess(self, plain: str) -> Iterator[str]:
        if plain == "" or _UNKNOWN.fullmatch(plain):
            yield NOTHING_KNOWN
            return
        yield from _guess_years(plain)
        yield from _guess_parts(plain)
        yield from _guess_days(_WEEKDAY.sub("", plain))
        yield from _guess_open_digits(plain)
        yield from _guess_qualifiers(plain)
        yield plain.upper()
        yield from self._guess_times(plain)
        yield from self._guess_thirds(plain)
        yield from self._guess_qualified(plain)
        yield from self._guess_bare(plain)
        yield from self._guess_ranges(plain)

    def _guess_bare(self, plain: str) -> Iterator[str]:
        """Guesses a date inside quotation marks or brackets, or before a full stop."""
        found = _BARE.fullmatch(plain)
        if found and found[1] != plain and (date_ := self._guess_first(found[1])) is not None:
            yield date_

    def _guess_times(self, plain: str) -> Iterator[str]:
        found = _TIME_AFTER.fullmatch(plain)
        day = self._guess_first(_WEEKDAY.sub("", found[1])) if found else None
        if found is None or day is None or len(day) != len("2004-06-11"):
            return
        hour = int(found[2]) % 12 + 12 * (found[5] == "p") if found[5] else int(found[2])
        zone = "Z" if found[6] else f"{found[7]}:{found[8]}" if found[7] else ""
        yield f"{day}T{hour:02}:{found[3]}:{found[4] or '00'}{'Z' if zone == '-00:00' else zone}"

    def _guess_thirds(self, plain: str) -> Iterator[str]:
        for pattern, third in _WITHIN:
            found = pattern.fullmatch(plain)
            whole = self._guess_first(found[1]) if found else None
            if whole is None:
                continue
            if len(whole) == len("2004"):
                yield _write_part(NAMED[f"t{third}"], int(whole)) if whole.isdigit() else whole
            elif len(whole) == len("2004-06"):
                last = (10, 20, monthrange(int(whole[:4]), int(whole[5:]))[1])[third - 1]
                yield f"{whole}-{10 * third - 9:02}/{whole}-{last}"

    def _guess_qualified(self, plain: str) -> Iterator[str]:
        for pattern, mark in (
            *((p, "~") for p in (_ABOUT, _ABOUT_AFTER)),
            *((p, "?") for p in (_PERHAPS, _PERHAPS_AFTER)),
        ):
            rest = pattern.sub("", plain)
            if rest != plain and (found := self._guess_first(rest)) is not None:
                yield "/".join(_add_mark(end, mark) for end in found.split("/"))

    def _guess_ranges(self, plain: str) -> Iterator[str]:
        if found := re.fullmatch(r"[\[{](.*(?:,|\.\.).*)[\]}]", plain):
            listed = re.split(r", ?|\.\.", found[1])
            yield from self._guess_interval(listed[0], listed[-1])
        for pattern in _RANGES:
            if found := pattern.fullmatch(plain):
                yield from self._guess_interval(found[1], found[found.re.groups] or "")
        if found := _SINCE.fullmatch(plain):
            yield from self._guess_interval(found[1] or found[2], "..")
        if found := _UNTIL.fullmatch(plain):
            yield from self._guess_interval("..", found[1] or found[2])
        if found := _AFTER.fullmatch(plain):
            yield from self._guess_open_interval(found[1], 1)
        if found := _BEFORE.fullmatch(plain):
            yield from self._guess_open_interval(found[1], -1)

    def _guess_interval(self, first: str, last: str) -> Iterator[str]:
        """Guesses an interval; `first` may lack the month or year that `last` has."""
        end = self._guess_end(last)
        if end is None or (end != ".." and _interval_end(end) == ".."):
            return
        for rest in ("", *(last[space:] for space in _find_blanks(last))):
            start = self._guess_end(first + rest)
            if start is not None:
                yield f"{_interval_start(start)}/{_interval_end(end)}"
                return

    def _guess_end(self, plain: str) -> str | None:
        if plain in ("..", "", "open", "unknown", "now", "today", "present", "date", "ongoing"):
            return ".."
        return self._guess_first(plain)

    def _guess_open_interval(self, plain: str, step: int) -> Iterator[str]:
        """Guesses the interval of all days after (`step` 1) or before (-1) a date."""
        found = self._guess_first(plain)
        if (
            found is None
            or (whole := re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", found)) is None
        ):
            return
        year, month, day = (int(part) if part else None for part in whole.groups())
        assert year is not None
        try:
            if day is not None and month is not None:
                next_to = (date(year, month, day) + timedelta(days=step)).isoformat()
            elif month is not None:
                years, months = divmod(year * 12 + month - 1 + step, 12)
                next_to = f"{years:04}-{months + 1:02}"
            else:
                next_to = f"{year + step:04}"
        except (OverflowError, ValueError):
            return
        yield f"{next_to}/.." if step > 0 else f"../{next_to}"


def make_plain(text: str) -> str:
    """The string in small letters, with ASCII digits and hyphens and single blanks."""
    characters = (
        str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None
        else "-" if unicodedata.category(c) == "Pd" or c == "\u2212" else c
        for c in text if unicodedata.category(c) != "Cf"
    )  # fmt: skip
    return " ".join("".join(characters).split()).casefold().removeprefix("the ")


def _find_blanks(text: str) -> list[int]:
    return [i for i, character in enumerate(text) if character in " -"]


def _interval_start(found: str) -> str:
    return found.split("/")[0].replace("-XX", "").replace("X", "0")


def _interval_end(found: str) -> str:
    return found.split("/")[-1].replace("-XX", "").replace("X", "9")


def _add_mark(end: str, mark: str) -> str:
    return end if end in ("", "..") or end[-1] in "?~%" else end + mark


def _write_date(year: str, month: str | None, day: str | None) -> Iterator[str]:
    number = _MONTHS.get(month[:3], month) if month else None
    if number is None or int(number) == 0:
        yield year
    elif day is None or int(day) == 0:
        yield f"{year}-{int(number):02}"
    else:
        yield f"{year}-{int(number):02}-{int(day):02}"


def _guess_years(plain: str) -> Iterator[str]:
    """Guesses decades, centuries, pairs of years, and fiscal years."""
    if found := re.fullmatch(r"(\d{3})0'?s|(\d{3})-", plain):
        yield f"{found[1] or found[2]}X"
    if found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th) century", plain):
        yield f"{int(found[1]) - 1:02}XX" if int(found[1]) > 1 else "0001/0099"
    if found := re.fullmatch(r"(\d\d)(\d\d)[-/](\d\d)", plain):
        century, first, last = found.groups()
        following = int(last) == int(first) + 1
        if following or (int(last) > int(first) and ("/" in plain or int(last) > max(NUMBERED))):
            yield f"{century}{first}/{century}{last}"
    if found := _FISCAL.fullmatch(plain):
        year = int(found[1]) if len(found[1]) == 4 else 2000 + int(found[1])
        # Some countries name a fiscal year by the year in which it begins, others by its end.
        yield from (f"{year - 1:04}/{year:04}",) * (found[2] is None)
        yield f"{year:04}/{year + 1:04}"
    if found := re.fullmatch(r"(\d)xxx", plain):
        yield f"{found[1]}000/{found[1]}999"


def _guess_parts(plain: str) -> Iterator[str]:
    """Guesses seasons, quarters, thirds and halves of a year, by number or by word."""
    numbered = _NUMBERED_PART.fullmatch(plain)
    if numbered and (part := NUMBERED.get(int(numbered[2]))):
        yield _write_part(part, int(numbered[1]), numbered[3])
    for pattern, part_at, year_at in ((_PART_FIRST, 1, 2), (_PART_LAST, 2, 1)):
        if found := pattern.fullmatch(plain):
            yield _write_part(NAMED[found[part_at]], int(found[year_at]))
    if found := _PART_COUNTED.fullmatch(plain):
        nth = int(found[1] or _COUNTS.get(found[2], _LAST_PART[found[3]]))
        if 0 < nth <= _LAST_PART[found[3]]:
            yield _write_part(NAMED[f"{found[3]}{nth}"], int(found[4]))
    if found := _WINTER.fullmatch(plain):
        yield _write_part(NAMED["winter"], int(found[1]))


def _write_part(part: tuple[int, int], year: int, mark: str = "") -> str:
    first, last = months_of(part, year)
    return f"{first}{mark}/{last}{mark}"


def _guess_days(plain: str) -> Iterator[str]:
    """Guesses days, months, weeks and times, in words or in another order of digits."""
    for pattern, (year, month, day) in (*_WORDED, *_NUMBERED):
        if found := pattern.fullmatch(plain):
            yield from _write_date(found[year], found[month], found[day] if day else None)
    if found := _YEAR_LAST.fullmatch(plain):
        one, other = found[1], found[3]
        # The number above 12 is the day. If neither is, the order is unclear.
        if int(one) > 12 or int(one) == int(other):
            yield from _write_date(found[4], other, one)
        elif int(other) > 12:
            yield from _write_date(found[4], one, other)
    if found := _TIMED.fullmatch(plain):
        *day_of, hour, minute, second, zone = found.groups()
        zone = "Z" if zone in ("z", "utc", "gmt", "-00", "-00:00", "-0000") else zone or ""
        zone = re.sub(r"^([+-]\d\d)(\d\d)$", r"\1:\2", zone)
        yield f"{'-'.join(day_of)}T{hour}:{minute}:{second or '00'}{zone}"
    try:
        if found := re.fullmatch(r"(\d{4})-?w(\d\d)(?:-?(\d))?", plain):
            first = date.fromisocalendar(int(found[1]), int(found[2]), int(found[3] or 1))
            yield f"{first}" if found[3] else f"{first}/{first + timedelta(days=6)}"
        if found := re.fullmatch(r"(\d{4})-(\d{3})", plain):
            nth = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
            if nth.year == int(found[1]):
                yield nth.isoformat()
    except (OverflowError, ValueError):
        return


def _guess_open_digits(plain: str) -> Iterator[str]:
    """Guesses dates with unknown digits."""
    if re.fullmatch(r"\d\d[\d?]\?", plain):
        yield plain.replace("?", "X")
    open_ = plain.replace("u", "x")
    if re.fullmatch(r"[\dx]{4}(-[\dx]{2}){0,2}[?~%]?", open_):
        yield open_.upper()
    if found := re.fullmatch(r"(\d\d[\dx]x)-[\dx-]+|(\d{4})-xx-\d\d", open_):
        yield (found[1] or found[2]).upper()
    if found := re.fullmatch(r"(\d{4})-([01])x(?:-xx)?", open_):
        first, last = ("01", "09") if found[2] == "0" else ("10", "12")
        yield f"{found[1]}-{first}/{found[1]}-{last}"
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-([0-3])x", open_)
    if found and found[1] != "0000":
        month, tens = f"{found[1]}-{found[2]}", int(found[3]) * 10
        end = min(tens + 9, monthrange(int(found[1]), int(found[2]))[1])
        yield f"{month}-{max(tens, 1):02}/{month}-{end:02}"


def _guess_qualifiers(plain: str) -> Iterator[str]:
    """Guesses dates with several qualifiers, or with one that is not at the end."""
    bare = re.sub(r"[?~%]", "", plain)
    if bare != plain and "/" not in plain and not re.search("[a-z]", bare.replace("x", "")):
        marks = set(plain) & set("?~%")
        yield bare.upper() + (marks.pop() if len(marks) == 1 else "%")


def guess_dates(text: str, accepted: Callable[[str], bool]) -> tuple[str, ...]:
    """The dates that a string may mean, each one `accepted`, the likeliest first."""
    return _Reader(accepted).guess_all(text)
