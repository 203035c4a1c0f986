"""Statistics of requests as they were known at an earlier moment: as each status was known then."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from graphql import GraphQLSchema

from store import layout
from store.mongodb.driver import CommandLog, Database
from store.mongodb.keys import new_key
from store.reads import known_earlier
from tests.conftest import Dataset
from tests.store.samples import assessment, commitment, follow_up, request, store, write

JANUARY, MARCH, MAY = (datetime(2025, month, 1, tzinfo=UTC) for month in (1, 3, 5))
FEBRUARY, APRIL, JUNE = (f"2025-{month:02}-15T00:00:00Z" for month in (2, 4, 6))
DAY = "2021-12-31"
ASKED = """
query ($filter: RequestFilter, $knownAt: DateTime, $asOf: Date, $by: [RequestDimension!]! = []) {
  requestStats(filter: $filter, groupBy: $by, asOf: $asOf, knownAt: $knownAt) {
    knownAt groupCount
    total { asked answered { count } declined { count } noted { count } open { count } }
    groups { key { asked { key } strength } figures { asked declined { count } } }
  }
}
"""


@pytest.fixture(scope="module")
async def asked(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """Requests whose answers were recorded later than they: by commitments, refusals, a note."""
    log = CommandLog()
    database = Database.connect(mongodb_url, f"test-{new_key()}", log=log)
    await layout.prepare(database)
    await write(database, *store())
    of_january = {"recordedAt": JANUARY, "madeAt": None}
    await write(
        database,
        commitment("c9", madeOn="2021-07-01", madeAt=None, recordedAt=MAY),
        request("q1", answeredBy=["c9"], strength="SPECIFIC", **of_january),
        request("q2", asked=["telno", "gov"], **of_january),
        request("q3", madeOn="2021", **of_january),
        request("q4", recordedAt=MARCH, madeAt=None),
        request("q5", **of_january),
        request("q6", **of_january),
        follow_up("d1", "q1", "DECLINED", "2021-05", recordedAt=MARCH),
        follow_up("d2", "q2", "NOTED", "2021-05-03", recordedAt=MARCH),
        follow_up("d3", "q3", "DECLINED", "2021-12-30/2022", recordedAt=JANUARY),
        follow_up("d4", "q4", "DECLINED", "2021-05-03", recordedAt=MAY),
        follow_up("d5", "q5", "DECLINED", "2021-05-03", recordedAt=JANUARY),
        assessment("s6", "q6", recordedAt=MARCH, withdrawnAt="2025-04-02T09:00:00Z"),
    )
    yield Dataset(database, log, schema)
    await database.drop()
    database.close()


def counts(total: dict[str, dict[str, int]]) -> dict[str, int]:
    return {name.upper(): n["count"] for name, n in total.items() if name != "asked" and n["count"]}


OF_JANUARY = {"key": {"in": ["q1", "q2", "q3", "q4", "q5"]}}


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        ("2024-12-31T00:00:00Z", {}),
        (FEBRUARY, {"OPEN": 3, "DECLINED": 1}),
        (APRIL, {"OPEN": 2, "DECLINED": 2, "NOTED": 1}),
        (JUNE, {"OPEN": 1, "ANSWERED": 1, "DECLINED": 2, "NOTED": 1}),
    ],
)
async def test_what_was_recorded_later_is_left_out(
    asked: Dataset, known_at: str, expected: dict[str, int]
) -> None:
    found = await asked.ask(ASKED, filter=OF_JANUARY, asOf=DAY, knownAt=known_at)
    assert counts(found["requestStats"]["total"]) == expected
    assert found["requestStats"]["total"]["asked"] == sum(expected.values())
    assert found["requestStats"]["knownAt"] == known_at


@pytest.mark.parametrize("known_at", [FEBRUARY, APRIL, JUNE])
@pytest.mark.parametrize("day", ["2019-12-31", "2020-06-01", "2021-05-31", DAY, "2025-03-01"])
async def test_it_counts_the_statuses_that_were_known(
    asked: Dataset, known_at: str, day: str
) -> None:
    found = await asked.ask(ASKED, asOf=day, knownAt=known_at, by=["ASKED", "STRENGTH"])
    listed = await asked.ask(
        """query ($asOf: Date!, $knownAt: DateTime!) { requests(first: 100) { nodes {
             key strength asked { key } recordedAt
             status(asOf: $asOf, knownAt: $knownAt) { answer } } } }""",
        asOf=day,
        knownAt=known_at,
    )
    known = [node for node in listed["requests"]["nodes"] if node["status"] is not None]
    stats = found["requestStats"]
    assert counts(stats["total"]) == Counter(node["status"]["answer"] for node in known)
    groups = {
        (group["key"]["asked"]["key"], group["key"]["strength"]): group["figures"]["asked"]
        for group in stats["groups"]
    }
    by_hand = Counter((party["key"], node["strength"]) for node in known for party in node["asked"])
    assert groups == by_hand and stats["groupCount"] == len(by_hand)


async def test_at_a_moment_after_all_it_is_what_is_known_now(asked: Dataset) -> None:
    now, then = [
        (await asked.ask(ASKED, asOf=DAY, by=["ASKED"], knownAt=moment))["requestStats"]
        for moment in (None, "2025-12-01T00:00:00Z")
    ]
    assert then | {"knownAt": None} == now


@pytest.mark.parametrize("filter_", [{"answered": True}, {"status": {"answer": ["DECLINED"]}}])
async def test_filters_by_what_is_known_now_are_refused(
    asked: Dataset, filter_: dict[str, object]
) -> None:
    answer = await asked.execute(ASKED, {"filter": filter_, "knownAt": APRIL})
    (error,) = answer["errors"]
    assert error["extensions"]["argument"] == f"filter.{next(iter(filter_))}"


async def test_too_many_groups_are_refused(asked: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_earlier, "MOST_GROUPS", 1)
    answer = await asked.execute(ASKED, {"by": ["ASKED"], "knownAt": APRIL})
    (error,) = answer["errors"]
    assert error["extensions"]["argument"] == "groupBy"
