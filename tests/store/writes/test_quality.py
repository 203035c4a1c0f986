"""What the data-quality report tells of merges."""

from store.mongodb.driver import Database
from store.writes.quality import Finding, Found, report
from tests.store.samples import article, commitment, follow_up, party, record, write


async def lacks(database: Database) -> dict[str, str]:
    """By noun and key of the merged record, what its survivor lacks."""
    found = [f async for f in report(database) if isinstance(f, Found)]
    assert not [f for f in found if f.finding is Finding.BROKEN_RULE]
    lacking = [f for f in found if f.finding is Finding.SURVIVOR_LACKS]
    return {f"{f.noun}/{f.key}": f.message for f in lacking}


async def test_nothing_is_lacking_where_nothing_is_merged(stored: Database) -> None:
    assert await lacks(stored) == {}


async def test_what_a_survivor_does_not_say_is_told(stored: Database) -> None:
    names = [{"value": "Other", "kind": "ALIAS"}]
    old = party("old", country="CC", note="Once more.", names=names, mergedInto="office")
    promised = {"addressees": ["gov"], "topics": ["water"], "dueOn": "2022", "mergedInto": "c1"}
    await write(stored, commitment("c9", **promised), old)
    assert await lacks(stored) == {
        "parties/old": "office, in which it lives on, lacks: note",
        "commitments/c9": "c1, in which it lives on, lacks: addressees (gov), topics, dueOn",
    }
    # Names, evidence and the like count for the survivor by themselves; its own word is its own.
    await write(stored, commitment("c1", dueOn="2023", topics=["water"], addressees=["gov"]))
    await write(stored, party("office", "REGULATOR", parent="gov", note="Our own."))
    assert await lacks(stored) == {"parties/old": "office, in which it lives on, lacks: country"}


async def test_what_is_not_accepted_leaves_nothing_behind(stored: Database) -> None:
    await write(stored, party("old", note="?", curation="PROPOSED", mergedInto="office"))
    assert await lacks(stored) == {}


async def test_records_that_are_named_are_compared_where_they_live_on(stored: Database) -> None:
    await write(stored, party("crown", "GOVERNMENT", country="AA"))
    await write(stored, commitment("c2", term="STANDING", addressees=["gov"]))
    await write(stored, party("gov", "GOVERNMENT", country="AA", mergedInto="crown"))
    await write(stored, commitment("c9", addressees=["crown"], mergedInto="c2"))
    assert await lacks(stored) == {}
    present = [{"party": "crown", "nameAsStated": "the crown"}]
    members = {"title": "T", "kind": "CALL", "date": "2020", "mergedInto": "m1"}
    await write(stored, record("meetings", "m9", participations=present, **members))
    await write(stored, article("a9", publisher="crown", mergedInto="a2"))
    assert await lacks(stored) == {
        "meetings/m9": "m1, in which it lives on, lacks: participations (crown)"
    }


async def test_a_follow_up_of_what_was_retracted_is_told(stored: Database) -> None:
    async def told() -> list[tuple[str, str]]:
        found = [f async for f in report(stored) if isinstance(f, Found)]
        return [(f.key, f.message) for f in found if f.finding is Finding.TARGET_RETRACTED]

    assert await told() == []
    await write(stored, commitment("c1", curation="RETRACTED"))
    message = "c1 was retracted; retract it as well, or say what else it followed up"
    assert await told() == [(key, message) for key in ("f1", "f2", "f3")]
    gone = [
        follow_up("f1", curation="RETRACTED"),
        follow_up("f2", kind="CHALLENGED", on="2021-05-10", curation="RETRACTED"),
        follow_up("f3", kind="ANSWERED", on="2021-05-20", answers="f2", curation="RETRACTED"),
    ]
    await write(stored, *gone)
    assert await told() == []
