"""How long after something happened this store recorded it. Pure."""

from datetime import datetime

from store.records.dates import days_between
from store.records.history.statuses import today


def days_until_recorded(latest: str | None, recorded_at: datetime) -> int | None:
    """Days from the last day on which it can have happened to that on which it was recorded.

    0 where it was recorded by then; None where nobody knows a last day.
    """
    if latest is None:
        return None
    return max(0, days_between(latest, today(recorded_at)))
