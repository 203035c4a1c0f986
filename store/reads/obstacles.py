"""What proposals would be refused for as they are drafted, where the store tells it before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from store.mongodb.collections import PROPOSALS
from store.reads.reader import Reader
from store.records.follow_ups import FollowUpKind, find_circularity
from store.records.intakes import ProposalState
from store.records.nouns import TRACKABLES

_DRAFTED = dict.fromkeys(
    ("state", "noun", "members.target", "members.kind", "members.evidence.article"), 1
)
_SOURCES = dict.fromkeys(("mergedInto", "evidence.article"), 1)

Documents = Mapping[str, dict[str, Any]]


async def find_obstacles(
    reader: Reader, proposals: Sequence[str]
) -> dict[str, dict[str, str] | None]:
    """By the key of a proposal, for which `member` its record would be refused as it is drafted,
    and a `message` that says why, with the remedy: an open follow-up that would rest only on what
    its target rests on. None for the others.
    """
    obstacles: dict[str, dict[str, str] | None] = dict.fromkeys(proposals)
    found = await reader.find_documents(PROPOSALS, proposals, _DRAFTED)
    drafts = {
        key: row["members"]
        for key, row in found.items()
        if row["state"] == ProposalState.OPEN
        and row.get("noun") == "follow_ups"
        and row["members"].keys() >= {"target", "kind", "evidence"}
    }
    targets = await _load_targets(reader, {draft["target"] for draft in drafts.values()})
    named = {*_articles_in(drafts.values()), *_articles_in(targets.values())}
    living = await _find_living(reader, named)
    for key, draft in drafts.items():
        if (target := targets.get(draft["target"])) is not None:
            problem = find_circularity(
                FollowUpKind(draft["kind"]),
                {living[article] for article in _articles_in([draft])},
                target["_id"],
                {living[article] for article in _articles_in([target])},
            )
            if problem is not None:
                obstacles[key] = {"member": problem.path, "message": problem.message}
    return obstacles


def _articles_in(documents: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (proof["article"] for row in documents for proof in row.get("evidence", ()))


async def _load_targets(reader: Reader, keys: set[str]) -> Documents:
    """Commitments and requests by these keys; for a merged one the record that it lives on in."""
    targets: dict[str, dict[str, Any]] = {}
    for noun in TRACKABLES if keys else ():
        found = await reader.find_documents(noun, sorted(keys), _SOURCES)
        into = {row["mergedInto"] for row in found.values() if row.get("mergedInto")}
        living = await reader.find_documents(noun, sorted(into), _SOURCES) if into else {}
        for key, row in found.items():
            targets.setdefault(key, living.get(row.get("mergedInto", ""), row))
    return targets


async def _find_living(reader: Reader, articles: set[str]) -> Mapping[str, str]:
    """For each article the key of that in which it lives on: its own, unless it was merged."""
    found = (
        await reader.find_documents("articles", sorted(articles), {"mergedInto": 1})
        if articles
        else {}
    )
    return {key: found.get(key, {}).get("mergedInto") or key for key in articles}
