"""Clients for `benchmarks.soak`: good ones, odd ones, and those that mean harm."""

import asyncio
import json
import os
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import quote

QUERIES = Path(__file__).parent.parent / "docs/queries"
PATIENCE = 60.0
"""Seconds that a client waits for an answer."""


@dataclass(slots=True)
class Soak:
    """What is shared by all clients of a run: the port, the draw, and what came back."""

    port: int
    draw: Random
    numbers: "count[int]" = field(default_factory=count)
    statuses: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: list[str] = field(default_factory=list)

    async def exchange(
        self, client: str, request: bytes, *, stops_after: int | None = None
    ) -> bytes:
        """Sends a request on a connection of its own and counts the status; returns the answer.

        A client that stops reading does so after that many bytes, and hangs up later.
        """
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**16)
        answer = b""
        try:
            with suppress(ConnectionError):
                writer.write(request)
                await writer.drain()
            if stops_after is not None:
                answer = await asyncio.wait_for(reader.read(stops_after), PATIENCE)
                await asyncio.sleep(self.draw.uniform(1, 5))
            else:
                async with asyncio.timeout(PATIENCE):
                    with suppress(ConnectionError):
                        while piece := await reader.read(2**16):
                            answer += piece
            status = answer[9:12].decode("latin-1") or "closed"
        except TimeoutError:
            status = "no answer"
        finally:
            writer.close()
        self.note(client, status, request, answer)
        return answer

    def note(self, client: str, status: str, request: bytes, answer: bytes) -> None:
        """Counts a status; keeps what was asked where the answer is a fault of ours."""
        self.statuses[client][status] += 1
        masked = b"INTERNAL_SERVER_ERROR" in answer
        if masked or status in ("500", "no answer"):
            self.faults.append(f"{client}: {status}: {request[:400]!r}: {answer[-300:]!r}")


