"""What a record keeps of wholes: the bodies above its parties, and who published its articles."""

from typing import Any

from store.mongodb.driver import Database
from store.writes.rebuild import Difference, differences
from tests.store.samples import (
    article,
    changed,
    commitment,
    follow_up,
    party,
    store,
    write,
)


async def derived(database: Database, noun: str, key: str) -> Any:
    (document,) = await database.find(noun, {"_id": key})
    return document["derived"]


async def above(database: Database, noun: str = "commitments", key: str = "c1") -> dict[str, Any]:
    """What each party that is kept with the record is within."""
    found = await derived(database, noun, key)
    return {p["party"]: p["within"] for p in found["roles" if noun == "commitments" else "parties"]}


async def nothing_differs(database: Database) -> bool:
    return [d async for d in differences(database) if isinstance(d, Difference)] == []


async def test_a_party_is_within_itself_and_all_above(stored: Database) -> None:
    await write(stored, party("state", "GOVERNMENT"), party("gov", "GOVERNMENT", parent="state"))
    assert await above(stored) == {
        "telno": ["telno"],
        "office": ["office", "gov", "state"],
        "ann": ["ann"],
    }
    assert (await above(stored, "meetings", "m1"))["office"] == ["office", "gov", "state"]
    assert (await derived(stored, "follow_ups", "f2"))["within"] == ["office", "gov", "state"]
    assert (await derived(stored, "parties", "office"))["within"] == ["office", "gov", "state"]
    assert (await derived(stored, "articles", "a2"))["within"] == ["gov", "state"]
    assert await nothing_differs(stored)


async def test_a_change_far_above_reaches_what_names_the_lowest(stored: Database) -> None:
    await write(stored, party("state", "GOVERNMENT"), party("gov", "GOVERNMENT", parent="state"))
    await write(stored, party("union", "INTERGOVERNMENTAL"))
    await write(stored, party("state", "GOVERNMENT", parent="union"))
    assert (await above(stored))["office"] == ["office", "gov", "state", "union"]
    await write(stored, party("gov", "GOVERNMENT"))
    assert (await above(stored))["office"] == ["office", "gov"]
    assert await nothing_differs(stored)


async def test_a_body_that_was_merged_is_above_as_its_survivor(stored: Database) -> None:
    await write(stored, party("state", "GOVERNMENT"), party("cabinet", parent="state"))
    await write(stored, party("gov", "GOVERNMENT", country="AA", mergedInto="cabinet"))
    assert (await above(stored))["office"] == ["office", "cabinet", "state"]
    # What is said of the survivor later reaches those below the merged one.
    await write(stored, party("cabinet"))
    assert (await above(stored))["office"] == ["office", "cabinet"]
    await write(stored, party("gov", "GOVERNMENT", country="AA"))
    assert (await above(stored))["office"] == ["office", "gov"]
    assert await nothing_differs(stored)


async def test_what_somebody_was_at_a_meeting_counts_for_whom_they_stood(stored: Database) -> None:
    (meeting,) = (r for r in store() if r.key == "m1")
    present = [
        {"party": "ann", "nameAsStated": "Ann", "onBehalfOf": "telno", "capacity": "SPEAKER"},
        {"party": "office", "nameAsStated": "the office", "capacity": "HOST"},
        {"party": "telno", "nameAsStated": "Telno", "capacity": "GUEST"},
    ]
    await write(stored, changed(meeting, participations=present))
    found = await derived(stored, "meetings", "m1")
    assert {p["party"]: p["capacities"] for p in found["parties"]} == {
        "ann": ["SPEAKER"], "office": ["HOST"], "telno": ["SPEAKER", "GUEST"],
    }  # fmt: skip
    await write(stored, party("office", "REGULATOR", mergedInto="telno"))
    found = await derived(stored, "meetings", "m1")
    assert found["parties"][1]["capacities"] == ["SPEAKER", "HOST", "GUEST"]
    assert await nothing_differs(stored)


async def test_publishers_follow_the_articles_and_their_merges(stored: Database) -> None:
    async def published() -> list[Any]:
        at = (("commitments", "c1"), ("meetings", "m1"), ("follow_ups", "f1"))
        return [(await derived(stored, *place))["publishers"] for place in at]

    assert await published() == [[], [], ["gov"]]
    await write(stored, party("post", "MEDIA"), article("a1", publisher="post"))
    assert await published() == [["post"], ["post"], ["gov"]]
    await write(stored, party("herald", "MEDIA"), party("post", "MEDIA", mergedInto="herald"))
    assert await published() == [["herald"], ["herald"], ["gov"]]
    await write(stored, article("a3", text="As in a2.", publisher="post"))
    await write(stored, article("a2", publisher="gov", mergedInto="a3"))
    assert await published() == [["herald"], ["herald"], ["herald"]]
    assert await nothing_differs(stored)


async def test_the_kind_of_the_meeting_and_the_silence_are_kept(stored: Database) -> None:
    found = await derived(stored, "commitments", "c1")
    assert (found["meetingKind"], found["silentSince"]) == ("BILATERAL", "2021-05-20")
    assert (await derived(stored, "commitments", "c2"))["silentSince"] == "2020-01-10"
    # One that may have been at any time since ends the silence when it is recorded.
    await write(stored, follow_up("f4", on="2021-06-01/..", meeting="m1"))
    assert (await derived(stored, "commitments", "c1"))["silentSince"] == "2025-01-01"
    assert (await derived(stored, "follow_ups", "f4"))["meetingKind"] == "BILATERAL"
    (meeting,) = (r for r in store() if r.key == "m1")
    await write(stored, changed(meeting, kind="SIGNING"))
    assert (await derived(stored, "commitments", "c1"))["meetingKind"] == "SIGNING"
    assert (await derived(stored, "follow_ups", "f4"))["meetingKind"] == "SIGNING"


async def test_bodies_that_a_party_names_are_kept_as_their_survivors(stored: Database) -> None:
    await write(stored, party("crown", "GOVERNMENT"), party("telco"))
    assert (await derived(stored, "parties", "office"))["parent"] == "gov"
    assert (await derived(stored, "parties", "ann"))["memberOf"] == ["telno"]
    await write(stored, party("gov", "GOVERNMENT", country="AA", mergedInto="crown"))
    await write(stored, party("telno", country="BB", mergedInto="telco"))
    assert (await derived(stored, "parties", "office"))["parent"] == "crown"
    assert (await derived(stored, "parties", "ann"))["memberOf"] == ["telco"]
    assert (await derived(stored, "articles", "a2"))["publisher"] == "crown"
    await write(stored, party("telno", country="BB"))
    assert (await derived(stored, "parties", "ann"))["memberOf"] == ["telno"]
    assert await nothing_differs(stored)


async def test_what_is_judged_and_looked_for_is_kept_as_its_survivor(stored: Database) -> None:
    await write(stored, commitment("c3"))
    await write(stored, commitment("c1", mergedInto="c3"))
    await write(stored, commitment("c2", term="STANDING", mergedInto="c3"))
    assert (await derived(stored, "assessments", "s1"))["trackable"] == "c3"
    assert (await derived(stored, "check_logs", "l1"))["trackable"] == "c3"
    await write(stored, commitment("c2", term="STANDING"))
    assert (await derived(stored, "check_logs", "l1"))["trackable"] == "c2"
    assert await nothing_differs(stored)
