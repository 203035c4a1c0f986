"""Merges and their undoing, and going back to earlier versions."""

from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.mongodb.documents import content
from store.viewers import ANONYMOUS
from store.writes.rebuild import differences
from tests.schema.commands.conftest import ADMIN, EDITOR, PROPOSER, Writing, find_broken
from tests.store.samples import commitment, party, write
from tests.tiers import examples

REASON = {"reason": "They are one."}
PARTIES = {"noun": "PARTIES", **REASON}


async def said(writing: Writing, noun: str = "parties") -> dict[str, Any]:
    """What every record of a noun says, and what is derived of it."""
    found = await writing.database.find(noun, {})
    return {d["_id"]: (content(d), d["derived"]) for d in found}


async def test_merge_leads_to_the_survivor_and_back(writing: Writing) -> None:
    await write(
        writing.database, party("telno2", country="CC"), commitment("c3", addressees=["telno2"])
    )
    before = {noun: await said(writing, noun) for noun in ("parties", "commitments")}
    payload = await writing.do(
        "mergeRecords",
        "record { key } lacking written { key change { kind why } }",
        keys=["telno2"],
        into="telno",
        **PARTIES,
    )
    assert payload["record"] == {"key": "telno"}
    assert payload["written"] == [
        {"key": "telno2", "change": {"kind": "MERGED", "why": "They are one."}}
    ]
    assert await find_broken(writing.database) == []
    await writing.do("unmergeRecord", key="telno2", **PARTIES)
    assert before == {noun: await said(writing, noun) for noun in ("parties", "commitments")}


async def test_preview_says_what_the_survivor_lacks(writing: Writing) -> None:
    await write(writing.database, party("telno2", note="Once larger."))
    before = await writing.dump()
    payload = await writing.do(
        "mergeRecords", "lacking", dryRun=True, keys=["telno2"], into="telno", **PARTIES
    )
    assert payload["lacking"] == ["telno2: note"]
    assert await writing.dump() == before


async def test_merge_needs_a_reason(writing: Writing) -> None:
    found = await writing.refuse("mergeRecords", noun="PARTIES", keys=["gov"], into="office")
    assert found == [("REASON_MISSING", "input.reason")]


async def test_no_circle_and_no_chain(writing: Writing) -> None:
    await write(writing.database, party("p1"), party("p2"), party("p3"))
    await writing.do("mergeRecords", keys=["p1"], into="p2", **PARTIES)
    assert await writing.refuse("mergeRecords", keys=["p2"], into="p1", **PARTIES) != []
    assert await writing.refuse("mergeRecords", keys=["p3"], into="p3", **PARTIES) != []
    assert await writing.refuse("mergeRecords", keys=["p3"], into="p1", **PARTIES) == [
        ("INVALID", "input.keys[0].mergedInto")
    ]
    assert await writing.refuse("mergeRecords", keys=["p1"], into="p3", **PARTIES) == [
        ("WRONG_STAGE", "input.keys[0]")
    ]
    assert await writing.refuse("mergeRecords", keys=["ann"], into="p3", **PARTIES) == [
        ("INVALID", "input.keys[0].mergedInto")
    ]


async def test_what_was_merged_into_the_merged_goes_with_it_and_back(writing: Writing) -> None:
    await write(writing.database, party("p1"), party("p2"), party("p3"), party("p4"))
    await writing.do("mergeRecords", keys=["p1"], into="p2", **PARTIES)
    before = await said(writing)
    await writing.do("mergeRecords", keys=["p2"], into="p3", **PARTIES)
    assert (await writing.document("parties", "p1"))["mergedInto"] == "p3"
    # Another merge into the survivor meanwhile is not taken back with it.
    await writing.do("mergeRecords", keys=["p4"], into="p3", **PARTIES)
    payload = await writing.do("unmergeRecord", "written { key }", key="p2", **PARTIES)
    assert sorted(w["key"] for w in payload["written"]) == ["p1", "p2"]
    await writing.do("unmergeRecord", key="p4", **PARTIES)
    assert await said(writing) == before


async def test_unmerge_keeps_later_edits_of_both(writing: Writing) -> None:
    await write(writing.database, party("p1"), party("p2"))
    await writing.do("mergeRecords", keys=["p1"], into="p2", **PARTIES)
    await writing.do("updateParty", key="p1", country="AA")
    await writing.do("updateParty", key="p2", country="BB")
    await writing.do("unmergeRecord", key="p1", **PARTIES)
    found = await said(writing)
    assert found["p1"][0] == content(await writing.document("parties", "p1"))
    assert (found["p1"][0]["country"], found["p2"][0]["country"]) == ("AA", "BB")
    assert [d async for d in differences(writing.database) if not isinstance(d, int)] == []


