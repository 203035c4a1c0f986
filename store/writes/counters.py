"""The counters: changed in the transaction of the write, compared with the records, counted again.

What a record adds is `store.records.counter_deltas`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

from store.mongodb.collections import COUNTERS, META
from store.mongodb.driver import Database, DeleteOne, ReplaceOne, Session, UpdateOne, Write
from store.records.base import At
from store.records.counter_deltas import (
    READ,
    Tally,
    as_documents,
    difference,
    parse_counter_key,
    tally,
)
from store.records.dimensions import Document
from store.records.nouns import NOUNS

BATCH = 2_000
MOST_ANNOUNCED = 500
MOST_TRIES = 10


class StillWritten(Exception):
    """The records changed each time while they were counted."""

    def __init__(self) -> None:
        super().__init__("the store is written to all the time; count again when it is quieter")


class Steps:
    """By how much a write changes the counters."""

    def __init__(self) -> None:
        self._tally: Tally = Counter()

    def changed(self, noun: str, before: Document | None, after: Document | None) -> None:
        """Takes what a document was and what it becomes; None where there is none."""
        self._tally.update(difference(tally(noun, before), tally(noun, after)))

    async def store(self, database: Database, session: Session) -> None:
        """Adds them to the counters; what has fallen to nothing is dropped, as if never counted."""
        steps: dict[str, dict[str, int]] = defaultdict(dict)
        for (key, path), n in sorted(self._tally.items()):
            if n:
                steps[key][path] = n
        await database.write(COUNTERS, [_adding(key, step) for key, step in steps.items()], session)
        # Only what is more than it was, and cannot have been less than nothing, is never nothing.
        stepped = [key for key, step in steps.items() if step.keys() != {"n"} or step["n"] < 0]
        if stepped:
            found = await database.find(COUNTERS, {"_id": {"$in": stepped}}, session=session)
            await database.write(COUNTERS, _dropping(found), session)


def _adding(key: str, step: Mapping[str, int]) -> UpdateOne:
    named = parse_counter_key(key)
    first = {"$setOnInsert": named} if named else {}
    return UpdateOne({"_id": key}, {"$inc": step, **first}, upsert=True)


def _dropping(counters: Iterable[Document]) -> list[Write]:
    """The writes that take what has fallen to nothing out of these counters."""
    writes: list[Write] = []
    for counter in counters:
        kept = without_zeros(counter)
        if kept.keys() <= _NAMES:
            writes.append(DeleteOne({"_id": counter["_id"]}))
        elif kept != counter:
            writes.append(ReplaceOne({"_id": counter["_id"]}, kept))
    return writes


_NAMES = frozenset({"_id", "of", "value"})
"""What a counter says of itself, and not of records."""


async def data_version(database: Database, session: Session | None = None) -> int:
    """The number that every write advances."""
    found = await database.find(META, {"_id": "data"}, session=session)
    return int(found[0]["version"]) if found else 0


async def advance(database: Database, session: Session) -> int:
    """Advances that number; returns what it is then. Whoever calls it calls `announce`, too."""
    step = UpdateOne({"_id": "data"}, {"$inc": {"version": 1}}, upsert=True)
    await database.write(META, [step], session)
    return await data_version(database, session)


async def announce(
    database: Database,
    session: Session,
    version: int,
    touched: Collection[At] | None,
    lists: Collection[str] = (),
) -> None:
    """States what a version changed, as the last write of its transaction.

    `touched` are records, None for any; `lists` the collections that hold anything new.
    """
    news = _news(version, touched, lists)
    await database.write(META, [UpdateOne({"_id": "data"}, {"$set": {"news": news}})], session)


async def advance_to(
    database: Database,
    session: Session,
    version: int,
    touched: Collection[At] | None,
    lists: Collection[str] = (),
) -> None:
    """As `advance` and `announce` in one, where it is known before the first write what it comes
    to. The version is the one after that which the transaction read.
    """
    news = _news(version, touched, lists)
    step = UpdateOne({"_id": "data"}, {"$set": {"version": version, "news": news}}, upsert=True)
    await database.write(META, [step], session)


def _news(
    version: int, touched: Collection[At] | None, lists: Collection[str]
) -> dict[str, object]:
    if touched is not None and len(touched) > MOST_ANNOUNCED:
        touched = None
    listed = sorted(map(list, touched)) if touched is not None else None
    return {"version": version, "touched": listed, "lists": sorted(lists)}


async def counted(database: Database) -> tuple[int, dict[str, dict[str, Any]]]:
    """The counters as they should be, by counting, and the data version that they are of.

    Raises StillWritten where no version lasts that long.
    """
    for _ in range(MOST_TRIES):
        version = await data_version(database)
        right = await _counted(database)
        # Every write advances the version, so with the same one this was one moment's count.
        if await data_version(database) == version:
            return version, right
    raise StillWritten


async def _counted(database: Database) -> dict[str, dict[str, Any]]:
    found: Tally = Counter()
    for noun in NOUNS:
        fields = dict.fromkeys(READ[noun], 1)
        async for documents in database.stream_batches(noun, BATCH, fields):
            for document in documents:
                found.update(tally(noun, document))
    return as_documents(found)


async def recount(database: Database) -> None:
    """Counts everything again. Raises StillWritten."""
    for _ in range(MOST_TRIES):
        version, right = await counted(database)
        if await database.transaction(partial(_replace, database, version, right)):
            return
    raise StillWritten


async def _replace(
    database: Database, version: int, right: Mapping[str, Document], session: Session
) -> bool:
    """Replaces the counters that are wrong, unless something was written since that version."""
    if await advance(database, session) != version + 1:
        return False
    stored = {c["_id"]: c for c in await database.find(COUNTERS, {}, session=session)}
    replacing = [
        ReplaceOne({"_id": key}, dict(counter), upsert=True)
        for key, counter in sorted(right.items())
        if counter != stored.get(key)
    ]
    removing = [DeleteOne({"_id": key}) for key in sorted(stored.keys() - right.keys())]
    await database.write(COUNTERS, [*replacing, *removing], session)
    await announce(database, session, version + 1, None)
    return True


async def differing(database: Database) -> dict[str, tuple[str, ...]]:
    """The counters that are not what the records give, with the members that differ."""
    for _ in range(MOST_TRIES):
        version, right = await counted(database)
        stored = {c["_id"]: c for c in await database.find(COUNTERS, {})}
        if await data_version(database) == version:
            break
    else:
        raise StillWritten
    return {
        key: _differing(stored.get(key, {}), right.get(key, {}))
        for key in sorted({*stored, *right})
        if stored.get(key) != right.get(key)
    }


def _differing(stored: Document, right: Document) -> tuple[str, ...]:
    """The members of a counter whose numbers are wrong; if all are right, what is too much."""
    for is_, should in ((without_zeros(stored), right), (stored, right)):
        members = {*is_, *should} - {"_id"}
        if wrong := tuple(sorted(m for m in members if is_.get(m) != should.get(m))):
            return wrong
    return ("_id",)


def without_zeros(counter: Document) -> dict[str, Any]:
    """A counter without the zeros in it, and without what holds nothing else."""
    found: dict[str, Any] = {}
    for name, value in counter.items():
        kept = without_zeros(value) if isinstance(value, Mapping) else value
        if kept not in (0, {}):
            found[name] = kept
    return found


async def count_first(database: Database) -> None:
    """Counts what a store holds that kept none of these; one that is empty needs nothing."""
    if await data_version(database) > 0:
        await recount(database)
