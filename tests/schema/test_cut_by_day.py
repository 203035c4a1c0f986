"""What a page of a day and a moment shows beside the status, against all records read in Python.

Every field with `asOf` and `knownAt`, planned and by graphql-core. Dates are fuzzy, and what may
have come by the day is shown.
"""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
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
from tests.store.samples import assessment, commitment, follow_up, record, request, store, write
from tests.tiers import quick_first

RECORDED = [datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 5)]
MOMENTS = [None, *(moment + timedelta(days=3) for moment in RECORDED)]
DAYS = [None, "2019-12-31", "2020-06-30", "2021-06-11", "2021-08-01", "2023-12-31"]
MADE = ["2020", "2021-03-01", "2021-05-15/2021-06-10", "../2021-02"]
FOLLOWED = ["2021", "2021-06-11", "2021-06-11/2021-07", "2022-01-10", "../2022-03"]
QUERY = """
query Cut($day: Date, $at: DateTime) {
  commitments(first: 100) { nodes { ...Cut } }
  requests(first: 100) { nodes { ...Cut } }
}
fragment Cut on Trackable {
  key
  latestFollowUp(asOf: $day, knownAt: $at) { key kind }
  trail(asOf: $day, knownAt: $at, first: 100) { totalCount nodes { depth followUp { key } } }
  thread(asOf: $day, knownAt: $at) { trackable { key } restatedBy { key } }
  assessments(asOf: $day, knownAt: $at) { totalCount nodes { key } }
  checkLogs(asOf: $day, knownAt: $at) { totalCount nodes { key } }
}
"""


def web(chance: random.Random) -> Iterator[Record]:
    """Commitments that restate each other, made, followed and recorded at any time."""
    keys = [f"k{n}" for n in range(8)]

    def recorded() -> datetime:
        return chance.choice(RECORDED)

    for key in keys:
        yield commitment(key, recordedAt=recorded(), madeOn=chance.choice(MADE))
    yield request("q0", recordedAt=recorded(), madeOn=chance.choice(MADE))
    for n in range(30):
        target = chance.choice([*keys, "q0"])
        others = [key for key in keys if key != target]
        restating = {"kind": "REAFFIRMED", "restatedAs": chance.choice(others)}
        yield follow_up(
            f"e{n:02}",
            target,
            on=chance.choice(FOLLOWED),
            recordedAt=recorded(),
            **(restating if n % 3 else {}),
        )
    for n in range(6):
        on = chance.choice(["2021-06-12", "2021", "../2022"])
        members = {"recordedAt": recorded(), "effectiveOn": on}
        yield assessment(f"j{n}", chance.choice(keys), **members)
        found = {"checkedBy": "Ida Exempla", "found": 0, "recordedAt": recorded()}
        yield record("check_logs", f"l{n}x", trackable=chance.choice(keys), checkedOn=on, **found)


@pytest.fixture(scope="module", params=quick_first(range(2)))
async def woven(
    request: Any, mongodb_url: str, schema: GraphQLSchema
) -> AsyncIterator[tuple[Dataset, list[Any]]]:
    async with empty_dataset(mongodb_url, "cut", schema) as data:
        records = [*store(), *web(random.Random(request.param))]
        await write(data.database, *records)
        data.service = Service(schema, COLLECTIONS, limits=Limits(cost=100_000))
        yield data, records


