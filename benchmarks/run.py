"""Runs all servers side by side on one store, and prints what they did. See README.md.

python -m benchmarks.run
"""

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson
import uvloop

from benchmarks.bench import Bench, Cell, Plan
from benchmarks.driving import Failed
from benchmarks.generate import BLOCK, cache_for, data_dir_option, filled, sizes
from benchmarks.plans import doubts, planned, plans_table
from benchmarks.servers import BEFORE, Unavailable, before_name, fill_before, known
from benchmarks.sink import NothingCame
from benchmarks.tables import tables, warnings
from benchmarks.workload import ALSO, BY_DAY, NAMES, Workload
from store.embedded import EmbeddedMongod
from store.mongodb.driver import Database

HERE = Path(__file__).parent


async def run(plan: Plan, data_dir: Path, cache_gb: float) -> str:
    """Everything: store, servers, comparison, rounds. Returns the report."""
    async with AsyncExitStack() as stack:
        mongod = await stack.enter_async_context(EmbeddedMongod(data_dir, cache_gb=cache_gb))
        database = Database.connect(mongod.url, f"benchmark-{plan.size}")
        stack.callback(database.close)
        await filled(database, plan.size)
        if plan.before is not None:
            await _fill_before(mongod.url, database, plan.before)
        explained = [*(name for name in NAMES if name in plan.queries), BY_DAY]
        drawn = list(dict.fromkeys((*plan.queries, BY_DAY)))
        work = await Workload.drawn(database, plan.size, drawn, plan.seed)
        bench = Bench(plan, database, mongod.pid, work.bodies)
        await bench.enter(stack, mongod.url)
        click.echo("comparing answers", err=True)
        await bench.compare()
        await bench.warm_up()
        click.echo("timing", err=True)
        cells = await bench.rounds()
        commands, peaks = bench.commands, bench.peaks()
        megabytes = await sizes(database)
        click.echo("explaining", err=True)
        plans = await planned(mongod.url, database.name, {n: work.bodies[n] for n in explained})
    report = "\n\n".join(
        [
            _heading(plan, megabytes, cache_gb),
            tables(plan, cells, commands, peaks),
            plans_table(plans),
            *(f"**Doubtful:** {warning}." for warning in (*warnings(cells), *doubts(plans))),
        ]
    )
    _keep(plan, cells, commands, peaks, report)
    return report


async def _fill_before(mongodb_url: str, database: Database, checkout: Path) -> None:
    other = Database.connect(mongodb_url, before_name(database.name))
    try:
        if await other.find("commitments", {}, limit=1):
            return
    finally:
        other.close()
    click.echo(f"importing the same into {before_name(database.name)}", err=True)
    await fill_before(mongodb_url, database.name, checkout)


def _heading(plan: Plan, megabytes: Mapping[str, float], cache_gb: float) -> str:
    disk = megabytes["storageSize"] + megabytes["indexSize"]
    store = f"{plan.size:,} commitments ({disk:,.0f} MB on disk, cache {cache_gb:g} GB)"
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {store}, {conditions(plan)}"


def conditions(plan: Plan) -> str:
    """How long was measured, and where."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{plan.rounds} rounds of {plan.seconds:g} s; {os.cpu_count()} cores, load {load}; "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}."
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
    (folder / f"{stem}.json").write_bytes(orjson.dumps(raw, str, orjson.OPT_INDENT_2))
    (folder / f"{stem}.md").write_text(report + "\n", encoding="utf-8")
    click.echo(f"kept in {folder / stem}.md and .json", err=True)


def chosen(given: str | None, among: Sequence[str]) -> Sequence[str]:
    """The names in a list with commas; all of them if there is none. Raises click.UsageError."""
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
@click.option(
    "--before",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another checkout, installed: its server is compared as `before`, on the same records.",
)
@click.option("--quick", is_flag=True, help="2 rounds of 1 second; to see that it works.")
@click.option("--seed", default=1)
@data_dir_option
@click.option("--cache-gb", type=float, help="MongoDB's cache; by the size of the store.")
def main(
    size: int,
    servers: str | None,
    queries: str | None,
    rounds: int,
    seconds: float,
    before: Path | None,
    quick: bool,
    seed: int,
    data_dir: Path,
    cache_gb: float | None,
) -> None:
    """Run all servers side by side and print a table."""
    if quick:
        rounds, seconds = 2, 1.0
    plan = Plan(
        size=size,
        servers=[*chosen(servers, known()), *([BEFORE] if before else [])],
        before=before,
        queries=chosen(queries, (*NAMES, *ALSO)) if queries else NAMES,
        rounds=rounds,
        seconds=seconds,
        seed=seed,
    )
    try:
        report = uvloop.run(run(plan, data_dir, cache_gb or cache_for(size)))
    except (Unavailable, Failed, NothingCame) as error:
        raise click.ClickException(str(error)) from None
    click.echo(report)


if __name__ == "__main__":
    sys.exit(main())
