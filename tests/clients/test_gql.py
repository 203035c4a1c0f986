"""gql, the GraphQL client for Python, over HTTP: it checks queries against our introspection."""

import json

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from graphql import GraphQLError, build_schema

from api.pages.routes import read_example
from schema.breaking_changes import list_changes
from tests.clients.node import QUERIES, SCHEMA
from tests.clients.test_applications import WORKED

pytestmark = pytest.mark.slow


@pytest.fixture
def client(live_server: str) -> Client:
    return Client(
        transport=HTTPXAsyncTransport(url=f"{live_server}/graphql"),
        fetch_schema_from_transport=True,
    )


async def test_worked_queries_are_answered_as_expected(client: Client) -> None:
    async with client as session:
        for path in WORKED:
            example = read_example(path)
            query = gql(example["query"])
            query.variable_values = example["variables"]
            expected = QUERIES / "expected" / f"{path.stem}.json"
            assert await session.execute(query) == json.loads(expected.read_text(encoding="utf-8"))


async def test_introspection_gives_the_schema(client: Client) -> None:
    async with client:
        assert client.schema is not None
        fetched = client.schema
    committed = build_schema(SCHEMA.read_text(encoding="utf-8"))
    for before, after in ((committed, fetched), (fetched, committed)):
        found = list_changes(before, after)
        assert found["breaking"] == found["dangerous"] == []


async def test_errors_are_told_apart(client: Client) -> None:
    async with client as session:
        with pytest.raises(GraphQLError, match="nonsense"):
            await session.execute(gql("{ nonsense }"))
        with pytest.raises(TransportQueryError) as refused:
            await session.execute(gql('{ node(id: "x") { id } }'))
    assert refused.value.errors is not None
    assert refused.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"
