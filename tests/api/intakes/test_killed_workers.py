"""Twenty workers are killed while they read: every article is read once, and none is left."""

import asyncio
import random
import sys
from collections import Counter
from pathlib import Path

import psutil
import pytest

from store.mongodb.collections import INTAKE_EVENTS, INTAKES, PROPOSALS
from store.mongodb.driver import Database
from tests.api.intakes.conftest import Curator, find_text
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).parent / "working_off.py"
KILLS, ARTICLES = 20, 30
LONG = "\n\n".join(
    find_text(name) for name in ("watchdog-and-airline", "minister-after-call", "fish-quota")
)


async def start(url: str, database: Database) -> asyncio.subprocess.Process:
    """A worker that is ready to read."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), url, database.name, "0.5"),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None and await process.stdout.readline() == b"ready\n"
    return process


async def kill(process: asyncio.subprocess.Process) -> list[psutil.Process]:
    """Kills a worker; the processes that it had begun."""
    begun = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    await process.wait()
    return begun


async def test_killed_ones_are_taken_up_again_and_none_is_read_twice(
    curator: Curator, database: Database, mongodb_url: str
) -> None:
    chance = random.Random(19)
    for number in range(ARTICLES):
        await curator.submit(f"{LONG}\n\nThat was day {number} of the talks.")
    begun: list[psutil.Process] = []
    interrupted = 0
    for _ in range(KILLS):
        process = await start(mongodb_url, database)
        await asyncio.sleep(chance.uniform(0, 1.5))
        begun += await kill(process)
        running = await database.find(INTAKES, {"state": "RUNNING"})
        interrupted += bool(running)
    last = await start(mongodb_url, database)
    async with asyncio.timeout(240):
        while await database.find(INTAKES, {"state": {"$ne": "READY"}}):
            await asyncio.sleep(0.2)
    begun += await kill(last)

    intakes = await database.find(INTAKES, {})
    assert len(intakes) == ARTICLES and interrupted >= KILLS / 4
    assert any(intake["attempts"] > 1 for intake in intakes)
    ends = Counter(e["intake"] for e in await database.find(INTAKE_EVENTS, {"state": "READY"}))
    assert ends == dict.fromkeys((intake["_id"] for intake in intakes), 1)
    counts = {intake["proposalCount"] for intake in intakes}
    assert len(counts) == 1
    for intake in intakes:
        held = await database.find(PROPOSALS, {"intake": intake["_id"]})
        assert sorted(p["number"] for p in held) == [*range(intake["proposalCount"])]
    # What a killed worker had begun sees its input end, and ends.
    _, alive = await asyncio.to_thread(psutil.wait_procs, begun, 10)
    assert begun and alive == []
