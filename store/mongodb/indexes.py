"""The indexes of every collection, each beside the question that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.mongodb.collections import CHANGES, COUNTERS
from store.records.base import Curation
from store.records.search_entries import ENTRIES, WEIGHTS


@dataclass(frozen=True, slots=True)
class Index:
    """An index beside the question that it answers. Keys are `path` or `-path`, in order.

    `narrow` says that few documents share a value of its first path: `store.reads.hints` then has
    MongoDB use it, and no other.
    """

    question: str
    keys: tuple[str, ...]
    partial: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    narrow: bool = False

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
        return {"name": self.name, "key": key, **partial}


_EXISTS = {"$exists": True}
_DUE = {"dueOn": _EXISTS}
_UPDATED = Index("What changed since a moment?", ("updatedAt", "_id"))
_MERGED = Index("What was merged into this?", ("mergedInto",), {"mergedInto": _EXISTS})
_REJECTED = Index(
    "Which are not accepted, or not yet?",
    ("curation", "updatedAt"),
    # By the alphabet, it is the first; of `$in`, MongoDB 6 sees no part in a longer one.
    {"curation": {"$gt": Curation.ACCEPTED.value}},
)
_NAMING = Index("What names this record, as recorded?", ("derived.refersTo", "_id"))
_ALWAYS = (_UPDATED, _MERGED, _REJECTED, _NAMING)


def _by_date(date: str, *wanted: tuple[str, str], narrow: bool = False) -> tuple[Index, ...]:
    """Questions about a path, each answered in the order of a date."""
    return tuple(
        Index(question, (path, f"{date}.earliest", "_id"), narrow=narrow)
        for question, path in wanted
    )


_TRACKABLE = (
    *_by_date(
        "madeOn",
        ("Which does this article evidence?", "derived.articles"),
        ("Which were made at this meeting?", "derived.meeting"),
        narrow=True,
    ),
    Index(
        "Which does this party promise, ask or act in, by date?",
        ("derived.roles.party", "derived.roles.role", "madeOn.earliest", "_id"),
        narrow=True,
    ),
    Index(
        "Which do this body or those below it promise, ask or act in, by date?",
        ("derived.roles.within", "derived.roles.role", "madeOn.earliest", "_id"),
        narrow=True,
    ),
    Index(
        "Which involve companies, ministries or regulators of a country?",
        ("derived.roles.kind", "derived.roles.role", "derived.roles.country"),
    ),
    Index("Which were made first, or last?", ("madeOn.earliest", "_id")),
    *_by_date(
        "madeOn",
        ("Which are about this topic?", "topics"),
        ("Which were reported by this publisher?", "derived.publishers"),
        ("Which are known through this party's statement?", "derived.relays"),
        ("Which are known through this body or those below it?", "derived.relaysWithin"),
        ("Which were made at meetings of this kind?", "derived.meetingKind"),
        ("Which have follow-ups of this kind?", "derived.edges.kind"),
    ),
    Index(
        "Which stood so at a day?",
        tuple(
            f"derived.segments.{member}"
            for member in ("value", "contested", "until", "since", "verification", "certainty")
        ),
    ),
    Index(
        "Which were assessed?",
        ("derived.segments.assessed",),
        {"derived.segments.assessed": _EXISTS},
    ),
    Index(
        "Which have follow-ups that may have come before them?",
        ("derived.orderCertain", "madeOn.earliest", "_id"),
        {"derived.orderCertain": False},
    ),
    Index("Which changed between two days?", ("derived.segments.since", "_id")),
    Index("Which were last heard of when, at a day?", ("derived.segments.lastFollowUp", "_id")),
    Index("Which were made by then, as stated?", ("madeOn.latest", "_id")),
    Index("Which had certainly been made by then?", ("derived.madeBy", "_id")),
    Index("Which were followed last?", ("derived.latestFollowUpOn", "_id")),
    Index("Which are silent for longest?", ("derived.silentSince", "_id")),
    Index("Which were followed most?", ("derived.followUpCount", "_id")),
    Index("Which were followed most, ties by key?", ("-derived.followUpCount", "_id")),
    Index("By title", ("derived.sortedAs", "_id")),
    *_ALWAYS,
)

_IN_TIME = ("date.earliest", "date.latest", "_id")

INDEXES: Mapping[str, tuple[Index, ...]] = {
    "parties": (
        Index("Who has this name, in any of its forms?", ("derived.searchNames",), narrow=True),
        Index(
            "What belongs to this body?", ("derived.parent", "derived.sortedAs", "_id"), narrow=True
        ),
        Index(
            "What is this body, or below it?",
            ("derived.within", "derived.sortedAs", "_id"),
            narrow=True,
        ),
        Index(
            "Who is or was in this body?",
            ("derived.memberOf", "derived.sortedAs", "_id"),
            narrow=True,
        ),
        Index("By name", ("derived.sortedAs", "_id")),
        Index("Which are of this kind?", ("kind", "derived.sortedAs", "_id")),
        Index("Which are of this country?", ("country", "derived.sortedAs", "_id")),
        *_ALWAYS,
    ),
    "articles": (
        Index("Which came out first, or last?", ("datePublished.earliest", "_id")),
        Index("By headline", ("derived.sortedAs", "_id")),
        Index("Which can have come out after a day?", ("datePublished.latest",)),
        Index("How is this party named in print?", ("derived.printed.party",)),
        *_by_date(
            "datePublished",
            ("Which articles are about this party?", "derived.parties"),
            ("Which are about this body or those below it?", "derived.within"),
            ("What did this publisher print?", "derived.publisher"),
            ("Which rest on this party's statement?", "derived.relays"),
            narrow=True,
        ),
        Index("What did this publisher print, as recorded?", ("publisher",)),
        *_by_date(
            "datePublished",
            ("Which are evidence of something about this topic?", "derived.topics"),
            ("Which are in this language?", "inLanguage"),
            ("Which are withheld?", "textAccess"),
        ),
        *_ALWAYS,
    ),
    "meetings": (
        *_by_date(
            "date",
            ("Which does this article report?", "derived.articles"),
            ("Which did this party take part in?", "derived.parties.party"),
            ("Which did this body or those below it take part in?", "derived.parties.within"),
            narrow=True,
        ),
        Index("Which came first, or last?", ("date.earliest", "_id")),
        Index("By title", ("derived.sortedAs", "_id")),
        Index("Which can have been after a day?", ("date.latest",)),
        Index(
            "In which did companies or ministries of a country take part?",
            ("derived.parties.kind", "derived.parties.country", "date.earliest", "_id"),
        ),
        *_by_date(
            "date", ("In which was somebody host, or speaker?", "derived.parties.capacities")
        ),
        *_by_date(
            "date",
            ("Which are about this topic?", "topics"),
            ("Which are of this kind?", "kind"),
            ("Which were reported by this publisher?", "derived.publishers"),
        ),
        Index("Where are spans of this article claimed?", ("claims.evidence.article",)),
        *_ALWAYS,
    ),
    "commitments": (
        *_TRACKABLE,
        *_by_date(
            "madeOn",
            ("Which end so?", "term"),
            ("Which are worded so?", "strength"),
            ("Which are known through these words?", "promisors.attribution"),
        ),
        Index(
            "Which restate a promise that is not here?",
            ("presupposesEarlier", "madeOn.earliest", "_id"),
            {"presupposesEarlier": True},
        ),
        Index("Which are due by a day?", ("dueOn.latest",), _DUE),
        Index("Which can be due by a day?", ("dueOn.earliest",), _DUE),
    ),
    "requests": (
        *_TRACKABLE,
        *_by_date("madeOn", ("Which were answered?", "derived.answered")),
        Index("Which does this commitment answer?", ("derived.answeredBy",)),
    ),
    "follow_ups": (
        *_by_date(
            "occurredOn",
            ("What followed this?", "derived.target"),
            ("What does this article evidence?", "derived.articles"),
            ("What followed at this meeting?", "derived.meeting"),
            ("What did this party do?", "derived.actors"),
            ("What did this body or those below it do?", "derived.within"),
            narrow=True,
        ),
        Index(
            "What did this party do, say or attend, by date?",
            ("derived.roles.party", "derived.roles.role", "occurredOn.earliest", "_id"),
            narrow=True,
        ),
        Index(
            "What did this body or those below it do, say or attend, by date?",
            ("derived.roles.within", "derived.roles.role", "occurredOn.earliest", "_id"),
            narrow=True,
        ),
        Index(
            "In which did companies, ministries or regulators of a country act?",
            ("derived.roles.kind", "derived.roles.role", "derived.roles.country"),
        ),
        Index("What followed this, as recorded?", ("target",)),
        Index(
            "What restated an earlier one as this?",
            ("derived.restatedAs",),
            {"derived.restatedAs": _EXISTS},
        ),
        Index("What happened first, or last?", ("occurredOn.earliest", "_id")),
        Index("What can have happened after a day?", ("occurredOn.latest",)),
        *_by_date(
            "occurredOn",
            ("By kind", "kind"),
            ("What followed something about this topic?", "derived.topics"),
            ("What changed the scope so?", "scopeChange"),
            ("Who says so?", "independence"),
            ("How sure is the link?", "confidence"),
            ("What was reported by this publisher?", "derived.publishers"),
            ("What happened at meetings of this kind?", "derived.meetingKind"),
        ),
        Index(
            "What may have come before what it follows?",
            ("derived.orderCertain", "occurredOn.earliest", "_id"),
            {"derived.orderCertain": False},
        ),
        Index("What was recorded last?", ("recordedAt", "_id")),
        Index("What answers this?", ("derived.answers",), {"derived.answers": _EXISTS}),
        *_ALWAYS,
    ),
    "assessments": (
        Index("How was this judged?", ("derived.trackable", "_id")),
        Index("How was this judged, as recorded?", ("trackable",)),
        Index("Which count from a day?", ("effectiveOn.earliest", "_id")),
        Index("Which can count from after a day?", ("effectiveOn.latest",)),
        Index("What was judged so?", ("value",)),
        *_ALWAYS,
    ),
    "check_logs": (
        Index("Who looked for follow-ups?", ("derived.trackable", "_id")),
        Index("When did somebody look?", ("checkedOn.earliest", "_id")),
        Index("When can somebody have looked after a day?", ("checkedOn.latest",)),
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
    COUNTERS: (
        Index("Which values are the most frequent?", ("of", "-n", "value"), {"of": _EXISTS}),
    ),
}
