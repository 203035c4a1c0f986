"""Words that mean a date only from the day on which they were said: `last Friday`, `in two weeks`.

Each is replaced by the EDTF of what it means, so that the rest of a text can be read as if it had
stood there. Where people mean different things by the same words, a `Manner` says which to take.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from store.records.dates.in_words import MONTHS, WEEKDAYS


class Manner(NamedTuple):
    """How to take what is said in two ways.

    `later`: a bare `Friday` or `March` is the coming one. `other`: the `last Friday` of somebody
    who speaks on a Saturday is that of the week before, and `next Friday` that of the week after.
    `month_first`: the 03/04/2022 of Americans.
    """

    later: bool = False
    other: bool = False
    month_first: bool = False


@dataclass(slots=True)
class Said:
    """The day on which something was said, the manner to take it in, and what came of it. `coming`
    says whether the rest of the text wants what comes after the day, or before; None if neither.

    `notes` say how words were taken, `asked` which parts of the manner mattered, `weekdays` that a
    day of the week did, and `is_open` that no manner is the usual one.
    """

    on: date
    manner: Manner
    coming: bool | None = None
    notes: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    weekdays: bool = False
    is_open: bool = False

    def choose(self, part: str, *, usual: bool = False) -> bool:
        """The manner's answer to a question that matters. It is open unless one answer is usual."""
        self.asked.add(part)
        self.is_open = self.is_open or not usual
        return bool(getattr(self.manner, part))

    def choose_side(self) -> bool:
        """Whether to take what comes after the day."""
        if self.coming is None:
            return self.choose("later")
        self.notes.append("the next one is taken" if self.coming else "the latest one is taken")
        return self.coming


_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
_COUNT = {**{word: n for n, word in enumerate(_NUMBERS.split(), start=1)}, "a": 1, "an": 1}
_N = rf"(?P<n>\d{{1,3}}|an?|{'|'.join(_NUMBERS.split())})"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_DAY_NAMES = [name.lower() for name in WEEKDAYS]
_DAY_NAME = rf"(?P<weekday>{'|'.join(_DAY_NAMES)})"
_MONTH_NAMES = [name.lower() for name in MONTHS]
_MONTH_NAME = rf"(?P<month>{'|'.join(_MONTH_NAMES)})"
_BEFORE = ("last", "past", "this past", "previous")
_AFTER = ("next", "coming", "this coming", "following")
_WHICH = (
    rf"(?P<which>{'|'.join(('this past', 'this coming', *_BEFORE, *_AFTER, 'this', 'current'))})"
)


def _step(which: str) -> int:
    return -1 if which in _BEFORE else 1 if which in _AFTER else 0


def _move(on: date, unit: str, count: int) -> str:
    """The day, month or year so many units from a day."""
    if unit == "day":
        return (on + timedelta(days=count)).isoformat()
    if unit == "week":
        return (on + timedelta(weeks=count)).isoformat()
    if unit == "year":
        return _year(on.year + count)
    years, months = divmod(on.year * 12 + on.month - 1 + count, 12)
    return f"{_year(years)}-{months + 1:02}"


def _year(year: int) -> str:
    if not 1 <= year <= 9999:
        raise OverflowError("a year beyond the calendar")
    return f"{year:04}"


def _move_day(on: date, unit: str, count: int) -> date:
    """The day so many units from a day; the last of its month where it has no such day."""
    if unit in ("day", "week"):
        return date.fromisoformat(_move(on, unit, count))
    month = _move(on, "month", count * (12 if unit == "year" else 1))
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, min(on.day, monthrange(year, number)[1]))


def _count(text: str) -> int:
    return _COUNT[text] if text in _COUNT else int(text)


def _near_day(found: re.Match[str], said: Said) -> str:
    days = {"yesterday": -1, "last night": -1, "tomorrow": 1}
    days |= {"day before yesterday": -2, "day after tomorrow": 2}
    return _move(said.on, "day", days.get(found["near"], 0))


def _ago(found: re.Match[str], said: Said) -> str:
    unit, count = found["unit"], _count(found["n"])
    before = found["way"] in ("ago", "earlier")
    if unit != "day":
        said.notes.append(f"“{found[0]}” is taken as about so long")
    # Nobody who says three weeks counts the days.
    return _move(said.on, unit, -count if before else count) + ("" if unit == "day" else "~")


