"""What a connection may send, and that an answer arrives while its client still sends."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import Message

from api.cli.serving import KEEP_ALIVE_SECONDS, WORKER_SECONDS, configure_uvicorn
from api.http import connections, endpoint
from api.http.connections import LARGEST_HEAD, LARGEST_TARGET, Connection, Lingering
from api.http.endpoint import LARGEST_BODY
from api.settings import Settings
from tests.clients import node

LARGE = 20_000_000


class Talk:
    """A connection to the server, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def begin(cls, base: str) -> "Talk":
        address = httpx.URL(base)
        return cls(*await asyncio.open_connection(address.host, address.port))

    async def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()

    async def answer(self) -> tuple[int, Mapping[str, Any]]:
        """The status and the body, which is JSON."""
        async with asyncio.timeout(20):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = int(re.findall(rb"content-length: (\d+)", head)[0])
            body = await self._reader.readexactly(length)
        return int(head.split()[1]), json.loads(body)

    async def ends(self) -> None:
        """Waits until the server has closed, and not reset, the connection."""
        async with asyncio.timeout(20):
            assert await self._reader.read() == b""
        self._writer.close()


@pytest.fixture
async def talk(live_server: str) -> AsyncIterator[Talk]:
    """A connection to the server."""
    yield await Talk.begin(live_server)


def _head(path: str = "/graphql", *headers: str, method: str = "POST") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    return "\r\n".join([*lines, *headers, "", ""]).encode()


@pytest.mark.parametrize("expect", [[], ["Expect: 100-continue"]], ids=["", "expect"])
async def test_large_body_is_answered_and_then_the_connection_ends(
    talk: Talk, expect: list[str]
) -> None:
    """All of it is sent before the answer is read, as most clients do."""
    await talk.send(_head("/graphql", f"Content-Length: {LARGE}", *expect), b" " * LARGE)
    status, body = await talk.answer()
    assert status == 413 and body["errors"][0]["extensions"]["value"] == LARGE
    await talk.ends()


async def test_large_body_in_chunks_is_answered(talk: Talk) -> None:
    chunk = b"%x\r\n%b\r\n" % (65536, b" " * 65536)
    await talk.send(_head("/graphql", "Transfer-Encoding: chunked"), *[chunk] * 300, b"0\r\n\r\n")
    assert (await talk.answer())[0] == 413
    await talk.ends()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/nothing", (), 404),
        ("/commitments/K03", (), 405),
        ("/graphql", ("Content-Type: text/plain",), 415),
        ("/graphql", ("Accept: image/png",), 406),
        ("/graphql", ("Host: evil.example",), 400),
    ],
)
async def test_other_refusals_arrive_too(
    talk: Talk, path: str, headers: tuple[str, ...], status: int
) -> None:
    head = _head(path, *headers, f"Content-Length: {LARGE}", "Connection: close")
    if any("Content-Type" in header for header in headers):
        head = head.replace(b"Content-Type: application/json\r\n", b"")
    await talk.send(head, b" " * LARGE)
    assert (await talk.answer())[0] == status
    await talk.ends()


async def test_connection_serves_on_after_a_refusal_that_leaves_it_open(talk: Talk) -> None:
    await talk.send(_head("/nothing", f"Content-Length: {LARGE}"), b" " * LARGE)
    assert (await talk.answer())[0] == 404
    query = b'{"query":"{ __typename }"}'
    await talk.send(_head("/graphql", f"Content-Length: {len(query)}"), query)
    assert await talk.answer() == (200, {"data": {"__typename": "Query"}})


@node.needs_node
async def test_fetch_of_node_is_answered(live_server: str) -> None:
    answers = await node.lines(node.FOLDER / "large.mjs", live_server)
    assert [(answer["path"], answer["status"]) for answer in answers] == [
        *[("/graphql", 413)] * 2,
        *[("/nothing", 404)] * 2,
        *[("/commitments/K03", 405)] * 2,
    ]


# --- Bounds --------------------------------------------------------------------------------------


