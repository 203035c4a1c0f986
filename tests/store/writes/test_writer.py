"""The writer: what it does with drafts, and that a refused write leaves nothing behind."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from store.mongodb.documents import to_record
from store.mongodb.driver import CommandLog, Database, InsertOne, Refused
from store.records.base import Problem, Record
from store.writes.writer import Author, Draft, Writer, WriteRefused
from tests.store.samples import (
    NOON,
    TESTER,
    article,
    changed,
    commitment,
    contents,
    evidence,
    follow_up,
    party,
    record,
    store,
    write,
)


async def one(database: Database, collection: str, key: str) -> dict:
    (document,) = await database.find(collection, {"_id": key})
    return document


async def changes(database: Database, key: str) -> list[dict]:
    return await database.find("changes", {"record": key}, sort=[("dataVersion", 1)])


async def refusal(database: Database, *records: Record, **options) -> dict[str, list[Problem]]:
    """The problems with which a write is refused, by record; it must leave no trace."""
    before = await contents(database)
    with pytest.raises(WriteRefused) as refused:
        await write(database, *records, **options)
    assert await contents(database) == before
    return {f"{r.noun}/{r.key}": r.problems for r in refused.value.refusals}


# --- What a write does -------------------------------------------------------------------------


async def test_a_new_record_is_created_with_its_bookkeeping(database: Database) -> None:
    receipt = await write(database, party("telno"))
    assert (receipt.created, receipt.updated, receipt.unchanged) == ([("parties", "telno")], [], [])
    assert receipt.data_version == 1
    document = await one(database, "parties", "telno")
    assert document["createdAt"] == document["updatedAt"] == document["recordedAt"] == NOON
    assert document["version"] == 1
    named = {"sortedAs": "telno", "searchNames": ["telno"], "within": ["telno"], "memberOf": []}
    named |= {"posts": []}
    terms = ["within:telno", "kind:COMPANY"]
    assert document["derived"] == {"refersTo": [], "terms": terms, **named}


async def test_a_change_is_an_update_and_keeps_when_it_was_created(stored: Database) -> None:
    later = Writer(stored, clock=lambda: NOON + timedelta(days=1))
    receipt = await later.write([Draft(party("telno", note="Listed."))], TESTER)
    assert (receipt.created, receipt.updated, receipt.data_version) == (
        [],
        [("parties", "telno")],
        2,
    )
    document = await one(stored, "parties", "telno")
    assert (document["version"], document["createdAt"]) == (2, NOON)
    assert document["updatedAt"] == NOON + timedelta(days=1)
    assert document["recordedAt"] == NOON
    assert "country" not in document


async def test_what_is_already_stored_changes_nothing(stored: Database) -> None:
    before = await contents(stored)
    receipt = await write(stored, *store())
    assert (receipt.created, receipt.updated, receipt.data_version) == ([], [], 0)
    assert len(receipt.unchanged) == len(store())
    assert await contents(stored) == before


async def test_records_that_merely_rest_on_a_draft_are_not_in_the_receipt(stored: Database) -> None:
    receipt = await write(stored, commitment("c1", gist="Far lower prices."))
    assert (receipt.updated, receipt.unchanged) == ([("commitments", "c1")], [])


async def test_nothing_at_all_may_be_written(database: Database) -> None:
    assert (await write(database)).created == []


async def test_drafts_may_name_each_other_in_any_order(database: Database) -> None:
    receipt = await write(database, *reversed(store()))
    assert len(receipt.created) == len(store())


async def test_one_record_drafted_twice_is_refused(database: Database) -> None:
    problems = await refusal(database, party("telno"), party("telno", note="Other."))
    assert problems == {
        "parties/telno": [
            Problem("key", "2 drafts of one record; hand in one, or write them one by one")
        ]
    }


# --- Versions ----------------------------------------------------------------------------------


async def test_an_older_version_is_refused(stored: Database) -> None:
    await write(stored, party("telno", note="One."))
    problems = await refusal(stored, party("telno", note="Two."), expected_version=1)
    assert problems["parties/telno"][0].path == "version"
    assert "expected version 1, the store has 2" in problems["parties/telno"][0].message
    await write(stored, party("telno", note="Two."), expected_version=2)


async def test_of_two_writers_from_one_version_one_is_refused(stored: Database) -> None:
    outcomes = await asyncio.gather(
        *(write(stored, party("telno", note=note), expected_version=1) for note in "AB"),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Receipt", "WriteRefused"]
    assert len(await changes(stored, "telno")) == 2


async def test_writers_without_a_version_both_come_through(stored: Database) -> None:
    receipts = await asyncio.gather(
        *(write(stored, party("telno", note=note)) for note in "ABCD"), write(stored, party("new"))
    )
    log = await changes(stored, "telno")
    assert len(log) == 5
    # Each starts from what the one before it left: nothing is lost between them.
    assert all(a["after"] == b["before"] for a, b in pairwise(log))
    assert (await one(stored, "parties", "telno"))["version"] == 5
    assert len({receipt.data_version for receipt in receipts}) == 5


async def test_the_data_version_rises_with_every_one_of_ten_at_once(database: Database) -> None:
    receipts = await asyncio.gather(*(write(database, party(f"p{i}")) for i in range(10)))
    assert sorted(receipt.data_version for receipt in receipts) == list(range(1, 11))
    assert (await one(database, "meta", "data"))["version"] == 10
    assert (await one(database, "counters", "parties"))["total"] == 10


# --- What is refused ---------------------------------------------------------------------------


async def test_every_problem_of_every_record_is_named_with_its_path(stored: Database) -> None:
    problems = await refusal(
        stored,
        party("good"),
        party("office", "REGULATOR", parent="office", memberships=[{"organization": "nobody"}]),
        follow_up("f9", target="c2", kind="FULFILLED", on="2019", actors=["telno", "nobody"]),
    )
    paths = {key: [problem.path for problem in found] for key, found in problems.items()}
    assert paths == {
        "parties/office": ["memberships[0].organization", "parent", "parent"],
        "follow_ups/f9": ["actors[1]", "occurredOn", "kind"],
    }


async def test_the_message_is_one_line_a_record(stored: Database) -> None:
    with pytest.raises(WriteRefused, match=r"^follow_ups/f9: kind: .*\nparties/x: parent: .*$"):
        await write(
            stored, follow_up("f9", target="c2", kind="FULFILLED"), party("x", parent="nobody")
        )


CLAIMLESS = record(
    "meetings",
    "m2",
    title="T",
    kind="CALL",
    date="2020",
    claims=[{"evidence": evidence("a1", "It said so twice.")}],
)


@pytest.mark.parametrize(
    ("draft", "path", "words"),
    [
        (follow_up("f9", evidence=[evidence("a1", "It said so twice.")]), "evidence", "rest only"),
        (follow_up("f9", target="c2", kind="PARTLY_FULFILLED"), "kind", "upheld or breached"),
        (follow_up("f9", on="2020-01-09"), "occurredOn", "wholly before c1"),
        (follow_up("f9", kind="ANSWERED", answers="f1"), "answers", "nothing there to answer"),
        (follow_up("f9", "c2", "ANSWERED", answers="f2"), "answers", "follows c1, not c2"),
        (follow_up("f9", restatedAs="c1", kind="REAFFIRMED"), "restatedAs", "its own"),
        (follow_up("f9", target="nothing"), "target", "commitments or requests"),
        (follow_up("f9", targetNoun="requests"), "targetNoun", "is among commitments"),
        (commitment("r1"), "key", "requests/r1 has this key"),
        (CLAIMLESS, "claims[0]", "states a date"),
    ],
)  # fmt: skip
async def test_a_broken_rule_is_refused_with_its_path(
    stored: Database, draft: Record, path: str, words: str
) -> None:
    ((problem,),) = (await refusal(stored, draft)).values()
    assert problem.path == path
    assert words in problem.message


async def test_a_wrong_span_is_told_with_article_span_and_text(stored: Database) -> None:
    wrong = evidence("a2", "")
    wrong["selector"] = {"start": 0, "end": 5, "exact": "Talno"}
    problems = await refusal(stored, follow_up("f1", evidence=[wrong]))
    assert problems["follow_ups/f1"] == [
        Problem("evidence[0].selector", "article a2: span [0,5) holds 'Telno', expected 'Talno'")
    ]


async def test_a_text_may_not_change_under_the_spans_in_it(stored: Database) -> None:
    problems = await refusal(stored, article("a2", text="Another text. The office was pleased."))
    assert set(problems) == {"follow_ups/f1", "follow_ups/f2", "follow_ups/f3"}
    assert problems["follow_ups/f1"][0].path == "evidence[0].selector"
    assert "expected 'Telno lowered its prices" in problems["follow_ups/f1"][0].message


async def test_a_text_may_change_together_with_the_spans(stored: Database) -> None:
    text = "In May 2021 the prices fell. " + str((await one(stored, "articles", "a2"))["text"])
    moved = [
        follow_up("f1"),
        follow_up("f2", kind="CHALLENGED", on="2021-05-10", actors=["office"]),
        follow_up("f3", kind="ANSWERED", on="2021-05-20", answers="f2"),
    ]
    receipt = await write(stored, article("a2", text=text, publisher="gov"), *moved)
    assert len(receipt.updated) == 4
    selector = (await one(stored, "follow_ups", "f1"))["evidence"][0]["selector"]
    assert text[selector["start"] : selector["end"]] == selector["exact"]


async def test_a_change_may_not_break_what_rests_on_it(stored: Database) -> None:
    await write(stored, follow_up("f4", kind="FULFILLED", on="2021-07-01"))
    problems = await refusal(stored, commitment("c1", term="STANDING"))
    assert [p.path for p in problems["follow_ups/f4"]] == ["kind"]
    problems = await refusal(stored, commitment("c1", madeOn="2022"))
    assert set(problems) == {f"follow_ups/f{n}" for n in (1, 2, 3, 4)}
    problems = await refusal(stored, follow_up("f2", kind="MENTIONED", on="2021-05-10"))
    assert [p.path for p in problems["follow_ups/f3"]] == ["answers"]


async def test_the_chain_of_parents_may_not_be_a_circle(stored: Database) -> None:
    problems = await refusal(stored, party("gov", "GOVERNMENT", parent="office"))
    assert [p.path for p in problems["parties/gov"]] == ["parent"]
    merged = party("gov", "GOVERNMENT", country="AA", mergedInto="office")
    assert [p.path for p in (await refusal(stored, merged))["parties/gov"]] == ["parent"]


async def test_a_merge_may_not_leave_a_chain_of_merges(stored: Database) -> None:
    await write(stored, commitment("c1", mergedInto="c2", madeAt=None))
    await write(stored, commitment("c3"))
    problems = await refusal(stored, commitment("c2", term="STANDING", mergedInto="c3"))
    assert [p.path for p in problems["commitments/c1"]] == ["mergedInto"]
    assert "name that one" in problems["commitments/c1"][0].message


async def test_validators_refuse_what_goes_past_the_writer(database: Database) -> None:
    for collection in ("parties", "articles", "commitments", "follow_ups", "changes"):
        with pytest.raises(Refused, match="failed validation"):
            await database.write(collection, [InsertOne({"_id": "x", "anything": 1})])
    person = {"_id": "p", "curation": "ACCEPTED", "kind": "PERSON", "name": "P"}
    await database.write("parties", [InsertOne(person)])
    for wrong in ({"kind": "KING"}, {"name": ""}, {"country": "aa"}, {"name": 3}):
        with pytest.raises(Refused, match="failed validation"):
            await database.write("parties", [InsertOne(person | {"_id": "q"} | wrong)])


# --- The log -----------------------------------------------------------------------------------


async def test_the_log_says_what_was_done_by_whom_and_why(stored: Database) -> None:
    author = Author(by="ida", why="A typing error.", correction=True)
    renamed = changed(party("telno", country="BB"), name="Telnó")
    await Writer(stored, clock=lambda: NOON).write([Draft(renamed)], author)
    created, updated = await changes(stored, "telno")
    assert (created["kind"], created["by"], created["correction"]) == ("CREATED", "tests", False)
    assert "before" not in created and "why" not in created
    assert created["changed"] == sorted(created["after"].keys() - {"_id"})
    assert (updated["kind"], updated["by"], updated["correction"]) == ("UPDATED", "ida", True)
    assert (updated["why"], updated["noun"], updated["at"]) == ("A typing error.", "parties", NOON)
    assert updated["changed"] == ["name"]
    assert updated["before"] == created["after"]
    assert updated["after"] == created["after"] | {"name": "Telnó"}
    assert updated["dataVersion"] == 2


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        (follow_up("f1", curation="RETRACTED"), "RETRACTED"),
        (follow_up("f1", curation="REJECTED"), "UPDATED"),
        (commitment("c1", mergedInto="c2"), "MERGED"),
        (follow_up("new", curation="RETRACTED"), "CREATED"),
    ],
)
async def test_each_kind_of_write_is_logged_as_such(
    stored: Database, draft: Record, kind: str
) -> None:
    await write(stored, draft)
    assert (await changes(stored, draft.key))[-1]["kind"] == kind


@pytest.mark.parametrize(
    ("first", "second", "kinds"),
    [
        (follow_up("f1", curation="RETRACTED"),
         follow_up("f1", curation="RETRACTED", confidence="LOW"),
         ["RETRACTED", "UPDATED"]),
        (commitment("c1", mergedInto="c2"),
         commitment("c1", mergedInto="c2", gist="Less."),
         ["MERGED", "UPDATED"]),
        (commitment("c1", mergedInto="c2"), commitment("c1"), ["MERGED", "UPDATED"]),
    ],
    ids=["retracted", "merged", "taken back"],
)  # fmt: skip
async def test_a_correction_of_what_was_retracted_or_merged_is_an_update(
    stored: Database, first: Record, second: Record, kinds: list[str]
) -> None:
    await write(stored, first)
    await write(stored, second)
    assert [change["kind"] for change in await changes(stored, first.key)][1:] == kinds


async def test_counters_are_right_after_each_write(stored: Database) -> None:
    async def counter() -> tuple[int, dict]:
        found = await one(stored, "counters", "follow_ups")
        return found["total"], {state: n for state, n in found["curation"].items() if n}

    assert await counter() == (3, {"ACCEPTED": 3})
    await write(stored, follow_up("f1", curation="RETRACTED"), follow_up("f4", curation="PROPOSED"))
    assert await counter() == (4, {"ACCEPTED": 2, "RETRACTED": 1, "PROPOSED": 1})
    await write(stored, follow_up("f1"), follow_up("f4"))
    assert await counter() == (4, {"ACCEPTED": 4})


async def test_to_change_one_sentence_takes_at_most_fifteen_commands(
    mongodb_url: str, database: Database
) -> None:
    await write(database, *store())
    log = CommandLog()
    watched = Database.connect(mongodb_url, database.name, log=log)
    (stored,) = await watched.find("follow_ups", {"_id": "f1"})
    log.commands.clear()
    changed = to_record("follow_ups", stored).model_copy(update={"rationale": "Looked at again."})
    receipt = await write(watched, changed)
    watched.close()
    assert receipt.updated == [("follow_ups", "f1")]
    assert len(log.commands) <= 15
