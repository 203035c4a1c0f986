"""How long an article takes from being submitted until its proposals are there.

    .venv/bin/python -m benchmarks.intake [ARTICLES]

By default 40 articles of 10,000 characters, one after the other, beside the five articles of
`fixtures/meta-pakistan`, and then one each of 25,000 to 200,000, whose time should grow with the
length. Articles are put together from the invented ones of `tests/intake`. A worker and its reading
process run as they do beside a server. Prints seconds; the first article, which begins the process,
is told apart. The time is that of a clock: on a busy machine it says how busy that is.
"""

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psutil
import yaml

from api.intakes.reader import ArticleReader
from api.intakes.working import Worker
from store.bundles.importing import import_bundle
from store.embedded import EmbeddedMongod
from store.layout import prepare
from store.mongodb.collections import INTAKES
from store.mongodb.driver import Database
from store.viewers import Role, SignIn, Viewer
from store.writes.commands import Desk, Row, Terms
from store.writes.verbs.intakes import Submission, submit
from store.writes.writer import Author

ROOT = Path(__file__).parent.parent
CURATOR = Viewer("benchmark", Role.PROPOSER, SignIn.LOCAL)
LENGTH, LONGER = 10_000, (25_000, 50_000, 100_000, 200_000)


def invent(characters: int, seed: int) -> str:
    """An article of about so many characters, other than those of other seeds."""
    chance = random.Random(seed)
    files = sorted((ROOT / "tests" / "intake" / "articles").glob("*.yaml"))
    texts = [yaml.safe_load(file.read_text("utf-8"))["text"].strip() for file in files]
    found, length = [f"Report number {seed} of the day"], 0
    while length < characters:
        found.append(chance.choice(texts))
        length += len(found[-1]) + 2
    return "\n\n".join(found)[:characters]


def measure_processor() -> float:
    """The processor seconds of this process and of the one that reads, so far."""
    here = psutil.Process()
    return sum(
        times.user + times.system
        for times in (p.cpu_times() for p in (here, *here.children()) if p.name() != "mongod")
    )


async def take_in(database: Database, worker: Worker, text: str) -> tuple[float, float]:
    """The seconds until an article was read, by the clock and of the processor."""
    begin, used = time.perf_counter(), measure_processor()

    async def finish(_row: Row, _session: object) -> None:
        """Of the payload nothing is read."""

    verb = submit(Submission(text, None, {}))
    row = await Desk(database).carry_out("submit", {}, verb, Terms(), CURATOR, finish)
    await worker.work_off()
    took = time.perf_counter() - begin, measure_processor() - used
    (intake,) = await database.find(INTAKES, {"_id": row["intake"]})
    assert intake["state"] == "READY", intake.get("failure")
    return took


def tell(what: str, times: Sequence[float]) -> None:
    """Prints the median and the 95th percentile of times."""
    ranked = sorted(times)
    middle, late = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.95)]
    click.echo(f"  {what}: median {middle:.2f} s, 95th percentile {late:.2f} s")


async def main(articles: int) -> None:
    """Reads, and prints what it took."""
    with TemporaryDirectory() as folder:
        async with EmbeddedMongod(Path(folder)) as server:
            database = Database.connect(server.url, "benchmark")
            await prepare(database)
            author = Author("benchmark")
            await import_bundle(database, [ROOT / "fixtures" / "meta-pakistan"], author)
            worker = Worker(database, ArticleReader(database))
            try:
                clock, used = await take_in(database, worker, invent(LENGTH, 0))
                click.echo(f"the first, with the beginning of the process: {clock:.2f} s")
                texts = [invent(LENGTH, seed) for seed in range(1, articles + 1)]
                times = [await take_in(database, worker, text) for text in texts]
                click.echo(f"{articles} articles of {LENGTH:,} characters")
                tell("by the clock", [clock for clock, _ in times])
                tell("of the processor", [used for _, used in times])
                for length in LONGER:
                    clock, used = await take_in(database, worker, invent(length, length))
                    share = used / length * LENGTH
                    click.echo(
                        f"{length:,} characters: {clock:.2f} s, of the processor {used:.2f} s, "
                        f"{share:.2f} s for each {LENGTH:,}"
                    )
            finally:
                await worker.stop()
                database.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 40))
