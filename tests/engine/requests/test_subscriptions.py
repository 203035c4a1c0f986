"""Subscriptions over a service: what is shared, what is not, and what is tried again."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema

from engine.context import Operation
from engine.requests.prepared import Request
from engine.requests.service import Service
from engine.requests.subscriptions import Event, SubscriptionFailed, Subscriptions
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.log import Log
from store.mongodb.driver import Unreachable
from store.reads.reader import Reader
from store.viewers import ANONYMOUS, Role, Viewer
from store.writes.counters import data_version
from tests.conftest import Dataset, empty_dataset
from tests.store.samples import commitment, store, write

SEES_ALL = Viewer(role=Role.PROPOSER)
QUERY = """subscription ($after: String, $kinds: [ChangeKind!]) {
  recordChanges(after: $after, filter: {kind: $kinds}) { change { key record { key } } }
}"""


class Told:
    """A store, and the subscriptions of one process to it, which hears when the test says so."""

    def __init__(self, dataset: Dataset) -> None:
        self.database, self.commands = dataset.database, dataset.log.commands
        self.log = Log()
        service = Service(dataset.service.schema, COLLECTIONS)
        self.subscriptions = Subscriptions(service, self.log)

    async def begin(
        self, viewer: Viewer = ANONYMOUS, query: str = QUERY, **variables: Any
    ) -> AsyncGenerator[Event]:
        reader = Reader(self.database)

        def make() -> Operation:
            return make_operation(reader, viewer=viewer)

        return await self.subscriptions.begin(Request(query, variables=variables), make)

    async def write(self, key: str, **members: Any) -> None:
        await write(self.database, commitment(key, **members))

    async def hear(self) -> None:
        self.log.hear(await data_version(self.database))


@pytest.fixture
async def told(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Told]:
    async with empty_dataset(mongodb_url, "told", schema) as dataset:
        await write(dataset.database, *store())
        told = Told(dataset)
        await told.hear()
        yield told


def key_in(event: Event) -> str:
    return str(orjson.loads(event.payload)["data"]["recordChanges"]["change"]["key"])


async def test_what_many_ask_alike_is_read_and_worked_out_once(told: Told) -> None:
    counts = []
    for many in (1, 30):
        events = [await told.begin() for _ in range(many)]
        await told.write(f"shared-{many}")
        told.commands.clear()
        heard = asyncio.gather(*(anext(each) for each in events))
        await told.hear()
        found = await heard
        # Of its own, the test asks for the version.
        counts.append(len(told.commands))
        assert {id(event.payload) for event in found} == {id(found[0].payload)}
        assert key_in(found[0]) == f"shared-{many}"
        for each in events:
            await each.aclose()
    assert counts[0] == counts[1] > 1


async def test_the_cursors_that_they_began_with_do_not_part_them(told: Told) -> None:
    async with aclosing(await told.begin()) as events:
        await told.write("before")
        await told.hear()
        cursor = (await anext(events)).cursor
        late = await told.begin(after=cursor)
        await told.write("after")
        await told.hear()
        one, other = await asyncio.gather(anext(events), anext(late))
        assert key_in(one) == key_in(other) == "after"
        # The late one began in the middle of a version, the first at its end.
        await told.write("later")
        await told.hear()
        one, other = await asyncio.gather(anext(events), anext(late))
        assert one.payload is other.payload
        await late.aclose()


async def test_who_sees_less_shares_nothing_with_who_sees_more(told: Told) -> None:
    reader, proposer = await told.begin(), await told.begin(SEES_ALL)
    await told.write("proposed", curation="PROPOSED")
    await told.write("accepted")
    heard = asyncio.gather(anext(reader), anext(proposer))
    await told.hear()
    assert [key_in(event) for event in await heard] == ["accepted", "proposed"]
    assert key_in(await anext(proposer)) == "accepted"
    await reader.aclose()
    await proposer.aclose()


async def test_other_variables_are_another_question(told: Told) -> None:
    created, updated = await told.begin(kinds=["CREATED"]), await told.begin(kinds=["UPDATED"])
    await told.write("one")
    await told.write("one", gist="Otherwise.")
    await told.hear()
    kinds = [key_in(await anext(each)) for each in (created, updated)]
    assert kinds == ["one", "one"]
    await told.write("two")
    await told.hear()
    assert key_in(await anext(created)) == "two"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(updated), 0.3)
    await created.aclose()


async def test_what_is_told_while_mongodb_is_away_is_told_later(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = await told.begin()
    find_page, failed = Reader.find_page, 0

    async def away(self: Reader, *given: Any, **named: Any) -> Any:
        nonlocal failed
        failed += 1
        if failed < 3:
            raise Unreachable("away")
        return await find_page(self, *given, **named)

    await told.write("waited-for")
    monkeypatch.setattr(Reader, "find_page", away)
    await told.hear()
    assert key_in(await anext(events)) == "waited-for"
    assert failed >= 3
    await events.aclose()


async def test_a_server_that_lacks_what_was_told_is_not_believed(told: Told) -> None:
    """It was the primary until a moment ago: what it has is no gap in the log."""
    events = await told.begin()
    waiting = asyncio.create_task(anext(events))
    await asyncio.sleep(0)
    told.log.hear(await data_version(told.database) + 1)
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await told.write("there-by-now")
    assert key_in(await waiting) == "there-by-now"
    await events.aclose()


async def test_more_than_a_page_is_told_in_order(told: Told) -> None:
    events = await told.begin()
    keys = [f"many-{n:02}" for n in range(45)]
    await write(told.database, *map(commitment, keys))
    await told.hear()
    assert [key_in(await anext(events)) for _ in keys] == keys
    await events.aclose()


async def test_a_store_that_was_replaced_ends_it(told: Told) -> None:
    events = await told.begin()
    waiting = asyncio.create_task(anext(events))
    await asyncio.sleep(0)
    told.log.hear(0)
    with pytest.raises(SubscriptionFailed) as failed:
        await waiting
    assert failed.value.errors[0]["extensions"]["code"] == "CURSOR_GONE"


async def test_what_is_still_moved_into_its_place_is_waited_for(told: Told) -> None:
    events = await told.begin()
    await told.write("moving")
    version = await data_version(told.database)
    told.log.hold(version)
    await told.hear()
    waiting = asyncio.create_task(anext(events))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    told.log.hold(None)
    await told.write("in-its-place")
    await told.hear()
    assert key_in(await waiting) == "moving"
    await events.aclose()
