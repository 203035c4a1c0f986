"""Operations over server-sent events at `/graphql/stream`, for clients behind proxies.

It is the mode of distinct connections: each request is one operation, each answer an event `next`.
https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.auth.backend import BearerBackend, report_refusal
from api.auth.refusals import SignInRefused
from api.auth.viewer import viewer_of
from api.http.conditional import NOT_KEPT
from api.http.connections import ENDING
from api.http.endpoint import (
    PLAIN_JSON,
    Refusal,
    include_asked_version,
    read_request,
    report_internal_error,
    resolve_document,
    respond_refusal,
)
from api.http.errors import Faulty, respond_error
from api.http.negotiation import Accepted
from api.http.versions import tell_version
from api.subscriptions.identity import Identity
from api.subscriptions.live import Live, TooManySubscribers
from engine.requests.document import make_error
from engine.requests.error_format import format_errors
from engine.requests.prepared import Request as Asked
from engine.requests.service import write_answer
from engine.requests.subscriptions import Event, SubscriptionFailed
from schema.build import make_operation

logger = logging.getLogger("followthrough.subscriptions")

EVENT_STREAM = "text/event-stream"

_HEADERS = {
    "content-type": f"{EVENT_STREAM}; charset=utf-8",
    "cache-control": "no-store",
    # nginx would wait for more of it.
    "x-accel-buffering": "no",
}
_RAW_HEADERS = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
_COMPLETE = b"event: complete\ndata:\n\n"
_SIGN_OF_LIFE = b":\n\n"


class StreamEndpoint:
    """`/graphql/stream`: GET and POST."""

    def __init__(self, backend: BearerBackend) -> None:
        self._backend = backend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        live: Live = request.state.live
        try:
            _check_accepted(request)
            credential = self._backend.read_credential(request.headers.getlist("authorization"))
            identity = Identity(request, credential, viewer_of(request))
            with live.subscriber():
                answer = await _begin(request, identity)
                await answer(scope, receive, send)
        except Refusal as refusal:
            await respond_refusal(refusal, PLAIN_JSON)(scope, receive, send)
        except TooManySubscribers as error:
            refused = make_error("TOO_MANY_REQUESTS", str(error))
            headers = {"retry-after": "10"}
            await respond_error(503, refused, headers)(scope, receive, send)


def _check_accepted(request: Request) -> None:
    header = ", ".join(request.headers.getlist("accept"))
    if header.strip() and Accepted.read(header).best([EVENT_STREAM]) is None:
        raise Refusal(406, f"this address answers {EVENT_STREAM}; /graphql answers JSON")


async def _begin(request: Request, identity: Identity) -> "Response | _Stream":
    """The stream of answers, or why there is none. Raises Refusal."""
    state = request.state
    sent = await read_request(request)
    asked = await resolve_document(state.documents, sent)
    if isinstance(asked, GraphQLError):
        return _refuse([*format_errors([asked])])
    if not state.subscriptions.is_subscription(asked):
        version = await include_asked_version(request, sent)
        return await _answer_once(request, identity, asked, version)
    make = identity.make_event_operation()
    # What a browser's EventSource sends when it connects again.
    after = request.headers.get("last-event-id") or None
    try:
        events = await state.subscriptions.begin(asked, make, after)
    except SubscriptionFailed as failed:
        return _refuse(failed.errors)
    return _Stream(request, identity, events)


def _refuse(errors: Sequence[Mapping[str, Any]]) -> Response:
    return Faulty({"errors": errors}, 400, PLAIN_JSON, NOT_KEPT)


async def _answer_once(
    request: Request, identity: Identity, asked: Asked, version: int | None
) -> Response:
    """The one answer to a query or a mutation. It includes a version of the data, if that was
    asked for, and tells which.
    """
    state = request.state
    operation = make_operation(state.reader, state.clock.now(), identity.viewer, state.desk)
    reading = request.method != "POST"
    answer = await state.service.answer(asked, operation, read_only=reading, version=version)
    if answer is None:
        raise Refusal(405, "a GET may only read; send mutations by POST", {"allow": "POST"})
    if not answer.executed:
        return _refuse(answer.body["errors"])
    if version is not None:
        version = await state.versions.follow(answer, version)
        answer = answer.extend(dataVersion=version)
    only = _write_next(write_answer(answer))
    return Response(only + _COMPLETE, 200, {**_HEADERS, **tell_version(version)})


class _Stream:
    """The answer without an end to a subscription: it lasts until the client leaves, the server
    ends, or nothing more can be told.
    """

    def __init__(self, request: Request, identity: Identity, events: AsyncGenerator[Event]) -> None:
        self._request = request
        self._identity = identity
        self._events = events
        self._live: Live = request.state.live
        self._sending = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ending = scope[ENDING] = asyncio.Event()
        await send({"type": "http.response.start", "status": 200, "headers": _RAW_HEADERS})
        telling = asyncio.create_task(self._tell(send))
        others = {
            asyncio.create_task(self._show_life(send)),
            asyncio.create_task(_wait_until_left(receive)),
            asyncio.create_task(ending.wait()),
        }
        try:
            await asyncio.wait({telling, *others}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (telling, *others):
                task.cancel()
            await asyncio.gather(telling, *others, return_exceptions=True)
        if telling.cancelled() or telling.exception() is None:
            await send({"type": "http.response.body", "body": b""})

    async def _tell(self, send: Send) -> None:
        """Sends the events. Raises TimeoutError if the client takes none for too long."""
        try:
            with self._live.subscription():
                async with aclosing(self._events) as events:
                    async for event in events:
                        await self._identity.check()
                        await self._send(send, _write_next(event.payload, event.cursor))
                        self._live.count_event()
        except SubscriptionFailed as failed:
            await self._end(send, failed.errors)
        except SignInRefused as refusal:
            report_refusal(self._request, refusal)
            await self._end(send, format_errors([make_error(refusal.code, str(refusal))]))
        except TimeoutError:
            self._live.count_slow()
            logger.info("a stream was ended: its client did not read on")
            raise
        except Exception as error:
            await self._end(send, [report_internal_error(self._request.scope, error)])

    async def _end(self, send: Send, errors: Sequence[Mapping[str, Any]]) -> None:
        await self._send(send, _write_next(orjson.dumps({"errors": errors})) + _COMPLETE)

    async def _show_life(self, send: Send) -> None:
        """Sends a sign of life now and then, and ends when the credential is not good any more."""
        while True:
            await self._send(send, _SIGN_OF_LIFE)
            await asyncio.sleep(self._live.ping)
            try:
                await self._identity.check()
            except SignInRefused as refusal:
                report_refusal(self._request, refusal)
                await self._end(send, format_errors([make_error(refusal.code, str(refusal))]))
                return

    async def _send(self, send: Send, body: bytes) -> None:
        async with asyncio.timeout(self._live.slow), self._sending:
            await send({"type": "http.response.body", "body": body, "more_body": True})


async def _wait_until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _write_next(payload: bytes, cursor: str | None = None) -> bytes:
    """An answer, which is JSON already; the cursor is what a browser goes on with by itself."""
    id_ = f"id: {cursor}\n".encode() if cursor is not None else b""
    return b"%sevent: next\ndata: %s\n\n" % (id_, payload)
