"""The embedded server as a program uses it: a context that starts, shares, watches and stops it."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from store.embedded import failures, process, replica
from store.embedded.binary import find_binary
from store.embedded.directory import Directory, Sharer, explain_os_errors, prepare
from store.embedded.errors import MongodError, MongodInUse, MongodNotFound
from store.embedded.process import Mongod

logger = logging.getLogger("followthrough.mongod")

ATTEMPTS = 8
STABLE_S = 10.0
LONGEST_WAIT_S = 30.0


class EmbeddedMongod:
    """A mongod of our own that runs inside the context.

    Programs on one data directory share it: the first starts it, the last to leave stops it. One
    that a killed program left behind is used again. When it dies, it is started again on the same
    port, so that clients find it. If that fails for good, `failure` says why.

    With `throwaway` its files take 20 MB where they would take 300, which costs some speed where
    much is written; it deletes nothing that has expired, and remembers one minute for those who
    read as of a moment, where others remember thirty.

    Entering the context raises `MongodError`, whose message says what to do.
    """

    def __init__(
        self,
        data_dir: Path,
        binary: Path | None = None,
        cache_gb: float = 0.25,
        *,
        throwaway: bool = False,
    ) -> None:
        self.failure: MongodError | None = None
        self._directory = Directory.from_data_dir(data_dir)
        self._binary = binary
        self._cache_gb = cache_gb
        self._throwaway = throwaway
        self._mongod: Mongod | None = None
        self._sharer: Sharer | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The address to connect to. It contains the password: do not log it."""
        return replica.user_url(self._directory, self._running.port)

    @property
    def pid(self) -> int:
        """The process id of the mongod that runs now."""
        return self._running.pid

    @property
    def _running(self) -> Mongod:
        if self._mongod is None:
            raise RuntimeError("the embedded mongod has not been entered")
        return self._mongod

    async def __aenter__(self) -> EmbeddedMongod:
        _check_platform()
        try:
            with explain_os_errors(self._directory):
                prepare(self._directory)
                await self._enter()
        except BaseException:
            await self._leave()
            raise
        self._watch = asyncio.create_task(self._keep_alive(), name="mongod")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._leave()

    async def _enter(self) -> None:
        async with self._directory.lock():
            self._directory.create()
            self._directory.remove_dead_sharers()
            alone = not self._directory.find_sharers()
            self._sharer = self._directory.join()
            # Other programs have clients that use the old port.
            await self._ensure(movable=alone)

    async def _leave(self) -> None:
        try:
            async with self._directory.lock():
                await self._stop_if_last()
        except OSError:  # the directory was removed, so no program can share mongod
            await _end(self._mongod)

    async def _stop_if_last(self) -> None:
        if self._sharer is None:
            return
        self._sharer.leave()
        self._sharer = None
        if self._directory.find_sharers():
            logger.info("mongod is left to the other programs that use it")
            return
        # Ours first: before it writes its lock file, `find` does not find it.
        await _end(self._mongod)
        await _end(process.find(self._directory))

    async def _ensure(self, *, movable: bool) -> None:
        """Finds mongod or starts it, and waits until it is ready. Call it under the lock."""
        for _ in range(ATTEMPTS):
            found = process.find(self._directory)
            if found:
                logger.info("mongod (pid %d) is running already: using it", found.pid)
            self._mongod = found or await self._launch(movable=movable)
            try:
                return await replica.make_ready(self._mongod, self._directory)
            except replica.Died:
                if not found and not self._has_lost_race(movable=movable):
                    break
                await asyncio.sleep(0.1)
        raise failures.explain_end(self._running, self._directory)

    async def _launch(self, *, movable: bool) -> Mongod:
        spare = self._directory.root / "mongod"
        binary = await asyncio.to_thread(find_binary, self._binary, spare)
        port = self._directory.port(movable=movable)
        return process.launch(
            self._directory, binary, port, self._cache_gb, throwaway=self._throwaway
        )

    def _has_lost_race(self, *, movable: bool) -> bool:
        """Whether mongod ended because another one already has its port or its data."""
        said = failures.load_log(self._running, self._directory)
        return failures.DIRECTORY_TAKEN in said or (movable and failures.PORT_TAKEN in said)

    async def _keep_alive(self) -> None:
        while self.failure is None:
            try:
                await self._supervise()
            except Exception:
                # No error may end this: mongod must still be started again when it dies.
                logger.exception("mongod could not be watched over for a moment")
                await asyncio.sleep(LONGEST_WAIT_S)

    async def _supervise(self) -> None:
        """Starts mongod again whenever it dies, until that fails `ATTEMPTS` times in a row."""
        in_a_row = 0
        error: MongodError | None = None
        while True:
            since = time.monotonic()
            await self._running.wait_until_gone()
            if time.monotonic() - since > STABLE_S:
                in_a_row = 0
            if in_a_row == ATTEMPTS:
                break
            await asyncio.sleep(_backoff(in_a_row))
            in_a_row += 1
            error = await self._restart()
        self.failure = error or failures.explain_end(self._running, self._directory)
        logger.critical("mongod will not live, giving up: %s", self.failure)

    async def _restart(self) -> MongodError | None:
        """Makes sure that mongod runs again; another program may have started it already."""
        logger.warning(
            "mongod (pid %d) %s: starting it again", self.pid, failures.describe_end(self._running)
        )
        try:
            with explain_os_errors(self._directory):
                async with self._directory.lock():
                    await self._ensure(movable=False)
        except MongodError as error:
            logger.error("%s", error)
            return error
        return None


