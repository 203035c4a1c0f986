"""A mongod as a process: starts it, finds it, watches it, ends it."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil

from store.embedded.binary import HOW_TO_GET_ONE
from store.embedded.directory import POLL, Directory
from store.embedded.errors import MongodNotFound

logger = logging.getLogger("followthrough.mongod")

# Kept while the program runs: a mongod that it leaves to other programs is still its child, and
# becomes a zombie unless the program waits for it.
_children: list[subprocess.Popen[bytes]] = []

SET_NAME = "followthrough"
STOP_PATIENCE = 90.0
WATCH_INTERVAL = 0.2


@dataclass(frozen=True)
class Mongod:
    """A mongod that was started, by this program or by another."""

    process: psutil.Process
    port: int
    log_from: int = 0
    """The offset in the log file at which this run begins, in bytes."""
    child: subprocess.Popen[bytes] | None = None
    """Set in the program that started it; only that program can know its exit code."""

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code; None while it runs, or if another program started it."""
        return None if self.child is None else self.child.poll()

    def is_alive(self) -> bool:
        """Whether it still runs."""
        if self.child is not None:
            return self.child.poll() is None
        try:
            return self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def is_listening(self) -> bool:
        """Whether it has opened its port."""
        try:
            open_now = self.process.net_connections("tcp4")
        except psutil.AccessDenied:  # on a hardened system: connecting will show it
            return True
        except psutil.Error:
            return False
        return any(c.status == "LISTEN" and c.laddr.port == self.port for c in open_now)

    def uptime_s(self) -> float | None:
        """Seconds since it was started; None if it has ended."""
        try:
            return time.time() - self.process.create_time()
        except psutil.Error:
            return None

    async def wait_until_gone(self) -> None:
        """Returns when the process has ended, whoever started it."""
        while self.is_alive():  # noqa: ASYNC110 - a process that is not our child sets no event
            await asyncio.sleep(WATCH_INTERVAL)

    async def end(self) -> None:
        """Shuts mongod down cleanly, and kills it if it has not ended after `STOP_PATIENCE`."""
        self._signal(kill=False)
        deadline = time.monotonic() + STOP_PATIENCE
        while self.is_alive():
            if time.monotonic() > deadline:
                logger.warning("mongod (pid %d) does not end by itself: killing it", self.pid)
                self._signal(kill=True)
                deadline += STOP_PATIENCE
            await asyncio.sleep(POLL)

    def _signal(self, *, kill: bool) -> None:
        with suppress(psutil.NoSuchProcess):
            self.process.kill() if kill else self.process.terminate()


def find(directory: Directory) -> Mongod | None:
    """The mongod that runs on this directory, whoever started it; None if there is none.

    Its own lock file holds its process id. That file stays after a kill, and ids are reused, so the
    process must also have been started with this directory.
    """
    try:
        process = psutil.Process(int((directory.data / "mongod.lock").read_text()))
        arguments = process.cmdline()
        options = dict(pairwise(arguments))
        if options["--dbpath"] == str(directory.data):
            return Mongod(process, int(options["--port"]))
    except (OSError, OverflowError, ValueError, KeyError, psutil.Error):
        pass
    return None


def launch(
    directory: Directory, binary: Path, port: int, cache_gb: float, *, throwaway: bool = False
) -> Mongod:
    """Starts mongod. When this returns, it is not ready yet, and may even have ended."""
    with directory.open_log() as log:
        log_from = log.seek(0, os.SEEK_END)
        try:
            child = subprocess.Popen(
                _command(directory, binary, port, cache_gb, throwaway=throwaway),
                # Its output, too: the loader and the option parser write before the log is open.
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=_environment(),
                cwd=directory.root,
                umask=0o077,
                # Not ended by Ctrl-C: it must outlast the requests in flight. Nor by
                # PR_SET_PDEATHSIG, which follows one thread of the parent and would take mongod
                # from the programs that share it; the next start finds one that was left.
                start_new_session=True,
            )
        except OSError as error:
            raise MongodNotFound(f"{binary} cannot be run: {error}. {HOW_TO_GET_ONE}") from error
    _children.append(child)
    logger.info("mongod (pid %d) starts on 127.0.0.1:%d, log in %s", child.pid, port, directory.log)
    return Mongod(psutil.Process(child.pid), port, log_from, child)


_SMALL_JOURNAL = "--wiredTigerEngineConfigString=log=(file_max=10MB,prealloc=false)"


def _command(
    directory: Directory, binary: Path, port: int, cache_gb: float, *, throwaway: bool
) -> list[str]:
    parameters = {
        "diagnosticDataCollectionEnabled": "false",
        # We log in with the key file, so nobody needs the exception for localhost.
        "enableLocalhostAuthBypass": "false",
        # There is no other member to hand over to, so it need not wait for one.
        "shutdownTimeoutMillisForSignaledShutdown": "100",
        # An export reads everything as of one moment, which mongod must remember until it ends: for
        # so many seconds. Meanwhile changed documents are kept twice on disk, and each read passes
        # by what was deleted: a store that is emptied again and again becomes slower and slower.
        "minSnapshotHistoryWindowInSeconds": "60" if throwaway else "1800",
        # It deletes by the clock of the machine; a throw-away store may have a day of its own.
        "ttlMonitorEnabled": "false" if throwaway else "true",
    }
    options = {
        "--dbpath": directory.data,
        "--port": port,
        "--bind_ip": "127.0.0.1",
        "--replSet": SET_NAME,
        "--keyFile": directory.key,
        "--wiredTigerCacheSizeGB": cache_gb,
        "--oplogSize": 512,  # by default 5% of the disk; there is no other member to catch up
        "--slowms": 1000,
    }
    return [
        str(binary),
        *(str(word) for option in options.items() for word in option),
        *("--nounixsocket", "--noscripting", "--quiet"),
        *([_SMALL_JOURNAL] if throwaway else []),
        *(f"--setParameter={name}={value}" for name, value in parameters.items()),
    ]


def _environment() -> dict[str, str]:
    """Our environment without our settings, some of which are secret, and with a locale."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("FOLLOWTHROUGH_")}
    return ours | {"LC_ALL": "C"}
