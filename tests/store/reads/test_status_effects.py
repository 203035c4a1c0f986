"""Which changes made a status another: as the write itself told, alone and all together."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from store.mongodb.collections import CHANGES
from store.mongodb.driver import Database, UpdateOne
from store.reads.reader import Reader
from store.reads.status_effects import StatusEffect, find_status_effects
from store.records.base import Record
from store.viewers import Sight
from store.writes.writer import Author, Draft, Receipt, Writer
from tests.store import samples

WRITING = Author(by="tests")

PROPOSED = samples.follow_up("f4", "c2", on="2021-06-01", curation="PROPOSED")
ACCEPTED = samples.changed(PROPOSED, curation="ACCEPTED")
DONE = samples.follow_up("f5", "c2", kind="FULFILLED", on="2021-07-01")
JUDGED = samples.assessment("s2", "c2")

STEPS: Sequence[tuple[str, Record, tuple[str | None, str | None] | None]] = [
    ("a proposal counts for nothing", PROPOSED, None),
    ("it is accepted", ACCEPTED, ("NO_FOLLOW_UP", "IN_PROGRESS")),
    ("another word of it is mended", samples.changed(ACCEPTED, rationale="So."), None),
    ("more is done", DONE, ("IN_PROGRESS", "FULFILLED")),
    (
        "its kind was wrong",
        samples.changed(DONE, kind="STALLED"),
        ("FULFILLED", "STALLED"),
    ),
    ("an editor judges", JUDGED, ("STALLED", "BROKEN")),
    (
        "and withdraws",
        samples.changed(JUDGED, withdrawnAt=datetime(2023, 6, 1, tzinfo=UTC)),
        ("BROKEN", "STALLED"),
    ),
    ("it is retracted", samples.changed(DONE, curation="RETRACTED"), ("STALLED", "IN_PROGRESS")),
    (
        "it was about another",
        samples.changed(ACCEPTED, target="c1", kind="BROKEN"),
        ("IN_PROGRESS", "NO_FOLLOW_UP"),
    ),
    (
        "nothing could show it",
        samples.commitment("c2", verifiable=False),
        ("NO_FOLLOW_UP", "NOT_TRACKABLE"),
    ),
    (
        "the commitment itself is retracted",
        samples.commitment("c2", verifiable=False, curation="RETRACTED"),
        ("NOT_TRACKABLE", None),
    ),
]


async def fill(database: Database, *more: Record) -> None:
    """The small store, in which `c2` can be fulfilled."""
    rest = [record for record in samples.store() if record.key != "c2"]
    await samples.write(database, *rest, samples.commitment("c2"), *more)


async def write_steps(database: Database) -> list[Receipt]:
    """The small store, then one write for each step, a day apart."""
    await fill(database)
    receipts = []
    for number, (_, record, _) in enumerate(STEPS):
        now = samples.NOON + timedelta(days=number + 1)
        writer = Writer(database, clock=lambda now=now: now)
        receipts.append(await writer.write([Draft(record)], WRITING))
    return receipts


def shortened(effects: Sequence[StatusEffect]) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (
            one.noun,
            one.key,
            str(one.before.value) if one.before else None,
            str(one.after.value) if one.after else None,
        )
        for one in effects
    ]


async def test_effects_are_those_that_the_writes_told(database: Database) -> None:
    receipts = await write_steps(database)
    ids = [next(iter(receipt.changes.values())) for receipt in receipts]
    reader = Reader(database, Sight.ALL)
    found = await find_status_effects(reader, ids)
    for (name, record, expected), receipt, id_ in zip(STEPS, receipts, ids, strict=True):
        told = [(e.noun, e.key, e.before, e.after) for e in receipt.effects]
        assert shortened(found.get(id_, [])) == told, name
        of_c2 = [(before, after) for _, key, before, after in told if key == "c2"]
        assert of_c2 == ([expected] if expected else []), (name, record.key)


async def test_effects_of_the_last_change_need_no_other(database: Database) -> None:
    await fill(database)
    for number, (name, record, _) in enumerate(STEPS):
        now = samples.NOON + timedelta(days=number + 1)
        receipt = await Writer(database, clock=lambda now=now: now).write([Draft(record)], WRITING)
        (id_,) = receipt.changes.values()
        found = await find_status_effects(Reader(database, Sight.ALL), [id_])
        told = [(e.noun, e.key, e.before, e.after) for e in receipt.effects]
        assert shortened(found.get(id_, [])) == told, name


async def test_of_a_write_of_several_each_change_counts_after_those_before_it(
    database: Database,
) -> None:
    await fill(database)
    done = samples.follow_up("f6", "c2", kind="FULFILLED", on="2021-08-01")
    begun = samples.follow_up("f5", "c2", on="2021-07-01")
    receipt = await Writer(database).write([Draft(begun), Draft(done)], WRITING)
    found = await find_status_effects(Reader(database), [*receipt.changes.values()])
    told = {at: shortened(found.get(id_, [])) for at, id_ in receipt.changes.items()}
    assert told == {
        ("follow_ups", "f5"): [("commitments", "c2", "NO_FOLLOW_UP", "IN_PROGRESS")],
        ("follow_ups", "f6"): [("commitments", "c2", "IN_PROGRESS", "FULFILLED")],
    }


async def test_what_an_earlier_program_wrote_keeps_nothing_else_from_being_told(
    database: Database,
) -> None:
    await fill(database)
    first, second = samples.follow_up("f5", "c2"), samples.follow_up("f6", "c1", kind="STALLED")
    receipt = await Writer(database).write([Draft(first), Draft(second)], WRITING)
    old = receipt.changes["follow_ups", "f5"]
    forgotten = {"$set": {"after.formerMember": 1}}
    await database.write(CHANGES, [UpdateOne({"_id": old}, forgotten)], validated=False)
    found = await find_status_effects(Reader(database), [*receipt.changes.values()])
    assert old not in found


async def test_readers_are_told_of_what_they_see_alone(database: Database) -> None:
    hidden = samples.commitment("c9", curation="PROPOSED")
    following = samples.follow_up("f9", "c9", curation="PROPOSED")
    await fill(database, hidden)
    receipt = await Writer(database).write([Draft(following)], WRITING)
    assert await find_status_effects(Reader(database), [*receipt.changes.values()]) == {}


async def test_what_was_merged_is_told_of_as_what_it_lives_on_in(database: Database) -> None:
    twin = samples.commitment("c3")
    await fill(database, twin)
    await samples.write(database, samples.changed(twin, mergedInto="c2"))
    receipt = await Writer(database).write([Draft(samples.follow_up("f5", "c3"))], WRITING)
    found = await find_status_effects(Reader(database), [*receipt.changes.values()])
    (effects,) = found.values()
    assert shortened(effects) == [("commitments", "c2", "NO_FOLLOW_UP", "IN_PROGRESS")]
    assert effects[0].after is not None and effects[0].after.verification == "SELF_REPORTED"
