"""Killed in the middle: what was acknowledged is there, and the next start works.

With a MongoDB of its own, as a person has it who typed one command.
"""

import asyncio
import os
import re
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from store import embedded
from store.embedded import replica
from store.embedded.directory import Directory
from store.embedded.process import find
from store.mongodb.driver import Database
from store.writes.loading import beside as beside_store
from tests.api.commands import COMMAND, ROOT, at_terminal, done, environment, run
from tests.api.generated import COUNTS, write_bundle
from tests.conftest import Dataset

pytestmark = pytest.mark.slow

QUERY = {"query": "{ commitments { totalCount } }"}


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory of which no MongoDB is left running, whatever happens."""
    yield tmp_path / "data"
    if left := find(Directory.from_data_dir(tmp_path / "data")):
        left.process.kill()
        pytest.fail("mongod was left behind")


@asynccontextmanager
async def beside(data_dir: Path) -> AsyncIterator[Database]:
    """The database of a MongoDB that others run, without becoming one who keeps it alive."""
    status = await embedded.status(data_dir)
    assert status.port is not None
    url = replica.user_url(Directory.from_data_dir(data_dir), status.port)
    database = Database.connect(url, "followthrough")
    yield database
    database.close()


async def counted(database: Database) -> dict[str, int]:
    return {noun: len(await database.find(noun, {}, fields={"_id": 1})) for noun in COUNTS}


async def mended(data_dir: Path, bundle: Path, acknowledged: int) -> None:
    """The next start finds what was acknowledged, sound, and the next import finishes."""
    async with serving(data_dir=data_dir) as (base, _), beside(data_dir) as database:
        # A first load is not shown before it is whole; until then it stands beside the store.
        loaded = await database.count(beside_store("changes"))
        assert loaded + await database.count("changes") >= acknowledged
        check = run("check", data_dir=data_dir)
        assert check.returncode == 0, check.stdout
        done("import", bundle, data_dir=data_dir)
        assert await counted(database) == COUNTS
        changes = await database.find("changes", {}, fields={"noun": 1, "record": 1})
        assert len({(c["noun"], c["record"]) for c in changes}) == len(changes)
        async with httpx.AsyncClient(base_url=base, timeout=None) as client:
            answer = (await client.post("/graphql", json=QUERY)).json()
        assert answer == {"data": {"commitments": {"totalCount": COUNTS["commitments"]}}}
    assert (await embedded.status(data_dir)).running is False


async def test_importer_is_killed(data_dir: Path, tmp_path: Path) -> None:
    total = write_bundle(tmp_path / "bundle")
    with at_terminal("import", tmp_path / "bundle", data_dir=data_dir) as command:
        acknowledged = command.progressed("Loading", total)
        command.process.kill()
    await mended(data_dir, tmp_path / "bundle", acknowledged)


async def test_mongod_is_killed(data_dir: Path, tmp_path: Path) -> None:
    total = write_bundle(tmp_path / "bundle")
    with at_terminal("import", tmp_path / "bundle", data_dir=data_dir) as command:
        acknowledged = command.progressed("Loading", total)
        mongod = find(Directory.from_data_dir(data_dir))
        assert mongod is not None
        mongod.process.kill()
        # It is started again under the importer, which may or may not be in time to go on.
        assert command.end() in (0, 3), command.shown
    assert "Traceback" not in command.shown
    await mended(data_dir, tmp_path / "bundle", acknowledged)


# --- Servers -------------------------------------------------------------------------------------


@asynccontextmanager
async def serving(
    *options: str, **settings: object
) -> AsyncIterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server in a process of its own: its address and process. It must end well on SIGTERM."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(  # noqa: ASYNC220 - it starts at once; only its end is waited for
        [*COMMAND, "serve", "--port", str(port), *options], cwd=ROOT, env=environment(**settings)
    )
    try:
        async with httpx.AsyncClient(base_url=base, timeout=None) as client:
            while True:
                assert process.poll() is None, "the server ended before it was ready"
                try:
                    if (await client.get("/health/ready")).is_success:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        yield base, process
        process.terminate()
        assert await asyncio.to_thread(process.wait) == 0
    finally:
        process.kill()
        process.wait()


async def test_server_that_is_killed_leaves_nothing_in_the_way(data_dir: Path) -> None:
    with at_terminal("serve", "--port", "0", data_dir=data_dir) as command:
        while "serving on" not in command.shown:
            assert command._read(), command.shown
        command.process.kill()
    assert (await embedded.status(data_dir)).running  # nobody was there to stop it
    async with serving(data_dir=data_dir):
        pass
    assert not (await embedded.status(data_dir)).running


async def test_request_in_flight_is_finished(mongodb_url: str, meta_pakistan: Dataset) -> None:
    name = meta_pakistan.database.name
    async with serving(mongodb_url=mongodb_url, database=name) as (base, process):
        host, port = base.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        body = b'{"query": "{ commitments { totalCount } }"}'
        head = f"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n"
        # The request is in flight for as long as its body is: slow, and surely so.
        writer.write(f"{head}content-type: application/json\r\n\r\n".encode() + body[:5])
        await writer.drain()
        await taken_up(base)
        process.terminate()
        await refused(host, int(port))
        assert process.poll() is None  # it waits for us

        writer.write(body[5:])
        answer = (await reader.read()).decode()
        writer.close()
    assert answer.startswith("HTTP/1.1 200 OK\r\n")
    assert answer.endswith('{"data":{"commitments":{"totalCount":14}}}')


async def taken_up(base: str) -> None:
    """The server has seen what was sent before: it answers what is sent now."""
    async with httpx.AsyncClient(timeout=None) as client:
        assert (await client.get(f"{base}/health/live")).is_success


async def refused(host: str, port: int) -> None:
    """Waits until nobody listens there."""
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except ConnectionRefusedError:
            return
        writer.close()
        await asyncio.sleep(0.02)


async def test_port_that_is_taken(mongodb_url: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for workers in ("1", "2"):
            result = run("serve", "--port", port, "--workers", workers, mongodb_url=mongodb_url)
            assert result.returncode == 1
            assert re.fullmatch(rf"cannot listen on 127.0.0.1 port {port}: .*\n", result.stderr)


async def test_workers(mongodb_url: str, meta_pakistan: Dataset) -> None:
    name = meta_pakistan.database.name
    async with serving("--workers", "2", mongodb_url=mongodb_url, database=name) as (base, process):
        workers = await serving_workers(process.pid, base, 2)
        for pid in workers:
            await answered_by(pid, workers, base)
    for pid in workers:
        assert not psutil.pid_exists(pid)


async def test_workers_end_with_a_parent_that_was_killed(
    mongodb_url: str, meta_pakistan: Dataset
) -> None:
    settings = {"mongodb_url": mongodb_url, "database": meta_pakistan.database.name}
    with pytest.raises(AssertionError):  # it cannot end well any more
        async with serving("--workers", "2", **settings) as (base, process):
            workers = [psutil.Process(pid) for pid in await serving_workers(process.pid, base, 2)]
            process.kill()
    await asyncio.to_thread(psutil.wait_procs, workers)
    host, port = base.removeprefix("http://").split(":")
    await refused(host, int(port))


async def serving_workers(parent: int, base: str, number: int) -> list[int]:
    """Waits until that many children have the listening socket and are up; their ids."""
    port = int(base.rpartition(":")[2])
    while True:
        children = psutil.Process(parent).children()
        up = [c.pid for c in children if _listens(c, port)]
        if len(up) == number:
            return up
        await asyncio.sleep(0.05)


def _listens(process: psutil.Process, port: int) -> bool:
    try:
        found = process.net_connections("tcp")
    except psutil.Error:
        return False
    return any(c.status == "LISTEN" and c.laddr.port == port for c in found)


async def answered_by(pid: int, workers: list[int], base: str) -> None:
    """This worker answers while the others are held still."""
    others = [other for other in workers if other != pid]
    for other in others:
        os.kill(other, signal.SIGSTOP)
    try:
        while True:
            try:
                async with httpx.AsyncClient(base_url=base, timeout=1) as client:
                    response = await client.post("/graphql", json=QUERY)
                break
            except httpx.TimeoutException:  # one that is held still had taken it
                continue
        assert response.json() == {"data": {"commitments": {"totalCount": 14}}}
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)
