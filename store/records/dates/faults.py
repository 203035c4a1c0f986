"""Error messages for strings that are not supported EDTF: what was found, where, what to write.

Only `edtf` decides what is accepted.
"""

import re
from typing import NamedTuple

MAX_LENGTH = 64
"""The most characters of a string that is parsed. The longest valid one has 25."""


class EdtfError(ValueError):
    """A string is not a date in the supported part of EDTF.

    `text` is the whole string, `position` the offset of the fault in it (code points, from 0),
    `problem` what was found there, `remedy` what to write instead. `hints` are valid dates that the
    string most likely means; the remedy names them. `advice` is the remedy without any part of the
    string.
    """

    def __init__(
        self, text: str, position: int, problem: str, remedy: str, hints: tuple[str, ...] = ()
    ) -> None:
        self.text, self.position, self.problem, self.remedy = text, position, problem, remedy
        self.hints, self.advice = hints, remedy
        shown = text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + "…"
        super().__init__(f"date {shown!r}: {problem} at position {position}; {remedy}")


class _Fault(NamedTuple):
    pattern: re.Pattern[str]
    problem: str  # {0!r} is what the pattern matched
    remedy: str


def _fault(pattern: str, problem: str, remedy: str) -> _Fault:
    # << and >> stand for the edges of one end of an interval, or of the whole string.
    pattern = pattern.replace("<<", r"(?:^|(?<=/))").replace(">>", r"(?=/|\Z)")
    return _Fault(re.compile(pattern, re.ASCII), problem, remedy)


_LEVEL_2 = "which is EDTF level 2 and not kept here"
_FOUR_DIGITS = "write a year of four digits, '0001' to '9999'"
_DAY = "write a day such as '2004-06-11'"
NOTHING_KNOWN = "../.."
_NOTHING_KNOWN = f"write {NOTHING_KNOWN!r} for a date of which nothing is known"

# The first pattern that matches is reported, so those that would confuse later ones come first.
_FAULTS = (
    _fault(r"\A\s*\Z", "nothing", _NOTHING_KNOWN),
    _fault(r"(?<=\d) (?=\d\d:)", "a space", "write 'T' between the day and the time"),
    _fault(r"[\s\x00-\x1f\x7f]", "the white space {0!r}", f"{_DAY}, without any"),
    _fault(r"[^\x00-\x7f]", "{0!r}, which is not ASCII,", "write plain digits and '-'"),
    _fault(
        r"[\[\]{},]",
        f"{{0!r}}, the mark of a set, {_LEVEL_2},",
        "write the interval from the first to the last, such as '2004/2006'",
    ),
    _fault(
        r"\A\.\.\Z|[^/]\.\.|\.\.[^/]",
        "{0!r}, where '..' is not alone on its side of a '/',",
        "write an interval such as '2004/2006', '2004/..' or '../2006'",
    ),
    _fault(r"<<\d{1,2}([./-])\d{1,2}\1\d{4}", "the day {0!r}, with its year last,", _DAY),
    _fault(r"\A\d{1,2}([./])\d{1,2}\1\d\d\Z", "the day {0!r}, with a year of two digits,", _DAY),
    _fault(r"(?<=/)[^/]*/", "a second '/' after {0!r}", "write one interval, 'start/end'"),
    _fault(r"\A/\Z", "an interval without ends", _NOTHING_KNOWN),
    _fault(r"(?i)<<(open|unknown)>>", "{0!r}, a word of the draft of 2012,", "write '..'"),
    _fault(r"<<[Yy]-?\d+", "{0!r}, the mark of a year beyond four digits,", _FOUR_DIGITS),
    _fault(r"<<-\d+", "the negative year {0!r}", _FOUR_DIGITS),
    _fault(r"(?<=\d)[Ee]\d+", f"the exponent {{0!r}}, {_LEVEL_2},", _FOUR_DIGITS),
    _fault(
        r"(?<=\d)S\d+",
        f"the count of significant digits {{0!r}}, {_LEVEL_2},",
        "write '19XX' or '195X', or an interval such as '1940/1960'",
    ),
    _fault(r"(?<=[\dXxu-])[xu]", "the small letter {0!r}", "write 'X' for an unknown digit"),
    _fault(r"(?<=\d)[tz](?=\d|\Z)", "the small letter {0!r}", "write 'T' and 'Z'"),
    _fault(r"\?~|~\?", "two qualifiers, {0!r},", "write '%' for uncertain and approximate"),
    _fault(r"T\d.*[?~%]", "a qualifier on the time {0!r}", f"{_DAY}, qualified '2004-06-11?'"),
    _fault(
        r"[?~%](?!/|\Z)",
        f"the qualifier {{0!r}} before the end, {_LEVEL_2},",
        "write it last, such as '2004-06-11?', where it qualifies the whole date",
    ),
    _fault(r"<<P\d*\w*", "the duration {0!r}", "write both ends of the interval as dates"),
    _fault(r"\AR\d*(?=/)", "the repetition {0!r}", "write one interval, 'start/end'"),
    _fault(
        r"T\d[^/]*(?=/)|(?<=/)[^/T]*T\d.*",
        "{0!r}, a time in an interval,",
        "write days only, such as '2004-06-11/2004-06-12'",
    ),
    _fault(
        r"[\dX-]*X[\dX-]*(?=[?~%]?/)|(?<=/)[\dX-]*X[\dX-]*",
        f"{{0!r}}, an X in an interval, {_LEVEL_2},",
        "write the first or last day, month or year that it can mean, such as '2004-06/2005'",
    ),
    _fault(
        r"<<(0000|000X|00XX)",
        "the year {0!r}, which reaches back before the calendar kept here,",
        f"{_FOUR_DIGITS}, or '0001/0009', '0001/0099'",
    ),
    _fault(
        r"(?<=\b\d\d\d\d-)(2[1-9]|3\d|4[01])(?=[?~%]?/)|(?<=/\d\d\d\d-)(2[1-9]|3\d|4[01])",
        "{0!r}, a season or part of a year in an interval, which is not kept here,",
        "write months, such as '2001-03/2001-08' for the spring and summer of 2001",
    ),
    _fault(
        r"(?<=\A\d\d\d\d-)(2[1-9]|3\d|4[01])(?=[?~%]?\Z)",
        "{0!r}, which may be a season or part of a year, or the year that follows,",
        "write which, in months or years such as '2023-12/2024-02' or '2023/2024'",
    ),
    _fault(r"<<\d{4}-?W\d*(-?\d)?", "the week {0!r}", "write its days, 'first/last'"),
    _fault(r"<<\d{4}-\d{3}>>", "the day of the year {0!r}", _DAY),
    _fault(r"<<(\d{8}|\d{6})(?=T|/|\Z)", "{0!r}, a date without hyphens,", _DAY),
    _fault(r"<<\d{5,}", "{0!r}, a year of more than four digits,", _FOUR_DIGITS),
    _fault(r"<<(?!\d\d[\dX]X)[\dX]{1,3}(?![\dX])", "a year of {0!r} only", _FOUR_DIGITS),
    _fault(
        r"<<(?!\d\d[\dX]X)\d*X[\dX]*",
        f"the year {{0!r}}, {_LEVEL_2},",
        "leave open its last digit, '201X', its last two, '20XX', or write an interval",
    ),
    _fault(
        r"<<\d\d[\dX]X-[\dX-]*",
        f"{{0!r}}, a month after an unknown year, {_LEVEL_2},",
        "write the year alone, such as '201X'",
    ),
    _fault(
        r"(?<=\b\d\d\d\d-)XX-\d+",
        f"{{0!r}}, a day after an unknown month, {_LEVEL_2},",
        "write the year alone, such as '2004'",
    ),
    _fault(
        r"(?<=-)(\dX|X\d?)(?=[-/?~%]|\Z)",
        f"{{0!r}}, known by half, {_LEVEL_2},",
        "write 'XX', or an interval such as '2004-06-10/2004-06-19'",
    ),
    _fault(r"(?<=\b\d\d\d\d-)\d(?!\d)", "{0!r}, a month of one digit,", "write two, '01' to '12'"),
    _fault(r"(?<=-\d\d-)\d(?!\d)", "{0!r}, a day of one digit,", "write two, such as '06'"),
    _fault(
        r"(?<=\b\d\d\d\d-)(?!0[1-9]|1[0-2])\d\d(?!\d)",
        "{0!r}, which is no month,",
        "write '01' to '12'",
    ),
    _fault(r"(?<!-\d\d-\d\d)T\d.*", "{0!r}, a time without its day,", f"{_DAY} before it"),
    _fault(r"(?<=T\d\d:\d\d)(?=[Z+-]|\Z)", "a time without seconds", "write ':00' after it"),
    _fault(r"(?<=:\d\d)[.,](?!\d)", "{0!r} without part of a second", "write whole seconds"),
    _fault(r"-00(:00)?\Z", "{0!r}, which is no zone,", "write 'Z' for UTC, or nothing"),
)

