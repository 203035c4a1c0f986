"""Which version the data has, as the process knows it: told by a change stream, never guessed.

Every write advances one number in the store. A process that hears of it keeps answers by it; one
that cannot be sure that it would have heard knows no version, and keeps nothing.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from store.mongo import Database, Refused, Unreachable
from store.names import META

logger = logging.getLogger("followthrough.versions")

LISTEN_MS = 500
"""How long MongoDB holds a question for news before it says that there is none."""

TRUSTED_S = 2.0
"""How long a version counts after it was last confirmed: the bound on staleness. Usually an
event arrives within milliseconds of the write's acknowledgement; a silent network may hide it
for this long and no longer."""

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 10.0


class DataVersion:
    """The version of the data as last heard of; see `listening`."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._confirmed = 0.0

    @property
    def current(self) -> int | None:
        """The version, or None while it is not certain."""
        if time.monotonic() - self._confirmed > TRUSTED_S:
            return None
        return self._version

    def confirm(self, version: int | None) -> None:
        """Takes what was heard; None says that nothing changed since."""
        if version is not None:
            self._version = version
        self._confirmed = time.monotonic()

    def doubt(self) -> None:
        """Forgets the version: events may have been missed."""
        self._version = None


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[DataVersion]:
    """A version that is kept current as long as this lasts."""
    version = DataVersion()
    task = asyncio.create_task(_listen(database, version))
    try:
        yield version
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _listen(database: Database, version: DataVersion) -> None:
    wait = _FIRST_WAIT_S
    while True:
        try:
            async for event in database.watch(META, "data", LISTEN_MS):
                version.confirm(event["version"] if event is not None else None)
                wait = _FIRST_WAIT_S
        except (Unreachable, Refused) as error:
            version.doubt()
            logger.warning("no news of writes, so nothing is kept: %s", error)
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT_S)
