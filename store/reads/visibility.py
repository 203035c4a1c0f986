"""What may be read of each collection by whoever sees only what is published. Pure.

It is one query for each collection, which `TrackedDatabase` adds to whatever is asked of it: in a
find, and in each stage of a pipeline that reads a collection.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from store.mongodb.collections import (
    COUNTERS,
    INTAKE_EVENTS,
    INTAKES,
    META,
    PROPOSALS,
    STATUS_CHANGES,
    VOCABULARY,
)
from store.mongodb.driver import Document
from store.reads.queries import Query, match_all
from store.records.base import At, Curation
from store.records.nouns import NOUNS
from store.records.search_entries import ENTRIES

Pipeline = Sequence[Mapping[str, Any]]

_ACCEPTED: Query = {"curation": str(Curation.ACCEPTED)}
_OR_RETRACTED: Query = {"curation": {"$in": [str(Curation.ACCEPTED), str(Curation.RETRACTED)]}}

_NOTHING: Query = {"_id": {"$in": []}}

_CLAUSES: Mapping[str, Query] = {
    **dict.fromkeys((*NOUNS, ENTRIES), _ACCEPTED),
    # The work of curators: nothing of it is published before it is a record.
    **dict.fromkeys((INTAKES, PROPOSALS, INTAKE_EVENTS), _NOTHING),
    # They hold listed records, which are accepted.
    COUNTERS: {},
    # It names records by key; whoever tells of them looks up which are in sight.
    STATUS_CHANGES: {},
    META: {},
    # Its words are not shown.
    VOCABULARY: {},
}
"""For each collection the query for what is published; a collection without one is not read."""

_IN_NOTICE = frozenset(
    ("_id", "curation", "mergedInto", "recordedAt", "createdAt", "updatedAt", "version")
)
"""The members of a retracted record that its notice has."""

HAS_CLAUSE = frozenset(name for name, clause in _CLAUSES.items() if clause)
"""The collections of which not everything is published."""


def match_published(collection: str, query: Query, *, or_retracted: bool = False) -> Query:
    """The query for the documents that match and are published; with `or_retracted`, for those
    that were, too. Raises KeyError for a collection that may not be read.
    """
    clause = _CLAUSES[collection]
    if clause is _NOTHING:
        return clause
    if not clause or _asks_for_accepted(query):
        return query
    return match_all(query, _OR_RETRACTED if or_retracted else clause)


def _asks_for_accepted(query: Query) -> bool:
    """Whether a query has the clause already. To say it twice would cost MongoDB a little."""
    if query.get("curation") == "ACCEPTED":
        return True
    for part in query.get("$and", ()):  # noqa: SIM110 - a generator for each level costs more
        if _asks_for_accepted(part):
            return True
    return False


def limit_pipeline(collection: str, pipeline: Pipeline, *, or_retracted: bool = False) -> Pipeline:
    """The pipeline over what is published of the collection, and of those that its stages read."""
    first = pipeline[0].get("$match") if pipeline else None
    rest = pipeline if first is None else pipeline[1:]
    query = match_published(collection, first or {}, or_retracted=or_retracted)
    start: Pipeline = [{"$match": query}] if query or first is not None else []
    return [*start, *(_limit_stage(stage, or_retracted=or_retracted) for stage in rest)]


def _limit_stage(stage: Mapping[str, Any], *, or_retracted: bool) -> Mapping[str, Any]:
    ((name, given),) = stage.items()
    match name:
        case "$unionWith":
            below = limit_pipeline(given["coll"], given["pipeline"], or_retracted=or_retracted)
            return {name: {**given, "pipeline": below}}
        case "$lookup":
            below = limit_pipeline(given["from"], given["pipeline"], or_retracted=or_retracted)
            return {name: {**given, "pipeline": below}}
        case "$graphLookup":
            query = match_published(given["from"], given["restrictSearchWithMatch"])
            return {name: {**given, "restrictSearchWithMatch": query}}
        case "$facet":
            ways = {
                way: [_limit_stage(one, or_retracted=or_retracted) for one in stages]
                for way, stages in given.items()
            }
            return {name: ways}
    return stage


def publish(documents: list[Document], *, notices: bool) -> list[Document]:
    """Those of a noun's documents that are published; with `notices`, in place of a retracted one
    the members that its notice has. Each must have its `curation`.

    What was merged before it was retracted still tells in what it lives on.
    """
    found = [document for document in documents if document.get("curation") == "ACCEPTED"]
    if len(found) == len(documents):
        return documents
    retracted = (document for document in documents if document.get("curation") == "RETRACTED")
    return found + [
        {name: value for name, value in document.items() if name in _IN_NOTICE}
        for document in retracted
        if notices or "mergedInto" in document
    ]


# --- The log of changes --------------------------------------------------------------------------

LEFT: Query = {"before.curation": "ACCEPTED", "after.curation": {"$gt": "ACCEPTED"}}
"""The changes by which a record stopped being accepted: by the alphabet, that state is first."""

RETRACTIONS: Query = {"after.curation": "RETRACTED", "before.curation": {"$ne": "RETRACTED"}}
"""The changes that made a record a retracted one."""

CORRECTIONS: Query = {"$or": [{"correction": True}, RETRACTIONS]}
"""The changes that corrected or retracted a record."""


def match_published_changes(retracted: Collection[At], hidden: Collection[At]) -> Query:
    """The query for the changes that are published: those that left a record accepted, if it is
    still, and those that retracted one. `retracted` and `hidden` are records that were accepted
    once, by what they are now.
    """
    accepted = {"after.curation": "ACCEPTED"}
    return {
        "$or": [
            match_all(accepted, _match_others([*retracted, *hidden])),
            match_all(RETRACTIONS, _match_others(hidden)),
        ]
    }


def _match_others(ats: Iterable[At]) -> Query:
    """The query for the changes of other records than these."""
    keys: dict[str, list[str]] = {}
    for noun, key in sorted(ats):
        keys.setdefault(noun, []).append(key)
    return {"$nor": [{"noun": n, "record": {"$in": k}} for n, k in keys.items()]} if keys else {}
