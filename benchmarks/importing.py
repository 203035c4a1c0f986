"""How fast bundles load and what single writes take, by this checkout and by one before it.

    python -m benchmarks.importing --records 100000 --before ../before

Each import goes through the command line into a fresh MongoDB of our own with the cache that it has
by default, so that what is compared is what one gets. Nothing is interleaved: an import takes
minutes. Compare what one run prints, and nothing else.
"""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import psutil

from benchmarks.editing import HUB, OTHER
from benchmarks.generate import generate
from benchmarks.servers import BEFORE, OURS, ROOT, python_of
from benchmarks.tables import markdown, short
from store.bundles.exporting import export_bundle
from store.embedded import EmbeddedMongod
from store.mongodb.collections import CHANGES
from store.mongodb.driver import Database
from store.records.evidence import digest

CACHE_GB = 0.25
RECORDS_PER_COMMITMENT = 4.85
CHARACTERS = 20_000
EDITING = ROOT / "benchmarks" / "editing.py"


async def write_mixed(folder: Path, records: int) -> None:
    """The invented store of about so many records, as a bundle."""
    with TemporaryDirectory() as data_dir:
        async with EmbeddedMongod(Path(data_dir), cache_gb=1) as server:
            database = Database.connect(server.url, "invented")
            await generate(database, max(1, round(records / RECORDS_PER_COMMITMENT)))
            await export_bundle(database, folder)
            database.close()


