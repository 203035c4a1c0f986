"""Kills, stops and cuts off what runs, at random moments under writes, and counts what that cost.

    python -m benchmarks.faults --minutes 10

A replica set of three (`benchmarks.fault_set`), two servers of two workers each, and clients that
write and read over GraphQL, subscribe and import (`benchmarks.fault_clients`). One fault after
another befalls one of them, each some seconds after something was written again. In the end all is
left alone, and what clients were told is held against what is there. Prints a table in Markdown;
exits with 1 if anything was lost, staler than promised, not told, or answered as a fault of ours.
Linux only.
"""

import asyncio
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import click
import psutil

from benchmarks.fault_clients import (
    SUBSCRIBERS,
    Ledger,
    find_cursor,
    import_bundles,
    read_parties,
    subscribe_to_changes,
    write_parties,
)
from benchmarks.fault_servers import Served, serve
from benchmarks.fault_set import FaultSet, Member, running_set
from store import layout
from store.mongodb.collections import CHANGES
from store.mongodb.driver import Database
from store.tokens import Tokens
from store.viewers import Role
from store.writes.quality import FAULTS, Found, report
from store.writes.queue import work_off

NAME = "faults"
WRITERS, READERS = 3, 3


@dataclass(slots=True)
class Campaign:
    """What runs, and what befell it: when each fault began, by its name."""

    members: FaultSet
    servers: list[Served]
    ledger: Ledger
    draw: Random
    faults: list[tuple[float, str]] = field(default_factory=list)

    async def kill_primary(self) -> None:
        """Kills the primary, and starts it again a few seconds later."""
        member = await self.members.wait_for_primary()
        self._note("primary killed")
        member.end()
        await asyncio.sleep(self.draw.uniform(1, 6))
        member.start(self.members.binary)

    async def stop_primary(self) -> None:
        """Has the primary stand still for a while: it answers nothing, and does not go."""
        member = await self.members.wait_for_primary()
        self._note("primary stopped")
        member.send(signal.SIGSTOP)
        await asyncio.sleep(self.draw.uniform(5, 20))
        member.send(signal.SIGCONT)

    async def cut_primary_off(self) -> None:
        """Pulls the primary's cable: neither the others nor the servers reach it."""
        member = await self.members.wait_for_primary()
        self._note("primary cut off")
        member.cut(off=True)
        await asyncio.sleep(self.draw.uniform(5, 20))
        member.cut(off=False)

    async def kill_server(self) -> None:
        """Kills a server with its workers, and starts it again at its port."""
        server = self.draw.choice(self.servers)
        self._note("server killed")
        await server.kill()
        await server.start()

    async def kill_worker(self) -> None:
        """Kills one worker of a server, which works off the queue as well."""
        workers = self.draw.choice(self.servers).list_workers()
        if workers:
            self._note("worker killed")
            with suppress(psutil.Error):
                self.draw.choice(workers).kill()

    def _note(self, what: str) -> None:
        self.faults.append((time.monotonic(), what))

    async def befall_until(self, end: float) -> None:
        """Fault after fault, with some seconds between them."""
        kinds: list[Callable[[], Awaitable[None]]] = [
            self.kill_primary,
            self.stop_primary,
            self.kill_server,
            self.kill_worker,
        ]
        if self.members.why_not_cut is None:
            kinds.append(self.cut_primary_off)
        while time.monotonic() < end:
            self.draw.shuffle(kinds)
            for kind in kinds:
                if time.monotonic() >= end:
                    return
                await kind()
                await self._wait_for_writes(end)
                await asyncio.sleep(self.draw.uniform(2, 8))

    async def _wait_for_writes(self, end: float) -> None:
        """Waits until something is written again, so that each fault has a pause of its own."""
        before = len(self.ledger.acknowledged)
        while len(self.ledger.acknowledged) == before and time.monotonic() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def run_campaign(minutes: float, seed: int, folder: Path) -> bool:
    """Runs it and prints the table; whether all was well."""
    draw = Random(seed)
    async with AsyncExitStack() as stack:
        members = await stack.enter_async_context(running_set(folder))
        database = Database.connect(members.url, NAME, timeout_ms=60_000)
        stack.callback(database.close)
        await layout.prepare(database)
        token, _ = await Tokens(database).create("faults", Role.EDITOR, datetime.now(UTC))
        settings = {
            "FOLLOWTHROUGH_MONGODB_URL": members.url,
            "FOLLOWTHROUGH_DATABASE": NAME,
            "FOLLOWTHROUGH_ANSWERS": "fast",
        }
        servers = [
            await stack.enter_async_context(serve(settings, folder / f"server-{n}.log"))
            for n in range(2)
        ]
        end = time.monotonic() + minutes * 60
        ledger = Ledger(token, [server.url for server in servers], draw, end)
        campaign = Campaign(members, servers, ledger, draw)
        over, after = asyncio.Event(), await find_cursor(ledger)
        async with asyncio.TaskGroup() as listening:
            for _ in range(SUBSCRIBERS):
                listening.create_task(subscribe_to_changes(ledger, after, over))
            async with asyncio.TaskGroup() as tasks:
                for client, number in ((write_parties, WRITERS), (read_parties, READERS)):
                    for _ in range(number):
                        tasks.create_task(client(ledger))
                tasks.create_task(import_bundles(ledger, settings, folder))
                tasks.create_task(campaign.befall_until(end))
            for member in members.members:
                _make_whole(member, members)
            await members.wait_for_primary()
            await _wait_until_told(ledger)
            over.set()
            for server in servers:
                # Ends the subscriptions, which wait for nothing more.
                await server.kill()
        found = await _look(database, ledger)
    click.echo(make_table(campaign, ledger, found, minutes))
    if not any(key.startswith("w-") for key in ledger.acknowledged) or not ledger.reads:
        click.echo("nothing was written or read, so nothing was tried", err=True)
        return False
    return not (found.wrong or ledger.stale or ledger.faults or ledger.without_retry)


