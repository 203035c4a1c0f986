"""Trails, threads and follow-ups as known at a moment, against a naive walk over all records."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from graphql import GraphQLSchema, graphql

from engine.requests.limits import Limits
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.reads.reader import Reader
from store.records.base import Record
from tests.conftest import Dataset, empty_dataset
from tests.store.samples import commitment, follow_up, request, store, write
from tests.tiers import quick_first

RECORDED = [datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 7)]
MOMENTS = [None, *(moment + timedelta(days=3) for moment in RECORDED)]
QUERY = """
query Known($at: DateTime, $deep: Int!) {
  commitments(first: 100, orderBy: [{field: KEY, direction: ASC}]) { nodes { ...Followed } }
  requests(first: 100, orderBy: [{field: KEY, direction: ASC}]) { nodes { ...Followed } }
}
fragment Followed on Trackable {
  key
  trail(maxDepth: $deep, first: 100, knownAt: $at) {
    totalCount
    nodes { depth through { key } followUp { key } }
  }
  thread(knownAt: $at) { trackable { key } restatedBy { key } restates { key } }
  followUps(first: 100, knownAt: $at) { totalCount nodes { key } }
}
"""


def web(chance: random.Random) -> Iterator[Record]:
    """Commitments that restate each other, in circles too, all recorded at any time."""
    keys = [f"k{n}" for n in range(8)]
    yield from (commitment(key, recordedAt=chance.choice(RECORDED)) for key in keys)
    yield from (request(f"q{n}", recordedAt=chance.choice(RECORDED)) for n in range(2))
    for n in range(24):
        target = chance.choice([*keys, "q0", "q1"])
        others = [key for key in keys if key != target]
        restating = {"kind": "REAFFIRMED", "restatedAs": chance.choice(others)}
        yield follow_up(
            f"e{n:02}",
            target,
            recordedAt=chance.choice(RECORDED),
            on=f"2021-05-{chance.randrange(1, 29):02}",
            **(restating if n % 4 else {}),
        )


@pytest.fixture(scope="module", params=quick_first(range(3)))
async def woven(
    request: Any, mongodb_url: str, schema: GraphQLSchema
) -> AsyncIterator[tuple[Dataset, list[Record]]]:
    async with empty_dataset(mongodb_url, "woven", schema) as data:
        records = [*store(), *web(random.Random(request.param))]
        await write(data.database, *records)
        data.service = Service(schema, COLLECTIONS, limits=Limits(cost=100_000))
        yield data, records


class Known:
    """What was known at a moment, as records."""

    def __init__(self, records: Sequence[Any], at: datetime | None) -> None:
        known = [r for r in records if at is None or (r.recorded_at or RECORDED[0]) <= at]
        self.edges = [r for r in known if hasattr(r, "occurred_on")]
        self.trackables = {r.key for r in known if hasattr(r, "made_on")}

    def trail(self, key: str, deepest: int) -> dict[str, int]:
        """The follow-ups that can be come to, with the least depth."""
        found: dict[str, int] = {}
        reached = {key} & self.trackables
        for depth in range(deepest + 1):
            for edge in self.edges:
                if edge.target in reached:
                    found.setdefault(edge.key, depth)
            onward = {e.restated_as for e in self.edges if e.target in reached}
            reached |= onward & self.trackables
        return found

    def thread(self, key: str) -> set[str]:
        """What restates it, over any number of steps, and what it restates."""
        if key not in self.trackables:
            return set()
        links = {
            (e.target, e.restated_as)
            for e in self.edges
            if {e.target, e.restated_as} <= self.trackables
        }
        onward, back = {key}, {key}
        for _ in self.trackables:
            onward |= {into for of, into in links if of in onward}
            back |= {of for of, into in links if into in back}
        return onward | back


@pytest.mark.parametrize("deep", [0, 2, 12])
@pytest.mark.parametrize("at", MOMENTS, ids=str)
async def test_what_was_not_known_leads_nowhere(
    woven: tuple[Dataset, list[Record]], schema: GraphQLSchema, at: datetime | None, deep: int
) -> None:
    data, records = woven
    variables = {"at": at.isoformat() if at else None, "deep": deep}
    planned = await data.ask(QUERY, **variables)
    known = Known(records, at)
    for row in (*planned["commitments"]["nodes"], *planned["requests"]["nodes"]):
        steps = row["trail"]["nodes"]
        trail = known.trail(row["key"], deep)
        assert {step["followUp"]["key"]: step["depth"] for step in steps} == trail
        assert row["trail"]["totalCount"] == len(steps) == len(trail)
        assert {step["trackable"]["key"] for step in row["thread"]} == known.thread(row["key"])
        direct = sorted(e.key for e in known.edges if e.target == row["key"])
        assert sorted(f["key"] for f in row["followUps"]["nodes"]) == direct
        assert row["followUps"]["totalCount"] == len(direct)
    executed = await graphql(
        schema,
        QUERY,
        context_value=make_operation(Reader(data.database), RECORDED[-1]),
        variable_values=variables,
    )
    assert executed.errors is None
    assert executed.data == planned


async def test_a_moment_costs_no_further_command(woven: tuple[Dataset, list[Record]]) -> None:
    data, _ = woven
    commands = []
    for at in MOMENTS:
        await data.ask(QUERY, at=at.isoformat() if at else None, deep=12)
        commands.append(sorted(data.commands))
    assert commands == [commands[0]] * len(MOMENTS)
    assert "aggregate commitments" in commands[0]


async def test_what_was_recorded_later_is_no_step_of_a_trail(meta_pakistan: Dataset) -> None:
    """F15 is known from an article that was recorded on 10 July 2025."""
    asked = """query ($at: DateTime) { commitment(by: {key: "K05"}) {
                 trail(knownAt: $at) { totalCount nodes { followUp { key } } }
             } }"""
    now = (await meta_pakistan.ask(asked))["commitment"]["trail"]
    then = (await meta_pakistan.ask(asked, at="2025-07-01T00:00:00Z"))["commitment"]["trail"]
    later = [step for step in now["nodes"] if step not in then["nodes"]]
    assert later == [{"followUp": {"key": "F15"}}]
    assert (then["totalCount"], now["totalCount"]) == (3, 4)
