"""What is derived follows every write, in the same transaction."""

import pytest

from store.mongodb.driver import Database
from store.records.base import Record
from store.writes.rebuild import Difference, differences
from tests.store.samples import (
    LATER,
    article,
    assessment,
    changed,
    commitment,
    evidence,
    follow_up,
    party,
    record,
    request,
    store,
    write,
)


async def derived(database: Database, noun: str, key: str) -> dict:
    (document,) = await database.find(noun, {"_id": key})
    return document["derived"]


async def history(database: Database, key: str = "c1", noun: str = "commitments") -> list[tuple]:
    segments = (await derived(database, noun, key))["segments"]
    return [(s["since"], s["derived"], "contested" if s["contested"] else "") for s in segments]


async def roles(database: Database, key: str = "c1") -> set[str]:
    found = (await derived(database, "commitments", key))["roles"]
    return {f"{r['role']} {r['party']} {r['kind']} {r.get('country')}" for r in found}


START = ("2020-01-10", "NO_FOLLOW_UP", "")
CHANGED_ON_THE_WAY = [
    START,
    ("2021-05-03", "IN_PROGRESS", ""),
    ("2021-05-10", "IN_PROGRESS", "contested"),
    ("2021-05-20", "IN_PROGRESS", ""),
]


def without_assessed(rows: list[tuple]) -> list[tuple]:
    return [row for i, row in enumerate(rows) if i == 0 or row[1:] != rows[i - 1][1:]]


async def test_a_written_sample_has_its_history_roles_and_links(stored: Database) -> None:
    assert without_assessed(await history(stored)) == CHANGED_ON_THE_WAY
    found = await derived(stored, "commitments", "c1")
    assert (found["followUpCount"], found["latestFollowUp"], found["meeting"]) == (3, "f3", "m1")
    assert found["latestFollowUpOn"] == "2021-05-20"
    assert found["segments"][-1]["assessed"] == "BROKEN"
    assert await roles(stored) == {
        "PROMISOR telno COMPANY BB",
        "ADDRESSEE office REGULATOR AA",
        "ACTOR telno COMPANY BB",
        "ACTOR office REGULATOR AA",
        "PARTICIPANT office REGULATOR AA",
        "PARTICIPANT ann PERSON None",
        "PARTICIPANT telno COMPANY BB",
    }


@pytest.mark.parametrize(
    ("drafts", "expected"),
    [
        ([follow_up("f4", kind="BROKEN", on="2022-01-01")],
         [*CHANGED_ON_THE_WAY, ("2022-01-01", "BROKEN", "")]),
        ([follow_up("f4", kind="BROKEN", on="2022-01-01", curation="PROPOSED")],
         CHANGED_ON_THE_WAY),
        ([follow_up("f1", curation="RETRACTED")],
         [START, ("2021-05-10", "NO_FOLLOW_UP", "contested"), ("2021-05-20", "NO_FOLLOW_UP", "")]),
        ([follow_up("f1", on="2020-03-01")],
         [START, ("2020-03-01", "IN_PROGRESS", ""), *CHANGED_ON_THE_WAY[2:]]),
        ([follow_up("f1", target="c2")],
         [START, ("2021-05-10", "NO_FOLLOW_UP", "contested"), ("2021-05-20", "NO_FOLLOW_UP", "")]),
        ([follow_up("f3", kind="ANSWERED", on="2021-05-20", answers="f2", curation="RETRACTED")],
         CHANGED_ON_THE_WAY[:3]),
        ([commitment("c1", verifiable=False)],
         [("2020-01-10", "NOT_TRACKABLE", ""), ("2021-05-10", "NOT_TRACKABLE", "contested"),
          ("2021-05-20", "NOT_TRACKABLE", "")]),
        ([commitment("c1", madeOn="2019-12-01")],
         [("2019-12-01", "NO_FOLLOW_UP", ""), *CHANGED_ON_THE_WAY[1:]]),
    ],
    ids=["added", "proposed", "retracted", "re-dated", "re-targeted", "answer retracted",
         "not verifiable", "made earlier"],
)  # fmt: skip
async def test_segments_follow_every_write(
    stored: Database, drafts: list[Record], expected: list
) -> None:
    await write(stored, *drafts)
    assert without_assessed(await history(stored)) == expected


