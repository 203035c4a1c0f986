"""Questions that share a command: who is asked together, what each gets, what fails for whom."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from store.mongodb.driver import (
    MAX_TIME_EXPIRED,
    CommandLog,
    Database,
    InsertOne,
    Overdue,
    Unreachable,
    UpdateOne,
)
from store.reads import coalescing
from store.reads.coalescing import Shared
from store.reads.reader import Cut, Reader


class Store:
    """Answers a question when it is let; notes which keys were asked for together."""

    def __init__(self, *refused: str) -> None:
        self.asked: list[Sequence[str]] = []
        self.refused = set(refused)
        self.let = asyncio.Event()

    async def __call__(self, keys: Sequence[str]) -> dict[str, Any]:
        self.asked.append(list(keys))
        await self.let.wait()
        if self.refused.intersection(keys):
            raise ValueError(f"one of {sorted(keys)} cannot be asked for")
        return {key: {"of": key, "parts": [{"n": 1}]} for key in keys if key != "missing"}


async def _asking(shared: Shared, store: Store, *questions: Sequence[str]) -> list[Any]:
    """Tasks that asked, in this order, before the store was let answer."""
    tasks = [asyncio.create_task(shared.ask("question", keys, store)) for keys in questions]
    await asyncio.sleep(0)
    return tasks


async def test_who_comes_meanwhile_is_asked_together() -> None:
    shared, store = Shared(), Store()
    tasks = await _asking(shared, store, ["a"], ["b", "c"], ["c", "missing"], ["a"])
    assert store.asked == [["a"]]  # at once, for nobody waits for company
    store.let.set()
    found = await asyncio.gather(*tasks)
    assert store.asked == [["a"], ["b", "c", "missing", "a"]]
    assert [list(answers) for answers in found] == [["a"], ["b", "c"], ["c"], ["a"]]
    assert shared == Shared()  # nothing is left of them


async def test_other_questions_do_not_wait() -> None:
    shared, store = Shared(), Store()
    asking = [asyncio.create_task(shared.ask(name, ["a"], store)) for name in ("this", "that")]
    await asyncio.sleep(0)
    assert store.asked == [["a"], ["a"]]
    store.let.set()
    await asyncio.gather(*asking)


async def test_everybody_may_change_what_they_got() -> None:
    shared, store = Shared(), Store()
    tasks = await _asking(shared, store, ["x"], ["a"], ["a"], ["a", "a"])
    store.let.set()
    first, *others = [found["a"] for found in (await asyncio.gather(*tasks))[1:]]
    first["parts"][0]["n"] = 2
    first["parts"].append("more")
    first["~1"] = "a slot of a plan"
    for other in others:
        assert other == {"of": "a", "parts": [{"n": 1}]}


async def test_what_is_only_read_is_not_copied() -> None:
    shared, store = Shared(), Store()
    asking = [
        asyncio.create_task(shared.ask("question", ["a"], store, to_change=False)) for _ in "123"
    ]
    await asyncio.sleep(0)
    store.let.set()
    _, second, third = await asyncio.gather(*asking)
    assert second["a"] is third["a"]


async def test_what_one_may_not_ask_does_not_spoil_it_for_others() -> None:
    shared, store = Shared(), Store("b")
    tasks = await _asking(shared, store, ["x"], ["a"], ["b"], ["c"])
    store.let.set()
    _, a, b, c = await asyncio.gather(*tasks, return_exceptions=True)
    assert list(a) == ["a"] and list(c) == ["c"]
    assert isinstance(b, ValueError) and "['b']" in str(b)
    assert shared == Shared()


async def test_a_store_that_went_away_is_not_asked_again_by_each() -> None:
    shared, asked = Shared(), 0

    async def away(keys: Sequence[str]) -> dict[str, Any]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        raise Unreachable("no server")

    asking = [shared.ask("question", [key], away) for key in "abcd"]
    errors = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(error) for error in errors] == [Unreachable] * 4
    assert asked == 2  # the first, and the rest together
    assert shared == Shared()


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_who_gives_up_takes_nobody_along(place: int) -> None:
    shared, store = Shared(), Store()
    tasks = await _asking(shared, store, ["a"], ["b"], ["c"])
    tasks[place].cancel()
    await asyncio.sleep(0)
    store.let.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    for number, (key, answers) in enumerate(zip("abc", found, strict=True)):
        if number == place:
            assert isinstance(answers, asyncio.CancelledError)
        else:
            assert list(answers) == [key]
    assert shared == Shared()


async def test_one_command_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coalescing, "MOST_KEYS", 3)
    shared, store = Shared(), Store()
    tasks = await _asking(shared, store, ["x"], ["a", "b"], ["c"], ["d"], list("efghi"), ["j"])
    store.let.set()
    await asyncio.gather(*tasks)
    assert store.asked == [["x"], ["a", "b", "c"], ["d"], list("efghi"), ["j"]]


async def test_a_command_is_sent_for_one_of_those_who_asked() -> None:
    """Else a trace would have it under an operation that has nothing to do with it, or none."""
    operation: ContextVar[str] = ContextVar("operation")
    shared, seen = Shared(), []

    async def look(keys: Sequence[str]) -> dict[str, Any]:
        seen.append(operation.get())
        await asyncio.sleep(0)
        return {}

    async def run(name: str) -> None:
        operation.set(name)
        await shared.ask("question", [name], look)

    await asyncio.gather(*(asyncio.create_task(run(name)) for name in ("one", "two", "three")))
    assert seen == ["one", "two"]


async def test_an_answer_is_never_older_than_its_question(mongodb_url: str) -> None:
    """A write that was acknowledged is seen, even by one who joins others."""
    log = CommandLog()
    database = Database.connect(mongodb_url, "sharing", log=log)
    await database.drop()
    keys = [f"k{number}" for number in range(20)]
    await database.write("rows", [InsertOne({"_id": key, "n": 0}) for key in keys])
    reader = Reader(database)

    async def write_and_read(key: str) -> None:
        for n in range(1, 11):
            await database.write("rows", [UpdateOne({"_id": key}, {"$set": {"n": n}})])
            assert await reader.find_documents("rows", [key]) == {key: {"_id": key, "n": n}}

    log.commands.clear()
    await asyncio.gather(*(write_and_read(key) for key in keys))
    found = sum("find" in command for command in log.commands)
    assert found < 150, "of 200 questions, many were asked together"
    await database.drop()
    database.close()


async def test_trails_and_counters_share_as_well(mongodb_url: str, both_sets: str) -> None:
    log = CommandLog()
    database = Database.connect(mongodb_url, both_sets, log=log)
    reader, keys = Reader(database), ["K01", "K02", "K05", "K01"]

    async def trail(of: Reader, key: str) -> set[str]:
        found = await of.find_trails("commitments", [key], 8)
        return {follow_up["_id"] for follow_up in found[key]}

    alone = [await trail(Reader(database), key) for key in keys]
    assert all(alone)
    log.commands.clear()
    assert await asyncio.gather(*(trail(reader, key) for key in keys)) == alone
    assert len(log.commands) == 2
    log.commands.clear()
    counted = [
        reader.aggregates.load_counters("commitments", ["TERM"], "2025-07-09") for _ in range(9)
    ]
    assert len({str(found) for found in await asyncio.gather(*counted)}) == 1
    assert len(log.commands) == 2
    database.close()


async def test_trails_as_known_at_different_moments_are_different_questions(
    mongodb_url: str, both_sets: str
) -> None:
    log = CommandLog()
    database = Database.connect(mongodb_url, both_sets, log=log)
    reader = Reader(database)
    moments = [None, datetime(2025, 7, 1, tzinfo=UTC), datetime(2022, 3, 1, tzinfo=UTC)] * 3

    async def trail(of: Reader, moment: datetime | None) -> set[str]:
        found = await of.find_trails("commitments", ["K05"], 8, cut=Cut(known_at=moment))
        return {follow_up["_id"] for follow_up in found.get("K05", ())}

    alone = [await trail(Reader(database), moment) for moment in moments]
    assert len(alone[0]) > len(alone[1]) > len(alone[2])
    log.commands.clear()
    assert await asyncio.gather(*(trail(reader, moment) for moment in moments)) == alone
    assert len(log.commands) == 6, "each moment's first question, and the others of it together"
    database.close()


async def test_who_gave_up_is_not_asked_for_again() -> None:
    """After a batch that failed, each of those who still wait is; the lane goes on meanwhile."""
    shared, store = Shared(), Store("b")
    tasks = await _asking(shared, store, ["x"], ["a"], ["b"], ["c"])
    tasks[1].cancel()
    store.let.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(found[1], asyncio.CancelledError) and isinstance(found[2], ValueError)
    assert ["a"] not in store.asked
    assert shared == Shared()


async def test_a_lane_goes_on_while_those_of_a_failed_batch_are_asked_for_alone() -> None:
    shared, asked, slow = Shared(), list[list[str]](), asyncio.Event()

    async def ask(keys: Sequence[str]) -> dict[str, Any]:
        asked.append(list(keys))
        await asyncio.sleep(0)
        if len(keys) > 1:
            raise ValueError("too many")
        if keys[0] in "ab":
            await slow.wait()
        return {key: key for key in keys}

    tasks = [asyncio.create_task(shared.ask("question", [key], ask)) for key in "xab"]
    while asked.count(["a"]) == 0:
        await asyncio.sleep(0)
    assert await shared.ask("question", ["new"], ask) == {"new": "new"}
    slow.set()
    assert await asyncio.gather(*tasks) == [{"x": "x"}, {"a": "a"}, {"b": "b"}]
    assert shared == Shared()


async def test_what_took_too_long_is_not_asked_again_for_each() -> None:
    shared, asked = Shared(), 0

    async def late(keys: Sequence[str]) -> dict[str, Any]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        raise Overdue(OperationFailure("operation exceeded time limit", MAX_TIME_EXPIRED))

    asking = [shared.ask("question", [key], late) for key in "abcd"]
    errors = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(error) for error in errors] == [Overdue] * 4
    assert asked == 2


async def test_a_batch_ends_when_all_have_left_it() -> None:
    shared, store = Shared(), Store()
    tasks = await _asking(shared, store, ["x"], ["a"], ["b"])
    ended = asyncio.Event()
    store.let.set()
    await tasks[0]

    async def hold(keys: Sequence[str]) -> dict[str, Any]:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    await asyncio.gather(*tasks)
    first = asyncio.create_task(shared.ask("question", ["x"], hold))
    others = []
    await asyncio.sleep(0)
    for key in "ab":
        others.append(asyncio.create_task(shared.ask("question", [key], hold)))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0.01)
    ended.clear()
    for task in others:
        task.cancel()
    async with asyncio.timeout(10):
        await ended.wait()
        while shared != Shared():
            await asyncio.sleep(0)
