"""Filters beside `asOf` and `knownAt`: a day left out is `asOf`; what is known now is refused."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLSchema,
    coerce_input_literal,
    graphql,
    parse_value,
)

from engine.errors import BadUserInput
from engine.lists.filters import filters_of
from schema.build import make_operation
from schema.registry import COMMITMENTS
from store.reads.reader import Reader
from tests.conftest import THE_DAY, Dataset
from tests.schema.test_indexes import MEMBERS

KNOWN_AT = "2024-12-20T00:00:00Z"
STATS = """
query ($filter: CommitmentFilter, $asOf: Date, $knownAt: DateTime) {
  commitmentStats(filter: $filter, groupBy: [STATUS], asOf: $asOf, knownAt: $knownAt) {
    total { count } groups { key { status } figures { count } }
  }
}
"""
SERIES = """
query ($filter: CommitmentFilter, $knownAt: DateTime) {
  statusSeries(filter: $filter, from: "2022-01-01", to: "2022-03-31", knownAt: $knownAt) { count }
}
"""
BY_FOLLOW_UPS = [
    ({"status": {"in": ["IN_PROGRESS"], "asOf": "2025-07-09"}}, "filter.status"),
    ({"status": {"silentFor": 0}}, "filter.status"),
    ({"contested": False}, "filter.contested"),
    ({"assessedDifferently": True}, "filter.assessedDifferently"),
    ({"topic": {"eq": "connectivity"}, "hasFollowUp": True}, "filter.hasFollowUp"),
    ({"followedBy": ["REAFFIRMED"]}, "filter.followedBy"),
    ({"and": [{}, {"notFollowedBy": ["BROKEN"]}]}, "filter.and[1].notFollowedBy"),
    ({"not": {"or": [{"orderUncertain": True}]}}, "filter.not.or[0].orderUncertain"),
    ({"actor": {"eq": "meta"}}, "filter.actor"),
    ({"party": {"eq": "meta"}}, "filter.party"),
    ({"party": {"kind": ["COMPANY"], "role": ["PROMISOR", "ACTOR"]}}, "filter.party"),
    ({"country": "PK"}, "filter.country"),
]
BY_THE_RECORD: list[dict[str, Any]] = [
    {"promisor": {"eq": "meta"}},
    {"party": {"eq": "meta", "role": ["PROMISOR", "ADDRESSEE"]}},
    {"status": {"asOf": "2022-12-31"}, "contested": None},
    {"party": {}},
    {"madeOn": {"to": "2022-12-31"}, "topic": {"eq": "online-safety"}},
]


@pytest.mark.parametrize("query", [STATS, SERIES], ids=["statistics", "series"])
@pytest.mark.parametrize(("filter_", "argument"), BY_FOLLOW_UPS, ids=str)
async def test_what_hangs_on_follow_ups_is_refused_beside_known_at(
    meta_pakistan: Dataset, schema: GraphQLSchema, query: str, filter_: Any, argument: str
) -> None:
    variables = {"filter": filter_, "knownAt": KNOWN_AT}
    (error,) = (await meta_pakistan.execute(query, variables))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
    assert "leave it out" in error["message"] or "other than ACTOR" in error["message"]
    context = make_operation(Reader(meta_pakistan.database), THE_DAY)
    executed = await graphql(schema, query, context_value=context, variable_values=variables)
    assert executed.errors and executed.errors[0].formatted == error
    await meta_pakistan.ask(query, filter=filter_, knownAt=None)


@pytest.mark.parametrize("query", [STATS, SERIES], ids=["statistics", "series"])
@pytest.mark.parametrize("filter_", BY_THE_RECORD, ids=str)
async def test_what_the_record_says_filters_beside_known_at(
    meta_pakistan: Dataset, query: str, filter_: Any
) -> None:
    listed = (
        "query ($f: CommitmentFilter) { commitments(first: 100, filter: $f) { nodes { key } } }"
    )
    nodes = (await meta_pakistan.ask(listed, f=filter_))["commitments"]["nodes"]
    by_key = {"key": {"in": [node["key"] for node in nodes]}}
    found = await meta_pakistan.ask(query, filter=filter_, knownAt=KNOWN_AT)
    assert nodes and found == await meta_pakistan.ask(query, filter=by_key, knownAt=KNOWN_AT)


MEMBERS_NOW = ("segments", "edges", "judged", "followUpCount", "orderCertain")


def _hangs_on_follow_ups(query: Any) -> bool:
    """Whether a query reads what follow-ups and assessments decide."""
    if isinstance(query, Mapping):
        return any(
            path.startswith(tuple(f"derived.{member}" for member in MEMBERS_NOW))
            or _hangs_on_follow_ups(condition)
            for path, condition in query.items()
        )
    if isinstance(query, str):
        return query == "ACTOR" or query.startswith("$derived.segments")
    return isinstance(query, list | tuple) and any(map(_hangs_on_follow_ups, query))


def _values(schema: GraphQLSchema) -> Iterator[tuple[str, str, Any]]:
    type_ = schema.type_map["CommitmentFilter"]
    assert isinstance(type_, GraphQLInputObjectType)
    # A topic has to be one of this store.
    members = {**MEMBERS["commitments"], "topic": ['{eq: "connectivity"}']}
    for name, literals in members.items():
        for literal in literals:
            yield name, literal, coerce_input_literal(parse_value(literal), type_.fields[name].type)


async def test_every_member_that_reads_what_follow_ups_decide_is_refused(
    meta_pakistan: Dataset, schema: GraphQLSchema
) -> None:
    filters, refused = filters_of(COMMITMENTS, schema), set()
    context = make_operation(Reader(meta_pakistan.database), THE_DAY)
    for name, literal, value in _values(schema):
        query = await filters.compile({name: value}, context, "filter")
        try:
            filters.check_known({name: value}, "filter")
        except BadUserInput:
            # Who belongs to a body is read as of now, too.
            assert name == "memberOf" or _hangs_on_follow_ups(query), (name, literal)
            refused.add(name)
        else:
            # All that `asOf` alone asks is when it was made.
            only_made = literal == '{asOf: "2012-03-01"}'
            assert only_made or not _hangs_on_follow_ups(query), (name, literal)
    assert {"status", "contested", "hasFollowUp", "actor", "party", "country"} <= refused
    assert not {"promisor", "madeOn", "topic", "participant", "search"} & refused


@pytest.mark.parametrize("day", ["2017-12-31", "2022-12-31", "2024-12-31"])
@pytest.mark.parametrize(
    "wanted", [{"in": ["NO_FOLLOW_UP", "REAFFIRMED"]}, {"contested": True}, {"silentFor": 200}, {}]
)
async def test_a_day_left_out_in_the_filter_of_statistics_is_their_day(
    meta_pakistan: Dataset, schema: GraphQLSchema, wanted: dict[str, Any], day: str
) -> None:
    told = await meta_pakistan.ask(STATS, filter={"status": {**wanted, "asOf": day}}, asOf=day)
    found = await meta_pakistan.ask(STATS, filter={"not": {"not": {"status": wanted}}}, asOf=day)
    assert found == told
    if "contested" in wanted:
        assert await meta_pakistan.ask(STATS, filter={"contested": True}, asOf=day) == told
    statuses = {group["key"]["status"] for group in found["commitmentStats"]["groups"]}
    assert statuses <= set(wanted.get("in", statuses))
    assert found["commitmentStats"]["total"]["count"] > 0 or wanted == {"silentFor": 200}
    context = make_operation(Reader(meta_pakistan.database), THE_DAY)
    variables = {"filter": {"status": wanted}, "asOf": day}
    executed = await graphql(schema, STATS, context_value=context, variable_values=variables)
    assert executed.data == told


async def test_the_day_of_the_filter_is_not_that_of_statistics_if_told(
    meta_pakistan: Dataset,
) -> None:
    """Which of those without follow-up at the end of 2022 have one by now."""
    filter_ = {"status": {"in": ["NO_FOLLOW_UP"], "asOf": "2022-12-31"}}
    found = await meta_pakistan.ask(STATS, filter=filter_, asOf="2025-07-09")
    statuses = {group["key"]["status"] for group in found["commitmentStats"]["groups"]}
    assert len(statuses) > 1 and "NO_FOLLOW_UP" in statuses


async def test_a_day_left_out_in_the_filter_of_a_series_is_today(meta_pakistan: Dataset) -> None:
    left_out = await meta_pakistan.ask(SERIES, filter={"status": {"in": ["REAFFIRMED"]}})
    today = {"in": ["REAFFIRMED"], "asOf": "2025-07-09"}
    assert left_out == await meta_pakistan.ask(SERIES, filter={"status": today})
    assert sum(point["count"] for point in left_out["statusSeries"]) > 0
