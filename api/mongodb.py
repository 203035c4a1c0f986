"""Which MongoDB the program uses: the one it is given, or its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.settings import Settings
from store import layout
from store.embedded import EmbeddedMongod
from store.mongo import Database


@asynccontextmanager
async def mongodb_address(settings: Settings) -> AsyncIterator[str]:
    """The address of the MongoDB to use; one of our own runs as long as this lasts.

    Raises MongodError. The address may hold a password: do not log it.
    """
    if settings.mongodb_url is not None:
        yield settings.mongodb_url
        return
    async with EmbeddedMongod(settings.data_dir, settings.mongod, settings.cache_gb) as server:
        yield server.url


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, laid out.

    Raises MongodError, Unreachable, Refused, TooNew, and ValueError for a malformed address.
    """
    async with mongodb_address(settings) as address:
        database = Database.connect(address, settings.database)
        try:
            await layout.prepare(database)
            yield database
        finally:
            database.close()