async def test_the_new_target_of_a_follow_up_has_it(stored: Database) -> None:
    await write(stored, follow_up("f1", target="c2"))
    assert await history(stored, "c2") == [START, ("2021-05-03", "IN_PROGRESS", "")]
    await write(stored, follow_up("f1", target="r1"))
    assert await history(stored, "c2") == [START]
    assert (await history(stored, "r1", "requests"))[-1] == ("2021-05-03", "IN_PROGRESS", "")
    (document,) = await stored.find("follow_ups", {"_id": "f1"})
    assert (document["targetNoun"], document["derived"]["target"]) == ("requests", "r1")


async def test_an_answer_to_a_request_answers_it(stored: Database) -> None:
    assert (await derived(stored, "requests", "r1"))["answered"] is True
    await write(stored, request("r1"))
    assert (await derived(stored, "requests", "r1"))["answered"] is False
    await write(stored, follow_up("f4", target="r1", kind="ANSWERED"))
    assert (await derived(stored, "requests", "r1"))["answered"] is True


async def test_an_answer_to_a_challenge_does_not_answer_the_request(stored: Database) -> None:
    challenge = follow_up("f4", "r1", "CHALLENGED", "2021-05-10")
    answer = follow_up("f5", "r1", "ANSWERED", "2021-05-20", answers="f4")
    await write(stored, request("r1"), challenge, answer)
    assert (await derived(stored, "requests", "r1"))["answered"] is False
    await write(stored, follow_up("f5", "r1", "ANSWERED", "2021-05-20"))
    assert (await derived(stored, "requests", "r1"))["answered"] is True


async def test_a_withdrawn_assessment_leaves_the_derived_value(stored: Database) -> None:
    await write(stored, assessment("s1", "c1", withdrawnAt="2024-02-01T10:00:00Z"))
    segments = (await derived(stored, "commitments", "c1"))["segments"]
    assert [(s["since"], s["value"]) for s in segments][-2:] == [
        ("2023-01-01", "BROKEN"),
        ("2024-02-01", "IN_PROGRESS"),
    ]
    await write(stored, assessment("s2", "c1"), assessment("s1", "c1", mergedInto="s2"))
    assert [j["key"] for j in (await derived(stored, "commitments", "c1"))["judged"]] == ["s2"]


async def test_who_has_to_do_with_a_follow_up_is_kept_with_it(stored: Database) -> None:
    async def roles_in(key: str = "f4") -> set[str]:
        found = (await derived(stored, "follow_ups", key))["roles"]
        return {f"{r['role']} {r['party']} {r['kind']}" for r in found}

    said = evidence("a2", LATER, saidBy="ann", relayedBy="gov")
    await write(stored, follow_up("f4", meeting="m1", evidence=[said, said]))
    assert await roles_in("f1") == {"ACTOR telno COMPANY"}
    present = {"PARTICIPANT office REGULATOR", "PARTICIPANT ann PERSON"}
    said_so = {"SPEAKER ann PERSON", "RELAYER gov GOVERNMENT"}
    acted = {"ACTOR telno COMPANY", "PARTICIPANT telno COMPANY"}
    assert await roles_in() == present | said_so | acted
    # What is written of who spoke, passed on or took part reaches it.
    await write(stored, party("crown", "GOVERNMENT"), party("gov", mergedInto="crown"))
    await write(stored, party("office", "MINISTRY", parent="crown"))
    present = {"PARTICIPANT office MINISTRY", "PARTICIPANT ann PERSON"}
    said_so = {"SPEAKER ann PERSON", "RELAYER crown GOVERNMENT"}
    assert await roles_in() == present | said_so | acted
    (met,) = (r for r in store() if r.key == "m1")
    await write(stored, changed(met, participations=[]))
    assert await roles_in() == said_so | {"ACTOR telno COMPANY"}


