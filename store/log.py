"""How far the log of changes can be told of, and waiting for more of it. Reads nothing itself."""

import asyncio


class Replaced(Exception):
    """The store was replaced by an earlier one, as from a backup: places in its log are gone."""


class Log:
    """The end of the log, as far as this process has heard: every entry up to it is there, and a
    majority of the servers has it, so that none is taken back.
    """

    def __init__(self) -> None:
        self._version: int | None = None
        self._held: int | None = None
        self._replaced = 0
        self._heard = asyncio.Event()

    @property
    def end(self) -> int | None:
        """The last version of the data whose entries can be told; None while none was heard of."""
        if self._version is None or self._held is None:
            return self._version
        return min(self._version, self._held - 1)

    def hear(self, version: int) -> None:
        """Takes a version that a change stream told, and wakes whoever waits."""
        if self._version is not None and version < self._version:
            self._replaced += 1
        self._version = version
        heard, self._heard = self._heard, asyncio.Event()
        heard.set()

    def hold(self, version: int | None) -> None:
        """Says that entries of this version are still to come although it was told, as while a
        first load takes its place; None that there are none such.
        """
        self._held = version

    async def wait_beyond(self, version: int) -> int:
        """The end, once it lies beyond a version. Raises Replaced."""
        replaced = self._replaced
        while (end := self.end) is None or end <= version:
            await self._heard.wait()
            if self._replaced != replaced:
                raise Replaced
        return end
