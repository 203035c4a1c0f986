"""How the store is laid out in MongoDB: collections, indexes and validators, and its migrations.

`prepare` brings a database to this version from any earlier one, and may run any number of
times, from several programs at once.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import BaseModel

from store.counters import count_first, data_version
from store.mongo import Database, Refused, UpdateOne
from store.names import CHANGES, COUNTERS, META, TRUSTED, VOCABULARY
from store.rebuilding import rebuild
from store.records.changes import Change
from store.records.derived import DERIVED
from store.records.entries import ENTRIES, WEIGHTS, Entry
from store.records.nouns import NOUNS
from store.records.shape import Curation
from store.records.tallies import COUNTED
from store.restating import restate

logger = logging.getLogger("followthrough.layout")

VERSION = 6
"""The version of the layout that this program writes. New indexes alone need no new version. A new
member of a record does, because an older program cannot read it, and so does whatever moves data;
each with a step in `MIGRATIONS`."""

_INDEX_NOT_FOUND = 27
_NAMESPACE_EXISTS = 48


class Standalone(Exception):
    """The server is neither in a replica set nor in front of a sharded cluster."""


class TooNew(Exception):
    """The store was written by a newer version of this program."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index beside the question that it answers. Keys are `path` or `-path`, in order.

    `narrow` says that few documents share a value of its first path: `store.hints` then has
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
_ALWAYS = (_UPDATED, _MERGED, _REJECTED)


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
    Index("Where are spans of this article used?", ("evidence.article",)),
    Index("Which were made at this meeting, as recorded?", ("madeAt",)),
    *_ALWAYS,
)

_IN_TIME = ("date.earliest", "date.latest", "_id")

