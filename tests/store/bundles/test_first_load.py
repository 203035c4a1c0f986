"""The first load of an empty store: nothing is seen before all is there, and it can be cut off."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pymongo.errors import OperationFailure

from store.bundles import first_load, writer
from store.bundles.importing import CutOff, OtherLoad, import_bundle
from store.layout import prepare
from store.mongodb.driver import Database, GaveUp, Refused, UpdateOne
from store.mongodb.indexes import INDEXES
from store.records.nouns import NOUNS
from store.writes.loading import beside, end_move, find_mark
from tests.store.bundles.test_bundle_writer import article, bundle, party
from tests.store.samples import TESTER, contents, write
from tests.store.samples import party as a_party
from tests.store.writes.test_merges import assert_as_rebuilt

INVENTED = Path(__file__).parents[3] / "fixtures" / "invented"

IMPORT = """
import asyncio, sys
from pathlib import Path
from store.bundles.importing import import_bundle
from store.mongodb.driver import Database
from store.writes.writer import Author

async def main(url, name, folder):
    database = Database.connect(url, name)
    await import_bundle(database, [Path(folder)], Author("tests"), batch=3)

asyncio.run(main(*sys.argv[1:]))
"""


async def load(database: Database, path: Path, batch: int = 3):
    return await import_bundle(database, [path], TESTER, batch=batch)


async def forget_life(database: Database) -> None:
    """As if the last sign of life of a load were long ago."""
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    await database.write("meta", [UpdateOne({"_id": "loading"}, {"$set": {"seen": long_ago}})])


def stop_after(monkeypatch: pytest.MonkeyPatch, batches: int) -> None:
    """Lets MongoDB take so many batches of a first load and no more."""
    stored = 0
    whole = first_load.FirstLoad.store

    async def store(self, batch, records):
        nonlocal stored
        stored += 1
        if stored > batches:
            raise Refused(an_error())
        return await whole(self, batch, records)

    monkeypatch.setattr(first_load.FirstLoad, "store", store)


def an_error():
    return OperationFailure("out of disk", 14031)


async def test_it_is_one_version_with_every_index_and_nothing_beside(database: Database) -> None:
    assert (await load(database, INVENTED)).resumed is False
    await assert_as_rebuilt(database)
    assert await find_mark(database) is None
    there = await database.list_collections()
    assert not [name for name in there if name.startswith("loading_")]
    wanted = {(c, index.name) for c, indexes in INDEXES.items() for index in indexes}
    assert wanted <= await database.find_ready_indexes([*INDEXES])
    changes = await database.find("changes", {}, sort=[("sequence", 1)])
    assert len({change["dataVersion"] for change in changes}) == 1
    assert [change["sequence"] for change in changes] == list(range(len(changes)))
    nouns = [change["noun"] for change in changes]
    assert nouns == sorted(nouns, key=[*NOUNS].index), "each after what it names"
    await prepare(database)


async def test_nothing_is_seen_of_it_before_all_is_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after(monkeypatch, 4)
    with pytest.raises(CutOff):
        await load(database, INVENTED)
    found = await contents(database)
    assert not any(found[c] for c in found if c != "meta")
    assert await database.find(beside("articles"), {})


async def test_the_same_goes_on_where_it_was_cut_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        stop_after(patched, 4)
        with pytest.raises(CutOff):
            await load(database, INVENTED)
    there = {d["_id"] for d in await database.find(beside("articles"), {})}
    assert there
    done = await load(database, INVENTED)
    assert done.resumed is True
    assert done.unchanged["articles"] >= len(there)
    await assert_as_rebuilt(database)
    changes = await database.find("changes", {})
    assert len({(c["noun"], c["record"]) for c in changes}) == len(changes)


async def test_another_bundle_waits_and_then_begins_anew(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        stop_after(patched, 4)
        with pytest.raises(CutOff):
            await load(database, INVENTED)
    other = bundle(tmp_path, parties=[party(f"p{n}") for n in range(8)])
    with pytest.raises(OtherLoad):
        await load(database, other)
    with pytest.raises(GaveUp):
        await write(database, a_party("telno"))
    await forget_life(database)
    assert (await load(database, other)).created == {"parties": 8}
    assert {d["_id"] for d in await database.find("parties", {})} == {f"p{n}" for n in range(8)}
    await assert_as_rebuilt(database)


async def test_what_was_written_meanwhile_is_not_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after(monkeypatch, 4)
    with pytest.raises(CutOff):
        await load(database, INVENTED)
    monkeypatch.undo()
    await forget_life(database)
    await write(database, a_party("telno-2"))
    assert await find_mark(database) is None
    done = await load(database, INVENTED)
    assert done.resumed is False
    assert await database.find("parties", {"_id": "telno-2"})
    await assert_as_rebuilt(database)


async def test_a_move_that_was_cut_off_is_ended_by_the_next_start(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = 0
    whole = Database.rename

    async def rename(self, old, new):
        nonlocal moved
        moved += 1
        if moved > 3:
            raise Refused(an_error())
        await whole(self, old, new)

    with monkeypatch.context() as patched:
        patched.setattr(Database, "rename", rename)
        with pytest.raises(Refused):
            await load(database, INVENTED)
    with pytest.raises(GaveUp):
        await write(database, a_party("telno"))
    await prepare(database)
    assert await find_mark(database) is None
    await assert_as_rebuilt(database)
    await end_move(database)


async def test_a_batch_that_is_too_much_is_halved(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = first_load.FirstLoad.store

    async def store(self, batch, records):
        if len(records) > 2:
            raise Refused(OperationFailure("too large", 257))
        return await whole(self, batch, records)

    monkeypatch.setattr(first_load.FirstLoad, "store", store)
    monkeypatch.setattr(writer, "TRIES", 1)
    texts = bundle(tmp_path, articles=[article(f"a{n}", f"Text {n}.") for n in range(20)])
    assert (await load(database, texts, batch=8)).created == {"articles": 20}
    await assert_as_rebuilt(database)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.8, 1.2, 1.6, 2.0, 2.4])
async def test_a_killed_import_is_finished_by_importing_again(
    mongodb_url: str, database: Database, seconds: float
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", IMPORT, mongodb_url, database.name, str(INVENTED)),
        cwd=Path(__file__).parents[3],
    )
    await asyncio.sleep(seconds)
    if process.returncode is None:
        os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    await prepare(database)
    await load(database, INVENTED)
    await assert_as_rebuilt(database)
    changes = await database.find("changes", {})
    assert len({(c["noun"], c["record"]) for c in changes}) == len(changes)
