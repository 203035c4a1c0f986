"""Serves good, odd and hostile clients for a while and shows that nothing grows.

    python -m benchmarks.soak --minutes 30

Starts the server on an invented store with a MongoDB of its own, sends it the traffic of
`benchmarks.traffic` and samples memory, file descriptors, threads and the length of its log. Prints
a table by minute and one by client, and draws the samples with `--picture FILE.svg`; exits with 1
if any answer was a fault of ours, if the server ended, or if memory or descriptors grew. Linux
only.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

import click
import psutil

from benchmarks.driving import as_request
from benchmarks.generate import filled
from benchmarks.pictures import Chart, draw_charts
from benchmarks.servers import KEPT, started
from benchmarks.traffic import CLIENTS, Client, Soak
from benchmarks.writing import Writing, writing
from store.embedded import EmbeddedMongod
from store.mongodb.driver import Database

MOST_GROWTH = 1.10
"""How much larger the median memory of the last quarter may be than that of the one before it."""


async def visit_until(soak: Soak, client: Client, end: float) -> None:
    """Visits the server again and again until the end, each time a moment later."""
    while time.monotonic() < end:
        with suppress(ConnectionError):
            await client(soak)
        await asyncio.sleep(soak.draw.uniform(0, 0.05))


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process held at a moment."""

    seconds: float
    server_mb: float
    descriptors: int
    threads: int
    mongod_mb: float
    log_kb: float

    @classmethod
    def take(cls, began: float, server: psutil.Process, mongod: psutil.Process) -> "Sample":
        """Samples the server, whatever it started, and MongoDB."""
        return cls(
            time.monotonic() - began,
            server.memory_info().rss / 2**20,
            server.num_fds(),
            server.num_threads(),
            mongod.memory_info().rss / 2**20,
            # What it wrote to standard error, which is a file.
            Path(f"/proc/{server.pid}/fd/2").stat().st_size / 1024,
        )


async def sample_until(
    end: float,
    samples: list[Sample],
    began: float,
    server: psutil.Process,
    mongod: psutil.Process,
) -> None:
    """Adds a sample every five seconds, until the end or until the server has ended."""
    while time.monotonic() < end:
        await asyncio.sleep(5)
        try:
            samples.append(Sample.take(began, server, mongod))
        except psutil.Error:
            return


async def soak_for(
    minutes: float, size: int, seed: int, folder: Path, picture: Path | None
) -> bool:
    """Runs it all and prints the tables; whether all was well."""
    async with AsyncExitStack() as stack:
        mongod = await stack.enter_async_context(EmbeddedMongod(folder, cache_gb=0.25))
        database = Database.connect(mongod.url, "soak")
        stack.callback(database.close)
        await filled(database, size)
        writes = await stack.enter_async_context(writing(mongod.url, "soak"))
        ready = as_request(b'{"query": "{ __typename }"}', 0)
        server = await stack.enter_async_context(started(KEPT, mongod.url, "soak", ready))
        processes = server.process, psutil.Process(mongod.pid)
        soak = Soak(server.port, Random(seed))
        began = time.monotonic()
        end = began + minutes * 60
        samples = [Sample.take(began, *processes)]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(sample_until(end, samples, began, *processes))
            tasks.create_task(write_until(end, writes))
            for client, number in CLIENTS.items():
                for _ in range(number):
                    tasks.create_task(visit_until(soak, client, end))
        await asyncio.sleep(10)  # what the last clients left open is closed by then
        alive = server.process.is_running()
        if alive:
            samples.append(Sample.take(began, *processes))
    click.echo(table_of_samples(samples))
    if picture is not None:
        picture.write_text(draw_samples(samples, soak), encoding="utf-8")
    click.echo(table_of_clients(soak))
    return alive and not report_faults(soak, samples)


async def write_until(end: float, writes: Writing) -> None:
    """Writes once a second, so that kept answers are dropped and made again."""
    while time.monotonic() < end:
        writes.write()
        await writes.done()
        await asyncio.sleep(1)


def table_of_samples(samples: Sequence[Sample]) -> str:
    """About twenty of the samples, as a table in Markdown."""
    lines = [
        "| minute | server MB | descriptors | threads | mongod MB | log KB |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for sample in (*samples[:: max(1, len(samples) // 20)], samples[-1]):
        lines.append(
            f"| {sample.seconds / 60:.1f} | {sample.server_mb:.0f} | "
            f"{sample.descriptors} | {sample.threads} | {sample.mongod_mb:.0f} | "
            f"{sample.log_kb:.0f} |"
        )
    return "\n".join(lines)


def draw_samples(samples: Sequence[Sample], soak: Soak) -> str:
    """The samples as an SVG."""
    visits = sum(statuses.total() for statuses in soak.statuses.values())
    minutes = [sample.seconds / 60 for sample in samples]
    title = f"{minutes[-1]:.0f} minutes of mixed and hostile traffic, {visits:,} visits"
    charts = (
        Chart("Memory of the server, MB", [sample.server_mb for sample in samples]),
        Chart("Memory of MongoDB, MB", [sample.mongod_mb for sample in samples]),
        Chart("Open files and sockets of the server", [sample.descriptors for sample in samples]),
        Chart("Threads of the server", [sample.threads for sample in samples]),
        Chart("Log of the server (warnings), KB", [sample.log_kb for sample in samples]),
    )
    return draw_charts(title, minutes, charts)


def table_of_clients(soak: Soak) -> str:
    """How often each client got which status, as a table in Markdown."""
    lines = ["", "| client | visits | answers by status |", "|---|---:|---|"]
    for client, statuses in soak.statuses.items():
        told = ", ".join(f"{status}: {n:,}" for status, n in sorted(statuses.items()))
        lines.append(f"| {client} | {statuses.total():,} | {told} |")
    return "\n".join(lines)


def report_faults(soak: Soak, samples: Sequence[Sample]) -> bool:
    """Prints what should not have been; whether there was anything."""
    faults = list(dict.fromkeys(soak.faults))[:20]
    quarter = len(samples) // 4
    memory = [sample.server_mb for sample in samples[1:-1]]
    if quarter:
        before, last = median(memory[-2 * quarter : -quarter]), median(memory[-quarter:])
        if last > before * MOST_GROWTH:
            faults.append(f"memory grew from {before:.0f} to {last:.0f} MB in the last quarter")
    # Connections to MongoDB are opened as they are needed, and stay.
    early = max(sample.descriptors for sample in samples[: quarter + 1])
    if samples[-1].descriptors > early:
        faults.append(f"{samples[-1].descriptors} descriptors are open, at most {early} early on")
    click.echo("\n".join(["", f"{len(soak.faults)} answers were faults of ours", *faults]))
    return bool(faults)


@click.command(context_settings={"show_default": True}, help=__doc__)
@click.option("--minutes", default=30.0)
@click.option("--size", default=5000, help="How many commitments the store has.")
@click.option("--seed", default=1)
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="An SVG to write.")
def main(minutes: float, size: int, seed: int, picture: Path | None) -> None:
    """Runs the soak in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="followthrough-soak-") as folder:
        well = asyncio.run(soak_for(minutes, size, seed, Path(folder), picture))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
