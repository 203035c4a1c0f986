"""The indexes of every collection, each beside the question that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.mongodb.collections import (
    CHANGES,
    COMMANDS,
    COMMENTS,
    COUNTERS,
    INTAKE_EVENTS,
    INTAKE_FILES,
    INTAKES,
    PROPOSALS,
    STATUS_CHANGES,
)
from store.records.base import Curation
from store.records.search_entries import ENTRIES, WEIGHTS
from store.records.terms import PATH as TERMS_PATH


@dataclass(frozen=True, slots=True)
class Index:
    """An index beside the question that it answers. Keys are `path` or `-path`, in order.

    `narrow` says that few documents share a value of its first path: `store.reads.hints` then has
    MongoDB use it, and no other. With `expires`, MongoDB removes a document at the moment that its
    only path holds.
    """

    question: str
    keys: tuple[str, ...]
    partial: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    narrow: bool = False
    expires: bool = False

    @property
    def name(self) -> str:
        """The index's name in MongoDB."""
        return "_".join(self.keys).replace("$", "")

    def as_command(self) -> dict[str, Any]:
        """The index as `createIndexes` takes it."""
        if self.weights:
            return {
                "name": self.name,
                "key": dict.fromkeys(self.keys, "text"),
                "weights": dict(self.weights),
                # What is indexed are words already, and no member says what language they are in.
                "default_language": "none",
                "language_override": "~",
            }
        key = {path.lstrip("-"): -1 if path.startswith("-") else 1 for path in self.keys}
        partial = {"partialFilterExpression": dict(self.partial)} if self.partial else {}
        expires = {"expireAfterSeconds": 0} if self.expires else {}
        return {"name": self.name, "key": key, **partial, **expires}


_EXISTS = {"$exists": True}
_ALWAYS = (
    Index("What changed since a moment?", ("updatedAt", "_id")),
    Index("What names this record, as recorded?", ("derived.refersTo", "_id")),
)


def _of_terms(*order: str) -> Index:
    """Of terms: one index in place of one for each path that is looked up. `_id` ends the order."""
    return Index("What has this term?", (TERMS_PATH, *order, "_id"))


_TRACKABLE = (
    _of_terms("madeOn.earliest"),
    Index("Which were made first, or last?", ("madeOn.earliest", "_id")),
    Index("Which were made by then, as stated?", ("madeOn.latest", "_id")),
    Index(
        "Which stood so at a day?",
        tuple(
            f"derived.segments.{member}"
            for member in ("value", "contested", "until", "since", "verification", "certainty")
        ),
    ),
    Index("Which changed between two days?", ("derived.segments.since", "_id")),
    Index("Which were followed last?", ("derived.latestFollowUpOn", "_id")),
    Index("Which are silent for longest?", ("derived.silentSince", "_id")),
    Index("Which were followed most?", ("derived.followUpCount", "_id")),
    Index("By title", ("derived.sortedAs", "_id")),
    *_ALWAYS,
)

_IN_TIME = ("date.earliest", "date.latest", "_id")

