"""What holds for every mutation: who may, that trying writes nothing, that sending again writes
nothing again. The mutations are those of the schema, each with an input that fits.
"""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from schema.build import build
from store.mongodb.driver import Database
from store.viewers import Role
from store.writes.commands import Desk
from tests.schema.commands.conftest import (
    ADMIN,
    BY_ROLE,
    EDITOR,
    ERRORS,
    NOW,
    OTHER,
    Writing,
    find_broken,
)
from tests.store.intake_samples import intake, keep, proposal
from tests.store.samples import LATER, TEXTS, article, follow_up, party, write

DAY = {"edtf": "2021-06-01"}
EVIDENCE = [{"article": "a2", "selector": {"exact": LATER}, "mode": "PARAPHRASE"}]
REASON = {"reason": "Because."}
TRACKABLE: dict[str, Any] = {"title": "T", "gist": "G", "madeOn": DAY, "evidence": EVIDENCE}

INPUTS: dict[str, dict[str, Any]] = {
    "createParty": {"key": "n1", "kind": "COMPANY", "name": "New"},
    "createArticle": {"key": "n1", "datePublished": DAY, "text": "New.", "textKind": "DIGEST"},
    "createMeeting": {"key": "n1", "title": "T", "kind": "CALL", "date": DAY},
    "createCommitment": {
        "key": "n1",
        **TRACKABLE,
        "promisors": [{"party": "telno", "attribution": "SELF_QUOTED"}],
        "term": "ONE_OFF",
        "strength": "PLEDGED",
    },
    "createRequest": {"key": "n1", **TRACKABLE, "askers": ["office"], "asked": ["telno"]},
    "createFollowUp": {
        "key": "n1",
        "target": "r1",
        "kind": "PROGRESSED",
        "occurredOn": DAY,
        "independence": "SELF",
        "confidence": "LOW",
        "evidence": EVIDENCE,
    },
    "assess": {
        "key": "n1",
        "trackable": "r1",
        "value": "BROKEN",
        "rationale": "R",
        "effectiveOn": DAY,
    },
    "createConcept": {"key": "n1", "labels": [{"value": "New"}]},
    "recordCheck": {"key": "n1", "trackable": "r1", "checkedOn": DAY},
    "updateParty": {"key": "mine", "note": "N"},
    "updateArticle": {"key": "mine", "headline": "H"},
    "updateMeeting": {"key": "m1", "title": "T"},
    "updateCommitment": {"key": "c1", "title": "T"},
    "updateRequest": {"key": "r1", "title": "T"},
    "updateFollowUp": {"key": "f1", "rationale": "R"},
    "updateAssessment": {"key": "s1", "rationale": "R"},
    "updateConcept": {"key": "prices", "note": "N"},
    "updateCheckLog": {"key": "l1", "note": "N"},
    "withdrawAssessment": {"key": "s1", **REASON},
    "review": {
        "action": "ACCEPT",
        "records": [{"noun": "FOLLOW_UPS", "key": "waiting"}],
    },
    "mergeRecords": {"noun": "PARTIES", "keys": ["mine"], "into": "telno", **REASON},
    "unmergeRecord": {"noun": "PARTIES", "key": "gone", **REASON},
    "revertRecord": {"noun": "PARTIES", "key": "changed", "version": 1, **REASON},
    "replaceArticleText": {"key": "a1", "text": f"{TEXTS['a1']} More.", **REASON},
    "comment": {"noun": "PARTIES", "key": "mine", "text": "Hm."},
    "submitArticle": {"text": "Telno promised something new."},
    "cancelIntake": {"key": "queued"},
    "retryIntake": {"key": "failed"},
    "deleteIntake": {"key": "queued"},
    "acceptProposals": {
        "intake": "ready",
        "proposals": [
            {
                "key": "ready-000",
                "commitment": {"key": "n1", "title": "T", "gist": "G", "term": "ONE_OFF"},
            }
        ],
    },
    "rejectProposal": {"keys": ["ready-000"], **REASON},
    "reopenProposal": {"keys": ["ready-001"]},
    "applyRecords": {
        "records": '{"noun": "parties", "key": "n1", "kind": "COMPANY", "name": "New"}'
    },
}

ROOT = build().mutation_type
assert ROOT is not None
NAMES = list(ROOT.fields)
NEEDS = re.compile(r"Needs the role ([A-Z]+)\.$")


def needed(name: str) -> Role:
    """The role that a mutation's description says it needs."""
    assert ROOT is not None
    found = NEEDS.search(ROOT.fields[name].description or "")
    assert found, f"{name}: the description ends with the role that it needs"
    return Role[found[1]]


