"""Follow-ups: what a later event did to a commitment or request, with evidence."""

from collections.abc import Iterable, Set
from typing import Annotated

from store.records.base import (
    CommitmentKey,
    Distinct,
    FollowUpKey,
    Many,
    Measure,
    MeetingKey,
    PartyKey,
    Problem,
    Some,
    SourcedRecord,
    Text,
    TrackableKey,
)
from store.records.commitments import LASTING, Commitment
from store.records.dates import FuzzyDate, Order, last_day, order
from store.records.enums import Described
from store.records.evidence import Evidence
from store.records.requests import Request


class FollowUpKind(Described):
    """What a later event did to the commitment."""

    REAFFIRMED = "REAFFIRMED", "Promised again. Restating is not progress."
    AMENDED = "AMENDED", "Changed in wording or scope, without replacing it."
    PROGRESSED = "PROGRESSED", "Something was done towards it."
    PARTLY_FULFILLED = "PARTLY_FULFILLED", "Part of it was done."
    FULFILLED = "FULFILLED", "It was done."
    STALLED = "STALLED", "Work on it stopped."
    BROKEN = "BROKEN", "It was broken."
    CONTRADICTED = "CONTRADICTED", "The promisor said or did the opposite."
    CHALLENGED = "CHALLENGED", "Somebody doubted or criticised how it is kept."
    ANSWERED = "ANSWERED", "A challenge or contradiction was answered."
    SUPERSEDED = "SUPERSEDED", "Another commitment took its place."
    WITHDRAWN = "WITHDRAWN", "The promisor took it back."
    MENTIONED = "MENTIONED", "It was mentioned, and nothing more."
    DECLINED = "DECLINED", "Of a request alone: whoever was asked refused it."
    NOTED = "NOTED", "Of a request alone: whoever was asked took note of it, and promised nothing."
    CONTEXT = "CONTEXT", "It came before, and helps to understand it; touches no status."


class ScopeChange(Described):
    """How a restatement differs from what it restates."""

    NONE = "NONE", "The same scope."
    WIDENED = "WIDENED", "Promises more."
    NARROWED = "NARROWED", "Promises less."
    READDRESSED = "READDRESSED", "Promised to somebody else."


class Independence(Described):
    """Who reports a follow-up, relative to the promisor."""

    SELF = "SELF", "The promisor itself."
    COUNTERPART = "COUNTERPART", "The other side of the commitment."
    THIRD_PARTY = "THIRD_PARTY", "Somebody outside it."
    DOCUMENT = "DOCUMENT", "A document that shows it."


class Confidence(Described):
    """How sure the curator is that this follow-up belongs to this target."""

    HIGH = "HIGH", "Sure."
    MEDIUM = "MEDIUM", "Likely; another reading is possible."
    LOW = "LOW", "A guess, kept for review."
    UNSTATED = "UNSTATED", "The source links them and does not tell how surely."


class TrackableNoun(Described):
    """What a follow-up can follow."""

    COMMITMENTS = "commitments", "A commitment."
    REQUESTS = "requests", "A request."


ADVANCES = frozenset(
    {FollowUpKind.PROGRESSED, FollowUpKind.PARTLY_FULFILLED, FollowUpKind.FULFILLED}
)
FULFILS = frozenset({FollowUpKind.PARTLY_FULFILLED, FollowUpKind.FULFILLED})
OPPOSES = frozenset({FollowUpKind.CHALLENGED, FollowUpKind.CONTRADICTED})
OF_REQUESTS = frozenset({FollowUpKind.DECLINED, FollowUpKind.NOTED})
"""What is done to requests alone."""

RESTATES = frozenset({FollowUpKind.REAFFIRMED, FollowUpKind.AMENDED, FollowUpKind.SUPERSEDED})


class FollowUp(SourcedRecord):
    """What happened to a commitment or request, when, by whom, and how that is known.

    `restated_as` is the new commitment that a restatement made, `answers` the follow-up that this
    one answers. `target_noun` is the noun of `target`; the writer fills it.
    """

    target: TrackableKey
    target_noun: TrackableNoun | None = None
    kind: FollowUpKind
    scope_change: ScopeChange = ScopeChange.NONE
    occurred_on: FuzzyDate
    actors: Annotated[Many[PartyKey], Distinct] = ()
    meeting: MeetingKey | None = None
    restated_as: CommitmentKey | None = None
    answers: FollowUpKey | None = None
    independence: Independence
    confidence: Confidence
    measures: Many[Measure] = ()
    evidence: Some[Evidence]
    rationale: Text | None = None


