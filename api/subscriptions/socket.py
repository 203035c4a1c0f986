"""Operations over a WebSocket at `/graphql`, as graphql-transport-ws has them."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from graphql import GraphQLError
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.auth.backend import BearerBackend, report_refusal
from api.auth.refusals import SignInRefused
from api.auth.sign_ins import KEPT_S
from api.auth.viewer import viewer_of
from api.http.endpoint import report_internal_error, resolve_document
from api.http.rate_limit import take_turn
from api.http.versions import include_version
from api.subscriptions.identity import Identity
from api.subscriptions.live import Live, TooManySubscribers
from api.subscriptions.messages import (
    ACK,
    PONG,
    PROTOCOL,
    Close,
    CloseCode,
    read_authorization,
    read_id,
    read_message,
    read_payload,
    read_subscribe,
    write_complete,
    write_error,
    write_next,
)
from engine.requests.document import make_error
from engine.requests.error_format import format_errors
from engine.requests.prepared import Request
from engine.requests.service import write_answer
from engine.requests.subscriptions import SubscriptionFailed
from schema.build import make_operation

logger = logging.getLogger("followthrough.subscriptions")

INIT_S = 10.0
"""Seconds within which `connection_init` must come."""

CLOSE_S = 10.0
"""Seconds that a client may take for the word that its socket is closed."""

_TOO_SLOW = "too slow; connect again, and subscribe with after: the last cursor that you have"


class SocketEndpoint:
    """`/graphql` for WebSockets."""

    def __init__(self, backend: BearerBackend) -> None:
        self._backend = backend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        known = PROTOCOL in websocket.scope["subprotocols"]
        await websocket.accept(subprotocol=PROTOCOL if known else None)
        socket = _Socket(websocket, self._backend)
        try:
            if not known:
                reason = f"this server speaks {PROTOCOL}"
                raise Close(CloseCode.WRONG_PROTOCOL, reason)
            with websocket.state.live.subscriber():
                await socket.serve()
        except TooManySubscribers as error:
            await socket.close(Close(CloseCode.TRY_AGAIN_LATER, str(error)))
        except Close as close:
            await socket.close(close)
        except WebSocketDisconnect:
            pass


class _Socket:
    """One connection: the operations that it runs, by the ids that the client gave them."""

    def __init__(self, websocket: WebSocket, backend: BearerBackend) -> None:
        self._websocket = websocket
        self._backend = backend
        self._state = websocket.state
        self._live: Live = websocket.state.live
        self._identity = Identity(websocket)
        self._acknowledged = False
        self._running: dict[str, asyncio.Task[None]] = {}
        self._sending = asyncio.Lock()
        self._ending: asyncio.Future[Close] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        """Takes messages until the client leaves. Raises Close, WebSocketDisconnect."""
        reading = asyncio.create_task(self._read())
        try:
            waited: set[asyncio.Future[Any]] = {reading, self._ending}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if self._ending.done():
                raise self._ending.result()
            reading.result()
        finally:
            tasks = [reading, *self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self, close: Close) -> None:
        """Closes the socket. A client that reads nothing is not waited for without an end."""
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._websocket.close(close.code, close.reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            logger.info("a socket was closed with %d, and its client heard nothing", close.code)

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        initialised_by, checked_by = loop.time() + INIT_S, loop.time() + KEPT_S
        while True:
            until = None if self._acknowledged else initialised_by
            if self._identity.credential is not None:
                # Not from the last message on: who sends pings all the time is looked at, too.
                until = checked_by
            try:
                async with asyncio.timeout_at(until):
                    message = await self._websocket.receive()
            except TimeoutError:
                if not self._acknowledged:
                    reason = f"send connection_init within {INIT_S:g} s"
                    raise Close(CloseCode.NO_INIT, reason) from None
                await self._check_identity()
                checked_by = loop.time() + KEPT_S
                continue
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message["code"], message.get("reason"))
            await self._take(message.get("text"))

    async def _take(self, text: str | None) -> None:
        message = read_message(text)
        match message["type"]:
            case "connection_init":
                await self._initialise(message)
            case "ping":
                await self._send(PONG)
            case "pong":
                pass
            case "subscribe":
                await self._begin(message)
            case "complete":
                if (task := self._running.pop(read_id(message), None)) is not None:
                    task.cancel()
            case _:
                text = "the types are connection_init, subscribe, complete, ping and pong"
                raise Close(CloseCode.BAD_MESSAGE, text)

    async def _initialise(self, message: Mapping[str, Any]) -> None:
        if self._acknowledged:
            raise Close(CloseCode.TOO_MANY_INITS, "connection_init comes once")
        given = read_authorization(read_payload(message))
        try:
            if given:
                viewer, credential = await self._backend.sign_in(self._websocket, given)
            else:
                # That of the header was looked at before the socket was opened.
                headers = self._websocket.headers.getlist("authorization")
                credential = self._backend.read_credential(headers)
                viewer = viewer_of(self._websocket)
        except SignInRefused as refusal:
            report_refusal(self._websocket, refusal)
            raise Close(CloseCode.FORBIDDEN, str(refusal)) from None
        self._identity = Identity(self._websocket, credential, viewer)
        self._acknowledged = True
        await self._send(ACK)

    async def _begin(self, message: Mapping[str, Any]) -> None:
        if not self._acknowledged:
            reason = "send connection_init and wait for connection_ack before subscribe"
            raise Close(CloseCode.UNAUTHORIZED, reason)
        id_, request = read_id(message), read_subscribe(message)
        if id_ in self._running:
            raise Close(CloseCode.ID_IN_USE, f"an operation {id_} runs already")
        if len(self._running) >= self._live.per_socket:
            most = f"{self._live.per_socket} operations of a socket are the most; end one first"
            await self._refuse(id_, make_error("TOO_MANY_REQUESTS", most))
            return
        task = asyncio.create_task(self._run(id_, request))
        self._running[id_] = task
        task.add_done_callback(lambda _: self._forget(id_, task))

    def _forget(self, id_: str, task: "asyncio.Task[None]") -> None:
        if self._running.get(id_) is task:
            del self._running[id_]

    async def _run(self, id_: str, request: Request) -> None:
        try:
            await self._answer(id_, request)
        except Close as close:
            self._end(close)
        except WebSocketDisconnect:
            pass  # `_read` hears of it, too
        except Exception as error:
            shown = report_internal_error(self._websocket.scope, error)
            await self._send_last(id_, write_error(id_, [shown]))

    async def _answer(self, id_: str, request: Request) -> None:
        """Sends the one answer to the request, or each event of a subscription."""
        if (wait := take_turn(self._websocket.scope)) > 0:
            await self._refuse(id_, make_error("TOO_MANY_REQUESTS", f"wait {wait} s"))
            return
        found = await resolve_document(self._state.documents, request)
        if isinstance(found, GraphQLError):
            await self._refuse(id_, found)
        elif self._state.subscriptions.is_subscription(found):
            await self._follow(id_, found)
        else:
            await self._answer_once(id_, found, request.least_version)

    async def _follow(self, id_: str, request: Request) -> None:
        make = self._identity.make_event_operation()
        try:
            events = await self._state.subscriptions.begin(request, make)
            with self._live.subscription():
                async with aclosing(events):
                    async for event in events:
                        await self._check_identity()
                        await self._send(write_next(id_, event.payload))
                        self._live.count_event()
        except SubscriptionFailed as failed:
            await self._send_last(id_, write_error(id_, failed.errors))

    async def _answer_once(self, id_: str, request: Request, least: int | None) -> None:
        await self._check_identity()
        state, viewer = self._state, self._identity.viewer
        operation = make_operation(state.reader, state.clock.now(), viewer, state.desk)
        try:
            version = await include_version(self._websocket, least)
        except GraphQLError as error:
            await self._refuse(id_, error)
            return
        answer = await state.service.answer(request, operation, version=version)
        assert answer is not None
        if not answer.executed:
            await self._send_last(id_, write_error(id_, answer.body["errors"]))
            return
        if version is not None:
            answer = answer.extend(dataVersion=await state.versions.follow(answer, version))
        await self._send(write_next(id_, write_answer(answer)))
        await self._send_last(id_, write_complete(id_))

    async def _refuse(self, id_: str, error: GraphQLError) -> None:
        await self._send_last(id_, write_error(id_, format_errors([error])))

    async def _check_identity(self) -> None:
        """Raises Close if the credential is not good any more."""
        try:
            await self._identity.check()
        except SignInRefused as refusal:
            report_refusal(self._websocket, refusal)
            raise Close(CloseCode.FORBIDDEN, str(refusal)) from None

    async def _send_last(self, id_: str, text: str) -> None:
        """Sends the last message of an operation, whose id is free from then on."""
        self._running.pop(id_, None)
        await self._send(text)

    async def _send(self, text: str) -> None:
        """Sends a message. Raises Close if the client takes none for too long."""
        try:
            async with asyncio.timeout(self._live.slow), self._sending:
                await self._websocket.send({"type": "websocket.send", "text": text})
        except TimeoutError:
            if not self._ending.done():
                self._live.count_slow()
            raise Close(CloseCode.TRY_AGAIN_LATER, _TOO_SLOW) from None

    def _end(self, close: Close) -> None:
        if not self._ending.done():
            self._ending.set_result(close)
