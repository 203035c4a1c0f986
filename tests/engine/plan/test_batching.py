"""What a query costs in MongoDB commands must not depend on how many rows it has."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLSchema, graphql

from engine.requests.answer import Tier
from engine.requests.limits import Limits
from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.mongodb.driver import CommandLog, Database
from store.reads.reader import Reader
from tests.conftest import Generated

WIDE = """
query Wide($n: Int!) {
  commitments(first: $n) {
    totalCount
    nodes {
      key
      status { value decidedBy { key actors { name } } }
      promisors { party { name ... on Organization { parent { name } } } }
      madeAt { title participations { party { name } } }
      evidence { article { headline } }
      followUps(first: 5) { totalCount nodes { kind articles { headline } } }
      thread { trackable { title } }
      trail(maxDepth: 3, first: 5) { nodes { followUp { key meeting { title } } } }
      latestFollowUp { articles { key } }
    }
  }
}
"""

QUESTIONS = {
    "by key": '{ commitment(by: {key: "b000-c000001"}) { title promisors { party { name } } } }',
    "page": "{ commitments(first: 50) { nodes { key promisors { party { name } } madeAt { title }"
    " followUps(first: 5) { nodes { kind articles { headline } } } } } }",
    "trail": '{ commitment(by: {key: "b000-c000001"}) { trail(maxDepth: 8, first: 100) { nodes {'
    " followUp { kind articles { headline } meeting { title } restatedAs { title } } } } } }",
    "filtered": '{ commitments(filter: {status: {asOf: "2020-01-01", in: [NO_FOLLOW_UP]}})'
    " { totalCount nodes { key promisors { party { name } } } } }",
    "by party": '{ commitments(filter: {party: {eq: "b000-p000001"}}, first: 20)'
    " { totalCount nodes { key promisors { party { name } } } } }",
    "found": '{ search(query: "WORD", types: [ARTICLES]) { totalCount nodes { score'
    " item { ... on Article { headline } } highlights { text } } } }",
    "timeline": "{ timeline(first: 50) { totalCount nodes { orderCertain date { edtf } item {"
    " __typename ... on Record { key } } } } }",
    "counted": "{ commitments { facets(by: [STATUS, MADE_YEAR]) { values { value count } } } }",
}
COMMANDS = {"by key": 2, "page": 5, "trail": 5, "filtered": 3, "by party": 3}
COMMANDS |= {"found": 4, "timeline": 6, "counted": 1}


@pytest.fixture(scope="module")
async def generated(generated_store: Generated) -> tuple[Database, CommandLog]:
    """A generated store of 200 commitments."""
    store = await generated_store(200)
    return store.database, store.log


async def _cost(schema: GraphQLSchema, generated: Any, n: int, *, planned: bool) -> Counter[str]:
    database, log = generated
    log.commands.clear()
    context = make_operation(Reader(database), datetime(2025, 7, 9, tzinfo=UTC))
    if planned:
        service = Service(schema, COLLECTIONS, limits=Limits(cost=100_000))
        answer = await service.answer(Request(WIDE, variables={"n": n}), context)
        assert answer is not None and answer.tier is Tier.PLAN, answer
        found = answer.body["data"]
    else:
        result = await graphql(schema, WIDE, context_value=context, variable_values={"n": n})
        assert not result.errors
        found = result.data
    assert len(found["commitments"]["nodes"]) == n
    return Counter(" ".join(map(str, next(iter(c.items())))) for c in log.commands)


@pytest.mark.parametrize("planned", [True, False], ids=["plan", "executor"])
async def test_a_hundred_rows_cost_as_many_commands_as_ten(
    schema: GraphQLSchema, generated: Any, planned: bool
) -> None:
    ten = await _cost(schema, generated, 10, planned=planned)
    hundred = await _cost(schema, generated, 100, planned=planned)
    # The executor's loaders merge what is asked for at a time, which timing may divide otherwise.
    slack = 0 if planned else 3
    assert sum(hundred.values()) <= sum(ten.values()) + slack


async def test_a_plan_costs_no_more_than_the_executor(
    schema: GraphQLSchema, generated: Any
) -> None:
    planned = await _cost(schema, generated, 100, planned=True)
    executed = await _cost(schema, generated, 100, planned=False)
    assert sum(planned.values()) <= sum(executed.values())


@pytest.mark.parametrize("name", QUESTIONS)
async def test_the_benchmarks_questions_cost_what_they_should(
    schema: GraphQLSchema, generated: Any, name: str
) -> None:
    database, log = generated
    log.commands.clear()
    context = make_operation(Reader(database), datetime(2025, 7, 9, tzinfo=UTC))
    question = QUESTIONS[name].replace("WORD", await _some_word(database))
    log.commands.clear()
    answer = await Service(schema, COLLECTIONS).answer(Request(question), context)
    assert answer is not None and answer.tier is Tier.PLAN and "errors" not in answer.body
    assert len(log.commands) <= COMMANDS[name], log.commands


async def _some_word(database: Database) -> str:
    """A word of an invented article."""
    (article,) = await database.find("articles", {"textAccess": "PUBLIC"}, limit=1)
    return str(article["text"].split()[0])


@pytest.mark.parametrize("name", ["found", "timeline"])
async def test_entries_are_never_scanned(schema: GraphQLSchema, generated: Any, name: str) -> None:
    database, log = generated
    question = QUESTIONS[name].replace("WORD", await _some_word(database))
    log.commands.clear()
    context = make_operation(Reader(database), datetime(2025, 7, 9, tzinfo=UTC))
    await Service(schema, COLLECTIONS).answer(Request(question), context)
    for sent in list(log.commands):
        plan = str(await database.explain(sent))
        assert "IXSCAN" in plan and "COLLSCAN" not in plan, sent
        # No index has the order of how well a text fits; what was found is sorted in place.
        assert name == "found" or "'SORT'" not in plan, sent
