"""Several answers at the same time: when one fails, the others do not run on."""

import asyncio

import pytest

from store.gather import gather_all


async def test_when_one_fails_the_others_are_ended_first() -> None:
    ended = list[int]()

    async def wait(number: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # it has something to put away
            ended.append(number)

    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError("this one")

    with pytest.raises(ValueError, match="this one"):
        await gather_all([wait(1), fail(), wait(2)])
    assert ended == [1, 2]
    everything = asyncio.create_task(gather_all([wait(3), wait(4)]))
    for _ in range(3):  # until they wait
        await asyncio.sleep(0)
    everything.cancel()
    with pytest.raises(asyncio.CancelledError):
        await everything
    assert ended == [1, 2, 3, 4]


async def test_answers_come_in_the_order_of_the_questions() -> None:
    async def after(turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return turns

    assert list(await gather_all([after(3), after(1), after(2)])) == [3, 1, 2]
    assert list(await gather_all([after(1)])) == [1]
    assert list(await gather_all([])) == []