def check(
    follow_up: FollowUp, target: Commitment | Request, answered: FollowUp | None
) -> list[Problem]:
    """The problems of a follow-up together with its target and the follow-up that it answers.

    Whether both follow-ups have the same target is checked in `rules`, which knows the merges.
    """
    return [
        *_check_order(follow_up, target),
        *_check_term(follow_up, target),
        *_check_request(follow_up, target),
        *_check_circularity(follow_up, target),
        *_check_answer(follow_up, answered),
        *_check_restatement(follow_up),
    ]


def order_certain(follow_up: FollowUp, target: Commitment | Request) -> bool:
    """Whether the follow-up certainly came after its target was made, as is right for all kinds but
    CONTEXT, of which it is never so.
    """
    made, occurred = last_day(target.made_on, target.recorded_at), follow_up.occurred_on.earliest
    return made is not None and occurred is not None and made < occurred


def _check_order(follow_up: FollowUp, target: Commitment | Request) -> Iterable[Problem]:
    found = order(follow_up.occurred_on, target.made_on)
    if follow_up.kind is FollowUpKind.CONTEXT:
        if found is Order.AFTER:
            yield Problem(
                "kind",
                f"{follow_up.occurred_on.edtf} is wholly after {target.key} was made "
                f"({target.made_on.edtf}), and CONTEXT is what came before; use MENTIONED, or the "
                "kind that says what it did",
            )
    elif found is Order.BEFORE:
        yield Problem(
            "occurredOn",
            f"{follow_up.occurred_on.edtf} is wholly before {target.key} was made "
            f"({target.made_on.edtf}); correct one of the two dates, or give what came before the "
            "kind CONTEXT",
        )


def _check_term(follow_up: FollowUp, target: Commitment | Request) -> Iterable[Problem]:
    if isinstance(target, Request) or target.term not in LASTING:
        return
    if follow_up.kind in FULFILS:
        yield Problem(
            "kind",
            f"{target.key} is {target.term.value}: it can be upheld or breached, never "
            f"{follow_up.kind.value}; use PROGRESSED, or make the term ONE_OFF",
        )


def _check_request(follow_up: FollowUp, target: Commitment | Request) -> Iterable[Problem]:
    if follow_up.kind in OF_REQUESTS and isinstance(target, Commitment):
        yield Problem(
            "kind",
            f"{target.key} is a commitment, and only a request can be {follow_up.kind.value}; use "
            "WITHDRAWN or BROKEN, or name the request as the target",
        )


def _check_circularity(follow_up: FollowUp, target: Commitment | Request) -> Iterable[Problem]:
    articles = {evidence.article for evidence in follow_up.evidence}
    own = {evidence.article for evidence in target.evidence}
    if (problem := find_circularity(follow_up.kind, articles, target.key, own)) is not None:
        yield problem


def find_circularity(
    kind: FollowUpKind, articles: Set[str], target: str, own: Set[str]
) -> Problem | None:
    """The problem of a follow-up that advances a target and rests on these articles alone, where
    `own` are those in which it was made.
    """
    if kind not in ADVANCES or not articles <= own:
        return None
    return Problem(
        "evidence",
        f"{kind.value} may not rest only on {', '.join(sorted(own))}, in which {target} itself was "
        "made; add evidence from another article",
    )


def _check_answer(follow_up: FollowUp, answered: FollowUp | None) -> Iterable[Problem]:
    if follow_up.answers is None:
        return
    if follow_up.kind is not FollowUpKind.ANSWERED:
        yield Problem("answers", "only a follow-up of kind ANSWERED answers another")
    if answered is not None and answered.kind not in OPPOSES:
        yield Problem(
            "answers", f"{answered.key} is {answered.kind.value}; nothing there to answer"
        )


def _check_restatement(follow_up: FollowUp) -> Iterable[Problem]:
    if follow_up.restated_as is None:
        return
    if follow_up.restated_as == follow_up.target:
        yield Problem("restatedAs", "a commitment cannot be its own restatement")
    if follow_up.kind not in RESTATES:
        yield Problem("restatedAs", "only REAFFIRMED, AMENDED or SUPERSEDED makes a new commitment")
