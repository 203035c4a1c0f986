"""What bears on commitments and requests: now, and once, as the log of changes tells."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from store.mongodb.collections import CHANGES
from store.reads.reader import Reader
from store.records.base import At, group_keys
from store.records.nouns import TRACKABLES

BEARING: Mapping[str, tuple[str, str]] = {
    "follow_ups": ("targetNoun", "target"),
    "assessments": ("trackableNoun", "trackable"),
    "check_logs": ("trackableNoun", "trackable"),
}
"""The nouns that bear on a commitment or request, and the members that name it."""


async def find_followers(reader: Reader, ats: Iterable[At], most: int) -> set[At]:
    """The follow-ups, assessments and checks in sight that are about these records, and those that
    were, before they were changed or retracted; at most about `most`.
    """
    keys = group_keys(sorted(ats))
    found: set[At] = set()
    for about in (noun for noun in TRACKABLES if noun in keys):
        for noun, (of, key) in BEARING.items():
            now = {f"derived.{key}": {"$in": keys[about]}, of: about}
            rows = await reader.find_page(noun, now, (), most, {"_id": 1})
            found |= {(noun, row["_id"]) for row in rows}
            once = {f"before.{key}": {"$in": keys[about]}, f"before.{of}": about, "noun": noun}
            rows = await reader.find_page(CHANGES, once, (), most, {"record": 1})
            found |= {(noun, row["record"]) for row in rows}
    return found


async def find_about(reader: Reader, changes: Sequence[str]) -> dict[str, set[At]]:
    """What each of these changes is about, by its id: the record itself, and what that was or is
    about.
    """
    members = [member for of, key in BEARING.values() for member in (of, key)]
    paths = [f"{side}.{member}" for side in ("before", "after") for member in members]
    fields = dict.fromkeys(("noun", "record", *paths), 1)
    found = await reader.find_documents(CHANGES, changes, fields)
    return {id_: {*_about(row)} for id_, row in found.items()}


def _about(change: Mapping[str, Any]) -> Iterable[At]:
    yield change["noun"], change["record"]
    of, key = BEARING.get(change["noun"], ("", ""))
    for side in (change.get("before") or {}, change["after"]):
        if key in side:
            yield str(side[of]), side[key]
