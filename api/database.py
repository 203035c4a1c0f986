"""Opens the MongoDB that the program uses: the one it is given, or its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from api.settings import Settings
from store import layout
from store.embedded import EmbeddedMongod, MongodError
from store.layout import NotWhole, Standalone, TooNew
from store.mongodb.documents import Unreadable
from store.mongodb.driver import (
    CommandLog,
    Database,
    NotInitiated,
    Observer,
    Refused,
    Unreachable,
)


class BadAddress(Exception):
    """The address of MongoDB is not one."""


CANNOT_BE_USED = (
    BadAddress,
    MongodError,
    NotInitiated,
    NotWhole,
    Refused,
    Standalone,
    TooNew,
    Unreachable,
    Unreadable,
)
"""The errors of opening a database that cannot be used; each has a message for people."""


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
async def open_database(
    settings: Settings,
    log: CommandLog | None = None,
    observers: Sequence[Observer] = (),
    wait_ms: int = 10_000,
    *,
    is_prepared: bool = False,
) -> AsyncIterator[Database]:
    """The database of the settings, prepared for use, unless this very program has done so. `log`
    records the commands sent to it, and `observers` are told of them. A command waits at most
    `wait_ms` for a server.

    Raises one of CANNOT_BE_USED.
    """
    async with mongodb_address(settings) as address:
        database = _connect(address, settings.database, log, observers, wait_ms)
        try:
            if not is_prepared:
                await layout.prepare(database)
            yield database
        finally:
            database.close()


@asynccontextmanager
async def open_as_it_is(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, of which nothing is laid out, changed or expected.

    Raises one of CANNOT_BE_USED.
    """
    async with mongodb_address(settings) as address:
        database = _connect(address, settings.database)
        try:
            await layout.require_transactions(database)
            yield database
        finally:
            database.close()


async def prepare(address: str, name: str) -> None:
    """Prepares the database for use. Raises one of CANNOT_BE_USED."""
    database = _connect(address, name)
    try:
        await layout.prepare(database)
    finally:
        database.close()


def _connect(
    address: str,
    name: str,
    log: CommandLog | None = None,
    observers: Sequence[Observer] = (),
    wait_ms: int = 10_000,
) -> Database:
    try:
        return Database.connect(address, name, timeout_ms=wait_ms, log=log, observers=observers)
    except ValueError as error:
        raise BadAddress(str(error)) from None
