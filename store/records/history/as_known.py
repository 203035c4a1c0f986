"""Statuses as the store knew them at an earlier moment, folded from what documents keep. Pure.

What was recorded later is left out; what was corrected since counts as it is now.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from store.records.dates import last_day
from store.records.history.statuses import (
    OPEN_END,
    OPEN_START,
    Edge,
    Judged,
    Segment,
    Standing,
    Subject,
    judged_known,
    known,
    last_in_order,
    segments,
    standing,
)

READ = (
    "recordedAt",
    "madeOn.earliest",
    "madeOn.latest",
    "dueOn.latest",
    "verifiable",
    "derived.edges",
    "derived.judged",
)
"""The paths of a document that are read."""

Document = Mapping[str, Any]


def subject_of(document: Document) -> Subject:
    """What the fold needs of a commitment or request, from its document."""
    return Subject(
        made_earliest=document["madeOn"].get("earliest") or OPEN_START,
        made_latest=made_by(document) or OPEN_END,
        due_latest=due_of(document),
        verifiable=document.get("verifiable", True),
    )


class _Days(NamedTuple):
    earliest: str | None
    latest: str | None


def made_by(document: Document) -> str | None:
    """The last day on which it can have been made; None is open."""
    made_on = document["madeOn"]
    return last_day(_Days(made_on.get("earliest"), made_on.get("latest")), document["recordedAt"])


def due_of(document: Document) -> str:
    """The last day on which it may be due."""
    return (document.get("dueOn") or {}).get("latest") or OPEN_END


def edges_known(document: Document, known_at: datetime) -> list[Edge]:
    """The document's edges that had been recorded by then."""
    return known((Edge.model_validate(e) for e in document["derived"]["edges"]), known_at)


def segments_known(document: Document, known_at: datetime) -> tuple[Segment, ...]:
    """The whole history; none of what was itself recorded later."""
    if document["recordedAt"] > known_at:
        return ()
    edges = edges_known(document, known_at)
    return segments(subject_of(document), edges, _judged(document, known_at))


def standing_known(document: Document, day: str, known_at: datetime) -> Standing | None:
    """How it stood on a day; None if it was not made by then, or was itself recorded later."""
    if document["recordedAt"] > known_at:
        return None
    edges = edges_known(document, known_at)
    return standing(subject_of(document), edges, _judged(document, known_at), day)


def latest_then(document: Document, day: str | None, known_at: datetime | None) -> str | None:
    """The key of the last follow-up that may have happened by a day, as known at a moment.

    None if there is none, or if the document itself was recorded later than that moment.
    """
    if known_at is not None and document["recordedAt"] > known_at:
        return None
    edges = (Edge.model_validate(edge) for edge in document["derived"]["edges"])
    last = last_in_order(
        edge
        for edge in edges
        if (day is None or edge.earliest <= day)
        and (known_at is None or edge.recorded_at <= known_at)
    )
    return last.key if last is not None else None


def _judged(document: Document, known_at: datetime) -> list[Judged]:
    stored = (Judged.model_validate(j) for j in document["derived"]["judged"])
    return judged_known(stored, known_at)
