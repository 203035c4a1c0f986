"""A topic in a filter that no record is about is refused, at no cost to the others."""

from collections.abc import Sequence
from typing import Any

import pytest
from graphql import GraphQLSchema, graphql

from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import make_operation
from schema.filters import topics
from schema.filters.topics import MOST_COMPARED
from schema.registry import COLLECTIONS
from store.mongodb.driver import CommandLog, Database
from store.reads.reader import Reader
from store.viewers import ANONYMOUS, Viewer
from tests.conftest import PROPOSER, THE_DAY, Dataset
from tests.store.samples import changed, commitment, store, write

ROOTS = [
    "commitments(filter: %s) { totalCount }",
    "requests(filter: %s) { totalCount }",
    "meetings(filter: %s) { nodes { key } }",
    'party(by: {key: "meta"}) { promised: commitments(filter: %s) { totalCount } }',
    "timeline(filter: %s) { totalCount }",
    'changesBetween(from: "2020-01-01", filter: %s) { totalCount }',
    "commitments(filter: %s) { facets(by: [TOPIC]) { values { value } } }",
    'statusSeries(from: "2020-01-01", filter: %s) { day }',
    "commitmentStats(filter: %s) { total { count } }",
]
SEARCH = 'search(query: "meta", filter: %s) { totalCount }'


async def refusal(data: Dataset, field: str) -> Any:
    (error,) = (await data.execute(f"{{ {field} }}"))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith(f"{error['extensions']['argument']}: ")
    return error


@pytest.mark.parametrize("root", [*ROOTS, SEARCH])
async def test_it_is_refused_wherever_a_filter_is(meta_pakistan: Dataset, root: str) -> None:
    error = await refusal(meta_pakistan, root % '{topic: {eq: "no-such"}}')
    assert error["extensions"]["argument"] == "filter.topic.eq"
    await meta_pakistan.ask("{ %s }" % (root % '{topic: {eq: "online-safety"}}'))


@pytest.mark.parametrize(
    ("filter_", "argument"),
    [
        ('{topic: {in: ["online-safety", "no-such"]}}', "filter.topic.in[1]"),
        ('{topic: {eq: "online-safety", in: ["no-such"]}}', "filter.topic.in[0]"),
        ('{or: [{}, {not: {topic: {eq: "no-such"}}}]}', "filter.or[1].not.topic.eq"),
        ('{topic: {eq: "online"}}', "filter.topic.eq"),
        ('{topic: {eq: "online-safety/child"}}', "filter.topic.eq"),
    ],
)
async def test_it_is_told_where_it_stands(
    meta_pakistan: Dataset, filter_: str, argument: str
) -> None:
    for root in (ROOTS[0], "timeline(filter: %s) { totalCount }"):
        error = await refusal(meta_pakistan, root % filter_)
        assert error["extensions"]["argument"] == argument


async def test_what_would_be_right(meta_pakistan: Dataset) -> None:
    asked = ROOTS[0] % '{topic: {eq: "%s"}}'
    near = (await refusal(meta_pakistan, asked % "online-saftey"))["message"]
    assert "the nearest are: online-safety" in near and "saftey" not in near
    far = (await refusal(meta_pakistan, asked % "zzz"))["message"]
    facet = "{ commitments { facets(by: [TOPIC], first: 100) { values { value } } } }"
    values = (await meta_pakistan.ask(facet))["commitments"]["facets"][0]["values"]
    named = far.partition("there are: ")[2].removesuffix(", …").split(", ")
    wide = sorted(value["value"] for value in values if "/" not in value["value"])
    assert named == sorted(named) and len(set(named) & set(wide)) >= 3


async def test_a_store_without_topics_says_so(database: Database, schema: GraphQLSchema) -> None:
    data = Dataset(database, CommandLog(), schema)
    error = await refusal(data, ROOTS[0] % '{topic: {eq: "water"}}')
    assert error["message"].endswith("no record has a topic yet")


