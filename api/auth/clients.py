"""Which client sends a request, and how often each may do something."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from hashlib import sha256
from ipaddress import AddressValueError, IPv6Address

from starlette.types import Scope

from store.bounds import register_count

MOST_CLIENTS = 10_000
"""How many clients are remembered. Past that, the one not heard of for longest is forgotten."""


class Allowance:
    """How often each client may do something: `per_minute` times at once, and after that once for
    each share of a minute that passes. `bound` is the row of `BOUNDS` that counts the clients.
    """

    def __init__(
        self, per_minute: int, bound: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._free_at: OrderedDict[str, float] = OrderedDict()
        register_count(bound, lambda: len(self._free_at))

    def wait(self, client: str) -> int:
        """How many seconds the client must wait; 0 if it may go on."""
        return self._wait(self._next_free(client))

    def take(self, client: str) -> int:
        """The same; if the client may go on, that is counted."""
        free_at = self._next_free(client)
        if (wait := self._wait(free_at)) > 0:
            return wait
        self._free_at[client] = free_at
        self._free_at.move_to_end(client)
        if len(self._free_at) > MOST_CLIENTS:
            self._free_at.popitem(last=False)
        return 0

    def _next_free(self, client: str) -> float:
        """The moment from which all would be paid off, at so many a minute."""
        now = self._clock()
        return max(self._free_at.get(client, now), now) + 60 / self.per_minute

    def _wait(self, free_at: float) -> int:
        return max(0, math.ceil(free_at - self._clock() - 60))


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
