"""Fills a database with an invented store of any size, the same one every time.

    python -m benchmarks.generate --commitments 20000 --data-dir /tmp/followthrough-20k

For N commitments: 3 N follow-ups, N/2 articles, N/4 meetings, N/10 parties. A store larger than
one block of 20,000 repeats the block under other keys: every key has its block's number in a
fixed place (`b000-c000017`), so that a copy is the block's BSON with that number replaced.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import bson
import click
import psutil
from bson.raw_bson import RawBSONDocument

from benchmarks.invention import documents
from store import layout
from store.embedded import EmbeddedMongod
from store.mongodb import indexes, validators
from store.mongodb.collections import COUNTERS, META
from store.mongodb.driver import Database, InsertOne
from store.records.counter_deltas import Tally, as_documents, tally
from store.records.nouns import NOUNS
from store.records.search_entries import ENTRIES
from store.vocabulary import add_words
from store.writes.quality import FAULTS, Found, report

BLOCK = 20_000
MOST_BLOCKS = 1_000
FEW = 1_000
"""Of more, the indexes are made sooner afterwards than along the way."""
MOST_BYTES = 12 * 1024 * 1024
"""In one command; MongoDB takes 16 MiB."""
MOST_DOCUMENTS = 10_000
AT_ONCE = 3
"""Commands in flight."""

Encoded = Mapping[str, Sequence[bytes]]
"""The documents of a block by noun, in BSON."""


async def generate(database: Database, commitments: int, seed: int = 1) -> dict[str, int]:
    """Lays out the database and fills it; returns how many records of each noun there are.

    Raises ValueError if there is anything in it already, or if the number cannot be made.
    """
    if not 1 <= commitments <= BLOCK * MOST_BLOCKS:
        raise ValueError(f"from 1 to {BLOCK * MOST_BLOCKS} commitments, not {commitments}")
    await layout.prepare(database)
    if await database.find("parties", {}, limit=1):
        raise ValueError(f"the database {database.name!r} is not empty")
    indexed_after = commitments > FEW
    if indexed_after:
        await _without_indexes(database)
    counters: Tally = Counter()
    for number, (block, tallied) in enumerate(_blocks(commitments, seed)):
        # Copies of documents that were validated need not be validated again.
        await _insert(database, block, validated=number == 0 or commitments <= BLOCK)
        if number == 0:  # the others are copies of it, or less
            await add_words(database, map(bson.decode, block[ENTRIES]))
        counters.update(tallied)
    await _count(database, counters)
    if indexed_after:
        await layout.prepare(database)
    return {noun: counters[noun, "total"] for noun in NOUNS if counters[noun, "total"]}


async def filled(database: Database, commitments: int) -> None:
    """Fills a database unless it is filled; one that is gets the indexes that it lacks."""
    if await database.find("commitments", {}, limit=1):
        await layout.prepare(database)
        return
    click.echo(f"generating {commitments:,} commitments", err=True)
    start = time.perf_counter()
    await generate(database, commitments)
    click.echo(f"generated in {time.perf_counter() - start:.0f} s", err=True)


def cache_for(commitments: int) -> float:
    """A cache for MongoDB, in gigabytes: as much for each block of such a store, so that stores of
    different sizes can be compared, up to a third of the memory that there is.
    """
    total = psutil.virtual_memory().total / 2**30
    return round(min(max(0.5, commitments / BLOCK * 0.5), total / 3), 2)


def _blocks(commitments: int, seed: int) -> Iterator[tuple[Encoded, Tally]]:
    """Every block, with what its records add to the counters."""
    whole, rest = divmod(commitments, BLOCK)
    number = 0
    for size, copies in ((BLOCK, whole), (rest, 1 if rest else 0)):
        if copies == 0:
            continue
        made = documents(_prefix(number), size, seed)
        encoded = {noun: [bson.encode(d) for d in found] for noun, found in made.items()}
        tallied: Tally = Counter()
        for noun in NOUNS:
            for document in made.get(noun, ()):
                tallied.update(tally(noun, document))
        del made
        for copy in range(copies):
            from_, to = _prefix(number), _prefix(number + copy)
            yield _copied(encoded, from_, to), _recounted(tallied, from_, to)
        number += copies


def _prefix(block: int) -> str:
    return f"b{block:03}-"


def _copied(block: Encoded, from_: str, to: str) -> Encoded:
    """The block under other keys, which are as long, so that BSON's lengths stay right."""
    if from_ == to:
        return block
    old, new = from_.encode(), to.encode()
    return {noun: [d.replace(old, new) for d in found] for noun, found in block.items()}


def _recounted(tallied: Tally, from_: str, to: str) -> Tally:
    """What a copy adds: a counter of one party is another's there."""
    return Counter({(key.replace(from_, to), path): n for (key, path), n in tallied.items()})


async def _without_indexes(database: Database) -> None:
    for collection in indexes.INDEXES:
        await database.command({"dropIndexes": collection, "index": "*"})


