"""Proposals become records: in one write, in one's own words, and public only when accepted."""

from typing import Any

import pytest
from graphql import GraphQLSchema

from store.mongodb.driver import Database
from store.records.base import Curation
from tests.api.intakes.conftest import Curator, find_text
from tests.schema.commands.conftest import PROPOSER, Writing, find_broken
from tests.store.intake_samples import TEXT, intake, keep, proposal
from tests.store.samples import article, store, write

ARTICLE = find_text("watchdog-and-airline")
DAY = {"edtf": "2021-05-12", "basis": "STATED"}
OWN = {"title": "Refunds in a week", "gist": "Passengers get money back.", "term": "ONE_OFF"}


def pick(found: Any, kind: str, words: str = "") -> str:
    """The key of the first proposal of a kind with these words."""
    proposals = found["proposals"]["nodes"]
    return next(
        str(p["key"])
        for p in proposals
        if p["kind"] == kind and (words in (p["draft"] or "") or words in p["spans"][0]["exact"])
    )


async def accept(writing: Writing, key: str, *proposals: Any, **given: Any) -> Any:
    """The payload of proposals that were accepted."""
    select = """intake { openCount article { key curation textAccess text } }
        proposals { key state decidedBy record { __typename key curation } }
        written { noun key } effects { before after } dataVersion"""
    return await writing.do("acceptProposals", select, intake=key, proposals=[*proposals], **given)


async def test_chosen_ones_are_written_at_once_with_the_article(curator: Curator) -> None:
    found = await curator.take_in(ARTICLE, article={"datePublished": DAY})
    party = {"key": pick(found, "PARTY", "Skylark")}
    promise = {"key": pick(found, "COMMITMENT", "seven days"), "commitment": OWN}
    done = await accept(curator.writing, found["key"], party, promise)
    assert sorted(w["noun"] for w in done["written"]) == ["ARTICLES", "COMMITMENTS", "PARTIES"]
    assert [p["state"] for p in done["proposals"]] == ["ACCEPTED", "ACCEPTED"]
    assert {p["record"]["curation"] for p in done["proposals"]} == {"PROPOSED"}
    assert done["intake"]["article"] == {
        "key": found["articleKey"],
        "curation": "PROPOSED",
        "textAccess": "WITHHELD",
        "text": found["text"],
    }
    assert done["intake"]["openCount"] == found["openCount"] - 2
    key = next(p["record"]["key"] for p in done["proposals"] if p["record"]["key"] != "skylark")
    commitment = await curator.writing.document("commitments", key)
    assert commitment["promisors"] == [{"party": "skylark", "attribution": "COUNTERPART_CLAIM"}]
    assert commitment["gist"] == OWN["gist"] and commitment["madeOn"]["edtf"] == DAY["edtf"]
    span = commitment["evidence"][0]["selector"]
    assert found["text"][span["start"] : span["end"]].endswith("within seven days.")
    assert await find_broken(curator.database) == []
    # The next of its proposals find the article there.
    office = {"key": pick(found, "PARTY", "Competition")}
    again = await accept(curator.writing, found["key"], office)
    assert [w["noun"] for w in again["written"]] == ["PARTIES"]


async def test_trying_tells_what_would_become_of_statuses(curator: Curator) -> None:
    found = await curator.take_in(ARTICLE, article={"datePublished": DAY})
    party = {"key": pick(found, "PARTY", "Skylark")}
    promise = {
        "key": pick(found, "COMMITMENT", "seven days"),
        "commitment": {**OWN, "key": "refunds"},
    }
    before = await curator.writing.dump()
    given = {"accept": True}
    tried = await accept(curator.writing, found["key"], party, promise, dryRun=True, **given)
    assert await curator.writing.dump() == before
    assert tried["effects"] == [{"before": None, "after": "NO_FOLLOW_UP"}]
    assert await accept(curator.writing, found["key"], party, promise, **given) == tried


