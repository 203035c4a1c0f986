"""What touches many is worked off in batches, after the write that asked for it.

A record that thousands of others name cannot be told to all of them in one transaction. Its write
puts an item here, in its own transaction; whichever program is free takes items by a lease, and
writes a batch and how far it is in one transaction each, so that what is killed goes on there. The
record changed again meanwhile begins its item anew. Until an item is gone, what others keep of it
may be what it was: of a party words to search by, kind and country, of an article its publisher, of
a meeting its kind, of a commitment its topics. What is looked up by key is right at once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
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
    Write,
)
from store.mongodb.keys import new_key
from store.records.base import At, Key, to_stored_precision
from store.records.history.statuses import today
from store.records.naming import NAMERS, match_merged_into, word
from store.writes.counters import advance_to, data_version
from store.writes.derived_writes import write_derived
from store.writes.effects import find_effects, keep_effects
from store.writes.projections import Touched, work_out
from store.writes.unit_of_work import World

logger = logging.getLogger("followthrough.queue")

LOOK_S = 30.0
"""How often a program that serves looks whether there is anything to do although nobody told it: of
what a killed program left, the lease has ended then."""

MOST_AT_ONCE = 200
"""Records that are told of a party in the write of it; of more, later."""

BATCH = 200
LEASE = timedelta(seconds=30)

_BEGINNING = {of: {"noun": namers[0], "after": ""} for of, namers in NAMERS.items()}
"""Where the work begins, by the noun of what is told of: the noun and key after which to go on."""

_FEWER = {"articles": 20}
"""Where a record is told to others, too: what rests on an article keeps its publisher."""


async def are_named_by_many(
    database: Database, noun: str, keys: Collection[Key], session: Session
) -> bool:
    """Whether more records name one of these of a noun, or what was merged into one, than are told
    of it at once.
    """
    left = MOST_AT_ONCE
    words = await _words_of(database, noun, keys, session)
    for namer in NAMERS[noun]:
        query = {"derived.refersTo": {"$in": words}}
        only = {"_id": 1}
        found = await database.find(namer, query, fields=only, limit=left + 1, session=session)
        left -= len(found)
        if left < 0:
            return True
    return False


async def put(database: Database, ats: Iterable[At], session: Session) -> None:
    """Has all that names these derived again later, from the beginning; no parties, and nothing
    that was merged.
    """
    now = datetime.now(UTC)
    items = []
    for noun, key in sorted(ats):
        step = {
            "$set": {"stamp": new_key(), "of": noun, "key": key, **_BEGINNING[noun]},
            "$setOnInsert": {"since": now, "until": now},
        }
        items.append(UpdateOne({"_id": word(noun, key)}, step, upsert=True))
    await database.write(QUEUE, items, session)


async def put_parties(
    database: Database,
    keys: Iterable[Key],
    session: Session,
    *,
    moved: Collection[Key],
    same: Mapping[Key, Iterable[Key]],
) -> None:
    """Has these parties, and all that name them, derived again later, from the beginning. `moved`
    live on elsewhere or below other bodies; `same` are keys that are one party with one of these
    until that is done.
    """
    now = datetime.now(UTC)
    items = []
    # Those that are one party with another are told of with it.
    for key in sorted({*keys, *same} - {one for those in same.values() for one in those}):
        step: dict[str, Any] = {
            # The stamp, so that a batch that is under way conflicts with this, wherever it is.
            "$set": {"stamp": new_key(), **_BEGINNING["parties"]},
            "$setOnInsert": {"since": now, "until": now},
        }
        alike = sorted(same.get(key, ()))
        keys_told = {"same": alike, "moved": sorted({key, *alike} & {*moved})}
        if added := {name: {"$each": those} for name, those in keys_told.items() if those}:
            step["$addToSet"] = added
        items.append(UpdateOne({"_id": key}, step, upsert=True))
    await database.write(QUEUE, items, session)


async def count_pending(database: Database) -> int:
    """How many records are still to be told to those that name them."""
    return await database.count(QUEUE)


async def work_off(database: Database) -> AsyncIterator[int]:
    """Works off all that no other program has taken; yields how many records each batch had."""
    me = new_key()
    while (item := await _take(database, me)) is not None:
        while (done := await _work_one(database, item["_id"], me)) is not None:
            yield done


@asynccontextmanager
async def working(database: Database, wake: asyncio.Event) -> AsyncIterator[None]:
    """Works off what there is, again whenever it is woken, for as long as this lasts."""
    task = asyncio.create_task(_work(database, wake))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _work(database: Database, wake: asyncio.Event) -> None:
    while True:
        wake.clear()
        try:
            async for done in work_off(database):
                logger.info("told %d records of what they name", done)
        except (Unreachable, Refused, GaveUp) as error:
            # What was not kept is done again.
            logger.warning("what waits is worked off later: %s", error)
        except Exception:
            # Whatever it was, it must not end this task, which nobody would notice.
            logger.exception("what waits is worked off later")
        # Not `wait_for`, which forgets that it was cancelled if it is woken at the same time.
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await wake.wait()


async def _take(database: Database, me: str) -> Mapping[str, Any] | None:
    for item in await database.find(QUEUE, {}, sort=[("since", 1)]):
        now = datetime.now(UTC)
        lease = {"$set": {"by": me, "until": now + LEASE}}
        free = {"_id": item["_id"], "until": {"$lte": now}}
        if (await database.write(QUEUE, [UpdateOne(free, lease)])).changed:
            return item
    return None


async def _work_one(database: Database, item_key: str, me: str) -> int | None:
    """Works off the next batch of an item; None when it is gone, or another program's."""

    async def work(session: Session) -> int | None:
        found = await database.find(QUEUE, {"_id": item_key, "by": me}, session=session)
        if not found:
            return None
        item = found[0]
        of, key = item.get("of", "parties"), item.get("key", item_key)
        noun, after = item["noun"], item["after"]
        named = [key, *item.get("same", ())]
        words = await _words_of(database, of, named, session)
        query = {"derived.refersTo": {"$in": words}, "_id": {"$gt": after}}
        order, most = [("_id", 1)], _FEWER.get(noun, BATCH)
        rows = await database.find(
            noun, query, fields={"_id": 1}, sort=order, limit=most, session=session
        )
        keys = [row["_id"] for row in rows]
        further = _find_next(of, noun, keys, most)
        settles = further is None and "same" in item
        told_of = frozenset((of, one) for one in named)
        touched = Touched(told_of=told_of, moved=set(item.get("moved", ())))
        touched.records[noun] |= set(keys)
        if of == "parties" and {"noun": noun, "after": after} == _BEGINNING[of]:
            touched.records[of] |= set(named)
        await _tell(database, touched, session, settles=settles)
        await database.write(QUEUE, [_go_on(item_key, further)], session)
        return len(keys)

    return await database.transaction(work)


