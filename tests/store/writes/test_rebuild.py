"""What is derived equals what the records give: after every write, and again after a rebuild."""

import random
from pathlib import Path

import pytest

from store.bundles.importing import import_bundle
from store.mongodb.collections import VOCABULARY
from store.mongodb.documents import to_record
from store.mongodb.driver import Database, DeleteOne, UpdateOne
from store.writes import rebuild as rebuilding
from store.writes.rebuild import Difference, differences, rebuild
from tests.store.edits import MERGING, taken
from tests.store.samples import (
    TESTER,
    contents,
    store,
    write,
)
from tests.tiers import quick_first

FIXTURES = Path(__file__).parents[3] / "fixtures"


async def found(database: Database, **options: int) -> list[Difference]:
    return [d async for d in differences(database, **options) if isinstance(d, Difference)]


DERIVED = 16
"""How many records of the sample store have something derived."""


async def rebuilt(database: Database, **options: int) -> int:
    return sum([count async for count in rebuild(database, **options)])


@pytest.mark.parametrize("bundle", quick_first(["meta-pakistan", "invented"]))
async def test_nothing_differs_after_an_import(database: Database, bundle: str) -> None:
    await import_bundle(database, [FIXTURES / bundle], TESTER)
    assert await found(database) == []
    assert await found(database, batch=3) == []


async def test_all_records_with_something_derived_are_looked_at(database: Database) -> None:
    await write(database, *store())
    counts = [n async for n in differences(database, batch=2) if isinstance(n, int)]
    assert (sum(counts), max(counts)) == (DERIVED, 2)
    assert await rebuilt(database, batch=2) == DERIVED


async def test_a_rebuild_that_is_cut_off_goes_on_where_it_was(database: Database) -> None:
    await write(database, *store())
    total = await rebuilt(database)
    batches = rebuild(database, batch=2)
    begun = [await anext(batches) for _ in range(3)]
    await batches.aclose()  # type: ignore[attr-defined]
    # Of the last one that it gave, as of a killed program, it is not known that it was kept.
    assert await rebuilt(database, batch=2) in (total - sum(begun), total - sum(begun[:-1]))
    assert await rebuilt(database, batch=2) == total, "the next one begins anew"
    assert await found(database) == []


async def test_another_program_begins_a_rebuild_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(database, *store())
    batches = rebuild(database, batch=2)
    await anext(batches)
    await batches.aclose()  # type: ignore[attr-defined]
    monkeypatch.setattr(rebuilding, "version", lambda _: "99")
    assert await rebuilt(database, batch=2) == DERIVED


async def test_an_empty_store_has_no_differences(database: Database) -> None:
    assert await found(database) == []
    assert await rebuilt(database) == 0
    assert await found(database) == []


TAMPERED = [
    ("parties", "telno", {"$set": {"derived.searchNames": ["other"]}}, ("searchNames",)),
    (
        "parties",
        "ann",
        {"$unset": {"derived": ""}},
        ("memberOf", "posts", "refersTo", "searchNames", "sortedAs", "terms", "within"),
    ),
    ("parties", "office", {"$set": {"derived.parent": "telno"}}, ("parent",)),
    ("assessments", "s1", {"$set": {"derived.trackable": "c2"}}, ("trackable",)),
    ("meetings", "m1", {"$pull": {"derived.refersTo": "articles:a1"}}, ("refersTo",)),
    ("check_logs", "l1", {"$unset": {"derived": ""}}, ("refersTo", "terms", "trackable")),
    ("articles", "a1", {"$set": {"derived.parties": []}}, ("parties",)),
    ("meetings", "m1", {"$pop": {"derived.parties": 1}}, ("parties",)),
    ("follow_ups", "f1", {"$set": {"derived.target": "c2"}}, ("target",)),
    ("commitments", "c1", {"$set": {"derived.segments.0.value": "BROKEN"}}, ("segments",)),
    ("commitments", "c1", {"$inc": {"derived.followUpCount": 1}}, ("followUpCount",)),
    ("commitments", "c2", {"$unset": {"derived.roles": "", "derived.edges": ""}},
     ("edges", "roles")),
    ("requests", "r1", {"$set": {"derived.answered": False, "derived.latestFollowUp": "f1"}},
     ("answered", "latestFollowUp")),
    ("entries", "articles:a1", {"$set": {"trackables": []}}, ("trackables",)),
    ("entries", "parties:ann", {"$unset": {"names": ""}}, ("names",)),
    ("counters", "follow_ups", {"$inc": {"total": 1}}, ("total",)),
    ("counters", "parties", {"$inc": {"curation.PROPOSED": 1}}, ("curation",)),
    ("counters", "parties", {"$set": {"more": 1}}, ("more",)),
    ("counters", "commitments/PROMISOR/telno", {"$inc": {"n": 1}}, ("n",)),
    ("counters", "articles/PUBLISHER/gov", {"$set": {"value": "office"}}, ("value",)),
]  # fmt: skip


