"""The timeline of one commitment or request as known at a moment, against all records naively."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from graphql import GraphQLSchema, graphql

from schema.build import make_operation
from store.mongodb.driver import CommandLog, Database
from store.reads.reader import Reader
from store.records.base import Record
from tests.conftest import THE_DAY, Dataset, empty_dataset
from tests.store.samples import (
    article,
    changed,
    commitment,
    evidence,
    follow_up,
    party,
    record,
    request,
    write,
)
from tests.tiers import quick_first

RECORDED = [datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 7)]
MOMENTS = [None, RECORDED[0] - timedelta(days=1), *(m + timedelta(days=3) for m in RECORDED)]
TIMELINE = """timeline(first: 100, knownAt: $at) {
  totalCount nodes { item { __typename ... on Record { key } } } }"""
ALL = f"""query ($at: DateTime) {{
  commitments(first: 9) {{ nodes {{ key {TIMELINE} }} }}
  requests(first: 9) {{ nodes {{ key {TIMELINE} }} }} }}"""
ONE = f"""query ($at: DateTime, $key: String!) {{
  commitment(by: {{key: $key}}) {{ {TIMELINE} }} }}"""


def reports(chance: random.Random) -> list[dict[str, Any]]:
    return [evidence(f"b{n}", f"b{n}") for n in chance.sample(range(5), chance.choice([1, 1, 2]))]


def web(chance: random.Random) -> Iterator[Record]:
    """Promises, what followed them and where that stands, recorded in any order."""
    yield from (party(key) for key in ("telno", "office"))
    yield from (article(f"b{n}", recordedAt=chance.choice(RECORDED)) for n in range(5))
    for n in range(4):
        met = {"title": f"Talks {n}", "kind": "CALL", "date": "2020-01-10"}
        yield record("meetings", f"m{n}", recordedAt=chance.choice(RECORDED), **met)
    for key in ("k0", "k1", "k2", "k3", "q0"):
        make = request if key == "q0" else commitment
        at = chance.choice([None, "m0", "m1"])
        yield make(key, recordedAt=chance.choice(RECORDED), evidence=reports(chance), madeAt=at)
    for n in range(14):
        target = chance.choice(["k0", "k1", "k2", "q0"])
        others = [key for key in ("k1", "k2", "k3") if key != target]
        yield follow_up(
            f"e{n:02}",
            target,
            chance.choice(["REAFFIRMED", "AMENDED"]),
            recordedAt=chance.choice(RECORDED),
            curation=chance.choice(["ACCEPTED", "ACCEPTED", "PROPOSED"]),
            restatedAs=chance.choice([None, *others]),
            meeting=chance.choice([None, "m2", "m3"]),
            evidence=reports(chance),
        )


@pytest.fixture(scope="module", params=quick_first(range(3)))
async def told(
    request: Any, mongodb_url: str, schema: GraphQLSchema
) -> AsyncIterator[tuple[Dataset, list[Any]]]:
    async with empty_dataset(mongodb_url, "told", schema) as data:
        records = list(web(random.Random(request.param)))
        await write(data.database, *records)
        # An article that was reported twice lives on in the other.
        (twice,) = (r for r in records if r.key == "b4")
        await write(data.database, changed(twice, mergedInto="b3"))
        yield data, records


def naive(records: Sequence[Any], trackable: Any, at: datetime | None) -> set[str]:
    """What of a timeline was known, by following every link."""

    def known(one: Any) -> bool:
        return at is None or one.recorded_at <= at

    if not known(trackable):
        return set()
    follow_ups = [r for r in records if hasattr(r, "occurred_on") and r.curation == "ACCEPTED"]
    followed = [f for f in follow_ups if known(f) and f.target == trackable.key]
    restating = [f for f in follow_ups if known(f) and f.restated_as == trackable.key]
    resting = [trackable, *followed]
    articles = {"b3" if e.article == "b4" else e.article for r in resting for e in r.evidence}
    meetings = {getattr(r, "made_at", None) or getattr(r, "meeting", None) for r in resting}
    linked = articles | meetings
    there = {r.key for r in records if r.key in linked and known(r)}
    return there | {r.key for r in (trackable, *followed, *restating)}


def keys(timeline: dict[str, Any]) -> set[str]:
    found = {node["item"]["key"] for node in timeline["nodes"]}
    assert len(found) == len(timeline["nodes"]) == timeline["totalCount"]
    return found


@pytest.mark.parametrize("at", MOMENTS, ids=str)
async def test_what_only_something_later_leads_to_is_not_in_it(
    told: tuple[Dataset, list[Any]], schema: GraphQLSchema, at: datetime | None
) -> None:
    data, records = told
    moment = at.isoformat() if at else None
    planned = await data.ask(ALL, at=moment)
    for row in (*planned["commitments"]["nodes"], *planned["requests"]["nodes"]):
        (trackable,) = (r for r in records if r.key == row["key"])
        wanted = naive(records, trackable, at)
        assert keys(row["timeline"]) == wanted
        if row["key"] == "k1":
            alone = await data.ask(ONE, at=moment, key="k1")
            assert keys(alone["commitment"]["timeline"]) == wanted
    executed = await graphql(
        schema,
        ALL,
        context_value=make_operation(Reader(data.database), THE_DAY),
        variable_values={"at": moment},
    )
    assert executed.errors is None and executed.data == planned


async def test_a_link_may_be_known_later_than_both_its_ends(
    database: Database, schema: GraphQLSchema
) -> None:
    early, late = RECORDED[0], RECORDED[-1]
    met = {"title": "Talks", "kind": "CALL", "date": "2021-01-10"}
    await write(
        database,
        *(party(key) for key in ("telno", "office")),
        *(article(key, recordedAt=early) for key in ("b0", "b1")),
        record("meetings", "m0", recordedAt=early, **met),
        commitment("k0", recordedAt=early, evidence=[evidence("b0", "b0")], madeAt=None),
    )
    said = {"evidence": [evidence("b1", "b1")], "meeting": "m0"}
    await write(database, follow_up("e0", "k0", recordedAt=late, **said))
    data = Dataset(database, CommandLog(), schema)

    async def known(at: datetime) -> set[str]:
        return keys((await data.ask(ONE, key="k0", at=at.isoformat()))["commitment"]["timeline"])

    assert await known(late) == {"k0", "b0", "e0", "b1", "m0"}
    assert await known(late - timedelta(days=1)) == {"k0", "b0"}
    assert await known(early - timedelta(days=1)) == set()
    # Another that rests on the same, and was recorded earlier, is a link of its own.
    await write(database, follow_up("e1", "k0", recordedAt=early, evidence=said["evidence"]))
    assert await known(late - timedelta(days=1)) == {"k0", "b0", "b1", "e1"}


async def test_its_filter_cannot_go_by_what_is_known_now(told: tuple[Dataset, list[Any]]) -> None:
    data, _ = told
    asked = """query ($at: DateTime) { commitment(by: {key: "k0"}) {
        timeline(knownAt: $at, filter: {trackable: {eq: "k1"}}) { totalCount } } }"""
    (error,) = (await data.execute(asked, {"at": RECORDED[0].isoformat()}))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "filter.trackable"}
    assert "of the commitment or request itself" in error["message"]
    await data.ask(asked)
