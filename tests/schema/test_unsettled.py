"""What is read while the merge of a party that many name is worked off: the answer in the end."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLSchema

from engine.requests.prepared import Request
from schema.build import make_operation
from store.mongodb.driver import Database
from store.reads.reader import Reader
from store.reads.unsettled import Unsettled
from store.writes import queue
from store.writes.queue import count_pending, work_off
from tests.conftest import THE_DAY, Dataset, empty_dataset
from tests.store.samples import article, commitment, follow_up, party, store, write
from tests.store.writes.test_merges import assert_as_rebuilt

BY_KEY = """
  commitments(filter: {promisor: {eq: "%(key)s"}}, first: 3) { totalCount nodes { key } }
  last: commitments(filter: {party: {eq: "%(key)s"}}, last: 4) { nodes { key } }
  not: commitments(filter: {not: {promisor: {eq: "%(key)s"}}}) { totalCount nodes { key } }
  either: commitments(filter: {or: [{promisor: {in: ["%(key)s", "gov"]}}, {key: {eq: "c1"}}]}) {
    totalCount
  }
  promised: commitments(filter: {promisor: {eq: "%(key)s"}}) {
    facets(by: [PROMISOR, TERM]) { facet values { value count selected } }
  }
  requests(filter: {party: {eq: "%(key)s", role: [ASKED]}}) { totalCount nodes { key } }
  followUps(filter: {actor: {eq: "%(key)s"}}) { totalCount nodes { key } }
  said: followUps(filter: {party: {eq: "%(key)s", role: [ACTOR]}}) { totalCount }
  meetings(filter: {parties: [{key: "%(key)s"}]}) { totalCount nodes { key } }
  articles(filter: {publisher: {eq: "%(key)s"}}) { totalCount nodes { key } }
  from: commitments(filter: {publisher: {eq: "%(key)s"}}) { totalCount }
  timeline(filter: {parties: ["%(key)s"]}, first: 5) {
    totalCount nodes { item { ... on Record { key } } }
  }
  named: party(by: {key: "%(key)s"}) {
    key
    commitments(roles: [PROMISOR], first: 3) {
      totalCount nodes { key } facets(by: [TERM]) { values { value count } }
    }
    followUps { totalCount }
    meetings { nodes { key } }
    articles { totalCount nodes { key } }
    timeline(last: 3) { totalCount nodes { item { ... on Record { key } } } }
  }
"""
ALL = """
  commitments { facets(by: [PROMISOR, ADDRESSEE]) { facet values { value count } } }
  parties(filter: {kind: [COMPANY]}) {
    nodes { key commitments(first: 2) { totalCount nodes { key } } articles { totalCount } }
  }
"""


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if three were many, and two a batch."""
    monkeypatch.setattr(queue, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(queue, "BATCH", 2)


@pytest.fixture
async def hub(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """A store in which many records name `telno`, and a few `telco`."""
    async with empty_dataset(mongodb_url, "unsettled", schema) as dataset:
        promises = [commitment(f"k{n}", madeOn=f"2020-02-0{n + 1}") for n in range(8)]
        await write(
            dataset.database,
            *store(),
            party("telco", country="CC"),
            article("a3", publisher="telno"),
            *promises,
            *(commitment(f"q{n}", promisors=_by("telco")) for n in range(3)),
            commitment("both", promisors=_by("telco", "telno")),
            *(follow_up(f"g{n}", f"k{n}", actors=["telno"]) for n in range(3)),
            follow_up("g4", "q1", actors=["telco"]),
        )
        yield dataset


def _by(*parties: str) -> list[dict[str, str]]:
    return [{"party": key, "attribution": "SELF_PARAPHRASED"} for key in parties]


async def answers(dataset: Dataset) -> dict[str, Any]:
    """What is answered by each key, and of all, by a process that has heard of the last write."""
    unsettled = Unsettled()
    await unsettled.refresh(dataset.database)
    found = {}
    for name, text in (("telno", BY_KEY), ("telco", BY_KEY), ("all", ALL)):
        query = "{" + (text % {"key": name} if text is BY_KEY else text) + "}"
        reader = Reader(dataset.database, unsettled=unsettled)
        answer = await dataset.service.answer(Request(query), make_operation(reader, THE_DAY))
        assert answer is not None and "errors" not in answer.body, answer.body["errors"]
        found[name] = answer.body["data"]
    return found


async def stored_party(database: Database, key: str) -> Any:
    (found,) = await database.find("parties", {"_id": key})
    return found


async def test_a_merge_is_right_from_the_first_answer_on(hub: Dataset) -> None:
    database = hub.database
    await write(database, party("telno", country="BB", mergedInto="telco"))
    assert await count_pending(database) > 0
    seen = [await answers(hub)]
    seen += [await answers(hub) async for _ in work_off(database)]
    assert await count_pending(database) == 0
    final = await answers(hub)
    assert final["telno"] | {"named": None} == final["telco"] | {"named": None}
    assert final["telco"]["commitments"]["totalCount"] == 14
    for answer in seen:
        assert answer == final
    await assert_as_rebuilt(database)


async def test_an_undone_merge_is_as_before_until_it_is_worked_off(hub: Dataset) -> None:
    database = hub.database
    apart = await answers(hub)
    await write(database, party("telno", country="BB", mergedInto="telco"))
    assert [done async for done in work_off(database)]
    as_one = await answers(hub)
    await write(database, party("telno", country="BB"))
    assert await count_pending(database) > 0
    async for _ in work_off(database):
        if await count_pending(database):
            now = await answers(hub)
            for key in ("telno", "telco"):
                # The record itself is told apart at once, what names it when all of it is.
                assert now[key]["named"].pop("key") == key
                as_one[key]["named"].pop("key", None)
                assert now[key] == as_one[key]
    assert await answers(hub) == apart
    await assert_as_rebuilt(database)


async def test_what_is_merged_on_before_it_is_settled_ends_right(hub: Dataset) -> None:
    database = hub.database
    await write(database, party("telno", country="BB", mergedInto="telco"))
    batches = work_off(database)
    await anext(batches)
    await write(database, party("telno", country="BB"))
    await write(database, party("telco", country="CC", mergedInto="telno"))
    seen = [await answers(hub)]
    async for _ in batches:
        seen.append(await answers(hub))
    seen += [await answers(hub) async for _ in work_off(database)]
    assert await count_pending(database) == 0
    final = await answers(hub)
    assert all(answer == final for answer in seen)
    assert final["telco"]["named"]["key"] == "telno"
    await assert_as_rebuilt(database)


async def test_a_new_body_above_a_hub_and_those_below_it(hub: Dataset) -> None:
    database = hub.database
    await write(
        database, party("branch", parent="telno"), commitment("b1", promisors=_by("branch"))
    )
    async for _ in work_off(database):
        pass
    await write(database, party("telno", country="BB", parent="gov"))
    assert await count_pending(database) == 2, "of the hub, and of what is below it"
    async for _ in work_off(database):
        pass
    assert (await stored_party(database, "branch"))["derived"]["within"] == [
        "branch", "telno", "gov",
    ]  # fmt: skip
    await assert_as_rebuilt(database)
