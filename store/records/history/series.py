"""Series over months: the days that are looked at, and how changes add up to them. Pure."""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence

Turns = Counter[tuple[str, str, str]]
"""By how much a number changes, by dimension, value and month; the month is empty for what was so
before the first."""

_MONTH = 7


def month_ends(first: str, last: str) -> list[str]:
    """The last day of each month from `first` to `last`, of the last one `last` itself.

    As many as `months_between` says.
    """
    # Counted, not compared: a day after the year 9999 would sort before those in it.
    months = (divmod(n, 12) for n in range(_months(first), _months(last) + 1))
    return [min(_last_day(year, month + 1), last) for year, month in months]


def months_between(first: str, last: str) -> int:
    """How many months a series from `first` to `last` has, the first and the last included."""
    return _months(last) - _months(first) + 1


def _months(day: str) -> int:
    """The months before that of the day, from the year 0 on."""
    return int(day[:4]) * 12 + int(day[5:_MONTH]) - 1


def _last_day(year: int, month: int) -> str:
    return f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"


def month_of(day: str, days: Sequence[str]) -> str:
    """The month in which a change on that day counts in a series over those days."""
    return month if (month := day[:_MONTH]) >= days[0][:_MONTH] else ""


def add_up(turns: Turns, days: Sequence[str]) -> list[Mapping[tuple[str, str], int]]:
    """For each day, how many there are by dimension and value."""
    ordered = sorted(turns.items(), key=lambda turn: turn[0][2])
    found: list[Mapping[tuple[str, str], int]] = []
    now: Counter[tuple[str, str]] = Counter()
    place = 0
    for day in days:
        while place < len(ordered) and ordered[place][0][2] <= day[:_MONTH]:
            (dimension, value, _), n = ordered[place]
            now[dimension, value] += n
            place += 1
        found.append({at: n for at, n in now.items() if n})
    return found
