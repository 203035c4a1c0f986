"""Answers that nobody reads: bounded in all, ended in time, and whole for who reads slowly."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.http.outgoing import PART, Outgoing
from store.bounds import MIB, measure_usage

SCOPE: Scope = {"type": "http", "path": "/long", "method": "GET", "headers": []}


async def _receive() -> Message:
    return {"type": "http.request"}


def answering(*bodies: bytes) -> Callable[[Scope, Receive, Send], Any]:
    """An app that sends these bodies, the last of which ends the answer."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for i, body in enumerate(bodies):
            more = i < len(bodies) - 1
            await send({"type": "http.response.body", "body": body, "more_body": more})

    return app


@given(st.lists(st.integers(0, 5 * PART // 2), min_size=1, max_size=4))
def test_parts_are_the_whole(lengths: list[int]) -> None:
    bodies = [bytes([i + 1]) * length for i, length in enumerate(lengths)]
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    outgoing = Outgoing(answering(*bodies))
    asyncio.run(outgoing(SCOPE, _receive, send))
    parts = [m for m in sent if m["type"] == "http.response.body"]
    assert b"".join(p["body"] for p in parts) == b"".join(bodies)
    assert [p["more_body"] for p in parts] == [True] * (len(parts) - 1) + [False]
    assert all(len(p["body"]) <= PART for p in parts)
    assert outgoing.taken == 0 and not outgoing._waiting


class Reader:
    """A client that takes so many parts, and then no more."""

    def __init__(self, parts: int) -> None:
        self.parts, self.ended = parts, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            self.parts -= 1
            if self.parts < 0:
                await asyncio.Event().wait()
            self.ended |= not message["more_body"]


async def test_who_does_not_read_on_is_left() -> None:
    outgoing = Outgoing(answering(b"x" * 10 * PART), seconds=0.05)
    reader = Reader(3)
    async with asyncio.timeout(10):
        await outgoing(SCOPE, _receive, reader.send)
    assert not reader.ended and outgoing.taken == 0 and not outgoing._waiting


async def test_a_stream_is_left_too_and_its_source_closed() -> None:
    closed: list[bool] = []

    async def rows() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"row"
        finally:
            closed.append(True)

    response = StreamingResponse(rows())
    outgoing = Outgoing(response, seconds=0.05)
    async with asyncio.timeout(10):
        await outgoing({**SCOPE, "asgi": {"spec_version": "2.4"}}, _receive, Reader(3).send)
    await response.body_iterator.aclose()  # type: ignore[attr-defined]
    assert closed == [True] and outgoing.taken == 0


async def test_what_waits_for_all_is_bounded() -> None:
    """Those who have waited longest make room; who reads has the whole."""
    outgoing = Outgoing(answering(b"x" * MIB), seconds=3_600)
    outgoing.most = 4 * MIB
    readers = [Reader(2) for _ in range(12)]
    tasks = []
    for reader in readers:
        tasks.append(asyncio.create_task(outgoing(SCOPE, _receive, reader.send)))
        await asyncio.sleep(0)
        assert outgoing.taken <= outgoing.most
    good = Reader(1_000)
    await outgoing(SCOPE, _receive, good.send)
    assert good.ended
    await asyncio.sleep(0.01)
    left = [task for task in tasks if not task.done()]
    assert 0 < len(left) <= 5 and tasks[-1] in left and tasks[0].done()
    assert measure_usage()["outgoing"][0] >= outgoing.taken > 0
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    assert outgoing.taken == 0 and not outgoing._waiting


async def test_a_timeout_of_the_app_s_own_is_the_app_s() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await Outgoing(app)(SCOPE, _receive, Reader(0).send)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[int]:
    """The app under uvicorn, as it is really served; its port."""
    config = uvicorn.Config(app, port=0, http="httptools", lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


async def test_uvicorn_lets_go_of_what_nobody_reads() -> None:
    outgoing = Outgoing(Response(b"x" * 16 * MIB), seconds=0.3)
    async with asyncio.timeout(60), serving(outgoing) as port:
        connections = []
        for _ in range(4):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=PART)
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.read(100)
            connections.append(writer)
        assert outgoing.taken > 8 * MIB
        while outgoing.taken:
            await asyncio.sleep(0.05)
        # Who reads, however slowly, has it all.
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        whole = await reader.read(-1)
        assert whole.count(b"x") > 16 * MIB - 10
        for each in [*connections, writer]:
            each.transport.abort()
