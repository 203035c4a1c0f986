"""The addresses by which tests put the data of a sandbox back and set its day.

Only `create_app` with a sandbox has them, which `followthrough sandbox` alone makes.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.clock import BadDay, Clock, read_day
from api.http.errors import RETRY, respond_error
from engine.requests.document import make_error
from engine.requests.error_format import explain_mongodb_error
from store.baseline import restore
from store.mongodb.driver import Database, GaveUp, Instant
from store.reads.reader import Reader

_LONGEST_BODY = 1_000


@dataclass(slots=True)
class Sandbox:
    """What tests may do with a server. `loaded` names the database with the data to put back,
    `since` is the moment from which on changes are undone, and `day` the day to go back to.
    """

    loaded: str
    since: Instant
    day: str | None = None
    clock: Clock = field(init=False)
    _turns: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.clock = Clock(self.day)

    async def reset(self, database: Database, reader: Reader) -> int:
        """Puts data and day back to the start, one request at a time; how many documents were
        others. Raises GaveUp.
        """
        async with self._turns:
            kept = database.beside(self.loaded)
            count, self.since = await restore(database, kept, self.since)
            self.clock.day = self.day
            # What waits in the queue is heard of a moment later; the next request may come before.
            await reader.unsettled.refresh(database)
            return count


def sandbox_routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    """The routes of this sandbox."""

    async def reset(request: Request) -> Response:
        began = time.perf_counter()
        try:
            count = await sandbox.reset(request.state.database, request.state.reader)
        except GaveUp as error:
            said = explain_mongodb_error(error)
            assert said is not None
            return respond_error(503, said, RETRY)
        ms = round(1000 * (time.perf_counter() - began))
        return _respond({"restored": count, "milliseconds": ms, "today": sandbox.clock.today()})

    async def today(request: Request) -> Response:
        if request.method == "POST":
            try:
                sandbox.clock.day = _read_body(await _load_body(request))
            except BadDay as error:
                return respond_error(400, make_error("BAD_USER_INPUT", str(error)))
        return _respond({"today": sandbox.clock.today(), "set": sandbox.clock.day is not None})

    return [
        Route("/sandbox/reset", reset, methods=["POST"]),
        Route("/sandbox/today", today, methods=["GET", "POST"]),
    ]


async def _load_body(request: Request) -> bytes:
    """The body, as far as one of a day may be long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_BODY:
            break
    return body


def _read_body(body: bytes) -> str | None:
    """The day that a request sets; None for the real one. Raises BadDay."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, Mapping) or given.keys() != {"today"}:
        raise BadDay('send {"today": "2025-07-09"}, or {"today": null} for the real day')
    return None if given["today"] is None else read_day(given["today"])


def _respond(body: Mapping[str, Any]) -> Response:
    return Response(
        orjson.dumps(body), media_type="application/json", headers={"cache-control": "no-store"}
    )
