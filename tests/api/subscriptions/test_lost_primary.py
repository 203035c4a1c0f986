"""A primary that is killed: what is told goes on in order, on the same socket and on another."""

import asyncio
from pathlib import Path

import pytest

from store import layout
from store.mongodb.driver import Database, GaveUp, Unreachable
from tests.api.subscriptions.conftest import CHANGES, Server
from tests.conftest import served
from tests.store.mongodb.replicas import replica_set
from tests.store.samples import commitment, store, write

pytestmark = pytest.mark.slow


async def write_until_it_is(database: Database, key: str) -> None:
    """Writes as a client would that is told to send it again."""
    while True:
        try:
            await write(database, commitment(key))
            return
        except (Unreachable, GaveUp):
            await asyncio.sleep(0.2)


async def test_nothing_is_lost_or_repeated(tmp_path: Path) -> None:
    async with replica_set(tmp_path, 3) as members:
        database = Database.connect(members.url, "told", timeout_ms=10_000)
        await layout.prepare(database)
        await write(database, *store())
        async with served(members.url, "told") as base:
            server = Server(base, database)
            async with server.connected() as client:
                await client.subscribe(CHANGES)
                await client.expect_nothing()
                await write_until_it_is(database, "k-0")
                first = await client.event("recordChanges")
                (await members.primary()).kill()
                for n in range(1, 6):
                    await write_until_it_is(database, f"k-{n}")
                got = [await client.event("recordChanges") for _ in range(5)]
            async with server.connected() as client:
                await client.subscribe(CHANGES, after=first["cursor"])
                again = [await client.event("recordChanges") for _ in range(5)]
                await client.expect_nothing()
        database.close()
    assert [event["change"]["key"] for event in got] == [f"k-{n}" for n in range(1, 6)]
    assert again == got
