"""What is in the way of a proposal is told before it is accepted, as the writer would say it."""

from typing import Any

import pytest

from store.records.follow_ups import FollowUpKind
from tests.schema.commands.conftest import PROPOSER, Writing
from tests.store.intake_samples import intake, keep, proposal
from tests.store.samples import ASKED, TEXTS, article, commitment, evidence, write

ASK = """query ($key: String!) {
    proposals(filter: {intake: {eq: $key}}) { nodes { key obstacle { member message } } } }"""
GIVEN = {"independence": "SELF", "confidence": "LOW", "occurredOn": {"edtf": "2021-05-03"}}
START = TEXTS["a1"].index(ASKED)


def follow_up(number: int, state: str = "OPEN", article: str = "a1", **members: Any) -> Any:
    """A proposed follow-up of `c1`, which was made in the article `a1`."""
    selector = {"start": START, "end": START + len(ASKED)}
    proof = {"article": article, "selector": selector, "mode": "REPORTER_VOICE"}
    draft = {"target": "c1", "kind": "PROGRESSED", "evidence": [proof], **members}
    return proposal("same", number, state, kind="FOLLOW_UP", noun="follow_ups", members=draft)


async def keep_those(writing: Writing, *proposals: Any, article: str = "a1") -> None:
    """An intake of the text of `a1` with these proposals."""
    read = intake("same", article=article, text=TEXTS["a1"])
    await keep(writing.database, read, proposals=proposals)


async def ask(writing: Writing) -> list[Any]:
    """What is in the way of each proposal."""
    body = await writing.execute(ASK, PROPOSER, key="same")
    assert "errors" not in body, body["errors"]
    return [node["obstacle"] for node in body["data"]["proposals"]["nodes"]]


@pytest.mark.parametrize("kind", FollowUpKind)
async def test_it_says_what_the_writer_would_say(writing: Writing, kind: FollowUpKind) -> None:
    await keep_those(writing, follow_up(0, kind=kind.value))
    chosen = {"key": "same-000", "followUp": GIVEN}
    given = {"intake": "same", "proposals": [chosen], "dryRun": True}
    tried = await writing.send("acceptProposals", **given)
    refused = [e["message"] for e in tried["userErrors"] if e["path"].endswith("evidence")]
    assert [told and told["message"] for told in await ask(writing)] == (refused or [None])


async def test_remedy_is_told(writing: Writing) -> None:
    await keep_those(writing, follow_up(0))
    message = "PROGRESSED may not rest only on a1, in which c1 itself was made; add evidence from "
    message += "another article"
    assert await ask(writing) == [{"member": "evidence", "message": message}]


async def test_nothing_is_in_the_way_of_others(writing: Writing) -> None:
    other = follow_up(0, article="a2")
    refused = follow_up(1, "REJECTED")
    unknown = follow_up(2, target="nobody")
    await keep_those(writing, other, refused, unknown, proposal("same", 3))
    assert await ask(writing) == [None] * 4


async def test_merged_records_stand_for_those_they_live_on_in(writing: Writing) -> None:
    printed_again = article("again", text=TEXTS["a1"], mergedInto="a1")
    same = commitment("c1-again", mergedInto="c1", evidence=[evidence("again", ASKED)])
    await write(writing.database, printed_again, same)
    await keep_those(writing, follow_up(0, article="again", target="c1-again"), article="again")
    (told,) = await ask(writing)
    assert told["message"].startswith("PROGRESSED may not rest only on a1, in which c1 itself")
