"""The version of the data, as a change stream tells it to this process.

Every write adds one to a number in the store, the data version. The process keeps answers under the
version that it last heard of. While it may have missed a change, it knows no version and keeps no
answers.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from store.mongodb.collections import META, QUEUE
from store.mongodb.driver import Database, Refused, Unreachable
from store.records.base import At

logger = logging.getLogger("followthrough.versions")

LISTEN_MS = 500
"""Milliseconds that MongoDB waits for a change before it answers that there was none."""

TRUSTED_S = 2.0
"""Seconds for which a version counts after it was last confirmed: no answer is staler than this.
Usually an event arrives within milliseconds of the write's acknowledgement; if the network drops
events silently, the version expires after this time."""

Refresh: TypeAlias = Callable[[Database], Awaitable[None]]

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 10.0


@dataclass(frozen=True, slots=True)
class News:
    """A version of the data, and the records that its write touched, by noun and key.

    `touched` is None if that is not known: then any record may have changed. A write of a follow-up
    touches its target, too. `lists` are the collections whose contents changed; a record may be
    touched and still be the same.
    """

    version: int
    touched: frozenset[At] | None = None
    lists: frozenset[str] = frozenset()


def parse_news(document: Mapping[str, Any]) -> News:
    """The news in the store's document about its data version."""
    version, stated = int(document["version"]), document.get("news")
    if stated is None or stated["version"] != version or stated["touched"] is None:
        return News(version)
    touched = frozenset((noun, key) for noun, key in stated["touched"])
    if "lists" not in stated:  # an older program's
        return News(version)
    return News(version, touched, frozenset(stated["lists"]))


class DataVersion:
    """The version of the data as last heard of; see `follow_data_version`."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._confirmed = 0.0
        self._told = asyncio.Event()

    @property
    def current(self) -> int | None:
        """The version, or None while it is not certain."""
        if time.monotonic() - self._confirmed > TRUSTED_S:
            return None
        return self._version

    def confirm(self, version: int | None) -> None:
        """Takes a version that was heard; None means that nothing has changed."""
        self._confirmed = time.monotonic()
        if version is not None:
            self._version = version
            self._told.set()
            self._told = asyncio.Event()

    async def reach(self, version: int) -> None:
        """Waits until this version or a later one was heard of."""
        while (current := self.current) is None or current < version:
            await self._told.wait()

    def doubt(self) -> None:
        """Forgets the version: events may have been missed."""
        self._version = None


@asynccontextmanager
async def follow_data_version(
    database: Database,
    hear: Callable[[News], None] = lambda _: None,
    refresh: Refresh | None = None,
) -> AsyncIterator[DataVersion]:
    """The data version, kept current inside the context. `hear` is called with each change, and
    `refresh` before it where what waits may be another than before, and at the start.
    """
    version = DataVersion()
    if refresh is not None:
        await refresh(database)
    task = asyncio.create_task(_listen(database, version, hear, refresh))
    try:
        yield version
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _listen(
    database: Database,
    version: DataVersion,
    hear: Callable[[News], None],
    refresh: Refresh | None,
) -> None:
    wait = _FIRST_WAIT_S
    while True:
        heard: int | None = None
        try:
            async with aclosing(_news(database)) as told:
                async for news in told:
                    if news is not None:
                        if refresh is not None and may_unsettle(news, heard):
                            await refresh(database)
                        heard = news.version
                        hear(news)
                    version.confirm(news.version if news is not None else None)
                    wait = _FIRST_WAIT_S
        except (Unreachable, Refused) as error:
            version.doubt()
            logger.warning("no news of writes, so nothing is kept: %s", error)
        except Exception:
            # No error may end this task: nobody would notice that it had ended.
            version.doubt()
            logger.exception("no news of writes, so nothing is kept")
        else:
            version.doubt()
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT_S)


def may_unsettle(news: News, heard: int | None) -> bool:
    """Whether what waits may be another than with the version that was heard before this one."""
    # Several writes may be told as one, of which only the last says what it touched.
    surely = news.touched is None or QUEUE in news.lists
    return surely or heard is None or news.version > heard + 1


async def _news(database: Database) -> AsyncGenerator[News | None]:
    """The current version, then each new one; None when there was no change for `LISTEN_MS`.

    A write first sets the version and, as its last step, states what it touched. An older program
    states nothing: its version is given when no further event follows.
    """
    known: int | None = None
    unstated: News | None = None
    async for change in database.watch(META, "data", LISTEN_MS):
        if change is None:
            news, unstated = unstated, None
            if news is None:
                yield None
                continue
        elif "news" in change:
            news, unstated = parse_news({"version": change["news"]["version"], **change}), None
        elif known is None:
            news = parse_news(change)
        elif "version" in change:
            unstated = News(int(change["version"]))
            continue
        else:
            raise Unreachable("the data version was removed")
        if known is None or news.version > known:
            known = news.version
            yield news
