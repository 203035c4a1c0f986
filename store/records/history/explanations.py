"""The status in sentences that a journalist can print."""

from collections.abc import Iterable, Mapping, Sequence

from store.records.dates.in_words import day_in_words
from store.records.follow_ups import FollowUpKind
from store.records.history.statuses import (
    OF_REQUESTS,
    OPEN_END,
    OPEN_START,
    Edge,
    Standing,
    StatusValue,
    Verification,
)

_SAYS: Mapping[StatusValue, str] = {
    StatusValue.NO_FOLLOW_UP: "nothing later is recorded that changes where it stands",
    StatusValue.REAFFIRMED: "it has been promised again, without recorded progress",
    StatusValue.IN_PROGRESS: "something has been done towards it",
    StatusValue.PARTLY_FULFILLED: "part of it has been done",
    StatusValue.FULFILLED: "it has been done",
    StatusValue.STALLED: "work on it has stopped",
    StatusValue.BROKEN: "it has been broken",
    StatusValue.SUPERSEDED: "another commitment has taken its place",
    StatusValue.WITHDRAWN: "it has been taken back",
    StatusValue.NOT_TRACKABLE: "it is worded so that nothing could show whether it was kept",
    StatusValue.DECLINED: "it has been declined",
    StatusValue.NOTED: "note has been taken of it, without a promise",
}
_ACCORDING_TO: Mapping[Verification, str] = {
    Verification.NONE: "",
    Verification.SELF_REPORTED: ", as reported by those who promised",
    Verification.COUNTERPART_REPORTED: ", as reported by the other side",
    Verification.THIRD_PARTY: ", as reported from outside",
    Verification.DOCUMENTED: ", as documents show",
}
_OF_A_REQUEST: Mapping[Verification, str] = {
    **_ACCORDING_TO,
    Verification.SELF_REPORTED: ", as reported by those who were asked",
    Verification.COUNTERPART_REPORTED: ", as reported by those who asked",
}
_OPPOSITION = {
    FollowUpKind.CHALLENGED: "challenge",
    FollowUpKind.CONTRADICTED: "contradiction",
}
_VALUE_NAMES: Mapping[StatusValue, str] = {
    value: value.value.lower().replace("_", " ") for value in StatusValue
}


def explain_status(now: Standing, edges: Iterable[Edge], as_of: str) -> str:
    """Plain sentences: the status, what it rests on, and what is open."""
    by_key = {edge.key: edge for edge in edges}
    sentences = [
        f"As of {day_in_words(as_of)}, {_SAYS[now.derived]}{_describe_basis(now, by_key)}.",
        _describe_existence(now),
        _describe_order(now),
        _describe_alternatives(now),
        _describe_challenges(now, by_key),
        _describe_assessment(now),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _describe_basis(now: Standing, by_key: Mapping[str, Edge]) -> str:
    decided = [by_key[key] for key in now.decided_by]
    if not decided:
        return ""
    dates = _join_words([_day_phrase(edge) for edge in decided])
    according_to = _OF_A_REQUEST if now.derived in OF_REQUESTS else _ACCORDING_TO
    return f" ({dates}){according_to[now.verification]}"


def _describe_existence(now: Standing) -> str:
    if now.existence == "CERTAIN":
        return ""
    return "It is not certain that it had been made by then."


def _describe_order(now: Standing) -> str:
    if now.order_certain:
        return ""
    return "Whether what this rests on came after the promise cannot be told from the dates."


def _describe_alternatives(now: Standing) -> str:
    if not now.alternatives:
        return ""
    names = _join_words([_VALUE_NAMES[value] for value in now.alternatives], "or")
    return f"The dates leave open that it was {names}."


def _describe_challenges(now: Standing, by_key: Mapping[str, Edge]) -> str:
    if not now.open_challenges:
        return ""
    edges = [by_key[key] for key in now.open_challenges]
    if len(edges) == 1:
        return f"One {_OPPOSITION[edges[0].kind]} ({_day_phrase(edges[0])}) stands unanswered."
    kinds = dict.fromkeys(f"{_OPPOSITION[edge.kind]}s" for edge in edges)
    what = f"{len(edges)} {_join_words(list(kinds))}"
    return f"{what} (the first {_day_phrase(edges[0])}) stand unanswered."


def _describe_assessment(now: Standing) -> str:
    if now.assessed is None:
        return ""
    told = f"An editor assesses it as {_VALUE_NAMES[now.assessed]}."
    if now.assessment_outdated:
        told += " Something that followed later is recorded, which that assessment does not know."
    return told


def _day_phrase(edge: Edge) -> str:
    if edge.earliest == edge.latest:
        return day_in_words(edge.earliest)
    if edge.earliest == OPEN_START:
        return "at the latest " + day_in_words(edge.latest)
    if edge.latest == OPEN_END:
        return "at the earliest " + day_in_words(edge.earliest)
    if edge.earliest.endswith("-01-01") and edge.latest == f"{edge.earliest[:4]}-12-31":
        return f"some time in {edge.earliest[:4]}"
    return f"between {day_in_words(edge.earliest)} and {day_in_words(edge.latest)}"


def _join_words(items: Sequence[str], joiner: str = "and") -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joiner} {items[-1]}"