def write_articles(folder: Path, number: int, characters: int = CHARACTERS) -> None:
    """So many articles of so many characters of invented words."""
    chance = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choices(letters, k=chance.randint(3, 10))) for _ in range(20_000)]
    _write(folder, "articles", (
        {"key": f"a{n}", "datePublished": "2024-01-01", "textKind": "FULL_TEXT",
         "text": " ".join(chance.choices(words, k=characters // 7)), "curation": "ACCEPTED"}
        for n in range(number)
    ))  # fmt: skip


def write_hub(folder: Path, commitments: int) -> None:
    """Two parties, of which one made all of so many commitments, a hundred in each article."""
    _write(folder, "parties", (
        {"key": key, "name": key, "kind": "COMPANY", "curation": "ACCEPTED"} for key in (HUB, OTHER)
    ))  # fmt: skip
    said = "It will be done."
    _write(folder, "articles", (
        {"key": f"a{n}", "datePublished": "2024-01-01", "text": f"{said} {n}", "publisher": OTHER,
         "textKind": "FULL_TEXT", "curation": "ACCEPTED"}
        for n in range(commitments // 100 + 1)
    ))  # fmt: skip
    span = {"start": 0, "end": len(said), "exactSha256": digest(said)}
    _write(folder, "commitments", (
        {"key": f"c{n}", "title": f"Promise {n}", "gist": said, "madeOn": "2024-01-01",
         "promisors": [{"party": HUB, "attribution": "SELF_QUOTED"}], "curation": "ACCEPTED",
         "term": "ONE_OFF", "strength": "PLEDGED",
         "evidence": [{"article": f"a{n // 100}", "selector": span, "mode": "DIRECT_QUOTE"}]}
        for n in range(commitments)
    ))  # fmt: skip


def _write(folder: Path, noun: str, records: Any) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / f"{noun}.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


async def measure(checkout: Path, bundle: Path, edits: bool) -> Mapping[str, Any]:
    """What an import took, and then what writes of single records take."""
    python = str(python_of(checkout)) if checkout != ROOT else sys.executable
    with TemporaryDirectory() as data_dir:
        async with EmbeddedMongod(Path(data_dir), cache_gb=CACHE_GB) as server:
            where = ("--mongodb-url", server.url, "--database", "measured")
            database = Database.connect(server.url, "measured")
            mongod, before = psutil.Process(server.pid), _cpu(psutil.Process(server.pid))
            command = [python, "-m", "api.cli", "import", str(bundle), *where]
            began = time.perf_counter()
            importer = psutil.Popen(
                command, cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            found = await _watched(importer, database, began)
            found["mongod CPU s"] = _cpu(mongod) - before
            if importer.wait():
                assert importer.stdout is not None
                said = importer.stdout.read().decode(errors="replace").splitlines()
                found["failed"] = " ".join(said[-2:])[:300]
            else:
                found |= await _measure_indexes(database)
            if edits and "failed" not in found:
                timed = await asyncio.create_subprocess_exec(
                    *(python, str(EDITING), server.url, "measured"),
                    cwd=checkout, env={"PYTHONPATH": str(checkout)}, stdout=subprocess.PIPE,
                )  # fmt: skip
                out, _ = await timed.communicate()
                for sort, figures in json.loads(out).items():
                    found |= {f"{sort}: {name}": value for name, value in figures.items()}
            database.close()
    return found


async def _watched(importer: psutil.Popen, database: Database, began: float) -> dict[str, Any]:
    """Looks at an import until it ends: its memory, its CPU, and how far it is."""
    marks: list[tuple[float, int]] = []
    peak, cpu = 0, 0.0
    while importer.poll() is None:
        try:
            status = Path(f"/proc/{importer.pid}/status").read_text(encoding="utf-8")
            if "VmHWM:" in status:
                peak, cpu = int(status.split("VmHWM:")[1].split()[0]), _cpu(importer)
        except (OSError, psutil.Error):
            break
        written = (await database.command({"count": CHANGES}))["n"]
        marks.append((time.perf_counter() - began, written))
        await asyncio.sleep(0.1)
    took = time.perf_counter() - began
    written = int((await database.command({"count": CHANGES}))["n"])
    marks.append((took, written))
    reached = [next(t for t, n in marks if n >= written * part / 10) for part in range(11)]
    first = next((t for t, n in reversed(marks) if n == 0), 0.0)
    return {
        "records": written,
        "s": took,
        "records/s": written / took,
        "importer CPU s": cpu,
        "importer peak MB": peak / 1024,
        "first tenth s": reached[1] - first,
        "last tenth s": reached[10] - reached[9],
    }


async def _measure_indexes(database: Database) -> Mapping[str, float]:
    """How many indexes commitments have beside that of their keys, and the bytes of all."""
    (stats,) = await database.aggregate("commitments", [{"$collStats": {"storageStats": {}}}])
    storage = stats["storageStats"]
    if not storage["count"]:
        return {}
    size = storage["totalIndexSize"] / storage["count"]
    return {"indexes of commitments": storage["nindexes"] - 1, "index bytes/commitment": size}


def _cpu(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


def table(found: Mapping[str, Mapping[str, Any]]) -> str:
    """A row for each figure, a column for each checkout."""
    rows = dict.fromkeys(name for figures in found.values() for name in figures)
    return markdown(
        ["", *found],
        [[row, *(_shown(figures.get(row)) for figures in found.values())] for row in rows],
    )


def _shown(value: Any) -> str:
    return short(value) if isinstance(value, int | float) else str(value or "")


async def run(records: int, articles: int, hub: int, checkouts: Mapping[str, Path]) -> str:
    """Everything. Returns the report."""
    report: list[str] = []
    with TemporaryDirectory() as folder:
        bundles: list[tuple[str, int, Path]] = [
            (f"{records:,} mixed records", records, Path(folder) / "mixed"),
            (
                f"{articles:,} articles of {CHARACTERS:,} characters",
                articles,
                Path(folder) / "long",
            ),
            (f"a hub of {hub:,}", hub, Path(folder) / "hub"),
        ]
        for title, number, bundle in bundles:
            if not number:
                continue
            if bundle.name == "mixed":
                await write_mixed(bundle, number)
            else:
                (write_articles if bundle.name == "long" else write_hub)(bundle, number)
            found = {}
            for name, checkout in checkouts.items():
                click.echo(f"{name}: {title}", err=True)
                found[name] = await measure(checkout, bundle, edits=bundle.name != "long")
            report.append(f"{title}\n\n{table(found)}")
    return "\n\n".join(report)


@click.command(context_settings={"show_default": True})
@click.option("--records", default=100_000, help="Of the invented store; 0 for none.")
@click.option("--articles", default=2_000, help="Of 20 KB each; 0 for none.")
@click.option("--hub", default=10_000, help="Commitments of one party; 0 for none.")
@click.option("--only", type=click.Choice([OURS, BEFORE]), help="One of the two.")
@click.option(
    "--before",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another checkout, installed, to compare with.",
)
def main(records: int, articles: int, hub: int, only: str | None, before: Path | None) -> None:
    """Import bundles into fresh stores and print what that took."""
    checkouts: dict[str, Path] = {OURS: ROOT, **({BEFORE: before} if before else {})}
    chosen: Sequence[str] = [only] if only else list(checkouts)
    named = {name: checkouts[name] for name in chosen}
    click.echo(asyncio.run(run(records, articles, hub, named)))


if __name__ == "__main__":
    main()
