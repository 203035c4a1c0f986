"""The last day that a date can mean, of what was recorded at a moment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records.dates import last_day, parse
from store.records.follow_ups import order_certain
from tests.store.samples import commitment, follow_up

DAYS = st.dates(datetime(1990, 1, 1).date(), datetime(2030, 12, 31).date()).map(str)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
OPEN = st.sampled_from(["", ".."])


@st.composite
def dates(draw: st.DrawFn) -> str:
    first, last = sorted([draw(DAYS), draw(DAYS)])
    shape = draw(st.sampled_from(["day", "month", "year", "both", "start", "end", "open"]))
    written = {
        "day": first, "month": first[:7], "year": first[:4], "both": f"{first}/{last}",
        "start": f"{first}/..", "end": f"../{last}", "open": "../..",
    }  # fmt: skip
    return written[shape]


@given(dates(), MOMENTS)
def test_the_last_day_is_the_stated_one_or_that_of_recording(
    written: str, recorded: datetime
) -> None:
    when, day = parse(written), recorded.date().isoformat()
    found = last_day(when, recorded)
    if when.earliest is not None and when.earliest > day:
        assert found == when.latest  # it lies ahead
    else:
        assert found is not None and found in (when.latest, day)
        assert found <= day and found <= (when.latest or day)
        assert when.earliest is None or when.earliest <= found


@given(dates())
def test_without_a_recording_the_last_day_is_as_stated(written: str) -> None:
    assert last_day(parse(written), None) == parse(written).latest


def test_the_day_of_a_moment_is_that_in_utc() -> None:
    karachi = timezone(timedelta(hours=5))
    recorded = datetime(2025, 7, 10, 1, tzinfo=karachi)
    assert last_day(parse("../.."), recorded) == "2025-07-09"
    # A day that is stated stays that day, also where it had only begun further east.
    assert last_day(parse("2025-07-10"), recorded) == "2025-07-10"


@pytest.mark.parametrize(
    ("made", "recorded", "occurred", "certain"),
    [
        ("../..", "2020-02-01T00:00:00Z", "2020-02-02", True),
        ("../..", "2020-02-01T00:00:00Z", "2020-02-01", False),
        ("2020/..", "2020-02-01T00:00:00Z", "2020-03", True),
        ("2020", "2020-02-01T00:00:00Z", "2020-03", True),
        ("2020", "2021-02-01T00:00:00Z", "2020-03", False),
    ],
)
def test_what_came_after_the_recording_of_a_promise_came_after_the_promise(
    made: str, recorded: str, occurred: str, certain: bool
) -> None:
    promise = commitment("c1", madeOn=made, recordedAt=recorded)
    assert order_certain(follow_up("f", on=occurred), promise) is certain