@pytest.fixture
async def ready(sample: Database, schema: GraphQLSchema) -> Writing:
    """The sample store with an intake that was read."""
    await keep(
        sample,
        intake("i1"),
        proposals=(
            proposal("i1", 0),
            proposal("i1", 1, kind="EVIDENCE", about={"noun": "commitments", "key": "c1"}),
            proposal(
                "i1",
                2,
                kind="MEETING_DATE",
                noun="meetings",
                about={"noun": "meetings", "key": "m1"},
                members={"date": {"edtf": "2020-01-09"}},
            ),
            {**proposal("i1", 3, kind="DOUBTFUL", members={}), "noun": None},
        ),
    )
    return Writing(sample, schema)


@pytest.fixture
async def sample(database: Database) -> Database:
    """A database that holds the sample store."""
    await write(database, *store())
    return database


def promise(**given: Any) -> dict[str, Any]:
    """The first proposal, completed."""
    return {"key": "i1-000", "commitment": {**OWN, "key": "n1", **given}}


async def test_missing_words_are_asked_for_member_by_member(ready: Writing) -> None:
    errors = await ready.refuse("acceptProposals", intake="i1", proposals=[{"key": "i1-000"}])
    place = "input.proposals[0].commitment"
    assert errors == [("MISSING", f"{place}.{m}") for m in ("title", "gist", "term")]


async def test_words_of_the_article_are_refused_and_not_told_again(
    ready: Writing, caplog: pytest.LogCaptureFixture
) -> None:
    copied = "It would open a shop in Sarn by May, that is it."
    chosen = promise(gist=copied, evidence=[{
        "article": "i1-article", "selector": {"exact": "open a shop"}, "mode": "PARAPHRASE",
        "gist": copied,
    }])  # fmt: skip
    payload = await ready.send("acceptProposals", "dataVersion", intake="i1", proposals=[chosen])
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("NOT_OWN_WORDS", "input.proposals[0].commitment.gist"),
        ("NOT_OWN_WORDS", "input.proposals[0].commitment.evidence[0].gist"),
    ]
    assert "shop" not in str(payload["userErrors"]) and "shop" not in caplog.text
    seven = promise(gist="It would open a shop in Sarn.")
    await ready.do("acceptProposals", intake="i1", proposals=[seven])


async def test_what_is_given_takes_the_place_of_the_draft(ready: Writing) -> None:
    chosen = promise(
        promisors=[{"party": "office", "attribution": "JOINT_STATEMENT"}],
        addressees=None,
        madeOn={"edtf": "2021-03"},
        evidence=[
            {
                "article": "i1-article",
                "selector": {"exact": "it", "occurrence": 2},
                "mode": "PARAPHRASE",
            }
        ],
    )
    await ready.do("acceptProposals", intake="i1", proposals=[chosen])
    written = await ready.document("commitments", "n1")
    assert written["promisors"] == [{"party": "office", "attribution": "JOINT_STATEMENT"}]
    assert written["addressees"] == [] and written["madeOn"]["edtf"] == "2021-03"
    span = written["evidence"][0]["selector"]
    assert span["start"] == TEXT.rindex("it")


async def test_evidence_is_added_to_what_is_stored_and_once(ready: Writing) -> None:
    before = await ready.document("commitments", "c1")
    done = await accept(ready, "i1", {"key": "i1-001"}, accept=True)
    assert done["proposals"][0]["record"]["key"] == "c1"
    after = await ready.document("commitments", "c1")
    assert after["evidence"][:-1] == before["evidence"]
    assert after["evidence"][-1]["article"] == "i1-article"
    assert after["version"] == before["version"] + 1
    about = {"noun": "COMMITMENTS", "key": "c1"}
    again = await accept(ready, "i1", {"key": "i1-000", "about": about})
    assert again["written"] == [] and again["dataVersion"] == done["dataVersion"] + 1
    assert (await ready.document("commitments", "c1"))["version"] == after["version"]


