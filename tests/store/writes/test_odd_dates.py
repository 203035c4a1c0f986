"""Dates that cannot be true, as they come in, as they change, and as `check` tells of them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.bundles.importing import BundleRefused, import_bundle
from store.mongodb.driver import Database
from store.records.base import Record
from store.records.contradictions import CLOCKS_DIFFER
from store.writes.quality import Finding, Found, report
from store.writes.writer import Draft, Writer, WriteRefused
from tests.store.samples import (
    NOON,
    TESTER,
    article,
    assessment,
    changed,
    commitment,
    follow_up,
    store,
    write,
)


async def refused(database: Database, *records: Record) -> set[tuple[str, str]]:
    with pytest.raises(WriteRefused) as found:
        writer = Writer(database, clock=lambda: NOON)
        await writer.write([Draft(r) for r in records], TESTER)
    return {(refusal.key, p.path) for refusal in found.value.refusals for p in refusal.problems}


async def told(database: Database, finding: Finding) -> set[tuple[str, str]]:
    found = [item async for item in report(database) if isinstance(item, Found)]
    return {(item.key, item.message.split(":")[0]) for item in found if item.finding is finding}


@pytest.mark.parametrize("member", ["recordedAt", "createdAt", "updatedAt"])
async def test_nothing_was_recorded_in_the_future(
    database: Database, tmp_path: Path, member: str
) -> None:
    bundle = tmp_path / "parties.jsonl"

    async def load(moment: datetime) -> None:
        given = {"key": "p", "kind": "COMPANY", "name": "P", member: moment.isoformat()}
        bundle.write_text(json.dumps(given))
        await import_bundle(database, [bundle], TESTER)

    with pytest.raises(BundleRefused, match=rf"parties/p {member}: .* is yet to come"):
        await load(datetime.now(UTC) + 2 * CLOCKS_DIFFER)
    assert await database.find("parties", {}) == []
    # A server whose clock is a little ahead of this one's.
    await load(datetime.now(UTC) + CLOCKS_DIFFER / 2)
    assert await told(database, Finding.BROKEN_RULE) == set()


async def test_check_tells_what_an_older_program_took(database: Database) -> None:
    await write(database, *store())
    ahead = (datetime.now(UTC) + timedelta(days=1000)).isoformat()
    await write(database, article("a9", recordedAt=ahead))
    assert await told(database, Finding.BROKEN_RULE) == {("a9", "recordedAt")}


async def test_check_tells_dates_that_are_odd(database: Database) -> None:
    await write(
        database,
        *store(),
        article("b1", datePublished="3024"),
        article("b2", datePublished="1403-05-01"),
        article("b3", datePublished="1403-05-01", curation="REJECTED"),
        commitment("c9", madeOn="2020-01-11"),
    )
    odd = {("b1", "datePublished"), ("b2", "datePublished"), ("c9", "madeOn")}
    assert await told(database, Finding.ODD_DATE) == odd
    assert await told(database, Finding.BROKEN_RULE) == set()


async def test_check_tells_what_was_said_at_a_meeting_that_was_not_held(
    database: Database,
) -> None:
    meeting = next(r for r in store() if r.key == "m1")
    others = [r for r in store() if r.key != "m1"]
    await write(database, *others, changed(meeting, state="CANCELLED"))
    assert await told(database, Finding.ODD_DATE) == {(key, "madeOn") for key in ("c1", "c2", "r1")}


async def test_a_change_may_not_make_a_contradiction_of_what_rests_on_it(
    database: Database,
) -> None:
    await write(database, *store())
    promise = commitment("c1", madeOn="2024")
    # Its three follow-ups and its assessment were before.
    assert await refused(database, promise) == {
        *((key, "occurredOn") for key in ("f1", "f2", "f3")),
        ("s1", "effectiveOn"),
    }
    report = next(r for r in store() if r.key == "a1")
    published = await refused(database, changed(report, datePublished="2019"))
    assert published == {("c1", "madeOn"), ("c2", "madeOn"), ("r1", "madeOn")}


async def test_what_has_not_happened_is_not_recorded(database: Database) -> None:
    await write(database, *store())
    assert await refused(database, follow_up("f9", on="2999-01-01")) == {("f9", "occurredOn")}
    await write(database, follow_up("f9", on="2999-01-01", curation="REJECTED"))
    await write(database, assessment("s9", "c2", effectiveOn="2999-01-01"))
