"""The sample store, and somebody who writes to it by mutations."""

from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLSchema

from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.mongodb.driver import Database
from store.reads.reader import Reader
from store.viewers import ANONYMOUS, Role, SignIn, Viewer
from store.writes.commands import Desk
from store.writes.quality import FAULTS, Found, report
from tests.store.samples import store, write

NOW = datetime(2025, 7, 9, 12, tzinfo=UTC)

PROPOSER = Viewer("Paula", Role.PROPOSER, SignIn.TOKEN)
EDITOR = Viewer("Edith", Role.EDITOR, SignIn.TOKEN)
OTHER = Viewer("Otto", Role.EDITOR, SignIn.OPENID)
ADMIN = Viewer("Ada", Role.ADMIN, SignIn.LOCAL)
BY_ROLE = {Role.READER: ANONYMOUS, Role.PROPOSER: PROPOSER, Role.EDITOR: EDITOR, Role.ADMIN: ADMIN}

ERRORS = "userErrors { code message path suggestions }"


class Writing:
    """Sends mutations of one viewer or another to a store."""

    def __init__(
        self, database: Database, schema: GraphQLSchema, *, two_persons: bool = False
    ) -> None:
        self.database = database
        self.service = Service(schema, COLLECTIONS)
        self.desk = Desk(database, two_persons=two_persons, clock=lambda: NOW)

    async def execute(
        self, query: str, viewer: Viewer = EDITOR, **variables: Any
    ) -> dict[str, Any]:
        """The body of the answer."""
        operation = make_operation(Reader(self.database), NOW, viewer, self.desk)
        answer = await self.service.answer(Request(query, variables=variables), operation)
        assert answer is not None
        return dict(answer.body)

    async def send(
        self, name: str, select: str = "dataVersion", viewer: Viewer = EDITOR, /, **given: Any
    ) -> Any:
        """The payload of a mutation whose answer has no errors, with its user errors."""
        capital = name[0].upper() + name[1:]
        selected = f"{name}(input: $input) {{ {select} {ERRORS} }}"
        query = f"mutation ($input: {capital}Input!) {{ {selected} }}"
        body = await self.execute(query, viewer, input=given)
        assert "errors" not in body, body["errors"]
        return body["data"][name]

    async def do(
        self, name: str, select: str = "dataVersion", viewer: Viewer = EDITOR, /, **given: Any
    ) -> Any:
        """The payload of a mutation that has nothing wrong."""
        payload = await self.send(name, select, viewer, **given)
        assert payload["userErrors"] == [], payload["userErrors"]
        return payload

    async def refuse(self, name: str, viewer: Viewer = EDITOR, /, **given: Any) -> list[Any]:
        """The user errors of a mutation, which must have written nothing."""
        before = await self.dump()
        payload = await self.send(name, "dataVersion", viewer, **given)
        assert payload["userErrors"] and payload["dataVersion"] is None
        assert await self.dump() == before
        return [(e["code"], e["path"]) for e in payload["userErrors"]]

    async def dump(self, *without: str) -> dict[str, Any]:
        """All that is stored, by collection."""
        names = sorted(await self.database.list_collections())
        return {
            name: sorted(await self.database.find(name, {}), key=lambda d: str(d["_id"]))
            for name in names
            if name not in without
        }

    async def document(self, noun: str, key: str) -> dict[str, Any]:
        """A record as it is stored."""
        (found,) = await self.database.find(noun, {"_id": key})
        return found


async def find_broken(database: Database) -> list[Found]:
    """What `followthrough check` would call wrong."""
    found = [f async for f in report(database) if isinstance(f, Found)]
    return [f for f in found if f.finding in FAULTS]


@pytest.fixture
async def sample(database: Database) -> Database:
    """A database that holds the sample store."""
    await write(database, *store())
    return database


@pytest.fixture
def writing(sample: Database, schema: GraphQLSchema) -> Writing:
    """Writes to the sample store."""
    return Writing(sample, schema)


@pytest.fixture
def by_two(sample: Database, schema: GraphQLSchema) -> Writing:
    """Writes to the sample store, where two persons look at everything."""
    return Writing(sample, schema, two_persons=True)
