"""The sample store in a database."""

import pytest

from store.mongodb.driver import Database
from tests.store.samples import store, write


@pytest.fixture
async def stored(database: Database) -> Database:
    """A database that holds the sample store."""
    await write(database, *store())
    return database
