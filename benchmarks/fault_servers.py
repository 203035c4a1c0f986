"""Our own server for `benchmarks.faults`: two workers, killed without notice and started again."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

PATIENCE_S = 120.0


@dataclass(slots=True)
class Served:
    """A server at a port that stays the same."""

    settings: Mapping[str, str]
    log: Path
    port: int
    prefix: tuple[str, ...] = ()
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, *, wait: bool = False) -> None:
        """Starts it, and waits until it is ready if that is wanted."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(*self.prefix, sys.executable, "-m", "api.cli", "serve"),
                *("--port", str(self.port), "--workers", "2", "--log-level", "warning"),
                env={**os.environ, **self.settings},
                stdout=log,
                stderr=log,
            )
        if wait:
            await self.wait_until_ready()

    async def wait_until_ready(self) -> None:
        """Waits until it says that it can write. Raises TimeoutError."""
        until = time.monotonic() + PATIENCE_S
        async with httpx2.AsyncClient(timeout=10) as client:
            while time.monotonic() < until:
                with suppress(httpx2.HTTPError):
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                await asyncio.sleep(0.2)
        raise TimeoutError(f"the server is not ready; its log: {self.log.read_text()[-2000:]}")

    def list_workers(self) -> list[psutil.Process]:
        """Its workers, and what else it has started."""
        if self.process is None:
            return []
        try:
            return psutil.Process(self.process.pid).children()
        except psutil.Error:
            return []

    async def kill(self) -> None:
        """Kills it and its workers, which an operating system does to no group by itself."""
        if self.process is None:
            return
        workers = self.list_workers()
        for one in (self.process, *workers):
            with suppress(ProcessLookupError, psutil.Error):
                one.kill()
        await self.process.wait()
        self.process = None


@asynccontextmanager
async def serve(
    settings: Mapping[str, str], log: Path, prefix: tuple[str, ...] = ()
) -> AsyncIterator[Served]:
    """A server that is ready; killed on the way out."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    server = Served(settings, log, port, prefix)
    try:
        await server.start(wait=True)
        yield server
    finally:
        await server.kill()