def select_all(name: str) -> str:
    """All of a payload, records by what they say first, without ids and moments."""
    assert ROOT is not None
    payload = get_named_type(ROOT.fields[name].type)
    assert isinstance(payload, GraphQLObjectType)
    parts = {
        "record": "{ __typename key curation version }",
        "change": "{ kind changed by via why correction dataVersion sequence }",
        "written": "{ noun key record { key version curation } change { kind sequence } }",
        "effects": "{ trackable { key status { value } } before after decidedBy { key } }",
        "comment": "{ text by via path }",
        "intake": "{ state submittedBy openCount article { curation } }",
        "proposals": "{ key state decidedBy reason record { key } }",
        "lost": "{ record { key } path words nearest }",
        "userErrors": "{ code message path suggestions }",
    }
    return " ".join(f"{field} {parts.get(field, '')}" for field in payload.fields)


@pytest.fixture
async def writing(sample: Database, schema: GraphQLSchema) -> Writing:
    """A store in which each of these inputs fits."""
    await write(
        sample,
        party("mine"),
        party("gone", mergedInto="telno"),
        party("changed"),
        article("mine"),
        follow_up("waiting", target="r1", curation="PROPOSED"),
    )
    await keep(
        sample,
        *(intake(state.lower(), state) for state in ("QUEUED", "FAILED", "READY")),
        proposals=(proposal("ready", 0), proposal("ready", 1, "REJECTED")),
    )
    writing = Writing(sample, schema)
    await writing.do("updateParty", key="changed", note="N")
    return writing


def test_every_mutation_has_an_input_here() -> None:
    assert sorted(INPUTS) == sorted(NAMES)


def test_payloads_and_inputs_have_what_all_have() -> None:
    assert ROOT is not None
    for name, field in ROOT.fields.items():
        payload: Any = get_named_type(field.type)
        assert {"dataVersion", "pending", "effects", "userErrors"} <= payload.fields.keys(), name
        given: Any = get_named_type(field.args["input"].type)
        wanted = {"reason", "correction", "idempotencyKey", "dryRun"}
        assert wanted <= given.fields.keys(), name


