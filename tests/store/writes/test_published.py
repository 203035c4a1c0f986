"""What is accepted names only what readers know of; what they know of is never hidden from them
without a word.
"""

from collections.abc import Sequence

import pytest

from store.mongodb.driver import Database, UpdateOne
from store.records.base import Record
from store.writes.quality import Finding, Found, report
from store.writes.rebuild import rebuild
from store.writes.writer import WriteRefused
from tests.store.samples import (
    LATER,
    PROMISED,
    article,
    changed,
    commitment,
    evidence,
    follow_up,
    party,
    store,
    write,
)

HIDDEN = ("PROPOSED", "IN_REVIEW", "REJECTED")


async def refused(database: Database, *records: Record) -> dict[str, list[tuple[str, str]]]:
    """Path and message of each problem, by record."""
    with pytest.raises(WriteRefused) as told:
        await write(database, *records)
    return {
        f"{refusal.noun}/{refusal.key}": [(p.path, p.message) for p in refusal.problems]
        for refusal in told.value.refusals
    }


@pytest.fixture
async def stored(database: Database) -> Database:
    """The sample store."""
    await write(database, *store())
    return database


@pytest.mark.parametrize("state", HIDDEN)
async def test_what_is_accepted_names_nothing_that_is_hidden(stored: Database, state: str) -> None:
    await write(stored, party("new", curation=state))
    told = await refused(stored, commitment("c9", addressees=["office", "new"]))
    ((path, message),) = told["commitments/c9"]
    assert path == "addressees[1]"
    assert message.startswith(f"new is {state}, and readers would see that it is named; accept it")
    # What is hidden itself may name it, and so may both when they are accepted together.
    await write(stored, commitment("c9", addressees=["new"], curation=state))
    await write(stored, party("new"), commitment("c9", addressees=["new"]))


async def test_what_is_accepted_may_name_what_is_retracted(stored: Database) -> None:
    await write(stored, party("gone", curation="RETRACTED"))
    await write(stored, commitment("c9", addressees=["gone"]))


@pytest.mark.parametrize("state", HIDDEN)
async def test_what_an_accepted_record_names_is_retracted_and_not_hidden(
    stored: Database, state: str
) -> None:
    told = await refused(stored, commitment("c1", curation=state))
    ((path, message),) = told["commitments/c1"]
    assert path == "curation" and "ACCEPTED and names it" in message and "retract it" in message
    await write(stored, commitment("c1", curation="RETRACTED"))


async def test_it_can_be_hidden_together_with_all_that_names_it(stored: Database) -> None:
    await write(stored, party("p1"), commitment("c9", addressees=["p1"]))
    await refused(stored, party("p1", curation="PROPOSED"))
    await write(
        stored,
        party("p1", curation="PROPOSED"),
        commitment("c9", addressees=["p1"], curation="PROPOSED"),
    )


@pytest.mark.parametrize("state", HIDDEN)
async def test_what_is_retracted_stays_a_notice_or_is_accepted_again(
    stored: Database, state: str
) -> None:
    await write(stored, party("p1", curation="RETRACTED"))
    told = await refused(stored, party("p1", curation=state))
    assert "for ever" in told["parties/p1"][0][1]
    await write(stored, party("p1"))


async def words_of(database: Database) -> list[str | None]:
    rows: Sequence[dict] = await database.find("follow_ups", {"_id": {"$in": ["f1", "f2"]}})
    return [e["selector"].get("exact") for row in rows for e in row["evidence"]]


async def test_the_words_of_a_retracted_article_leave_the_evidence_and_come_back(
    stored: Database,
) -> None:
    before = await words_of(stored)
    assert None not in before
    whole = article("a2", datePublished="2021-06-01/..", publisher="gov")
    await write(stored, changed(whole, curation="RETRACTED"))
    assert await words_of(stored) == [None, None]
    (row,) = await stored.find("commitments", {"_id": "c1"}, fields={"derived.articles": 1})
    assert row["derived"]["articles"] == ["a1"]
    await write(stored, whole)
    assert await words_of(stored) == before


async def test_what_is_derived_of_an_accepted_record_forgets_what_is_retracted(
    stored: Database,
) -> None:
    office = party("office", "REGULATOR", country="AA", parent="gov")
    await write(stored, changed(office, curation="RETRACTED"))
    (row,) = await stored.find("commitments", {"_id": "c1"})
    assert "office" not in {role["party"] for role in row["derived"]["roles"]}
    (entry,) = await stored.find("entries", {"_id": "commitments:c1"})
    assert "office" not in entry["parties"] and "office" not in " ".join(entry["related"])
    await write(stored, office)
    (again,) = await stored.find("entries", {"_id": "commitments:c1"})
    assert "office" in again["parties"]


async def test_check_tells_what_a_store_of_before_holds(stored: Database) -> None:
    await write(stored, party("new", curation="PROPOSED"))
    await write(stored, follow_up("f9", evidence=[evidence("a2", LATER)]))
    await stored.write("commitments", [UpdateOne({"_id": "c2"}, {"$set": {"addressees": ["new"]}})])
    await stored.write("articles", [UpdateOne({"_id": "a2"}, {"$set": {"curation": "RETRACTED"}})])
    found = [one async for one in report(stored) if isinstance(one, Found)]
    broken = {(one.key, one.message) for one in found if one.finding is Finding.BROKEN_RULE}
    assert any(key == "c2" and "new is PROPOSED" in message for key, message in broken)
    assert any(key == "f9" and "words of a2" in message for key, message in broken)
    async for _ in rebuild(stored):
        pass
    (row,) = await stored.find("commitments", {"_id": "c2"})
    assert "new" not in {role["party"] for role in row["derived"]["roles"]}
    assert [e["selector"]["exact"] for e in row["evidence"]] == [PROMISED]
