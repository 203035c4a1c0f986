"""The rules of a follow-up, one by one, beside what it follows."""

import pytest

from store.records import rules
from store.records.base import Problem, Record
from store.records.follow_ups import (
    ADVANCES,
    FULFILS,
    OF_REQUESTS,
    OPPOSES,
    RESTATES,
    FollowUp,
    FollowUpKind,
    check,
    order_certain,
)
from tests.store.samples import commitment, evidence, follow_up, request, store

OF_PROMISES = [kind for kind in FollowUpKind if kind not in (*OF_REQUESTS, FollowUpKind.CONTEXT)]
"""Kinds of what comes after a commitment."""

ELSEWHERE = [evidence("a2", "x")]
SAME = [evidence("a1", "x")]
BOTH = [*SAME, *ELSEWHERE]


def problems(draft: Record, target: Record, answered: Record | None = None) -> list[str]:
    assert isinstance(draft, FollowUp)
    return [problem.path for problem in check(draft, target, answered)]


@pytest.mark.parametrize("kind", OF_PROMISES)
@pytest.mark.parametrize("term", ["ONE_OFF", "STANDING", "PROCESS"])
def test_only_what_is_done_once_can_be_fulfilled(kind: FollowUpKind, term: str) -> None:
    refused = term != "ONE_OFF" and kind in FULFILS
    found = problems(follow_up("f", kind=kind, evidence=ELSEWHERE), commitment("c1", term=term))
    assert found == (["kind"] if refused else [])


def test_a_request_can_be_fulfilled() -> None:
    assert problems(follow_up("f", "r1", "FULFILLED", evidence=ELSEWHERE), request("r1")) == []


@pytest.mark.parametrize("kind", OF_PROMISES)
@pytest.mark.parametrize("target", [commitment("c1"), request("c1")])
def test_what_advances_needs_another_article(kind: FollowUpKind, target: Record) -> None:
    assert problems(follow_up("f", kind=kind, evidence=ELSEWHERE), target) == []
    assert problems(follow_up("f", kind=kind, evidence=BOTH), target) == []
    expected = ["evidence"] if kind in ADVANCES else []
    assert problems(follow_up("f", kind=kind, evidence=SAME), target) == expected


def test_what_advances_may_not_rest_on_any_of_the_articles_of_the_promise() -> None:
    promise = commitment("c1", evidence=BOTH)
    assert problems(follow_up("f", evidence=ELSEWHERE), promise) == ["evidence"]


@pytest.mark.parametrize(
    ("made", "occurred", "refused", "certain"),
    [
        ("2020-01-10", "2020-01-09", True, False),
        ("2020-01-10", "2020-01-10", False, False),
        ("2020-01-10", "2020-01-11", False, True),
        ("2020-01-10", "2019", True, False),
        ("2020-01-10", "2020", False, False),
        ("2020", "2020-01-01", False, False),
        ("2020", "2021-01-01", False, True),
        ("2020-01", "2019-12-31?", True, False),
        ("2020-01-10", "2019/..", False, False),
        ("2020-01-10", "../2019", True, False),
        ("../2020", "1900", False, False),
        ("../2020", "2021", False, True),
        ("2020/..", "2019", True, False),
        ("2020/..", "2030", False, False),
    ],
)
def test_a_follow_up_wholly_before_its_target_is_refused(
    made: str, occurred: str, refused: bool, certain: bool
) -> None:
    promise, draft = commitment("c1", madeOn=made), follow_up("f", on=occurred)
    assert problems(draft, promise) == (["occurredOn"] if refused else [])
    assert order_certain(draft, promise) is certain


@pytest.mark.parametrize("kind", FollowUpKind)
def test_only_challenges_and_contradictions_are_answered(kind: FollowUpKind) -> None:
    answer = follow_up("f", kind="ANSWERED", answers="g")
    found = problems(answer, commitment("c1"), follow_up("g", kind=kind))
    assert found == ([] if kind in OPPOSES else ["answers"])


@pytest.mark.parametrize("kind", OF_PROMISES)
def test_only_an_answer_answers(kind: FollowUpKind) -> None:
    draft = follow_up("f", kind=kind, answers="g")
    found = problems(draft, commitment("c1"), follow_up("g", kind="CHALLENGED"))
    assert found == ([] if kind is FollowUpKind.ANSWERED else ["answers"])


@pytest.mark.parametrize("kind", OF_PROMISES)
def test_only_some_kinds_make_a_new_commitment(kind: FollowUpKind) -> None:
    draft = follow_up("f", kind=kind, restatedAs="c2")
    assert problems(draft, commitment("c1")) == ([] if kind in RESTATES else ["restatedAs"])


@pytest.mark.parametrize("kind", sorted(OF_REQUESTS))
def test_only_requests_are_declined_or_noted(kind: str) -> None:
    assert problems(follow_up("f", kind=kind), commitment("c1")) == ["kind"]
    assert problems(follow_up("f", "r1", kind), request("r1")) == []


@pytest.mark.parametrize(
    ("made", "occurred", "refused"),
    [
        ("2020-01-10", "2019", False),
        ("2020-01-10", "2020", False),
        ("2020-01-10", "../..", False),
        ("2020-01-10", "2020-01-10", False),
        ("2020-01-10", "2020-01-11", True),
        ("2020", "2021", True),
    ],
)
def test_context_is_what_came_before(made: str, occurred: str, refused: bool) -> None:
    draft = follow_up("f", kind="CONTEXT", on=occurred)
    assert problems(draft, commitment("c1", madeOn=made)) == (["kind"] if refused else [])


def test_what_a_source_does_not_tell_can_be_fulfilled() -> None:
    draft = follow_up("f", kind="FULFILLED", confidence="UNSTATED")
    assert problems(draft, commitment("c1", term="UNSTATED", strength="UNSTATED")) == []


def test_a_commitment_is_not_its_own_restatement() -> None:
    draft = follow_up("f", kind="REAFFIRMED", restatedAs="c1")
    assert problems(draft, commitment("c1")) == ["restatedAs"]


def test_all_problems_are_found_at_once() -> None:
    draft = follow_up("f", kind="FULFILLED", on="2019", evidence=SAME, answers="g", restatedAs="c1")
    found = problems(draft, commitment("c1", term="PROCESS"), follow_up("g"))
    assert found == [
        *("occurredOn", "kind", "evidence", "answers", "answers", "restatedAs", "restatedAs")
    ]


def test_an_answer_follows_what_the_answered_one_follows_merged_or_not() -> None:
    held = {record.key: record for record in store()}
    held["f3"] = follow_up("f3", "c2", "ANSWERED", answers="f2")

    def look_up(noun: str, key: str) -> Record | None:
        found = held.get(key)
        return found if type(found).__name__.lower() == noun.replace("_", "")[:-1] else None

    def found() -> list[Problem]:
        return [p for p in rules.check("follow_ups", held["f3"], look_up) if p.path == "answers"]

    assert found() == [Problem("answers", "f2 follows c1, not c2")]
    held["c1"] = commitment("c1", mergedInto="c2")
    assert found() == []


def test_evidence_is_never_missing() -> None:
    with pytest.raises(ValueError, match="at least 1 item"):
        follow_up("f", evidence=[])


def test_every_kind_explains_itself() -> None:
    assert all(kind.description.endswith(".") for kind in FollowUpKind)