@pytest.mark.parametrize(("collection", "key", "tampering", "members"), quick_first(TAMPERED))
async def test_tampering_is_found_and_repaired(
    database: Database, collection: str, key: str, tampering: dict, members: tuple
) -> None:
    await write(database, *store())
    before = await contents(database, ignoring=("meta",))
    await past_the_validator(database, collection, UpdateOne({"_id": key}, tampering))
    first, *others = await found(database)
    assert first == Difference(collection, key, members)
    # Counters are compared with the documents as they are, so they differ from spoilt ones, too.
    assert {d.noun for d in others} <= {"counters"}
    await rebuilt(database)
    assert await found(database) == []
    assert await contents(database, ignoring=("meta",)) == before


async def past_the_validator(database: Database, collection: str, update: UpdateOne) -> None:
    """Tampers, as somebody might who has the database open."""
    await database.command({"collMod": collection, "validationLevel": "off"})
    assert (await database.write(collection, [update])).found == 1
    await database.command({"collMod": collection, "validationLevel": "strict"})


@pytest.mark.parametrize("stray", ["articles", "check_logs"])
async def test_a_counter_without_records_is_found(database: Database, stray: str) -> None:
    counter = UpdateOne({"_id": stray}, {"$set": {"total": 5, "curation": {}}}, upsert=True)
    await database.write("counters", [counter])
    assert await found(database) == [Difference("counters", stray, ("total",))]
    await rebuilt(database)
    assert await found(database) == []


# --- Any series of writes ------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
async def test_nothing_differs_after_any_series_of_writes(database: Database, seed: int) -> None:
    written = [None async for _ in taken(database, random.Random(seed), 100)]
    assert len(written) > 30
    assert await found(database) == []
    before = await contents(database, ignoring=("meta",))
    await rebuilt(database, batch=7)
    assert await contents(database, ignoring=("meta",)) == before


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
async def test_nothing_differs_whatever_is_merged_and_taken_apart(
    database: Database, seed: int
) -> None:
    merges = 0
    async for _ in taken(database, random.Random(100 + seed), 150, MERGING):
        merges += len(await database.find("parties", {"mergedInto": {"$exists": True}}))
    assert merges > 10  # or it tries nothing
    assert await found(database) == []
    before = await contents(database, ignoring=("meta",))
    await rebuilt(database, batch=7)
    assert await contents(database, ignoring=("meta",)) == before


async def test_what_a_merged_record_has_does_not_hang_on_the_batch(database: Database) -> None:
    await write(database, *store())
    (stored,) = await database.find("commitments", {"_id": "c1"})
    assert stored["derived"]["edges"]
    merged = to_record("commitments", stored).model_copy(update={"merged_into": "c2"})
    await write(database, merged)
    assert await found(database, batch=1) == []


async def test_a_word_that_is_missing_is_told_once(database: Database) -> None:
    """Whatever batches and nouns have it."""
    await write(database, *store())
    words = {d["_id"] for d in await database.find(VOCABULARY, {})}
    await database.write(VOCABULARY, [DeleteOne({"_id": word}) for word in words])
    told = [difference.key for difference in await found(database, batch=1)]
    assert sorted(told) == sorted(words)
