"""How our server's figures grow with the store: the same queries on stores of several sizes.

python -m benchmarks.growth --sizes 20000,200000

One MongoDB with one cache holds all the stores, and rounds are interleaved, as in `run`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from statistics import median

import click
import uvloop

from benchmarks.bench import CONCURRENCIES, Bench, Cell, Plan
from benchmarks.driving import Failed
from benchmarks.generate import cache_for, data_dir_option, filled, sizes, sizes_option
from benchmarks.run import chosen, conditions
from benchmarks.servers import OURS, VARIANTS, Unavailable
from benchmarks.sink import NothingCame
from benchmarks.tables import markdown, short, warnings
from benchmarks.workload import ALSO, NAMES, Workload
from store.embedded import EmbeddedMongod
from store.mongodb.driver import Database

Grown = Mapping[int, Sequence[Cell]]
"""What was measured, by size."""


async def grow(plans: Sequence[Plan], data_dir: Path, cache_gb: float) -> str:
    """Times the server on a store for each plan. Returns the report."""
    benches: dict[int, Bench] = {}
    cells: dict[int, list[Cell]] = {plan.size: [] for plan in plans}
    on_disk = []
    async with AsyncExitStack() as stack:
        mongod = await stack.enter_async_context(EmbeddedMongod(data_dir, cache_gb=cache_gb))
        for plan in plans:
            database = Database.connect(mongod.url, f"benchmark-{plan.size}")
            stack.callback(database.close)
            await filled(database, plan.size)
            work = await Workload.drawn(database, plan.size, plan.queries, plan.seed)
            bench = benches[plan.size] = Bench(plan, database, mongod.pid, work.bodies)
            await bench.enter(stack, mongod.url)
            megabytes = await sizes(database)
            on_disk.append(
                f"{plan.size:,} ({megabytes['storageSize'] + megabytes['indexSize']:,.0f} MB)"
            )
        for bench in benches.values():
            await bench.warm_up()
        await _rounds(plans[0], benches, cells)
    heading = f"{', '.join(on_disk)} commitments, cache {cache_gb:g} GB, {conditions(plans[0])}"
    every = [cell for found in cells.values() for cell in found]
    doubtful = (f"**Doubtful:** {warning}." for warning in warnings(every))
    commands = {size: bench.commands for size, bench in benches.items()}
    return "\n\n".join((heading, growth_table(plans[0], cells, commands), *doubtful))


async def _rounds(
    plan: Plan, benches: Mapping[int, Bench], cells: Mapping[int, list[Cell]]
) -> None:
    """All rounds; in each the sizes come in another order."""
    rng = Random(plan.seed)
    for round_ in range(plan.rounds):
        for name in plan.queries:
            for concurrency in CONCURRENCIES:
                for size in rng.sample(list(benches), len(benches)):
                    (server,) = benches[size].servers
                    cells[size].append(await benches[size].cell(round_, server, name, concurrency))
        click.echo(f"round {round_ + 1} of {plan.rounds}", err=True)


def growth_table(
    plan: Plan, cells: Grown, commands: Mapping[int, Mapping[tuple[str, str], float]]
) -> str:
    """A row for each query and concurrency: medians at each size, and against the first size."""
    first, *others = cells
    head = ["query", "connections"]
    for title in _MEMBERS:
        head += [f"{title} at {first:,}", *(f"x at {size:,}" for size in others)]
    head.append(f"commands at {', '.join(f'{size:,}' for size in cells)}")
    grid: dict[tuple[int, str, int], list[Cell]] = defaultdict(list)
    for size, found in cells.items():
        for cell in found:
            grid[size, cell.query, cell.concurrency].append(cell)
    rows = []
    for query in plan.queries:
        for concurrency in CONCURRENCIES:
            row = [query, str(concurrency)]
            for member in _MEMBERS.values():
                base = [getattr(cell, member) for cell in grid[first, query, concurrency]]
                row.append(short(median(base)))
                for size in others:
                    grown = [getattr(cell, member) for cell in grid[size, query, concurrency]]
                    row.append(short(_ratio(grown, base)))
            server = plan.servers[0]
            row.append(", ".join(short(counted[server, query]) for counted in commands.values()))
            rows.append(row)
    return markdown(head, rows)


_MEMBERS = {
    "req/s": "per_second",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "server CPU ms": "server_ms",
    "MongoDB CPU ms": "mongod_ms",
}


def _ratio(grown: Sequence[float], base: Sequence[float]) -> float:
    """The median over the rounds of one by the other."""
    pairs = zip(grown, base, strict=True)
    return median(one / other if other else float("nan") for one, other in pairs)


@click.command(context_settings={"show_default": True})
@sizes_option
@click.option("--server", default=OURS, type=click.Choice(list(VARIANTS)))
@click.option("--queries", help=f"Which, separated by commas; {', '.join(NAMES)} unless told.")
@click.option("--rounds", default=5, type=click.IntRange(1))
@click.option("--seconds", default=5.0, help="Of every cell: a size, a query, a concurrency.")
@click.option("--seed", default=1)
@data_dir_option
@click.option("--cache-gb", type=float, help="MongoDB's cache; by the largest store.")
def main(
    all_sizes: list[int],
    server: str,
    queries: str | None,
    rounds: int,
    seconds: float,
    seed: int,
    data_dir: Path,
    cache_gb: float | None,
) -> None:
    """Time our server on stores of several sizes; ratios are to the first."""
    asked = chosen(queries, (*NAMES, *ALSO)) if queries else NAMES
    plans = [Plan(size, [server], asked, rounds, seconds, seed) for size in all_sizes]
    try:
        report = uvloop.run(grow(plans, data_dir, cache_gb or cache_for(max(all_sizes))))
    except (Unavailable, Failed, NothingCame) as error:
        raise click.ClickException(str(error)) from None
    click.echo(report)


if __name__ == "__main__":
    main()
