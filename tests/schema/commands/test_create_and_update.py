"""Records are created and updated: what is given, what stays, what is told of statuses."""

from datetime import timedelta
from typing import Any

from store.mongodb.driver import Database
from store.writes.commands import Desk
from tests.schema.commands.conftest import EDITOR, NOW, OTHER, PROPOSER, Writing, find_broken
from tests.store.samples import LATER, PROMISED

FULFILLED: dict[str, Any] = {
    "key": "f9",
    "target": "c1",
    "kind": "FULFILLED",
    "occurredOn": {"edtf": "2021-05-04"},
    "independence": "THIRD_PARTY",
    "confidence": "HIGH",
    "evidence": [{"article": "a2", "selector": {"exact": LATER}, "mode": "PARAPHRASE"}],
}
EFFECTS = "effects { trackable { key } before after decidedBy { key } }"


async def test_proposed_record_changes_no_status(writing: Writing) -> None:
    shown = f"record {{ key curation version }} change {{ by via kind }} pending {EFFECTS}"
    payload = await writing.do("createFollowUp", shown, PROPOSER, **FULFILLED)
    assert payload["record"] == {"key": "f9", "curation": "PROPOSED", "version": 1}
    assert payload["change"] == {"by": "Paula", "via": "TOKEN", "kind": "CREATED"}
    assert payload["effects"] == [] and payload["pending"] == 0


async def test_accepted_record_tells_what_becomes_of_statuses(writing: Writing) -> None:
    payload = await writing.do(
        "createFollowUp", EFFECTS, accept=True, **FULFILLED | {"target": "r1"}
    )
    assert payload["effects"] == [
        {
            "trackable": {"key": "r1"},
            "before": "NO_FOLLOW_UP",
            "after": "FULFILLED",
            "decidedBy": [{"key": "f9"}],
        }
    ]
    assert await find_broken(writing.database) == []


async def test_what_a_clock_ahead_recorded_can_be_changed(writing: Writing) -> None:
    right = writing.desk
    writing.desk = Desk(writing.database, two_persons=False, clock=lambda: NOW + timedelta(days=9))
    await writing.do("createParty", key="early", kind="COMPANY", name="Early")
    writing.desk = right
    changed = await writing.do("updateParty", "record { version }", key="early", country="XV")
    assert changed["record"] == {"version": 2}


async def test_one_fragment_reads_the_payloads_of_all_records(writing: Writing) -> None:
    shown = (
        "... on Payload { dataVersion } "
        "... on RecordPayload { record { key ... on Party { name } ... on FollowUp { kind } } }"
    )
    made = await writing.do("createFollowUp", shown, PROPOSER, **FULFILLED | {"key": "f10"})
    changed = await writing.do("updateParty", shown, key="office", country="XV")
    assert made["record"] == {"key": "f10", "kind": "FULFILLED"}
    assert changed["record"] == {"key": "office", "name": "Office"}
    assert made["dataVersion"] < changed["dataVersion"]


async def test_update_keeps_what_is_absent_and_empties_what_is_null(writing: Writing) -> None:
    before = await writing.document("commitments", "c1")
    await writing.do("updateCommitment", key="c1", title="Lower prices", madeAt=None)
    after = await writing.document("commitments", "c1")
    assert after["title"] == "Lower prices" and "madeAt" not in after
    assert after["version"] == before["version"] + 1
    changed = {"title", "madeAt", "version", "updatedAt", "derived"}
    assert {n: v for n, v in after.items() if n not in changed} == {
        n: v for n, v in before.items() if n not in changed
    }


async def test_update_to_what_it_says_already_writes_nothing(writing: Writing) -> None:
    before = await writing.dump()
    payload = await writing.do(
        "updateParty", "change { key } record { key }", key="telno", name="Telno"
    )
    assert payload["change"] is None and payload["record"] == {"key": "telno"}
    assert await writing.dump() == before


async def test_required_member_cannot_be_emptied(writing: Writing) -> None:
    assert await writing.refuse("updateCommitment", key="c1", title=None, gist="") == [
        ("MISSING", "input.title"),
        ("INVALID", "input.gist"),
    ]


async def test_other_version_is_a_conflict_that_says_who(writing: Writing) -> None:
    given = {"key": "telno", "expectedVersion": 1}
    await writing.do("updateParty", "dataVersion", OTHER, country="CC", **given)
    payload = await writing.send("updateParty", country="DD", **given)
    (error,) = payload["userErrors"]
    assert error["code"] == "VERSION_CONFLICT" and error["path"] == "input.expectedVersion"
    assert "has version 2, by Otto at 2025-07-09" in error["message"]


