"""How many requests one client may send, and have in flight: 429 with `Retry-After` beyond that.

Counted by each process for itself, in memory, and forgotten when it ends.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth.clients import Allowance, client_of
from api.http.errors import Faulty

FREE = "/health/"
"""Health checks are not limited: whoever watches the server must reach it when it is busy."""


class Throttle:
    """An ASGI middleware that limits the requests of each client; a limit of 0 means none. `tokens`
    are digests, as `client_of` takes them. A WebSocket is one request in flight, and each operation
    over it one of those in a minute.

    `per_minute` requests may come at once; after that, one for each share of a minute that passes.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        per_minute: int,
        in_flight: int,
        tokens: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._allowance = Allowance(per_minute, "clients", clock) if per_minute else None
        self._most_in_flight = in_flight
        self._tokens = tokens
        self._in_flight: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        client = client_of(scope, self._tokens)
        if 0 < self._most_in_flight <= self._in_flight[client]:
            message = f"{self._most_in_flight} requests in flight are the most; wait for one"
            await _refusal(message, 1)(scope, receive, send)
            return
        allowance = self._allowance
        if allowance is not None and (wait := allowance.take(client)) > 0:
            message = f"{allowance.per_minute} requests a minute are the most; wait {wait} s"
            await _refusal(message, wait)(scope, receive, send)
            return
        if allowance is not None:
            scope[_TURNS] = partial(allowance.take, client)
        self._in_flight[client] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_flight[client] -= 1
            if not self._in_flight[client]:
                del self._in_flight[client]


def take_turn(scope: Scope) -> int:
    """How many seconds the client of a socket must wait; 0 if it may send an operation, which is
    then counted.
    """
    take: Callable[[], int] | None = scope.get(_TURNS)
    return take() if take is not None else 0


_TURNS = "followthrough.turns"


def _refusal(message: str, wait: int) -> Response:
    error = {"message": message, "extensions": {"code": "TOO_MANY_REQUESTS", "retryAfter": wait}}
    headers = {
        "retry-after": str(wait),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Faulty({"errors": [error]}, 429, headers=headers)