async def test_who_only_spoke_or_passed_on_is_followed_to_it(stored: Database) -> None:
    async def kinds() -> list[str]:
        return [r["kind"] for r in (await derived(stored, "follow_ups", "f4"))["roles"]]

    said = evidence("a2", LATER, saidBy="source", relayedBy="agency")
    await write(stored, party("source", "PERSON"), party("agency"))
    await write(stored, follow_up("f4", actors=[], evidence=[said]))
    assert await kinds() == ["PERSON", "COMPANY"]
    await write(stored, party("agency", "MEDIA"))
    assert await kinds() == ["PERSON", "MEDIA"]
    await write(stored, party("source", "GROUP"))
    assert await kinds() == ["GROUP", "MEDIA"]


# --- Merges ------------------------------------------------------------------------------------


async def test_merging_a_party_rewrites_roles(stored: Database) -> None:
    await write(stored, party("telco", country="CC"), party("telno", mergedInto="telco"))
    assert {r for r in await roles(stored) if "COMPANY" in r} == {
        "PROMISOR telco COMPANY CC",
        "ACTOR telco COMPANY CC",
        "PARTICIPANT telco COMPANY CC",
    }
    assert (await derived(stored, "articles", "a1"))["parties"] == ["telco"]
    assert (await derived(stored, "follow_ups", "f1"))["actors"] == ["telco"]
    meeting = await derived(stored, "meetings", "m1")
    assert [p["party"] for p in meeting["parties"]] == ["office", "ann", "telco"]
    # What is said of the survivor later reaches those that still name the merged one.
    await write(stored, party("telco", "PLATFORM", country="CC"))
    assert "PROMISOR telco PLATFORM CC" in await roles(stored)
    # And it can be taken back.
    await write(stored, party("telno", country="BB"))
    assert "PROMISOR telno COMPANY BB" in await roles(stored)


async def test_kind_and_country_of_a_party_are_kept_with_what_names_it(stored: Database) -> None:
    await write(stored, party("office", "MINISTRY", country="DE", parent="gov"))
    assert {r for r in await roles(stored) if "office" in r} == {
        "ADDRESSEE office MINISTRY DE",
        "ACTOR office MINISTRY DE",
        "PARTICIPANT office MINISTRY DE",
    }
    parties = (await derived(stored, "meetings", "m1"))["parties"]
    assert parties[0] == {
        "party": "office",
        "kind": "MINISTRY",
        "country": "DE",
        "within": ["office", "gov"],
        "capacities": ["DELEGATE"],
    }
    assert "PARTICIPANT office MINISTRY DE" in await roles(stored, "c2")


async def test_another_country_alone_reaches_what_names_the_party(stored: Database) -> None:
    await write(stored, party("telno", country="CC"))
    assert {r for r in await roles(stored) if "telno" in r} == {
        "PROMISOR telno COMPANY CC",
        "ACTOR telno COMPANY CC",
        "PARTICIPANT telno COMPANY CC",
    }
    parties = (await derived(stored, "meetings", "m1"))["parties"]
    assert {p["party"]: p.get("country") for p in parties}["telno"] == "CC"


async def test_merging_a_commitment_moves_its_follow_ups_to_the_survivor(stored: Database) -> None:
    await write(stored, commitment("c3", madeOn="2021-05-01/2021-05-03"))
    await write(stored, commitment("c1", mergedInto="c3"))
    found = await derived(stored, "commitments", "c3")
    assert [e["key"] for e in found["edges"]] == ["f1", "f2", "f3"]
    assert (found["followUpCount"], [j["key"] for j in found["judged"]]) == (3, ["s1"])
    for key, certain in (("f1", False), ("f2", True)):
        follow = await derived(stored, "follow_ups", key)
        assert (follow["target"], follow["orderCertain"]) == ("c3", certain)
    # A new date of the survivor reaches the follow-ups that still name the merged one.
    await write(stored, commitment("c3", madeOn="2021-04-30"))
    assert (await derived(stored, "follow_ups", "f1"))["orderCertain"] is True
    # A follow-up that names the merged one counts for the survivor, and may be answered there.
    await write(stored, follow_up("f4", kind="CHALLENGED", on="2022-01-01"))
    await write(stored, follow_up("f5", "c3", "ANSWERED", "2022-02-01", answers="f4"))
    assert (await derived(stored, "commitments", "c3"))["followUpCount"] == 5
    await write(stored, commitment("c1"))
    assert (await derived(stored, "commitments", "c3"))["followUpCount"] == 1


