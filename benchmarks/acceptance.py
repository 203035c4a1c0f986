"""The worked queries of docs/queries on stores of several sizes: what they send, and how it runs.

python -m benchmarks.acceptance --sizes 20000,200000

Fails, with the name of the query, if one sends another number of commands at another size, reads
a whole collection without an index, examines most of one to return little, or sorts most of one in
memory. Nothing is timed.
"""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import click

from api.pages.routes import QUERIES, Example, read_examples
from benchmarks.explaining import Explainer, explainer
from benchmarks.generate import BLOCK, cache_for, data_dir_option, filled, sizes_option
from benchmarks.plans import by_plan, examined
from benchmarks.tables import markdown
from engine.requests.prepared import Request
from store.embedded import EmbeddedMongod
from store.mongodb import indexes
from store.mongodb.driver import Database
from store.reads.scans import Scan, title

DRAWN = 10
"""Sets of variables for each query, because what a query finds decides what it goes on to read."""

WORDS = 3
"""Of a commitment's title, to be searched for."""

A_PAGE = 100
"""Documents that may always be read and sorted in memory."""

MOST = 0.5
"""Of a collection: from there on it is as good as the whole."""

FEW = 0.1
"""Of what was read: below, an index that was used did not narrow."""

Counts: TypeAlias = Mapping[str, int]
"""How many documents each collection has."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a set of variables is about: a commitment that another restates, and a day.

    The promisor met a public body of the country, if it met any.
    """

    key: str
    words: str
    promisor: str
    country: str
    articles: Sequence[str]
    day: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a query took on one store.

    `commands` are those of the request that sent the most, by name and collection; `rows` is the
    most that any found, `scans` what was read for all.
    """

    query: str
    size: int
    commands: Mapping[str, int]
    rows: int
    scans: Sequence[Scan]

    @property
    def sent(self) -> int:
        """How many commands there were."""
        return sum(self.commands.values())


VARIABLES: Mapping[str, Callable[[Subject], dict[str, Any]]] = {
    "00-opening": lambda _: {},
    "01-promised-by-meta": lambda s: {"promisor": s.promisor, "since": "2013-01-01", "asOf": s.day},
    "02-community-lab": lambda s: {"key": s.key, "asOf": s.day},
    "03-contested": lambda s: {"asOf": s.day},
    "04-as-of-and-as-known": lambda s: {"then": s.day, "now": _LAST, "knownAt": _KNOWN_AT},
    "05-safety-thread": lambda s: {"key": s.key},
    "06-known-through-others": lambda s: {"promisor": s.promisor},
    "07-meetings-with-public-bodies": lambda s: {
        "party": s.promisor,
        "country": s.country,
        "from": "2012-01-01",
        "to": _LAST,
    },
    "08-asked-and-unanswered": lambda s: {"asked": s.promisor, "asOf": s.day},
    "09-follow-ups-of-an-article": lambda s: {
        "article": s.articles[0],
        "curation": ["ACCEPTED", "PROPOSED"],
    },
    "10-topics-and-strengths": lambda _: {"promisorKind": ["COMPANY"]},
    "11-changes-since": lambda s: {"since": "2020-01-01T00:00:00Z", "record": s.key},
    "12-names-of-a-party": lambda s: {"key": s.promisor},
    "13-uncertain-order": lambda _: {},
    "14-assessment-differs": lambda s: {"asOf": s.day},
    "15-rows-for-a-csv": lambda s: {"asOf": s.day, "after": None},
    "16-how-it-changed-over-time": lambda s: {
        "promisor": s.promisor,
        "asOf": _LAST,
        "knownAt": _KNOWN_AT,
    },
    "17-drawn-in-time": lambda s: {"keys": [s.key], "asOf": s.day},
    "18-searched-in-a-list": lambda s: {"words": s.words, "since": "2013-01-01", "asOf": s.day},
}
"""What each query is asked with, by the name of its file."""

_PUBLIC = ("MINISTRY", "GOVERNMENT", "REGULATOR", "PUBLIC_BODY")
_LAST = "2026-06-30"
_KNOWN_AT = "2025-01-01T00:00:00Z"


async def seen(explaining: Explainer, size: int, seed: int = 1) -> AsyncIterator[Seen]:
    """Asks every query with every set of variables, and what MongoDB did for it."""
    subjects = await _subjects(explaining, size, Random(seed))
    for example in read_examples(QUERIES):
        yield await _seen(explaining, size, example, subjects)


async def _seen(
    explaining: Explainer, size: int, example: Example, subjects: Sequence[Subject]
) -> Seen:
    commands: Counter[str] = Counter()
    rows = 0
    found: list[Scan] = []
    for subject in subjects:
        variables = VARIABLES[example["name"]](subject)
        asked = await explaining.ask(Request(example["query"], variables=variables))
        commands = max(commands, Counter(map(title, asked.commands)), key=Counter.total)
        rows = max(rows, sum(map(_rows, asked.data.values())))
        found += await explaining.scans(asked.commands)
    return Seen(example["name"], size, commands, rows, found)


def _rows(value: Any) -> int:
    """How many a root field lists; one of what is no list, none of null."""
    if isinstance(value, Mapping):
        return len(value["nodes"]) if "nodes" in value else 1
    return len(value) if isinstance(value, list) else int(value is not None)


async def _subjects(explaining: Explainer, size: int, rng: Random) -> list[Subject]:
    """Drawn from all blocks: the first has the keys of every other, but for their beginning."""
    restated = {"derived.restatedAs": {"$exists": True}, "_id": {"$lt": "b001"}}
    database = explaining.database
    rows = await database.find("follow_ups", restated, fields={"derived.target": 1})
    roots = sorted({row["derived"]["target"] for row in rows})
    blocks = max(size // BLOCK, 1)
    keys = [
        root.replace("b000", f"b{rng.randrange(blocks):03}", 1)
        for root in rng.sample(roots, min(DRAWN, len(roots)))
    ]
    found = await database.find("commitments", {"_id": {"$in": keys}}, sort=[("_id", 1)])
    return [
        Subject(
            key=row["_id"],
            words=" ".join(re.findall(r"\w+", row["title"])[:WORDS]),
            promisor=(promisor := row["promisors"][0]["party"]),
            country=await _country(database, promisor),
            articles=sorted({evidence["article"] for evidence in row["evidence"]}),
            day=f"{rng.randint(2016, 2026)}-06-30",
        )
        for row in found
    ]


async def _country(database: Database, party: str) -> str:
    public = {"kind": {"$in": list(_PUBLIC)}, "country": {"$exists": True}}
    bodies = {"derived.parties": {"$elemMatch": public}}
    wanted = {"$and": [{"derived.parties.party": party}, bodies]}
    for meeting in await database.find("meetings", wanted, sort=[("_id", 1)], limit=1):
        for one in meeting["derived"]["parties"]:
            if one["kind"] in _PUBLIC and one.get("country"):
                return str(one["country"])
    return "PK"


async def counted(explaining: Explainer) -> Counts:
    """How many documents there are, as MongoDB has it at hand."""
    database = explaining.database
    return {name: (await database.command({"count": name}))["n"] for name in indexes.INDEXES}


# --- What is wrong, and what was seen ------------------------------------------------------------


def faults(found: Sequence[Seen], counts: Mapping[int, Counts]) -> Iterator[str]:
    """What hangs on the size of the store and should not; `counts` by size."""
    for query, at_sizes in _by_query(found).items():
        if len({one.sent for one in at_sizes}) > 1:
            differing = _differing(at_sizes)
            yield f"{query} sends another number of commands at another size: {differing}"
        for one in at_sizes:
            wrong = (_wrong(scan, counts[one.size].get(scan.collection, 0)) for scan in one.scans)
            for words in dict.fromkeys(filter(None, wrong)):
                yield f"{query} at {one.size:,} {words}"


def _differing(at_sizes: Sequence[Seen]) -> str:
    """How many there are at each size, and which are not at every size."""
    names = dict.fromkeys(name for one in at_sizes for name in one.commands)
    everywhere = {name: min(one.commands.get(name, 0) for one in at_sizes) for name in names}
    parts = []
    for one in at_sizes:
        more = {name: n - everywhere[name] for name, n in one.commands.items()}
        named = ", ".join(f"{n} {name} more" for name, n in more.items() if n)
        parts.append(f"{one.sent} at {one.size:,}" + (f" ({named})" if named else ""))
    return "; ".join(parts)


def _wrong(scan: Scan, count: int) -> str | None:
    if scan.scans_all:
        return f"reads all of {scan.collection} without an index: {scan.title}"
    most = max(MOST * count, A_PAGE + 1)
    if scan.sorted >= most:
        return f"sorts {scan.sorted:,} of {count:,} {scan.collection} in memory: {scan.title}"
    if scan.documents >= most and scan.returned < FEW * scan.documents:
        of_all = f"{scan.documents:,} of {count:,} {scan.collection}"
        return f"examines {of_all} to return {scan.returned:,}: {scan.title}"
    return None


def shown(found: Sequence[Seen]) -> str:
    """For each query its commands and rows at each size, and every plan with what it examined."""
    parts = []
    for query, at_sizes in _by_query(found).items():
        took = "; ".join(f"at {s.size:,}: {s.sent} commands, {s.rows} rows" for s in at_sizes)
        plans = [by_plan(one.scans) for one in at_sizes]
        head = ["command", "plan", *(f"{one.size:,}" for one in at_sizes)]
        rows = [
            [*command, *(examined(scans.get(command, ())) for scans in plans)]
            for command in dict.fromkeys(command for scans in plans for command in scans)
        ]
        parts.append(f"{query}, {took}:\n\n{markdown(head, rows, words=2)}")
    return "\n\n".join(parts)


def _by_query(found: Sequence[Seen]) -> Mapping[str, Sequence[Seen]]:
    queries: dict[str, list[Seen]] = {}
    for one in found:
        queries.setdefault(one.query, []).append(one)
    return queries


# --- The command ---------------------------------------------------------------------------------


@asynccontextmanager
async def store(mongodb_url: str, size: int) -> AsyncIterator[Explainer]:
    """An explainer for a store of that size, which is filled if it is not there."""
    async with explainer(mongodb_url, f"benchmark-{size}") as explaining:
        await filled(explaining.database, size)
        yield explaining


async def _examine(sizes: Sequence[int], data_dir: Path, cache_gb: float) -> int:
    found: list[Seen] = []
    counts: dict[int, Counts] = {}
    async with EmbeddedMongod(data_dir, cache_gb=cache_gb) as mongod:
        for size in sizes:
            async with store(mongod.url, size) as explaining:
                counts[size] = await counted(explaining)
                found += [one async for one in seen(explaining, size)]
    columns = f"{DRAWN} sets of variables each; keys / documents examined / returned on average"
    click.echo(f"{columns}.\n\n{shown(found)}\n")
    wrong = list(faults(found, counts))
    for fault in wrong:
        click.echo(f"**Fault:** {fault}.")
    if not wrong:
        click.echo("As many commands at every size; none that reads or sorts a collection whole.")
    return int(bool(wrong))


@click.command(context_settings={"show_default": True}, help=__doc__)
@sizes_option
@data_dir_option
@click.option("--cache-gb", type=float, help="MongoDB's cache; by the largest store.")
def main(all_sizes: list[int], data_dir: Path, cache_gb: float | None) -> None:
    """Examines stores of these sizes."""
    sys.exit(asyncio.run(_examine(all_sizes, data_dir, cache_gb or cache_for(max(all_sizes)))))


if __name__ == "__main__":
    main()
