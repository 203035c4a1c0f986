"""Answers that their clients are slow to take: a bound on what waits for all of them, and a time.

A server hands an answer to the system as fast as the client reads, and keeps the rest. Here a long
one is handed over in parts, so that what is left of it is known; who takes no part for too long is
left, and so is whoever has waited longest when too much waits for all.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store.bounds import BOUNDS, KIB, register_holder

logger = logging.getLogger("followthrough.outgoing")

PART = 64 * KIB
"""Bytes that are handed over at a time; what is no longer is handed over as it is."""

SECONDS_PER_PART = 30.0
"""How long a client may take for a part, which even a slow line brings in a second or two."""


@dataclass(eq=False, slots=True)
class _Waiting:
    """An answer on its way: what is left of it, and the timeout that ends it."""

    left: int
    patience: asyncio.Timeout


class Outgoing:
    """An ASGI middleware: hands over long answers in parts, and ends those that nobody reads."""

    def __init__(self, app: ASGIApp, *, seconds: float = SECONDS_PER_PART) -> None:
        self._app = app
        self._seconds = seconds
        self._waiting: OrderedDict[_Waiting, None] = OrderedDict()
        self.bound = "outgoing"
        self.most = BOUNDS[self.bound].most
        self.taken = 0
        register_holder(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        waiting: _Waiting | None = None

        def begun() -> _Waiting:
            nonlocal waiting
            if waiting is None:
                waiting = _Waiting(0, patience)
            return waiting

        try:
            async with asyncio.timeout(None) as patience:
                await self._app(scope, receive, self._in_parts(send, begun))
        except TimeoutError:
            if not patience.expired():
                raise
            # What was begun is not completed, so that the server closes the connection.
            logger.info("an answer was ended: its client did not read on, at %s", scope["path"])
        finally:
            if waiting is not None:
                self.taken -= waiting.left
                self._waiting.pop(waiting, None)

    def _in_parts(self, send: Send, begun: Callable[[], _Waiting]) -> Send:
        async def handed_over(message: Message) -> None:
            body = message.get("body", b"")
            if len(body) <= PART and not message.get("more_body"):
                await send(message)
                return
            waiting = begun()
            more = message.get("more_body", False)
            for start in range(0, max(len(body), 1), PART):
                self._count(waiting, len(body) - start)
                part = body[start : start + PART]
                last = start + PART >= len(body)
                await send({**message, "body": part, "more_body": more or not last})
            self._count(waiting, 0)

        return handed_over

    def _count(self, waiting: _Waiting, left: int) -> None:
        """Notes what is left of an answer, which has just gone on; none of one that has ended."""
        self._waiting.pop(waiting, None)
        if waiting.patience.expired():
            return
        self.taken += left - waiting.left
        waiting.left = left
        if not left:
            waiting.patience.reschedule(None)
            return
        now = asyncio.get_running_loop().time()
        waiting.patience.reschedule(now + self._seconds)
        self._waiting[waiting] = None
        while self.taken > self.most and len(self._waiting) > 1:
            # In the order in which they last went on.
            longest = next(iter(self._waiting))
            del self._waiting[longest]
            self.taken -= longest.left
            longest.left = 0
            if not longest.patience.expired():
                longest.patience.reschedule(now)
