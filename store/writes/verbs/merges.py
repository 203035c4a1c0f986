"""Merge records into another, and take a merge back.

A merged record keeps all that it says, and what names it goes on naming it; only `mergedInto`
changes. So to take a merge back is to empty that. What was merged into a record that is merged
itself is led on to the survivor, for no merge leads to a merged record; the log says which, and
they are led back with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from store.mongodb.collections import CHANGES
from store.mongodb.documents import to_record
from store.records.base import At, Key
from store.records.merges import find_lacking
from store.records.naming import match_merged_into
from store.viewers import Role
from store.writes.commands import (
    CommandRefused,
    UserError,
    UserErrorCode,
    Verb,
    Verdict,
    Work,
)
from store.writes.writer import Draft

MOST_KEYS = 100
"""Records that are merged at once."""


def merge(noun: str, keys: Sequence[Key], into: Key, expected: int | None = None) -> Verb:
    """Merges these records into another, all or none. `expected` is the version of that."""

    async def verb(work: Work) -> Verdict:
        if len(set(keys)) > 1:
            work.require(Role.ADMIN, "to merge several records at once")
        work.require_reason("merge records")
        survivor = await work.load_expected(noun, into, expected, "input.into")
        if not 0 < len(keys) <= MOST_KEYS:
            message = f"give 1 to {MOST_KEYS} keys"
            raise CommandRefused(UserError(UserErrorCode.INVALID, message, "input.keys"))
        places = {(noun, key): f"input.keys[{i}]" for i, key in enumerate(keys)}
        documents = {key: d for (_, key), d in (await work.load_all(places)).items()}
        for key, document in documents.items():
            if document.get("mergedInto"):
                message = f"{key} is merged into {document['mergedInto']} already; unmerge it first"
                error = UserError(UserErrorCode.WRONG_STAGE, message, places[noun, key])
                raise CommandRefused(error)
        led_on = await work.find(noun, match_merged_into(noun, sorted(documents)))
        moved = {document["_id"]: document for document in led_on if document["_id"] != into}
        drafts = _lead([*documents.values(), *moved.values()], noun, into)
        paths: dict[At, str] = {(noun, into): "input.into", **places}
        lacking = await _find_lacking(work, noun, documents.values(), survivor)
        return Verdict(drafts, (noun, into), paths, row={"lacking": lacking})

    return verb


def unmerge(noun: str, key: Key, expected: int | None = None) -> Verb:
    """Takes the merge of a record back, with what was led on because of it."""

    async def verb(work: Work) -> Verdict:
        document = await work.load_expected(noun, key, expected)
        work.require_reason("take a merge back")
        into = document.get("mergedInto")
        if not into:
            message = f"{noun}/{key} is not merged into another"
            raise CommandRefused(UserError(UserErrorCode.WRONG_STAGE, message, "input.key"))
        back = await _find_led_on(work, noun, key, into)
        drafts = [
            Draft(to_record(noun, document).model_copy(update={"merged_into": None})),
            *_lead(back, noun, key),
        ]
        return Verdict(drafts, (noun, key), {(noun, key): "input.key"})

    return verb


def _lead(documents: Iterable[Mapping[str, Any]], noun: str, into: Key) -> list[Draft]:
    return [
        Draft(to_record(noun, document).model_copy(update={"merged_into": into}))
        for document in documents
    ]


async def _find_led_on(work: Work, noun: str, key: Key, into: Key) -> list[dict[str, Any]]:
    """What lived on in a record until that was merged, and lives on where that does since."""
    merges = [c for c in await work.list_changes(noun, key) if "mergedInto" in c["changed"]]
    if not merges:  # it was imported as merged
        return []
    same_write = {
        "noun": noun,
        "dataVersion": merges[-1]["dataVersion"],
        "before.mergedInto": key,
        "after.mergedInto": merges[-1]["after"]["mergedInto"],
    }
    led = [change["record"] for change in await work.find(CHANGES, same_write)]
    found = await work.find_documents(noun, led)
    return [document for document in found.values() if document.get("mergedInto") == into]


async def _find_lacking(
    work: Work, noun: str, merged: Iterable[Mapping[str, Any]], survivor: Mapping[str, Any]
) -> list[str]:
    """What the merged records say and the survivor does not: `telno: country`."""
    into = to_record(noun, survivor)
    return [
        f"{document['_id']}: {member}"
        for document in merged
        for member in find_lacking(to_record(noun, document), into, noun, lambda _noun, key: key)
    ]
