"""A database that is emptied rather than made anew."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from store import layout
from store.mongodb.driver import Database
from tests.store.samples import store, write

@pytest.fixture(scope="session")
async def laid_out(mongodb_url: str) -> AsyncIterator[Database]:
    """A database for all tests of the store: laying one out takes longer than most of them."""
    database = Database.connect(mongodb_url, "test-store")
    await layout.prepare(database)
    yield database
    await database.drop()
    database.close()


@pytest.fixture
async def database(laid_out: Database) -> AsyncIterator[Database]:
    """An empty database, laid out."""
    yield laid_out
    everything = [{"q": {}, "limit": 0}]
    await asyncio.gather(
        *(
            laid_out.command({"delete": collection, "deletes": everything})
            for collection in await laid_out.list_collections()
        )
    )
    await layout.prepare(laid_out)


@pytest.fixture
async def stored(database: Database) -> Database:
    """A database that holds the sample store."""
    await write(database, *store())
    return database
