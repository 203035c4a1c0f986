"""Health checks: whether the process runs, and whether it can do its work."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from starlette.requests import Request
from starlette.responses import Response

from store import layout
from store.gather import gather_all
from store.mongodb.driver import Database, Refused, Unreachable
from store.writes.queue import count_pending

logger = logging.getLogger("followthrough.health")

SECONDS = 5.0

KEPT_S = 1.0
"""Seconds for which a result is given again: many may ask, and need no credentials for it."""


async def respond_live(_request: Request) -> Response:
    """The process answers. MongoDB is not checked: a restart would not help it."""
    return _json({"status": "live"}, 200)


async def respond_ready(request: Request) -> Response:
    """Whether MongoDB takes writes and its indexes are built; 503 with the reason if not."""
    body = await request.state.readiness.check(request.state.database)
    return _json(body, 200 if body["status"] == "ready" else 503)


@dataclass(slots=True)
class Readiness:
    """The latest result, and the check that is running: all who ask meanwhile share it."""

    _body: Mapping[str, object] = field(default_factory=dict)
    _until: float = 0.0
    _looking: "asyncio.Task[Mapping[str, object]] | None" = None

    async def check(self, database: Database) -> Mapping[str, object]:
        """The body of the answer, at most `KEPT_S` seconds old."""
        if self._looking is not None:
            return await asyncio.shield(self._looking)
        if time.monotonic() < self._until:
            return self._body
        # A task of its own, for whoever asked first may leave.
        self._looking = asyncio.create_task(self._look(database))
        return await asyncio.shield(self._looking)

    async def _look(self, database: Database) -> Mapping[str, object]:
        try:
            self._body = await _look(database)
            self._until = time.monotonic() + KEPT_S
            return self._body
        finally:
            self._looking = None


async def _look(database: Database) -> Mapping[str, object]:
    try:
        async with asyncio.timeout(SECONDS):
            writable, indexes, pending = await _probe(database)
    except TimeoutError:
        return {"status": "not ready", "mongodb": "did not answer in time"}
    except (Unreachable, Refused) as error:
        # Its message may name hosts, which are nobody's business here; the log has it.
        logger.warning("not ready: %s", error)
        kind = "unreachable" if isinstance(error, Unreachable) else "refuses"
        return {"status": "not ready", "mongodb": kind}
    good = writable and indexes["ready"] == indexes["wanted"]
    return {
        "status": "ready" if good else "not ready",
        "mongodb": "writable" if writable else "read-only",
        "indexes": indexes,
        "pending": pending,
    }


async def _probe(database: Database) -> tuple[bool, dict[str, int], int]:
    """Whether MongoDB takes writes, how many indexes there are to be and are, and of how many
    records those that name them are still to be told.
    """
    asked = [database.ping(), layout.index_progress(database), count_pending(database)]
    hello, indexes, pending = await gather_all(asked)
    return bool(hello.get("isWritablePrimary")), indexes, pending


def _json(body: object, status: int) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
