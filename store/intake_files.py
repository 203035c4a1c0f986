"""Files that were uploaded for the intake, in parts, until they are read or forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from store.mongodb.collections import INTAKE_FILES
from store.mongodb.driver import Database, DeleteMany, InsertOne
from store.mongodb.keys import new_key
from store.records.base import Key, to_stored_precision

PART = 4 * 1024 * 1024
"""Bytes of a part: MongoDB takes no document of more than 16 MiB."""

KEPT_FOR = timedelta(days=7)
"""How long a file is kept that nobody reads."""

MOST_WAITING = 50
"""Files of one curator that may wait at a time."""


class TooManyFiles(Exception):
    """So many files of one curator wait that there is no room for another."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it was uploaded."""

    key: Key
    name: str
    size: int
    sha256: str


class IntakeFiles:
    """The uploaded files of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, name: str, content: bytes, by: str, now: datetime) -> UploadedFile:
        """Keeps a file. Raises TooManyFiles."""
        own = {"by": by, "part": 0}
        waiting = await self._database.find(
            INTAKE_FILES, own, fields={"_id": 1}, limit=MOST_WAITING
        )
        if len(waiting) >= MOST_WAITING:
            raise TooManyFiles(
                f"{MOST_WAITING} files of yours wait already; submit or cancel some of them"
            )
        file = UploadedFile(new_key(), name, len(content), sha256(content).hexdigest())
        until = to_stored_precision(now + KEPT_FOR)
        parts = [InsertOne(part) for part in _divide(file, content, by, until)]
        # The first part is written last: what has none is not there.
        for part in reversed(parts):
            await self._database.write(INTAKE_FILES, [part])
        return file

    async def load(self, key: Key) -> bytes | None:
        """The bytes of a file; None if there is none, or it was forgotten."""
        order = [("part", 1)]
        parts = await self._database.find(INTAKE_FILES, {"file": key}, sort=order)
        return b"".join(part["data"] for part in parts) if parts else None

    async def forget(self, key: Key) -> None:
        """Drops a file."""
        await self._database.write(INTAKE_FILES, [DeleteMany({"file": key})])


def _divide(
    file: UploadedFile, content: bytes, by: str, until: datetime
) -> Iterator[dict[str, Any]]:
    for number, start in enumerate(range(0, max(len(content), 1), PART)):
        part = {"_id": f"{file.key}:{number}", "file": file.key, "part": number, "until": until}
        if number == 0:
            part |= {"name": file.name, "size": file.size, "sha256": file.sha256, "by": by}
        yield {**part, "data": content[start : start + PART]}
