"""A store of an earlier layout says afterwards what this program makes of the same records."""

from typing import Any

from store import layout
from store.mongo import Database, UpdateOne
from store.rebuilding import differences
from store.records.commitments import Commitment
from store.records.parties import Party
from store.restating import restate
from tests.store.samples import commitment, contents, follow_up, party, store, write


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


async def test_what_is_as_it_would_be_written_is_left_alone(database: Database) -> None:
    await write(database, *store())
    before = await contents(database)
    await restate(database)
    await restate(database)
    assert await contents(database) == before


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
