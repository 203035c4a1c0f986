"""How many requests one client may send, and have in flight: 429 with `Retry-After` beyond that.

Counted by each process for itself, in memory, and forgotten when it ends.
"""

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection
from hashlib import sha256
from ipaddress import AddressValueError, IPv6Address

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.errors import Faulty
from store.bounds import register_count

MOST_CLIENTS = 10_000
"""How many clients are remembered. Past that, the one not heard of for longest is forgotten."""

FREE = "/health/"
"""Health checks are not limited: whoever watches the server must reach it when it is busy."""


class Throttle:
    """An ASGI middleware that limits the requests of each client; a limit of 0 means none. `tokens`
    are digests, as `client_of` takes them.

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
        self._per_minute = per_minute
        self._most_in_flight = in_flight
        self._tokens = tokens
        self._clock = clock
        self._free_at: OrderedDict[str, float] = OrderedDict()
        self._in_flight: Counter[str] = Counter()
        register_count("clients", lambda: len(self._free_at))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        client = client_of(scope, self._tokens)
        if 0 < self._most_in_flight <= self._in_flight[client]:
            message = f"{self._most_in_flight} requests in flight are the most; wait for one"
            await _refusal(message, 1)(scope, receive, send)
            return
        if (wait := self._wait(client)) > 0:
            message = f"{self._per_minute} requests a minute are the most; wait {wait} s"
            await _refusal(message, wait)(scope, receive, send)
            return
        self._in_flight[client] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_flight[client] -= 1
            if not self._in_flight[client]:
                del self._in_flight[client]

    def _wait(self, client: str) -> int:
        """How many seconds the client must wait; 0 if the request may go on, which
        then is counted.
        """
        if not self._per_minute:
            return 0
        now, each = self._clock(), 60 / self._per_minute
        # The moment from which all that was sent is paid off, at so many a minute.
        free_at = max(self._free_at.get(client, now), now) + each
        if free_at > now + 60:
            return math.ceil(free_at - now - 60)
        self._free_at[client] = free_at
        self._free_at.move_to_end(client)
        if len(self._free_at) > MOST_CLIENTS:
            self._free_at.popitem(last=False)
        return 0


def client_of(scope: Scope, tokens: Collection[str] = ()) -> str:
    """The client that sends a request: the digest of its token if that is one of `tokens`, else its
    address; for IPv6 the /64 network, because one client has many addresses.

    No other header identifies a client: whoever could choose one would choose another each time.
    """
    if tokens and (digest := _token_of(scope)) in tokens:
        return digest
    host = str(scope["client"][0]) if scope.get("client") else ""
    try:
        address = IPv6Address(host.partition("%")[0])
    except AddressValueError:
        return host
    return str(address.ipv4_mapped or address.exploded[:19])


def _token_of(scope: Scope) -> str:
    """The SHA-256 of the bearer token, in hexadecimal; empty without one."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.partition(b" ")
            return sha256(token.strip()).hexdigest() if scheme.lower() == b"bearer" else ""
    return ""


def _refusal(message: str, wait: int) -> Response:
    error = {"message": message, "extensions": {"code": "TOO_MANY_REQUESTS", "retryAfter": wait}}
    headers = {
        "retry-after": str(wait),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Faulty({"errors": [error]}, 429, headers=headers)