# Other faults are reported at the place where the text stops being the beginning of a date.
_BEGINNING = re.compile(
    r"\.\.|(?:[0-9]{4}(?:-(?:[0-9]{2}|XX)(?:-(?:[0-9]{2}|XX))?)?|[0-9]{2}[0-9X]X)"
    r"(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}(?::[0-9]{2})?)?|[?~%])?|"
)


def add_hints(error: EdtfError, hints: tuple[str, ...]) -> EdtfError:
    """The same error with a remedy that names the hints; unchanged if there are none."""
    if not hints:
        return error
    told = " or ".join(map(repr, hints))
    if hints == (NOTHING_KNOWN,) and "X" not in error.text:
        remedy = _NOTHING_KNOWN
    elif error.remedy.startswith(_DAY):
        remedy = f"write {told}{error.remedy.removeprefix(_DAY)}"
    elif told in error.remedy:
        remedy = error.remedy
    elif _EXAMPLE.search(error.remedy):
        remedy = _EXAMPLE.sub(lambda _: f", {told}", error.remedy)
    else:
        remedy = f"{error.remedy}; here {told}"
    told_so = EdtfError(error.text, error.position, error.problem, remedy, hints)
    told_so.advice = error.remedy
    return told_so


_EXAMPLE = re.compile(r",? such as '.*\Z")


def explain(text: str) -> EdtfError:
    """Makes the error for a string that matches no accepted form; it does not raise it."""
    if len(text) > MAX_LENGTH:
        problem = f"more than {MAX_LENGTH} characters, which no date needs,"
        return EdtfError(text, MAX_LENGTH, problem, "write one date or one interval")
    for fault in _FAULTS:
        if found := fault.pattern.search(text):
            problem = fault.problem.format(found[0])
            return EdtfError(text, found.start(), problem, fault.remedy)
    return _explain_unexpected(text)


def _explain_unexpected(text: str) -> EdtfError:
    position = _find_end_of_date(text, 0)
    if text[position : position + 1] == "/":
        position = _find_end_of_date(text, position + 1)
    rest = text[position:]
    problem = f"{rest!r}, which is not understood," if rest else "an unfinished date"
    return EdtfError(text, position, problem, _DAY)


def _find_end_of_date(text: str, start: int) -> int:
    found = _BEGINNING.match(text, start)
    return found.end() if found else start