async def test_unknown_key_has_near_keys_and_names(writing: Writing) -> None:
    given = FULFILLED | {"target": "C1", "actors": ["tel"], "meeting": "m11"}
    payload = await writing.send("createFollowUp", **given)
    found = {e["path"]: (e["code"], e["suggestions"]) for e in payload["userErrors"]}
    assert found["input.target"] == ("UNKNOWN_KEY", ["c1"])
    assert found["input.meeting"] == ("UNKNOWN_KEY", ["m1"])
    assert found["input.actors[0]"] == ("UNKNOWN_KEY", ["telno"])
    payload = await writing.send("createFollowUp", **FULFILLED | {"actors": ["River Watc"]})
    assert [e["path"] for e in payload["userErrors"]] == ["input.actors[0]"]


async def test_name_in_place_of_a_key_has_the_key(writing: Writing) -> None:
    await writing.do("createParty", key="rw", kind="CIVIL_SOCIETY", name="River Watch")
    payload = await writing.send("createFollowUp", **FULFILLED | {"actors": ["River Watch!"]})
    (error,) = payload["userErrors"]
    assert (error["code"], error["suggestions"]) == ("UNKNOWN_KEY", ["rw"])


async def test_bad_date_has_dates_that_it_may_mean(writing: Writing) -> None:
    given = FULFILLED | {"occurredOn": {"edtf": "4 May 2021"}}
    payload = await writing.send("createFollowUp", **given)
    (error,) = payload["userErrors"]
    assert (error["code"], error["path"]) == ("BAD_DATE", "input.occurredOn")
    assert error["suggestions"] == ["2021-05-04"]


async def test_key_that_is_taken(writing: Writing) -> None:
    assert await writing.refuse("createFollowUp", **FULFILLED | {"key": "f1"}) == [
        ("KEY_TAKEN", "input.key")
    ]


async def test_record_without_a_key_gets_one(writing: Writing) -> None:
    given = {n: v for n, v in FULFILLED.items() if n != "key"}
    payload = await writing.do("createFollowUp", "record { key }", **given)
    assert len(payload["record"]["key"]) == 36


# --- Evidence ------------------------------------------------------------------------------------


async def create_with(writing: Writing, text: str, **selector: Any) -> Any:
    given = {"headline": "H", "datePublished": {"edtf": "2021-06-01"}, "textKind": "DIGEST"}
    await writing.do("createArticle", key="a9", text=text, **given)
    evidence = [{"article": "a9", "selector": selector, "mode": "PARAPHRASE"}]
    select = "record { evidence { excerpt selector { start end } } }"
    return await writing.send("createFollowUp", select, **FULFILLED | {"evidence": evidence})


TWICE = "It was done. He said it. It was done. She said it."


async def test_words_between_others(writing: Writing) -> None:
    payload = await create_with(writing, TWICE, exact="It was done.", suffix="She")
    found = {"excerpt": "It was done.", "selector": {"start": 25, "end": 37}}
    assert payload["record"]["evidence"] == [found]


async def test_words_by_their_occurrence(writing: Writing) -> None:
    payload = await create_with(writing, TWICE, exact="It was done.", occurrence=2)
    assert payload["record"]["evidence"][0]["selector"]["start"] == 25


async def test_offsets_alone(writing: Writing) -> None:
    payload = await create_with(writing, TWICE, start=0, end=12)
    assert payload["record"]["evidence"][0]["excerpt"] == "It was done."


async def test_words_that_stand_twice_are_shown(writing: Writing) -> None:
    payload = await create_with(writing, TWICE, exact="It was done.")
    (error,) = payload["userErrors"]
    assert error["code"] == "WORDS_STAND_TWICE"
    assert error["path"] == "input.evidence[0].selector.exact"
    assert error["suggestions"] == [
        "It was done. He said it. It was ",
        "s done. He said it. It was done. She said it.",
    ]


async def test_words_that_do_not_stand_there(writing: Writing) -> None:
    payload = await create_with(writing, TWICE, exact="It was dome.")
    (error,) = payload["userErrors"]
    assert (error["code"], error["suggestions"][0]) == ("WORDS_NOT_FOUND", "It was done.")


