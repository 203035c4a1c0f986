"""What a plan fetched and graphql-core completes: errors and introspection beside data."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLSchema, graphql

from engine.requests.answer import Tier
from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.reads.reader import Reader
from tests.conftest import Dataset

NOW = datetime(2025, 7, 9, 12, tzinfo=UTC)
PAGE = (
    "page: commitments(first: 5) { nodes { key promisors { party { key name } } madeAt { key }"
    " followUps(first: 2) { nodes { key articles { key } } } } }"
)
COMMANDS_OF_PAGE = 5
BESIDE = {
    "a cursor": 'bad: meetings(after: "nonsense") { nodes { key } }',
    "two of the root": 'a: parties(before: "x", after: "y") { totalCount } b: node(id: "?") { id }',
    "a facet": "bad: articles { facets(by: [YEAR], first: -1) { values { value } } }",
    "introspection": "__schema { queryType { name fields { name } } }",
    "a type": '__type(name: "Status") { name kind } __typename',
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
async def test_nothing_is_fetched_twice(
    meta_pakistan: Dataset, schema: GraphQLSchema, beside: str
) -> None:
    query = f"{{ {PAGE} {beside} }}"
    right = await graphql(
        schema, query, context_value=make_operation(Reader(meta_pakistan.database), NOW)
    )
    meta_pakistan.service.tiers.clear()
    answer = await meta_pakistan.execute(query, now=NOW)

    assert meta_pakistan.service.tiers == {Tier.PREFETCH: 1}
    assert answer["data"] == right.data
    assert _places(answer.get("errors", ())) == _places(e.formatted for e in right.errors or ())

    assert len(meta_pakistan.commands) == COMMANDS_OF_PAGE


@pytest.mark.parametrize(
    ("beside", "path"),
    [
        ("bad: commitmentStats(first: -1) { groupCount }", ["bad"]),
        ('bad: statusSeries(from: "2024-02-01", to: "2024-01-31") { day }', ["bad"]),
        ("bad: commitments { totalCount facets(by: [TERM], first: -1) { cut } nodes { key } }",
         ["bad", "facets"]),
    ],
)  # fmt: skip
async def test_an_answer_about_many_that_fails_leaves_the_rest(
    meta_pakistan: Dataset, schema: GraphQLSchema, beside: str, path: list[str]
) -> None:
    query = f"{{ {PAGE} {beside} }}"
    alone = await meta_pakistan.ask(f"{{ {PAGE} }}")
    answer = await meta_pakistan.execute(query, now=NOW)
    (error,) = answer["errors"]
    assert error["path"] == path and error["extensions"]["code"] == "BAD_USER_INPUT"
    assert answer["data"]["page"] == alone["page"]
    at = answer["data"]
    for name in path[:-1]:
        at = at[name]
        assert at["totalCount"] == 14 and len(at["nodes"]) == 14
    assert at[path[-1]] is None
    context = make_operation(Reader(meta_pakistan.database), NOW)
    assert (await graphql(schema, query, context_value=context)).data == answer["data"]


async def test_introspection_alone_has_no_plan(meta_pakistan: Dataset) -> None:
    meta_pakistan.service.tiers.clear()
    assert await meta_pakistan.ask("{ __schema { queryType { name } } }")
    assert meta_pakistan.service.tiers == {Tier.EXECUTOR: 1}


class WithoutMeetings(Reader):
    """A reader of a store in which one collection cannot be read."""

    async def find_documents(self, collection: str, *args: Any, **kwargs: Any) -> Any:
        if collection == "meetings":
            raise ConnectionError("mongodb://user:secret@host")
        return await super().find_documents(collection, *args, **kwargs)


async def test_a_relation_that_fails_leaves_the_rest(
    meta_pakistan: Dataset, schema: GraphQLSchema
) -> None:
    service = Service(schema, COLLECTIONS)
    reader = WithoutMeetings(meta_pakistan.database)
    answer = await service.answer(Request(f"{{ {PAGE} }}"), make_operation(reader, NOW))
    assert answer is not None and answer.tier is Tier.PREFETCH
    rest = await meta_pakistan.ask(f"{{ {PAGE} }}")
    linked = [node for node in rest["page"]["nodes"] if node["madeAt"]]
    assert linked
    for node in linked:
        node["madeAt"] = None
    assert answer.body["data"] == rest
    assert [e["extensions"]["code"] for e in answer.body["errors"]] == (
        ["INTERNAL_SERVER_ERROR"] * len(linked)
    )
    assert "secret" not in str(answer.body)


def _places(errors: Any) -> Sequence[Any]:
    return sorted((e["path"], e["message"]) for e in errors)
