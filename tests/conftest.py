"""A real MongoDB for the whole run, an empty database for each test, the fixtures loaded once."""

import asyncio
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from graphql import GraphQLSchema
from hypothesis import settings

from benchmarks.generate import generate
from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import build, make_operation
from schema.registry import COLLECTIONS
from store import layout
from store.bundles.importing import import_bundle
from store.embedded import EmbeddedMongod
from store.mongodb.collections import META
from store.mongodb.driver import CommandLog, Database
from store.mongodb.keys import new_key
from store.reads.reader import Reader
from store.viewers import ANONYMOUS, Role, SignIn, Viewer
from store.writes.writer import Author
from tests import reruns
from tests.tiers import examples

# How long an example takes says something about the machine, nothing about the code.
settings.register_profile(
    "followthrough", deadline=None, max_examples=examples(settings.default.max_examples)
)
settings.load_profile("followthrough")

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"

THE_DAY = datetime(2025, 7, 9, 12, tzinfo=UTC)
"""The day on which the seed facts expect their statuses, and "today" in these tests."""

Ask = Callable[..., Awaitable[dict[str, Any]]]


def pytest_configure(config: pytest.Config) -> None:
    """Adds what is said of tests that ran again."""
    config.pluginmanager.register(reruns)


MEMORY = Path("/dev/shm")
"""A file system in memory, where Linux has one."""

ROOM = 4 * 1024**3
"""The bytes that must be free there: more than the MongoDBs of two workers have come to."""


@pytest.fixture(scope="session")
def mongodb_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where MongoDB keeps its files, in memory if there is room: a database has more than a
    hundred, and to make one on a disk takes longer than most tests.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        with TemporaryDirectory(prefix="followthrough-tests-", dir=MEMORY) as folder:
            yield Path(folder)
    else:
        yield tmp_path_factory.mktemp("mongodb")


@pytest.fixture(scope="session")
async def mongodb_url(mongodb_folder: Path) -> AsyncIterator[str]:
    """The address of a MongoDB that lives as long as the test run."""
    # The days of the tests are long past: mongod would take what expires on them from under a test.
    async with EmbeddedMongod(mongodb_folder, throwaway=True) as server:
        yield server.url


async def _prepared(url: str, name: str, log: CommandLog | None = None) -> Database:
    database = Database.connect(url, name, log=log)
    await layout.prepare(database)
    return database


@dataclass(frozen=True)
class LaidOut:
    """A database, with what laying it out made."""

    database: Database
    catalog: dict[str, Any]
    meta: list[dict[str, Any]]

    @classmethod
    async def of(cls, database: Database) -> "LaidOut":
        """Of a database that was laid out just now."""
        return cls(database, await _load_catalog(database), await database.find(META, {}))

    async def empty(self) -> None:
        """Make it as it was: laid out, and without records."""
        await asyncio.gather(*map(self._clear, await self._find_filled()))
        if await _load_catalog(self.database) == self.catalog:
            await self.database.command({"insert": META, "documents": self.meta})
        else:
            await layout.prepare(self.database)

    async def _find_filled(self) -> list[str]:
        """The collections that hold anything."""
        one = [{"$limit": 1}]
        first, *others = await self.database.list_collections()
        pipeline = [
            *(*one, {"$project": {"_id": first}}),
            *(
                {"$unionWith": {"coll": name, "pipeline": [*one, {"$project": {"_id": name}}]}}
                for name in others
            ),
        ]
        return [found["_id"] for found in await self.database.aggregate(first, pipeline)]

    async def _clear(self, collection: str) -> None:
        await self.database.command({"delete": collection, "deletes": [{"q": {}, "limit": 0}]})


async def _load_catalog(database: Database) -> dict[str, Any]:
    """The collections with their options, and how many indexes they have together."""
    found = await database.list_collections()
    return found | {"indexes": (await database.command({"dbStats": 1}))["indexes"]}


@pytest.fixture(scope="session")
async def laid_out(mongodb_url: str) -> AsyncIterator[LaidOut]:
    """A database for all tests that want an empty one: to lay one out takes longer than most."""
    database = await _prepared(mongodb_url, "test")
    yield await LaidOut.of(database)
    await database.drop()
    database.close()


@pytest.fixture
async def database(laid_out: LaidOut) -> AsyncIterator[Database]:
    """An empty database, laid out."""
    yield laid_out.database
    await laid_out.empty()


PROPOSER = Viewer("Ida Exempla", Role.PROPOSER, SignIn.TOKEN)
"""A viewer who sees all."""


