"""Makes a backup: all collections, as they are at one moment, while the store is written to.

A snapshot of MongoDB would be simpler, but it lasts minutes, and a large store takes longer to
read. So the collections are read one after another, each as it is by then, and MongoDB's change
stream tells which documents were written meanwhile. These are read again: every half minute, and at
the end in a snapshot, which has little to read by then. What was not written after it was read is
right as it was read, and of the rest the snapshot is.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from store import layout
from store.backups.archive import MOST_BYTES, ArchiveWriter, Part, PartKind, pack
from store.mongodb.collections import META
from store.mongodb.driver import Database, DeleteOne, InsertOne, Instant, Refused, Session
from store.mongodb.keys import new_key
from store.mongodb.raw import encode_id, find_raw, id_of, stream_raw
from store.writes.loading import find_mark

Progress = Callable[[str, int, int | None], None]

CATCH_UP_S: Final = 30.0
"""How often what changed meanwhile is read again, so that MongoDB's log of operations need not
reach back to the beginning."""

MOST_COPIED: Final = 10_000
"""Documents that are read at once, between two looks at what changed."""

MOST_TRIES: Final = 5
MOST_AT_ONCE: Final = 1_000

_SNAPSHOT_GONE = frozenset({239, 246})
_LOG_TOO_SHORT = frozenset({136, 286})
"""Codes of MongoDB where its log of operations does not reach back any more."""


class CannotBackUp(Exception):
    """There can be no backup now; the message says why, and what to do."""


@dataclass(slots=True)
class Saving:
    """A backup that is being made. `read` is how many documents were read so far."""

    database: Database
    archive: ArchiveWriter
    progress: Progress
    read: int = 0
    _since: Instant = None
    _begun: set[str] = field(default_factory=set)
    _caught_up: float = field(default_factory=time.monotonic)

    async def save(self) -> Mapping[str, int]:
        """Writes it all; how many documents it has, by collection. Raises CannotBackUp, OSError,
        and what the driver raises.
        """
        if await find_mark(self.database) is not None:
            raise CannotBackUp(
                "a first import of this store goes on or was cut off: back it up when it is done"
            )
        names = await self._list_collections()
        self._since = await self.database.load_instant()
        # A majority has what was written before it, from here on: that is what is read.
        await self._mark()
        self.archive.write(Part(PartKind.HEAD, await self._describe()))
        for name in names:
            await self._copy(name)
        moment, counts = await self._settle(names)
        said = {"counts": counts, "moment": moment.isoformat(timespec="milliseconds")}
        self.archive.write(Part(PartKind.END, said))
        return counts

    async def _list_collections(self) -> list[str]:
        """META is the last: without it, what is there is no store yet."""
        found = await self.database.list_collections()
        others = sorted(name for name in found if not name.startswith("system.") and name != META)
        if not others:
            raise CannotBackUp(f"there is nothing in the database {self.database.name!r}")
        return [*others, META]

    async def _describe(self) -> dict[str, Any]:
        return {
            "program": version("followthrough"),
            "layout": await layout.load_layout_version(self.database),
            "database": self.database.name,
            "begun": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    async def _copy(self, name: str) -> None:
        self._begun.add(name)
        last: bytes | None = None
        while True:
            count = 0
            documents = stream_raw(self.database, name, after=last, limit=MOST_COPIED)
            async for some in _gather(documents):
                await self._write(PartKind.DOCUMENTS, name, some)
                count, last = count + len(some), some[-1]
            self.read += count
            self.progress(f"Reading {name}", self.read, None)
            if count < MOST_COPIED:
                return
            # Here nothing was read that is not written: it would take the place of what is newer.
            if time.monotonic() - self._caught_up > CATCH_UP_S:
                await self._catch_up(None)

    async def _settle(self, names: Sequence[str]) -> tuple[datetime, dict[str, int]]:
        """Reads again, as of one moment, what changed until then; that moment, and the counts."""
        for _ in range(MOST_TRIES):
            # Soon before the moment, so that the snapshot does not wait for much.
            await self._catch_up(None)
            try:
                async with self.database.snapshot() as session:
                    moment = datetime.now(UTC)
                    # The first read is what sets the moment.
                    await self.database.find(META, {"_id": "data"}, session=session)
                    await self._catch_up(session)
                    return moment, {name: await self._count(name, session) for name in names}
            except Refused as error:
                if error.code not in _SNAPSHOT_GONE:
                    raise
        raise CannotBackUp(
            "MongoDB forgets a moment sooner than what was written meanwhile can be read again: "
            "have it remember for longer, db.adminCommand({setParameter: 1, "
            "minSnapshotHistoryWindowInSeconds: 1800}), or back up when less is written"
        )

    async def _catch_up(self, session: Session | None) -> None:
        """Reads again what changed since the last time, of the collections that were begun."""
        next_time = await self.database.load_instant()
        mark = await self._mark()
        try:
            changed = await self.database.list_changed(self._since, until=(META, mark))
        except Refused as error:
            if error.code not in _LOG_TOO_SHORT:
                raise
            raise CannotBackUp(
                "MongoDB's log of operations is too short for what is written in "
                f"{CATCH_UP_S:g} s; make it longer: db.adminCommand({{replSetResizeOplog: 1, "
                "size: Double(16000)})"
            ) from error
        for name, keys in changed.items():
            if name.startswith("system."):
                continue
            if keys is None:
                raise CannotBackUp(
                    f"the collection {name} was dropped or took another's place meanwhile, as at "
                    "the end of a first import: back up again"
                )
            if name in self._begun or session is not None:
                await self._read_again(name, list(keys), session)
        self._since, self._caught_up = next_time, time.monotonic()

    async def _mark(self) -> str:
        """Writes something that the change stream tells, and takes it away; its `_id`."""
        mark = {"_id": f"backup {new_key()}"}
        await self.database.write(META, [InsertOne(mark), DeleteOne(mark)])
        return mark["_id"]

    async def _read_again(self, name: str, keys: Sequence[Any], session: Session | None) -> None:
        for start in range(0, len(keys), MOST_AT_ONCE):
            some = keys[start : start + MOST_AT_ONCE]
            gone = {encode_id(key) for key in some}
            async for documents in _gather(find_raw(self.database, name, some, session)):
                gone -= {encode_id(id_of(document)) for document in documents}
                await self._write(PartKind.DOCUMENTS, name, documents)
            await self._write(PartKind.GONE, name, sorted(gone))

    async def _count(self, name: str, session: Session) -> int:
        found = await self.database.aggregate(name, [{"$count": "n"}], session)
        return int(found[0]["n"]) if found else 0

    async def _write(self, kind: PartKind, name: str, documents: Sequence[bytes]) -> None:
        if documents:
            self.archive.write(await asyncio.to_thread(pack, kind, name, documents))


async def _gather(documents: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
    """The documents, as many together as a part may have."""
    together: list[bytes] = []
    size = 0
    async for document in documents:
        if together and size + len(document) > MOST_BYTES:
            yield together
            together, size = [], 0
        together.append(document)
        size += len(document)
    if together:
        yield together