def as_get(path: str, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """A GET request that ends its connection."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def as_post(body: bytes, media_type: str = "application/json") -> bytes:
    """A POST to /graphql that ends its connection."""
    head = (
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: {media_type}\r\nAccept: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def as_query(query: str, variables: Mapping[str, Any] | None = None) -> bytes:
    """A POST of a GraphQL operation."""
    body: dict[str, Any] = {"query": query}
    if variables is not None:
        body["variables"] = variables
    return as_post(json.dumps(body).encode())


Client: TypeAlias = Callable[[Soak], Awaitable[object]]
"""One visit of a client."""

WORKED = [path.read_text(encoding="utf-8") for path in sorted(QUERIES.glob("*.graphql"))]
ODD = (
    "\u202eabc",
    "\ufdfa" * 40,
    "👩\u200d👩\u200d👧",
    "a\u0301" * 50,
    "\ufeff",
    "İıßﬀ",
    "ශ්‍රී",
    "国家主席习近平",
    "\x01\x02",
)


async def ask_worked_queries(soak: Soak) -> None:
    """The worked queries of the documentation, as they are."""
    await soak.exchange("worked queries", as_query(soak.draw.choice(WORKED)))


async def ask_new_documents(soak: Soak) -> None:
    """Documents that were never sent before, with variables that were not either."""
    n = next(soak.numbers)
    query = (
        f"query q{n}($word: String!, $first: Int, $yes: Boolean!) {{ a{n}: commitments("
        "first: $first, filter: {search: $word}) { totalCount nodes { key title "
        f"b{n}: gist @include(if: $yes) promisors {{ party {{ name }} }} }} }} }}"
    )
    word = f"word{n}" if n % 2 else "road"
    await soak.exchange(
        "new documents", as_query(query, {"word": word, "first": n % 20 + 1, "yes": n % 3 == 0})
    )


async def ask_new_variables(soak: Soak) -> None:
    """One document with keys, days and cursors that nobody asked for before."""
    n = next(soak.numbers)
    query = (
        "query($key: String!, $day: Date) { commitment(by: {key: $key}) { key "
        "status(asOf: $day) { value } trail(first: 20) { nodes { depth } } } }"
    )
    day = f"{1 + n % 9999:04}-{1 + n % 12:02}-{1 + n % 28:02}"
    await soak.exchange("new variables", as_query(query, {"key": f"k{n}", "day": day}))


async def send_invalid_requests(soak: Soak) -> None:
    """Syntax errors, unknown fields, wrong bodies, wrong media types, wrong paths."""
    n = next(soak.numbers)
    invalid = (
        as_query("{ commitments { nodes { " * (n % 40 + 1)),
        as_query(f"{{ nothing{n} }}"),
        as_query("query($a: Int!) { __typename }", {"a": "x" * (n % 2000)}),
        as_query(
            'query($v: Boolean = true) { commitment(by: {key: "x"}) { key @skip(if: $v) } }',
            {"v": None},
        ),
        as_query('{ statusSeries(from: "9999-12-01", to: "9999-12-31") { day } }'),
        as_query(f'{{ commitments(after: "{"Q" * (n % 300)}") {{ totalCount }} }}'),
        as_query(f'{{ commitments(filter: {{topic: {{eq: "no-such-{n}"}}}}) {{ totalCount }} }}'),
        as_query("{ __schema { types { fields { type { ofType { ofType { name } } } } } } }"),
        as_post(b'{"query": "\xff\xfe"}'),
        as_post(b"[" * (n % 5000)),
        as_post(b'{"query": "{ __typename }"}', "text/plain"),
        as_post(b'"just text"'),
        as_get(f"/nothing/{n}"),
        as_get(f"/commitments/{n}?asOf=banana"),
        as_get(f"/export/commitments.csv?orderBy={n}"),
        as_get(
            "/graphql?query=" + quote("{ commitments(first: 1) { nodes { key } } }") + f"&x={n}"
        ),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(64) + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    )
    await soak.exchange("invalid requests", invalid[n % len(invalid)])


async def ask_in_odd_letters(soak: Soak) -> None:
    """Searches, keys, paths and headers in odd Unicode."""
    odd = soak.draw.choice(ODD) + soak.draw.choice(ODD)
    bodies = (
        as_query(
            "query($q: String!) { search(query: $q) { totalCount nodes { score } } }", {"q": odd}
        ),
        as_query("query($q: String!) { parties(filter: {name: $q}) { totalCount } }", {"q": odd}),
        as_query("query($k: String!) { commitment(by: {key: $k}) { key } }", {"k": odd}),
        as_post(
            b'{"query": "query($q: String!) { search(query: $q) { totalCount } }", '
            b'"variables": {"q": "\\ud800"}}'
        ),
        as_get("/commitments/" + quote(odd)),
        as_get("/commitments/%ff%fe"),
        as_get(
            "/",
            {"Accept-Language": "ur", "X-Request-Id": odd.replace("\x01", "").replace("\x02", "")},
        ),
    )
    await soak.exchange("odd letters", soak.draw.choice(bodies))


async def send_huge_headers(soak: Soak) -> None:
    """Headers, addresses and bodies of more than is taken."""
    n = 2 ** soak.draw.randint(12, 18)
    requests = (
        as_get("/", {"X-Filler": "x" * n}),
        as_get("/", {f"X-{i}": "y" * 50 for i in range(n // 64)}),
        as_get("/commitments/K01?" + "a" * n),
        as_post(json.dumps({"query": "{ __typename }", "filler": "z" * n * 4}).encode()),
    )
    await soak.exchange("huge headers", soak.draw.choice(requests))


async def stop_sending(soak: Soak) -> None:
    """Half a request, a pause, and the connection is dropped."""
    whole = as_query(soak.draw.choice(WORKED))
    part = whole[: soak.draw.randint(1, len(whole) - 1)]
    _, writer = await asyncio.open_connection("127.0.0.1", soak.port)
    writer.write(part)
    await asyncio.sleep(soak.draw.uniform(0.5, 5))
    writer.close()
    soak.note("stops sending", "dropped", part, b"")


async def stop_reading(soak: Soak) -> None:
    """Asks for a large answer, reads a little of it, then nothing, and hangs up."""
    requests = (
        as_get("/export/commitments.csv"),
        as_get("/export/commitments.jsonl"),
        as_query("{ commitments(first: 100) { nodes { gist evidence { article { text } } } } }"),
    )
    await soak.exchange("stops reading", soak.draw.choice(requests), stops_after=1000)


async def read_pages(soak: Soak) -> None:
    """Pages, records, exports with a filter, health, metrics, conditional requests."""
    paths = (
        "/",
        "/graphql",
        "/health/live",
        "/health/ready",
        "/commitments/b000-c000001",
        "/parties/b000-p000001",
    )
    path = soak.draw.choice(paths)
    accept = soak.draw.choice(("text/html", "application/json", "application/ld+json", "*/*;q=0.1"))
    answer = await soak.exchange(
        "pages", as_get(path, {"Accept": accept, "Accept-Encoding": "gzip;q=0"})
    )
    for line in answer.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        if line.lower().startswith(b"etag: "):
            tag = line[6:].decode("latin-1")
            await soak.exchange("pages", as_get(path, {"Accept": accept, "If-None-Match": tag}))


async def ask_for_much(soak: Soak) -> None:
    """What costs most of what is let through: searches, statistics, large answers."""
    searches = " ".join(
        f's{i}: search(query: "the of to", first: 1) {{ totalCount }}' for i in range(20)
    )
    stats = " ".join(
        f's{i}: commitmentStats(asOf: "20{i:02}-01-01") {{ total {{ count }} }}' for i in range(20)
    )
    aliases = " ".join(f"{'a' * 190}{i}: gist" for i in range(28))
    queries = (
        f"{{ {searches} }}",
        f"{{ {stats} }}",
        f"{{ commitments(first: 100) {{ nodes {{ {aliases} }} }} }}",
        '{ statusSeries(from: "1990-01-01", to: "2035-01-01") { day statuses { value count } } }',
        '{ statusSeries(from: "2020-01-01", to: "2024-01-01", knownAt: "2024-01-01T00:00:00Z") '
        "{ day } }",
    )
    await soak.exchange("asks for much", as_query(soak.draw.choice(queries)))


async def leave_early(soak: Soak) -> None:
    """A question that takes a while, and nobody waits for the answer."""
    request = as_query('{ search(query: "the of", first: 20) { totalCount nodes { score } } }')
    _, writer = await asyncio.open_connection("127.0.0.1", soak.port)
    writer.write(request)
    await writer.drain()
    await asyncio.sleep(0.01)
    writer.transport.abort()
    soak.note("leaves early", "dropped", request, b"")


CLIENTS: Mapping[Client, int] = {
    ask_worked_queries: 4,
    ask_new_documents: 2,
    ask_new_variables: 2,
    send_invalid_requests: 2,
    ask_in_odd_letters: 1,
    send_huge_headers: 1,
    stop_sending: 8,
    stop_reading: 8,
    read_pages: 2,
    ask_for_much: 1,
    leave_early: 1,
}
"""How many of each client are there at any time."""
