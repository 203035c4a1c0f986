"""Whether the program runs, and whether it can do its work."""

import asyncio

import orjson
from starlette.requests import Request
from starlette.responses import Response

from store import layout
from store.mongo import Database, Refused, Unreachable

SECONDS = 5.0


async def live(_request: Request) -> Response:
    """The process answers. Says nothing of MongoDB: a restart would not mend that."""
    return _json({"status": "live"}, 200)


async def ready(request: Request) -> Response:
    """MongoDB can be written to and its indexes are built; 503 with the reason if not."""
    try:
        async with asyncio.timeout(SECONDS):
            writable, indexes = await _found(request.state.database)
    except TimeoutError:
        return _json({"status": "not ready", "mongodb": "did not answer in time"}, 503)
    except (Unreachable, Refused) as error:
        # Its message may name hosts, which are nobody's business here; the log has it.
        kind = "unreachable" if isinstance(error, Unreachable) else "refuses"
        return _json({"status": "not ready", "mongodb": kind}, 503)
    good = writable and indexes["ready"] == indexes["wanted"]
    body = {
        "status": "ready" if good else "not ready",
        "mongodb": "writable" if writable else "read-only",
        "indexes": indexes,
    }
    return _json(body, 200 if good else 503)


async def _found(database: Database) -> tuple[bool, dict[str, int]]:
    """Whether MongoDB takes writes, and how many indexes there are to be and are."""
    hello, indexes = await asyncio.gather(database.ping(), layout.index_progress(database))
    return bool(hello.get("isWritablePrimary")), indexes


def _json(body: object, status: int) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