async def test_another_day_of_a_meeting_is_a_claim_with_its_evidence(ready: Writing) -> None:
    await accept(ready, "i1", {"key": "i1-002"}, accept=True)
    stored = await ready.document("meetings", "m1")
    claim = stored["claims"][-1]
    assert claim["date"]["edtf"] == "2020-01-09" and claim["evidence"]["article"] == "i1-article"
    assert stored["date"]["edtf"] == "2020-01-10"


async def test_doubtful_sentence_becomes_a_record_that_is_given_whole(ready: Writing) -> None:
    nothing = await ready.refuse("acceptProposals", intake="i1", proposals=[{"key": "i1-003"}])
    assert nothing == [("MISSING", "input.proposals[0]")]
    whole = {
        **OWN,
        "key": "n1",
        "promisors": [{"party": "telno", "attribution": "REPORTER_GLOSS"}],
        "strength": "WILLING",
        "madeOn": {"edtf": "2021-03-04"},
    }
    await accept(ready, "i1", {"key": "i1-003", "commitment": whole})
    written = await ready.document("commitments", "n1")
    assert [e["mode"] for e in written["evidence"]] == ["REPORTER_VOICE"]


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"intake": "no", "proposals": [promise()]}, [("UNKNOWN_KEY", "input.intake")]),
        ({"proposals": []}, [("INVALID", "input.proposals")]),
        ({"proposals": [promise(), promise()]}, [("INVALID", "input.proposals")]),
        ({"proposals": [{"key": "no"}]}, [("UNKNOWN_KEY", "input.proposals[0].key")]),
        (
            {"proposals": [{"key": "i1-000", "meeting": {"title": "T"}}]},
            [("INVALID", "input.proposals[0].meeting")],
        ),
        (
            {"proposals": [{"key": "i1-000", "meeting": {}, "party": {}}]},
            [("INVALID", "input.proposals[0]")],
        ),
        (
            {"proposals": [promise(key="c1")]},
            [("KEY_TAKEN", "input.proposals[0].commitment.key")],
        ),
        (
            {"proposals": [promise(promisors=[{"party": "tel", "attribution": "SELF_QUOTED"}])]},
            [("UNKNOWN_KEY", "input.proposals[0].commitment.promisors[0].party")],
        ),
        (
            {"proposals": [{"key": "i1-000", "about": {"noun": "COMMITMENTS", "key": "no"}}]},
            [("UNKNOWN_KEY", "input.proposals[0].about")],
        ),
        (
            {"proposals": [promise()], "article": {"publisher": "nobody"}},
            [("UNKNOWN_KEY", "input.article.publisher")],
        ),
    ],
)
async def test_what_is_wrong_is_told_with_its_place(
    ready: Writing, given: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    assert await ready.refuse("acceptProposals", **{"intake": "i1", **given}) == errors


async def test_decided_ones_are_not_decided_again(ready: Writing) -> None:
    await ready.do("rejectProposal", keys=["i1-000", "i1-001"], reason="No promise.")
    chosen = await ready.refuse("acceptProposals", intake="i1", proposals=[promise()])
    assert chosen == [("WRONG_STAGE", "input.proposals[0].key")]
    again = await ready.refuse("rejectProposal", keys=["i1-000"], reason="No.")
    assert again == [("WRONG_STAGE", "input.keys[0]")]
    select = "proposals { state reason decidedBy intake { openCount } }"
    opened = await ready.do("reopenProposal", select, keys=["i1-000"])
    assert opened["proposals"] == [
        {"state": "OPEN", "reason": None, "decidedBy": None, "intake": {"openCount": 3}}
    ]
    assert await ready.refuse("reopenProposal", keys=["i1-000"]) == [
        ("WRONG_STAGE", "input.keys[0]")
    ]
    assert await ready.refuse("rejectProposal", keys=["i1-000"]) == [
        ("REASON_MISSING", "input.reason")
    ]


async def test_proposer_changes_nothing_that_is_published(ready: Writing) -> None:
    for given in (
        {"proposals": [promise()], "accept": True},
        {"proposals": [{"key": "i1-001"}]},
    ):
        before = await ready.dump()
        query = """mutation ($i: AcceptProposalsInput!) {
            acceptProposals(input: $i) { dataVersion } }"""
        body = await ready.execute(query, PROPOSER, i={"intake": "i1", **given})
        assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert await ready.dump() == before
    await ready.do("acceptProposals", "dataVersion", PROPOSER, intake="i1", proposals=[promise()])


async def test_two_persons_look_at_what_one_proposed(
    sample: Database, schema: GraphQLSchema
) -> None:
    await keep(sample, intake("i1"), proposals=(proposal("i1", 0),))
    by_two = Writing(sample, schema, two_persons=True)
    errors = await by_two.refuse("acceptProposals", intake="i1", proposals=[promise()], accept=True)
    assert errors == [("TWO_PERSONS", "input.accept")]


async def test_article_of_before_is_accepted_with_its_records(ready: Writing) -> None:
    await accept(ready, "i1", promise())
    assert (await ready.document("articles", "i1-article"))["curation"] == Curation.PROPOSED
    await accept(ready, "i1", {"key": "i1-001"}, accept=True)
    assert (await ready.document("articles", "i1-article"))["curation"] == Curation.ACCEPTED


async def test_same_text_that_is_stored_is_no_second_article(curator: Curator) -> None:
    await write(curator.database, article("a9", text=ARTICLE.rstrip(), textKind="FULL_TEXT"))
    found = await curator.take_in(ARTICLE)
    assert found["sameText"] == {"key": "a9"} and found["articleKey"] == "a9"
    done = await accept(curator.writing, found["key"], {"key": pick(found, "PARTY", "Skylark")})
    assert [w["noun"] for w in done["written"]] == ["PARTIES"]


async def test_nearly_the_same_text_is_told(curator: Curator) -> None:
    await write(curator.database, article("a9", text=f"{ARTICLE} It was late.".rstrip()))
    found = await curator.take_in(ARTICLE)
    assert found["sameText"] is None
    (alike,) = found["alike"]
    assert alike["article"] == {"key": "a9"} and alike["share"] > 0.8


async def test_drafts_follow_a_party_that_became_another_record(curator: Curator) -> None:
    """The key that a curator gives, or the stored party that is meant, stands where drafts name
    the proposed one; in a later acceptance, too.
    """
    found = await curator.take_in(ARTICLE, article={"datePublished": DAY})
    promises = [p for p in found["proposals"]["nodes"] if p["kind"] == "COMMITMENT"][:2]
    party = {"key": pick(found, "PARTY", "Skylark"), "party": {"key": "sky"}}
    first = {"key": promises[0]["key"], "commitment": {**OWN, "key": "n1"}}
    office = {"key": pick(found, "PARTY", "Competition")}
    await accept(curator.writing, found["key"], party, office, first)
    second = {"key": promises[1]["key"], "commitment": {**OWN, "key": "n2"}}
    await accept(curator.writing, found["key"], second)
    for key in ("n1", "n2"):
        written = await curator.writing.document("commitments", key)
        assert [p["party"] for p in written["promisors"]] == ["sky"]


async def test_proposed_party_that_is_stored_gives_it_another_name(curator: Curator) -> None:
    stored = {"key": "sky", "kind": "COMPANY", "name": "Sky Holding"}
    await curator.writing.do("createParty", accept=True, **stored)
    found = await curator.take_in(ARTICLE, article={"datePublished": DAY})
    about = {"noun": "PARTIES", "key": "sky"}
    party = {"key": pick(found, "PARTY", "Skylark"), "about": about}
    promise = {"key": pick(found, "COMMITMENT", "seven days"), "commitment": {**OWN, "key": "n1"}}
    await accept(curator.writing, found["key"], party, promise, accept=True)
    written = await curator.writing.document("commitments", "n1")
    assert [p["party"] for p in written["promisors"]] == ["sky"]
    names = (await curator.writing.document("parties", "sky"))["names"]
    assert [(n["value"], n["kind"]) for n in names] == [("Skylark", "ALIAS")]
