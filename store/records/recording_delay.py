"""How long after an event this store recorded it. Pure."""

from datetime import datetime

from store.records.dates import days_between
from store.records.history.statuses import today


def days_until_recorded(latest: str | None, recorded_at: datetime) -> int | None:
    """Days from the last day on which it can have happened to the day it was recorded (UTC).

    0 if it was recorded by that last day; None if there is no last day.
    """
    if latest is None:
        return None
    return max(0, days_between(latest, today(recorded_at)))