async def _tell(database: Database, touched: Touched, session: Session, *, settles: bool) -> None:
    """Derives these again, and what keeps something of the party by them. `settles` says that keys
    that were one party are no longer, so that any answer may be another.
    """
    world = World(database, session)
    worked = await work_out(world, touched)
    writes = write_derived(world, worked)
    if writes.lists or settles:
        version = await data_version(database, session) + 1
        ats = None if settles else touched.ats()
        await advance_to(database, session, version, ats, writes.lists)
        now = to_stored_precision(datetime.now(UTC))
        day = today(now)
        effects = find_effects(world, worked, {}, day)
        await keep_effects(database, session, effects, day, now, version)
    await writes.store(database, session)


def _find_next(of: str, noun: str, keys: list[Key], most: int) -> Mapping[str, str] | None:
    """Where the next batch begins, by noun and key; None if this was the last."""
    namers = NAMERS[of]
    place = namers.index(noun)
    if len(keys) == most:
        return {"noun": noun, "after": keys[-1]}
    if place + 1 < len(namers):
        return {"noun": namers[place + 1], "after": ""}
    return None


def _go_on(key: str, further: Mapping[str, str] | None) -> Write:
    if further is None:
        return DeleteOne({"_id": key})
    return UpdateOne({"_id": key}, {"$set": {**further, "until": datetime.now(UTC) + LEASE}})


async def _words_of(
    database: Database, noun: str, keys: Collection[Key], session: Session
) -> list[str]:
    """The words by which records and what was merged into them are named."""
    into = match_merged_into(noun, keys)
    merged = await database.find(noun, into, fields={"_id": 1}, session=session)
    return [word(noun, found) for found in (*keys, *(row["_id"] for row in merged))]
