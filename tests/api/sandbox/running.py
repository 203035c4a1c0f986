"""Starts `followthrough sandbox` in a process of its own, as a person or a test runner does."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import httpx
import psutil

from tests.api.commands import environment
from tests.conftest import ROOT

COMMAND = (sys.executable, "-m", "api.cli", "sandbox")


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that is ready: its process, what it printed, and a client of it."""

    process: asyncio.subprocess.Process
    told: Mapping[str, Any]
    client: httpx.AsyncClient

    async def ask(self, query: str, role: str | None = None, **variables: Any) -> Any:
        """The data of an answer that must have no errors."""
        headers = {"authorization": f"Bearer {self.told['tokens'][role]}"} if role else {}
        body = {"query": query, "variables": variables}
        answer = (await self.client.post("/graphql", json=body, headers=headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def reset(self) -> dict[str, Any]:
        """What the server says of a reset."""
        answer = await self.client.post("/sandbox/reset")
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def set_today(self, day: str | None) -> dict[str, Any]:
        """What the server says of another day."""
        answer = await self.client.post("/sandbox/today", json={"today": day})
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said


def make_environment(cache: Path, **settings: object) -> dict[str, str]:
    """The environment of a sandbox with a cache of its own."""
    return environment(**settings) | {"XDG_CACHE_HOME": str(cache)}


async def start(
    *arguments: str, cache: Path, complaints: IO[bytes] | None = None, **settings: object
) -> asyncio.subprocess.Process:
    """A sandbox that begins. Its complaints go into a file, or into a pipe."""
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        cwd=ROOT,
        env=make_environment(cache, **settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE if complaints is None else complaints,
    )


async def read_told(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """The line that it prints when it is ready."""
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, f"it ended with {await process.wait()}"
    told: dict[str, Any] = json.loads(line)
    return told


@asynccontextmanager
async def running(*arguments: str, cache: Path, **settings: object) -> AsyncIterator[Running]:
    """A sandbox without a command, which is stopped in the end and has nothing to complain of."""
    # A file: nobody would read a pipe meanwhile, and a full one holds up the sandbox.
    with TemporaryFile() as complaints:
        process = await start(*arguments, cache=cache, complaints=complaints, **settings)
        try:
            told = await read_told(process)
            async with httpx.AsyncClient(base_url=told["url"], timeout=60) as client:
                yield Running(process, told, client)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
            complaints.seek(0)
            said = complaints.read().decode()
            assert not said, said


async def end(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    """The exit code, what it printed after its first line, and its complaints."""
    printed, complaints = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode(), complaints.decode()


def find_folder(process: asyncio.subprocess.Process) -> tuple[psutil.Process, Path]:
    """The mongod of a sandbox, and the folder of its data."""
    for child in psutil.Process(process.pid).children():
        try:
            words = child.cmdline()
        except psutil.NoSuchProcess:  # it ended meanwhile
            continue
        if "--dbpath" in words:
            return child, Path(words[words.index("--dbpath") + 1]).parents[1]
    raise AssertionError("no mongod runs")


async def wait_until_gone(mongod: psutil.Process, folder: Path) -> None:
    """Returns when neither is left."""
    while mongod.is_running() or folder.exists():
        await asyncio.sleep(0.02)
