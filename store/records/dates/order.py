"""Compares two dates, or a date and a day: before, within, or unknown.

Only days are compared: a `?` changes nothing, and two times on one day are not ordered.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from store.records.enums import Described


class Bounded(Protocol):
    """Anything with days `YYYY-MM-DD` as inclusive bounds, None if open: FuzzyDate, Edtf."""

    @property
    def earliest(self) -> str | None:
        """The first day."""

    @property
    def latest(self) -> str | None:
        """The last day."""


class Order(Described):
    """The order of two dates, as far as their bounds tell."""

    BEFORE = "BEFORE", "Every day the first can mean precedes every day the second can mean."
    AFTER = "AFTER", "Every day the first can mean follows every day the second can mean."
    SAME = "SAME", "Both mean one and the same day."
    UNKNOWN = "UNKNOWN", "The bounds overlap, so the order cannot be told."


def order(a: Bounded, b: Bounded) -> Order:
    """The order of `a` and `b`; SAME only if both are the same single day."""
    if _precedes(a, b):
        return Order.BEFORE
    if _precedes(b, a):
        return Order.AFTER
    same = a.earliest is not None and a.earliest == a.latest == b.earliest == b.latest
    return Order.SAME if same else Order.UNKNOWN


def _precedes(a: Bounded, b: Bounded) -> bool:
    return a.latest is not None and b.earliest is not None and a.latest < b.earliest


def certainly_by(when: Bounded, as_of: str | date) -> bool:
    """Whether the date is certainly on or before the day `as_of`."""
    return when.latest is not None and when.latest <= as_day(as_of)


def possibly_by(when: Bounded, as_of: str | date) -> bool:
    """Whether the date can be on or before the day `as_of`."""
    return when.earliest is None or when.earliest <= as_day(as_of)


def certainly_within(when: Bounded, first: str | date | None, last: str | date | None) -> bool:
    """Whether the date is certainly between `first` and `last`, inclusive.

    A None leaves that side of the window open, which then includes open dates.
    """
    after = first is None or (when.earliest is not None and as_day(first) <= when.earliest)
    return after and (last is None or certainly_by(when, last))


def possibly_within(when: Bounded, first: str | date | None, last: str | date | None) -> bool:
    """Whether the date can be between `first` and `last`, inclusive; None leaves a side open."""
    after = first is None or when.latest is None or as_day(first) <= when.latest
    return after and (last is None or possibly_by(when, last))


def last_day(when: Bounded, recorded_at: datetime | None) -> str | None:
    """The last day that a date can mean, given when it was recorded; None if open.

    What was recorded had happened, so this is not after the day of the recording (UTC). If the
    whole date is after that day, or `recorded_at` is None, it is `when.latest` as stated.
    """
    if recorded_at is None:
        return when.latest
    recorded = recorded_at.astimezone(UTC).date().isoformat()
    if when.earliest is not None and when.earliest > recorded:
        return when.latest
    return min(when.latest or recorded, recorded)


def display_key(when: Bounded) -> tuple[str, str]:
    """The key to sort by for display: open starts first, then by start, open ends last.

    This says nothing of the real order, for which see `order`.
    """
    return when.earliest or "", when.latest or "open"  # a letter sorts after every digit


def days_between(start: str | date, end: str | date) -> int:
    """The number of days from `start` to `end`; negative if `end` is earlier."""
    return (date.fromisoformat(as_day(end)) - date.fromisoformat(as_day(start))).days


def days_before(day: str | date, count: int) -> str | None:
    """The day `count` days before; None if that is before the year 1."""
    try:
        return (date.fromisoformat(as_day(day)) - timedelta(days=count)).isoformat()
    except OverflowError:
        return None


def as_day(day: str | date) -> str:
    """A day as `YYYY-MM-DD`. Raises ValueError for anything else, also for a time."""
    if isinstance(day, datetime):
        raise ValueError(f"{day.isoformat()} is a time; its day depends on a zone, so give a day")
    if isinstance(day, date):
        return day.isoformat()
    # date.fromisoformat also accepts 20040611 and 2004-W24-5, which do not compare as text.
    if len(day) != 10 or date.fromisoformat(day).isoformat() != day:
        raise ValueError(f"{day!r} is no day; write YYYY-MM-DD")
    return day
