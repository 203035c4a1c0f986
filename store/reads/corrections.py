"""The changes after a moment of the records that an answer shows, or would have shown then.

An answer with `knownAt` leaves out what was recorded later, but shows what the records say now. So
corrections, retractions and merges change it afterwards; the log of changes tells which did.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.mongodb.collections import CHANGES
from store.reads.reader import Reader
from store.records.base import At
from store.records.naming import match_merged_into, word

MOST = 50
"""The most corrections that are given, the newest first."""

_MOST_READ = 2_000
_BESIDE = {"follow_ups": "target", "assessments": "trackable"}
"""The nouns that bear on a commitment or request, and the member that names it. A record of these
may have been shown then and be missing now, because it was changed."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A change of a record: what was done to it, to which members, and when."""

    noun: str
    key: str
    kind: str
    changed: list[str]
    at: datetime


async def find_corrections(
    reader: Reader, own: At, shown: Iterable[At], moment: datetime
) -> list[Correction]:
    """The changes after a moment that may have changed the answer about `own`, newest first.

    These are changes of `own`, of follow-ups and assessments that name or named it, of the records
    that are `shown` with it, and of what was merged into any of them. At most `MOST` are given.

    A change that was written before `own`, or together with it, does not count, whatever its
    moment: a store may be filled with records of the past.
    """
    noun, key = own
    found = await _add_merged(reader, {noun: {key}})
    beside = {}
    for name, path in _BESIDE.items():
        names = {"$in": sorted(found[noun])}
        words = [word(noun, key) for key in sorted(found[noun])]
        known = {"derived.refersTo": {"$in": words}, path: names, "recordedAt": {"$lte": moment}}
        once = {f"before.{path}": names, "before.recordedAt": {"$lte": moment}}
        rows = await reader.find_page(CHANGES, once, (), _MOST_READ, {"record": 1})
        beside[name] = [*await _find_keys(reader, name, known), *(row["record"] for row in rows)]
    for name, one in [own, *shown, *await _find_meetings(reader, own)]:
        found.setdefault(name, set()).add(one)
    found = await _add_merged(reader, found)
    for name, keys in beside.items():
        found.setdefault(name, set()).update(keys)
    # By record alone: by moment, MongoDB might scan all that was written since.
    rows = await reader.find_page(
        CHANGES,
        {"record": {"$in": sorted(set().union(*found.values()))}},
        (),
        0,
        dict.fromkeys(("noun", "record", "kind", "changed", "at", "dataVersion"), 1),
    )
    # Its first change: that it was created or, as readers see it, accepted.
    since = min((row["dataVersion"] for row in rows if _record_of(row) == own), default=0)
    later = [
        row
        for row in rows
        if row["at"] > moment
        and row["dataVersion"] > since
        and row["record"] in found.get(row["noun"], ())
    ]
    later.sort(key=lambda row: (row["at"], row["dataVersion"], row["noun"], row["record"]))
    newest = later[: -MOST - 1 : -1]
    return [Correction(*_record_of(row), row["kind"], row["changed"], row["at"]) for row in newest]


async def _find_meetings(reader: Reader, own: At) -> list[At]:
    """The meetings that a record names, though an answer may show none: one that was merged into
    what was recorded later, or is not seen, was shown before.
    """
    noun, key = own
    rows = await reader.find_page(noun, {"_id": key}, (), 1, {"derived.refersTo": 1})
    words = (word.partition(":") for row in rows for word in row["derived"]["refersTo"])
    return [(name, one) for name, _, one in words if name == "meetings"]


def _record_of(row: Mapping[str, Any]) -> At:
    return row["noun"], row["record"]


async def _add_merged(reader: Reader, found: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """The keys by noun, with the keys of all that was merged into them, in any number of steps."""
    whole = {}
    for noun, keys in found.items():
        whole[noun] = known = set(keys)
        last = known
        while last:
            merged = await _find_keys(reader, noun, match_merged_into(noun, sorted(last)))
            last = set(merged) - known
            known |= last
    return whole


async def _find_keys(reader: Reader, noun: str, query: Mapping[str, Any]) -> list[str]:
    rows = await reader.find_page(noun, query, (), _MOST_READ, {"_id": 1})
    return [row["_id"] for row in rows]
