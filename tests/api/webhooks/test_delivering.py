"""What webhooks are told: of what, in which order, how often, and by whom."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from api.news.loading import Deed
from api.webhooks import delivering
from api.webhooks.delivering import Patience
from store.mongodb.collections import META
from store.mongodb.driver import DeleteOne, UpdateOne
from store.viewers import Role
from store.webhooks import TYPES, Interest
from store.writes.loading import LOADING
from store.writes.writer import Author
from tests.api.webhooks.conftest import BROKEN, OK, Receiver, Told, follow_ups, receiving
from tests.store import samples

CORRECTING = Author("Zora Scribens", why="Read again.", correction=True)


def test_the_types_are_those_of_what_changes_do() -> None:
    assert {*TYPES} == {*(f"record.{deed}" for deed in Deed), "status.changed"}


async def test_it_is_told_in_order_of_what_happens_from_then_on(
    told: Told, receiver: Receiver
) -> None:
    hook = await told.create(receiver)
    await told.deliver()
    assert receiver.received == []
    begun = samples.follow_up("f9", "c2", rationale="It began.")
    await told.write(begun)
    await told.write(samples.changed(begun, rationale="So."), author=CORRECTING)
    await told.write(samples.changed(begun, curation="RETRACTED"))
    await told.deliver()
    # Retracted by now: what it said before is not told any more.
    assert receiver.types == ["record.retracted", "status.changed"]
    first, second = (received.message["data"] for received in receiver.received)
    assert first["noun"] == "FOLLOW_UPS" and first["key"] == "f9"
    assert first["url"] == "https://example.org/follow-ups/f9"
    assert first["reason"] == "For us alone."
    assert second["before"] == {"value": "IN_PROGRESS", "verification": "SELF_REPORTED"}
    assert second["after"] == {"value": "NO_FOLLOW_UP", "verification": "NONE"}
    assert (second["noun"], second["key"]) == ("COMMITMENTS", "c2")
    assert second["because"]["key"] == "f9" and second["change"] == first["change"]
    receiver.verify(hook.secrets[0].text)
    headers = receiver.received[0].headers
    assert headers["content-type"] == "application/json"
    assert headers["host"] == receiver.url.split("/")[2]
    assert told.outcomes == ["delivered", "delivered"]


async def test_each_change_is_told_once_in_order(told: Told, receiver: Receiver) -> None:
    await told.create(receiver)
    for record in follow_ups(60):
        await told.write(record)
    await told.write(*follow_ups(60, first=100))
    await told.deliver()
    keys = [received.message["data"]["key"] for received in receiver.received]
    assert keys == [f"f{n}" for n in (*range(10, 70), *range(100, 160))]
    await told.deliver(rounds=2)
    assert len(receiver.received) == 120 == len({*receiver.ids})


async def test_a_failure_is_tried_again_with_the_same_id_before_the_next(
    told: Told, receiver: Receiver
) -> None:
    hook = await told.create(receiver)
    answers = [BROKEN, None, OK, OK]
    receiver.answer = lambda _: answers.pop(0)
    await told.write(*follow_ups(2))
    await told.deliver()
    failing = await told.hooks.get(hook.key)
    assert failing.attempts == 1 and failing.last_error == "answered 500"
    assert failing.due is not None and failing.failing_since is not None
    await told.deliver(rounds=4)
    assert len(receiver.ids) == 4
    assert receiver.ids[0] == receiver.ids[1] == receiver.ids[2] != receiver.ids[3]
    assert told.outcomes == ["failed", "failed", "delivered", "delivered"]
    well = await told.hooks.get(hook.key)
    assert (well.attempts, well.last_error, well.failing_since) == (0, None, None)
    assert well.delivered == 2


async def test_waits_grow_and_differ(told: Told, receiver: Receiver) -> None:
    receiver.answer = lambda _: BROKEN
    waits = []
    for _ in range(6):
        hook = await told.create(receiver)
        await told.write(*follow_ups(1, first=10 + len(waits)))
        await told.deliver(told.deliveries(Patience()))
        failing = await told.hooks.get(hook.key)
        assert failing.due is not None
        waits.append((failing.due - datetime.now(UTC)).total_seconds())
        await told.hooks.delete(hook.key)
    assert all(3 < wait < 6.1 for wait in waits) and max(waits) - min(waits) > 0.1
    assert list(Patience().waits) == sorted(Patience().waits)


async def test_what_is_not_taken_is_given_up_and_sent_again_when_asked(
    told: Told, receiver: Receiver
) -> None:
    hook = await told.create(receiver)
    first, second = follow_ups(2)
    receiver.answer = lambda r: BROKEN if r.message["data"]["key"] == "f10" else OK
    await told.write(first)
    await told.write(second)
    await told.deliver(rounds=6)
    assert [r.message["data"]["key"] for r in receiver.received] == ["f10"] * 4 + ["f11"]
    (letter,) = await told.hooks.list_dead()
    assert letter.key == receiver.ids[0] and letter.attempts == 4 and letter.hook == hook.key
    assert told.outcomes == ["failed"] * 4 + ["dead", "delivered"]
    assert await told.hooks.ask_again(hook.key, ["msg_of_none"]) == 0
    assert await told.hooks.ask_again(hook.key, []) == 1
    await told.deliver()
    (letter,) = await told.hooks.list_dead(hook.key)
    assert letter.attempts == 5 and not letter.again
    receiver.answer = lambda _: OK
    await told.hooks.ask_again(hook.key, [letter.key])
    await told.deliver()
    assert receiver.ids[-1] == letter.key and await told.hooks.list_dead() == []


async def test_what_is_not_seen_any_more_is_not_sent_again(told: Told, receiver: Receiver) -> None:
    hook = await told.create(receiver)
    receiver.answer = lambda _: BROKEN
    (record,) = follow_ups(1)
    await told.write(record)
    await told.deliver(rounds=5)
    assert len(await told.hooks.list_dead(hook.key)) == 1
    receiver.answer = lambda _: OK
    await told.write(samples.changed(record, curation="RETRACTED"))
    await told.hooks.ask_again(hook.key, [])
    sent = len(receiver.received)
    await told.deliver()
    assert await told.hooks.list_dead(hook.key) == []
    assert receiver.types[sent:] == ["record.retracted"]


async def test_one_that_takes_nothing_for_long_is_disabled_and_loses_nothing(
    told: Told, receiver: Receiver
) -> None:
    hook = await told.create(receiver)
    receiver.answer = lambda _: BROKEN
    await told.write(*follow_ups(2))
    patience = Patience(waits=(0.01,) * 9, gives_up=timedelta(seconds=0.1))
    deliveries = told.deliveries(patience)
    for _ in range(20):
        await told.deliver(deliveries)
        await asyncio.sleep(0.03)
    stopped = await told.hooks.get(hook.key)
    assert not stopped.enabled and "took nothing since" in (stopped.disabled_because or "")
    sent = len(receiver.received)
    await told.deliver(deliveries, rounds=2)
    assert len(receiver.received) == sent
    receiver.answer = lambda _: OK
    await told.hooks.enable(hook.key)
    await told.deliver()
    assert [r.message["data"]["key"] for r in receiver.received[sent:]] == ["f10", "f11"]


async def test_what_is_retracted_while_others_are_sent_is_not_told(
    told: Told, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "FRESH_S", 0.05)
    await told.create(receiver)
    records = follow_ups(2)
    await told.write(*records)
    receiver.slow = 0.5
    deliveries = told.deliveries()
    await deliveries.begin_due()
    while not receiver.received:
        await asyncio.sleep(0.01)
    await told.write(samples.changed(records[1], curation="RETRACTED"))
    await deliveries.finish()
    keys = [(r.message["type"], r.message["data"]["key"]) for r in receiver.received]
    assert keys == [("record.published", "f10"), ("record.retracted", "f11")]


async def test_nothing_is_told_while_a_first_load_takes_its_place(
    told: Told, receiver: Receiver
) -> None:
    await told.create(receiver)
    await told.write(*follow_ups(1))
    mark = {"$set": {"moving": True}}
    await told.database.write(META, [UpdateOne({"_id": LOADING}, mark, upsert=True)])
    await told.deliver()
    assert receiver.received == []
    await told.database.write(META, [DeleteOne({"_id": LOADING})])
    await told.deliver()
    assert len(receiver.received) == 1


async def test_a_receiver_that_is_gone_is_left_alone(told: Told, receiver: Receiver) -> None:
    hook = await told.create(receiver)
    receiver.answer = lambda _: b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n"
    await told.write(*follow_ups(1))
    await told.deliver(rounds=3)
    assert len(receiver.received) == 1
    assert (await told.hooks.get(hook.key)).disabled_because == "its receiver is gone (410)"


async def test_a_slow_one_keeps_no_other_waiting(told: Told, receiver: Receiver) -> None:
    async with receiving() as slow:
        slow.slow = 5.0
        await told.create(slow)
        await told.create(receiver)
        deliveries = told.deliveries()
        await told.write(*follow_ups(1))
        await deliveries.begin_due()
        while not (receiver.received and slow.received):
            await asyncio.sleep(0.01)
        await told.write(*follow_ups(1, first=20))
        async with asyncio.timeout(4):
            while len(receiver.received) < 2:
                await deliveries.begin_due()
                await asyncio.sleep(0.01)
        assert len(slow.received) == 1
        await deliveries.stop()


async def test_two_programs_deliver_each_once_and_in_order(told: Told, receiver: Receiver) -> None:
    await told.create(receiver)
    programs = [told.deliveries() for _ in range(3)]

    async def go_on(number: int) -> None:
        for _ in range(30):
            await told.deliver(programs[number])
            await asyncio.sleep(0.005)

    async def write() -> None:
        for record in follow_ups(25):
            await told.write(record)

    await asyncio.gather(write(), *(go_on(number) for number in range(3)))
    await told.deliver(rounds=2)
    keys = [received.message["data"]["key"] for received in receiver.received]
    assert keys == [f"f{number}" for number in range(10, 35)]


async def test_one_that_lost_its_lease_notes_nothing(told: Told, receiver: Receiver) -> None:
    hook = await told.create(receiver)
    now = datetime.now(UTC)
    assert await told.hooks.take(hook.key, "a", now)
    assert not await told.hooks.take(hook.key, "b", now)
    assert await told.hooks.take(hook.key, "a", now)  # Its own is held for longer.
    later = now + timedelta(minutes=2)
    assert await told.hooks.take(hook.key, "b", later)
    assert not await told.hooks.note_delivered(hook.key, "a", (99, 0, 0), later)
    assert not await told.hooks.note_place(hook.key, "a", (99, 0, 0))
    assert await told.hooks.note_place(hook.key, "b", (98, 0, 0))
    await told.hooks.release(hook.key, "a")
    assert not await told.hooks.take(hook.key, "c", later)
    assert (await told.hooks.get(hook.key)).place == (98, 0, 0)


@pytest.mark.parametrize(
    ("interest", "expected"),
    [
        (Interest(nouns=["parties"]), ["p"]),
        (Interest(types=["status.changed"]), ["c2"]),
        (Interest(types=["record.corrected"]), ["c1"]),
        (Interest(filters={"commitments": {"key": {"eq": "c2"}}}), ["f9", "c2"]),
        (Interest(filters={"commitments": {"topic": {"eq": "nothing/such"}}}), []),
        (Interest(own=[("parties", "p")]), ["p"]),
        (Interest(filters={"commitments": {"promisor": {"eq": "telno"}}}), ["f9", "c2", "c1"]),
    ],
)
async def test_it_is_told_of_what_it_wants(
    told: Told, receiver: Receiver, interest: Interest, expected: list[str]
) -> None:
    hook = await told.create(receiver, interest)
    assert (await told.hooks.get(hook.key)).interest.filters == interest.filters
    await told.write(samples.party("p"))
    await told.write(samples.follow_up("f9", "c2"))
    await told.write(samples.commitment("c1", title="Cheaper"), author=CORRECTING)
    await told.deliver()
    assert [received.message["data"]["key"] for received in receiver.received] == expected
    # What did not interest is passed, and not read again.
    assert (await told.hooks.get(hook.key)).place[0] == 4


async def test_it_sees_what_readers_see_unless_it_has_a_role(
    told: Told, receiver: Receiver
) -> None:
    await told.create(receiver)
    async with receiving() as insider:
        await told.create(insider, role=Role.PROPOSER)
        draft = samples.commitment("c9", title="Secret draft", curation="PROPOSED")
        await told.write(draft)
        await told.deliver()
        assert receiver.received == []
        assert insider.types == ["record.proposed"]
        assert insider.received[0].message["data"]["title"].endswith("Secret draft")
        await told.write(samples.changed(draft, title="In the open", curation="ACCEPTED"))
        await told.deliver()
        assert receiver.types == ["record.published", "status.changed"]
        assert b"Secret" not in b"".join(one.body for one in receiver.received)
        assert b"Zora" not in b"".join(one.body for one in receiver.received)


async def test_a_replaced_secret_signs_for_a_day_beside_the_new_one(
    told: Told, receiver: Receiver
) -> None:
    hook = await told.create(receiver)
    new = await told.hooks.rotate(hook.key, datetime.now(UTC))
    await told.write(*follow_ups(1))
    await told.deliver()
    receiver.verify(hook.secrets[0].text)
    receiver.verify(new)
    kept = await told.hooks.get(hook.key)
    assert kept.signing(datetime.now(UTC) + timedelta(hours=25)) == [new]
    newest = await told.hooks.rotate(hook.key, datetime.now(UTC))
    assert (await told.hooks.get(hook.key)).signing(datetime.now(UTC)) == [newest, new]


async def test_a_write_meanwhile_is_told_at_once(told: Told, receiver: Receiver) -> None:
    await told.create(receiver)
    receiver.slow = 0.2
    deliveries = told.deliveries()
    async with delivering.delivering(deliveries):
        await told.write(*follow_ups(1))
        deliveries.wake.set()
        while not receiver.received:
            await asyncio.sleep(0.01)
        await told.write(*follow_ups(1, first=20))
        deliveries.wake.set()
        async with asyncio.timeout(delivering.LOOK_S - 1):
            while len(receiver.received) < 2:
                await asyncio.sleep(0.01)


async def test_a_fault_with_one_keeps_no_other_from_being_told(
    told: Told,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with receiving() as other:
        hook = await told.create(other)
        await told.create(receiver)
        await told.write(*follow_ups(1))
        deliveries = told.deliveries()
        asking_for = deliveries._asking_for

        def fail(given: object) -> object:
            if getattr(given, "key", None) == hook.key:
                raise ZeroDivisionError
            return asking_for(given)  # type: ignore[arg-type]

        monkeypatch.setattr(deliveries, "_asking_for", fail)
        await told.deliver(deliveries)
        assert len(receiver.received) == 1 and other.received == []
    assert "ZeroDivisionError" in caplog.text
