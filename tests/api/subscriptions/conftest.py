"""A real server over a small store of its own, which tests write to."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLSchema
from websockets.asyncio.client import ClientConnection, connect

from store.mongodb.driver import Database
from store.tokens import Tokens
from store.viewers import Role
from tests.conftest import empty_dataset, served
from tests.store.samples import store, write

PROTOCOL = "graphql-transport-ws"
STATUSES = """subscription ($after: String, $filter: StatusChangeFilter) {
  statusChanges(after: $after, filter: $filter) { cursor key before after decidedBy { key } }
}"""
CHANGES = """subscription ($after: String, $filter: ChangeFilter) {
  recordChanges(after: $after, filter: $filter) { cursor change { key kind } }
}"""


class Client:
    """A client of the protocol that sends and takes messages as they are."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, message: Any) -> None:
        await self.socket.send(message if isinstance(message, str) else json.dumps(message))

    async def take(self) -> Any:
        return json.loads(await self.socket.recv())

    async def subscribe(self, query: str, id_: str = "1", **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.send({"id": id_, "type": "subscribe", "payload": payload})

    async def event(self, name: str = "statusChanges") -> Any:
        message = await self.take()
        assert message["type"] == "next" and "errors" not in message["payload"], message
        return message["payload"]["data"][name]

    async def expect_nothing(self) -> None:
        """Nothing comes before the answer to a ping."""
        await self.send({"type": "ping"})
        assert await self.take() == {"type": "pong"}

    async def closed(self) -> tuple[int | None, str | None]:
        await self.socket.wait_closed()
        return self.socket.close_code, self.socket.close_reason


class Server:
    """The address of a server, and the database that it serves."""

    def __init__(self, base: str, database: Database) -> None:
        self.base, self.database = base, database

    @asynccontextmanager
    async def opened(self, **options: Any) -> AsyncIterator[Client]:
        """A socket on which nothing was sent."""
        address = self.base.replace("http", "ws") + "/graphql"
        options = {"subprotocols": [PROTOCOL], "compression": None, **options}
        async with connect(address, **options) as socket:
            yield Client(socket)

    @asynccontextmanager
    async def connected(self, token: str | None = None, **options: Any) -> AsyncIterator[Client]:
        """A socket that was acknowledged."""
        async with self.opened(**options) as client:
            payload = {"Authorization": f"Bearer {token}"} if token else None
            await client.send({"type": "connection_init", "payload": payload})
            assert await client.take() == {"type": "connection_ack"}
            yield client

    async def token(self, role: Role = Role.PROPOSER, name: str = "Ida Exempla") -> str:
        text, _ = await Tokens(self.database).create(name, role, datetime.now(UTC))
        return text


@asynccontextmanager
async def serving(mongodb_url: str, schema: GraphQLSchema, *options: str) -> AsyncIterator[Server]:
    """A server over a store that has the records of `store()`."""
    async with empty_dataset(mongodb_url, "subscribed", schema) as dataset:
        await write(dataset.database, *store())
        async with served(mongodb_url, dataset.database.name, *options) as base:
            yield Server(base, dataset.database)


@pytest.fixture(scope="module")
async def server(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Server]:
    """One for all tests of a module."""
    async with serving(mongodb_url, schema, "--slow-seconds", "1") as server:
        yield server
