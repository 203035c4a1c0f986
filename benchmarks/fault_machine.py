"""What a machine does to the program: a full disk, a log of operations that is too short, a clock
that jumps.

    python -m benchmarks.fault_machine

Each is tried once, under writes over GraphQL, and held against what clients were told, as in
`benchmarks.faults`. Prints a table in Markdown; exits with 1 if anything was lost or staler than
promised. A full disk needs root, for a small file system in memory; without, it is left out, and
said. A clock needs a C compiler, for what `clock.c` puts before the server's own. Linux only.
"""

import asyncio
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import click

from benchmarks.fault_clients import (
    Ledger,
    find_cursor,
    read_parties,
    subscribe_to_changes,
    write_parties,
)
from benchmarks.fault_servers import Served, serve
from benchmarks.fault_set import running_set
from store import embedded, layout
from store.embedded import EmbeddedMongod, replica
from store.embedded.directory import Directory
from store.mongodb.driver import Database, InsertOne
from store.tokens import Tokens
from store.viewers import Role
from store.writes.quality import FAULTS, Found, report

MIB = 1024 * 1024
NAME = "faults"
RECORDED_AHEAD = "recorded ahead"
MOMENTS = ("recordedAt: ", "createdAt: ", "updatedAt: ")


class CannotTry(Exception):
    """This machine does not allow it; the message says what is missing."""


async def make_ledger(address: str, urls: list[str], seconds: float) -> Ledger:
    """A ledger for servers on a database, which gets a token."""
    database = Database.connect(address, NAME)
    try:
        await layout.prepare(database)
        token, _ = await Tokens(database).create("faults", Role.EDITOR, datetime.now(UTC))
    finally:
        database.close()
    return Ledger(token, urls, Random(1), time.monotonic() + seconds)


async def look(address: str, ledger: Ledger, *, ahead: bool = False) -> Mapping[str, int]:
    """What is there in the end, beside what clients were told. What was recorded by a clock `ahead`
    is named by `check`, and counted apart.
    """
    database = Database.connect(address, NAME)
    try:
        there = {d["_id"] for d in await database.find("parties", {}, fields={"_id": 1})}
        broken = [
            item
            async for item in report(database)
            if isinstance(item, Found) and item.finding in FAULTS
        ]
    finally:
        database.close()
    early = [item for item in broken if ahead and item.message.startswith(MOMENTS)]
    return {
        "acknowledged": len(ledger.acknowledged),
        **({RECORDED_AHEAD: len({item.key for item in early})} if ahead else {}),
        "lost": len(ledger.acknowledged.keys() - there),
        "stale": len(ledger.stale),
        "broken": len(broken) - len(early),
        "faults": len(ledger.faults),
    }


Outcome = tuple[Ledger, Mapping[str, int]]