async def test_body_that_comes_too_slowly_is_refused(
    started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "SLOWEST_BODY", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b'{"query":'
        await asyncio.Event().wait()

    monkeypatch.setattr(connections, "LINGER_SECONDS", 0.05)
    async with started() as client:
        headers = {"content-type": "application/json"}
        response = await client.post("/graphql", content=slow(), headers=headers)
    assert response.status_code == 408
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def _lingered(pieces: AsyncIterator[bytes]) -> tuple[int, list[Message]]:
    """How many bytes are read of a body after an answer that looked at none, and what is sent."""
    taken, sent = 0, []

    async def answering(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"no"})

    async def receive() -> Message:
        nonlocal taken
        piece = await anext(pieces, None)
        taken += len(piece or b"")
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Message) -> None:
        sent.append({**message, "taken": taken})

    scope = {"type": "http", "headers": [(b"transfer-encoding", b"chunked")]}
    await Lingering(answering)(scope, receive, send)
    return taken, sent


async def test_answer_goes_out_before_the_rest_is_read() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 10

    taken, (start, body, end) = await _lingered(pieces())
    assert taken == 30
    assert start["taken"] == body["taken"] == 0 and body["body"] == b"no" and body["more_body"]
    assert end["taken"] == 30 and not end["more_body"]


async def test_rest_is_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_LINGERED", 1000)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 100

    assert (await _lingered(endless()))[0] == 1000


async def test_client_that_stops_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.01)

    async def stopping() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    taken, sent = await _lingered(stopping())
    assert taken == 1 and not sent[-1]["more_body"]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (_head("/graphql?query=" + "x" * LARGEST_TARGET, method="GET"), 414),
        (_head("/", *[f"x-{n}: {'y' * 8000}" for n in range(9)], method="GET"), 431),
        (b"GET /" + b"x" * 10_000_000, 414),
        (b"GET / HTTP/1.1\r\nx: " + b"y" * 10_000_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 2_000_000, 431),
        (b"\x16\x03\x01 no HTTP at all\r\n\r\n" + b"z" * 1_000_000, 400),
        (_head("/graphql", "Transfer-Encoding: chunked") + b"no length\r\n", 400),
    ],
    ids=["address", "headers", "endless address", "endless header", "many", "tls", "chunks"],
)
async def test_what_is_no_request_is_refused_in_json(
    live_server: str, head: bytes, status: int
) -> None:
    talk = await Talk.begin(live_server)
    await talk.send(head)
    answered, body = await talk.answer()
    assert answered == status
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    await talk.ends()
    async with httpx.AsyncClient(base_url=live_server) as client:
        assert (await client.get("/health/live")).status_code == 200


async def test_head_that_is_large_and_allowed_is_answered(talk: Talk) -> None:
    headers = [f"x-{n}: {'y' * 8000}" for n in range(7)]
    await talk.send(_head("/health/live?" + "x" * (LARGEST_TARGET - 100), *headers, method="GET"))
    assert (await talk.answer())[0] == 200
    assert sum(map(len, headers)) < LARGEST_HEAD


async def test_body_and_the_next_head_are_told_apart(talk: Talk) -> None:
    """A body as long as is allowed, and a second request that follows at once."""
    query = b'{"query":"{ __typename }"}'.ljust(LARGEST_BODY)
    one = _head("/graphql", f"Content-Length: {LARGEST_BODY}") + query
    await talk.send(one + one[:100], one[100:])
    for _ in range(2):
        assert (await talk.answer())[0] == 200


def test_server_has_these_bounds_and_gives_slow_workers_time() -> None:
    config = configure_uvicorn(Settings(workers=2))
    assert config.http is Connection
    assert (
        config.timeout_worker_healthcheck
        == WORKER_SECONDS
        > uvicorn.Config("x").timeout_worker_healthcheck
    )


def test_server_keeps_connections_for_longer_than_proxies_do() -> None:
    """nginx and the load balancers of the large clouds keep theirs 60 seconds."""
    assert configure_uvicorn(Settings()).timeout_keep_alive == KEEP_ALIVE_SECONDS > 60
