"""The server's side of the process that reads articles: begun when there is one to read, told of
records as they change, ended when it takes too long or nothing was read for a while.
"""

import asyncio
import logging
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

from api.intakes.frames import LENGTH, pack_request, read_answer
from intake.kinds import KNOWN_NOUNS
from intake.refusals import RefusalCode, Refused
from store.mongodb.collections import CHANGES
from store.mongodb.driver import Database
from store.records.base import Curation
from store.writes.counters import data_version

logger = logging.getLogger("followthrough.intake")

CHILD = (sys.executable, "-m", "api.intakes.child")
"""The command of the process."""

SECONDS = 60.0
"""The time that is given for one answer: four times what the slowest text takes that is read."""

_BATCH = 200
_COUNT = (Curation.ACCEPTED, Curation.IN_REVIEW, Curation.PROPOSED)
_STORED: Mapping[str, Any] = {"curation": {"$in": [str(one) for one in _COUNT]}}
_FIELDS = {"derived": 0}


class ArticleReader:
    """Reads articles of one database in a process of its own. Used by one task at a time."""

    def __init__(self, database: Database, seconds: float = SECONDS) -> None:
        self._database = database
        self._seconds = seconds
        self._process: asyncio.subprocess.Process | None = None
        self._version = -1
        """The version of the data up to which the process was told of records."""
        self._last: str | None = None
        """The last entry of the log of changes then: it is gone if the store was replaced."""

    async def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request, as `api.intakes.child` has them. Raises Refused."""
        process = await self._start()
        assert process.stdin is not None
        try:
            async with asyncio.timeout(self._seconds):
                process.stdin.write(pack_request(request))
                await process.stdin.drain()
                answer = await _receive(process)
        except TimeoutError:
            await self.stop()
            raise Refused(
                RefusalCode.TOOK_TOO_LONG,
                f"it took more than {self._seconds:g} seconds to read; give its parts one by one",
            ) from None
        except asyncio.CancelledError:
            # An answer that nobody waits for would be taken for that of the next request.
            await self.stop()
            raise
        except (EOFError, OSError):
            await self.stop()
            answer = {"broken": "the process ended"}
        if "broken" in answer:
            logger.error("an article was not read: %s", answer["broken"])
            raise Refused(
                RefusalCode.READER_FAILED,
                "reading it failed, which is a fault of this program and was logged; enter the "
                "records by hand, or try again with another part of the text",
            )
        if refused := answer.get("refused"):
            raise Refused(RefusalCode(refused["code"]), refused["message"])
        return answer

    async def learn(self) -> None:
        """Tells the process of all records that changed since it was told last. Raises Refused."""
        version = await data_version(self._database)
        last = await self._find_last(version)
        if self._last is not None and not await self._has_change(self._last):
            await self.stop()
        await self._start()
        changes = self._list_all() if self._version < 0 else self._list_changed()
        async for change in changes:
            answer = await self.ask({"do": "learn", **change})
            for key in answer["unreadable"]:
                logger.warning("%s/%s cannot be read, and is not known", change["noun"], key)
        self._version, self._last = version, last

    async def _find_last(self, version: int) -> str | None:
        query = {"dataVersion": {"$lte": version}}
        order = [("dataVersion", -1), ("sequence", -1), ("_id", -1)]
        found = await self._database.find(CHANGES, query, fields={"_id": 1}, sort=order, limit=1)
        return found[0]["_id"] if found else None

    async def _has_change(self, key: str) -> bool:
        return bool(await self._database.find(CHANGES, {"_id": key}, fields={"_id": 1}))

    async def _list_all(self) -> AsyncIterator[dict[str, Any]]:
        for noun in KNOWN_NOUNS:
            documents: list[dict[str, Any]] = []
            found = self._database.stream(noun, _STORED, fields=_FIELDS, batch=_BATCH)
            async for document in found:
                documents.append(document)
                if len(documents) == _BATCH:
                    yield {"noun": noun, "documents": documents, "dropped": []}
                    documents = []
            yield {"noun": noun, "documents": documents, "dropped": []}

    async def _list_changed(self) -> AsyncIterator[dict[str, Any]]:
        changed: dict[str, set[str]] = defaultdict(set)
        since = {"dataVersion": {"$gt": self._version}, "noun": {"$in": [*KNOWN_NOUNS]}}
        fields = {"noun": 1, "record": 1}
        for change in await self._database.find(CHANGES, since, fields=fields):
            changed[change["noun"]].add(change["record"])
        for noun, keys in changed.items():
            query = {"_id": {"$in": sorted(keys)}, **_STORED}
            documents = await self._database.find(noun, query, fields=_FIELDS)
            dropped = keys - {document["_id"] for document in documents}
            yield {"noun": noun, "documents": documents, "dropped": sorted(dropped)}

    async def _start(self) -> asyncio.subprocess.Process:
        if self._process is None:
            self._version, self._last = -1, None
            self._process = await asyncio.create_subprocess_exec(
                *CHILD,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                # What it says there may hold words of an article.
                stderr=asyncio.subprocess.DEVNULL,
            )
        return self._process

    async def stop(self) -> None:
        """Ends the process, whatever it does; the next request begins another."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _receive(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """The next answer. Raises EOFError where there is none."""
    assert process.stdout is not None
    head = await process.stdout.readexactly(LENGTH)
    return read_answer(await process.stdout.readexactly(int.from_bytes(head)))
