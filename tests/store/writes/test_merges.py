"""What a survivor has from what was merged into it."""

from typing import Any

from store.layout import prepare
from store.mongodb.driver import Database, InsertOne, UpdateOne
from store.records.base import Record
from store.writes.rebuild import Difference, differences, rebuild
from tests.store.samples import (
    DOUBTED,
    PROMISED,
    article,
    changed,
    commitment,
    contents,
    evidence,
    follow_up,
    party,
    record,
    request,
    store,
    write,
)


async def derived(database: Database, noun: str, key: str) -> Any:
    (document,) = await database.find(noun, {"_id": key})
    return document["derived"]


async def entry(database: Database, noun: str, key: str) -> Any:
    (found,) = await database.find("entries", {"_id": f"{noun}:{key}"})
    return found


async def assert_as_rebuilt(database: Database) -> None:
    """Nothing differs from what the records give, and a rebuild changes nothing."""
    assert [d async for d in differences(database) if isinstance(d, Difference)] == []
    before = await contents(database, ignoring=("meta",))
    entries = await database.find("entries", {}, sort=[("_id", 1)])
    assert [n async for n in rebuild(database, batch=3)]
    assert await contents(database, ignoring=("meta",)) == before
    assert await database.find("entries", {}, sort=[("_id", 1)]) == entries


def roads(**members: Any) -> Record:
    """A department that turns out to be the regulator `office` of the sample store."""
    former = [{"value": "Thoroughfares Bureau", "kind": "FORMER"}]
    whole = {"name": "Roads Department", "names": former, "mergedInto": "office", **members}
    return record("parties", "roads", kind="MINISTRY", **whole)


# --- Parties -------------------------------------------------------------------------------------


async def test_a_party_is_found_by_the_names_of_what_was_merged_into_it(stored: Database) -> None:
    before = await contents(stored, ignoring=("meta", "changes"))
    await write(stored, roads())
    found = await derived(stored, "parties", "office")
    assert found["searchNames"] == ["office", "roads department", "thoroughfares bureau"]
    assert found["mergedNames"] == ["Roads Department", "Thoroughfares Bureau"]
    # And so is all that names the survivor, though it never named what was merged.
    for noun, key in (("commitments", "c1"), ("requests", "r1"), ("meetings", "m1")):
        assert " thoroughfare bureau " in (await entry(stored, noun, key))["related"], noun
    await assert_as_rebuilt(stored)
    await write(stored, roads(names=[], name="Paths Department"))
    assert (await derived(stored, "parties", "office"))["mergedNames"] == ["Paths Department"]
    assert " path department " in (await entry(stored, "commitments", "c1"))["related"]
    await assert_as_rebuilt(stored)
    # What is not accepted is the name of nobody else, and a merge can be taken back.
    for without in (roads(curation="PROPOSED"), roads(mergedInto=None)):
        await write(stored, without)
        found = await contents(stored, ignoring=("meta", "changes"))
        for noun in ("commitments", "requests", "meetings"):
            assert found[noun] == before[noun]
        assert found["parties"]["office"] == before["parties"]["office"]
        await assert_as_rebuilt(stored)


async def test_memberships_of_what_was_merged_are_followed(stored: Database) -> None:
    twin = party("twin", "PERSON", memberships=[{"organization": "gov"}], mergedInto="ann")
    await write(stored, twin)
    assert (await derived(stored, "parties", "ann"))["memberOf"] == ["telno", "gov"]
    # A body that was merged counts as the one in which it lives on, however it is reached.
    await write(stored, party("crown", "GOVERNMENT"))
    await write(stored, changed(store()[0], mergedInto="crown"))
    assert (await derived(stored, "parties", "ann"))["memberOf"] == ["telno", "crown"]
    await assert_as_rebuilt(stored)
    await write(stored, changed(twin, memberships=[]))
    assert (await derived(stored, "parties", "ann"))["memberOf"] == ["telno"]
    await assert_as_rebuilt(stored)


async def test_nobody_is_a_member_of_themselves_by_a_merge(stored: Database) -> None:
    await write(stored, party("desk", memberships=[{"organization": "telno"}]))
    await write(stored, party("desk", memberships=[{"organization": "telno"}], mergedInto="telno"))
    assert (await derived(stored, "parties", "telno"))["memberOf"] == []
    await assert_as_rebuilt(stored)


# --- What records rest on ------------------------------------------------------------------------


