"""Which version of the data an answer has to include, so that whoever wrote something reads it.

Processes share nothing but MongoDB, and one hears of another's write a moment after it was
acknowledged. A request that names the version of a write is answered from that version on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from engine.requests.answer import Answer
from engine.requests.response_cache import ResponseCache
from store.feed import DataVersion, may_unsettle
from store.reads.reader import Reader


class VersionNotReached(Exception):
    """The data has `reached` no version as late as the one that was asked for."""

    def __init__(self, least: int, reached: int) -> None:
        super().__init__(least, reached)
        self.least, self.reached = least, reached


@dataclass(frozen=True, slots=True)
class Versions:
    """What this process knows of the version of the data: `heard` of, or asked of MongoDB.

    `refresh` reads what waits in the queue, without which a merge is not read as if it were done.
    `seconds` is how long `reach` waits.
    """

    reader: Reader
    heard: DataVersion
    cache: ResponseCache | None
    refresh: Callable[[], Awaitable[None]]
    seconds: float

    async def get_heard(self) -> int | None:
        """The version that was heard of; None while that is not certain."""
        return self.heard.current

    async def ask(self) -> int:
        """The version that MongoDB has now, from which on all that is read is read."""
        news = await self.reader.load_news()
        heard = self.heard.current
        if heard is None or (news.version > heard and may_unsettle(news, heard)):
            await self.refresh()
        if self.cache is not None:
            self.cache.hear(news)
        return news.version

    async def follow(self, answer: Answer, version: int | None) -> int | None:
        """The version that an answer includes which was made from this one on: after what wrote, a
        later one. None if nobody asked.
        """
        return await self.ask() if version is not None and answer.wrote else version

    async def reach(self, least: int) -> int:
        """The version from which on is read, at least this one. Raises VersionNotReached."""
        heard = self.heard.current
        if heard is not None and heard >= least:
            return heard
        version = await self.ask()
        if version >= least:
            return version
        with suppress(TimeoutError):
            async with asyncio.timeout(self.seconds):
                await self.heard.reach(least)
        version = await self.ask()
        if version < least:
            raise VersionNotReached(least, version)
        return version
