"""A store of an earlier layout says afterwards what this program makes of the same records."""

from hashlib import sha256
from typing import Any, TypeAlias

import pytest

from store import layout
from store.mongodb.documents import Unreadable
from store.mongodb.driver import Database, UpdateOne
from store.records.commitments import Commitment
from store.records.parties import Party
from store.writes.quality import Finding, Found, report
from store.writes.rebuild import differences
from store.writes.restate import restate
from tests.store.samples import article, commitment, contents, follow_up, party, store, write

Stored: TypeAlias = tuple[str, str, dict[str, Any]]
"""A noun, a key, and members."""


async def test_a_store_of_version_5_is_brought_to_what_is_written_now(database: Database) -> None:
    day = "2021-05-03/2021-05-03"
    last = [commitment("c9", topics=["net", "help"]), follow_up("f8", on=day)]
    last.append(follow_up("f9", "c2", on="2021-06-01/.."))
    await write(database, *store(), *last)
    right = await contents(database, ignoring=("meta",))
    older = {
        ("follow_ups", "f8"): {"occurredOn.precision": "INTERVAL"},
        ("commitments", "c9"): {"topics": ["net", "help", "net"]},
        # What was open never counted.
        ("commitments", "c2"): {"derived.edges.0.latest": "9999-99-99", "derived.segments": []},
    }
    for (noun, key), members in older.items():
        await database.write(noun, [UpdateOne({"_id": key}, {"$set": members})])
    await database.write("commitments", [UpdateOne({}, {"$unset": {"derived.madeBy": ""}})])
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 5}})])
    await layout.prepare(database)
    assert await contents(database, ignoring=("meta",)) == right
    assert [found async for found in differences(database) if not isinstance(found, int)] == []


async def test_restating_what_is_up_to_date_changes_nothing(database: Database) -> None:
    await write(database, *store())
    before = await contents(database)
    await restate(database)
    await restate(database)
    assert await contents(database) == before


async def stored_by_an_earlier_program(database: Database, *records: Stored) -> None:
    """Sets members as a program of layout version 5 could, which knew no bounds."""
    for noun, key, members in records:
        await database.command({"collMod": noun, "validator": {}})
        await database.write(noun, [UpdateOne({"_id": key}, {"$set": members})])
    await database.write("commitments", [UpdateOne({}, {"$unset": {"derived.madeBy": ""}})])
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 5}})])


async def test_a_record_that_is_too_long_now_is_kept_and_derived_and_told(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    long = article("a9", text="word " * 5_000)
    await write(database, *store(), long, commitment("c9"))
    topics = [f"t{i}" for i in range(120)]
    names = [{"value": "N" * 1_200, "kind": "ALIAS"}]
    whole = {"article": "a9", "mode": "PARAPHRASE", "selector": {"start": 0, "end": 24_999}}
    whole["selector"]["exactSha256"] = sha256(("word " * 5_000)[:24_999].encode()).hexdigest()
    await stored_by_an_earlier_program(
        database,
        ("parties", "telno", {"name": "T" * 1_500, "names": names}),
        ("commitments", "c1", {"topics": topics}),
        ("commitments", "c9", {"evidence": [whole]}),
    )
    await layout.prepare(database)
    assert f"layout version 5 and is brought to {layout.VERSION}" in caplog.text
    assert [found async for found in differences(database) if not isinstance(found, int)] == []
    found = [f async for f in report(database) if isinstance(f, Found)]
    assert {(f.key, f.message) for f in found if f.finding is Finding.BROKEN_RULE} == {
        ("telno", "name: has 1,500 characters, at most 1,000; shorten it and import the record"),
        ("telno", "names[0].value: has 1,200 characters, at most 1,000; shorten it and import the "
         "record"),
        ("c1", "topics: has 120 items, at most 100; shorten it and import the record"),
        ("c9", "evidence[0].selector: spans 24,999 characters, at most 20,000; point at the "
         "sentences that matter, each with evidence of its own"),
    }  # fmt: skip
    # What names it is written as ever, and it is itself once it is short enough.
    await write(database, follow_up("f8", "c1", on="2021-06-01"))
    await write(database, party("telno"))
    assert [found async for found in differences(database) if not isinstance(found, int)] == []
    (stored,) = await database.find("commitments", {"_id": "c1"})
    assert stored["topics"] == topics


async def test_what_is_no_record_at_all_is_told_with_its_name(database: Database) -> None:
    await write(database, *store())
    await stored_by_an_earlier_program(database, ("parties", "telno", {"kind": "NOBODY"}))
    with pytest.raises(Unreadable, match=r"parties/telno is no record .* kind: .*mongosh"):
        await layout.prepare(database)
    assert await layout.load_layout_version(database) == 5


def test_a_thing_said_twice_is_kept_once() -> None:
    promisor = {"party": "telno", "attribution": "SELF_QUOTED"}
    others: list[Any] = [promisor, {**promisor, "attribution": "HEADLINE_ONLY"}, promisor]
    found = commitment(
        "c", promisors=others, topics=["b", "a", "b"], addressees=["x", "y", "x"],
        beneficiaries=["z", "z"],
    )  # fmt: skip
    assert isinstance(found, Commitment)
    assert [str(p.attribution) for p in found.promisors] == ["SELF_QUOTED", "HEADLINE_ONLY"]
    assert (found.topics, found.addressees) == (("b", "a"), ("x", "y"))
    assert found.beneficiaries == ("z",)
    number = {"scheme": "wikidata", "value": "Q1"}
    body = party("p", identifiers=[number, number])
    assert isinstance(body, Party) and len(body.identifiers) == 1
