"""Runs all servers side by side on one store, and prints what they did. See README.md.

python -m benchmarks.run
"""

import math
import os
import platform
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import click
import orjson
import psutil
import uvloop

from benchmarks.driving import Failed, as_request, ask, drive
from benchmarks.generate import BLOCK, generate, sizes
from benchmarks.servers import KEPT, Server, Unavailable, known, started
from benchmarks.workload import ALSO, MIX, NAMES, Workload
from benchmarks.writing import Writing, writing
from store.embedded import EmbeddedMongod
from store.mongo import Database

HERE = Path(__file__).parent
CONCURRENCIES = (1, 32)
COMPARED = 25
"""Answers per query that must be equal before anything is timed."""
COUNTED = 20
"""Requests over which commands are counted."""
WARM_UP = 60
READS = ("find", "aggregate", "getMore", "count", "distinct")
BASES = ("stock_strawberry", "mercurius")
FEW = 30
READS_PER_WRITE = 100
TOO_BUSY = 0.8
"""Of a core: from there on the driver may be what limits."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one server did with one query at one concurrency in one round."""

    round: int
    server: str
    query: str
    concurrency: int
    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    server_ms: float
    """CPU of the server per request."""
    mongod_ms: float
    """CPU of MongoDB per request."""
    driver: float
    """How much of a core the driver took."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run."""

    size: int
    servers: Sequence[str]
    queries: Sequence[str]
    rounds: int
    seconds: float
    seed: int


class Bench:
    """Servers that run on one store, to be compared, counted and timed."""

    def __init__(
        self, plan: Plan, database: Database, mongod: int, bodies: Mapping[str, Sequence[bytes]]
    ) -> None:
        self._plan = plan
        self._database = database
        self._mongod = psutil.Process(mongod)
        self._bodies = bodies
        self._servers: list[Server] = []
        self._writing: Writing | None = None
        self.commands: dict[tuple[str, str], float] = {}

    async def enter(self, stack: AsyncExitStack, mongodb_url: str) -> None:
        """Starts the servers, and counts each one's commands. Raises Unavailable.

        The one that keeps answers comes last: it reads MongoDB's change stream while it is idle.
        """
        name = self._plan.queries[0]
        if MIX in self._plan.queries:
            written = writing(mongodb_url, self._database.name)
            self._writing = await stack.enter_async_context(written)
        for server in sorted(self._plan.servers, key=lambda server: server == KEPT):
            # The port is no part of what makes a request good.
            request = as_request(self._bodies[name][0], 0)
            started_ = started(server, mongodb_url, self._database.name, request)
            self._servers.append(await stack.enter_async_context(started_))
            await self._count(self._servers[-1])

    async def compare(self) -> None:
        """Fails unless every server gives the same answers, with data and without errors."""
        for name in self._plan.queries:
            for body in list(dict.fromkeys(self._bodies[name]))[:COMPARED]:
                found = {s.name: await self._answer(s, body) for s in self._servers}
                _must_agree(name, body, found)

    async def _answer(self, server: Server, body: bytes) -> bytes:
        answer = orjson.loads(await ask(server.port, as_request(body, server.port)))
        if "errors" in answer:
            raise click.ClickException(f"{server.name}: {orjson.dumps(answer['errors'])[:2000]!r}")
        # Members keep their order; white space and escapes do not count.
        return orjson.dumps(answer)

    async def _count(self, server: Server) -> None:
        """Notes how many commands the server sends for a request of each query, on the average."""
        for name in self._plan.queries:
            await self._drive(server, name, 1, most=1)
            before = await self._reads()
            await self._drive(server, name, 1, most=COUNTED)
            self.commands[server.name, name] = (await self._reads() - before) / COUNTED

    async def _reads(self) -> int:
        status = await self._database.command({"serverStatus": 1})
        counted = status["metrics"]["commands"]
        return sum(int(counted[name]["total"]) for name in READS if name in counted)

    async def _drive(self, server: Server, name: str, connections: int, **limits: Any) -> Any:
        requests = [as_request(body, server.port) for body in self._bodies[name]]
        return await drive(server.port, requests, connections=connections, **limits)

    async def warm_up(self) -> None:
        """Lets every server see every query often enough to have compiled what it compiles."""
        for server in self._servers:
            for name in self._plan.queries:
                await self._drive(server, name, 4, most=WARM_UP, seconds=20.0)

    async def rounds(self) -> list[Cell]:
        """All cells of all rounds; in each the servers come in another order."""
        rng, cells = Random(self._plan.seed), []
        for round_ in range(self._plan.rounds):
            for name in self._plan.queries:
                for concurrency in CONCURRENCIES:
                    for server in rng.sample(self._servers, len(self._servers)):
                        cells.append(await self._cell(round_, server, name, concurrency))
            click.echo(f"round {round_ + 1} of {self._plan.rounds}", err=True)
        return cells

    async def _cell(self, round_: int, server: Server, name: str, concurrency: int) -> Cell:
        cpu, mongod = server.cpu(), _cpu(self._mongod)
        # Every server of a round gets the same requests.
        start = round_ * 997
        limits: dict[str, Any] = {"seconds": self._plan.seconds, "start": start}
        if name == MIX:
            limits["answered"] = self._write_now_and_then
        took = await self._drive(server, name, concurrency, **limits)
        if self._writing is not None:
            await self._writing.done()
        count = len(took.latencies)
        return Cell(
            round=round_,
            server=server.name,
            query=name,
            concurrency=concurrency,
            requests=count,
            per_second=took.per_second,
            p50_ms=took.percentile(0.5) * 1e3,
            p99_ms=took.percentile(0.99) * 1e3,
            server_ms=(server.cpu() - cpu) / count * 1e3,
            mongod_ms=(_cpu(self._mongod) - mongod) / count * 1e3,
            driver=took.busy,
        )

    def _write_now_and_then(self, answered: int) -> None:
        assert self._writing is not None
        if answered % READS_PER_WRITE == 0:
            self._writing.write()

    def peaks(self) -> dict[str, float]:
        """The most memory that each server held, in MB."""
        return {server.name: server.peak_mb() for server in self._servers}


