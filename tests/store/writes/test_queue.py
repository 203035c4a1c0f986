"""What touches many: told in batches after the write, by whoever is free, and right in the end."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo.errors import OperationFailure

from store.mongodb import driver
from store.mongodb.documents import to_record
from store.mongodb.driver import Database, Refused, UpdateOne
from store.records.base import Record
from store.records.parties import Organization, PartyKind
from store.writes import queue
from store.writes.queue import count_pending, work_off, working
from tests.store.edits import MERGING, taken
from tests.store.samples import (
    PROMISED,
    TEXTS,
    article,
    changed,
    commitment,
    evidence,
    follow_up,
    store,
    write,
)
from tests.store.writes.test_merges import assert_as_rebuilt

MANY = 12


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if three were many, and two a batch."""
    monkeypatch.setattr(queue, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(queue, "BATCH", 2)


@pytest.fixture
async def hub(database: Database) -> Organization:
    """A party that many records name."""
    promises = [commitment(f"k{n}", addressees=["gov"]) for n in range(MANY)]
    followed = [follow_up(f"g{n}", "k1", actors=["telno"]) for n in range(MANY)]
    await write(database, *store(), *promises, *followed)
    return await stored(database, "parties", "telno")


async def stored(database: Database, noun: str, key: str) -> Record:
    (document,) = await database.find(noun, {"_id": key})
    return to_record(noun, document)


async def entry(database: Database, key: str) -> dict:
    (found,) = await database.find("entries", {"_id": f"commitments:{key}"})
    return found


async def worked_off(database: Database) -> list[int]:
    return [done async for done in work_off(database)]


async def end_leases(database: Database) -> None:
    """As if whoever took anything were long gone."""
    long_ago = {"$set": {"until": datetime(2020, 1, 1, tzinfo=UTC)}}
    items = await database.find("queue", {})
    await database.write("queue", [UpdateOne({"_id": i["_id"]}, long_ago) for i in items])


def renamed(hub: Organization, name: str, **members: object) -> Record:
    return hub.model_copy(update={"name": name, **members})


async def test_the_write_tells_nobody_and_the_queue_everybody(
    database: Database, hub: Organization
) -> None:
    before = await entry(database, "k5")
    await write(database, renamed(hub, "Newname Telecom"))
    assert await entry(database, "k5") == before
    assert await count_pending(database) == 1
    assert max(await worked_off(database)) == 2
    assert "newname telecom" in str((await entry(database, "k5"))["related"]).lower()
    assert await count_pending(database) == 0
    await assert_as_rebuilt(database)


async def test_kind_and_country_reach_all_that_keeps_them(
    database: Database, hub: Organization
) -> None:
    await write(database, renamed(hub, "N", country="DE", kind=PartyKind.REGULATOR))
    await worked_off(database)
    await assert_as_rebuilt(database)


@pytest.mark.parametrize(
    ("noun", "key", "members", "path", "of"),
    [
        ("articles", "a1", {"publisher": "office"}, "publishers", ("commitments", "k5")),
        ("meetings", "m1", {"kind": "SUMMIT"}, "meetingKind", ("commitments", "k5")),
        ("commitments", "k1", {"topics": ["a/b"]}, "topics", ("follow_ups", "g5")),
    ],
)
async def test_what_many_name_is_told_of_later(
    database: Database,
    hub: Organization,
    noun: str,
    key: str,
    members: dict,
    path: str,
    of: tuple[str, str],
) -> None:
    async def kept() -> object:
        (document,) = await database.find(of[0], {"_id": of[1]})
        return document["derived"].get(path)

    before = await kept()
    receipt = await write(database, changed(await stored(database, noun, key), **members))
    assert receipt.updated == [(noun, key)]
    assert await kept() == before
    (item,) = await database.find("queue", {})
    assert item["_id"] == f"{noun}:{key}"
    assert max(await worked_off(database)) == 2
    assert await kept() != before
    assert await count_pending(database) == 0
    await assert_as_rebuilt(database)


@pytest.mark.parametrize(
    ("noun", "key", "members"),
    [
        ("articles", "a2", {"publisher": "office", "relays": "telno"}),
        ("articles", "a1", {"curation": "RETRACTED"}),
        ("meetings", "m1", {"date": "2020-01-09", "topics": ["a/b"], "participations": []}),
        ("commitments", "k1", {"promisors": [{"party": "gov", "attribution": "SELF_QUOTED"}]}),
        ("commitments", "k1", {"madeAt": None, "madeOn": "2020-01-05", "addressees": []}),
        ("commitments", "k1", {"evidence": [evidence("a3", PROMISED)], "topics": ["a"]}),
    ],
)
async def test_whatever_was_changed_everything_is_right_in_the_end(
    database: Database, hub: Organization, noun: str, key: str, members: dict
) -> None:
    await write(database, article("a3", text=TEXTS["a1"]))
    await write(database, changed(await stored(database, noun, key), **members))
    assert await count_pending(database) == 1
    await worked_off(database)
    assert await count_pending(database) == 0
    await assert_as_rebuilt(database)


async def test_what_is_merged_is_told_of_at_once(database: Database, hub: Organization) -> None:
    await write(database, article("a3", text=TEXTS["a1"]))
    await write(database, changed(await stored(database, "articles", "a1"), mergedInto="a3"))
    assert await count_pending(database) == 0
    await assert_as_rebuilt(database)


async def test_each_batch_is_a_version_that_says_what_it_touched(
    database: Database, hub: Organization
) -> None:
    await write(database, renamed(hub, "Newname", country="DE"))
    (before,) = await database.find("meta", {"_id": "data"})
    told = []
    async for _ in work_off(database):
        (after,) = await database.find("meta", {"_id": "data"})
        assert after["version"] - before["version"] in (0, 1), "of nothing new there is no version"
        if after["version"] > before["version"]:
            assert after["news"]["touched"] and after["news"]["version"] == after["version"]
            told += after["news"]["lists"]
        before = after
    assert {"commitments", "follow_ups", "entries"} <= {*told}


async def test_what_is_changed_again_meanwhile_begins_anew(
    database: Database, hub: Organization
) -> None:
    await write(database, renamed(hub, "First Name", country="DE"))
    batches = work_off(database)
    for _ in range(4):
        await anext(batches)
    again = await stored(database, "parties", "telno")
    await write(database, again.model_copy(update={"name": "Second Name", "country": "FR"}))
    async for _ in batches:
        pass
    await worked_off(database)
    assert await count_pending(database) == 0
    assert "second name" in str((await entry(database, "k1"))["related"]).lower()
    await assert_as_rebuilt(database)


async def test_what_was_cut_off_is_gone_on_with_when_its_lease_ends(
    database: Database, hub: Organization
) -> None:
    await write(database, renamed(hub, "Newname", country="DE"))
    batches: AsyncIterator[int] = work_off(database)
    first = [await anext(batches), await anext(batches)]
    await batches.aclose()  # type: ignore[attr-defined]
    assert first and await worked_off(database) == []
    await end_leases(database)
    (item,) = await database.find("queue", {})
    assert (item["noun"], item["after"]) != ("articles", "")
    await worked_off(database)
    await assert_as_rebuilt(database)


async def test_a_write_that_is_refused_puts_nothing_there(
    database: Database, hub: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise Refused(OperationFailure("no", 13))

    monkeypatch.setattr(queue, "put_parties", refuse)
    with pytest.raises(Refused):
        await write(database, renamed(hub, "Newname"))
    assert await count_pending(database) == 0
    await assert_as_rebuilt(database)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
async def test_any_writes_while_two_work_it_off_end_right(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    stop = asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            batches = work_off(database)
            async for _ in batches:
                if chance.random() < 0.2:  # as if killed
                    break
            await batches.aclose()  # type: ignore[attr-defined]
            await asyncio.sleep(0.01)

    workers = [asyncio.create_task(work()) for _ in range(2)]
    async for _ in taken(database, chance, 120, MERGING):
        pass
    stop.set()
    await asyncio.gather(*workers)
    await end_leases(database)
    await worked_off(database)
    assert await count_pending(database) == 0
    await assert_as_rebuilt(database)


WORKING = """
import asyncio, sys
from store.mongodb.driver import Database
from store.writes import queue

async def main(url, name):
    queue.BATCH = 2
    async for _ in queue.work_off(Database.connect(url, name)):
        print(flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.slow
async def test_whoever_is_killed_at_it_leaves_it_to_the_next(
    mongodb_url: str, database: Database, hub: Organization
) -> None:
    chance = random.Random(1)
    await write(database, renamed(hub, "Newname", country="DE"))
    for _ in range(20):
        await end_leases(database)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", WORKING, mongodb_url, database.name),
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        assert process.stdout is not None
        for _ in range(chance.randint(1, 3)):
            await process.stdout.readline()
        await asyncio.sleep(chance.uniform(0, 0.05))
        if process.returncode is None:
            process.kill()
        await process.wait()
    await end_leases(database)
    await worked_off(database)
    assert await count_pending(database) == 0
    assert "newname" in str((await entry(database, "k5"))["related"]).lower()
    await _end_transactions(mongodb_url)
    await assert_as_rebuilt(database)


async def _end_transactions(mongodb_url: str) -> None:
    """Ends those of killed processes, which keep collections from being dropped for a minute."""
    async with driver.admin(mongodb_url) as command:
        open_ones = [
            {"$currentOp": {"idleSessions": True}},
            {"$match": {"transaction": {"$ne": None}}},
        ]
        found = await command({"aggregate": 1, "pipeline": open_ones, "cursor": {}})
        sessions = [{"id": one["lsid"]["id"]} for one in found["cursor"]["firstBatch"]]
        await command({"killSessions": sessions})


async def test_what_is_read_by_key_while_it_is_worked_off_is_right(
    database: Database, hub: Organization
) -> None:
    """Names and roles are read from the records and by key; only what is kept of names lags."""
    await write(database, renamed(hub, "Newname", country="DE"))
    by_key = {"derived.roles": {"$elemMatch": {"party": "telno", "role": "PROMISOR"}}}
    right = {d["_id"] for d in await database.find("commitments", by_key)}
    assert len(right) >= MANY
    async for _ in work_off(database):
        assert {d["_id"] for d in await database.find("commitments", by_key)} == right
        (party,) = await database.find("parties", {"_id": "telno"})
        assert (party["name"], party["derived"]["sortedAs"]) == ("Newname", "newname")


@pytest.mark.parametrize("steps", range(6))
async def test_working_ends_although_it_is_woken_just_then(database: Database, steps: int) -> None:
    wake = asyncio.Event()
    async with asyncio.timeout(10):
        async with working(database, wake):
            await asyncio.sleep(0.2)
            wake.set()
            for _ in range(steps):
                await asyncio.sleep(0)
