"""Monthly series: the days of a series, and how changes add up to the counts of each day. Pure."""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence

Turns = Counter[tuple[str, str, str]]
"""How much a count changes, by dimension, value and month. The month is "" for all changes before
the first month of the series."""

_MONTH = 7


def month_ends(first: str, last: str) -> list[str]:
    """The last day of each month from `first` to `last`; for the last month, `last` itself.

    As many days as `months_between` says.
    """
    # By number, not by comparing texts: the year 10000 would sort before 9999.
    months = (divmod(n, 12) for n in range(_months(first), _months(last) + 1))
    return [min(_last_day(year, month + 1), last) for year, month in months]


def months_between(first: str, last: str) -> int:
    """How many months a series from `first` to `last` has, including the first and the last."""
    return _months(last) - _months(first) + 1


def _months(day: str) -> int:
    """The number of months from the year 0 to the month of the day."""
    return int(day[:4]) * 12 + int(day[5:_MONTH]) - 1


def _last_day(year: int, month: int) -> str:
    return f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"


def month_of(day: str, days: Sequence[str]) -> str:
    """The month in which a change on `day` counts in a series over `days`."""
    return month if (month := day[:_MONTH]) >= days[0][:_MONTH] else ""


def add_up(turns: Turns, days: Sequence[str]) -> list[Mapping[tuple[str, str], int]]:
    """The counts on each day, by dimension and value."""
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
