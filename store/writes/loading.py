"""The first load of a store beside it, and how it takes the store's place.

What is loaded is filled into collections of its own, without indexes, which are built afterwards;
then each takes the place of the one that holds nothing. A mark in the store says how far that is.
Until it is moved the store is as empty as before, and may be written: then the load begins again.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from store.mongodb.collections import CHANGES, COUNTERS, META, STATUS_CHANGES
from store.mongodb.driver import Database, DeleteOne, GaveUp, InsertOne, Session, UpdateOne, Write
from store.mongodb.indexes import INDEXES
from store.mongodb.validators import schema_of
from store.records.base import to_stored_precision
from store.records.nouns import NOUNS
from store.records.search_entries import ENTRIES
from store.writes.counters import advance, announce

LOADING = "loading"
"""The mark's `_id` in the collection of what is known of the store itself."""

HELD = timedelta(seconds=30)
"""How long after its last sign of life a load counts as one that goes on."""

FILLED = (*NOUNS, CHANGES, STATUS_CHANGES, ENTRIES, COUNTERS)


def beside(collection: str) -> str:
    """The collection that is filled, to take this one's place."""
    return f"loading_{collection}"


async def find_mark(database: Database) -> Mapping[str, Any] | None:
    """What is known of a first load that has not ended."""
    found = await database.find(META, {"_id": LOADING})
    return found[0] if found else None


async def find_moving_version(database: Database) -> int | None:
    """The version whose entries are not all in their place, although it is told already: that of a
    first load while it takes its place. None if there is none.
    """
    mark = await find_mark(database)
    return int(mark["version"]) if mark is not None and mark["moving"] else None


def is_held(mark: Mapping[str, Any]) -> bool:
    """Whether a load that has not ended goes on, as far as can be told."""
    return bool(mark["seen"] + HELD > datetime.now(UTC))


async def give_way(database: Database, mark: Mapping[str, Any] | None, session: Session) -> None:
    """Before a write: a load that was cut off begins again. Raises GaveUp while one goes on."""
    if mark is None:
        return
    if mark["moving"] or is_held(mark):
        raise GaveUp("a first import goes on in this store; write when it is done")
    await database.write(META, [DeleteOne({"_id": LOADING})], session)


async def is_empty(database: Database, session: Session | None = None) -> bool:
    """Whether a store holds no record."""
    for noun in NOUNS:
        if await database.find(noun, {}, fields={"_id": 1}, limit=1, session=session):
            return False
    return True


async def begin(database: Database, bundle: str, now: datetime) -> Mapping[str, Any] | None:
    """Marks an empty store as being loaded; None if it is not empty."""

    async def marking(session: Session) -> Mapping[str, Any] | None:
        if not await is_empty(database, session):
            return None
        # Whoever writes meanwhile advances the version, too, and one of both begins again.
        version = await advance(database, session)
        seen = to_stored_precision(datetime.now(UTC))
        mark = {"bundle": bundle, "now": now, "version": version + 1, "seen": seen, "moving": False}
        marked: list[Write] = [DeleteOne({"_id": LOADING}), InsertOne({"_id": LOADING, **mark})]
        await database.write(META, marked, session)
        await announce(database, session, version, ())
        return mark

    if not await is_empty(database):
        return None
    mark = await database.transaction(marking)
    if mark is not None:
        await _lay_out(database)
    return mark


async def _lay_out(database: Database) -> None:
    there = await database.list_collections()
    for collection in FILLED:
        if beside(collection) in there:
            await database.command({"drop": beside(collection)})
        schema = schema_of(collection)
        wanted = {"validator": {"$jsonSchema": schema}, "validationLevel": "moderate"}
        await database.command({"create": beside(collection), **(wanted if schema else {})})


async def show_life(database: Database) -> None:
    """Says that a load goes on."""
    seen = {"$set": {"seen": datetime.now(UTC)}}
    await database.write(META, [UpdateOne({"_id": LOADING}, seen)])


async def take_place(
    database: Database, bundle: str, progress: Callable[[str, int, int | None], None]
) -> bool:
    """Builds the indexes, and has what was filled take its place. False where the store was
    written meanwhile, and so is not empty any more. `progress` is told of each collection.
    """
    for done, collection in enumerate(FILLED, 1):
        indexes = [index.as_command() for index in INDEXES[collection]]
        await show_life(database)
        await database.command({"createIndexes": beside(collection), "indexes": indexes})
        progress("Indexing", done, len(FILLED))

    async def moving(session: Session) -> bool:
        mark = await database.find(META, {"_id": LOADING, "bundle": bundle}, session=session)
        if not mark or not await is_empty(database, session):
            return False
        version = await advance(database, session)
        await database.write(
            META, [UpdateOne({"_id": LOADING}, {"$set": {"moving": True}})], session
        )
        await announce(database, session, version, None)
        return True

    if not await database.transaction(moving):
        return False
    await end_move(database)
    return True


async def drop_abandoned(database: Database, existing: Collection[str]) -> None:
    """Drops what a first load left behind that cannot go on: its mark went with a later write."""
    left = [beside(collection) for collection in FILLED if beside(collection) in existing]
    if left and await find_mark(database) is None:
        for collection in left:
            await database.command({"drop": collection})


async def end_move(database: Database) -> None:
    """Ends what `take_place` began, by whichever program; does nothing where there is nothing."""
    mark = await find_mark(database)
    if mark is None or not mark["moving"]:
        return
    there = await database.list_collections()
    for collection in FILLED:
        if beside(collection) in there:
            await database.rename(beside(collection), collection)

    async def ending(session: Session) -> None:
        version = await advance(database, session)
        await database.write(META, [DeleteOne({"_id": LOADING})], session)
        await announce(database, session, version, None)

    await database.transaction(ending)
