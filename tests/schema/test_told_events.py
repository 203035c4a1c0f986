"""What an event says: dates, lateness, filters, retractions, and what of it readers see."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema

from engine.requests.subscriptions import Event, SubscriptionFailed
from store.viewers import ANONYMOUS, Viewer
from tests.conftest import empty_dataset
from tests.engine.requests.test_subscriptions import SEES_ALL, Told
from tests.store.samples import changed, commitment, follow_up, party, request, store, write

CHANGES = """subscription ($filter: ChangeFilter) {
  recordChanges(filter: $filter) {
    cursor occurredOn { edtf } recordedAt recordedLate early: recordedLate(after: 100000)
    change { key kind by why record { __typename key } dataVersion sequence }
  }
}"""
STATUSES = """subscription ($filter: StatusChangeFilter) {
  statusChanges(filter: $filter) {
    cursor noun key before after day dataVersion at
    trackable { __typename key } decidedBy { key } occurredOn { edtf } recordedLate
  }
}"""


@pytest.fixture
async def told(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Told]:
    async with empty_dataset(mongodb_url, "events", schema) as dataset:
        await write(dataset.database, *store())
        told = Told(dataset)
        await told.hear()
        yield told


async def events_of(
    told: Told, query: str, *records: Any, viewer: Viewer = ANONYMOUS, **variables: Any
) -> AsyncGenerator[Event]:
    """A subscription that has yet to hear of the writing of these records."""
    events = await told.begin(viewer, query, **variables)
    for record in records:
        await write(told.database, record)
    await told.hear()
    return events


async def next_of(events: AsyncGenerator[Event]) -> Any:
    body = orjson.loads((await anext(events)).payload)
    assert "errors" not in body, body
    ((_, event),) = body["data"].items()
    return event


async def test_a_change_says_when_it_happened_and_that_it_comes_late(told: Told) -> None:
    events = await events_of(told, CHANGES, follow_up("old", "c2", on="2020-05-03"), party("new"))
    event = await next_of(events)
    assert event["occurredOn"] == {"edtf": "2020-05-03"}
    assert (event["recordedLate"], event["early"]) == (True, False)
    assert event["change"]["kind"] == "CREATED"
    assert event["change"]["record"] == {"__typename": "FollowUp", "key": "old"}
    event = await next_of(events)
    assert event["change"]["key"] == "new"
    assert (event["occurredOn"], event["recordedLate"]) == (None, False)


async def test_readers_of_a_retraction_get_the_notice_alone(told: Told) -> None:
    await write(told.database, commitment("gone"))
    await told.hear()
    retracted = changed(commitment("gone"), curation="RETRACTED")
    public = await told.begin(ANONYMOUS, CHANGES)
    private = await events_of(told, CHANGES, retracted, viewer=SEES_ALL)
    seen, whole = await next_of(public), await next_of(private)
    assert seen["change"]["record"] == {"__typename": "RetractedRecord", "key": "gone"}
    assert (seen["occurredOn"], seen["change"]["by"]) == (None, None)
    assert whole["change"]["record"]["__typename"] == "Commitment"
    assert whole["occurredOn"] is not None and whole["change"]["by"] == "tests"
    assert seen["cursor"] == whole["cursor"]


async def test_a_status_says_what_decided_it_and_when(told: Told) -> None:
    events = await events_of(told, STATUSES, commitment("k1"), follow_up("done", "k1"))
    made, followed = await next_of(events), await next_of(events)
    assert (made["before"], made["after"], made["decidedBy"]) == (None, "NO_FOLLOW_UP", [])
    assert made["trackable"] == {"__typename": "Commitment", "key": "k1"}
    assert made["occurredOn"] == {"edtf": "2020-01-10"}
    assert (followed["before"], followed["after"]) == ("NO_FOLLOW_UP", "IN_PROGRESS")
    assert followed["decidedBy"] == [{"key": "done"}]
    assert followed["occurredOn"] == {"edtf": "2021-05-03"} and followed["recordedLate"]
    assert followed["dataVersion"] == made["dataVersion"] + 1


async def test_of_commitments_and_requests_only_those_that_match(told: Told) -> None:
    records = (commitment("c9"), request("r9"), request("r8"))
    cases: list[tuple[Any, list[str]]] = [
        (None, ["c9", "r9", "r8"]),
        ({}, ["c9", "r9", "r8"]),
        ({"commitments": {}}, ["c9"]),
        ({"requests": {"key": {"eq": "r8"}}}, ["r8"]),
        ({"commitments": {"key": {"eq": "c9"}}, "requests": {"key": {"eq": "r9"}}}, ["c9", "r9"]),
        ({"commitments": {"status": {"in": ["NO_FOLLOW_UP"]}}}, ["c9"]),
    ]
    subscribed = [(await told.begin(query=STATUSES, filter=given), keys) for given, keys in cases]
    none = await told.begin(query=STATUSES, filter={"commitments": {"key": {"in": []}}})
    for record in records:
        await write(told.database, record)
    await told.hear()
    for events, keys in subscribed:
        assert [(await next_of(events))["key"] for _ in keys] == keys
    await none.aclose()


async def test_what_is_hidden_since_is_not_told(told: Told) -> None:
    await write(told.database, commitment("hidden"))
    events = await events_of(
        told, STATUSES, changed(commitment("hidden"), curation="RETRACTED"), commitment("shown")
    )
    assert (await next_of(events))["key"] == "shown"


async def test_a_filter_that_cannot_be_used_is_refused_at_once(told: Told) -> None:
    deep: dict[str, Any] = {}
    for _ in range(7):
        deep = {"and": [deep]}
    for query, given in (
        (STATUSES, {"commitments": {"topic": {"eq": "No Such Topic"}}}),
        (CHANGES, deep),
    ):
        with pytest.raises(SubscriptionFailed) as failed:
            await told.begin(query=query, filter=given)
        assert failed.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"
