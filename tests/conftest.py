"""A real MongoDB for the whole run, a database for each test, the fixtures loaded once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, graphql

from schema.build import build, operation
from store import layout
from store.bundles.importing import import_bundle
from store.embedded import EmbeddedMongod
from store.keys import new_key
from store.mongo import CommandLog, Database
from store.reader import Reader
from store.writer import Author

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"

THE_DAY = datetime(2025, 7, 9, 12, tzinfo=UTC)
"""The day on which the seed facts expect their statuses, and "today" in these tests."""

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(scope="session")
async def mongodb_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a MongoDB that lives as long as the test run."""
    async with EmbeddedMongod(tmp_path_factory.mktemp("mongodb")) as server:
        yield server.url


async def _prepared(url: str, name: str, log: CommandLog | None = None) -> Database:
    database = Database.connect(url, name, log=log)
    await layout.prepare(database)
    return database


@pytest.fixture
async def database(mongodb_url: str) -> AsyncIterator[Database]:
    """An empty database, laid out."""
    database = await _prepared(mongodb_url, f"test-{new_key()}")
    yield database
    await database.drop()
    database.close()


class Dataset:
    """A loaded fixture set that tests only read: ask it GraphQL, count what it costs."""

    def __init__(self, database: Database, log: CommandLog, schema: GraphQLSchema) -> None:
        self.database = database
        self.log = log
        self._schema = schema

    async def execute(
        self, query: str, variables: dict[str, Any] | None = None, now: datetime = THE_DAY
    ) -> dict[str, Any]:
        """The formatted result, with errors if there are any."""
        self.log.commands.clear()
        context = operation(Reader(self.database), now)
        result = await graphql(
            self._schema, query, context_value=context, variable_values=variables
        )
        return dict(result.formatted)

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer that must have no errors."""
        result = await self.execute(query, variables)
        assert "errors" not in result, result["errors"]
        return result["data"]

    @property
    def commands(self) -> list[str]:
        """The commands of the last question, as `find articles`."""
        pairs = (next(iter(command.items())) for command in self.log.commands)
        return [f"{name} {collection}" for name, collection in pairs]


@pytest.fixture(scope="session")
def schema() -> GraphQLSchema:
    """The schema, built once."""
    return build()


async def _dataset(url: str, name: str, schema: GraphQLSchema, *bundles: str) -> Dataset:
    log = CommandLog()
    database = await _prepared(url, name, log)
    for bundle in bundles:
        await import_bundle(database, [FIXTURES / bundle], Author(by="tests"))
    return Dataset(database, log, schema)


@pytest.fixture(scope="session")
async def meta_pakistan(mongodb_url: str, schema: GraphQLSchema) -> Dataset:
    """The five real articles."""
    return await _dataset(mongodb_url, "meta-pakistan", schema, "meta-pakistan")


@pytest.fixture(scope="session")
async def invented(mongodb_url: str, schema: GraphQLSchema) -> Dataset:
    """The invented country."""
    return await _dataset(mongodb_url, "invented", schema, "invented")
