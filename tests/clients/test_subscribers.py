"""Clients that applications use subscribe: graphql-ws, graphql-sse, urql, and gql for Python."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLSchema

from store.mongodb.driver import Database
from tests.api.subscriptions.conftest import CHANGES, Server, serving
from tests.clients.node import FOLDER, MISSING, NODE, needs_node
from tests.store.samples import commitment, write

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
async def server(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Server]:
    async with serving(mongodb_url, schema) as server:
        yield server


class Printed:
    """What a program prints, line by line, each of which is JSON."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> Any:
        assert self._process.stdout is not None and self._process.stderr is not None
        line = await self._process.stdout.readline()
        if not line:
            raise AssertionError((await self._process.stderr.read()).decode())
        return json.loads(line)

    async def key(self) -> str:
        """The key of the record that the next event is about."""
        while (line := await self.line()) == "ready":
            pass
        return str(line["data"]["recordChanges"]["change"]["key"])


@asynccontextmanager
async def subscribing(
    client: str, server: Server, events: int, query: str = CHANGES, **given: Any
) -> AsyncIterator[Printed]:
    assert not MISSING, MISSING
    process = await asyncio.create_subprocess_exec(
        *(str(NODE), "subscribing.mjs", client, f"{server.base}/graphql", str(events)),
        cwd=FOLDER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"query": query, "variables": {}, **given}).encode())
    process.stdin.close()
    try:
        yield Printed(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def end_of_log(database: Database) -> str:
    """The key of the last change, which a subscriber has not to hear of."""
    order = [("dataVersion", -1), ("sequence", -1)]
    (last,) = await database.find("changes", {}, sort=order, limit=1)
    return str(last["record"])


@needs_node
@pytest.mark.parametrize("client", ["graphql-ws", "graphql-sse", "urql"])
async def test_client_hears_of_what_is_written(client: str, server: Server) -> None:
    token = await server.token()
    async with subscribing(client, server, 2, token=token) as printed:
        assert await printed.line() == "ready"
        writing = asyncio.create_task(write_steadily(server, client))
        first = await printed.key()
        # It is a proposer, and hears of proposals; in order, and of each.
        assert first.startswith(client)
        number = int(first.rpartition("-")[2])
        assert await printed.key() == f"{client}-{number + 1}"
        writing.cancel()


async def write_steadily(server: Server, prefix: str) -> None:
    for n in range(200):
        await write(server.database, commitment(f"{prefix}-{n}", curation="PROPOSED"))
        await asyncio.sleep(0.05)


@needs_node
async def test_graphql_ws_goes_on_after_its_connection_was_broken(server: Server) -> None:
    async with subscribing("graphql-ws", server, 6, restart=True) as printed:
        assert await printed.line() == "ready"
        await asyncio.sleep(0.2)
        for n in range(6):
            await write(server.database, commitment(f"broken-{n}"))
        assert [await printed.key() for _ in range(6)] == [f"broken-{n}" for n in range(6)]


async def test_gql_subscribes(server: Server) -> None:
    token = await server.token(name="gql")
    transport = WebsocketsTransport(
        url=server.base.replace("http", "ws") + "/graphql",
        init_payload={"Authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    async with Client(transport=transport) as session:
        assert (await session.execute(gql("{ viewer { role } }")))["viewer"]["role"] == "PROPOSER"
        events = session.subscribe(gql(CHANGES))
        first = asyncio.create_task(anext(events))
        await session.execute(gql("{ __typename }"))
        await write(server.database, commitment("by-gql"))
        assert (await first)["recordChanges"]["change"]["key"] == "by-gql"
        await events.aclose()