INDEXES: Mapping[str, tuple[Index, ...]] = {
    "parties": (
        Index("Who has this name, in any of its forms?", ("derived.searchNames",), narrow=True),
        Index(
            "What belongs to this body?", ("derived.parent", "derived.sortedAs", "_id"), narrow=True
        ),
        Index("What belongs to this body, as recorded?", ("parent",)),
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
        Index("Who is or was in this body, as recorded?", ("memberships.organization",)),
        Index("By name", ("derived.sortedAs", "_id")),
        Index("Which are of this kind?", ("kind", "derived.sortedAs", "_id")),
        Index("Which are of this country?", ("country", "derived.sortedAs", "_id")),
        *_ALWAYS,
    ),
    "articles": (
        Index("Which came out first, or last?", ("datePublished.earliest", "_id")),
        Index("By headline", ("derived.sortedAs", "_id")),
        Index("Which can have come out after a day?", ("datePublished.latest",)),
        Index("Where is this party named?", ("mentions.party",)),
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
        Index("Which rest on this party's statement, as recorded?", ("relays",)),
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
        Index("Where are spans of this article used?", ("evidence.article",)),
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
        Index("Which does this commitment answer, as recorded?", ("answeredBy",)),
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
        Index(
            "What restated an earlier one as this, as recorded?",
            ("restatedAs",),
            {"restatedAs": _EXISTS},
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
        Index("What answers this, as recorded?", ("answers",), {"answers": _EXISTS}),
        Index("Where are spans of this article used?", ("evidence.article",)),
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
        Index("Who looked for follow-ups, as recorded?", ("trackable",)),
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
    ),
    COUNTERS: (
        Index("Which values are the most frequent?", ("of", "-n", "value"), {"of": _EXISTS}),
    ),
}


async def prepare(database: Database) -> None:
    """Creates and migrates what is missing.

    Raises `Standalone`, `NotInitiated` and `TooNew` before it touches anything.
    """
    hello = await database.hello()
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise Standalone(
            "this MongoDB runs alone and so has no transactions. Start it as a replica set, which "
            "may have one member: mongod --replSet rs0, then once rs.initiate() in mongosh"
        )
    version = await stored_version(database)
    if version > VERSION:
        raise TooNew(
            f"the database {database.name!r} has layout version {version}; this program knows up "
            f"to {VERSION}. Use the newer version of Followthrough that wrote it, or another "
            "database (FOLLOWTHROUGH_DATABASE)"
        )
    existing = await database.collections()
    for collection in (META, TRUSTED, VOCABULARY, *INDEXES):
        await _prepare_collection(database, collection, existing.get(collection))
    await _migrate(database, version)
    await _count_other_dimensions(database)
    await _state_layout(database)


async def stored_version(database: Database) -> int:
    """The layout version of a database; 0 if it holds nothing of ours."""
    return int((await _stated_layout(database)).get("version", 0))


async def _stated_layout(database: Database) -> Mapping[str, Any]:
    found = await database.find(META, {"_id": "layout"})
    return found[0] if found else {}


async def index_progress(database: Database) -> dict[str, int]:
    """Indexes there should be, and indexes that are ready: `{"wanted": n, "ready": n}`."""
    wanted = {(collection, index.name) for collection in INDEXES for index in INDEXES[collection]}
    ready = await database.indexes([*INDEXES])
    return {"wanted": len(wanted), "ready": len(wanted & ready)}


async def _prepare_collection(
    database: Database, name: str, options: Mapping[str, Any] | None
) -> None:
    """`options` as the collection has them; None if it is not there."""
    # Moderate: what an earlier program stored, and is too long now, is still derived again.
    schema = schema_of(name)
    wanted = {"validator": {"$jsonSchema": schema}, "validationLevel": "moderate"} if schema else {}
    if options is None:
        try:
            await database.command({"create": name, **wanted})
            options = wanted
        except Refused as error:
            if error.code != _NAMESPACE_EXISTS:
                raise
    # Only what differs: changing a collection waits for all who use it, and they wait for that.
    if any((options or {}).get(option) != value for option, value in wanted.items()):
        await database.command({"collMod": name, **wanted})
    if indexes := INDEXES.get(name):
        await database.command(
            {"createIndexes": name, "indexes": [index.as_command() for index in indexes]}
        )


async def _count_other_dimensions(database: Database) -> None:
    """Counts a store again that was last started by a program with other dimensions."""
    if (await _stated_layout(database)).get("counted") != COUNTED:
        await count_first(database)


async def _state_layout(database: Database) -> None:
    # $max, so that two programs of different age starting at once leave the newer version.
    layout = {"$max": {"version": VERSION}, "$set": {"counted": COUNTED}}
    await database.write(
        META,
        [
            UpdateOne({"_id": "layout"}, layout, upsert=True),
            UpdateOne({"_id": "data"}, {"$setOnInsert": {"version": 0}}, upsert=True),
        ],
    )


@dataclass(frozen=True, slots=True)
class Migration:
    """What a step to a version takes: something to `move`, nouns to derive again, and indexes,
    each by its collection and name, that nothing reads any more.
    """

    move: Callable[[Database], Awaitable[None]] | None = None
    derives: tuple[str, ...] = ()
    drops: tuple[tuple[str, str], ...] = ()


MIGRATIONS: Mapping[int, Migration] = {
    # The collections themselves; there is nothing older to move.
    1: Migration(),
    2: Migration(move=count_first),
    # What these name, with merges resolved.
    3: Migration(derives=("parties", "articles", "assessments", "check_logs")),
    # More of every noun, and of its entry.
    4: Migration(derives=tuple(DERIVED)),
    # What meetings are about among the topics of articles, who has to do with a follow-up, and in
    # entries since when it is known what these have to do with.
    5: Migration(
        derives=("articles", "meetings", "commitments", "requests", "follow_ups"),
        drops=((ENTRIES, "trackables_date.earliest_date.latest__id"),),
    ),
    # The last day of what is open, and the precision of intervals; what was said twice, once.
    6: Migration(move=restate, derives=tuple(DERIVED)),
}


async def _migrate(database: Database, version: int) -> None:
    moves_data = 0 < version < VERSION
    if moves_data:
        # A warning, so that it is seen under every command.
        logger.warning(
            "this store has layout version %d and is brought to %d: every record is read and "
            "derived again, which takes minutes where there are many. If it is interrupted, the "
            "next start does it again",
            version,
            VERSION,
        )
    steps = [MIGRATIONS[step] for step in range(version + 1, VERSION + 1)]
    for step in steps:
        if step.move is not None:
            await step.move(database)
    # Once for all steps: whichever wants it, what is derived is what this program derives.
    nouns = [noun for noun in DERIVED if any(noun in step.derives for step in steps)]
    if nouns and await data_version(database) > 0:
        async for _ in rebuild(database, nouns=nouns):
            pass
    for step in steps:
        for collection, index in step.drops:
            await _drop_index(database, collection, index)
    if moves_data:
        logger.warning("this store has layout version %d now", VERSION)


async def _drop_index(database: Database, collection: str, name: str) -> None:
    try:
        await database.command({"dropIndexes": collection, "index": name})
    except Refused as error:
        if error.code != _INDEX_NOT_FOUND:
            raise


# --- Validators ----------------------------------------------------------------------------------


@cache
def schema_of(collection: str) -> dict[str, Any] | None:
    """The collection's JSON schema as MongoDB takes it, made from the record's model; not to be
    changed.
    """
    if collection == CHANGES:
        return _document_schema(Change, None)
    if collection == ENTRIES:
        schema = _bson_schema(Entry)
        schema["properties"]["_id"] = {"bsonType": "string"}
        return schema
    if collection not in NOUNS:
        return None
    models = [_document_schema(model, DERIVED.get(collection)) for model in NOUNS[collection]]
    return models[0] if len(models) == 1 else {"anyOf": models}


def _document_schema(model: type[BaseModel], derived: type[BaseModel] | None) -> dict[str, Any]:
    schema = _bson_schema(model)
    members = schema["properties"]
    members["_id"] = members.pop("key")
    schema["required"] = ["_id", *(m for m in schema["required"] if m != "key")]
    if derived is not None:
        members["derived"] = _bson_schema(derived)
    return schema


def _bson_schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(mode="validation")
    found = _to_bson(schema, schema.get("$defs", {}))
    assert isinstance(found, dict)
    return found


_BSON_TYPES = {"integer": ["int", "long"], "number": ["int", "long", "double"], "boolean": "bool"}
_KEPT = (
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "anyOf",
)


def _to_bson(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
    """JSON Schema 2020-12 from pydantic, as the subset of draft 4 that MongoDB knows."""
    if "$ref" in schema:
        return _to_bson(defs[schema["$ref"].rpartition("/")[2]], defs)
    found: dict[str, Any] = {name: schema[name] for name in _KEPT if name in schema}
    if schema.get("format") == "date-time":
        return {"bsonType": "date"}
    if "const" in schema:
        found["enum"] = [schema["const"]]
    if "type" in schema:
        found["bsonType"] = _BSON_TYPES.get(schema["type"], schema["type"])
    if "properties" in found:
        found["properties"] = {n: _to_bson(s, defs) for n, s in schema["properties"].items()}
    if "items" in found:
        found["items"] = _to_bson(schema["items"], defs)
    if "anyOf" in found:
        found["anyOf"] = [_to_bson(s, defs) for s in schema["anyOf"]]
    return found
