"""Reads a date as people write it, and says how it was understood.

EDTF, absolute dates in words and numbers (`hints`), and words that need the day on which they were
said (`relative`). Nothing is guessed silently: what can mean two things is not decided, unless one
of them is usual, and then the other is told as well.
"""

import re
from calendar import month_name, monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from store.records.dates.edtf import Edtf, hints_of, parse
from store.records.dates.faults import EdtfError
from store.records.dates.fuzzy import DateBasis
from store.records.dates.hints import make_plain
from store.records.dates.in_words import WEEKDAYS, date_in_words, day_in_words
from store.records.dates.parts import SEASONS
from store.records.dates.relative import (
    Manner,
    Said,
    is_relative,
    replace_bare,
    replace_relative,
    settle_order,
    spell_out,
)

LONGEST_TEXT = 100
"""Characters of a text that is read."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text may mean. `sentence` says how it was understood."""

    date: Edtf
    basis: DateBasis
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text means: `meaning`, or None if that cannot be told, and what else it may mean.

    `sentence` says how it was understood, or what is in the way and what to write instead.
    """

    meaning: Meaning | None
    alternatives: Sequence[Meaning]
    sentence: str


def read_date(text: str, on: str | None = None) -> Reading:
    """Reads a date. `on` is the day, `YYYY-MM-DD`, on which the text was written or said."""
    shown = text.strip()
    if len(text) > LONGEST_TEXT:
        return _refuse(f"a date has at most {LONGEST_TEXT} characters; leave out what is no date")
    if (written := _parse(shown)) is not None:
        notes = "".join(f"; {note}" for note in _explain_edtf(shown, written))
        sentence = f"“{shown}” is EDTF for {date_in_words(written)}{notes}."
        return Reading(Meaning(written, DateBasis.STATED, sentence), (), sentence)
    if not shown:
        return _refuse(f"nothing is written here; {_EXAMPLES}")
    plain = _rephrase(spell_out(make_plain(text)))
    day = date.fromisoformat(on) if on is not None else None
    try:
        found, is_open = _list_meanings(shown, plain, day)
    except OverflowError:
        return _refuse(f"“{shown}” lies outside of the years 0001 to 9999")
    if not found:
        return _refuse(_say_why_not(shown, plain, day))
    if (conflict := _find_wrong_weekday(plain, found[0])) is not None:
        return Reading(None, found, conflict)
    return _settle(shown, found, is_open=is_open)


def _parse(text: str) -> Edtf | None:
    try:
        return parse(text)
    except EdtfError:
        return None


def _refuse(why: str) -> Reading:
    return Reading(None, (), f"{why[0].upper()}{why[1:]}.")


def _settle(shown: str, found: Sequence[Meaning], *, is_open: bool) -> Reading:
    """The reading of a text that has these meanings, the usual one first unless it `is_open`."""
    first, *others = found
    if not others:
        return Reading(first, (), first.sentence)
    listed = " or ".join(date_in_words(meaning.date) for meaning in (found if is_open else others))
    if is_open:
        return Reading(None, found, f"“{shown}” can mean {listed}; write which.")
    return Reading(first, others, f"{first.sentence[:-1]}; some would mean {listed}.")


_REPHRASED = (
    # What says no more than that the day is one of several.
    (re.compile(r"^(?:some ?(?:day|time)|one day|any ?time|at some point) "), ""),
    (re.compile(r"\bmid-(?=[a-z])"), "mid "),
    (re.compile(r"\b(?:eoy|year[- ]end|end of (?:the )?year),? (?=\d{4}\b)"), "end of "),
    (re.compile(r"\bend[- ](?=\d{4}\b)"), "end of "),
    (re.compile(r"\b([1-4])q ?(?=\d{4}\b)"), r"q\1 "),
    (re.compile(r"\bq([1-4]) ?(?:[-/]|to|and) ?q([1-4]),? (\d{4})"), r"q\1 \3 to q\2 \3"),
    (re.compile(r"\bweek (\d\d),? (?:of )?(\d{4})"), r"\2-w\1"),
    (re.compile(r"\bweek (\d),? (?:of )?(\d{4})"), r"\2-w0\1"),
    (re.compile(r"\bbefore (?=(?:the )?end of )"), "by "),
    (re.compile(r"\b(?:the )?(year|month|week|quarter)[- ]end\b"), r"end of this \1"),
    (re.compile(r"\b(of|in) (?:the )?(?=(?:year|month|week|quarter)$)"), r"\1 this "),
)
_PREPOSITION = re.compile(r"^(?:on|in|at|during|dated) (?:the )?")


def _rephrase(plain: str) -> str:
    for pattern, instead in _REPHRASED:
        plain = pattern.sub(instead, plain)
    return plain


_TO_COME = re.compile(r"\b(?:by|until|till|before|no later than)\b")
_GONE = re.compile(r"\bsince\b")


def _list_meanings(shown: str, plain: str, day: date | None) -> tuple[list[Meaning], bool]:
    """What the text means in every manner that matters, each date once, and whether none is usual.

    Raises OverflowError.
    """
    first, is_open, asked = _read_in(Manner(), shown, plain, day)
    found = {meaning.date.text: meaning for meaning in first}
    # Of what was asked, every answer; there are three questions at most.
    parts = [part for part in Manner._fields if part in asked]
    for answers in product((False, True), repeat=len(parts)):
        manner = Manner(**dict(zip(parts, answers, strict=True)))
        meanings, also_open, _ = _read_in(manner, shown, plain, day)
        is_open = is_open or also_open
        for meaning in meanings:
            found.setdefault(meaning.date.text, meaning)
    return list(found.values()), is_open


def _read_in(
    manner: Manner, shown: str, plain: str, day: date | None
) -> tuple[list[Meaning], bool, set[str]]:
    """What the text means in one manner, whether that is open, and what of the manner mattered."""
    coming = True if _TO_COME.search(plain) else False if _GONE.search(plain) else None
    said = Said(day or date.min, manner, coming)
    text = settle_order(plain, said)
    named = text if day is None else replace_relative(text, said)
    dates = _read_absolute(named)
    if day is not None and not dates:
        named = replace_bare(named, said)
        dates = _read_absolute(named)
    relative = named != text
    basis = DateBasis.STATED
    if relative:
        basis = DateBasis.WEEKDAY_RESOLVED if said.weekdays else DateBasis.CONTEXT
    seen_from = f", seen from {day_in_words(day.isoformat())}" if day and relative else ""
    meanings = []
    for when in dates:
        notes = "".join(f"; {note}" for note in (*said.notes, *_explain_words(named, when)))
        sentence = f"“{shown}” is read as {date_in_words(when)}{seen_from}{notes}."
        meanings.append(Meaning(when, basis, sentence))
    return meanings, said.is_open or len(dates) > 1, said.asked


def _read_absolute(text: str) -> list[Edtf]:
    """The dates that a text without anything relative may mean."""
    for tried in dict.fromkeys((text, _PREPOSITION.sub("", text))):
        if (written := _parse(tried.upper())) is not None:
            return [written]
        if found := hints_of(tried):
            by_bounds: dict[tuple[str | None, str | None, str], Edtf] = {}
            for when in map(parse, found):
                by_bounds.setdefault((when.earliest, when.latest, when.certainty), when)
            return list(by_bounds.values())
    return []


_THIRDS = (
    (re.compile(r"\b(?:early|beginning|start)\b"), "the beginning is taken as the first third"),
    (re.compile(r"\b(?:mid|middle)\b"), "the middle is taken as the second third"),
    (re.compile(r"\b(?:late|end)\b"), "the end is taken as the last third"),
)
_SEASON = re.compile(r"\b(?:spring|summer|autumn|fall|winter)\b")
_SEASONS = "seasons are taken as those of the northern half of the earth"


def _explain_edtf(shown: str, when: Edtf) -> Iterator[str]:
    """What EDTF leaves open, or is not kept of it."""
    if when.text != shown:
        yield "the fraction of a second is dropped"
    if shown[5:7].isdigit() and int(shown[5:7]) in SEASONS:
        yield _SEASONS


def _explain_words(text: str, when: Edtf) -> Iterator[str]:
    """What is meant here by words that others may take otherwise."""
    if _SEASON.search(text):
        yield _SEASONS
    # The end of what ends there is no third of it, nor the beginning of what begins there.
    bounds = (when.latest, "", when.earliest)
    for (pattern, note), bound in zip(_THIRDS, bounds, strict=True):
        if bound is not None and pattern.search(text):
            yield note


def _find_wrong_weekday(plain: str, meaning: Meaning) -> str | None:
    """Says that the day of the week beside a date is not its own; None if it is."""
    named = [name for name in WEEKDAYS if re.search(rf"\b{name.lower()}\b", plain)]
    if meaning.basis is not DateBasis.STATED or len(named) != 1:
        return None
    when = meaning.date
    if when.earliest is None or when.earliest != when.latest:
        return None
    is_ = WEEKDAYS[date.fromisoformat(when.earliest).weekday()]
    if is_ == named[0]:
        return None
    return f"{day_in_words(when.earliest)} is a {is_}, and no {named[0]}; write which is right."


_EXAMPLES = "write a date such as “19 February 2022”, “2022-02”, “early 2020” or “last Friday”"
_WORDS = """
a about after ago an and approximately around at before beginning between by circa coming current
day days decade during earlier early end fall following for from half hence in last late later mid
middle month months next night no not now of on or over past perhaps possibly previous prior quarter
since some start than the this through till time to today tomorrow tonight until up week weeks
within year years yesterday spring summer autumn winter monday tuesday wednesday thursday friday
saturday sunday january february march april may june july august september october november
december first second third fourth one two three four five six seven eight nine ten eleven twelve
st nd rd th
"""
_UNDERSTOOD = frozenset(_WORDS.split())


_SHORT_YEAR = re.compile(r"(?<!\d)\d{1,2}([./-])\d{1,2}\1\d\d(?!\d)")


_MONTH_NAMES = "|".join(name[:3].lower() for name in month_name[1:])
_DAY_OF_MONTH = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m1>{_MONTH_NAMES})[a-z]*"
    rf"|(?P<m2>{_MONTH_NAMES})[a-z]* (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?),? (?P<year>\d{{4}})\b"
)
_MONTH_AND_TWO_DIGITS = re.compile(rf"({_MONTH_NAMES})[a-z]*\.?[-' \u2019]+(\d\d)")


def _find_missing_day(plain: str) -> str | None:
    """A month and year that has no such day, as `29 February 2023`; None if there is none."""
    found = _DAY_OF_MONTH.search(plain)
    if found is None:
        return None
    month = _MONTH_NAMES.split("|").index(found["m1"] or found["m2"]) + 1
    last = monthrange(int(found["year"]), month)[1] if int(found["year"]) else 31
    if 1 <= int(found["d1"] or found["d2"]) <= last:
        return None
    return f"{month_name[month]} {found['year']} has {last} days"


def _say_why_not(shown: str, plain: str, day: date | None) -> str:
    if (missing := _find_missing_day(plain)) is not None:
        return f"“{shown}” is no day: {missing}; write which is meant"
    if _MONTH_AND_TWO_DIGITS.fullmatch(plain):
        return f"“{shown}” has a day or a year of two digits; write the year with all four"
    if day is None and is_relative(plain):
        return f"“{shown}” depends on the day on which it was said; give that day as well"
    if _SHORT_YEAR.search(plain):
        return f"“{shown}” has a year of two digits; write all four"
    unknown = [word for word in re.findall(r"[^\W\d_]+", plain) if word not in _UNDERSTOOD]
    if unknown:
        words = " and ".join(f"“{word}”" for word in dict.fromkeys(unknown[:3]))
        says = "say" if len(set(unknown)) > 1 else "says"
        return f"“{shown}” is not read, because {words} {says} no date here; {_EXAMPLES}"
    return f"“{shown}” is not read as a date; {_EXAMPLES}"
