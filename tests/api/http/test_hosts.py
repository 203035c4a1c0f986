"""Hosts: by which names a server is asked for, and which address its answers give as their own."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.http.headers import Gate
from api.settings import Settings

EVIL = "evil.example"
PUBLIC = "https://public.example"
ADDRESSES = (
    "/",
    "/graphql?query={__typename}",
    "/commitments/K03",
    "/articles/A1",
    "/export/commitments.csv",
    "/export/commitments.jsonl",
    "/nothing",
)


async def _status(
    settings: Settings,
    *hosts: str,
    server: str = "10.1.2.3",
    path: str = "/",
    version: str = "1.1",
) -> int:
    """How a server with these settings answers to a host, on a connection to an address of it."""

    async def answer(_request: Request) -> Response:
        return PlainTextResponse("answered")

    routes = [Route(p, answer) for p in ("/", "/health/ready", "/metrics")]
    app = Starlette(routes=routes, middleware=[Middleware(Gate, settings=settings)])
    statuses = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"host", host.encode("latin-1")) for host in hosts]
    scope = {
        "type": "http",
        "http_version": version,
        "method": "GET",
        "path": path,
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "scheme": "http",
        "server": (server, 8000),
    }
    await app(scope, receive, send)
    return int(statuses[0])


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:9000",
        "localhost.",
        "127.0.0.1:8000",
        "[::1]:8000",
        "[0:0:0:0:0:0:0:1]",
    ],
)
async def test_this_machine_is_asked_by_its_own_names(host: str) -> None:
    assert await _status(Settings(), host) == 200


@pytest.mark.parametrize(
    "host", [EVIL, f"{EVIL}:8000", "localhost.evil.example", "192.0.2.1", "[2001:db8::1]"]
)
async def test_other_hosts_are_refused(host: str) -> None:
    assert await _status(Settings(), host) == 421
    assert await _status(Settings(host="0.0.0.0"), host) == 421
    assert await _status(Settings(public_url=PUBLIC), host) == 421


@pytest.mark.parametrize(
    "host", ["", "a b", "localhost/x", "a@localhost", "[::1", "localhost:x", "é"]
)
async def test_what_is_no_host_is_refused(host: str) -> None:
    assert await _status(Settings(allowed_hosts="*"), host) == 400


async def test_two_hosts_are_refused() -> None:
    assert await _status(Settings(), "localhost", EVIL) == 400


async def test_without_a_host_the_server_answers_as_itself() -> None:
    assert await _status(Settings(), version="1.0") == 200


async def test_since_http_1_1_a_host_is_named() -> None:
    assert await _status(Settings()) == 400
    assert await _status(Settings(), path="/health/ready") == 200


@pytest.mark.parametrize(
    ("server", "host"),
    [
        ("172.17.0.2", "172.17.0.2:8000"),
        ("::ffff:172.17.0.2", "172.17.0.2"),
        ("2001:db8::5", "[2001:DB8:0::5]:8000"),
    ],
)
async def test_address_of_the_connection_is_ours_unless_hosts_are_named(
    server: str, host: str
) -> None:
    assert await _status(Settings(host="0.0.0.0"), host, server=server) == 200
    assert await _status(Settings(allowed_hosts="a.example"), host, server=server) == 421


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
async def test_whoever_watches_may_ask_by_any_name(path: str) -> None:
    assert await _status(Settings(allowed_hosts="a.example"), "10.9.9.9", path=path) == 200


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        ("a.example", "A.example:443", 200),
        ("a.example", "localhost", 421),
        ("a.example", "b.a.example", 421),
        ("*.a.example", "b.a.example", 200),
        ("*.a.example", "a.example", 421),
        ("*.a.example", "evila.example", 421),
        ("*", EVIL, 200),
    ],
)
async def test_hosts_that_are_named_are_those(allowed: str, host: str, status: int) -> None:
    assert await _status(Settings(allowed_hosts=allowed), host) == status


async def test_host_of_the_public_address_is_always_ours() -> None:
    assert await _status(Settings(public_url=PUBLIC), "public.example") == 200
    assert (
        await _status(Settings(public_url=PUBLIC, allowed_hosts="a.example"), "public.example")
        == 200
    )


# --- The application -----------------------------------------------------------------------------


@pytest.fixture
async def public_client(started: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server with a public address that is asked by another of its names."""
    async with started(public_url=PUBLIC, allowed_hosts="test") as client:
        yield client


@pytest.mark.parametrize("path", ADDRESSES)
async def test_refusal_says_what_to_do(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"host": EVIL})
    assert response.status_code == 421
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "MISDIRECTED"
    assert "FOLLOWTHROUGH_ALLOWED_HOSTS" in error["message"]
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("accept", ["application/json", "application/ld+json", "text/html"])
@pytest.mark.parametrize("path", [path for path in ADDRESSES if "graphql" not in path])
async def test_answers_give_the_public_address(
    public_client: httpx.AsyncClient, path: str, accept: str
) -> None:
    """Whatever name of ours they were asked by, and whatever a proxy says of others."""
    headers = {"accept": accept, "x-forwarded-host": EVIL, "forwarded": f"host={EVIL}"}
    response = await public_client.get(path, headers=headers)
    said = response.text + str(dict(response.headers))
    assert EVIL not in said and "//test" not in said
    if path == "/commitments/K03":
        assert f"<{PUBLIC}{path}?asOf=" in response.headers["link"]
        assert f"{PUBLIC}/commitments/K03" in response.text
    elif path.startswith("/export"):
        assert len(re.findall(re.escape(PUBLIC), response.text)) == 14


async def test_server_refuses_other_hosts_and_goes_on(live_server: str) -> None:
    """Over a connection, as a browser whose name of us was turned to this machine would come."""
    address = httpx.URL(live_server)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    for host, status in ((EVIL, b"421"), (f"localhost:{address.port}", b"200")):
        writer.write(f"GET /commitments/K03 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.split()[1] == status
        length = int(re.findall(rb"content-length: (\d+)", head)[0])
        body = await reader.readexactly(length)
    assert f"http://localhost:{address.port}/commitments/K03".encode() in body
    writer.close()
