"""What touches many is worked off in batches, after the write that asked for it.

A party that thousands of records name cannot be told to all of them in one transaction. Its write
puts an item here, in its own transaction; whichever program is free takes items by a lease, and
writes a batch and how far it is in one transaction each, so that what is killed goes on there. The
party changed again meanwhile begins its item anew. Until an item is gone, what is kept of the
party's names, kind and country with others may be what it was: words to search by, and what is
filtered and counted by kind or country. What is looked up by key is right at once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from store.mongodb.collections import QUEUE
from store.mongodb.driver import (
    Database,
    DeleteOne,
    GaveUp,
    Refused,
    Session,
    Unreachable,
    UpdateOne,
)
from store.mongodb.keys import new_key
from store.records.base import Key
from store.records.naming import NAMERS, word
from store.writes.counters import advance_to, data_version
from store.writes.derived_writes import write_derived
from store.writes.projections import Touched, work_out
from store.writes.unit_of_work import World

logger = logging.getLogger("followthrough.queue")

LOOK_S = 1.0
"""How often a program that serves looks whether there is anything to do."""

MOST_AT_ONCE = 200
"""Records that are told of a party in the write of it; of more, later."""

BATCH = 200
LEASE = timedelta(seconds=30)

_KEEPING = tuple(noun for noun in NAMERS["parties"] if noun != "parties")
"""Whose records keep something of a party's names, kind or country, in the order of the work."""


async def is_hub(database: Database, key: Key, session: Session) -> bool:
    """Whether more records name a party, or one merged into it, than are told of it at once."""
    left = MOST_AT_ONCE
    words = await _words_of(database, key, session)
    for noun in _KEEPING:
        query = {"derived.refersTo": {"$in": words}}
        only = {"_id": 1}
        found = await database.find(noun, query, fields=only, limit=left + 1, session=session)
        left -= len(found)
        if left < 0:
            return True
    return False


async def put(database: Database, keys: Iterable[Key], session: Session) -> None:
    """Has all that name these parties derived again later, from the beginning."""
    now = datetime.now(UTC)
    step = {"$set": {"stamp": new_key(), "noun": _KEEPING[0], "after": ""}}
    since = {"$setOnInsert": {"since": now, "until": now}}
    items = [UpdateOne({"_id": key}, {**step, **since}, upsert=True) for key in keys]
    await database.write(QUEUE, items, session)


async def count_pending(database: Database) -> int:
    """How many parties are still to be told to those that name them."""
    return await database.count(QUEUE)


async def work_off(database: Database) -> AsyncIterator[int]:
    """Works off all that no other program has taken; yields how many records each batch had."""
    me = new_key()
    while (item := await _take(database, me)) is not None:
        while (done := await _work_one(database, item["_id"], me)) is not None:
            yield done


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[None]:
    """Works off what there is, again and again, for as long as this lasts."""
    task = asyncio.create_task(_work(database))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _work(database: Database) -> None:
    while True:
        try:
            async for done in work_off(database):
                logger.info("told %d records of a party", done)
        except (Unreachable, Refused, GaveUp) as error:
            # What was not kept is done again.
            logger.warning("what waits is worked off later: %s", error)
        except Exception:
            # Whatever it was, it must not end this task, which nobody would notice.
            logger.exception("what waits is worked off later")
        await asyncio.sleep(LOOK_S)


async def _take(database: Database, me: str) -> Mapping[str, Any] | None:
    for item in await database.find(QUEUE, {}, sort=[("since", 1)]):
        now = datetime.now(UTC)
        lease = {"$set": {"by": me, "until": now + LEASE}}
        free = {"_id": item["_id"], "until": {"$lte": now}}
        if (await database.write(QUEUE, [UpdateOne(free, lease)])).changed:
            return item
    return None


async def _work_one(database: Database, key: Key, me: str) -> int | None:
    """Works off the next batch of an item; None when it is gone, or another program's."""

    async def work(session: Session) -> int | None:
        found = await database.find(QUEUE, {"_id": key, "by": me}, session=session)
        if not found:
            return None
        noun, after = found[0]["noun"], found[0]["after"]
        words = await _words_of(database, key, session)
        query = {"derived.refersTo": {"$in": words}, "_id": {"$gt": after}}
        order = [("_id", 1)]
        rows = await database.find(
            noun, query, fields={"_id": 1}, sort=order, limit=BATCH, session=session
        )
        keys = [row["_id"] for row in rows]
        if keys:
            await _tell(database, noun, keys, session)
        await _go_on(database, key, noun, keys, session)
        return len(keys)

    return await database.transaction(work)


async def _tell(database: Database, noun: str, keys: Iterable[Key], session: Session) -> None:
    """Derives these again, and what keeps something of the party by them."""
    world, touched = World(database, session), Touched(of_party=True)
    touched.records[noun] |= set(keys)
    worked = await work_out(world, touched)
    version = await data_version(database, session) + 1
    writes = write_derived(world, worked)
    await advance_to(database, session, version, touched.ats(), writes.lists)
    await writes.store(database, session)


async def _go_on(
    database: Database, key: Key, noun: str, keys: list[Key], session: Session
) -> None:
    place = _KEEPING.index(noun)
    if len(keys) == BATCH:
        step = {"after": keys[-1]}
    elif place + 1 < len(_KEEPING):
        step = {"noun": _KEEPING[place + 1], "after": ""}
    else:
        await database.write(QUEUE, [DeleteOne({"_id": key})], session)
        return
    until = datetime.now(UTC) + LEASE
    further = UpdateOne({"_id": key}, {"$set": {**step, "until": until}})
    await database.write(QUEUE, [further], session)


async def _words_of(database: Database, key: Key, session: Session) -> list[str]:
    """The words by which a party and what was merged into it are named."""
    only = {"_id": 1}
    merged = await database.find("parties", {"mergedInto": key}, fields=only, session=session)
    return [word("parties", found) for found in (key, *(row["_id"] for row in merged))]
