"""Everything derived, compared with what is stored, and worked out again from the records."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

from store.mongodb.collections import COUNTERS, META, VOCABULARY
from store.mongodb.documents import plain_members
from store.mongodb.driver import Database, DeleteOne, ReplaceOne, Session
from store.records.derived import DERIVED
from store.records.search_entries import ENTRIES
from store.vocabulary import find_missing
from store.writes.counters import differing, recount
from store.writes.projections import Derivation
from store.writes.restate import state_references
from store.writes.unit_of_work import World

REBUILDING = "rebuilding"
"""The `_id`, in the collection of what is known of the store itself, of how far a rebuild is."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A record, or a counter, whose stored derived part is not what the records give."""

    noun: str
    key: str
    members: tuple[str, ...]


async def differences(database: Database, *, batch: int = 500) -> AsyncIterator[Difference | int]:
    """Compares everything derived with what is stored; also yields how many were looked at.

    A word that the vocabulary lacks is told once, however many nouns and batches have it.
    """
    lacking: set[str] = set()
    for noun in DERIVED:
        async for documents in database.stream_batches(noun, batch):
            derivation = Derivation(World(database))
            wanted = await derivation.shapes(noun, [d["_id"] for d in documents])
            for document in documents:
                key = document["_id"]
                if wrong := _differing(document.get("derived", {}), plain_members(wanted[key])):
                    yield Difference(noun, key, wrong)
            entries = await derivation.entries(noun, wanted)
            found = await database.find(ENTRIES, {"_id": {"$in": list(entries)}})
            stored = {entry.pop("_id"): entry for entry in found}
            words = (
                set(await find_missing(database, map(plain_members, entries.values()))) - lacking
            )
            lacking |= words
            for word in sorted(words):
                yield Difference(VOCABULARY, word, ("_id",))
            for key, entry in entries.items():
                if wrong := _differing(stored.get(key, {}), plain_members(entry)):
                    yield Difference(ENTRIES, key, wrong)
            yield len(documents)
    for key, wrong in (await differing(database)).items():
        yield Difference(COUNTERS, key, wrong)


def _differing(stored: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(m for m in {*stored, *right} if stored.get(m) != right.get(m)))


async def rebuild(
    database: Database, *, nouns: Iterable[str] = DERIVED, batch: int = 500
) -> AsyncIterator[int]:
    """Derives everything again, or these nouns, in batches; yields how many records each had.

    How far it is is kept with each batch: the next one of the same program goes on there.
    """
    work: dict[str, Any] = {"nouns": list(nouns), "program": version("followthrough")}
    found = await database.find(META, {"_id": REBUILDING, **work})
    # By these others are found, from which something is derived.
    if not found:
        await state_references(database)
    place = found[0] if found else {**work, "noun": next(iter(work["nouns"]), ""), "after": ""}
    begun = work["nouns"].index(place["noun"]) if place["noun"] else 0
    for noun in work["nouns"][begun:]:
        after = str(place["after"]) if noun == place["noun"] else ""
        async for documents in database.stream_batches(noun, batch, after=after):
            keys = [document["_id"] for document in documents]
            done = {**work, "noun": noun, "after": keys[-1]}
            await database.transaction(partial(_derive_again, database, noun, keys, done))
            yield len(keys)
    await recount(database)
    await database.write(META, [DeleteOne({"_id": REBUILDING})])


async def _derive_again(
    database: Database,
    noun: str,
    keys: Sequence[str],
    done: Mapping[str, Any],
    session: Session,
) -> None:
    await Derivation(World(database, session)).store(database, noun, keys)
    mark = ReplaceOne({"_id": REBUILDING}, {"_id": REBUILDING, **done}, upsert=True)
    await database.write(META, [mark], session)
