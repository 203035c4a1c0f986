"""Proposals whose records were taken back wait for a decision again."""

from typing import Any

from graphql import GraphQLSchema

from store.mongodb.driver import Database
from tests.api.intakes.conftest import Curator, find_text
from tests.schema.commands.conftest import Writing, find_broken
from tests.store.intake_samples import intake, keep, proposal
from tests.store.samples import store, write

ARTICLE = find_text("watchdog-and-airline")
DAY = {"edtf": "2021-05-12", "basis": "STATED"}
OWN = {"title": "Refunds in a week", "gist": "Passengers get money back.", "term": "ONE_OFF"}


async def accept(writing: Writing, key: str, *proposals: Any) -> dict[str, str]:
    """Accepts proposals; the key of the record that each became."""
    select = "proposals { key record { key } }"
    given = {"intake": key, "proposals": [*proposals], "accept": True}
    done = await writing.do("acceptProposals", select, **given)
    return {one["key"]: one["record"]["key"] for one in done["proposals"]}


async def review(writing: Writing, action: str, *records: tuple[str, str]) -> None:
    chosen = [{"noun": noun, "key": key} for noun, key in records]
    await writing.do("review", "dataVersion", action=action, records=chosen, reason="Taken back.")


async def test_accepted_one_is_open_again_once_its_record_is_retracted(curator: Curator) -> None:
    writing = curator.writing
    found = await curator.take_in(ARTICLE, article={"datePublished": DAY})
    nodes = found["proposals"]["nodes"]
    party = next(p["key"] for p in nodes if p["kind"] == "PARTY" and "Skylark" in p["draft"])
    promise = next(p["key"] for p in nodes if p["kind"] == "COMMITMENT")
    chosen = ({"key": party}, {"key": promise, "commitment": OWN})
    became = await accept(writing, found["key"], *chosen)
    stands = [("WRONG_STAGE", "input.keys[0]"), ("WRONG_STAGE", "input.keys[1]")]
    assert await writing.refuse("reopenProposal", keys=[party, promise]) == stands

    records = (("COMMITMENTS", became[promise]), ("PARTIES", became[party]))
    await review(writing, "RETRACT", *records)
    opened = await writing.do(
        "reopenProposal",
        "proposals { state decidedBy record { key } intake { openCount } }",
        keys=[party, promise],
    )
    as_before = {"openCount": found["openCount"]}
    assert (
        opened["proposals"]
        == [{"state": "OPEN", "decidedBy": None, "record": None, "intake": as_before}] * 2
    )

    # Accepted once more, they are new records: what was retracted stays so.
    again = await accept(writing, found["key"], *chosen)
    assert not set(again.values()) & set(became.values())
    commitment = await writing.document("commitments", again[promise])
    assert [one["party"] for one in commitment["promisors"]] == [again[party]]
    assert (await writing.document("parties", became[party]))["curation"] == "RETRACTED"
    assert await find_broken(curator.database) == []


async def test_evidence_is_open_again_once_its_record_is_reverted(
    database: Database, schema: GraphQLSchema
) -> None:
    await write(database, *store())
    about = {"noun": "commitments", "key": "c1"}
    await keep(database, intake("i1"), proposals=(proposal("i1", 1, kind="EVIDENCE", about=about),))
    writing = Writing(database, schema)
    await accept(writing, "i1", {"key": "i1-001"})
    grown = await writing.document("commitments", "c1")
    refused = await writing.refuse("reopenProposal", keys=["i1-001"])
    assert refused == [("WRONG_STAGE", "input.keys[0]")]
    given = {"noun": "COMMITMENTS", "key": "c1", "version": grown["version"] - 1}
    await writing.do("revertRecord", "dataVersion", **given, reason="Taken back.")
    opened = await writing.do("reopenProposal", "proposals { state }", keys=["i1-001"])
    assert opened["proposals"] == [{"state": "OPEN"}]
