"""What one connection may send, and that an answer arrives even while its client still sends.

Two layers, because what comes before a head is whole is seen by the server alone: `Connection` is
uvicorn's protocol with bounds of ours; `refuse_too_long` and `Lingering` stand before the routes.
"""

import asyncio
from itertools import chain
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.http.errors import respond_error
from engine.requests.document import make_error
from engine.requests.error_format import format_errors

LARGEST_TARGET = 64 * 1024
"""Bytes of a path with its query."""
LARGEST_HEAD = 64 * 1024
"""Bytes of all headers of a request."""

MOST_LINGERED = 64 * 1024 * 1024
"""Bytes of a body that are read and thrown away, so that the answer before its end arrives."""
LINGER_SECONDS = 15.0
IDLE_SECONDS = 2.0
"""How long that takes at most, and how long nothing need come until the client has stopped."""

ENDING = "followthrough.ending"
"""The member of a request's scope that an answer without an end puts there: an event, which is set
when the server ends."""


def refuse_too_long(scope: Scope) -> Response | None:
    """The answer to an address that is too long, 414, or to a head that is, 431; else None."""
    target = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    head = sum(map(len, chain.from_iterable(scope["headers"])))
    if target <= LARGEST_TARGET and head <= LARGEST_HEAD:
        return None
    if target > LARGEST_TARGET:
        message = f"address: {target} is more than {LARGEST_TARGET} bytes, which is the most; "
        message += "send long queries by POST"
        status, limit = 414, {"limit": "address", "value": target, "most": LARGEST_TARGET}
    else:
        message = f"headers: {head} is more than {LARGEST_HEAD} bytes, which is the most"
        status, limit = 431, {"limit": "headers", "value": head, "most": LARGEST_HEAD}
    error = make_error("BAD_USER_INPUT", message)
    error.extensions = {**(error.extensions or {}), **limit}
    return respond_error(status, error, {"cache-control": "no-store", "connection": "close"})


class Lingering:
    """An ASGI middleware that reads the rest of a body, within bounds, when the answer is given
    before its end.

    A server that closes a connection on which something unread has come resets it, and a client
    that is told so forgets what it was answered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        ended = held = False

        async def noting_receive() -> Message:
            nonlocal ended
            message = await receive()
            ended = not message.get("more_body", False)
            return message

        async def holding_send(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.body" and not ended:
                # All of the answer goes out; that it has ended is said when the body has.
                held = held or not message.get("more_body", False)
                message = {**message, "more_body": True}
            await send(message)

        await self._app(scope, noting_receive, holding_send)
        if held:
            await _read_off(noting_receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _has_body(scope: Scope) -> bool:
    named = dict(scope["headers"])
    return b"content-length" in named or b"transfer-encoding" in named


async def _read_off(receive: Receive) -> None:
    """Reads until the body ends, its client stops, or it is enough."""
    rest = MOST_LINGERED
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while rest > 0:
                async with asyncio.timeout(IDLE_SECONDS):
                    message = await receive()
                if not message.get("more_body", False):
                    return
                rest -= len(message.get("body", b""))
    except TimeoutError:
        return  # Who waits has the answer, and who goes on sending was waited for.


class Connection(HttpToolsProtocol):
    """uvicorn's connection, which refuses a head without an end, and says in JSON what is no HTTP.

    It closes after a refusal when the client does, has stopped, or has sent enough.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.url = b""
        self._in_head = False
        self._head = 0
        self._refused = False
        self._lingered = 0

    def data_received(self, data: bytes) -> None:
        """Reads on, or throws away what comes after a refusal."""
        if self._refused:
            self._lingered += len(data)
            if self._lingered > MOST_LINGERED:
                self.transport.close()
            return
        began_before = self._in_head
        super().data_received(data)
        # The first piece may hold the end of another request, and is small.
        self._head = self._head + len(data) if began_before and self._in_head else 0
        if self._head > LARGEST_TARGET + LARGEST_HEAD:
            self._refuse_head()

    def shutdown(self) -> None:
        """The server ends: an answer without an end is ended, any other is finished."""
        ending = (self.scope or {}).get(ENDING)
        if isinstance(ending, asyncio.Event):
            ending.set()
        super().shutdown()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        self._in_head = False
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """The answer to what is no HTTP."""
        # The parser takes no address longer than that either.
        if len(self.url) > LARGEST_TARGET:
            self._refuse_head()
        else:
            self._refuse(400, "this is no request of HTTP/1.1")

    def _refuse_head(self) -> None:
        status = 414 if len(self.url) > LARGEST_TARGET else 431
        self._refuse(status, "the head of this request is too long; send long queries by POST")

    def _refuse(self, status: int, message: str) -> None:
        self._refused = True
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            # Whoever works on the request before is told that its client has gone.
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                self.transport.close()
                return
        body = orjson.dumps({"errors": format_errors([make_error("BAD_USER_INPUT", message)])})
        head = (
            f"content-type: application/json; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
            "cache-control: no-store\r\nx-content-type-options: nosniff\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(STATUS_LINE[status] + head.encode() + body)
        self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)
