"""The status of a commitment or request: a pure fold over its accepted follow-ups.

Between two dates nothing changes, so the history is kept as segments `[since, until)`, each with
one standing. What depends on the clock (overdue, days silent) is computed when it is asked for.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from store.records.base import Instant, Key, Shape
from store.records.dates import days_between
from store.records.enums import Described
from store.records.follow_ups import OPPOSES, FollowUpKind, Independence

OPEN_START = "0000-00-00"
"""For a date that is open towards the past: it sorts before every day."""

OPEN_END = "9999-99-99"
"""For a date that is open towards the future, and the end of the last segment: it sorts after every
day."""


class StatusValue(Described):
    """The status of a commitment or request."""

    NO_FOLLOW_UP = (
        "NO_FOLLOW_UP",
        "No follow-up is recorded, which does not mean that nothing was done.",
    )
    REAFFIRMED = "REAFFIRMED", "Promised again, and nothing more. Restating is not progress."
    IN_PROGRESS = "IN_PROGRESS", "Something was done towards it."
    PARTLY_FULFILLED = "PARTLY_FULFILLED", "Part of it was done."
    FULFILLED = "FULFILLED", "It was done."
    STALLED = "STALLED", "Work on it stopped."
    BROKEN = "BROKEN", "It was broken."
    SUPERSEDED = "SUPERSEDED", "Another commitment took its place."
    WITHDRAWN = "WITHDRAWN", "The promisor took it back."
    NOT_TRACKABLE = "NOT_TRACKABLE", "Nothing could show whether it was kept; left out of rates."
    DECLINED = "DECLINED", "Of a request alone: it was refused."
    NOTED = "NOTED", "Of a request alone: note was taken of it, without a promise."


OF_REQUESTS = frozenset({StatusValue.DECLINED, StatusValue.NOTED})
"""The statuses that only a request can have."""


class RequestAnswer(Described):
    """How a request was answered by a day: the last answer counts."""

    OPEN = "OPEN", "Nothing is recorded that answers it, which does not mean that nobody did."
    ANSWERED = "ANSWERED", "A commitment or an accepted follow-up answered it."
    DECLINED = "DECLINED", "It was refused."
    NOTED = "NOTED", "Note was taken of it, without a promise."


class Verification(Described):
    """The most independent source among the follow-ups that decided a status."""

    NONE = "NONE", "No follow-up decided it."
    SELF_REPORTED = "SELF_REPORTED", "The promisor says so."
    COUNTERPART_REPORTED = "COUNTERPART_REPORTED", "The other side says so."
    THIRD_PARTY = "THIRD_PARTY", "Somebody outside the commitment says so."
    DOCUMENTED = "DOCUMENTED", "A document shows it."


class Certainty(Described):
    """Whether vague dates leave one answer or several."""

    CERTAIN = "CERTAIN", "The dates leave one answer."
    POSSIBLE = "POSSIBLE", "The dates leave other answers open."


class Edge(Shape):
    """What the fold needs of an accepted follow-up. Open dates are `OPEN_START` and `OPEN_END`."""

    key: Key
    kind: FollowUpKind
    earliest: str
    latest: str
    recorded_at: Instant
    independence: Independence
    answers: Key | None = None
    order_certain: bool = True


class Judged(Shape):
    """What the fold needs of an assessment; it holds on the days `[effective, withdrawn)`."""

    key: Key
    value: StatusValue
    effective: str
    withdrawn: str = OPEN_END
    recorded_at: Instant


class Answer(Shape):
    """What the fold needs of a commitment that answers a request; it counts from `latest`, the last
    day on which it can have been made.
    """

    key: Key
    latest: str
    recorded_at: Instant


class Subject(Shape):
    """What the fold needs of a commitment or request; only a request has `answers`."""

    made_earliest: str
    made_latest: str
    due_latest: str = OPEN_END
    verifiable: bool = True
    answers: tuple[Answer, ...] | None = None


class Standing(Shape):
    """The status of a subject on a day, with what decided it and what the dates leave open.

    `assessment_outdated` says that a follow-up certainly came after the assessment that counts.
    `answer` is that of a request.
    """

    value: StatusValue
    derived: StatusValue
    assessed: StatusValue | None = None
    assessment_outdated: bool = False
    answer: RequestAnswer | None = None
    alternatives: tuple[StatusValue, ...]
    certainty: Certainty
    existence: Certainty
    contested: bool
    open_challenges: tuple[Key, ...]
    verification: Verification
    decided_by: tuple[Key, ...]
    order_certain: bool
    follow_ups: int
    last_follow_up: str | None = None


class Segment(Standing):
    """A standing and the days on which it holds: from `since` up to, but excluding, `until`."""

    since: str
    until: str


_GIVES = {
    FollowUpKind.PROGRESSED: StatusValue.IN_PROGRESS,
    FollowUpKind.PARTLY_FULFILLED: StatusValue.PARTLY_FULFILLED,
    FollowUpKind.FULFILLED: StatusValue.FULFILLED,
    FollowUpKind.STALLED: StatusValue.STALLED,
    FollowUpKind.BROKEN: StatusValue.BROKEN,
    FollowUpKind.SUPERSEDED: StatusValue.SUPERSEDED,
    FollowUpKind.WITHDRAWN: StatusValue.WITHDRAWN,
    FollowUpKind.DECLINED: StatusValue.DECLINED,
    FollowUpKind.NOTED: StatusValue.NOTED,
}
_LIFTED_BY_RESTATING = frozenset({StatusValue.STALLED, StatusValue.WITHDRAWN})
CLOSED = frozenset({StatusValue.FULFILLED, StatusValue.SUPERSEDED, StatusValue.WITHDRAWN})
_ADVANCEMENT = (
    StatusValue.BROKEN,
    StatusValue.WITHDRAWN,
    StatusValue.SUPERSEDED,
    StatusValue.STALLED,
    StatusValue.DECLINED,
    StatusValue.NO_FOLLOW_UP,
    StatusValue.NOTED,
    StatusValue.REAFFIRMED,
    StatusValue.IN_PROGRESS,
    StatusValue.PARTLY_FULFILLED,
    StatusValue.FULFILLED,
    StatusValue.NOT_TRACKABLE,
)
_VERIFIES = {
    Independence.SELF: Verification.SELF_REPORTED,
    Independence.COUNTERPART: Verification.COUNTERPART_REPORTED,
    Independence.THIRD_PARTY: Verification.THIRD_PARTY,
    Independence.DOCUMENT: Verification.DOCUMENTED,
}
_BY_STRENGTH = tuple(Verification)


def find_outcomes(must: Sequence[Edge], may: Sequence[Edge]) -> dict[StatusValue, set[Key]]:
    """Every status that some order of the edges can lead to, and the edges that would decide it.

    All of `must` happened, and any of `may` may have happened. Two edges are ordered only if the
    `latest` of one is before the `earliest` of the other; all orders that respect this are
    possible. In such an interval order an edge can come last if and only if no other edge's
    `earliest` is after its `latest`. So the highest `earliest` of each kind decides this for all
    edges, and no orders need be enumerated.
    """
    setters = [edge for edge in (*must, *may) if edge.kind in _GIVES]
    restating = [edge for edge in (*must, *may) if edge.kind is FollowUpKind.REAFFIRMED]
    last_set = max((e.earliest for e in must if e.kind in _GIVES), default=None)
    last_restated = max(
        (e.earliest for e in must if e.kind is FollowUpKind.REAFFIRMED), default=None
    )
    final_restating = [e for e in restating if last_restated is None or e.latest >= last_restated]
    found: dict[StatusValue, set[Key]] = {}
    if last_set is None:
        if last_restated is None:
            found[StatusValue.NO_FOLLOW_UP] = set()
        if restating:
            found[StatusValue.REAFFIRMED] = {edge.key for edge in final_restating}
    for setter in setters:
        if last_set is not None and setter.latest < last_set:
            continue
        value = _GIVES[setter.kind]
        if value not in _LIFTED_BY_RESTATING:
            found.setdefault(value, set()).add(setter.key)
            continue
        if last_restated is None or setter.latest >= last_restated:
            found.setdefault(value, set()).add(setter.key)
        lifting = {
            edge.key
            for edge in final_restating
            if edge.latest >= setter.earliest and (last_set is None or edge.latest >= last_set)
        }
        if lifting:
            found.setdefault(StatusValue.REAFFIRMED, set()).update(lifting)
    return found


def fold_standing(
    subject: Subject, edges: Iterable[Edge], judged: Iterable[Judged], as_of: str
) -> Standing | None:
    """The standing on a day; None if the subject certainly did not exist yet."""
    if subject.made_earliest > as_of:
        return None
    certain: list[Edge] = []
    possible: list[Edge] = []
    for edge in edges:
        if edge.kind is FollowUpKind.CONTEXT:
            continue  # what came before the promise says nothing of what came of it
        if edge.latest <= as_of:
            certain.append(edge)
        elif edge.earliest <= as_of:
            possible.append(edge)
    derived, alternatives, decided_by = _derive_value(subject, certain, possible)
    assessment = _find_assessment(judged, as_of)
    assessed = assessment.value if assessment is not None else None
    exists = subject.made_latest <= as_of
    challenges = find_open_challenges(certain)
    deciding = [edge for edge in certain if edge.key in decided_by]
    return Standing(
        value=assessed or derived,
        derived=derived,
        assessed=assessed,
        assessment_outdated=assessment is not None
        and any(edge.earliest > assessment.effective for edge in certain),
        answer=_find_answer(subject, certain, as_of),
        alternatives=alternatives,
        certainty=Certainty.POSSIBLE if alternatives or not exists else Certainty.CERTAIN,
        existence=Certainty.CERTAIN if exists else Certainty.POSSIBLE,
        contested=bool(challenges),
        open_challenges=tuple(edge.key for edge in challenges),
        verification=_best_verification(deciding),
        decided_by=tuple(edge.key for edge in _sort_for_display(deciding)),
        order_certain=all(edge.order_certain for edge in deciding),
        follow_ups=len(certain),
        last_follow_up=max((edge.latest for edge in certain), default=None),
    )


def _derive_value(
    subject: Subject, certain: list[Edge], possible: list[Edge]
) -> tuple[StatusValue, tuple[StatusValue, ...], set[Key]]:
    if not subject.verifiable:
        return StatusValue.NOT_TRACKABLE, (), set()
    sure = find_outcomes(certain, ())
    value = min(sure, key=_ADVANCEMENT.index)
    thinkable = find_outcomes(certain, possible) if possible else sure
    alternatives = tuple(v for v in _ADVANCEMENT if v in thinkable and v is not value)
    return value, alternatives, sure[value]


def _find_assessment(judged: Iterable[Judged], as_of: str) -> Judged | None:
    live = [j for j in judged if j.effective <= as_of < j.withdrawn]
    return max(live, key=lambda j: (j.effective, j.recorded_at, j.key), default=None)


_ANSWERS = {
    FollowUpKind.DECLINED: RequestAnswer.DECLINED,
    FollowUpKind.NOTED: RequestAnswer.NOTED,
    FollowUpKind.ANSWERED: RequestAnswer.ANSWERED,
}
_BY_WEIGHT = (RequestAnswer.NOTED, RequestAnswer.DECLINED, RequestAnswer.ANSWERED)
"""Of answers that may have come on the same last day, the last of these counts."""


def _find_answer(subject: Subject, certain: Iterable[Edge], as_of: str) -> RequestAnswer | None:
    """The last answer to a request by a day; None for a commitment."""
    if subject.answers is None:
        return None
    found = [(a.latest, RequestAnswer.ANSWERED) for a in subject.answers if a.latest <= as_of]
    found += [
        (edge.latest, _ANSWERS[edge.kind])
        for edge in certain
        # An ANSWERED that names a challenge answers that, and not the request.
        if edge.kind in _ANSWERS and edge.answers is None
    ]
    last = max(found, key=lambda one: (one[0], _BY_WEIGHT.index(one[1])), default=None)
    return last[1] if last is not None else RequestAnswer.OPEN


def _best_verification(deciding: Iterable[Edge]) -> Verification:
    found = [_VERIFIES[edge.independence] for edge in deciding]
    return max(found, key=_BY_STRENGTH.index, default=Verification.NONE)


def _sort_for_display(edges: Iterable[Edge]) -> list[Edge]:
    return sorted(edges, key=lambda edge: (edge.earliest, edge.key))


def find_open_challenges(certain: Iterable[Edge]) -> list[Edge]:
    """Challenges and contradictions that no ANSWERED edge answers, oldest first."""
    seen = list(certain)
    answered = {edge.answers for edge in seen if edge.kind is FollowUpKind.ANSWERED}
    return _sort_for_display(e for e in seen if e.kind in OPPOSES and e.key not in answered)


def fold_segments(
    subject: Subject, edges: Sequence[Edge], judged: Sequence[Judged]
) -> tuple[Segment, ...]:
    """The whole history, oldest first, without gaps; neighbouring segments differ."""
    days = {subject.made_earliest, subject.made_latest}
    days |= {day for edge in edges for day in (edge.earliest, edge.latest)}
    days |= {day for j in judged for day in (j.effective, j.withdrawn)}
    days |= {answer.latest for answer in subject.answers or ()}
    found: list[Segment] = []
    for day in sorted(d for d in days if subject.made_earliest <= d < OPEN_END):
        now = fold_standing(subject, edges, judged, day)
        assert now is not None
        if found and _same_standing(found[-1], now):
            continue
        if found:
            found[-1] = found[-1].model_copy(update={"until": day})
        found.append(Segment(**now.__dict__, since=day, until=OPEN_END))
    return tuple(found)


def _same_standing(segment: Segment, now: Standing) -> bool:
    return all(segment.__dict__[name] == value for name, value in now.__dict__.items())


def edges_known_by(edges: Iterable[Edge], known_at: datetime) -> list[Edge]:
    """The edges that the store had recorded by a moment."""
    return [edge for edge in edges if edge.recorded_at <= known_at]


def last_edge(edges: Iterable[Edge]) -> Edge | None:
    """The last edge in display order, which is not always the one with the latest day. CONTEXT
    came before, so it is never the last.
    """
    following = (edge for edge in edges if edge.kind is not FollowUpKind.CONTEXT)
    return max(following, key=lambda edge: (edge.earliest, edge.latest, edge.key), default=None)


def judgements_known_by(judged: Iterable[Judged], known_at: datetime) -> list[Judged]:
    """The assessments that the store had recorded by a moment.

    A withdrawal on a later day is left out, because it was not known yet.
    """
    day = today(known_at)
    return [
        j.model_copy(update={"withdrawn": OPEN_END}) if j.withdrawn > day else j
        for j in judged
        if j.recorded_at <= known_at
    ]


def is_overdue(value: StatusValue, due_latest: str, as_of: str) -> bool:
    """Whether the due date has passed and no status closed it. A missed date is not BROKEN."""
    return due_latest < as_of and value not in CLOSED


def days_silent(last_follow_up: str | None, made_latest: str, as_of: str) -> int | None:
    """Days since the last follow-up, or since it was made; None if that day is after `as_of`."""
    since = last_follow_up or made_latest
    if since > as_of:
        return None
    return days_between(since, as_of)


def today(now: datetime) -> str:
    """The day of a moment, in UTC."""
    return now.astimezone(UTC).date().isoformat()
