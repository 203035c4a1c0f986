"""Dates that cannot all be true are refused; those that are only odd are told."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records import contradictions
from store.records.base import Record
from store.records.dates import parse
from store.records.parties import check as check_party
from tests.store.samples import (
    article,
    assessment,
    commitment,
    evidence,
    follow_up,
    party,
    record,
    request,
)

RECORDED = "2024-06-01T20:00:00Z"


def problems(draft: Record, *others: Record) -> list[str]:
    return [problem.path for problem in contradictions.check(draft, _look_up(*others))]


def oddities(draft: Record, *others: Record) -> list[str]:
    return [problem.path for problem in contradictions.find_odd_dates(draft, _look_up(*others))]


def _look_up(*others: Record) -> contradictions.LookUp:
    nouns = {"Article": "articles", "Commitment": "commitments", "Request": "requests",
             "Meeting": "meetings"}  # fmt: skip
    there = {(nouns[type(other).__name__], other.key): other for other in others}
    return lambda noun, key: there.get((noun, key))


ENDS = [
    ("2010", "2012", True),
    ("2011-12-31", "2012", True),
    ("2012", "2012", False),
    ("2012-01-01", "2012", False),
    ("2012", "2012-06", False),
    ("2013", "2012", False),
    ("../2010", "2012/..", True),
    ("2010/..", "2012", False),
    ("../..", "2012", False),
    ("2010", "../..", False),
    ("2010?", "2012~", True),
]


@pytest.mark.parametrize(("end", "start", "refused"), ENDS)
def test_nothing_ends_before_it_begins(end: str, start: str, refused: bool) -> None:
    member = party("p", memberships=[{"organization": "o", "start": start, "end": end}])
    assert problems(member) == (["memberships[0].end"] if refused else [])
    name = {"value": "Telno Ltd", "kind": "FORMER", "validFrom": start, "validTo": end}
    assert problems(party("p", names=[name])) == (["names[0].validTo"] if refused else [])
    assert check_party(member) == []  # type: ignore[arg-type]
    due = commitment("c", madeOn=start, dueOn=end)
    assert problems(due, article("a1")) == (["dueOn"] if refused else [])


def test_one_end_alone_contradicts_nothing() -> None:
    assert problems(party("p", memberships=[{"organization": "o", "end": "2010"}])) == []
    assert problems(party("p", memberships=[{"organization": "o", "start": "2010"}])) == []


PUBLISHED = [
    ("2024-05-02", "2024-05-02", False),
    ("2024-05-02", "2024-05-03", False),  # of a report from further west
    ("2024-05-02", "2024-05-04", True),
    ("2024-05-02", "2025-01-01", True),
    ("2024-05", "2024-06-01", False),
    ("2024-05", "2024-06", False),
    ("2024-05", "2024-06-02", True),
    ("2024", "2024-12-31", False),
    ("2024-05-02/..", "2030", False),
    ("../..", "2024-05-04", False),
    ("2024-05-02", "2024-05-01/..", False),
    ("2024-05-02", "../..", False),
    ("2024-05-02", "2024-05-04/..", True),
]


@pytest.mark.parametrize(("published", "when", "refused"), PUBLISHED)
def test_nothing_is_reported_before_it_happens(published: str, when: str, refused: bool) -> None:
    report, other = article("a1", datePublished=published), article("a2", datePublished=published)
    found = ["madeOn"] if refused else []
    assert problems(commitment("c", madeOn=when), report) == found
    assert problems(request("r", madeOn=when), report) == found
    assert problems(follow_up("f", on=when), other) == (["occurredOn"] if refused else [])


def test_one_report_that_came_after_is_enough() -> None:
    both = [evidence("a1", "x"), evidence("a2", "x")]
    early = article("a1", datePublished="2024-05-02")
    draft = follow_up("f", on="2025-01-01", evidence=both)
    assert problems(draft, early, article("a2", datePublished="2024-05-03")) == ["occurredOn"]
    assert problems(draft, early, article("a2", datePublished="2025-01-02")) == []
    assert problems(draft, early, article("a2", datePublished="../..")) == []
    # One that is not there is the fault of another rule.
    assert problems(draft, early) == []


RECORDS = [
    ("2024-06-01", False),
    ("2024-06-02", False),  # it was that day already in most of Asia
    ("2024-06-03", True),
    ("2024-06", False),
    ("2024-07", True),
    ("2024", False),
    ("2024-06-03/..", True),
    ("2024-05-01/..", False),
    ("../..", False),
    ("2999-01-01", True),
]


@pytest.mark.parametrize(("when", "refused"), RECORDS)
def test_nothing_is_recorded_before_it_happens(when: str, refused: bool) -> None:
    reports = [article(key, datePublished="../..") for key in ("a1", "a2")]
    made = ["madeOn"] if refused else []
    assert problems(commitment("c", madeOn=when, recordedAt=RECORDED), *reports) == made
    assert problems(request("r", madeOn=when, recordedAt=RECORDED), *reports) == made
    followed = follow_up("f", on=when, recordedAt=RECORDED)
    assert problems(followed, *reports) == (["occurredOn"] if refused else [])
    looked = {"trackable": "c", "checkedOn": when, "checkedBy": "Ida", "found": 0}
    log = record("check_logs", "l", recordedAt=RECORDED, **looked)
    assert problems(log) == (["checkedOn"] if refused else [])


def test_deadlines_meetings_and_assessments_may_lie_ahead() -> None:
    due = commitment("c", madeOn="2024-05-01", dueOn="2050", recordedAt=RECORDED)
    assert problems(due, article("a1")) == []
    held = {"title": "Talks", "kind": "OTHER", "date": "2024-09-01", "recordedAt": RECORDED}
    assert problems(record("meetings", "m", **held)) == []
    counts = assessment("s", "c", effectiveOn="2025-01-01", recordedAt=RECORDED)
    assert problems(counts, due) == []


@pytest.mark.parametrize(
    ("effective", "withdrawn", "made", "refused"),
    [
        ("2024-05-02", "2024-05-01T09:00:00Z", "2020", ["withdrawnAt"]),
        ("2024-05-02", "2024-05-01T10:00:00Z", "2020", []),  # it was the 2nd on Kiritimati
        ("2024-05-02", "2024-05-02T00:00:00Z", "2020", []),
        ("2024", "2024-03-01T00:00:00Z", "2020", []),
        ("2024", "2023-03-01T00:00:00Z", "2020", ["withdrawnAt"]),
        ("../..", "2023-03-01T00:00:00Z", "2020", []),
        ("2019", None, "2020", ["effectiveOn"]),
        ("2020", None, "2020-06", []),
        ("../2019", None, "2020/..", ["effectiveOn"]),
        ("../..", None, "2020", []),
    ],
)
def test_an_assessment_fits_what_it_judges(
    effective: str, withdrawn: str | None, made: str, refused: list[str]
) -> None:
    draft = assessment("s", "x", effectiveOn=effective, withdrawnAt=withdrawn)
    assert problems(draft, commitment("x", madeOn=made)) == refused
    assert problems(draft, request("x", madeOn=made)) == refused


@pytest.mark.parametrize(
    ("published", "at", "refused"),
    [
        ("2024-01-01", "2024-03-05T00:00:00Z", True),
        ("2024-03-05", "2024-03-05T00:00:00Z", False),
        ("2024-03-04", "2024-03-05T11:00:00Z", False),
        ("2024-03-04", "2024-03-05T12:00:00Z", True),
        ("2024-03-06", "2024-03-05T10:00:00Z", False),
        ("2024-03-06", "2024-03-05T09:00:00Z", True),
        ("2024-03", "2024-04-01T01:00:00Z", False),
        ("2024", "2025-03-05T00:00:00Z", True),
        ("../..", "2025-03-05T00:00:00Z", False),
        ("2024-03-05T09:30:00+05:00", "2024-03-05T04:30:00Z", False),
        ("2024-03-05T09:30:00+05:00", "2024-03-05T09:30:00Z", True),
        ("2024-03-05T09:30:00", "2024-03-05T04:30:00Z", False),
        ("9999-12-31", "9999-12-31T23:00:00Z", False),
        ("0001-01-01", "0001-01-01T01:00:00Z", False),
    ],
)
def test_a_moment_of_publication_is_on_the_day_of_it(
    published: str, at: str, refused: bool
) -> None:
    draft = article("a", datePublished=published, publishedAt=at)
    assert problems(draft) == (["publishedAt"] if refused else [])


@pytest.mark.parametrize("state", ["REJECTED", "RETRACTED"])
def test_what_is_set_aside_contradicts_nothing(state: str) -> None:
    draft = follow_up("f", on="2999-01-01", recordedAt=RECORDED, curation=state)
    assert problems(draft, article("a2", datePublished="2024")) == []


DAYS = st.dates(date(1995, 1, 1), date(2035, 12, 31))


@st.composite
def vague(draw: st.DrawFn) -> str:
    day = draw(DAYS)
    other = day + timedelta(days=draw(st.integers(0, 900)))
    forms = [f"{day}", f"{day}"[:7], f"{day}"[:4], f"{day}/{other}", f"{day}/..", f"../{other}"]
    return draw(st.sampled_from([*forms, "../.."]))


@given(vague(), vague(), vague())
def test_what_can_be_true_is_never_refused(made: str, due: str, published: str) -> None:
    """If some day that each date can mean fits, nothing is refused."""

    def ends(written: str) -> tuple[str, str]:
        found = parse(written)
        return found.earliest or "0001-01-01", found.latest or "9999-12-31"

    found = problems(
        commitment("c", madeOn=made, dueOn=due), article("a1", datePublished=published)
    )
    assert ("dueOn" in found) == (ends(made)[0] > ends(due)[1])
    if ends(made)[0] <= ends(published)[1]:
        assert "madeOn" not in found


# --- What is odd ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "told"),
    [
        ("3024", True), ("2565-07", True), ("1403-05-01", True), ("2024-06-03", True),
        ("2024-06-02", False), ("2024", False), ("1800", False), ("1799-12", True),
        ("17XX", True), ("../1799", True), ("../..", False),
    ],
)  # fmt: skip
def test_a_year_of_another_calendar_is_told(published: str, told: bool) -> None:
    draft = article("a", datePublished=published, recordedAt=RECORDED)
    assert problems(draft) == []
    assert oddities(draft) == (["datePublished"] if told else [])


@pytest.mark.parametrize(("due", "told"), [("2100", False), ("2125", True), ("2567-01", True)])
def test_deadlines_may_lie_far_ahead_and_no_further(due: str, told: bool) -> None:
    draft = commitment("c", dueOn=due, recordedAt=RECORDED)
    assert oddities(draft) == (["dueOn"] if told else [])


def test_odd_dates_in_parts_of_a_record_are_found() -> None:
    odd = {"kind": "FORMER", "value": "Telno Ltd", "validTo": "2565"}
    member = {"organization": "o", "start": "1403"}
    draft = party("p", names=[odd], memberships=[member], recordedAt=RECORDED)
    assert oddities(draft) == ["names[0].validTo", "memberships[0].start"]


def test_a_day_after_the_report_and_another_day_than_the_meeting_are_told() -> None:
    report = article("a1", datePublished="2024-05-02")
    held: dict[str, Any] = {"title": "Talks", "kind": "OTHER", "evidence": [evidence("a1", "x")]}
    meeting = record("meetings", "m1", date="2024-05-03", **held)
    assert oddities(meeting, report) == ["date"]
    draft = commitment("c", madeOn="2024-05-03")
    assert oddities(draft, report, meeting) == ["madeOn"]
    assert oddities(commitment("c", madeOn="2024-05-02"), report, meeting) == ["madeOn"]
    assert oddities(commitment("c", madeOn="2024-05"), report, meeting) == []