async def test_evidence_of_what_was_merged_is_evidence_of_the_survivor(stored: Database) -> None:
    await write(stored, article("a3", text=TEXT_3, publisher="gov", relays="office"))
    twin = commitment("c9", title="Cheap calls", evidence=[evidence("a3", "Calls get cheaper.")])
    await write(stored, twin)
    assert (await entry(stored, "articles", "a3"))["trackables"][0]["key"] == "c9"
    await write(stored, changed(twin, mergedInto="c1"))
    found = await derived(stored, "commitments", "c1")
    assert (found["articles"], found["publishers"]) == (["a1", "a3"], ["gov"])
    assert (found["relays"], found["mergedNames"]) == (["office"], ["Cheap calls"])
    assert [t["key"] for t in (await entry(stored, "articles", "a3"))["trackables"]] == ["c1"]
    assert " cheap call " in (await entry(stored, "commitments", "c1"))["titles"]
    # What changes of the article or the survivor reaches the other.
    await write(stored, article("a3", text=TEXT_3, publisher="telno", relays="gov"))
    found = await derived(stored, "commitments", "c1")
    assert (found["publishers"], found["relays"]) == (["telno"], ["gov"])
    await write(stored, commitment("c1", topics=["water"]))
    assert (await derived(stored, "articles", "a3"))["topics"] == ["water"]
    await assert_as_rebuilt(stored)
    await write(stored, twin)
    assert (await derived(stored, "commitments", "c1"))["articles"] == ["a1"]
    await assert_as_rebuilt(stored)


TEXT_3 = "Calls get cheaper."


async def test_what_an_article_relays_reaches_what_rests_on_it(stored: Database) -> None:
    (a1,) = (r for r in store() if r.key == "a1")
    for relays in ("gov", "office", None):
        await write(stored, changed(a1, relays=relays))
        found = await derived(stored, "commitments", "c1")
        assert found["relays"] == ([relays] if relays else [])


async def test_reports_of_a_merged_meeting_are_of_the_survivor(stored: Database) -> None:
    reports = [evidence("a2", DOUBTED)]
    members = {"kind": "CALL", "date": "2020-01-10", "participations": [], "evidence": reports}
    await write(stored, record("meetings", "m2", title="A call", mergedInto="m1", **members))
    found = await derived(stored, "meetings", "m1")
    assert (found["articles"], found["publishers"]) == (["a1", "a2"], ["gov"])
    # Who took part is what the survivor says.
    assert [p["party"] for p in found["parties"]] == ["office", "ann", "telno"]
    assert found["mergedNames"] == ["A call"]
    await assert_as_rebuilt(stored)


async def test_evidence_of_a_merged_follow_up_is_of_the_survivor(stored: Database) -> None:
    said = evidence("a1", PROMISED, saidBy="gov")
    await write(stored, follow_up("f9", kind="MENTIONED", evidence=[said], mergedInto="f1"))
    found = await derived(stored, "follow_ups", "f1")
    assert found["articles"] == ["a2", "a1"]
    assert {f"{r['role']} {r['party']}" for r in found["roles"]} == {"ACTOR telno", "SPEAKER gov"}
    await write(stored, party("gov", "MINISTRY", country="AA"))
    assert {r["kind"] for r in (await derived(stored, "follow_ups", "f1"))["roles"]} == {
        "COMPANY", "MINISTRY",
    }  # fmt: skip
    await assert_as_rebuilt(stored)


async def test_answers_follow_merges(stored: Database) -> None:
    await write(stored, commitment("c3"), request("r2", answeredBy=["c2"], mergedInto="r1"))
    await write(stored, commitment("c1", mergedInto="c3"))
    assert (await derived(stored, "requests", "r1"))["answeredBy"] == ["c3", "c2"]
    await write(stored, request("r1"))
    found = await derived(stored, "requests", "r1")
    assert (found["answeredBy"], found["answered"]) == (["c2"], True)
    twin = follow_up("f6", "c3", kind="CHALLENGED", on="2021-05-10")
    merged = follow_up("f2", kind="CHALLENGED", on="2021-05-10", mergedInto="f6")
    await write(stored, twin, merged)
    assert (await derived(stored, "follow_ups", "f3"))["answers"] == "f6"
    await assert_as_rebuilt(stored)


async def test_a_store_of_version_5_is_derived_again(stored: Database) -> None:
    await write(stored, roads(memberships=[{"organization": "gov"}]), request("r1"))
    await write(stored, request("r1", answeredBy=["c1"]))
    right = await contents(stored, ignoring=("meta",))
    older = {
        "parties": {"$unset": {"derived.mergedNames": ""}, "$set": {"derived.memberOf": []}},
        "requests": {"$unset": {"derived.answeredBy": ""}},
        "follow_ups": {"$unset": {"derived.answers": ""}},
    }
    for noun, change in older.items():
        await stored.write(noun, [UpdateOne({"_id": key}, change) for key in right[noun]])
    left = {"_id": "commitments/2016-09", "turns": {}}
    await stored.write("counters", [InsertOne(left)])
    await stored.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 5}})])
    await prepare(stored)
    assert await contents(stored, ignoring=("meta",)) == right
    await assert_as_rebuilt(stored)