INDEXES: Mapping[str, tuple[Index, ...]] = {
    "parties": (
        Index("Who has this name, in any of its forms?", ("derived.searchNames",), narrow=True),
        _of_terms("derived.sortedAs"),
        Index("By name", ("derived.sortedAs", "_id")),
        *_ALWAYS,
    ),
    "articles": (
        _of_terms("datePublished.earliest"),
        Index("Which came out first, or last?", ("datePublished.earliest", "_id")),
        Index("By headline", ("derived.sortedAs", "_id")),
        Index("Which can have come out after a day?", ("datePublished.latest",)),
        *_ALWAYS,
    ),
    "meetings": (
        _of_terms("date.earliest"),
        Index("Which came first, or last?", ("date.earliest", "_id")),
        Index("By title", ("derived.sortedAs", "_id")),
        Index("Which can have been after a day?", ("date.latest",)),
        *_ALWAYS,
    ),
    "commitments": (
        *_TRACKABLE,
        Index("Which are due by a day?", ("dueOn.latest", "dueOn.earliest"), {"dueOn": _EXISTS}),
    ),
    "requests": _TRACKABLE,
    "follow_ups": (
        Index("What followed this?", ("derived.target", "occurredOn.earliest", "_id"), narrow=True),
        _of_terms("occurredOn.earliest"),
        Index("What happened first, or last?", ("occurredOn.earliest", "_id")),
        Index("What can have happened after a day?", ("occurredOn.latest",)),
        Index("By kind", ("kind", "occurredOn.earliest", "_id")),
        Index("What was recorded last?", ("recordedAt", "_id")),
        # A walk along restatements goes by this path alone.
        Index(
            "What restated an earlier one as this?",
            ("derived.restatedAs",),
            {"derived.restatedAs": _EXISTS},
        ),
        *_ALWAYS,
    ),
    "assessments": (
        Index("How was this judged?", ("derived.trackable", "_id")),
        Index("Which count from a day?", ("effectiveOn.earliest", "_id")),
        Index("Which can count from after a day?", ("effectiveOn.latest",)),
        _of_terms("effectiveOn.earliest"),
        *_ALWAYS,
    ),
    "check_logs": (
        Index("Who looked for follow-ups?", ("derived.trackable", "_id")),
        _of_terms("checkedOn.earliest"),
        Index("When did somebody look?", ("checkedOn.earliest", "_id")),
        Index("When can somebody have looked after a day?", ("checkedOn.latest",)),
        *_ALWAYS,
    ),
    "concepts": (
        _of_terms("derived.sortedAs"),
        Index("By label", ("derived.sortedAs", "_id")),
        *_ALWAYS,
    ),
    ENTRIES: (
        Index("Which have these words?", tuple(WEIGHTS), weights=WEIGHTS),
        Index("What happened, of these sorts?", ("noun", *_IN_TIME)),
        Index("What happened to this party?", ("parties", *_IN_TIME)),
        Index("What happened to this body, or those below it?", ("within", *_IN_TIME)),
        Index("What happened about this topic?", ("topics", *_IN_TIME)),
        Index("What happened to this commitment or request?", ("trackables.key", *_IN_TIME)),
    ),
    CHANGES: (
        Index("What was done to this record?", ("record", "dataVersion", "sequence", "_id")),
        Index("What was written, in order?", ("dataVersion", "sequence", "_id")),
        Index("What was done to this noun?", ("noun", "dataVersion", "sequence", "_id")),
        Index("What was done so?", ("kind", "dataVersion", "sequence", "_id")),
        Index("What changed since a moment?", ("at",)),
        Index(
            "What was corrected, in order?",
            ("correction", "dataVersion", "sequence", "_id"),
            {"correction": True},
        ),
        Index(
            "What was retracted, in order?",
            ("after.curation", "dataVersion", "sequence", "_id"),
            {"after.curation": Curation.RETRACTED.value},
        ),
        Index("What followed this once?", ("before.target",), {"before.target": _EXISTS}),
        Index("How was this judged once?", ("before.trackable",), {"before.trackable": _EXISTS}),
        Index(
            "What stopped being accepted?",
            ("before.curation", "after.curation"),
            {
                "before.curation": Curation.ACCEPTED.value,
                "after.curation": {"$gt": Curation.ACCEPTED.value},
            },
        ),
    ),
    STATUS_CHANGES: (
        Index("Which statuses changed, in order?", ("dataVersion", "sequence", "_id")),
    ),
    COMMENTS: (Index("What was said about this record?", ("record", "_id")),),
    COMMANDS: (Index("What is forgotten by now?", ("until",), expires=True),),
    INTAKES: (
        Index("Which were submitted first, or last?", ("submittedAt", "_id")),
        Index("Which are still to be read?", ("state", "until")),
        Index("Was this text submitted before?", ("givenSha256",)),
        Index("Was this article read?", ("article", "submittedAt", "_id")),
    ),
    PROPOSALS: (
        Index("What was proposed for an article, in its order?", ("intake", "number", "_id")),
        Index("Which are the surest?", ("-sureness", "intake", "number", "_id")),
        Index("What is in the inbox?", ("state", "-sureness", "intake", "number", "_id")),
    ),
    INTAKE_EVENTS: (
        Index("How did intakes go on, in order?", ("dataVersion", "sequence", "_id")),
        Index("What is forgotten by now?", ("until",), expires=True),
    ),
    INTAKE_FILES: (
        Index("Of which file is this a part?", ("file", "part")),
        Index("What is forgotten by now?", ("until",), expires=True),
    ),
    COUNTERS: (
        Index("Which values are the most frequent?", ("of", "-n", "value"), {"of": _EXISTS}),
    ),
}