async def test_all_that_is_wrong_is_told_at_once(writing: Writing) -> None:
    evidence = [
        {"article": "a2", "selector": {"exact": "Not there."}, "mode": "PARAPHRASE"},
        {"article": "a2", "selector": {"start": 5, "end": 2}, "mode": "PARAPHRASE"},
    ]
    given = FULFILLED | {"evidence": evidence, "occurredOn": {"edtf": "x"}, "rationale": " "}
    found = await writing.refuse("createFollowUp", **given)
    assert found == [
        ("WORDS_NOT_FOUND", "input.evidence[0].selector.exact"),
        ("INVALID", "input.evidence[1].selector"),
        ("BAD_DATE", "input.occurredOn"),
        ("INVALID", "input.rationale"),
    ]


async def test_span_beyond_the_text(writing: Writing) -> None:
    payload = await create_with(writing, TWICE, start=0, end=999)
    assert [e["path"] for e in payload["userErrors"]] == ["input.evidence[0].selector"]


async def test_evidence_of_an_article_that_there_is_not(writing: Writing) -> None:
    evidence = [{"article": "a22", "selector": {"start": 0, "end": 5}, "mode": "PARAPHRASE"}]
    payload = await writing.send("createFollowUp", **FULFILLED | {"evidence": evidence})
    (error,) = payload["userErrors"]
    assert (error["code"], error["path"]) == ("UNKNOWN_KEY", "input.evidence[0].article")
    assert "a2" in error["suggestions"]


# --- Whose proposals -----------------------------------------------------------------------------


async def test_proposer_changes_own_proposals_alone(writing: Writing) -> None:
    await writing.do("createFollowUp", "dataVersion", PROPOSER, **FULFILLED)
    await writing.do("updateFollowUp", "dataVersion", PROPOSER, key="f9", rationale="Seen.")
    query = "mutation ($key: String!) { updateFollowUp(input: {key: $key}) { dataVersion } }"
    before = await writing.dump()
    for key in ("f1",):
        body = await writing.execute(query, PROPOSER, key=key)
        assert [e["extensions"]["code"] for e in body["errors"]] == ["FORBIDDEN"]
        assert body["data"] == {"updateFollowUp": None}
    assert await writing.dump() == before


async def test_proposer_accepts_nothing(writing: Writing) -> None:
    query = "mutation ($input: CreateFollowUpInput!) { createFollowUp(input: $input) { pending } }"
    body = await writing.execute(query, PROPOSER, input={**FULFILLED, "accept": True})
    (error,) = body["errors"]
    assert error["extensions"] == {"code": "FORBIDDEN", "role": "EDITOR"}
    assert error["path"] == ["createFollowUp"]


async def test_nobody_accepts_at_once_what_two_persons_look_at(by_two: Writing) -> None:
    assert await by_two.refuse("createFollowUp", accept=True, **FULFILLED) == [
        ("TWO_PERSONS", "input.accept")
    ]


# --- Several nouns ------------------------------------------------------------------------------


async def test_assess_and_withdraw(writing: Writing, sample: Database) -> None:
    judged = {"trackable": "r1", "value": "BROKEN", "rationale": "Prices rose."}
    await writing.do("assess", key="j1", effectiveOn={"edtf": "2023"}, accept=True, **judged)
    assert (await writing.document("assessments", "j1"))["assessor"] == "Edith"
    assert await writing.refuse("withdrawAssessment", key="j1") == [
        ("REASON_MISSING", "input.reason")
    ]
    payload = await writing.do("withdrawAssessment", EFFECTS, key="j1", reason="They fell again.")
    assert [(e["before"], e["after"]) for e in payload["effects"]] == [("BROKEN", "NO_FOLLOW_UP")]


async def test_check_that_found_nothing(writing: Writing) -> None:
    payload = await writing.do(
        "recordCheck",
        "record { found checkedBy trackable { key } }",
        trackable="c1",
        checkedOn={"edtf": "2025-07-09"},
        articles=["a2"],
    )
    assert payload["record"] == {"found": 0, "checkedBy": "Edith", "trackable": {"key": "c1"}}


async def test_party_and_meeting(writing: Writing) -> None:
    await writing.do("createParty", key="new", kind="COMPANY", name="New", accept=True)
    await writing.do("createParty", "dataVersion", PROPOSER, key="bob", kind="PERSON", name="Bob")
    evidence = [{"article": "a1", "selector": {"exact": PROMISED}, "mode": "REPORTER_VOICE"}]
    payload = await writing.do(
        "createMeeting",
        "record { title evidence { excerpt } participations { party { key } } }",
        EDITOR,
        title="More talks",
        kind="CALL",
        date={"edtf": "2020-02"},
        participations=[{"party": "new", "nameAsStated": "New"}],
        evidence=evidence,
    )
    assert payload["record"]["participations"] == [{"party": {"key": "new"}}]
    assert payload["record"]["evidence"] == [{"excerpt": PROMISED}]
