"""Whatever steps a day or a month stops where the calendar does: 0001-01-01 and 9999-12-31."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records.dates import days_before, days_between
from store.records.follow_ups import FollowUpKind, Independence
from store.records.history.commitment_statistics import find_spans
from store.records.history.series import Turns, add_up, month_ends, month_of, months_between
from store.records.history.status_changes import Window, find_turns
from store.records.history.statuses import (
    OPEN_END,
    OPEN_START,
    Edge,
    Subject,
    days_silent,
    fold_segments,
    fold_standing,
    is_overdue,
)

FIRST, LAST = date.min, date.max
RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
NEAR = 800
NEAR_THE_START = st.integers(0, NEAR).map(lambda n: FIRST + timedelta(days=n))
NEAR_THE_END = st.integers(0, NEAR).map(lambda n: LAST - timedelta(days=n))


def several(days: st.SearchStrategy[date], count: int) -> st.SearchStrategy[list[str]]:
    drawn = st.lists(days, min_size=count, max_size=count)
    return drawn.map(lambda found: [day.isoformat() for day in sorted(found)])


def at_an_end(count: int) -> st.SearchStrategy[list[str]]:
    """So many days, oldest first, all near one end of the calendar."""
    return several(NEAR_THE_START, count) | several(NEAR_THE_END, count)


def every_day(first: str, last: str) -> list[str]:
    start, end = (date.fromisoformat(day).toordinal() for day in (first, last))
    return [date.fromordinal(n).isoformat() for n in range(start, end + 1)]


def history(made: str, followed: str) -> tuple[Subject, list[Edge]]:
    edge = Edge(
        key="f",
        kind=FollowUpKind.PROGRESSED,
        earliest=followed,
        latest=followed,
        recorded_at=RECORDED,
        independence=Independence.SELF,
    )
    return Subject(made_earliest=made, made_latest=made, due_latest=followed), [edge]


@given(at_an_end(2))
def test_a_series_has_the_last_day_of_each_month_and_its_own(ends: list[str]) -> None:
    first, last = ends
    days = every_day(first, last)
    right = [day for day, after in pairwise(days) if day[:7] != after[:7]] + [last]
    assert month_ends(first, last) == right
    assert months_between(first, last) == len(right)


def test_the_whole_calendar_is_as_many_days_as_months() -> None:
    days = month_ends("0001-01-01", "9999-12-31")
    assert (days[0], days[-1], len(days)) == ("0001-01-31", "9999-12-31", 9999 * 12)
    assert days == sorted(set(days))
    assert month_ends("9999-12-01", "9999-12-31") == ["9999-12-31"]
    assert month_ends("9999-12-31", "9999-12-31") == ["9999-12-31"]
    assert month_ends("0001-01-01", "0001-01-01") == ["0001-01-01"]


@given(at_an_end(4))
def test_a_series_counts_what_holds_on_each_of_its_days(days: list[str]) -> None:
    made, first, followed, last = days
    subject, edges = history(made, followed)
    series = month_ends(first, last)
    found: Turns = Turns()
    for segment in fold_segments(subject, edges, ()):
        for day, n in ((segment.since, 1), (segment.until, -1)):
            if day <= last:
                found["STATUS", str(segment.value), month_of(day, series)] += n
    for day, point in zip(series, add_up(found, series), strict=True):
        now = fold_standing(subject, edges, (), day)
        assert point == ({("STATUS", str(now.value)): 1} if now else {})


@given(at_an_end(2), st.integers(0, 2 * NEAR))
def test_stepping_back_ends_where_the_calendar_begins(ends: list[str], count: int) -> None:
    day = ends[1]
    back = days_before(day, count)
    if back is None:
        assert days_between("0001-01-01", day) < count
    else:
        assert days_between(back, day) == count


@pytest.mark.parametrize("count", [10**6, 2**31 - 1, 10**12])
def test_no_count_of_days_is_too_large_to_step_back(count: int) -> None:
    window = Window("9999-12-30", "9999-12-31", count)
    assert days_before("9999-12-31", 10**7) is None
    assert window.fallen_silent[0] >= OPEN_START


@given(at_an_end(4), st.integers(1, NEAR))
def test_changes_are_those_of_a_day_by_day_look(days: list[str], silent_for: int) -> None:
    made, since, followed, until = days
    if since == until:
        return
    subject, edges = history(made, followed)
    whole = [segment.model_dump(by_alias=True) for segment in fold_segments(subject, edges, ())]
    told = {
        (str(t["kind"]), t["on"]) for t in find_turns(whole, made, Window(since, until, silent_for))
    }

    def silent(day: str) -> bool:
        now = fold_standing(subject, edges, (), day)
        days = days_silent(now.last_follow_up, made, day) if now else None
        return days is not None and days >= silent_for

    right = set()
    for before, day in pairwise(every_day(since, until)):
        then, now = (fold_standing(subject, edges, (), d) for d in (before, day))
        if now and not then:
            right.add(("MADE", day))
        elif now and then and now.value != then.value:
            right.add(("STATUS_CHANGED", day))
    looked = every_day(since, until)
    quiet = [silent(day) for day in looked]
    if quiet[-1] and not all(quiet):
        right.add(("FELL_SILENT", looked[len(quiet) - quiet[::-1].index(False)]))
    assert told == right


@given(at_an_end(3), st.sampled_from([OPEN_START, None]), st.sampled_from([OPEN_END, None]))
def test_a_history_has_no_gap_up_to_the_ends(
    days: list[str], open_start: str | None, open_end: str | None
) -> None:
    made, followed, day = days
    subject, (edge,) = history(open_start or made, followed)
    edges = [edge.model_copy(update={"latest": open_end or followed})]
    found = fold_segments(subject, edges, ())
    assert (found[0].since, found[-1].until) == (subject.made_earliest, OPEN_END)
    assert all(a.until == b.since and a.since < a.until for a, b in pairwise(found))
    holding = [segment for segment in found if segment.since <= day < segment.until]
    now = fold_standing(subject, edges, (), day)
    assert [s.value for s in holding] == ([now.value] if now else [])


@given(at_an_end(3))
def test_lengths_are_counted_up_to_the_ends(days: list[str]) -> None:
    made, followed, day = days
    subject, edges = history(made, followed)
    apart = (date.fromisoformat(followed) - date.fromisoformat(made)).days
    made_on = {"earliest": made, "latest": made}
    found = find_spans({"madeOn": made_on, "recordedAt": RECORDED}, edges, day)
    assert found == {"firstFollowUp": (apart, apart)}
    now = fold_standing(subject, edges, (), day)
    assert now is not None and not is_overdue(now.value, OPEN_END, day)
    assert is_overdue(now.value, followed, day) == (followed < day)
