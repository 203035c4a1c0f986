"""Series over months: the days that are looked at, and how changes add up to them. Pure."""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence

Turns = Counter[tuple[str, str, str]]
"""By how much a number changes, by dimension, value and month; the month is empty for what was so
before the first."""

_MONTH = 7


def month_ends(first: str, last: str) -> list[str]:
    """The last day of each month from `first` to `last`, and `last` itself, which ends no month."""
    found = []
    year, month = int(first[:4]), int(first[5:_MONTH])
    while (day := f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}") <= last:
        found.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    if not found or found[-1] < last:
        found.append(last)
    return found


def months_between(first: str, last: str) -> int:
    """How many months a series from `first` to `last` has, the first and the last included."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:_MONTH]) - int(first[5:_MONTH]) + 1


def month_of(day: str, days: Sequence[str]) -> str:
    """The month in which a change on that day counts in a series over those days."""
    return month if (month := day[:_MONTH]) >= days[0][:_MONTH] else ""


def added_up(turns: Turns, days: Sequence[str]) -> list[Mapping[tuple[str, str], int]]:
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
