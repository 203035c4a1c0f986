"""Days from when something happened to when it was recorded."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from store.records.recording_delay import days_until_recorded

NOON = datetime(2025, 7, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("latest", "days"),
    [
        ("2025-07-10", 0),
        ("2025-07-09", 1),
        ("2024-12-31", 191),
        ("2025-12-31", 0),  # some day of 2025, and it is not over
        (None, None),
    ],
)
def test_days_count_from_the_last_day_that_is_possible(latest: str | None, days: int) -> None:
    assert days_until_recorded(latest, NOON) == days


def test_the_day_of_recording_is_that_of_utc() -> None:
    early = datetime(2025, 7, 11, 3, tzinfo=timezone(timedelta(hours=5)))
    assert days_until_recorded("2025-07-09", early) == 1
