"""Threads for what blocks: how many there are, and what becomes of work that nobody waits for.

Motor's own threads are five for each core, for everything alike: ten slow commands would stop a
process. Those that read have threads of their own here; what watches over the process has others.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import Context, ContextVar
from typing import Any, NamedTuple, TypeVar

logger = logging.getLogger("followthrough.mongodb")

MOST_AT_ONCE = 8
"""Commands that one operation has under way at a time, so that one request of many aliases cannot
take all threads. More than a core or two of MongoDB's can work on at once."""

WAIT_S = 5.0
"""How long work waits for a thread while all are busy."""

QUICK = 10
"""How much work begins at once while it is quick: more threads would only get in each other's way
for Python's lock. What takes longer than `SLOW_S` makes room for more."""

SLOW_S = 0.05

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0

Result = TypeVar("Result")

_turns: ContextVar[asyncio.Semaphore | None] = ContextVar("turns", default=None)


class AllBusy(Exception):
    """All threads were busy for as long as work waits for one."""


class _Turns:
    """Within this, what is run takes its turns by a semaphore, or none."""

    __slots__ = ("_token", "_turns")

    def __init__(self, turns: asyncio.Semaphore | None) -> None:
        self._turns = turns

    def __enter__(self) -> None:
        self._token = _turns.set(self._turns)

    def __exit__(self, *_: object) -> None:
        _turns.reset(self._token)


def fair_share() -> AbstractContextManager[None]:
    """What is run within this has at most `MOST_AT_ONCE` threads at a time; the rest waits."""
    return _Turns(asyncio.Semaphore(MOST_AT_ONCE))


def for_all() -> AbstractContextManager[None]:
    """What is run within this is no part of one operation's share: others wait for it, too."""
    return _Turns(None)


class _Waiter(NamedTuple):
    """Work that waits for a thread: since when, and its place once it has one."""

    since: float
    place: "asyncio.Future[object]"


class Threads:
    """At most so many pieces of work at once, each in a thread.

    Work has a name. When nobody waits for it any more it is dropped, or if it has begun, `end` is
    called with the names of all such, again and again, until their threads are free.
    """

    def __init__(self, most: int, end: Callable[[Collection[str]], None] | None = None) -> None:
        self.most = most
        self._pool = ThreadPoolExecutor(most, "followthrough-mongodb")
        self._busy = 0
        self._quick: dict[object, float] = {}
        """When work began that was quick when last looked at, oldest first."""
        self._waiting: deque[_Waiter] = deque()
        self._look_again: tuple[float, asyncio.TimerHandle] | None = None
        self._end = end
        self._left: dict[str, Future[Any]] = {}
        self._ending: asyncio.Task[None] | None = None
        self._ender = ThreadPoolExecutor(1, "followthrough-mongodb-end") if end else None

    async def run(self, name: str, work: Callable[[], Result]) -> Result:
        """What `work` gives. Raises AllBusy."""
        turns = _turns.get()
        if turns is not None:
            await turns.acquire()
        place: object = None
        working: Future[Result] | None = None
        try:
            now = time.monotonic()
            if self._waiting or not self._has_room(now):
                place = await self._wait(now)
            else:
                place = self._take_place(now)
            working = self._pool.submit(work)
            return await asyncio.wrap_future(working)
        finally:
            if turns is not None:
                turns.release()
            if place is not None:
                self._quick.pop(place, None)
                if working is None or working.done():
                    self._busy -= 1
                else:  # cancelled, and too late to keep it from being sent
                    self._leave(name, working)
                if self._waiting:
                    self._admit_waiters()

    def _has_room(self, now: float) -> bool:
        """Whether a thread is free, and not too much is under way that is quick so far."""
        if self._busy >= self.most:
            return False
        while self._quick:
            oldest, began = next(iter(self._quick.items()))
            if began > now - SLOW_S:
                break
            del self._quick[oldest]
        return len(self._quick) < QUICK

    def _take_place(self, now: float) -> object:
        place = object()
        self._busy += 1
        self._quick[place] = now
        return place

    async def _wait(self, now: float) -> object:
        """A place, once there is one, in the order of asking. Raises AllBusy."""
        waiter = _Waiter(now, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        if self._look_again is None:
            self._admit_waiters()
        try:
            return await waiter.place
        except asyncio.CancelledError:
            # Cancelled in the moment between being given a place and taking it.
            if not waiter.place.cancelled() and waiter.place.exception() is None:
                self._quick.pop(waiter.place.result(), None)
                self._busy -= 1
                self._admit_waiters()
            raise

    def _admit_waiters(self) -> None:
        """Gives places to those who wait, and looks again when there may be another."""
        now = time.monotonic()
        while self._waiting:
            first = self._waiting[0]
            if not first.place.done():
                if self._has_room(now):
                    first.place.set_result(self._take_place(now))
                elif first.since <= now - WAIT_S:
                    message = f"all {self.most} threads were busy for {WAIT_S:g} s"
                    first.place.set_exception(AllBusy(message))
                else:
                    break
            self._waiting.popleft()
        else:
            return
        until = first.since + WAIT_S
        if self._busy < self.most:
            until = min(until, next(iter(self._quick.values())) + SLOW_S)
        if self._look_again is None or self._look_again[0] > until:
            self._look_at(until, now)

    def _look_at(self, until: float, now: float) -> None:
        """One timer for all who wait: one for each command would cost as much as its answer."""
        if self._look_again is not None:
            self._look_again[1].cancel()

        def look() -> None:
            self._look_again = None
            self._admit_waiters()

        timer = asyncio.get_running_loop().call_later(max(until - now, 0.001), look)
        self._look_again = until, timer

    def _leave(self, name: str, working: Future[Any]) -> None:
        """The thread counts as busy until it is free."""
        loop = asyncio.get_running_loop()
        self._left[name] = working

        def freed(_: object) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._freed, name)

        working.add_done_callback(freed)
        if self._end is not None and (self._ending is None or self._ending.done()):
            self._ending = loop.create_task(self._end_left(), context=Context())

    def _freed(self, name: str) -> None:
        del self._left[name]
        self._busy -= 1
        if self._waiting:
            self._admit_waiters()

    async def _end_left(self) -> None:
        # Most are done by themselves before the first pause is over.
        pause = _FIRST_PAUSE_S
        await asyncio.sleep(pause)
        loop = asyncio.get_running_loop()
        while self._left:
            assert self._end is not None
            try:
                await loop.run_in_executor(self._ender, self._end, tuple(self._left))
            except Exception as error:  # whatever it is, the threads are still to be freed
                logger.warning("commands that nobody waits for could not be ended: %s", error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def close(self) -> None:
        """Starts nothing more; does not wait for what is under way."""
        if self._ending is not None:
            self._ending.cancel()
        if self._look_again is not None:
            self._look_again[1].cancel()
        for pool in (self._pool, self._ender):
            if pool is not None:
                pool.shutdown(wait=False, cancel_futures=True)
