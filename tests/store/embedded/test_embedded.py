"""The embedded MongoDB against a real mongod: started, killed, shared, left behind, half made."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from store.embedded import (
    EmbeddedMongod,
    MongodError,
    MongodInUse,
    binary,
    replica,
    server,
    status,
    stop,
)
from store.embedded import process as processes
from store.embedded.directory import Directory, prepare
from store.mongodb import driver

# Each test starts a MongoDB of its own. That one starts and ends, every run of the tests shows.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]

# Another program that uses the directory: it leaves when its input ends.
PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from store.embedded import EmbeddedMongod

async def main():
    async with EmbeddedMongod(Path(sys.argv[1])) as server:
        print(json.dumps({"pid": server.pid, "url": server.url}), flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    left = processes.find(Directory.from_data_dir(tmp_path))
    if left is not None:
        left.process.kill()


@pytest.fixture
def directory(data_dir: Path) -> Directory:
    return Directory.from_data_dir(data_dir)


@pytest.fixture
def start_program(data_dir: Path) -> Iterator[Callable[[], Program]]:
    programs: list[Program] = []

    def start() -> Program:
        programs.append(Program(data_dir))
        return programs[-1]

    yield start
    for program in programs:
        program.kill()


class Program:
    """Another Python process that has entered the directory."""

    def __init__(self, data_dir: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        self.pid = self._process.pid

    async def mongod_pid(self) -> int:
        assert self._process.stdout is not None
        line = await asyncio.to_thread(self._process.stdout.readline)
        return int(json.loads(line)["pid"])

    async def leave(self) -> None:
        await asyncio.to_thread(self._process.communicate)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[driver.Client]:
    client = driver.open_client(url)
    try:
        yield client
    finally:
        client.close()


async def keep(url: str, number: int) -> None:
    """Write and have it acknowledged as durable."""
    async with connected(f"{url}&w=majority&journal=true") as client:
        await client.test.kept.insert_one({"_id": number})


async def kept(url: str) -> list[int]:
    async with connected(url) as client:
        return [row["_id"] async for row in client.test.kept.find().sort("_id")]


async def until(happened: Callable[[], bool]) -> None:
    while not happened():
        await asyncio.sleep(0.02)


async def test_a_fresh_start_answers_transactions(data_dir: Path) -> None:
    async with EmbeddedMongod(data_dir) as mongod, connected(mongod.url) as client:
        async with await client.start_session() as session, session.start_transaction():
            await client.test.kept.insert_one({"_id": 1}, session=session)
            await client.test.others.insert_one({"_id": 2}, session=session)
        assert await client.test.others.count_documents({}) == 1
    assert not psutil.pid_exists(mongod.pid)


@pytest.mark.parametrize(
    "command",
    [{"find": "kept"}, {"createUser": "first", "pwd": "x", "roles": []}, {"replSetGetConfig": 1}],
    ids=lambda command: next(iter(command)),
)
async def test_strangers_are_refused(data_dir: Path, command: dict[str, Any]) -> None:
    async with EmbeddedMongod(data_dir) as mongod:
        address = mongod.url.partition("@")[2].partition("/")[0]
        async with driver.admin(f"mongodb://{address}/?directConnection=true") as run:
            with pytest.raises(driver.Refused, match="requires authentication"):
                await run(command)


async def test_nothing_is_open_to_others(
    data_dir: Path, directory: Directory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with EmbeddedMongod(data_dir) as mongod:
        state = await status(data_dir)
        running = psutil.Process(mongod.pid)
        ours = [directory.root, *directory.root.rglob("*")]
        assert [path for path in ours if path.stat().st_mode & 0o077] == []
        assert {at.laddr.ip for at in running.net_connections() if at.status == "LISTEN"} == {
            "127.0.0.1"
        }
        shown = f"{running.cmdline()} {running.environ()} {mongod!r} {state} {caplog.text}"
    for secret in (directory.password, directory.key):
        assert secret.read_text().strip() not in shown + directory.log.read_text()


async def test_ctrl_c_does_not_reach_it(data_dir: Path) -> None:
    async with EmbeddedMongod(data_dir) as mongod:
        assert os.getpgid(mongod.pid) != os.getpgid(0)
        assert os.getsid(mongod.pid) != os.getsid(0)


async def test_a_restart_keeps_data_and_address(data_dir: Path) -> None:
    async with EmbeddedMongod(data_dir) as first:
        await keep(first.url, 1)
    async with EmbeddedMongod(data_dir) as second:
        assert second.url == first.url
        assert await kept(second.url) == [1]


async def test_a_killed_mongod_is_restarted_at_the_same_address(data_dir: Path) -> None:
    async with EmbeddedMongod(data_dir) as mongod, connected(mongod.url) as client:
        await keep(mongod.url, 1)
        killed = mongod.pid
        os.kill(killed, signal.SIGKILL)
        await client.test.kept.insert_one({"_id": 2})  # the driver waits and tries again
        assert mongod.pid != killed
        assert await kept(mongod.url) == [1, 2]


async def test_when_it_will_not_live_the_failure_says_why(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "ATTEMPTS", 2)
    script = tmp_path / "mongod"
    write_script(script, f'exec "{binary.find_binary(None, tmp_path)}" "$@"')
    async with EmbeddedMongod(data_dir, binary=script) as mongod:
        write_script(
            script, '[ "$1" = --version ] && echo db version v6.0.0 || { echo alas; exit 3; }'
        )
        os.kill(mongod.pid, signal.SIGKILL)
        await until(lambda: mongod.failure is not None)
        assert "exit code 3" in str(mongod.failure)
        assert "alas" in str(mongod.failure)


async def test_one_left_behind_by_a_killed_program_is_taken_over(
    data_dir: Path, start_program: Callable[[], Program]
) -> None:
    program = start_program()
    left_behind = await program.mongod_pid()
    program.kill()
    async with EmbeddedMongod(data_dir) as mongod:
        assert mongod.pid == left_behind
        await keep(mongod.url, 1)
        assert (await status(data_dir)).sharers == (os.getpid(),)
        os.kill(mongod.pid, signal.SIGKILL)  # and it is watched though it is no child
        await keep(mongod.url, 2)
        assert await kept(mongod.url) == [1, 2]
    assert not (await status(data_dir)).running


async def test_programs_share_it_and_the_last_to_leave_stops_it(
    data_dir: Path, start_program: Callable[[], Program]
) -> None:
    first, second = start_program(), start_program()
    assert await first.mongod_pid() == await second.mongod_pid()
    assert set((await status(data_dir)).sharers) == {first.pid, second.pid}
    await first.leave()
    state = await status(data_dir)
    assert state.running
    assert state.sharers == (second.pid,)
    await second.leave()
    assert await status(data_dir) == server.Status(data_dir / "mongodb", running=False)


async def test_a_killed_sharer_does_not_count(
    data_dir: Path, start_program: Callable[[], Program]
) -> None:
    async with EmbeddedMongod(data_dir) as mongod:
        other = start_program()
        assert await other.mongod_pid() == mongod.pid
        other.kill()
        assert (await status(data_dir)).sharers == (os.getpid(),)
    assert not (await status(data_dir)).running


async def test_sharers_who_see_it_die_restart_it_once(data_dir: Path) -> None:
    async with EmbeddedMongod(data_dir) as one, EmbeddedMongod(data_dir) as other:
        killed = one.pid
        os.kill(killed, signal.SIGKILL)
        await keep(one.url, 1)
        await until(lambda: killed not in (one.pid, other.pid))
        assert one.pid == other.pid


async def test_stop_ends_one_left_behind(
    data_dir: Path, start_program: Callable[[], Program]
) -> None:
    assert not await stop(data_dir)
    program = start_program()
    pid = await program.mongod_pid()
    with pytest.raises(MongodInUse, match=str(program.pid)):
        await stop(data_dir)
    program.kill()
    left_behind = psutil.Process(pid)
    assert await stop(data_dir)
    assert not processes.Mongod(left_behind, port=0).is_alive()


async def test_status_tells_what_runs(data_dir: Path) -> None:
    async with EmbeddedMongod(data_dir) as mongod:
        state = await status(data_dir)
    assert (state.running, state.pid, state.sharers) == (True, mongod.pid, (os.getpid(),))
    assert state.url == f"mongodb://followthrough:***@{mongod.url.partition('@')[2]}"
    assert state.version is not None
    assert int(state.version.split(".")[0]) >= binary.OLDEST
    assert state.uptime_s is not None


def empty(directory: Directory) -> None:
    """Killed before anything was written."""


def torn(directory: Directory) -> None:
    """Killed while files were being written, by a system that lost them."""
    directory.create()
    directory.key.write_text("")
    directory.password.with_suffix(".new").write_text("abc")
    (directory.root / "port").write_text("")
    (directory.sharers / "1-abc.new").touch()
    (directory.sharers / "1-abc").touch()


def secrets_lost(directory: Directory) -> None:
    """Its data is there, and the files that open it are not."""
    asyncio.run(start_and_stop(directory.root.parent))
    directory.key.unlink()
    directory.password.unlink()


def never_initiated(directory: Directory) -> None:
    """Killed when mongod listened and was not told of its set."""
    asyncio.run(killed_after(directory, steps=0))


def no_user(directory: Directory) -> None:
    """Killed when mongod was primary and had no user."""
    asyncio.run(killed_after(directory, steps=100))


async def start_and_stop(data_dir: Path) -> None:
    async with EmbeddedMongod(data_dir):
        pass


async def killed_after(directory: Directory, steps: int) -> None:
    directory.create()
    found = binary.find_binary(None, directory.root)
    mongod = processes.launch(directory, found, directory.port(movable=True), 0.25)
    await replica._wait_until_listening(mongod)
    async with driver.admin(replica.system_url(directory, mongod.port)) as command:
        for _ in range(steps):
            if await replica._advance(command, f"127.0.0.1:{mongod.port}"):
                break
            await asyncio.sleep(0.02)
    mongod.process.kill()
    await mongod.wait_until_gone()


@pytest.mark.parametrize("half_made", [empty, torn, secrets_lost, never_initiated, no_user])
async def test_a_setup_that_was_cut_off_is_finished(
    data_dir: Path, directory: Directory, half_made: Callable[[Directory], None]
) -> None:
    prepare(directory)
    await asyncio.to_thread(half_made, directory)
    async with EmbeddedMongod(data_dir) as mongod:
        await keep(mongod.url, 1)
        assert (await status(data_dir)).sharers == (os.getpid(),)


def _children() -> set[int]:
    """Processes of ours that run; the whole test run may have others, such as a browser."""
    return {p.pid for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE}


async def test_a_start_that_is_given_up_leaves_nothing(data_dir: Path) -> None:
    before = _children()
    for patience in (0.05, 0.2, 0.5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(patience), EmbeddedMongod(data_dir):
                await asyncio.sleep(60)
        assert _children() <= before
        assert (await status(data_dir)).sharers == ()


@asynccontextmanager
async def port_taken(directory: Directory) -> AsyncIterator[int]:
    """Another program, which hangs up on all who call."""
    port = int((directory.root / "port").read_text())
    async with await asyncio.start_server(lambda _, caller: caller.close(), "127.0.0.1", port):
        yield port


async def test_mongod_takes_another_port_when_its_own_is_taken(
    data_dir: Path, directory: Directory
) -> None:
    async with EmbeddedMongod(data_dir) as mongod:
        await keep(mongod.url, 1)
    async with port_taken(directory) as port, EmbeddedMongod(data_dir) as mongod:
        assert f":{port}/" not in mongod.url
        await keep(mongod.url, 2)
        assert await kept(mongod.url) == [1, 2]


async def test_it_does_not_move_away_from_programs_that_wait_for_it(
    data_dir: Path, directory: Directory
) -> None:
    await start_and_stop(data_dir)
    waiting = directory.join()
    async with port_taken(directory):
        with pytest.raises(MongodError, match="Another program listens on the port"):
            await start_and_stop(data_dir)
    waiting.leave()


async def test_damaged_files_are_named_with_a_remedy(data_dir: Path, directory: Directory) -> None:
    await start_and_stop(data_dir)
    (directory.data / "WiredTiger.turtle").write_text("garbage")
    with pytest.raises(MongodError, match=r"Its files are damaged: move .* away") as raised:
        await start_and_stop(data_dir)
    assert "Fatal assertion" in str(raised.value)
    assert (await status(data_dir)).sharers == ()


async def test_a_mongod_started_by_hand_is_left_alone(data_dir: Path, directory: Directory) -> None:
    await start_and_stop(data_dir)
    by_hand = start_by_hand(directory)
    try:
        await until(lambda: bool((directory.data / "mongod.lock").read_text()))
        with pytest.raises(MongodError, match="started by hand"):
            await start_and_stop(data_dir)
        assert by_hand.poll() is None
    finally:
        by_hand.kill()
        by_hand.wait()


def start_by_hand(directory: Directory) -> subprocess.Popen[bytes]:
    found = binary.find_binary(None, directory.root)
    port = directory.port(movable=True)
    options = (f"--dbpath={directory.data}", f"--port={port}", "--nounixsocket", "--replSet=mine")
    return subprocess.Popen([found, *options], stdout=subprocess.DEVNULL)


def write_script(path: Path, text: str) -> None:
    unfinished = path.with_suffix(".script")
    unfinished.write_text(f"#!/bin/sh\n{text}\n")
    unfinished.chmod(0o755)
    unfinished.replace(path)


@pytest.mark.parametrize("port", ["99999", "-5", "0", "65536", "10**9", "", "\x00", "٣"])
async def test_a_port_that_is_none_is_chosen_anew(
    data_dir: Path, directory: Directory, port: str
) -> None:
    prepare(directory)
    directory.port_file.write_text(port)
    chosen = directory.port(movable=False)
    assert 0 < chosen < 65_536
    assert directory.port(movable=False) == chosen


@pytest.mark.parametrize("password", ["p@ss:w/rd%41#?&+[", "x"])
async def test_a_password_may_have_any_signs(
    data_dir: Path, directory: Directory, password: str
) -> None:
    prepare(directory)
    directory.password.write_text(password + "\n")
    directory.key.write_text("abc+/d\nefgh==\n")
    async with EmbeddedMongod(data_dir) as mongod:
        await keep(mongod.url, 1)
        assert await kept(mongod.url) == [1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("key", b"\xff\xfe\x00key"),
        ("key", b"not base64: no!"),
        ("key", b"abc"),
        ("key", b"a" * 1025),
        ("password", b"\xff\xfe\x00secret"),
        ("password", "pässwort".encode()),
        ("password", b"two words"),
        ("password", b"a\x00b"),
    ],
)
async def test_a_secret_that_is_none_is_refused_with_a_remedy(
    data_dir: Path, directory: Directory, name: str, content: bytes
) -> None:
    prepare(directory)
    (directory.root / name).write_bytes(content)
    with pytest.raises(MongodError, match=rf"{name} is damaged: .* remove the file, and start"):
        await start_and_stop(data_dir)
    assert (await status(data_dir)).sharers == ()
    (directory.root / name).unlink()
    await start_and_stop(data_dir)


@pytest.mark.parametrize("name", ["key", "password", "port", "lock", "mongod.log"])
async def test_a_folder_in_place_of_a_file_is_refused_with_a_remedy(
    data_dir: Path, directory: Directory, name: str
) -> None:
    prepare(directory)
    (directory.root / name).mkdir()
    with pytest.raises(MongodError, match=rf"folder where a file should be.*{name}.*Move it away"):
        await start_and_stop(data_dir)
    (directory.root / name).rmdir()
    await start_and_stop(data_dir)


@pytest.mark.parametrize("name", ["db", "sharers"])
async def test_a_file_in_place_of_a_folder_is_refused_with_a_remedy(
    data_dir: Path, directory: Directory, name: str
) -> None:
    prepare(directory)
    (directory.root / name).write_text("")
    with pytest.raises(MongodError, match=rf"file where a folder should be.*{name}.*Move it away"):
        await start_and_stop(data_dir)


async def test_what_others_put_among_the_sharers_is_left_alone(
    data_dir: Path, directory: Directory
) -> None:
    await start_and_stop(data_dir)
    (directory.sharers / "notes").mkdir()
    (directory.sharers / ".DS_Store").write_text("")
    assert (await status(data_dir)).sharers == ()
    await start_and_stop(data_dir)
    assert (directory.sharers / "notes").is_dir()


async def test_whatever_happens_to_its_watch_it_is_started_again(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "LONGEST_WAIT_S", 0.05)
    ensure, failed = EmbeddedMongod._ensure, 0

    async def once_broken(self: EmbeddedMongod, *, movable: bool) -> None:
        nonlocal failed
        failed += 1
        if failed == 2:
            raise ValueError("nobody thought of this")
        await ensure(self, movable=movable)

    monkeypatch.setattr(EmbeddedMongod, "_ensure", once_broken)
    async with EmbeddedMongod(data_dir) as mongod:
        first = mongod.pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: mongod.pid != first)
        await keep(mongod.url, 1)
    assert "could not be watched over" in caplog.text
