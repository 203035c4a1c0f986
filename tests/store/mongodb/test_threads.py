"""Threads for what blocks: how many, who waits, and what becomes of what nobody waits for."""

import asyncio
import threading
from collections.abc import Callable, Collection

import pytest

from store.mongodb import threads
from store.mongodb.threads import MOST_AT_ONCE, QUICK, AllBusy, Threads, fair_share, for_all


class Work:
    """Blocks until it is let go; counts how much of it goes on."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.now = self.most = self.began = 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            self.began += 1
            self.now += 1
            self.most = max(self.most, self.now)
        self.let.wait()
        with self._lock:
            self.now -= 1
        return self.began


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():
            await asyncio.sleep(0.01)


async def test_as_many_as_there_are_and_the_rest_waits() -> None:
    pool, work = Threads(3), Work()
    tasks = [asyncio.create_task(pool.run(str(n), work)) for n in range(7)]
    await _until(lambda: work.began == 3)
    work.let.set()
    await asyncio.gather(*tasks)
    assert (work.began, work.most) == (7, 3)
    pool.close()


async def test_who_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "WAIT_S", 0.05)
    pool, work = Threads(1), Work()
    first = asyncio.create_task(pool.run("first", work))
    await _until(lambda: work.began == 1)
    with pytest.raises(AllBusy, match="all 1 threads were busy"):
        await pool.run("second", work)
    work.let.set()
    await first
    await pool.run("third", work)  # nothing was lost
    pool.close()


async def test_one_operation_does_not_take_all() -> None:
    pool, work = Threads(20), Work()

    async def operation() -> None:
        with fair_share():
            await asyncio.gather(*(pool.run(str(n), work) for n in range(19)))

    greedy = asyncio.create_task(operation())
    await _until(lambda: work.began == MOST_AT_ONCE)
    other = Work()
    other.let.set()
    assert await pool.run("another's", other) == 1
    with fair_share(), for_all():  # what others wait for, too
        assert await pool.run("shared", other) == 2
    assert work.began == MOST_AT_ONCE
    work.let.set()
    await greedy
    assert (work.began, work.most) == (19, MOST_AT_ONCE)
    pool.close()


async def test_what_nobody_waits_for_is_ended_until_its_thread_is_free() -> None:
    work, asked = Work(), list[set[str]]()

    def end(names: Collection[str]) -> None:
        asked.append(set(names))
        if len(asked) == 1:
            raise OSError("not this time")
        if len(asked) == 3:
            work.let.set()

    pool = Threads(2, end)
    tasks = [asyncio.create_task(pool.run(name, work)) for name in ("a", "b", "c")]
    await _until(lambda: work.began == 2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await _until(lambda: work.now == 0)
    assert asked == [{"a", "b"}] * 3, "and not the third, which had not begun"
    quick = Work()
    quick.let.set()
    await asyncio.gather(*(pool.run(str(n), quick) for n in range(4)))
    assert work.began == 2
    pool.close()


async def test_more_than_is_quick_begins_once_what_goes_on_is_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "SLOW_S", 0.2)
    pool, work = Threads(QUICK + 3), Work()
    tasks = [asyncio.create_task(pool.run(str(n), work)) for n in range(QUICK + 5)]
    await _until(lambda: work.began == QUICK)
    await _until(lambda: work.began == QUICK + 3)  # no more threads than there are
    work.let.set()
    await asyncio.gather(*tasks)
    assert (work.began, work.most) == (QUICK + 5, QUICK + 3)
    pool.close()


async def test_who_leaves_in_the_moment_of_being_let_in_takes_no_place() -> None:
    pool, quick = Threads(1), Work()
    quick.let.set()
    for _ in range(20):  # in some of them the two meet
        work = Work()
        first = asyncio.create_task(pool.run("first", work))
        await _until(lambda work=work: work.began == 1)  # type: ignore[misc]
        waiting = [asyncio.create_task(pool.run(name, quick)) for name in ("leaves", "stays")]
        await asyncio.sleep(0)
        work.let.set()
        while not first.done():
            await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.wait(waiting)
        assert not waiting[1].exception(), "the place went on to the next"
    pool.close()