async def run_clients(ledger: Ledger, befall: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Writes and reads, while something befalls what they use."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write_parties(ledger))
        tasks.create_task(read_parties(ledger))
        tasks.create_task(befall())


async def run_and_subscribe(
    ledger: Ledger, servers: list[Served], befall: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """As `run_clients`, with subscribers from the beginning on. Kills the servers, by which
    subscriptions end.
    """
    over, after = asyncio.Event(), await find_cursor(ledger)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(subscribe_to_changes(ledger, after, over))
        await run_clients(ledger, befall)
        await wait_until_told(ledger)
        over.set()
        for server in servers:
            await server.kill()


async def wait_until_told(ledger: Ledger) -> None:
    """Waits until subscribers were told of all that was acknowledged, for half a minute at most."""
    for _ in range(60):
        if all(ledger.told[key] for key in ledger.acknowledged):
            return
        await asyncio.sleep(0.5)


def count_untold(ledger: Ledger) -> Mapping[str, int]:
    """Of how many acknowledged writes no subscriber was told."""
    return {"not told": sum(not ledger.told[key] for key in ledger.acknowledged)}


# --- A full disk ---------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, mib: int) -> Iterator[Path]:
    """A file system of so many MiB in memory. Raises CannotTry."""
    folder.mkdir()
    size = f"size={mib}m"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True
    )
    if done.returncode:
        raise CannotTry(f"mount: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


async def fill_disk(folder: Path) -> Outcome:
    """A server with a MongoDB of its own, whose disk is filled for 90 s by something else: longer
    than from one checkpoint of MongoDB to the next.
    """
    async with AsyncExitStack() as stack:
        data = stack.enter_context(small_disk(folder / "disk", 700))
        async with EmbeddedMongod(data) as mongod:
            ledger = await make_ledger(mongod.url, [], 150)
        settings = {"FOLLOWTHROUGH_DATA_DIR": str(data), "FOLLOWTHROUGH_DATABASE": NAME}
        server = await stack.enter_async_context(serve(settings, folder / "disk.log"))
        ledger.urls = [server.url]

        async def befall() -> None:
            await asyncio.sleep(5)
            ballast = data / "ballast"
            with ballast.open("wb", buffering=0) as file:
                # Again and again: MongoDB gives room back when it drops journals.
                for _ in range(90):
                    with suppress(OSError):  # it is full
                        while True:
                            file.write(bytes(MIB // 4))
                    await asyncio.sleep(1)
            ballast.unlink()

        await run_clients(ledger, befall)
        status = await embedded.status(data)
        if status.port is None:
            raise RuntimeError(f"mongod is not back: {(folder / 'disk.log').read_text()[-1500:]}")
        address = replica.user_url(Directory.from_data_dir(data), status.port)
        found = await look(address, ledger)
        await server.kill()
        await embedded.stop(data)
        return ledger, found


# --- A log of operations that is too short -------------------------------------------------------


async def outrun_oplog(folder: Path) -> Outcome:
    """A server that stands still while more is written than MongoDB's log of operations holds."""
    async with AsyncExitStack() as stack:
        members = await stack.enter_async_context(running_set(folder, oplog_mb=1))
        ledger = await make_ledger(members.url, [], 75)
        settings = {"FOLLOWTHROUGH_MONGODB_URL": members.url, "FOLLOWTHROUGH_DATABASE": NAME}
        servers = [
            await stack.enter_async_context(serve(settings, folder / f"oplog-{n}.log"))
            for n in range(2)
        ]
        ledger.urls = [server.url for server in servers]
        database = Database.connect(members.url, NAME)
        stack.callback(database.close)

        async def befall() -> None:
            await asyncio.sleep(5)
            _signal(servers[0], signal.SIGSTOP)
            ledger.urls = [servers[1].url]
            for n in range(60):
                ballast = {"_id": f"b{n}", "text": "x" * MIB}
                await database.write("ballast", [InsertOne(ballast)])
            await asyncio.sleep(10)
            _signal(servers[0], signal.SIGCONT)
            # Longer than promised: the stopped one hears that its place is gone, and begins anew.
            await asyncio.sleep(5)
            ledger.urls = [server.url for server in servers]

        await run_and_subscribe(ledger, servers, befall)
        return ledger, {**await look(members.url, ledger), **count_untold(ledger)}


# --- A clock that jumps --------------------------------------------------------------------------

JUMPS_S = (3_600, 0, -3_600, 0, 40 * 86_400, 0)
"""By how many seconds the clock of one server is ahead, in turn."""


def compile_clock(folder: Path) -> Path:
    """A library with a clock that can be set. Raises CannotTry."""
    library = folder / "clock.so"
    source = Path(__file__).parent / "clock.c"
    command = ["cc", "-Wall", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"]
    try:
        done = subprocess.run(command, capture_output=True)
    except FileNotFoundError as error:
        raise CannotTry("there is no C compiler") from error
    if done.returncode:
        raise CannotTry(f"cc: {done.stderr.decode().strip()}")
    return library


async def jump_clock(folder: Path) -> Outcome:
    """Two servers, of which one has a clock that jumps ahead and back."""
    library, ahead = compile_clock(folder), folder / "ahead"
    ahead.write_text("0")
    async with AsyncExitStack() as stack:
        members = await stack.enter_async_context(running_set(folder))
        ledger = await make_ledger(members.url, [], 10 * len(JUMPS_S))
        settings = {"FOLLOWTHROUGH_MONGODB_URL": members.url, "FOLLOWTHROUGH_DATABASE": NAME}
        jumping = {"LD_PRELOAD": str(library), "CLOCK_OFFSET": str(ahead)}
        servers = [
            await stack.enter_async_context(serve(settings | more, folder / f"clock-{n}.log"))
            for n, more in enumerate(({}, jumping))
        ]
        ledger.urls = [server.url for server in servers]

        async def befall() -> None:
            for seconds in JUMPS_S:
                await asyncio.sleep(8)
                ahead.write_text(str(seconds))

        await run_and_subscribe(ledger, servers, befall)
        return ledger, {**await look(members.url, ledger, ahead=True), **count_untold(ledger)}


def _signal(server: Served, number: signal.Signals) -> None:
    assert server.process is not None
    for worker in server.list_workers():
        worker.send_signal(number)
    server.process.send_signal(number)


TRIALS: Mapping[str, Callable[[Path], Awaitable[Outcome]]] = {
    "disk full for 90 s": fill_disk,
    "log of operations too short": outrun_oplog,
    "clock jumps": jump_clock,
}


def make_row(what: str, ledger: Ledger, found: Mapping[str, int]) -> str:
    """A row of the table."""
    counted: Counter[str] = ledger.errors
    errors = ", ".join(f"{error}: {n:,}" for error, n in sorted(counted.items())) or "none"
    told = ", ".join(f"{name} {n:,}" for name, n in found.items())
    return f"| {what} | {told} | {errors} |"


async def try_all(folder: Path, names: list[str]) -> bool:
    """Tries them one after another and prints the table; whether all was well."""
    click.echo("| what | counted | errors by status and code |\n|---|---|---|")
    well = True
    for what, trial in TRIALS.items():
        if names and not any(name in what for name in names):
            continue
        try:
            # Of its own: what one leaves of a replica set is none for the next.
            own = folder / what.replace(" ", "-")
            own.mkdir()
            ledger, found = await trial(own)
        except CannotTry as error:
            click.echo(f"| {what} | not tried: {error} | |")
            continue
        click.echo(make_row(what, ledger, found))
        for fault in dict.fromkeys([*ledger.faults[:5], *ledger.stale[:5]]):
            click.echo(f"  {fault}", err=True)
        bad = [n for name, n in found.items() if name not in ("acknowledged", RECORDED_AHEAD) and n]
        well = well and not bad and found["acknowledged"] > 0
    return well


@click.command(help=__doc__)
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Tries those of which a word is named, or all, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="followthrough-machine-") as folder:
        well = asyncio.run(try_all(Path(folder), list(names)))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
