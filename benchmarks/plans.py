"""The plans that MongoDB makes for what our server sends, for the report."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import mean
from typing import TypeAlias

import orjson

from benchmarks.explaining import explainer
from benchmarks.tables import markdown
from benchmarks.workload import BY_DAY
from engine.requests.prepared import Request
from store.reads.scans import Scan

EXPLAINED = 20
"""Requests of each query."""

HISTORIES = "derived.segments.value"
"""With which the name of the index of status histories begins."""

Plans: TypeAlias = Mapping[str, Sequence[Scan]]
"""What was read for the requests of a query."""


async def planned(mongodb_url: str, database: str, bodies: Mapping[str, Sequence[bytes]]) -> Plans:
    """The scans of the first requests of each query, answered in this process."""
    found: dict[str, list[Scan]] = {}
    async with explainer(mongodb_url, database) as explaining:
        for name, posted in bodies.items():
            found[name] = []
            for body in posted[:EXPLAINED]:
                asked = orjson.loads(body)
                request = Request(asked["query"], asked["operationName"], asked["variables"])
                commands = (await explaining.ask(request)).commands
                found[name] += await explaining.scans(commands)
    return found


def by_plan(scans: Iterable[Scan]) -> Mapping[tuple[str, str], Sequence[Scan]]:
    """The scans of each command with the same plan."""
    found: dict[tuple[str, str], list[Scan]] = defaultdict(list)
    for scan in scans:
        found[scan.title, scan.plan].append(scan)
    return found


def examined(scans: Sequence[Scan]) -> str:
    """Keys and documents examined, and documents returned, on the average; nothing of none."""
    if not scans:
        return ""
    means = (mean(getattr(s, name) for s in scans) for name in ("keys", "documents", "returned"))
    return " / ".join(f"{value:,.0f}" for value in means)


def plans_table(plans: Plans) -> str:
    """The plans of each command with how often each was made, and what it examined on average."""
    head = ["query", "command", "plan", "times", "keys / documents / returned"]
    rows = []
    for query, scans in plans.items():
        rows += [
            [query, *command, str(len(alike)), examined(alike)]
            for command, alike in by_plan(scans).items()
        ]
    title = (
        f"How MongoDB runs what followthrough sends for {EXPLAINED} requests of each query: stages "
        "from what is returned down to where it comes from, indexes, and on the average of the "
        "times that it ran so, keys and documents examined, and documents returned:"
    )
    return f"{title}\n\n{markdown(head, rows, words=3)}"


def doubts(plans: Plans) -> Iterator[str]:
    """What should have been answered from an index, and was not."""
    for query, scans in plans.items():
        for title in dict.fromkeys(scan.title for scan in scans if scan.scans_all):
            yield f"{query} reads a whole collection without an index: {title}"
    if not any(index.startswith(HISTORIES) for scan in plans[BY_DAY] for index in scan.indexes):
        yield f"{BY_DAY} does not look up the status of a day in the index of the histories"
