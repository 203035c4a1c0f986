"""A receiver of webhooks that does as it is told, and what delivers to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema
from standardwebhooks import Webhook as Verifier

from api.news.loading import News
from api.news.scopes import Selection
from api.webhooks.delivering import Deliveries, Patience
from api.webhooks.sending import Sender, make_client
from engine.requests.service import Service
from schema.registry import COLLECTIONS
from store.mongodb.driver import Database
from store.reads.reader import Reader
from store.records.base import Record
from store.viewers import Role
from store.webhooks import Interest, Webhook, Webhooks
from store.writes.writer import Author, Draft, Writer
from tests.store import samples

OK = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"
BROKEN = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
WRITING = Author("Zora Scribens", why="For us alone.")


@dataclass
class Received:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> Any:
        return orjson.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


Answer = Callable[[Received], bytes | None]


@dataclass
class Receiver:
    """A server that speaks plain HTTP/1.1 and answers as `answer` says: bytes, or nothing at all
    before it closes. It waits `slow` seconds first.
    """

    url: str
    answer: Answer = lambda _received: OK
    slow: float = 0.0
    received: list[Received] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            pairs = (line.partition(": ") for line in head[1:] if line)
            headers = {name.lower(): value for name, _, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            received = Received(headers, body)
            self.received.append(received)
            await asyncio.sleep(self.slow)
            if (answer := self.answer(received)) is not None:
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The sender left first, as it may.
        finally:
            writer.close()

    @property
    def ids(self) -> list[str]:
        return [received.id for received in self.received]

    @property
    def types(self) -> list[str]:
        return [received.message["type"] for received in self.received]

    def verify(self, secret: str) -> None:
        """Has the reference library check every signature."""
        for received in self.received:
            Verifier(secret).verify(received.body, received.headers)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a port of its own."""
    made = Receiver("")
    server = await asyncio.start_server(lambda r, w: made.serve(r, w), "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?of=us"
    async with server:
        yield made


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


QUICK = Patience(waits=(0.01, 0.01, 0.01), gives_up=timedelta(hours=1))


async def ask_none() -> None:
    """What a service without kept answers is told of versions."""


class Told:
    """A small store with webhooks, and what delivers."""

    def __init__(self, database: Database, schema: GraphQLSchema, client: Any) -> None:
        self.database, self.hooks = database, Webhooks(database)
        self._schema, self._client = schema, client
        self.outcomes: list[str] = []

    def deliveries(self, patience: Patience = QUICK, *, private: bool = True) -> Deliveries:
        """Another program that delivers."""
        news = News(Service(self._schema, COLLECTIONS), ask_none)
        return Deliveries(
            self.hooks,
            Reader(self.database),
            news,
            Selection(self._schema, news),
            Sender(self._client, private=private),
            "https://example.org",
            asyncio.Event(),
            lambda outcome, _seconds: self.outcomes.append(outcome),
            patience,
        )

    async def create(
        self, receiver: Receiver, interest: Interest | None = None, role: Role = Role.READER
    ) -> Webhook:
        return await self.hooks.create(
            receiver.url, role, interest or Interest(), datetime.now(UTC)
        )

    async def write(self, *records: Record, author: Author = WRITING) -> None:
        await Writer(self.database).write([Draft(record) for record in records], author)

    async def deliver(self, deliveries: Deliveries | None = None, rounds: int = 1) -> None:
        """Delivers what is due, so often, with pauses longer than those of `QUICK`."""
        deliveries = deliveries or self.deliveries()
        for number in range(rounds):
            if number:
                await asyncio.sleep(0.03)
            await deliveries.begin_due()
            await deliveries.finish()


@pytest.fixture
async def told(database: Database, schema: GraphQLSchema) -> AsyncIterator[Told]:
    await samples.write(database, *samples.store())
    async with make_client() as client:
        yield Told(database, schema, client)


def follow_ups(count: int, first: int = 10) -> Sequence[Record]:
    """Follow-ups that make no status another."""
    return [
        samples.follow_up(f"f{number}", "c1", kind="REAFFIRMED", on="2021-05-04")
        for number in range(first, first + count)
    ]
