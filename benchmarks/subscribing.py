"""Subscribers: what many idle ones take, how soon a status change reaches them, and reconnecting.

    .venv/bin/python -m benchmarks.subscribing [--idle 1000] [--told 100] [--reconnects 500]

Starts a MongoDB and a server of its own. Writes go through the project's writer, in this process.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import signal
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil
from websockets.asyncio.client import ClientConnection, connect

from store import layout
from store.bundles.importing import import_bundle
from store.embedded import EmbeddedMongod
from store.mongodb.documents import to_record
from store.mongodb.driver import Database
from store.records.follow_ups import FollowUpKind
from store.writes.writer import Author, Draft, Writer

ROOT = Path(__file__).parent.parent
AUTHOR = Author("benchmark")
PROTOCOL = "graphql-transport-ws"
STATUSES = """subscription ($after: String) { statusChanges(after: $after) {
  cursor key before after trackable { key ... on Commitment { title url } }
} }"""
WRITES = 60
BETWEEN_S = 0.1


def show(line: str) -> None:
    """Prints a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@asynccontextmanager
async def server() -> AsyncIterator[tuple[psutil.Process, str, Database]]:
    """The server's process and address, and its database, with the invented country in it."""
    with TemporaryDirectory() as folder:
        async with EmbeddedMongod(Path(folder)) as mongod:
            database = Database.connect(mongod.url, "subscribing")
            await layout.prepare(database)
            await import_bundle(database, [ROOT / "fixtures/invented"], AUTHOR)
            port = _free_port()
            environment = {**os.environ, "FOLLOWTHROUGH_MONGODB_URL": mongod.url}
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "api.cli", "serve", "--port", str(port)),
                *("--database", database.name, "--log-level", "warning"),
                cwd=ROOT,
                env=environment,
                stdout=asyncio.subprocess.DEVNULL,
            )
            try:
                await _until_ready(f"http://127.0.0.1:{port}", process)
                yield psutil.Process(process.pid), f"ws://127.0.0.1:{port}/graphql", database
            finally:
                with suppress(ProcessLookupError):
                    process.send_signal(signal.SIGTERM)
                await process.wait()
                database.close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def _until_ready(base: str, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient() as client:
        while process.returncode is None:
            with suppress(httpx.TransportError):
                if (await client.get(f"{base}/health/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.1)
    raise RuntimeError(f"the server ended with {process.returncode}")


@asynccontextmanager
async def subscribed(address: str, after: str | None = None) -> AsyncIterator[ClientConnection]:
    """A socket that hears of status changes."""
    # No pings of the client's, which would time out while this process is busy.
    async with connect(
        address,
        subprotocols=[PROTOCOL],
        compression=None,
        ping_interval=None,  # type: ignore[list-item]
    ) as client:
        await client.send('{"type":"connection_init"}')
        await client.recv()
        payload = {"query": STATUSES, "variables": {"after": after}}
        await client.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        await client.send('{"type":"ping"}')
        if after is None:
            assert json.loads(await client.recv()) == {"type": "pong"}
        yield client


async def next_event(client: ClientConnection) -> Any:
    """The next status change."""
    while (message := json.loads(await client.recv()))["type"] == "pong":
        pass
    return message["payload"]["data"]["statusChanges"]


class Flipping:
    """Changes the status of one commitment by turns: its follow-up fulfils it, or does not."""

    def __init__(self, database: Database, document: dict[str, Any]) -> None:
        self._writer = Writer(database)
        self._record: Any = to_record("follow_ups", document)
        self._record = self._record.model_copy(update={"version": None})

    async def flip(self) -> None:
        """Writes once."""
        kind = self._record.kind
        other = (
            FollowUpKind.STALLED if kind is not FollowUpKind.STALLED else FollowUpKind.PROGRESSED
        )
        self._record = self._record.model_copy(update={"kind": other})
        await self._writer.write([Draft(self._record)], AUTHOR)


async def find_flipping(database: Database) -> Flipping:
    """What changes a status with each write. Raises RuntimeError if nothing does."""
    query = {"curation": "ACCEPTED", "kind": "PROGRESSED"}
    for document in await database.find("follow_ups", query):
        found = Flipping(database, document)
        before = len(await database.find("status_changes", {}))
        await found.flip()
        await found.flip()
        if len(await database.find("status_changes", {})) == before + 2:
            return found
    raise RuntimeError("no follow-up decides a status alone")


async def measure_memory(process: psutil.Process, address: str, many: int) -> None:
    """Prints what idle subscribers take."""
    async with AsyncExitStack() as stack:
        for _ in range(10):  # what the first ones bring with them is there
            await stack.enter_async_context(subscribed(address))
        before = process.memory_full_info().uss
        for _ in range(many):
            await stack.enter_async_context(subscribed(address))
        await asyncio.sleep(2)
        more = (process.memory_full_info().uss - before) / 1e6
        show(f"{many} idle subscribers: {more:.1f} MB more, {more / many * 1e3:.1f} kB each")


async def measure_delay(
    address: str, flipping: Flipping, many: int, *, beside_a_slow_one: bool
) -> None:
    """Prints how long after a write began, and was acknowledged, each subscriber had heard."""
    arrived: list[float] = []
    everybody = asyncio.Event()

    async def listen(client: ClientConnection) -> None:
        while True:
            await next_event(client)
            arrived.append(time.perf_counter())
            if len(arrived) == many:
                everybody.set()

    since_begin: list[float] = []
    since_acknowledged: list[float] = []
    last: list[float] = []
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(subscribed(address)) for _ in range(many)]
        if beside_a_slow_one:
            slow = await stack.enter_async_context(subscribed(address))
            slow.transport.pause_reading()
        listening = [asyncio.create_task(listen(client)) for client in clients]
        for _ in range(WRITES):
            arrived.clear()
            everybody.clear()
            began = time.perf_counter()
            await flipping.flip()
            written = time.perf_counter()
            await everybody.wait()
            since_begin += [at - began for at in arrived]
            since_acknowledged += [max(at - written, 0) for at in arrived]
            last.append(max(arrived) - written)
            await asyncio.sleep(BETWEEN_S)
        for task in listening:
            task.cancel()
        if beside_a_slow_one:
            slow.transport.abort()
    beside = ", beside a slow one" if beside_a_slow_one else ""
    show(
        f"{many} subscribers{beside}: after the write was acknowledged {_show(since_acknowledged)}"
        f" (the last of them {_show(last)}); after it began {_show(since_begin)}"
    )


def _show(seconds: Sequence[float]) -> str:
    milliseconds = sorted(s * 1e3 for s in seconds)
    p95 = milliseconds[int(len(milliseconds) * 0.95)]
    return f"median {statistics.median(milliseconds):.1f} ms, p95 {p95:.1f} ms"


async def reconnect(address: str, database: Database, flipping: Flipping, times: int) -> None:
    """Breaks the connection again and again while statuses change; what is told must be the log."""
    done = asyncio.Event()

    async def write() -> None:
        while not done.is_set():
            await flipping.flip()

    async with subscribed(address) as client:
        writing = asyncio.create_task(write())
        cursor = (await next_event(client))["cursor"]
    first, told = cursor, []
    for _ in range(times):
        async with subscribed(address, cursor) as client:
            for _ in range(random.randint(0, 3)):
                cursor = (await next_event(client))["cursor"]
                told.append(cursor)
            client.transport.abort()
    done.set()
    await writing
    log = await _read_log(address, first, len(told))
    assert told == log, "a reconnecting subscriber was not told what the log holds"
    show(f"{times} forced reconnects: {len(told)} events, none lost, none told twice")


async def _read_log(address: str, after: str, many: int) -> list[str]:
    async with subscribed(address, after) as client:
        return [(await next_event(client))["cursor"] for _ in range(many)]


async def main() -> None:
    """Runs everything and prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=int, default=1_000)
    parser.add_argument("--told", type=int, default=100)
    parser.add_argument("--reconnects", type=int, default=500)
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    async with server() as (process, address, database):
        flipping = await find_flipping(database)
        await measure_memory(process, address, asked.idle)
        await measure_delay(address, flipping, asked.told, beside_a_slow_one=False)
        await measure_delay(address, flipping, asked.told, beside_a_slow_one=True)
        await reconnect(address, database, flipping, asked.reconnects)


if __name__ == "__main__":
    asyncio.run(main())