def _within(found: re.Match[str], said: Said) -> str:
    before = found["way"] is not None and found["way"] in ("last", "past")
    count = _count(found["n"])
    other = _move_day(said.on, found["unit"], -count if before else count)
    first, last = sorted((said.on, other))
    return f"{first}/{last}"


def _weekday_of_week(found: re.Match[str], said: Said) -> str:
    said.weekdays = True
    monday = _monday(said.on, _step(found["which"]))
    return (monday + timedelta(days=_DAY_NAMES.index(found["weekday"]))).isoformat()


def _monday(on: date, weeks: int = 0) -> date:
    return on - timedelta(days=on.weekday()) + timedelta(weeks=weeks)


def _which_weekday(found: re.Match[str], said: Said) -> str:
    said.weekdays = True
    wanted, step = _DAY_NAMES.index(found["weekday"]), _step(found["which"])
    if step == 0:
        said.notes.append(f"“{found[0]}” is taken as that of the same week, Monday to Sunday")
        return (_monday(said.on) + timedelta(days=wanted)).isoformat()
    days = (wanted - said.on.weekday()) * step % 7 or 7
    day = said.on + timedelta(days=step * days)
    # Within a week some mean the nearest, others that of another week.
    unclear = found["which"] in ("last", "next") and _monday(day) == _monday(said.on)
    if unclear and said.choose("other", usual=step < 0):
        day += timedelta(weeks=step)
    return day.isoformat()


def _which_month(found: re.Match[str], said: Said) -> str:
    wanted, step = _MONTH_NAMES.index(found["month"]) + 1, _step(found["which"])
    if step == 0:
        return f"{_year(said.on.year)}-{wanted:02}"
    beyond = wanted < said.on.month if step < 0 else wanted > said.on.month
    year = said.on.year if beyond else said.on.year + step
    if beyond and found["which"] in ("last", "next") and said.choose("other", usual=step < 0):
        year += step
    return f"{_year(year)}-{wanted:02}"


def _which_period(found: re.Match[str], said: Said) -> str:
    unit, step = found["period"], _step(found["which"])
    if unit == "week":
        monday = _monday(said.on, step)
        return f"{monday}/{monday + timedelta(days=6)}"
    if unit == "quarter":
        first = _move(said.on.replace(day=1), "month", 3 * step - (said.on.month - 1) % 3)
        return f"{first}/{_move(date.fromisoformat(f'{first}-01'), 'month', 2)}"
    if unit == "decade":
        return f"{_year(said.on.year + 10 * step)[:3]}X"
    return _move(said.on, unit, step)


def _end_of_period(found: re.Match[str], said: Said) -> str:
    """The end of a week, from Friday on, or of a quarter, its last month."""
    first, _, last = _which_period(found, said).partition("/")
    if found["period"] == "week":
        said.notes.append("the end of a week is taken as its Friday to Sunday")
        return f"{date.fromisoformat(last) - timedelta(days=2)}/{last}"
    return last or first


def _rest_of_period(found: re.Match[str], said: Said) -> str:
    unit = found["period"]
    before = found["rest"] == "earlier"
    whole = _which_period(found, said).split("/")
    if unit == "week":
        first, last = map(date.fromisoformat, whole)
    else:
        first = said.on.replace(day=1, month=1 if unit == "year" else said.on.month)
        last = _move_day(first, unit, 1) - timedelta(days=1)
    ends = (first, said.on - timedelta(days=1)) if before else (said.on + timedelta(days=1), last)
    return f"{ends[0]}/{ends[1]}"


def _bare_weekday(found: re.Match[str], said: Said) -> str:
    said.weekdays = True
    wanted = _DAY_NAMES.index(found["weekday"])
    if said.choose_side():
        return (said.on + timedelta(days=(wanted - said.on.weekday()) % 7 or 7)).isoformat()
    return (said.on - timedelta(days=(said.on.weekday() - wanted) % 7)).isoformat()


