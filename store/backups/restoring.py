"""Makes a store of a backup: into an empty database, whole or not at all to be used.

While it goes on, a mark in the database has every program refuse it. After a kill the mark is still
there, and the next restore empties the database and begins again.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from store import layout
from store.backups.archive import BadArchive, Part, PartKind, read_parts
from store.backups.undoing import undo_until
from store.mongodb.collections import META
from store.mongodb.driver import Database, DeleteOne, InsertOne
from store.mongodb.raw import id_of, put_raw

Progress = Callable[[str, int, int | None], None]

MOST_AT_ONCE: Final = 1_000


class NotEmpty(Exception):
    """The database holds something; the message says what."""


class NotThatFar(Exception):
    """The backup was made before the moment that is wanted."""


class NotAsBackedUp(Exception):
    """The store that was made is not what the backup says; the message says in what."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself: `head` is how it was made, `counts` how many documents it has,
    by collection, and `moment` when it is of, in ISO 8601.
    """

    head: Mapping[str, Any]
    counts: Mapping[str, int]
    moment: str


def verify(path: Path) -> Backup:
    """Reads a backup to its end, and writes nothing. Raises BadArchive and OSError."""
    head: Mapping[str, Any] = {}
    with path.open("rb") as file:
        for part in read_parts(file):
            match part.kind:
                case PartKind.HEAD:
                    head = part.about
                case PartKind.END:
                    return Backup(head, part.about["counts"], part.about["moment"])
    raise BadArchive("the backup has no end")


async def restore(
    database: Database, path: Path, progress: Progress, until: datetime | None = None
) -> Backup:
    """Makes the store of a backup, with its indexes, brought to the layout of this program; as it
    was at the moment `until`, if one is given.

    The file is read to its end first, so that a damaged one changes nothing. Raises BadArchive,
    NotEmpty, NotAsBackedUp, NotThatFar, TooNew, OSError, and what the driver raises.
    """
    backup = await asyncio.to_thread(verify, path)
    found = int(backup.head["layout"])
    if found > layout.VERSION:
        raise layout.TooNew(
            f"the backup has layout version {found}; this program knows up to {layout.VERSION}. "
            f"Restore it with the version of Followthrough that made it, {backup.head['program']}, "
            "or a newer one"
        )
    if until is not None and until > datetime.fromisoformat(backup.moment):
        raise NotThatFar(f"the backup is of {backup.moment}, and knows nothing of later")
    await _begin(database)
    await _fill(database, path, progress)
    await _compare(database, backup)
    progress("Building indexes", 0, None)
    await layout.lay_out(database)
    if until is not None:
        done = 0
        async for count in undo_until(database, until):
            done += count
            progress("Undoing changes", done, None)
    await database.write(META, [DeleteOne({"_id": layout.RESTORING})])
    return backup


async def _begin(database: Database) -> None:
    """Empties the database, where it holds nothing that anybody would miss, and marks it."""
    existing = [n for n in await database.list_collections() if not n.startswith("system.")]
    if not await database.find(META, {"_id": layout.RESTORING}):
        if held := {n: c for n in existing if n != META and (c := await database.count(n))}:
            listed = ", ".join(f"{count:,} {name}" for name, count in sorted(held.items()))
            raise NotEmpty(
                f"the database {database.name!r} holds {listed}: a backup is restored into an "
                "empty one, such as another name (FOLLOWTHROUGH_DATABASE) or another folder "
                "(FOLLOWTHROUGH_DATA_DIR)"
            )
        await database.write(META, [InsertOne({"_id": layout.RESTORING})])
    for name in existing:
        if name != META:
            await database.command({"drop": name})
    others = {"delete": META, "deletes": [{"q": {"_id": {"$ne": layout.RESTORING}}, "limit": 0}]}
    await database.command(others)


async def _fill(database: Database, path: Path, progress: Progress) -> None:
    done: Counter[str] = Counter()
    with path.open("rb") as file:
        parts = read_parts(file)
        while (part := await asyncio.to_thread(next, parts, None)) is not None:
            if part.kind is PartKind.DOCUMENTS:
                await _put(database, part)
            elif part.kind is PartKind.GONE:
                await _take_away(database, part)
            else:
                continue
            done[part.collection] += int(part.about["documents"])
            progress(f"Writing {part.collection}", done.total(), None)


async def _put(database: Database, part: Part) -> None:
    documents = await asyncio.to_thread(part.documents)
    for some in _cut(documents):
        await put_raw(database, part.collection, some)


async def _take_away(database: Database, part: Part) -> None:
    gone = [DeleteOne({"_id": id_of(document)}) for document in part.documents()]
    await database.write(part.collection, gone, ordered=False)


def _cut(documents: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(documents), MOST_AT_ONCE):
        yield documents[start : start + MOST_AT_ONCE]


async def _compare(database: Database, backup: Backup) -> None:
    for name, wanted in backup.counts.items():
        found = await _count(database, name)
        if name == META:
            found -= 1  # the mark
        if found != wanted:
            raise NotAsBackedUp(
                f"{name} has {found:,} documents, and the backup says {wanted:,}: something else "
                "wrote to this database meanwhile; restore it again"
            )


async def _count(database: Database, name: str) -> int:
    found = await database.aggregate(name, [{"$count": "n"}])
    return int(found[0]["n"]) if found else 0