@dataclass(frozen=True)
class Status:
    """What runs on a data directory, as `followthrough mongo status` shows it."""

    data: Path
    running: bool
    sharers: tuple[int, ...] = ()
    """Process ids of the programs that use it."""
    pid: int | None = None
    port: int | None = None
    url: str | None = None
    """Without the password."""
    version: str | None = None
    """None when mongod runs but does not answer."""
    uptime_s: float | None = None


async def status(data_dir: Path) -> Status:
    """The status of a data directory; nothing is started or changed."""
    directory = Directory.from_data_dir(data_dir)
    with explain_os_errors(directory):
        return await _status(directory)


async def _status(directory: Directory) -> Status:
    sharers = tuple(directory.find_sharers())
    mongod = process.find(directory)
    if mongod is None:
        return Status(directory.root, running=False, sharers=sharers)
    return Status(
        directory.root,
        running=True,
        sharers=sharers,
        pid=mongod.pid,
        port=mongod.port,
        url=replica.user_url(directory, mongod.port, redacted=True),
        version=await replica.version(directory, mongod.port),
        uptime_s=mongod.uptime_s(),
    )


async def stop(data_dir: Path) -> bool:
    """Stops a mongod that was left behind; false if none runs.

    Raises `MongodInUse` while programs use it, because they would start it again.
    """
    directory = Directory.from_data_dir(data_dir)
    if process.find(directory) is None:
        return False
    with explain_os_errors(directory):
        async with directory.lock():
            if users := directory.find_sharers():
                raise MongodInUse(
                    f"mongod is used by process {', '.join(map(str, users))}: stop that, and the "
                    "last to leave stops mongod."
                )
            mongod = process.find(directory)
            await _end(mongod)
            return mongod is not None


async def _end(mongod: Mongod | None) -> None:
    if mongod is not None and mongod.is_alive():
        await mongod.end()
        logger.info("mongod (pid %d) stopped", mongod.pid)


def _backoff(in_a_row: int) -> float:
    """Seconds to wait before a restart: 0 the first time, then twice as long each time."""
    return min(0.25 * 2**in_a_row, LONGEST_WAIT_S) if in_a_row else 0.0


def _check_platform() -> None:
    if os.name == "nt":
        raise MongodNotFound(
            "The embedded MongoDB is not supported on Windows: set FOLLOWTHROUGH_MONGODB_URL to "
            "a MongoDB that is already running."
        )
