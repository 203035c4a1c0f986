"""Days in a text: when it was published, and the days that sentences name. None is invented."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from intake.lexicon import Lexicon
from intake.text.segments import Part, Segments
from store.records.dates import DateBasis


@dataclass(frozen=True, slots=True)
class Day:
    """A day as EDTF, how it is known, and the words that it rests on."""

    edtf: str
    basis: DateBasis
    start: int
    end: int
    stated_as: str

    @property
    def day(self) -> str | None:
        """The day itself, where it is known to the day: `2024-02-29`."""
        return self.edtf if _WHOLE.fullmatch(self.edtf) else None


_WHOLE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEADER = re.compile(r"\s*date (\d{4}-\d{2}-\d{2})\b")
_STAMP = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)T\d{6}")
_COPYRIGHT = re.compile(r"(?:copyright|©)[^\n]{0,80}?\b((?:19|20)\d\d)\b", re.IGNORECASE)
_ISO = r"(?P<iso>\d{4}-\d{2}-\d{2})"
_TELLS = re.compile(
    r"\b(?:by|until|till|before|after|since|from|for|no later than|on or before)\s*(?:the\s*)?$",
    re.IGNORECASE,
)
"""Before a day: then a sentence tells of it, and it is no dateline's."""
_LINES_OF_HEAD = 12


@cache
def _day_pattern(lexicon_months: tuple[str, ...]) -> re.Pattern[str]:
    months = "|".join(sorted(lexicon_months, key=len, reverse=True))
    return re.compile(
        rf"\b(?:{_ISO}"
        rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m1>{months})\b\.?[,،]?(?:\s+(?P<y1>\d{{4}})\b)?"
        rf"|(?P<m2>{months})\b\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d|:)(?:[,،]?\s+(?P<y2>\d{{4}})\b)?)",
        re.IGNORECASE,
    )


def _months(lexicon: Lexicon) -> dict[str, int]:
    return {
        w: i for i, names in enumerate(lexicon.classes["month_of_year"], 1) for w in names.split()
    }


def _weekdays(lexicon: Lexicon) -> dict[str, int]:
    return {
        w: i for i, names in enumerate(lexicon.classes["weekday_of_week"]) for w in names.split()
    }


def find_days(text: str, lexicon: Lexicon, start: int = 0, end: int | None = None) -> Iterator[Day]:
    """The days that a text names with a month; without a year as `XXXX-07-02`."""
    months = _months(lexicon)
    for match in _day_pattern(tuple(months)).finditer(
        text, start, len(text) if end is None else end
    ):
        if match["iso"]:
            edtf = "-".join(f"{int(part):02}" for part in match["iso"].split("-"))
        else:
            day = int(match["d1"] or match["d2"])
            month = months[(match["m1"] or match["m2"]).lower()]
            stated = match["y1"] or match["y2"]
            year = f"{int(stated):04}" if stated else "XXXX"  # its digits may be Urdu's
            edtf = f"{year}-{month:02}-{day:02}"
        if _is_day(edtf):
            yield Day(edtf, DateBasis.STATED, match.start(), match.end(), match[0])


def _is_day(edtf: str) -> bool:
    try:
        date.fromisoformat(edtf.replace("XXXX", "2000"))
    except ValueError:
        return False
    return True


def find_publication(segments: Segments, lexicon: Lexicon) -> Day | None:
    """When the text was published, if it says so; a day that its sentences tell of is none."""
    text = segments.text
    labelled = _find_labelled(segments, lexicon)
    if labelled:
        return labelled
    if header := _HEADER.match(text):
        return Day(header[1], DateBasis.INGEST_HEADER, *header.span(1), header[0].strip())
    if placed := _find_placed(segments, lexicon):
        return placed
    if stamp := _STAMP.search(text):
        edtf = f"{stamp[1]}-{stamp[2]}-{stamp[3]}"
        if _is_day(edtf):
            return Day(
                f"{edtf}?", DateBasis.ASSET_TIMESTAMP, stamp.start(), stamp.start(3) + 2, edtf
            )
    if printed := _COPYRIGHT.search(text):
        return Day(printed[1], DateBasis.COPYRIGHT_LINE, *printed.span(1), printed[0])
    return None


