"""Reopen proposals: refused ones, and those whose records were taken back since."""

from collections.abc import Mapping, Sequence
from typing import Any

from store.mongodb.collections import INTAKES
from store.records.base import Key
from store.records.intakes import ProposalState
from store.writes.commands import CommandRefused, UserError, UserErrorCode, Verb, Verdict, Work
from store.writes.verbs.intakes import decide_proposals
from store.writes.verbs.proposals import TAKEN_BACK, place_of

_DECIDED = ("decidedAt", "decidedBy", "reason", "record")


def reopen(keys: Sequence[Key]) -> Verb:
    """Has proposals wait for a decision again that were refused, or accepted and taken back."""
    before = (ProposalState.REJECTED, ProposalState.ACCEPTED)
    opened = {
        "$set": {"state": ProposalState.OPEN.value},
        "$unset": dict.fromkeys(_DECIDED, ""),
    }

    async def verb(work: Work) -> Verdict:
        return await decide_proposals(work, keys, before, opened, "reopened", _check_taken_back)

    return verb


async def _check_taken_back(
    work: Work, proposals: Mapping[Key, Mapping[str, Any]], paths: Mapping[Key, str]
) -> None:
    """Raises CommandRefused with all whose record stands, and holds what was proposed."""
    message = "what it became stands; retract that first, or revert it to the version before"
    accepted = {k: p for k, p in proposals.items() if p["state"] == ProposalState.ACCEPTED.value}
    standing = [
        UserError(UserErrorCode.WRONG_STAGE, message, paths[key])
        for key, proposal in accepted.items()
        if await _stands(work, proposal)
    ]
    if standing:
        raise CommandRefused(*standing)


async def _stands(work: Work, proposal: Mapping[str, Any]) -> bool:
    noun, key = proposal["record"]["noun"], proposal["record"]["key"]
    record = (await work.find_documents(noun, [key])).get(key)
    if record is None or record["curation"] in TAKEN_BACK:
        return False
    if record["createdAt"] >= proposal["decidedAt"]:
        return True  # it was made of this proposal, whatever it says by now
    if noun == "parties":
        names = {record["name"], *(one["value"] for one in record.get("names", ()))}
        return proposal["members"].get("name") in names
    (intake,) = await work.find(INTAKES, {"_id": proposal["intake"]}, fields={"article": 1})
    places = {(intake["article"], span["start"], span["end"]) for span in proposal["spans"]}
    claims = (claim["evidence"] for claim in record.get("claims", ()))
    return any(place_of(proof) in places for proof in (*record.get("evidence", ()), *claims))
