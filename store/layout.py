"""The layout of the store in MongoDB: collections, indexes, validators, and migrations.

`prepare` brings a database from any earlier version to this one. It may run any number of times,
and in several programs at once.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from store.mongodb.collections import (
    DEAD_LETTERS,
    META,
    QUEUE,
    SOURCES,
    TOKENS,
    TRUSTED,
    VOCABULARY,
    WEBHOOKS,
)
from store.mongodb.driver import Database, Refused, UpdateOne
from store.mongodb.former_indexes import FORMER
from store.mongodb.indexes import INDEXES
from store.mongodb.validators import schema_of
from store.records.counter_deltas import COUNTED
from store.records.derived import DERIVED
from store.records.search_entries import ENTRIES
from store.writes.counters import count_first, data_version
from store.writes.loading import drop_abandoned, end_move
from store.writes.rebuild import rebuild
from store.writes.restate import restate, state_references

logger = logging.getLogger("followthrough.layout")

_INDEX_NOT_FOUND = 27
_NAMESPACE_EXISTS = 48


class Standalone(Exception):
    """The server is neither in a replica set nor in front of a sharded cluster."""


class TooNew(Exception):
    """The store was written by a newer version of this program."""


class NotWhole(Exception):
    """The store is being restored from a backup, or that was cut off."""


RESTORING = "restoring"
"""The `_id`, in the collection of what is known of the store itself, of what says that it is being
restored."""

_WITHOUT_INDEXES = (META, QUEUE, SOURCES, TOKENS, TRUSTED, VOCABULARY, WEBHOOKS, DEAD_LETTERS)


async def prepare(database: Database) -> None:
    """Creates the collections, indexes and validators that are missing, and runs the migrations.

    Raises `Standalone`, `NotInitiated`, `NotWhole` or `TooNew` before it changes anything.
    """
    await require_transactions(database)
    if await database.find(META, {"_id": RESTORING}):
        raise NotWhole(
            f"the database {database.name!r} is being restored from a backup, or that was cut off: "
            "wait, or run followthrough restore again, which begins anew"
        )
    version = await load_layout_version(database)
    if version > VERSION:
        raise TooNew(
            f"the database {database.name!r} has layout version {version}; this program knows up "
            f"to {VERSION}. Use the newer version of Followthrough that wrote it, or another "
            "database (FOLLOWTHROUGH_DATABASE)"
        )
    await lay_out(database)


async def lay_out(database: Database) -> None:
    """What `prepare` does once nothing stands against it."""
    version = await load_layout_version(database)
    await end_move(database)
    existing = await database.list_collections()
    await drop_abandoned(database, existing)
    for collection in (*_WITHOUT_INDEXES, *INDEXES):
        await _prepare_collection(database, collection, existing.get(collection))
    await _migrate(database, version)
    await _count_other_dimensions(database)
    await _state_layout(database)


async def require_transactions(database: Database) -> None:
    """Raises `Standalone` or `NotInitiated` for a server that has no transactions."""
    hello = await database.hello()
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise Standalone(
            "this MongoDB runs alone and so has no transactions. Start it as a replica set, which "
            "may have one member: mongod --replSet rs0, then once rs.initiate() in mongosh"
        )


async def load_layout_version(database: Database) -> int:
    """The layout version of a database; 0 if it is not a store yet."""
    return int((await _load_layout(database)).get("version", 0))


async def _load_layout(database: Database) -> Mapping[str, Any]:
    found = await database.find(META, {"_id": "layout"})
    return found[0] if found else {}


async def index_progress(database: Database) -> dict[str, int]:
    """How many indexes there should be and how many are ready: `{"wanted": 40, "ready": 38}`."""
    wanted = {(collection, index.name) for collection in INDEXES for index in INDEXES[collection]}
    ready = await database.find_ready_indexes([*INDEXES])
    return {"wanted": len(wanted), "ready": len(wanted & ready)}


async def _prepare_collection(
    database: Database, name: str, options: Mapping[str, Any] | None
) -> None:
    """Creates or changes a collection; `options` are its present ones, None if it is missing."""
    # Moderate, so that older records that are too long by now can still be derived again.
    schema = schema_of(name)
    wanted = {"validator": {"$jsonSchema": schema}, "validationLevel": "moderate"} if schema else {}
    if options is None:
        try:
            await database.command({"create": name, **wanted})
            options = wanted
        except Refused as error:
            if error.code != _NAMESPACE_EXISTS:
                raise
    # Only if an option differs: collMod waits for all users of the collection and blocks new ones.
    if any((options or {}).get(option) != value for option, value in wanted.items()):
        await database.command({"collMod": name, **wanted})
    if indexes := INDEXES.get(name):
        await database.command(
            {"createIndexes": name, "indexes": [index.as_command() for index in indexes]}
        )


async def _count_other_dimensions(database: Database) -> None:
    """Counts the store again if a program with other dimensions started it last."""
    if (await _load_layout(database)).get("counted") != COUNTED:
        await count_first(database)


async def _state_layout(database: Database) -> None:
    # $max, so that of two programs that start at once the newer version is kept.
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
    """A step to a version of the layout.

    `move` changes stored data, `derives` are the nouns to derive again, `drops` are the indexes
    that are no longer used, as collection and name.
    """

    move: Callable[[Database], Awaitable[None]] | None = None
    derives: tuple[str, ...] = ()
    drops: tuple[tuple[str, str], ...] = ()


MIGRATIONS: Mapping[int, Migration] = {
    # The first version: there is nothing older to move.
    1: Migration(),
    2: Migration(move=count_first),
    # Names of other records, with merges resolved.
    3: Migration(derives=("parties", "articles", "assessments", "check_logs")),
    # More derived members of every noun, and of its search entry.
    4: Migration(derives=tuple(DERIVED)),
    # Articles get the topics of meetings, follow-ups the parties in a role, and search entries the
    # moment since which each trackable is known.
    5: Migration(
        derives=("articles", "meetings", "commitments", "requests", "follow_ups"),
        drops=((ENTRIES, "trackables_date.earliest_date.latest__id"),),
    ),
    # The last day of open dates, the precision of intervals, lists without repeats.
    6: Migration(move=restate, derives=tuple(DERIVED)),
    # What names a record, and what it is looked up by, are words in one index each, in place of an
    # index for each path.
    7: Migration(
        move=state_references,
        derives=tuple(DERIVED),
        drops=tuple((noun, name) for noun, names in FORMER.items() for name in names),
    ),
    # Changes say how they came.
    8: Migration(),
    # Status changes are kept: what an older program writes would be missing among them.
    9: Migration(),
    # Intakes and proposals are kept: an older program would show readers what it does not know.
    10: Migration(),
    # Identifiers, addresses and languages of every noun, the state of meetings, who carries out
    # commitments, measures, the strength of requests, topics; and what is derived of them.
    11: Migration(move=restate, derives=tuple(DERIVED)),
}
"""The steps to each version. A new index alone needs no new version. A new noun and a new member of
a record do, because an older program cannot read them, and so does every change that moves data."""

VERSION = max(MIGRATIONS)
"""The version of the layout that this program writes."""


async def _migrate(database: Database, version: int) -> None:
    moves_data = 0 < version < VERSION
    if moves_data:
        # A warning, so that it is seen under every command.
        logger.warning(
            "this store has layout version %d and is brought to %d: every record is read and "
            "derived again, which takes minutes where there are many. If it is interrupted, the "
            "next start goes on",
            version,
            VERSION,
        )
    steps = [MIGRATIONS[step] for step in range(version + 1, VERSION + 1)]
    for step in steps:
        if step.move is not None:
            await step.move(database)
    # Once for all steps, because each would derive the same.
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