@pytest.mark.parametrize("name", NAMES)
async def test_role_that_is_too_low_writes_nothing(
    writing: Writing, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    capital = name[0].upper() + name[1:]
    query = f"mutation ($i: {capital}Input!) {{ {name}(input: $i) {{ dataVersion {ERRORS} }} }}"
    before = await writing.dump()
    for role, viewer in BY_ROLE.items():
        if role >= needed(name):
            continue
        for dry in (True, False):
            body = await writing.execute(query, viewer, i={**INPUTS[name], "dryRun": dry})
            (error,) = body["errors"]
            code = "UNAUTHENTICATED" if role is Role.READER else "FORBIDDEN"
            assert error["extensions"] == {"code": code, "role": needed(name).name}
            assert error["path"] == [name] and body["data"] == {name: None}
            assert await writing.dump() == before
            assert f"{name} refused" in caplog.text


@pytest.mark.parametrize("name", NAMES)
async def test_trying_gives_the_payload_and_writes_nothing(writing: Writing, name: str) -> None:
    select, given = select_all(name), INPUTS[name]
    before = await writing.dump()
    tried = await writing.do(name, select, EDITOR, dryRun=True, idempotencyKey="k", **given)
    assert await writing.dump() == before
    done = await writing.do(name, select, EDITOR, idempotencyKey="k", **given)
    assert tried == done
    assert await writing.dump() != before
    assert done["dataVersion"] == before["meta"][0]["version"] + 1
    assert await find_broken(writing.database) == []


@pytest.mark.parametrize("name", NAMES)
async def test_sent_again_under_its_key_is_told_again(writing: Writing, name: str) -> None:
    select, given = select_all(name), INPUTS[name]
    first = await writing.do(name, select, ADMIN, idempotencyKey="k", **given)
    before = await writing.dump()
    assert await writing.do(name, select, ADMIN, idempotencyKey="k", **given) == first
    other = {**given, "correction": True, "idempotencyKey": "k"}
    assert await writing.refuse(name, ADMIN, **other) == [
        ("IDEMPOTENCY_KEY_USED", "input.idempotencyKey")
    ]
    assert await writing.dump() == before


# --- Idempotency ---------------------------------------------------------------------------------


async def test_twenty_same_calls_at_once_write_once(writing: Writing) -> None:
    given = {n: v for n, v in INPUTS["createParty"].items() if n != "key"}
    select = "record { key } change { dataVersion } dataVersion"
    before = await writing.dump()
    payloads = await asyncio.gather(
        *(writing.do("createParty", select, idempotencyKey="once", **given) for _ in range(20))
    )
    assert all(payload == payloads[0] for payload in payloads)
    after = await writing.dump()
    assert len(after["parties"]) == len(before["parties"]) + 1
    assert len(after["changes"]) == len(before["changes"]) + 1


async def test_key_is_the_viewers_own(writing: Writing) -> None:
    given = {"kind": "COMPANY", "name": "New", "idempotencyKey": "k"}
    select = "record { key }"
    mine = await writing.do("createParty", select, EDITOR, **given)
    assert await writing.do("createParty", select, OTHER, **given) != mine


async def test_key_is_free_again_after_a_day(writing: Writing) -> None:
    given = {"kind": "COMPANY", "name": "New", "idempotencyKey": "k"}
    first = await writing.do("createParty", "record { key }", **given)
    (kept,) = await writing.database.find("commands", {})
    assert kept["until"] == NOW + timedelta(days=1)
    # MongoDB forgets it when it gets round to it, and nobody waits for that.
    writing.desk = Desk(writing.database, clock=lambda: NOW + timedelta(days=1, seconds=1))
    assert await writing.do("createParty", "record { key }", **given) != first
    listed = await writing.database.command({"listIndexes": "commands"})
    expiring = [i["key"] for i in listed["cursor"]["firstBatch"] if "expireAfterSeconds" in i]
    assert expiring == [{"until": 1}]


async def test_what_was_refused_is_not_kept(writing: Writing) -> None:
    given = {"kind": "COMPANY", "idempotencyKey": "k"}
    assert await writing.refuse("createParty", name=" ", **given) == [("INVALID", "input.name")]
    await writing.do("createParty", name="New", **given)


async def test_keys_and_reasons_are_bounded(writing: Writing) -> None:
    for name, value in (
        ("idempotencyKey", ""),
        ("idempotencyKey", "k" * 201),
        ("reason", "r" * 2_001),
    ):
        given = {"key": "n1", "kind": "COMPANY", "name": "New", name: value}
        assert await writing.refuse("createParty", **given) == [("INVALID", f"input.{name}")]


# --- Several fields ------------------------------------------------------------------------------


async def test_fields_run_in_their_order_and_see_each_other(writing: Writing) -> None:
    query = """mutation {
      a: updateParty(input: {key: "mine", country: "AA"}) { record { version country } dataVersion }
      b: updateParty(input: {key: "mine", country: "BB"}) { record { version country } dataVersion }
      c: updateParty(input: {key: "nowhere"}) { record { key } userErrors { code } }
      d: updateParty(input: {key: "mine", country: "CC"}) { record { version country } dataVersion }
    }"""
    data = (await writing.execute(query))["data"]
    found = [(data[n]["record"]["version"], data[n]["record"]["country"]) for n in "abd"]
    assert found == [(2, "AA"), (3, "BB"), (4, "CC")]
    assert data["c"] == {"record": None, "userErrors": [{"code": "UNKNOWN_KEY"}]}
    versions = [data[n]["dataVersion"] for n in "abd"]
    assert versions == [versions[0], versions[0] + 1, versions[0] + 2]


async def test_field_that_is_not_allowed_leaves_the_others(writing: Writing) -> None:
    query = """mutation {
      no: withdrawAssessment(input: {key: "s1", reason: "R"}) { dataVersion }
      yes: createParty(input: {key: "n1", kind: COMPANY, name: "New"}) { record { key } }
    }"""
    body = await writing.execute(query, BY_ROLE[Role.PROPOSER])
    assert [e["path"] for e in body["errors"]] == [["no"]]
    assert body["data"] == {"no": None, "yes": {"record": {"key": "n1"}}}
    assert len(await writing.database.find("changes", {"record": "n1"})) == 1


async def test_error_in_a_payload_does_not_write_again(writing: Writing) -> None:
    query = """mutation {
      createParty(input: {kind: COMPANY, name: "New"}) {
        record { key commitments(first: 500) { totalCount } }
      }
    }"""
    query = query.replace("first: 500", 'after: "nonsense"')
    before = await writing.dump()
    body = await writing.execute(query)
    assert body["errors"][0]["path"] == ["createParty", "record", "commitments"]
    after = await writing.dump()
    assert len(after["parties"]) == len(before["parties"]) + 1


async def test_mutation_without_a_plan_writes_nothing(writing: Writing) -> None:
    query = """mutation ($skip: Boolean) {
      createParty(input: {kind: COMPANY, name: "New"}) @skip(if: $skip) { dataVersion }
    }"""
    before = await writing.dump()
    body = await writing.execute(query.replace("Boolean)", "Boolean = false)"), skip=None)
    assert body["errors"]
    assert await writing.dump() == before


async def test_preview_shows_what_the_transaction_sees(writing: Writing) -> None:
    """Not only the record itself: lists, counts and statuses beside it, too."""
    select = (
        """record { key target { key followUpCount status { value } followUps { totalCount } } }"""
    )
    given = {**INPUTS["createFollowUp"], "accept": True}
    tried = await writing.do("createFollowUp", select, dryRun=True, **given)
    target = tried["record"]["target"]
    assert target["status"] == {"value": "IN_PROGRESS"} and target["followUpCount"] == 1
    assert tried == await writing.do("createFollowUp", select, **given)
