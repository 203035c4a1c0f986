"""Commands that meet: nothing is lost, and nobody is told what was not so."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.mongodb.documents import content
from store.mongodb.driver import Database, Session
from store.reads.reader import Reader
from store.writes.rebuild import differences
from store.writes.writer import Draft, Writer
from tests.schema.commands.conftest import EDITOR, OTHER, Writing
from tests.store.samples import TESTER, party, record, write
from tests.tiers import examples


async def test_of_many_who_expect_a_version_one_writes(writing: Writing) -> None:
    payloads = await asyncio.gather(
        *(
            writing.send("updateParty", "dataVersion", key="telno", note=f"{n}", expectedVersion=1)
            for n in range(10)
        )
    )
    codes = [[e["code"] for e in payload["userErrors"]] for payload in payloads]
    assert sorted(codes) == [[], *[["VERSION_CONFLICT"]] * 9]
    assert (await writing.document("parties", "telno"))["version"] == 2


async def test_dry_runs_do_not_count_while_others_write(writing: Writing) -> None:
    await asyncio.gather(
        *(
            writing.do(
                "updateParty", "record { note }", key="telno", note=f"{n}", dryRun=n % 2 == 0
            )
            for n in range(10)
        )
    )
    document = await writing.document("parties", "telno")
    assert document["version"] == 6 and int(document["note"]) % 2 == 1


async def test_reader_within_sees_what_is_not_committed(database: Database) -> None:
    class Undone(Exception):
        pass

    async def work(session: Session) -> None:
        await Writer(database).write_within(session, [Draft(party("p1"))], TESTER)
        inside = Reader(database).within(session)
        found = await asyncio.gather(*(inside.find_documents("parties", ["p1"]) for _ in range(5)))
        assert all("p1" in one for one in found)
        assert await Reader(database).find_documents("parties", ["p1"]) == {}
        raise Undone

    with pytest.raises(Undone):
        await database.transaction(work)
    assert await Reader(database).find_documents("parties", ["p1"]) == {}


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2"]),
        st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["One", "Two"]),
                "country": st.sampled_from(["AA", "BB"]) | st.none(),
                "note": st.sampled_from(["N"]) | st.none(),
            },
        ),
    ),
    max_size=4,
)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
async def test_unmerge_gives_what_the_edits_alone_would(
    writing: Writing, edits: list[tuple[str, dict[str, str | None]]]
) -> None:
    """Both are edited while they are one: afterwards each is as if they had never been."""
    first, second = "p1", "p2"
    if not await writing.database.find("parties", {"_id": first}):
        member = [{"organization": first}]
        people = record("parties", "bob", kind="PERSON", name="Bob", memberships=member)
        await write(writing.database, party(first), party(second), people)
    merging = {"noun": "PARTIES", "reason": "One."}
    await writing.do("mergeRecords", "dataVersion", EDITOR, keys=[first], into=second, **merging)
    for key, edit in edits:
        await writing.do("updateParty", "dataVersion", OTHER, key=key, **edit)
    edited = {k: content(await writing.document("parties", k)) for k in (first, second)}
    await writing.do("unmergeRecord", "dataVersion", EDITOR, key=first, **merging)
    after = {k: content(await writing.document("parties", k)) for k in (first, second)}
    del edited[first]["mergedInto"]
    assert after == edited
    assert [d async for d in differences(writing.database) if not isinstance(d, int)] == []