async def _insert(database: Database, block: Encoded, *, validated: bool) -> None:
    """Inserts unordered, some commands at a time; no need to wait for the journal."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def send(noun: str, batch: Sequence[bytes]) -> None:
        async with gate:
            answer = await database.command(
                {
                    "insert": noun,
                    "documents": [RawBSONDocument(document) for document in batch],
                    "ordered": False,
                    "bypassDocumentValidation": not validated,
                    "writeConcern": {"w": 1},
                }
            )
        if errors := answer.get("writeErrors"):
            raise RuntimeError(f"{noun}: {len(errors)} refused, the first: {errors[0]}")

    async with asyncio.TaskGroup() as tasks:
        for noun, encoded in block.items():
            for batch in _batches(encoded):
                tasks.create_task(send(noun, batch))


def _batches(encoded: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for document in encoded:
        if batch and (size + len(document) > MOST_BYTES or len(batch) == MOST_DOCUMENTS):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document)
    if batch:
        yield batch


async def _count(database: Database, counters: Tally) -> None:
    rows = [InsertOne(counter) for counter in as_documents(counters).values()]
    await database.write(COUNTERS, rows)
    advanced = {"q": {"_id": "data"}, "u": {"$inc": {"version": 1}}, "upsert": True}
    await database.command({"update": META, "updates": [advanced]})


async def faults(database: Database) -> list[str]:
    """What breaks a rule, or is derived wrongly, in a store that should have no such thing."""
    found = []
    async for item in report(database):
        if isinstance(item, Found) and item.finding in FAULTS:
            found.append(f"{item.noun}/{item.key}: {item.finding}: {item.message}")
    for noun, counted in (await _invalid(database)).items():
        found += [f"{noun}/{key}: does not match the collection's schema" for key in counted]
    return found


async def _invalid(database: Database) -> dict[str, list[str]]:
    found = {}
    for noun in indexes.INDEXES:
        if (schema := validators.schema_of(noun)) is None:
            continue
        query = {"$nor": [{"$jsonSchema": schema}]}
        rows = await database.find(noun, query, fields={"_id": 1}, limit=20)
        found[noun] = [row["_id"] for row in rows]
    return found


async def sizes(database: Database) -> dict[str, float]:
    """Megabytes: of the documents as such, and on disk of collections and of indexes."""
    await database.command({"ping": 1})
    stats = await database.command({"dbStats": 1, "scale": 1024 * 1024})
    return {name: stats[name] for name in ("dataSize", "storageSize", "indexSize")}


@asynccontextmanager
async def opened(
    mongodb_url: str | None, data_dir: Path, database: str, cache_gb: float
) -> AsyncIterator[Database]:
    """The database at an address, or in a MongoDB of our own that runs as long as this lasts."""
    if mongodb_url is None:
        async with (
            EmbeddedMongod(data_dir, cache_gb=cache_gb) as server,
            opened(server.url, data_dir, database, cache_gb) as found,
        ):
            yield found
        return
    connected = Database.connect(mongodb_url, database)
    try:
        yield connected
    finally:
        connected.close()


data_dir_option = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(__file__).parent / ".data",
    help="Where MongoDB keeps stores; benchmarks/.data unless told. Each is filled once.",
    show_default=False,
)


def _sizes(_context: click.Context, _option: click.Parameter, given: str) -> list[int]:
    try:
        found = [int(size) for size in given.split(",")]
    except ValueError:
        raise click.BadParameter("whole numbers, separated by commas") from None
    if min(found) < 1 or len(set(found)) < len(found):
        raise click.BadParameter("each from 1 on, and once")
    return found


sizes_option = click.option(
    "--sizes",
    "all_sizes",
    default="20000,200000",
    callback=_sizes,
    help="Commitments of each store, separated by commas.",
)


@click.command(context_settings={"show_default": True})
@click.option("--commitments", type=click.IntRange(1, BLOCK * MOST_BLOCKS), default=BLOCK)
@click.option("--seed", default=1)
@click.option("--mongodb-url", help="A MongoDB to use; else one is started on --data-dir.")
@data_dir_option
@click.option("--database", help="Its name; benchmark-N unless told, where `run` looks for it.")
@click.option("--cache-gb", default=1.0, help="The cache of the MongoDB that is started.")
@click.option("--check", is_flag=True, help="Check every rule and everything derived afterwards.")
def main(
    commitments: int,
    seed: int,
    mongodb_url: str | None,
    data_dir: Path,
    database: str | None,
    cache_gb: float,
    check: bool,
) -> None:
    """Fill a database with an invented store."""
    name = database or f"benchmark-{commitments}"
    asyncio.run(_main(commitments, seed, mongodb_url, data_dir, name, cache_gb, check))


async def _main(
    commitments: int,
    seed: int,
    mongodb_url: str | None,
    data_dir: Path,
    name: str,
    cache_gb: float,
    check: bool,
) -> None:
    async with opened(mongodb_url, data_dir, name, cache_gb) as database:
        start = time.perf_counter()
        counted: Mapping[str, Any] = await generate(database, commitments, seed)
        took = time.perf_counter() - start
        click.echo(f"{took:.1f} s: " + ", ".join(f"{n:,} {noun}" for noun, n in counted.items()))
        megabytes = await sizes(database)
        click.echo(", ".join(f"{name} {size:,.0f} MB" for name, size in megabytes.items()))
        if check and (found := await faults(database)):
            click.echo("\n".join(found[:20]), err=True)
            sys.exit(f"{len(found)} faults")


if __name__ == "__main__":
    main()
