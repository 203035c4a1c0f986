"""Review: which stage leads to which, who may, with which reason, and by two persons."""

from itertools import product
from typing import Any

import pytest

from store.records.base import Curation
from store.records.reviews import TRANSITIONS, ReviewAction, find_writers
from store.viewers import Role, SignIn, Viewer
from tests.schema.commands.conftest import EDITOR, OTHER, PROPOSER, Writing, find_broken
from tests.schema.commands.test_create_and_update import EFFECTS, FULFILLED
from tests.store.samples import follow_up, write

REASON = {"reason": "Because."}
EVE = Viewer("Eve", Role.EDITOR, SignIn.TOKEN)


def records(*keys: str, noun: str = "FOLLOW_UPS") -> list[dict[str, Any]]:
    return [{"noun": noun, "key": key} for key in keys]


@pytest.mark.parametrize(("stage", "action"), [*product(Curation, ReviewAction)], ids=str)
async def test_every_stage_with_every_action(
    writing: Writing, stage: Curation, action: ReviewAction
) -> None:
    await write(writing.database, follow_up("f9", curation=stage))
    given = {"action": action.value, "records": records("f9"), **REASON}
    if stage in TRANSITIONS[action].before:
        payload = await writing.do("review", "written { record { curation } }", **given)
        after = TRANSITIONS[action].after.value
        assert payload["written"] == [{"record": {"curation": after}}]
        assert await find_broken(writing.database) == []
    else:
        assert await writing.refuse("review", **given) == [("WRONG_STAGE", "input.records[0]")]


@pytest.mark.parametrize("action", ["REJECT", "RETRACT"])
async def test_what_takes_away_needs_a_reason(writing: Writing, action: str) -> None:
    for reason in ({}, {"reason": None}):
        found = await writing.refuse("review", action=action, records=records("f1"), **reason)
        assert found == [("REASON_MISSING", "input.reason")]


async def test_accept_tells_what_is_published(writing: Writing) -> None:
    given = FULFILLED | {"target": "r1"}
    await writing.do("createFollowUp", "dataVersion", PROPOSER, **given)
    tried = {"action": "ACCEPT", "records": records("f9")}
    preview = await writing.do("review", EFFECTS, dryRun=True, **tried)
    assert preview["effects"] == (await writing.do("review", EFFECTS, **tried))["effects"]
    assert [(e["before"], e["after"]) for e in preview["effects"]] == [
        ("NO_FOLLOW_UP", "FULFILLED")
    ]


async def test_retracted_commitment_has_no_published_status(writing: Writing) -> None:
    given = {"action": "RETRACT", "records": records("r1", noun="REQUESTS"), **REASON}
    payload = await writing.do("review", f"{EFFECTS} written {{ change {{ kind }} }}", **given)
    assert [(e["before"], e["after"]) for e in payload["effects"]] == [("NO_FOLLOW_UP", None)]
    assert payload["written"] == [{"change": {"kind": "RETRACTED"}}]


async def test_many_are_accepted_or_none(writing: Writing) -> None:
    keys = [f"g{i}" for i in range(30)]
    await write(writing.database, *(follow_up(key, curation="PROPOSED") for key in keys))
    wrong = {"action": "ACCEPT", "records": records(*keys, "f1")}
    assert await writing.refuse("review", **wrong) == [("WRONG_STAGE", "input.records[30]")]
    given = {"action": "ACCEPT", "records": records(*keys)}
    payload = await writing.do("review", "written { record { curation } }", **given)
    assert payload["written"] == [{"record": {"curation": "ACCEPTED"}}] * 30


async def test_proposer_submits_and_does_nothing_else(writing: Writing) -> None:
    await writing.do("createFollowUp", "dataVersion", PROPOSER, **FULFILLED)
    query = "mutation ($input: ReviewInput!) { review(input: $input) { dataVersion } }"
    for action in ("ACCEPT", "REJECT", "RETRACT", "REOPEN"):
        given = {"action": action, "records": records("f9"), **REASON}
        body = await writing.execute(query, PROPOSER, input=given)
        assert [e["extensions"]["code"] for e in body["errors"]] == ["FORBIDDEN"], action
    given = {"action": "SUBMIT", "records": records("f9")}
    await writing.do("review", "dataVersion", PROPOSER, **given)
    assert (await writing.document("follow_ups", "f9"))["curation"] == "IN_REVIEW"


async def test_another_person_has_to_accept(by_two: Writing) -> None:
    await by_two.do("createFollowUp", **FULFILLED)
    accept = {"action": "ACCEPT", "records": records("f9")}
    assert await by_two.refuse("review", **accept) == [("TWO_PERSONS", "input.records[0]")]
    # Whoever changes its words has written them, too.
    await by_two.do("updateFollowUp", "dataVersion", OTHER, key="f9", rationale="Seen.")
    assert await by_two.refuse("review", OTHER, **accept) == [("TWO_PERSONS", "input.records[0]")]
    await by_two.do("review", "dataVersion", EVE, **accept)


async def test_same_name_by_another_sign_in_is_another_person(by_two: Writing) -> None:
    await by_two.do("createFollowUp", **FULFILLED)
    namesake = type(OTHER)(EDITOR.name, OTHER.role, OTHER.sign_in)
    await by_two.do("review", "dataVersion", namesake, action="ACCEPT", records=records("f9"))


def test_who_only_reviewed_has_written_nothing() -> None:
    def change(by: str, changed: str, curation: str) -> dict[str, Any]:
        return {"by": by, "changed": [changed], "after": {"curation": curation}}

    log = [change("a", "title", "PROPOSED"), change("b", "curation", "IN_REVIEW")]
    assert find_writers(log) == {("a", None)}
    log += [change("b", "curation", "ACCEPTED")]
    assert find_writers(log) == set()
    log += [change("c", "curation", "RETRACTED"), change("d", "gist", "RETRACTED")]
    assert find_writers(log) == {("d", None)}