async def test_merging_a_challenge_keeps_its_answer(stored: Database) -> None:
    twin = follow_up("f6", kind="CHALLENGED", on="2021-05-10")
    await write(stored, twin)
    assert (await history(stored))[-1][2] == "contested"
    await write(stored, follow_up("f2", kind="CHALLENGED", on="2021-05-10", mergedInto="f6"))
    assert without_assessed(await history(stored)) == CHANGED_ON_THE_WAY


async def test_merging_a_meeting_brings_in_who_took_part(stored: Database) -> None:
    members = {"title": "Talks again", "kind": "BILATERAL", "date": "2020-01-10"}
    (old,) = (r for r in store() if r.key == "m1")
    await write(stored, record("meetings", "m2", **members))
    await write(stored, old.model_copy(update={"merged_into": "m2"}))
    assert not {r for r in await roles(stored) if "PARTICIPANT" in r}
    assert (await derived(stored, "commitments", "c1"))["meeting"] == "m2"
    taking_part = [{"party": "gov", "nameAsStated": "the government"}]
    await write(stored, record("meetings", "m2", participations=taking_part, **members))
    assert "PARTICIPANT gov GOVERNMENT AA" in await roles(stored)


async def test_merging_an_article_moves_what_it_evidences(stored: Database) -> None:
    await write(stored, article("a3", text="The same report."))
    await write(stored, article("a2", publisher="gov", mergedInto="a3"))
    assert (await derived(stored, "follow_ups", "f1"))["articles"] == ["a3"]


# --- Withheld texts ----------------------------------------------------------------------------


async def test_withholding_a_text_takes_its_words_from_all_that_quotes_it(stored: Database) -> None:
    async def exacts() -> list:
        return [
            evidence["selector"].get("exact")
            for collection in ("meetings", "commitments", "requests", "follow_ups")
            for document in await stored.find(collection, {"evidence.article": "a1"})
            for evidence in document["evidence"]
        ]

    (before,) = await stored.find("articles", {"_id": "a1"})
    assert None not in await exacts()
    await write(stored, article("a1", textAccess="WITHHELD", mentions=before["mentions"]))
    assert await exacts() == [None] * 4
    (document,) = await stored.find("articles", {"_id": "a1"})
    assert "exact" not in document["mentions"][0]["span"]
    assert (
        document["mentions"][0]["span"]["exactSha256"]
        == before["mentions"][0]["span"]["exactSha256"]
    )
    await write(stored, commitment("c1", evidence=[evidence("a1", "It said so twice.")]))
    assert await exacts() == [None] * 4
    await write(stored, article("a1", mentions=document["mentions"]))
    assert None not in await exacts()


@pytest.mark.parametrize(
    "members",
    [
        {"confidence": "MEDIUM"},
        {"scopeChange": "NARROWED"},
        {"independence": "DOCUMENT"},
        {"rationale": "Another."},
    ],
)
async def test_a_follow_up_is_found_by_what_it_says_now(
    stored: Database, members: dict[str, str]
) -> None:
    """Also where nothing that others keep of it was changed."""
    (before,) = await stored.find("follow_ups", {"_id": "f1"})
    ((name, value),) = members.items()
    assert before.get(name) != value
    await write(stored, follow_up("f1", **members))
    assert [found async for found in differences(stored) if isinstance(found, Difference)] == []
    terms = (await derived(stored, "follow_ups", "f1"))["terms"]
    assert name == "rationale" or f"{name}:{value}" in terms