def _bare_month(found: re.Match[str], said: Said) -> str:
    wanted = _MONTH_NAMES.index(found["month"]) + 1
    day = found["before"] or found["after"]
    here = (said.on.month, said.on.day) if day else (said.on.month,)
    there = (wanted, int(day)) if day else (wanted,)
    year = said.on.year + (there < here if said.choose_side() else -(there > here))
    return f"{_year(year)}-{wanted:02}" + (f"-{int(day):02}" if day else "")


def _numbers(found: re.Match[str], said: Said) -> str:
    one, other = int(found["one"]), int(found["other"])
    if not (1 <= one <= 12 and 1 <= other <= 12) or one == other:
        return found[0]
    day, month = (other, one) if said.choose("month_first") else (one, other)
    return f"{found['year']}-{month:02}-{day:02}"


Mean: TypeAlias = Callable[[re.Match[str], Said], str]


def _expression(pattern: str, mean: Mean) -> tuple[re.Pattern[str], Mean]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])"), mean


_ORDER: tuple[tuple[re.Pattern[str], Mean], ...] = (
    _expression(
        r"(?P<one>\d{1,2})(?P<mark>[/-])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})", _numbers
    ),
)
_RELATIVE = (
    _expression(
        r"(?:the )?(?P<near>day before yesterday|day after tomorrow|yesterday|today|tonight"
        r"|tomorrow|last night|this (?:morning|afternoon|evening))(?: (?:morning|evening|night))?",
        _near_day,
    ),
    _expression(rf"{_N} {_UNIT} (?P<way>ago|earlier|later|from now|hence)", _ago),
    _expression(rf"(?P<way>in) {_N} {_UNIT}(?:' time)?", _ago),
    _expression(
        r"(?:(?:(?:with)?in|over|during) )?(?:the )?(?P<way>next|coming|following|last|past) "
        rf"{_N} {_UNIT}",
        _within,
    ),
    _expression(rf"within (?P<way>)?{_N} {_UNIT}", _within),
    _expression(rf"{_DAY_NAME},? (?:of )?{_WHICH} week", _weekday_of_week),
    _expression(rf"{_WHICH} week(?:'s|,| on)? {_DAY_NAME}", _weekday_of_week),
    _expression(rf"{_WHICH} {_DAY_NAME}", _which_weekday),
    _expression(rf"{_WHICH} {_MONTH_NAME}(?! \d)", _which_month),
    _expression(rf"(?P<rest>later|earlier) {_WHICH} (?P<period>week|month|year)", _rest_of_period),
    _expression(rf"end of (?:the )?{_WHICH} (?P<period>week|quarter)", _end_of_period),
    _expression(rf"{_WHICH} (?P<period>day|week|month|quarter|year|decade)", _which_period),
)
_BARE = (
    _expression(_DAY_NAME, _bare_weekday),
    _expression(
        rf"(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?)?{_MONTH_NAME}"
        r"(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?)?",
        _bare_month,
    ),
)


def _replace(text: str, said: Said, expressions: tuple[tuple[re.Pattern[str], Mean], ...]) -> str:
    for pattern, mean in expressions:

        def put(found: re.Match[str], mean: Mean = mean) -> str:
            return mean(found, said)

        text = pattern.sub(put, text)
    return text


_SHORT = re.compile(
    r"\b(?:(?P<month>jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
    r"|(?P<day>mon|tues?|wed|thu(?:rs?)?|fri|sat|sun))\b\.?"
)


def spell_out(text: str) -> str:
    """The text with months and days of the week in full."""

    def write(found: re.Match[str]) -> str:
        names = _MONTH_NAMES if found["month"] else _DAY_NAMES
        return next(name for name in names if name.startswith(found[0][:3]))

    return _SHORT.sub(write, text)


def settle_order(text: str, said: Said) -> str:
    """The text with days such as 03/04/2022 in the order of the manner."""
    return _replace(text, said, _ORDER)


def replace_relative(text: str, said: Said) -> str:
    """The text with what is relative to the day replaced. Raises OverflowError where that is no day
    of the calendar.
    """
    return _replace(text, said, _RELATIVE)


def replace_bare(text: str, said: Said) -> str:
    """The text with days of the week, and days and months without a year, replaced as well."""
    return _replace(text, said, _BARE)


def is_relative(text: str) -> bool:
    """Whether the text has words that mean a date only from a day on."""
    return any(pattern.search(text) for pattern, _ in (*_RELATIVE, *_BARE))
