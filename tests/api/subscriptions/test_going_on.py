"""What ends a subscription, and that it is gone on from without a gap."""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from typing import Any

import pytest
from graphql import GraphQLSchema
from websockets.exceptions import ConnectionClosed

from store.mongodb.collections import CHANGES as CHANGE_LOG
from store.mongodb.driver import Database
from store.records.base import Key
from tests.api.subscriptions.conftest import CHANGES, STATUSES, Server, serving
from tests.api.subscriptions.test_event_stream import streamed
from tests.conftest import empty_dataset, served
from tests.store.bundles.test_first_load import INVENTED, load
from tests.store.samples import commitment, store, write

RECONNECTS = 25


async def keys_written(database: Database, after: int) -> list[Key]:
    found = await database.find(
        CHANGE_LOG, {"dataVersion": {"$gt": after}}, sort=[("dataVersion", 1), ("sequence", 1)]
    )
    return [change["record"] for change in found]


async def test_reconnecting_all_the_time_loses_and_repeats_nothing(server: Server) -> None:
    """By the forced end of each connection, while something is written all the time."""
    writing = asyncio.create_task(write_steadily(server.database, "steady", RECONNECTS * 3))
    cursor: str | None = None
    got: list[str] = []
    async with server.connected() as client:
        await client.subscribe(CHANGES)
        event = await client.event("recordChanges")
        cursor, first = event["cursor"], event["change"]["key"]
    for _ in range(RECONNECTS):
        async with server.connected() as client:
            await client.subscribe(CHANGES, after=cursor)
            event = await client.event("recordChanges")
            got.append(event["change"]["key"])
            cursor = event["cursor"]
            client.socket.transport.abort()
    await writing
    numbers = [int(key.rpartition("-")[2]) for key in (first, *got)]
    assert numbers == [*range(numbers[0], numbers[0] + RECONNECTS + 1)]


async def write_steadily(database: Database, prefix: str, times: int) -> None:
    for n in range(times):
        await write(database, commitment(f"{prefix}-{n}"))


async def test_another_server_goes_on_from_the_same_cursor(
    mongodb_url: str, schema: GraphQLSchema
) -> None:
    async with serving(mongodb_url, schema) as first:
        async with first.connected() as client:
            await client.subscribe(STATUSES)
            await client.expect_nothing()
            await write(first.database, commitment("k1"))
            cursor = (await client.event())["cursor"]
        await write(first.database, commitment("k2"))
        async with (
            served(mongodb_url, first.database.name) as base,
            Server(base, first.database).connected() as client,
        ):
            await client.subscribe(STATUSES, after=cursor)
            assert (await client.event())["key"] == "k2"
            await write(first.database, commitment("k3"))
            assert (await client.event())["key"] == "k3"


async def test_a_server_that_ends_waits_for_no_subscriber(
    mongodb_url: str, schema: GraphQLSchema
) -> None:
    ending, staying = AsyncExitStack(), AsyncExitStack()
    async with staying:
        async with ending:
            server = await ending.enter_async_context(serving(mongodb_url, schema))
            client = await staying.enter_async_context(server.connected())
            await client.subscribe(CHANGES)
            await client.expect_nothing()
            stream = await staying.enter_async_context(streamed(server, CHANGES))
            began = time.monotonic()
        assert time.monotonic() - began < 10
        assert (await client.closed())[0] == 1012
        with pytest.raises(EOFError):
            await stream.event()


async def test_a_first_load_is_told_whole(mongodb_url: str, schema: GraphQLSchema) -> None:
    async with (
        empty_dataset(mongodb_url, "first", schema) as dataset,
        served(mongodb_url, dataset.database.name) as base,
    ):
        server = Server(base, dataset.database)
        async with server.connected(await server.token()) as client:
            await client.subscribe(CHANGES)
            await client.expect_nothing()
            await load(dataset.database, INVENTED)
            await write(dataset.database, *store())
            expected = await keys_written(dataset.database, 0)
            got = [(await client.event("recordChanges"))["change"]["key"] for _ in expected]
            await client.expect_nothing()
    assert got == expected and len(expected) > 60


@pytest.mark.parametrize("name", ["recordChanges", "statusChanges"])
async def test_a_cursor_of_another_store_is_gone(
    server: Server, mongodb_url: str, schema: GraphQLSchema, name: str
) -> None:
    query = "{ changes(last: 1) { pageInfo { endCursor } } }"
    async with empty_dataset(mongodb_url, "other", schema) as dataset:
        await write(dataset.database, *store())
        other = (await dataset.ask(query))["changes"]["pageInfo"]["endCursor"]
    async with server.connected() as client:
        asked = f"subscription ($after: String) {{ {name}(after: $after) {{ cursor }} }}"
        await client.subscribe(asked, after=other)
        message = await client.take()
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "CURSOR_GONE"


@pytest.mark.parametrize("query, name", [(CHANGES, "recordChanges"), (STATUSES, "statusChanges")])
async def test_the_cursor_of_a_list_is_a_place_to_begin(
    server: Server, query: str, name: str
) -> None:
    await write(server.database, commitment(f"listed-{name}"))
    async with server.connected() as client:
        await client.subscribe("{ changes(last: 1) { pageInfo { endCursor } } }", "list")
        cursor = (await client.event("changes"))["pageInfo"]["endCursor"]
        await client.take()
        await write(server.database, commitment(f"begun-{name}"))
        await client.subscribe(query, after=cursor)
        event = await client.event(name)
    assert f"begun-{name}" in json.dumps(event)


async def test_a_slow_client_is_left_and_slows_nobody(server: Server) -> None:
    """It takes nothing of many long events; another one gets them all meanwhile."""
    async with server.connected(max_queue=1) as slow, server.connected() as fast:
        for client in (slow, fast):
            await client.subscribe(LONG_CHANGES)
            await client.expect_nothing()
        transport: Any = slow.socket.transport
        transport.pause_reading()
        for n in range(TOLD):
            await write(server.database, commitment(f"slow-{n}", gist="x" * 1500))
        for n in range(TOLD):
            event = await fast.event("recordChanges")
            assert event["change"]["key"] == f"slow-{n}"
        await asyncio.sleep(2)
        transport.resume_reading()
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await slow.take()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013 and "after" in closed.value.rcvd.reason


TOLD = 60
LONG = " ".join(
    f"r{n}: record {{ ... on Commitment {{ gist title thread {{ trackable {{ title gist }} }} }} }}"
    for n in range(29)
)
LONG_CHANGES = CHANGES.replace("change {", "change { " + LONG)