class Left:
    """What a day and a moment leave of all records."""

    def __init__(self, records: Sequence[Any], day: str | None, at: datetime | None) -> None:
        def begun(record: Any, date: str) -> bool:
            earliest = getattr(record, date).earliest
            return day is None or earliest is None or earliest <= day

        def of(date: str) -> list[Any]:
            return [r for r in known if hasattr(r, date) and begun(r, date)]

        known = [r for r in records if at is None or (r.recorded_at or RECORDED[0]) <= at]
        # A commitment that was made later than the day may still be asked for what came before.
        self.known = {r.key for r in known if hasattr(r, "made_on")}
        self.trackables = {r.key for r in of("made_on")}
        self.edges = of("occurred_on")
        self.judged, self.checked = of("effective_on"), of("checked_on")

    def latest(self, key: str) -> str | None:
        direct = [e for e in self.edges if e.target == key and key in self.known]
        place = [(e.occurred_on.earliest or "", e.occurred_on.latest or "Z", e.key) for e in direct]
        return max(place)[-1] if place else None

    def trail(self, key: str) -> set[str]:
        reached = {key} & self.trackables
        for _ in self.trackables:
            onward = {e.restated_as for e in self.edges if e.target in reached}
            reached |= onward & self.trackables
        return {e.key for e in self.edges if e.target in reached}

    def thread(self, key: str) -> set[str]:
        links = {
            (e.target, e.restated_as)
            for e in self.edges
            if {e.target, e.restated_as} <= self.trackables
        }
        onward, back = {key} & self.trackables, {key} & self.trackables
        for _ in self.trackables:
            onward |= {into for of, into in links if of in onward}
            back |= {of for of, into in links if into in back}
        return onward | back


@pytest.mark.parametrize(("day", "at"), [*product(DAYS, MOMENTS)], ids=str)
async def test_a_day_and_a_moment_cut_everything(
    woven: tuple[Dataset, list[Any]], schema: GraphQLSchema, day: str | None, at: datetime | None
) -> None:
    data, records = woven
    variables = {"day": day, "at": at.isoformat() if at else None}
    planned = await data.ask(QUERY, **variables)
    left = Left(records, day, at)
    for row in (*planned["commitments"]["nodes"], *planned["requests"]["nodes"]):
        key = row["key"]
        assert (row["latestFollowUp"] or {}).get("key") == left.latest(key)
        trail = [step["followUp"]["key"] for step in row["trail"]["nodes"]]
        assert set(trail) == left.trail(key)
        assert row["trail"]["totalCount"] == len(trail)
        assert {step["trackable"]["key"] for step in row["thread"]} == left.thread(key)
        for name, found in (("assessments", left.judged), ("checkLogs", left.checked)):
            keys = {r.key for r in found if r.trackable == key}
            assert {node["key"] for node in row[name]["nodes"]} == keys
            assert row[name]["totalCount"] == len(keys)
    executed = await graphql(
        schema,
        QUERY,
        context_value=make_operation(Reader(data.database), RECORDED[-1]),
        variable_values=variables,
    )
    assert executed.errors is None
    assert executed.data == planned


async def test_a_cut_costs_no_further_command(woven: tuple[Dataset, list[Any]]) -> None:
    data, _ = woven
    commands = []
    for day, at in product(DAYS, MOMENTS):
        await data.ask(QUERY, day=day, at=at.isoformat() if at else None)
        commands.append(sorted(data.commands))
    # Where nothing is left to look up, one look-up is spared.
    assert all(set(found) <= set(commands[0]) for found in commands)
    assert all(len(found) <= len(commands[0]) for found in commands)


async def test_the_last_follow_up_of_a_day_is_none_of_later(meta_pakistan: Dataset) -> None:
    asked = """query ($day: Date) { commitment(by: {key: "K02"}) {
                 now: latestFollowUp { occurredOn { edtf } }
                 then: latestFollowUp(asOf: $day) { occurredOn { edtf } }
                 never: latestFollowUp(knownAt: "2000-01-01T00:00:00Z") { key }
             } }"""
    found = (await meta_pakistan.ask(asked, day="2024-06-30"))["commitment"]
    assert found["now"]["occurredOn"]["edtf"] == "2025-07-08"
    assert found["then"]["occurredOn"]["edtf"] < "2024-06-30"
    assert found["never"] is None


async def test_no_argument_reads_no_more_than_before(meta_pakistan: Dataset) -> None:
    await meta_pakistan.ask("{ commitments { nodes { latestFollowUp { key } } } }")
    (page,) = [c for c in meta_pakistan.log.commands if c.get("find") == "commitments"]
    assert "derived.edges" not in page["projection"]