async def test_only_an_admin_merges_several(writing: Writing) -> None:
    await write(writing.database, party("p1"), party("p2"))
    query = "mutation ($input: MergeRecordsInput!) { mergeRecords(input: $input) { dataVersion } }"
    asked = {"keys": ["p1", "p2"], "into": "telno", **PARTIES}
    body = await writing.execute(query, EDITOR, input=asked)
    assert [e["extensions"]["code"] for e in body["errors"]] == ["FORBIDDEN"]
    await writing.do("mergeRecords", "dataVersion", ADMIN, **asked)


async def test_merge_of_commitments_tells_of_statuses(writing: Writing) -> None:
    await write(writing.database, commitment("c3"))
    payload = await writing.do(
        "mergeRecords",
        "effects { trackable { key } before after }",
        noun="COMMITMENTS",
        keys=["c3"],
        into="c1",
        **REASON,
    )
    assert payload["effects"] == [
        {"trackable": {"key": "c1"}, "before": "NO_FOLLOW_UP", "after": None}
    ]


# --- Versions ------------------------------------------------------------------------------------


async def test_each_version_says_what_the_record_said(writing: Writing) -> None:
    await writing.do("updateParty", key="telno", name="Telno plc", country=None)
    query = '{ changes(filter: {record: {eq: "telno"}}) { nodes { kind content } } }'
    first, second = (await writing.execute(query, PROPOSER))["data"]["changes"]["nodes"]
    before, after = orjson.loads(first["content"]), orjson.loads(second["content"])
    assert (before["name"], before["country"]) == ("Telno", "BB")
    assert (after["name"], "country" in after) == ("Telno plc", False)
    # What a version says can be written again as it stands.
    record = orjson.dumps({"noun": "parties", **before}).decode()
    await writing.do("applyRecords", "written { key }", records=record)
    assert (await writing.document("parties", "telno"))["name"] == "Telno"
    seen = (await writing.execute(query, ANONYMOUS))["data"]["changes"]["nodes"]
    assert [change["content"] for change in seen] == [None, None, None]


# --- Reverts -------------------------------------------------------------------------------------


async def test_revert_goes_back_and_is_a_version_of_its_own(writing: Writing) -> None:
    before = await writing.document("parties", "telno")
    await writing.do("updateParty", key="telno", name="Telno plc", country=None)
    given = {"noun": "PARTIES", "key": "telno", "reason": "A slip."}
    payload = await writing.do("revertRecord", "record { version key }", version=1, **given)
    assert payload["record"]["version"] == 3
    after = await writing.document("parties", "telno")
    assert content(after) == content(before) and after["derived"] == before["derived"]
    assert await writing.refuse("revertRecord", version=4, **given) == [
        ("INVALID", "input.version")
    ]
    assert await writing.refuse("revertRecord", version=0, **given) == [
        ("INVALID", "input.version")
    ]


async def test_revert_leaves_the_stage_of_review(writing: Writing) -> None:
    record = [{"noun": "PARTIES", "key": "telno"}]
    await writing.do("updateParty", key="telno", country="CC")
    await writing.do("review", action="RETRACT", records=record, reason="Wrong.")
    await writing.do("revertRecord", noun="PARTIES", key="telno", version=1, reason="Back.")
    after = await writing.document("parties", "telno")
    assert (after["curation"], after["country"]) == ("RETRACTED", "BB")


TEXTS = st.text("abc é", min_size=1, max_size=8).filter(str.strip)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXTS,
        "gist": TEXTS,
        "topics": st.lists(st.sampled_from(["a", "b/c"]), max_size=2) | st.none(),
        "addressees": st.lists(st.sampled_from(["gov", "office"]), max_size=2) | st.none(),
        "madeAt": st.sampled_from(["m1"]) | st.none(),
        "dueOn": st.sampled_from(["2022", "2023-05?"]).map(lambda d: {"edtf": d}) | st.none(),
        "verifiable": st.booleans(),
        "test": TEXTS | st.none(),
    },
)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, min_size=1, max_size=3))
async def test_updates_then_revert_give_the_record_before(
    writing: Writing, changes: list[dict[str, Any]]
) -> None:
    before = await writing.document("commitments", "c2")
    for change in changes:
        await writing.do("updateCommitment", key="c2", **change)
    version = before["version"]
    await writing.do("revertRecord", noun="COMMITMENTS", key="c2", version=version, reason="Back.")
    after = await writing.document("commitments", "c2")
    assert content(after) == content(before)
    assert after["derived"] == before["derived"]