def _find_labelled(segments: Segments, lexicon: Lexicon) -> Day | None:
    """The day behind "Published:" or "Updated on"; what was published counts before updates."""
    label = lexicon.any_of("date_label")
    found: list[tuple[bool, Day]] = []
    for sentence in segments.sentences:
        if sentence.part is Part.BODY or len(sentence.text) > 120:
            continue
        match = label.search(segments.text, sentence.start, sentence.end)
        if match is None:
            continue
        for day in find_days(segments.text, lexicon, match.end(), sentence.end):
            if day.day and day.start - match.end() < 20:
                found.append((match[0].lower() not in ("published", "posted", "issued"), day))
            break
    return min(found, key=lambda f: (f[0], f[1].start))[1] if found else None


def _find_placed(segments: Segments, lexicon: Lexicon) -> Day | None:
    """The day in a dateline, alone on a line, or at the begin of the first line before a dash."""
    text = segments.text
    if segments.dateline:
        end = segments.dateline[1]
        for day in find_days(text, lexicon, end, min(len(text), end + 70)):
            between = text[end : day.start]
            if _TELLS.search(between):
                break  # "ORSK — By June 30, 2022 the firm will"
            if re.fullmatch(r"\s*[,(]?[^.\n”“]{0,50}", between) and not re.search(
                r"\b[a-z]{4,}\b.*\b[a-z]{4,}\b", between
            ):
                return day
            break
    for sentence in segments.sentences[:_LINES_OF_HEAD]:
        for day in find_days(text, lexicon, sentence.start, sentence.end):
            alone = sentence.text.replace(day.stated_as, "").strip(" ,.|·•-–—:0123456789APMapm")
            weekdays = _weekdays(lexicon)
            if day.day and (not alone or alone.lower() in weekdays):
                return day
            first = day.start - sentence.start < 3 and sentence is segments.sentences[0]
            if day.day and first and re.match(r"\s*[-–—|]", text[day.end : day.end + 3]):
                return day
            break
    return None


def find_event_day(
    text: str, lexicon: Lexicon, start: int, end: int, published: Day | None
) -> Day | None:
    """The day that a sentence names for what it tells; a weekday is the last before publication."""
    for day in find_days(text, lexicon, start, end):
        return _with_year(day, published)
    weekdays = _weekdays(lexicon)
    pattern = lexicon.any_of("weekday")
    for match in pattern.finditer(text, start, end):
        word = match[0].lower()
        if word in weekdays and len(word) > 3:
            return _resolve_weekday(weekdays[word], match, published)
    day_of = published.day if published else None
    for name, before in (("today", 0), ("yesterday", 1)):
        found = lexicon.any_of(name).search(text, start, end)
        if found and day_of:
            edtf = (date.fromisoformat(day_of) - timedelta(before)).isoformat()
            return Day(edtf, DateBasis.CONTEXT, *found.span(), found[0])
    return None


def _with_year(day: Day, published: Day | None) -> Day:
    """A day without a year is the last such day before publication."""
    if day.edtf[:4] != "XXXX" or published is None or published.day is None:
        return day
    last = date.fromisoformat(published.day)
    for year in (last.year, last.year - 1, last.year - 2, last.year - 3, last.year - 4):
        edtf = f"{year:04}{day.edtf[4:]}"
        if _is_day(edtf) and edtf <= published.day:
            return Day(edtf, DateBasis.CONTEXT, day.start, day.end, day.stated_as)
    return day


def _resolve_weekday(weekday: int, match: re.Match[str], published: Day | None) -> Day | None:
    if published is None or published.day is None:
        return None
    last = date.fromisoformat(published.day)
    edtf = (last - timedelta((last.weekday() - weekday) % 7)).isoformat()
    return Day(edtf, DateBasis.WEEKDAY_RESOLVED, *match.span(), match[0])
