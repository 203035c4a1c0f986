"""Documents that are not as the model says, and rows that fail: told as graphql-core tells them.

No writer of ours makes such documents; validators refuse them, and are switched off here.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from graphql import GraphQLSchema, graphql

from engine.fields import Computed
from engine.plan.fetch import Fetch, slot_of
from engine.plan.steps.compute import Compute
from schema.build import make_operation
from store.mongodb.driver import CommandLog, Database, DeleteOne, UpdateOne
from store.reads.reader import Reader
from tests.conftest import THE_DAY, Dataset
from tests.store.samples import commitment, store, write


@pytest.fixture
async def odd(database: Database, schema: GraphQLSchema) -> Dataset:
    """The sample store, in which anything may be written."""
    await write(database, *store())
    await database.command({"collMod": "commitments", "validationLevel": "off"})
    return Dataset(database, CommandLog(), schema)


async def by_graphql_core(dataset: Dataset, query: str) -> tuple[Any, list[str]]:
    """Data and messages as graphql-core itself has them, field by field."""
    context = make_operation(Reader(dataset.database), THE_DAY)
    right = await graphql(dataset.service.schema, query, context_value=context)
    return right.data, [error.message for error in right.errors or ()]


ODD = [
    ("version", 2**31 - 1, True),
    ("version", 2**31, False),
    ("version", -(2**31), True),
    ("version", -(2**31) - 1, False),
    ("version", True, True),
    ("version", 1.5, False),
    ("title", 5, True),
    ("title", {"a": 1}, False),
    ("topics", ["water", 5], True),
    ("topics", ["water", True], True),
    ("topics", ["water", None], False),
    ("topics", ["water", {"a": 1}], False),
    ("verifiable", 1, True),
    ("verifiable", 2, True),
    ("verifiable", "yes", False),
    ("verifiable", [1], False),
    ("strength", "NO_STRENGTH", False),
]


@pytest.mark.parametrize(("member", "value", "fits"), ODD, ids=str)
async def test_a_value_that_is_not_of_its_type_is_answered_as_by_graphql_core(
    odd: Dataset, member: str, value: Any, fits: bool
) -> None:
    change = UpdateOne({"_id": "c1"}, {"$set": {member: value}})
    await odd.database.write("commitments", [change])
    query = f'{{ commitment(by: {{key: "c1"}}) {{ key it: {member} }} }}'
    answer = await odd.execute(query)
    data, messages = await by_graphql_core(odd, query)
    assert answer["data"] == data
    if fits:
        assert "errors" not in answer and not messages
        # Equal is not enough: 1 and 1.0 and true are.
        assert repr(answer["data"]) == repr(data)
    else:
        assert len(answer["errors"]) == len(messages) == 1
        assert answer["errors"][0]["path"][-1] == "it" or data["commitment"] is None


async def test_what_was_merged_into_something_that_is_gone_is_not_there(odd: Dataset) -> None:
    query = """{ commitment(by: {key: "c1"}) { key }
        followUps(filter: {key: {eq: "f1"}}) { nodes { key target { key } } } }"""
    await write(odd.database, commitment("c1", mergedInto="c2"))
    found = await odd.ask(query)
    assert found["commitment"] == {"key": "c2"}
    await odd.database.write("commitments", [DeleteOne({"_id": "c2"})])
    again = Dataset(odd.database, odd.log, odd.service.schema)
    answer = await again.execute(query)
    assert answer["data"]["commitment"] is None
    assert await by_graphql_core(odd, '{ commitment(by: {key: "c1"}) { key } }') == (
        {"commitment": None},
        [],
    )


# --- Rows that fail ------------------------------------------------------------------------------


async def test_of_rows_that_are_worked_out_only_the_faulty_one_fails() -> None:
    def halves(rows: Any, _arguments: Any, _operation: Any) -> Any:
        return [{"half": 6 // row["n"]} for row in rows]

    field: Any = SimpleNamespace(id=7, declaration=Computed(halves, ("n",)))
    fetch = Fetch(SimpleNamespace(), {}, {7: {}})  # type: ignore[arg-type]
    rows: list[dict[str, Any]] = [{"n": 1}, {"n": 0}, {"n": 3}]
    below: Any = ["what goes on"]
    onward = Compute(field, (), below).work_out(fetch, rows)
    values = [row[slot_of(field)] for row in rows]
    assert [values[0], values[2]] == [{"half": 6}, {"half": 2}]
    assert isinstance(values[1], ZeroDivisionError) and fetch.errors == [values[1]]
    assert [part for part, _ in onward] == [below, below]
    assert [row for _, rows in onward for row in rows] == [{"half": 6}, {"half": 2}]


# --- What is asked, and how often ----------------------------------------------------------------


async def test_what_an_earlier_level_read_is_not_read_again(meta_pakistan: Dataset) -> None:
    query = """{ commitments { nodes { promisors { party { key name } }
        followUps { nodes { key actors { key name } } } } } }"""
    nodes = (await meta_pakistan.ask(query))["commitments"]["nodes"]
    promisors = {p["party"]["key"] for node in nodes for p in node["promisors"]}
    followed = [follow_up for node in nodes for follow_up in node["followUps"]["nodes"]]
    actors = {actor["key"] for follow_up in followed for actor in follow_up["actors"]}
    assert promisors & actors
    asked = [c for c in meta_pakistan.log.commands if c.get("find") == "parties"]
    keys = [key for c in asked for key in c["filter"]["_id"].get("$in", [c["filter"]["_id"]])]
    assert sorted(map(str, keys)) == sorted(promisors | actors)


async def test_two_relations_to_one_collection_are_two_questions(meta_pakistan: Dataset) -> None:
    """Loaders of graphql-core take together what is one question; `via` is a part of it."""
    query = """{ party(by: {key: "meta"}) { followUps(first: 3) { totalCount nodes { key } } }
        article(by: {key: "A1"}) { followUps(first: 3) { totalCount nodes { key } } } }"""
    data, messages = await by_graphql_core(meta_pakistan, query)
    assert not messages and data == await meta_pakistan.ask(query)
    assert all(data[name]["followUps"]["totalCount"] > 0 for name in ("party", "article"))
