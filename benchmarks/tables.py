"""What was measured, in Markdown; and what makes figures doubtful."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.bench import CONCURRENCIES, Cell, Plan
from benchmarks.servers import BEFORE, OURS, VARIANTS

BASES = (BEFORE, "stock_strawberry", "mercurius")
FEW = 30
TOO_BUSY = 0.8
"""Of a core: from there on the driver may be what limits."""


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
    if OURS in plan.servers and (
        variants := [s for s in plan.servers if s in VARIANTS and s != OURS]
    ):
        parts.append(_variants(plan, grid, variants))
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
                row.append(" / ".join(short(mean) for mean in means))
        row.append(", ".join(short(commands[server, query]) for query in plan.queries))
        row.append(f"{peaks[server]:.0f}")
        rows.append(row)
    title = f"Geometric means over {', '.join(plan.queries)} of medians of per-round ratios:"
    return f"{title}\n\n{markdown(head, rows)}"


def _variants(plan: Plan, grid: Grid, variants: Sequence[str]) -> str:
    """What keeping answers, metrics and traces change."""
    members = {"req/s": "per_second", "server CPU": "server_ms", "MongoDB CPU": "mongod_ms"}
    head = ["server", *(f"{title}, 1 / 32" for title in members)]
    rows = []
    for server in variants:
        row = [server]
        for member in members.values():
            means = [_mean_ratio(plan, grid, server, OURS, c, member) for c in CONCURRENCIES]
            row.append(" / ".join(short(mean) for mean in means))
        rows.append(row)
    return f"The same against {OURS}:\n\n{markdown(head, rows)}"


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
        row = [server, short(_median(cells, "per_second"))]
        row += [short(_ratio(grid, server, base, query, concurrency)) for base in bases]
        members = ("p50_ms", "p99_ms", "server_ms", "mongod_ms")
        row += [short(_median(cells, member)) for member in members]
        row.append(short(commands[server, query]))
        row.append(f"{max(cell.driver for cell in cells):.0%}")
        rows.append(row)
    plural = "connection" if concurrency == 1 else "connections"
    return f"{query}, {concurrency} {plural}:\n\n{markdown(head, rows)}"


def _median(cells: Sequence[Cell], member: str) -> float:
    return median(getattr(cell, member) for cell in cells)


def short(value: float) -> str:
    """Three figures that count."""
    if math.isnan(value):
        return "?"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """A table of which the first columns are words, the others figures."""
    lines = [head, [*["---"] * words, *["---:"] * (len(head) - words)], *rows]
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
