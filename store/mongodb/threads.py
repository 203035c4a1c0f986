"""Threads for what blocks: how many there are, and what becomes of work that nobody waits for.

Motor's own threads are five for each core, for everything alike: ten slow commands would stop a
process. Those that read have threads of their own here; what watches over the process has others.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context, ContextVar
from typing import Any, TypeVar

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


@contextmanager
def fair_share() -> Iterator[None]:
    """What is run within this has at most `MOST_AT_ONCE` threads at a time; the rest waits."""
    token = _turns.set(asyncio.Semaphore(MOST_AT_ONCE))
    try:
        yield
    finally:
        _turns.reset(token)


@contextmanager
def for_all() -> Iterator[None]:
    """What is run within this is no part of one operation's share: others wait for it, too."""
    token = _turns.set(None)
    try:
        yield
    finally:
        _turns.reset(token)


class _Quick:
    """A place among what is quick, for as long as it is."""

    __slots__ = ("_held", "_places", "_slow")

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places, self._held = places, True
        self._slow = asyncio.get_running_loop().call_later(SLOW_S, self._give_up)

    @classmethod
    async def begun(cls, places: asyncio.Semaphore) -> "_Quick":
        """A place, once there is one."""
        await places.acquire()
        return cls(places)

    def _give_up(self) -> None:
        self._held = False
        self._places.release()

    def end(self) -> None:
        """Makes room for others, unless it has."""
        if self._held:
            self._slow.cancel()
            self._give_up()


class Threads:
    """At most so many pieces of work at once, each in a thread.

    Work has a name. When nobody waits for it any more it is dropped, or if it has begun, `end` is
    called with the names of all such, again and again, until their threads are free.
    """

    def __init__(self, most: int, end: Callable[[Collection[str]], None] | None = None) -> None:
        self.most = most
        self._pool = ThreadPoolExecutor(most, "followthrough-mongodb")
        self._free = asyncio.Semaphore(most)
        self._quick = asyncio.Semaphore(QUICK)
        self._end = end
        self._left: dict[str, Future[Any]] = {}
        self._ending: asyncio.Task[None] | None = None
        self._ender = ThreadPoolExecutor(1, "followthrough-mongodb-end") if end else None

    async def run(self, name: str, work: Callable[[], Result]) -> Result:
        """What `work` gives. Raises AllBusy."""
        turns = _turns.get()
        if turns is None:
            return await self._run(name, work)
        async with turns:
            return await self._run(name, work)

    async def _run(self, name: str, work: Callable[[], Result]) -> Result:
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()
        working: Future[Result] | None = None
        quick: _Quick | None = None
        try:
            quick = await _Quick.begun(self._quick)
            working = self._pool.submit(work)
            return await asyncio.wrap_future(working)
        finally:
            if quick is not None:
                quick.end()
            if working is None or working.done():
                self._free.release()
            else:  # cancelled, and too late to keep it from being sent
                self._leave(name, working)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                await self._free.acquire()
        except TimeoutError:
            message = f"all {self.most} threads were busy for {WAIT_S:g} s"
            raise AllBusy(message) from None

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
        self._free.release()

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
        for pool in (self._pool, self._ender):
            if pool is not None:
                pool.shutdown(wait=False, cancel_futures=True)