class Dataset:
    """A loaded fixture set that tests only read: ask it GraphQL, count what it costs."""

    def __init__(
        self,
        database: Database,
        log: CommandLog,
        schema: GraphQLSchema,
        viewer: Viewer = ANONYMOUS,
    ) -> None:
        self.database = database
        self.log = log
        self.viewer = viewer
        self.service = Service(schema, COLLECTIONS)

    def seen_by(self, viewer: Viewer) -> "Dataset":
        """The same, asked by somebody else."""
        return Dataset(self.database, self.log, self.service.schema, viewer)

    async def execute(
        self, query: str, variables: dict[str, Any] | None = None, now: datetime = THE_DAY
    ) -> dict[str, Any]:
        """The formatted result, with errors if there are any."""
        self.log.commands.clear()
        asked = Request(query, variables=variables)
        operation = make_operation(Reader(self.database), now, self.viewer)
        answer = await self.service.answer(asked, operation)
        assert answer is not None
        return dict(answer.body)

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


@asynccontextmanager
async def empty_dataset(url: str, name: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """A laid out database of its own, to be filled by whoever asks for it; dropped in the end."""
    log = CommandLog()
    database = await _prepared(url, f"{name}-{new_key()}", log)
    yield Dataset(database, log, schema)
    await database.drop()
    database.close()


@asynccontextmanager
async def _loaded(
    url: str, name: str, schema: GraphQLSchema, *bundles: str
) -> AsyncIterator[Dataset]:
    log = CommandLog()
    database = await _prepared(url, name, log)
    for bundle in bundles:
        await import_bundle(database, [FIXTURES / bundle], Author(by="tests"))
    yield Dataset(database, log, schema)
    database.close()


@pytest.fixture(scope="session")
async def meta_pakistan(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """The five real articles."""
    async with _loaded(mongodb_url, "meta-pakistan", schema, "meta-pakistan") as dataset:
        yield dataset


@pytest.fixture(scope="session")
async def invented(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """The invented country."""
    async with _loaded(mongodb_url, "invented", schema, "invented") as dataset:
        yield dataset


@pytest.fixture(scope="session")
async def live_server(mongodb_url: str, meta_pakistan: Dataset) -> AsyncIterator[str]:
    """The base URL of the real server in a process of its own, serving the five articles."""
    async with served(mongodb_url, meta_pakistan.database.name) as base:
        yield base


@asynccontextmanager
async def served(mongodb_url: str, database: str, *options: str) -> AsyncIterator[str]:
    """`followthrough serve` in a process of its own, ready to answer."""
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "serve", "--port", str(port)),
        *("--mongodb-url", mongodb_url, "--database", database, *options),
        cwd=ROOT,
    )
    try:
        await _ready(base, process)
        yield base
    finally:
        ended = process.returncode
        if ended is None:
            process.terminate()
        await process.wait()
        # Said beside the answers that failed for it.
        assert ended is None, f"the server ended by itself, with {ended}"


async def _ready(base: str, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient() as client:
        while process.returncode is None:
            try:
                if (await client.get(f"{base}/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise RuntimeError(f"the server ended with {process.returncode} before it was ready")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
async def both_sets(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[str]:
    """The name of a database that holds both fixture sets."""
    bundles = ("meta-pakistan", "invented")
    async with _loaded(mongodb_url, "both-sets", schema, *bundles) as dataset:
        yield dataset.database.name


Generated = Callable[[int], Awaitable[Dataset]]


@pytest.fixture(scope="session")
async def generated_store(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Generated]:
    """Gives a store of so many commitments, as the benchmarks invent it: each size is made once in
    a run, and tests only read it.
    """
    made: dict[int, Dataset] = {}

    async def of_size(commitments: int) -> Dataset:
        if commitments not in made:
            log = CommandLog()
            database = Database.connect(mongodb_url, f"generated-{commitments}", log=log)
            made[commitments] = Dataset(database, log, schema)
            await generate(database, commitments)
        return made[commitments]

    yield of_size
    for dataset in made.values():
        dataset.database.close()


@pytest.fixture(scope="session")
async def generated(generated_store: Generated) -> str:
    """The name of a database that holds a generated store of 60 commitments."""
    return (await generated_store(60)).database.name


@pytest.fixture(scope="session")
async def larger(generated_store: Generated) -> str:
    """The name of a database that holds a generated store of 300 commitments."""
    return (await generated_store(300)).database.name