async def test_one_that_only_an_unlisted_record_has_is_known(
    database: Database, schema: GraphQLSchema
) -> None:
    given = commitment("c9", topics=["rare/thing"])
    await write(database, *store(), given)
    await write(database, changed(given, curation="RETRACTED"))
    data = Dataset(database, CommandLog(), schema, PROPOSER)
    for topic in ("rare", "rare/thing"):
        asked = ROOTS[0] % f'{{topic: {{eq: "{topic}"}}%s}}'
        listed = await data.ask(f"{{ {asked % ''} }}")
        assert listed["commitments"]["totalCount"] == 0
        retracted = await data.ask(f"{{ {asked % ', curation: [RETRACTED]'} }}")
        assert retracted["commitments"]["totalCount"] == 1
        to_reader = await refusal(data.seen_by(ANONYMOUS), asked % "")
        assert to_reader["message"].endswith("no record has a topic yet")


@pytest.mark.parametrize(
    ("viewer", "asking"), [(PROPOSER, "distinct entries"), (ANONYMOUS, "find counters")]
)
async def test_a_process_asks_only_for_what_it_has_not_heard_of(
    meta_pakistan: Dataset, schema: GraphQLSchema, viewer: Viewer, asking: str
) -> None:
    reader, service = Reader(meta_pakistan.database), Service(schema, COLLECTIONS)

    async def asked(topic: str) -> list[str]:
        given = f'{{or: [{{topic: {{eq: "{topic}"}}}}, {{topic: {{in: ["{topic}"]}}}}]}}'
        parts = "totalCount facets(by: [TOPIC, TERM]) { values { count } }"
        query = f"{{ commitments(filter: {given}) {{ {parts} }} }}"
        meta_pakistan.log.commands.clear()
        # Each request has a reader of its own, as the endpoint gives it.
        operation = make_operation(reader.track_reads(set()), THE_DAY, viewer)
        await service.answer(Request(query), operation)
        return meta_pakistan.commands

    counting = ["aggregate commitments"] * 2
    assert await asked("online-safety") == [asking, *counting]
    for topic in ("online-safety", "online-safety/child-safety"):
        assert await asked(topic) == counting
    assert await asked("no-such") == [asking]


async def test_a_topic_is_known_as_soon_as_it_is_written(
    database: Database, schema: GraphQLSchema
) -> None:
    await write(database, *store())
    reader, service = Reader(database), Service(schema, COLLECTIONS)
    request = Request("{ %s }" % (ROOTS[0] % '{topic: {eq: "brand-new"}}'))

    async def answered() -> Any:
        answer = await service.answer(request, make_operation(reader.track_reads(set()), THE_DAY))
        assert answer is not None
        return answer.body

    assert "errors" in await answered()
    await write(database, commitment("c9", topics=["brand-new"]))
    assert (await answered())["data"] == {"commitments": {"totalCount": 1}}


@pytest.mark.parametrize("root", [*ROOTS, SEARCH])
async def test_the_executor_says_the_same(
    meta_pakistan: Dataset, schema: GraphQLSchema, root: str
) -> None:
    query = "{ %s }" % (root % '{topic: {in: ["no-such"]}}')
    planned = await meta_pakistan.execute(query)
    context = make_operation(Reader(meta_pakistan.database), THE_DAY)
    executed = await graphql(schema, query, context_value=context)
    told = {error["message"] for error in planned["errors"]}
    assert told == {error.message for error in executed.errors or ()} and len(told) == 1


async def test_only_what_is_told_is_worked_out(
    meta_pakistan: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter with many unknown topics is refused for the first, which alone is looked up."""
    compared: list[str] = []

    def compare(topic: str, among: Sequence[str]) -> list[str]:
        compared.append(topic)
        assert len(among) <= MOST_COMPARED
        return ["safety"]

    monkeypatch.setattr(topics, "get_close_matches", compare)
    query = "query ($f: CommitmentFilter) { commitments(filter: $f) { totalCount } }"
    unknown = [{"topic": {"eq": f"no-such-{i}"}} for i in range(500)]
    for filter_ in ({"or": unknown}, {"and": [{"not": part} for part in unknown]}):
        compared.clear()
        body = await meta_pakistan.execute(query, {"f": filter_})
        (error,) = body["errors"]
        assert error["message"].endswith("the nearest are: safety")
        # Once for the plan, and once for graphql-core, which tells it.
        assert set(compared) == {"no-such-0"} and len(compared) <= 2


async def test_a_long_topic_is_compared_with_none(
    meta_pakistan: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "get_close_matches", None)
    error = await refusal(
        meta_pakistan, f'commitments(filter: {{topic: {{eq: "{"a" * 190}"}}}}) {{ totalCount }}'
    )
    assert "the widest that there are: " in error["message"]
