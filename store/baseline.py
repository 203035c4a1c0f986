"""The data of a database as it was at one moment, kept in a second one beside it, to go back to.

For throw-away servers: a test changes what it likes, and then all is put back in one transaction,
as a write that may have changed anything. MongoDB tells which documents changed, so that this takes
as long in a large store as in a small one.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from store.mongodb.collections import META
from store.mongodb.driver import (
    Changed,
    Database,
    DeleteOne,
    GaveUp,
    InsertOne,
    Instant,
    ReplaceOne,
    Session,
    Write,
)
from store.mongodb.keys import new_key
from store.writes.counters import advance, announce, data_version

MOST_TRIES = 10

_VERSION = "data"
"""The document of META that is never put back: the version of the data only goes up."""


async def keep(
    database: Database, kept: Database, collections: Iterable[str] | None = None
) -> Instant:
    """Keeps these collections as they are now, by default all, in a database of the same server;
    the moment from which on changes are to be undone.
    """
    for name in collections or await database.list_collections():
        await database.aggregate(name, [{"$out": {"db": kept.name, "coll": name}}])
    return await database.load_instant()


async def restore(database: Database, kept: Database, since: Instant) -> tuple[int, Instant]:
    """Puts back, in one transaction, all that changed since it was kept or last restored: how many
    documents were others, and the moment for the next time. The version of the data goes up even if
    there were none. Raises GaveUp.
    """
    for _ in range(MOST_TRIES):
        # From before they are listed: what changes meanwhile is listed the next time again.
        now = await database.load_instant()
        version = await data_version(database)
        # A change of this reset alone, to see where those of the test end.
        mark = {"_id": f"reset {new_key()}"}
        await database.write(META, [InsertOne(mark), DeleteOne(mark)])
        changed = await database.list_changed(since, until=(META, mark["_id"]))
        work = partial(_restore, database, kept, version, changed)
        if (count := await database.transaction(work)) is not None:
            return count, now
    raise GaveUp("the store is written to all the time; reset it when it is quieter")


async def _restore(
    database: Database, kept: Database, version: int, changed: Changed, session: Session
) -> int | None:
    """How many documents were others; None if something was written since that version."""
    if await advance(database, session) != version + 1:
        return None
    count = 0
    for name, keys in changed.items():
        among = {} if keys is None else {"_id": {"$in": list(keys)}}
        right = {d["_id"]: d for d in await kept.find(name, among)}
        found = {d["_id"]: d for d in await database.find(name, among, session=session)}
        writes = list(_make_writes(found, right))
        await database.write(name, writes, session, validated=False, ordered=False)
        count += len(writes)
    await announce(database, session, version + 1, None)
    return count


def _make_writes(found: Mapping[Any, Any], right: Mapping[Any, Any]) -> Iterator[Write]:
    """The writes that make one of the other."""
    for key in found.keys() - right.keys() - {_VERSION}:
        yield DeleteOne({"_id": key})
    for key, document in right.items():
        if key != _VERSION and found.get(key) != document:
            yield ReplaceOne({"_id": key}, document, upsert=True)
