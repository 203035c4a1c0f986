"""Statuses as the store knew them at an earlier moment, folded from stored documents. Pure.

Records made later are left out. Records that were corrected since count as they are now.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from store.records.dates import last_day
from store.records.history.statuses import (
    OPEN_END,
    OPEN_START,
    Answer,
    Edge,
    Judged,
    Segment,
    Standing,
    Subject,
    edges_known_by,
    fold_segments,
    fold_standing,
    judgements_known_by,
    last_edge,
)

READ = (
    "recordedAt",
    "madeOn.earliest",
    "madeOn.latest",
    "dueOn.latest",
    "verifiable",
    "derived.edges",
    "derived.judged",
    "derived.answers",
)
"""The paths of a document that these functions read."""

Document = Mapping[str, Any]


def subject_of(document: Document, known_at: datetime | None = None) -> Subject:
    """What the fold needs of a commitment or request, from its document; of the commitments that
    answer it, those that had been recorded by a moment.
    """
    answers = document.get("derived", {}).get("answers")
    if answers is not None:
        found = map(Answer.model_validate, answers)
        answers = tuple(a for a in found if known_at is None or a.recorded_at <= known_at)
    return Subject(
        made_earliest=document["madeOn"].get("earliest") or OPEN_START,
        made_latest=last_day_made(document) or OPEN_END,
        due_latest=last_day_due(document),
        verifiable=document.get("verifiable", True),
        answers=answers,
    )


class _Days(NamedTuple):
    earliest: str | None
    latest: str | None


def last_day_made(document: Document) -> str | None:
    """The last day on which it can have been made; None if that is open."""
    made_on = document["madeOn"]
    return last_day(_Days(made_on.get("earliest"), made_on.get("latest")), document["recordedAt"])


def last_day_due(document: Document) -> str:
    """The last day on which it may be due; `OPEN_END` if none is stated."""
    return (document.get("dueOn") or {}).get("latest") or OPEN_END


def edges_known(document: Document, known_at: datetime) -> list[Edge]:
    """The edges of a document that had been recorded by a moment."""
    return edges_known_by((Edge.model_validate(e) for e in document["derived"]["edges"]), known_at)


def fold_segments_known(document: Document, known_at: datetime) -> tuple[Segment, ...]:
    """The whole history; empty if the document itself was recorded later."""
    if document["recordedAt"] > known_at:
        return ()
    edges = edges_known(document, known_at)
    subject = subject_of(document, known_at)
    return fold_segments(subject, edges, _judgements_known(document, known_at))


def fold_standing_known(document: Document, day: str, known_at: datetime) -> Standing | None:
    """The standing on a day; None if it did not exist by then, or was itself recorded later."""
    if document["recordedAt"] > known_at:
        return None
    edges = edges_known(document, known_at)
    subject = subject_of(document, known_at)
    return fold_standing(subject, edges, _judgements_known(document, known_at), day)


def latest_follow_up_known(
    document: Document, day: str | None, known_at: datetime | None
) -> str | None:
    """The key of the last follow-up that may have happened by a day, as known at a moment.

    None if there is none, or if the document itself was recorded after that moment.
    """
    if known_at is not None and document["recordedAt"] > known_at:
        return None
    edges = (Edge.model_validate(edge) for edge in document["derived"]["edges"])
    last = last_edge(
        edge
        for edge in edges
        if (day is None or edge.earliest <= day)
        and (known_at is None or edge.recorded_at <= known_at)
    )
    return last.key if last is not None else None


def _judgements_known(document: Document, known_at: datetime) -> list[Judged]:
    stored = (Judged.model_validate(j) for j in document["derived"]["judged"])
    return judgements_known_by(stored, known_at)
