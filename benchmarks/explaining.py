"""How MongoDB runs what a query sends: what its `explain` says of the commands that the service
really sends for it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import build, make_operation
from schema.registry import COLLECTIONS
from store.mongodb.driver import CommandLog, Database
from store.reads.reader import Reader
from store.reads.scans import Command, Scan, explain_scans


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request was answered with, and what was sent to MongoDB for it."""

    data: Mapping[str, Any]
    commands: Sequence[Command]


class Explainer:
    """Asks the service, in this process, and MongoDB how it ran what it was sent."""

    def __init__(self, database: Database, log: CommandLog) -> None:
        self.database = database
        self._log = log
        self._service = Service(build(), COLLECTIONS)

    async def ask(self, request: Request) -> Asked:
        """Runs a request. Raises RuntimeError if the answer has errors."""
        self._log.commands.clear()
        answer = await self._service.answer(request, make_operation(Reader(self.database)))
        assert answer is not None
        if "errors" in answer.body:
            raise RuntimeError(f"{answer.operation_name}: {answer.body['errors']}")
        return Asked(answer.body["data"], list(self._log.commands))

    async def scans(self, commands: Sequence[Command]) -> list[Scan]:
        """How MongoDB reads for these commands; each is run once more."""
        return [scan for sent in commands for scan in await explain_scans(self.database, sent)]


@asynccontextmanager
async def explainer(mongodb_url: str, database: str) -> AsyncIterator[Explainer]:
    """An explainer for a database of that name."""
    log = CommandLog()
    connected = Database.connect(mongodb_url, database, log=log)
    try:
        yield Explainer(connected, log)
    finally:
        connected.close()