def _make_whole(member: Member, members: FaultSet) -> None:
    member.send(signal.SIGCONT)
    if member.process is None:
        member.start(members.binary)
    if members.why_not_cut is None:
        member.cut(off=False)


async def _wait_until_told(ledger: Ledger, most_s: float = 60.0) -> None:
    """Waits until subscribers were told of every acknowledged write, or for so long."""
    until = time.monotonic() + most_s
    written = {key for key in ledger.acknowledged if key.startswith("w-")}
    while time.monotonic() < until:
        if all(ledger.told[key] >= SUBSCRIBERS for key in written):
            return
        await asyncio.sleep(0.5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in the end, beside what clients were told."""

    lost: int
    without_change: int
    twice: int
    not_told: int
    told_twice: int
    broken: int

    @property
    def wrong(self) -> bool:
        """Whether anything is not as it has to be."""
        return any(
            (
                self.lost,
                self.without_change,
                self.twice,
                self.not_told,
                self.told_twice,
                self.broken,
            )
        )


async def _look(database: Database, ledger: Ledger) -> Outcome:
    async for _ in work_off(database):
        pass
    there = {d["_id"] for d in await database.find("parties", {}, fields={"_id": 1})}
    created = Counter(
        d["record"] for d in await database.find(CHANGES, {"kind": "CREATED"}, fields={"record": 1})
    )
    broken = [
        item
        async for item in report(database)
        if isinstance(item, Found) and item.finding in FAULTS
    ]
    written = {key for key in ledger.acknowledged if key.startswith("w-")}
    return Outcome(
        lost=len(ledger.acknowledged.keys() - there),
        without_change=len([key for key in ledger.acknowledged if not created[key]]),
        twice=len([key for key in created if created[key] > 1]),
        not_told=sum(max(0, SUBSCRIBERS - ledger.told[key]) for key in written),
        told_twice=sum(max(0, ledger.told[key] - SUBSCRIBERS) for key in written),
        broken=len(broken),
    )


def find_pauses(campaign: Campaign, ledger: Ledger) -> Mapping[str, list[float]]:
    """Seconds without an acknowledged write over GraphQL, by the fault that they began after."""
    written = sorted(at for key, at in ledger.acknowledged.items() if key.startswith("w-"))
    pauses: defaultdict[str, list[float]] = defaultdict(list)
    for at, what in campaign.faults:
        # The pause in which the fault fell, or the first that begins within a second of it.
        near = [b - a for a, b in pairwise(written) if a <= at + 1.0 and b > at]
        pauses[what].append(max(near, default=0.0))
    return pauses


def make_table(campaign: Campaign, ledger: Ledger, found: Outcome, minutes: float) -> str:
    """What was done and what it cost, in Markdown."""
    pauses = find_pauses(campaign, ledger)
    written = sum(key.startswith("w-") for key in ledger.acknowledged)
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {minutes:g} minutes, {psutil.cpu_count()} cores, load "
        f"{', '.join(f'{load:.1f}' for load in psutil.getloadavg())}; "
        f"{campaign.members.why_not_cut or 'members in network namespaces'}",
        "",
        "| fault | times | s without writes: median | most |",
        "|---|---:|---:|---:|",
        *(
            f"| {what} | {len(took)} | {sorted(took)[len(took) // 2]:.1f} | {max(took):.1f} |"
            for what, took in sorted(pauses.items())
        ),
        "",
        "| counted | |",
        "|---|---:|",
        f"| writes acknowledged over GraphQL | {written:,} |",
        f"| records acknowledged by imports | {len(ledger.acknowledged) - written:,} |",
        f"| imports | {_list(ledger.imports)} |",
        f"| acknowledged writes lost | {found.lost} |",
        f"| … without an entry in the log | {found.without_change} |",
        f"| records created twice | {found.twice} |",
        f"| reads of what was acknowledged | {ledger.reads:,} |",
        f"| … staler than promised | {len(ledger.stale)} |",
        f"| events that a subscriber missed | {found.not_told} |",
        f"| … was told twice | {found.told_twice} |",
        f"| what `check` finds broken | {found.broken} |",
        f"| answers that were faults of ours | {len(ledger.faults)} |",
        f"| 503 or 429 without `Retry-After` | {ledger.without_retry} |",
        f"| errors by status and code | {_list(ledger.errors)} |",
        "",
        *dict.fromkeys(ledger.faults[:10] + ledger.stale[:10]),
    ]
    return "\n".join(lines)


def _list(counted: Counter[str]) -> str:
    return ", ".join(f"{what}: {n:,}" for what, n in sorted(counted.items())) or "none"


@click.command(context_settings={"show_default": True}, help=__doc__)
@click.option(
    "--minutes", default=10.0, help="How long faults are made; some more to begin and end."
)
@click.option("--seed", default=1, help="Of the draw of faults and moments.")
def main(minutes: float, seed: int) -> None:
    """Runs the campaign in a folder that is removed afterwards."""
    # What it started ends with it, also where it is told to end.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with tempfile.TemporaryDirectory(prefix="followthrough-faults-") as folder:
        well = asyncio.run(run_campaign(minutes, seed, Path(folder)))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
