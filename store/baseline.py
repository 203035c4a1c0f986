"""The data of a database as it was at one moment, kept in a second one beside it, to go back to.

For throw-away servers: a test changes what it likes, and then all is put back in one transaction,
as a write that may have changed anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from store.mongodb.collections import META
from store.mongodb.driver import Database, DeleteOne, GaveUp, ReplaceOne, Session, Write
from store.writes.counters import advance, announce, data_version

MOST_TRIES = 10

_VERSION = "data"
"""The document of META that is never put back: the version of the data only goes up."""


class Baseline:
    """What `database` is put back to, as `kept` holds it. Both are of one server."""

    def __init__(self, database: Database, kept: Database) -> None:
        self._database = database
        self._kept = kept
        self._digests: Mapping[str, str] = {}

    async def keep(self, collections: Iterable[str] | None = None) -> None:
        """Keeps these collections as they are now; all of them by default."""
        for name in collections or await self._database.list_collections():
            into = {"$out": {"db": self._kept.name, "coll": name}}
            await self._database.aggregate(name, [into])
        self._digests = {}

    async def restore(self) -> int:
        """Puts all that differs back, in one transaction; how many documents that were. The version
        of the data goes up even if there were none. Raises GaveUp.
        """
        self._digests = self._digests or await _digest_collections(self._kept)
        for _ in range(MOST_TRIES):
            version = await data_version(self._database)
            # Before the transaction, which it would wait for.
            now = await _digest_collections(self._database)
            differing = {name for name, _ in now.items() ^ self._digests.items()}
            work = partial(self._restore, version, differing)
            if (count := await self._database.transaction(work)) is not None:
                return count
        raise GaveUp("the store is written to all the time; reset it when it is quieter")

    async def _restore(
        self, version: int, differing: Iterable[str], session: Session
    ) -> int | None:
        """How many documents were put back; None if something was written since that version."""
        if await advance(self._database, session) != version + 1:
            return None
        count = 0
        # META differs always, at least by the version.
        for name in {*differing, META}:
            kept = {d["_id"]: d for d in await self._kept.find(name, {})}
            found = {d["_id"]: d for d in await self._database.find(name, {}, session=session)}
            writes = list(_make_writes(found, kept))
            await self._database.write(name, writes, session, validated=False, ordered=False)
            count += len(writes)
        await announce(self._database, session, version + 1, None)
        return count


def _make_writes(found: Mapping[Any, Any], kept: Mapping[Any, Any]) -> Iterator[Write]:
    """The writes that make one of the other."""
    for key in found.keys() - kept.keys() - {_VERSION}:
        yield DeleteOne({"_id": key})
    for key, document in kept.items():
        if key != _VERSION and found.get(key) != document:
            yield ReplaceOne({"_id": key}, document, upsert=True)


async def _digest_collections(database: Database) -> dict[str, str]:
    """The digest of what each collection holds, by its name."""
    found: dict[str, str] = (await database.command({"dbHash": 1}))["collections"]
    return found
