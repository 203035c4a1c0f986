"""Every write keeps which published statuses it made others, beside the log of changes."""

from datetime import UTC, datetime

import pytest

from store.mongodb.collections import CHANGES, STATUS_CHANGES
from store.mongodb.driver import Database, Document, UpdateOne
from store.records.history.statuses import today
from store.records.nouns import TRACKABLES
from store.writes import queue
from store.writes.counters import data_version
from store.writes.queue import work_off
from tests.store.bundles.test_first_load import INVENTED, load
from tests.store.samples import changed, commitment, follow_up, party, store, write

ORDER = [("dataVersion", 1), ("sequence", 1)]


async def kept(database: Database, after: int = 0) -> list[Document]:
    return await database.find(STATUS_CHANGES, {"dataVersion": {"$gt": after}}, sort=ORDER)


def told(entries: list[Document]) -> list[tuple[str, str | None, str | None]]:
    return [(e["record"], e.get("before"), e.get("after")) for e in entries]


async def test_a_follow_up_changes_the_status_of_its_target(database: Database) -> None:
    receipt = await write(database, *store())
    first = await kept(database)
    assert {e["dataVersion"] for e in first} == {receipt.data_version}
    assert [e["sequence"] for e in first] == [*range(len(first))]
    done = follow_up("done", "c2", kind="PROGRESSED")
    receipt = await write(database, done)
    (entry,) = await kept(database, receipt.data_version - 1)
    assert (entry["noun"], entry["record"], entry["after"]) == ("commitments", "c2", "IN_PROGRESS")
    assert entry["decidedBy"] == ["done"]
    (change,) = await database.find(CHANGES, {"dataVersion": receipt.data_version})
    assert entry["at"] == change["at"]


async def test_what_leaves_every_status_as_it_was_keeps_nothing(database: Database) -> None:
    receipt = await write(database, *store(), commitment("k1"))
    await write(database, changed(commitment("k1"), gist="Much lower prices."))
    assert await kept(database, receipt.data_version) == []


async def test_a_retraction_leaves_none_published(database: Database) -> None:
    await write(database, *store(), commitment("k7"))
    receipt = await write(database, changed(commitment("k7"), curation="RETRACTED"))
    assert told(await kept(database, receipt.data_version - 1)) == [("k7", "NO_FOLLOW_UP", None)]


async def test_what_the_queue_works_off_is_kept_in_its_turn(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_AT_ONCE", 1)
    await write(database, *store(), commitment("k1"))
    await write(database, changed(party("telno"), country="DE"))
    # As an older program derived it.
    otherwise = {"$set": {"derived.segments.$[].value": "BROKEN"}}
    await database.write("commitments", [UpdateOne({"_id": "k1"}, otherwise)])
    version = await data_version(database)
    async for _ in work_off(database):
        pass
    assert told(await kept(database, version)) == [("k1", "BROKEN", "NO_FOLLOW_UP")]


async def test_a_first_load_keeps_what_an_import_would(database: Database) -> None:
    await load(database, INVENTED)
    entries, day = await kept(database), today(datetime.now(UTC))
    expected = {
        (document["_id"], segment["value"])
        for noun in TRACKABLES
        for document in await database.find(noun, {"curation": "ACCEPTED", "mergedInto": None})
        for segment in document["derived"]["segments"]
        if segment["since"] <= day < segment["until"]
    }
    assert {(e["record"], e["after"]) for e in entries} == expected != set()
    assert not any("before" in e for e in entries)
    changes = await database.find(CHANGES, {})
    assert {e["dataVersion"] for e in entries} == {c["dataVersion"] for c in changes}
    assert not {e["_id"] for e in entries} & {c["_id"] for c in changes}
    await load(database, INVENTED)
    assert await kept(database) == entries
