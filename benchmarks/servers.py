"""The servers that are compared: how each is started, in a process of its own, one worker each."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import psutil

from benchmarks.driving import Failed, ask
from benchmarks.sink import sink

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).parent
PEERS = HERE / "peers"
OURS = "followthrough"
KEPT = "followthrough-kept"
METRICS = "followthrough-metrics"
TRACED = "followthrough-traced"
BEFORE = "before"
"""Our own server of another checkout: what it was before a change."""
VARIANTS: Mapping[str, Mapping[str, str]] = {
    OURS: {},
    KEPT: {"FOLLOWTHROUGH_ANSWERS": "fast"},
    METRICS: {"FOLLOWTHROUGH_METRICS": "true"},
    TRACED: {"FOLLOWTHROUGH_TRACES": "true"},
}
"""Our own server by name, with what its settings are beside answers that are not kept."""
PATIENCE = 60.0

# What `pip install uvicorn` gives, as the libraries' documentations have it, and what
# `uvicorn[standard]` gives.
_PLAIN = ("--http", "h11", "--loop", "asyncio")
_FAST = ("--http", "httptools", "--loop", "uvloop")


class Unavailable(RuntimeError):
    """A server that cannot be started here, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    name: str
    port: int
    process: psutil.Process

    def cpu(self) -> float:
        """The CPU seconds that it took so far, children included."""
        return sum(sum(one.cpu_times()[:2]) for one in self._all())

    def peak_mb(self) -> float:
        """The most memory that it ever held, in MB."""
        return sum(_peak_kb(one.pid) for one in self._all()) / 1024

    def _all(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


def _peak_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0])


def serve_command(python: Path | str, port: int) -> Sequence[str]:
    """What starts our own server, of the checkout whose folder is the current one."""
    return (str(python), "-m", "api.cli", "serve", "--port", str(port), "--log-level", "warning")


def python_of(checkout: Path) -> Path:
    """The interpreter of a checkout. Raises Unavailable if nothing is installed there."""
    python = checkout / ".venv/bin/python"
    if not python.exists():
        raise Unavailable(f"{checkout} is not installed: run `make serve` or `make test` there")
    return python


def before_name(database: str) -> str:
    """The name of the database that the other checkout's server reads: the layout may differ."""
    return f"{database}-before"


async def fill_before(mongodb_url: str, database: str, checkout: Path) -> None:
    """Gives the other checkout's server the same records: exported by us, imported by it."""
    with TemporaryDirectory() as folder:
        bundle = str(Path(folder) / "bundle")
        where = ("--mongodb-url", mongodb_url, "--database")
        await _run(Path(sys.executable), ROOT, "export", bundle, *where, database)
        await _run(python_of(checkout), checkout, "import", bundle, *where, before_name(database))


async def _run(python: Path, checkout: Path, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(python), "-m", "api.cli", *arguments, cwd=checkout, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise Unavailable(f"{checkout}: `followthrough {arguments[0]}` failed")


def known() -> Sequence[str]:
    """The servers that can be asked for, in the order of the tables."""
    peers = ("stock_strawberry", "ariadne", "graphene", "yoga", "mercurius", "floor")
    return (*VARIANTS, *peers)


def _command(name: str, port: int) -> Sequence[str]:
    if name in VARIANTS:
        return serve_command(sys.executable, port)
    match name:
        case "stock_strawberry":
            return (sys.executable, *_uvicorn("stock_strawberry", port, _PLAIN))
        case "floor":
            return (sys.executable, *_uvicorn("floor", port, _FAST))
        case "ariadne" | "graphene":
            return (_peers_python(), *_uvicorn(f"with_{name}", port, _PLAIN))
        case "yoga" | "mercurius":
            return (_node(), str(PEERS / f"{name}.mjs"))
    raise Unavailable(f"{name} is none of {', '.join(known())}")


def _uvicorn(module: str, port: int, options: Sequence[str]) -> Sequence[str]:
    quiet = ("--no-access-log", "--log-level", "warning")
    where = ("--app-dir", str(PEERS), "--port", str(port))
    return ("-m", "uvicorn", f"{module}:app", *where, *options, *quiet)


def _peers_python() -> str:
    python = HERE / ".venv/bin/python"
    if not python.exists():
        raise Unavailable("the Python peers are not installed: see benchmarks/README.md")
    return str(python)


def _node() -> str:
    """Node 24 from npm, else one on the path that is new enough."""
    for found in sorted((PEERS / "node_modules").glob("node-*/bin/node")):
        return str(found)
    if not (PEERS / "node_modules").is_dir():
        raise Unavailable("the Node peers are not installed: see benchmarks/README.md")
    found_ = shutil.which("node")
    if found_ is None or not _is_24(found_):
        raise Unavailable("no Node 24, neither from npm nor on the path")
    return found_


def _is_24(node: str) -> bool:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.removeprefix("v").split(".")[0]) >= 24


def _environment(name: str, mongodb_url: str, database: str) -> Mapping[str, str]:
    if name in VARIANTS or name == BEFORE:
        ours = {
            "FOLLOWTHROUGH_MONGODB_URL": mongodb_url,
            "FOLLOWTHROUGH_DATABASE": database,
            "FOLLOWTHROUGH_ANSWERS": "off",
        }
        return {**ours, **VARIANTS.get(name, {})}
    return {"MONGODB_URL": mongodb_url, "DATABASE": database, "NODE_ENV": "production"}


@asynccontextmanager
async def started(
    name: str, mongodb_url: str, database: str, request: bytes, checkout: Path = ROOT
) -> AsyncIterator[Server]:
    """A server, once it answers the request. Raises Unavailable, NothingCame.

    The checkout is that of BEFORE.
    """
    variables = dict(_environment(name, mongodb_url, database))
    async with AsyncExitStack() as stack:
        if name == TRACED:
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = await stack.enter_async_context(sink())
        yield await stack.enter_async_context(_started(name, variables, request, checkout))


@asynccontextmanager
async def _started(
    name: str, variables: Mapping[str, str], request: bytes, checkout: Path
) -> AsyncIterator[Server]:
    port = _free_port()
    command = serve_command(python_of(checkout), port) if name == BEFORE else _command(name, port)
    with TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=checkout if name == BEFORE else ROOT,
            env={**os.environ, **variables, "PORT": str(port)},
            stdout=said,
            stderr=said,
        )
        try:
            try:
                await _ready(process, port, request)
            except TimeoutError:
                said.seek(0)
                words = said.read().decode(errors="replace")[-2000:]
                raise Unavailable(f"{name} does not answer:\n{words}") from None
            yield Server(name, port, psutil.Process(process.pid))
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _ready(process: asyncio.subprocess.Process, port: int, request: bytes) -> None:
    async with asyncio.timeout(PATIENCE):
        while process.returncode is None:
            try:
                await ask(port, request)
                return
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.1)
            except Failed as error:
                raise Unavailable(f"the first answer is an error: {error}") from None
    raise TimeoutError


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