def _cpu(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])


def _must_agree(name: str, body: bytes, found: Mapping[str, bytes]) -> None:
    first, *others = found
    for other in others:
        if found[other] != found[first]:
            asked = orjson.loads(body)["variables"]
            pairs = enumerate(zip(found[first], found[other], strict=False))
            place = next((i for i, (a, b) in pairs if a != b), 0)
            here = slice(max(place - 150, 0), place + 150)
            raise click.ClickException(
                f"{name} {asked}: {other} answers otherwise than {first} at byte {place}:\n"
                f"{first}: {found[first][here]!r}\n{other}: {found[other][here]!r}"
            )


# --- Tables --------------------------------------------------------------------------------------


def tables(
    plan: Plan,
    cells: Sequence[Cell],
    commands: Mapping[tuple[str, str], float],
    peaks: Mapping[str, float],
) -> str:
    """What was measured, in Markdown: a summary, then every query."""
    grid: dict[tuple[str, str, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        grid[cell.server, cell.query, cell.concurrency].append(cell)
    parts = [_summary(plan, grid, commands, peaks)]
    parts += [_detail(plan, grid, commands, q, c) for q in plan.queries for c in CONCURRENCIES]
    return "\n\n".join(parts)


Grid = Mapping[tuple[str, str, int], Sequence[Cell]]


def _summary(
    plan: Plan,
    grid: Grid,
    commands: Mapping[tuple[str, str], float],
    peaks: Mapping[str, float],
) -> str:
    bases = [base for base in BASES if base in plan.servers]
    head = ["server", *(f"req/s against {base}, 1 / 32" for base in bases)]
    head += [f"CPU against {base}, 1 / 32" for base in bases]
    head += [f"commands {', '.join(plan.queries)}", "peak MB"]
    rows = []
    for server in plan.servers:
        row = [server]
        for member in ("per_second", "server_ms"):
            for base in bases:
                means = [_mean_ratio(plan, grid, server, base, c, member) for c in CONCURRENCIES]
                row.append(" / ".join(_short(mean) for mean in means))
        row.append(", ".join(_short(commands[server, query]) for query in plan.queries))
        row.append(f"{peaks[server]:.0f}")
        rows.append(row)
    title = f"Geometric means over {', '.join(plan.queries)} of medians of per-round ratios:"
    return f"{title}\n\n{_markdown(head, rows)}"


def _mean_ratio(
    plan: Plan, grid: Grid, server: str, base: str, concurrency: int, member: str
) -> float:
    ratios = [_ratio(grid, server, base, query, concurrency, member) for query in plan.queries]
    if any(ratio <= 0 for ratio in ratios):
        return float("nan")
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def _ratio(
    grid: Grid, server: str, base: str, query: str, concurrency: int, member: str = "per_second"
) -> float:
    """The median over the rounds of this server's value by the base's of the same round."""
    pairs = zip(grid[server, query, concurrency], grid[base, query, concurrency], strict=True)
    values = [(getattr(a, member), getattr(b, member)) for a, b in pairs]
    return median(ours / theirs if theirs else float("nan") for ours, theirs in values)


def _detail(
    plan: Plan,
    grid: Grid,
    commands: Mapping[tuple[str, str], float],
    query: str,
    concurrency: int,
) -> str:
    bases = [base for base in BASES if base in plan.servers]
    head = ["server", "req/s", *(f"against {base}" for base in bases), "p50 ms", "p99 ms"]
    head += ["server CPU ms", "MongoDB CPU ms", "commands", "driver's core"]
    rows = []
    for server in plan.servers:
        cells = grid[server, query, concurrency]
        row = [server, _short(_median(cells, "per_second"))]
        row += [_short(_ratio(grid, server, base, query, concurrency)) for base in bases]
        members = ("p50_ms", "p99_ms", "server_ms", "mongod_ms")
        row += [_short(_median(cells, member)) for member in members]
        row.append(_short(commands[server, query]))
        row.append(f"{max(cell.driver for cell in cells):.0%}")
        rows.append(row)
    plural = "connection" if concurrency == 1 else "connections"
    return f"{query}, {concurrency} {plural}:\n\n{_markdown(head, rows)}"


def _median(cells: Sequence[Cell], member: str) -> float:
    return median(getattr(cell, member) for cell in cells)


def _short(value: float) -> str:
    """Three figures that count."""
    if math.isnan(value):
        return "?"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def warnings(cells: Sequence[Cell]) -> list[str]:
    """What makes figures doubtful."""
    busy = {_place(cell) for cell in cells if cell.driver > TOO_BUSY}
    few = {_place(cell) for cell in cells if cell.requests < FEW}
    said = []
    if busy:
        said.append(
            f"the driver itself was busy, and may be what limits: {'; '.join(sorted(busy))}"
        )
    if few:
        said.append(f"fewer than {FEW} requests, so longer --seconds: {'; '.join(sorted(few))}")
    return said


def _place(cell: Cell) -> str:
    return f"{cell.server} {cell.query} at {cell.concurrency}"


# --- The command ---------------------------------------------------------------------------------


def _cache_gb(size: int) -> float:
    """A cache for MongoDB that the store's hot part fits in."""
    total = psutil.virtual_memory().total / 2**30
    return round(min(max(0.5, size / BLOCK * 0.1), total / 3), 2)


async def run(plan: Plan, data_dir: Path, cache_gb: float) -> str:
    """Everything: store, servers, comparison, rounds. Returns the report."""
    async with AsyncExitStack() as stack:
        mongod = await stack.enter_async_context(EmbeddedMongod(data_dir, cache_gb=cache_gb))
        database = Database.connect(mongod.url, f"benchmark-{plan.size}")
        stack.callback(database.close)
        await _filled(database, plan)
        work = await Workload.drawn(database, plan.size, plan.queries, plan.seed)
        bench = Bench(plan, database, mongod.pid, work.bodies)
        await bench.enter(stack, mongod.url)
        click.echo("comparing answers", err=True)
        await bench.compare()
        await bench.warm_up()
        click.echo("timing", err=True)
        cells = await bench.rounds()
        commands, peaks = bench.commands, bench.peaks()
        megabytes = await sizes(database)
    report = "\n\n".join(
        [
            _heading(plan, megabytes, cache_gb),
            tables(plan, cells, commands, peaks),
            *(f"**Doubtful:** {warning}." for warning in warnings(cells)),
        ]
    )
    _keep(plan, cells, commands, peaks, report)
    return report


async def _filled(database: Database, plan: Plan) -> None:
    if await database.find("commitments", {}, limit=1):
        return
    click.echo(f"generating {plan.size:,} commitments", err=True)
    start = time.perf_counter()
    await generate(database, plan.size)
    click.echo(f"generated in {time.perf_counter() - start:.0f} s", err=True)


def _heading(plan: Plan, megabytes: Mapping[str, float], cache_gb: float) -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    disk = megabytes["storageSize"] + megabytes["indexSize"]
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {plan.size:,} commitments ({disk:,.0f} MB on "
        f"disk, cache {cache_gb:g} GB), {plan.rounds} rounds of {plan.seconds:g} s; "
        f"{os.cpu_count()} cores, load {load}; Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}."
    )


def _keep(
    plan: Plan,
    cells: Sequence[Cell],
    commands: Mapping[tuple[str, str], float],
    peaks: Mapping[str, float],
    report: str,
) -> None:
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    stem = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{plan.size}"
    raw = {
        "plan": asdict(plan),
        "cells": [asdict(cell) for cell in cells],
        "commands": {f"{server} {query}": n for (server, query), n in commands.items()},
        "peaks": peaks,
    }
    (folder / f"{stem}.json").write_bytes(orjson.dumps(raw, option=orjson.OPT_INDENT_2))
    (folder / f"{stem}.md").write_text(report + "\n", encoding="utf-8")
    click.echo(f"kept in {folder / stem}.md and .json", err=True)


def _chosen(given: str | None, among: Sequence[str]) -> Sequence[str]:
    if given is None:
        return among
    names = [name.strip() for name in given.split(",")]
    if wrong := [name for name in names if name not in among]:
        raise click.UsageError(f"{', '.join(wrong)}: none of {', '.join(among)}")
    return names


@click.command(context_settings={"show_default": True})
@click.option("--size", default=BLOCK, help="How many commitments the store has.")
@click.option("--servers", help="Which, separated by commas; all unless told.")
@click.option(
    "--queries",
    help=f"Which, separated by commas; {', '.join(NAMES)} unless told, also {', '.join(ALSO)}.",
)
@click.option("--rounds", default=5, type=click.IntRange(1))
@click.option("--seconds", default=5.0, help="Of every cell: a server, a query, a concurrency.")
@click.option("--quick", is_flag=True, help="2 rounds of 1 second; to see that it works.")
@click.option("--seed", default=1)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where MongoDB keeps the store; benchmarks/.data unless told. It is filled once.",
)
@click.option("--cache-gb", type=float, help="MongoDB's cache; by the size of the store.")
def main(
    size: int,
    servers: str | None,
    queries: str | None,
    rounds: int,
    seconds: float,
    quick: bool,
    seed: int,
    data_dir: Path | None,
    cache_gb: float | None,
) -> None:
    """Run all servers side by side and print a table."""
    if quick:
        rounds, seconds = 2, 1.0
    plan = Plan(
        size=size,
        servers=_chosen(servers, known()),
        queries=_chosen(queries, (*NAMES, *ALSO)) if queries else NAMES,
        rounds=rounds,
        seconds=seconds,
        seed=seed,
    )
    where = data_dir or HERE / ".data"
    try:
        report = uvloop.run(run(plan, where, cache_gb or _cache_gb(size)))
    except (Unavailable, Failed) as error:
        raise click.ClickException(str(error)) from None
    click.echo(report)


if __name__ == "__main__":
    sys.exit(main())
