"""Everything derived, compared with what is stored, and worked out again from the records."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from store.derivation import Derivation
from store.layout import COUNTERS
from store.mongo import Database, ReplaceOne, Session
from store.records.derived import DERIVED
from store.records.nouns import NOUNS


@dataclass(frozen=True, slots=True)
class Difference:
    """A record, or a counter, whose stored derived part is not what the records give."""

    noun: str
    key: str
    members: tuple[str, ...]


async def differences(database: Database, *, batch: int = 500) -> AsyncIterator[Difference | int]:
    """Compares everything derived with what is stored; also yields how many were looked at."""
    for noun in DERIVED:
        async for documents in database.batches(noun, batch):
            wanted = await Derivation(database).derived(noun, [d["_id"] for d in documents])
            for document in documents:
                key = document["_id"]
                if wrong := _differing(document.get("derived", {}), wanted[key]):
                    yield Difference(noun, key, wrong)
            yield len(documents)
    for noun in NOUNS:
        stored, right = await _counter(database, noun), await _counted(database, noun)
        if wrong := _differing(stored, right):
            yield Difference(COUNTERS, noun, wrong)


def _differing(stored: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(m for m in {*stored, *right} if stored.get(m) != right.get(m)))


async def rebuild(database: Database, *, batch: int = 500) -> AsyncIterator[int]:
    """Derives everything again, in batches; yields how many records each batch had."""
    for noun in DERIVED:
        async for documents in database.batches(noun, batch):
            keys = [document["_id"] for document in documents]
            await database.transaction(partial(_derive_again, database, noun, keys))
            yield len(keys)
    for noun in NOUNS:
        await database.transaction(partial(_count_again, database, noun))


async def _derive_again(
    database: Database, noun: str, keys: Sequence[str], session: Session
) -> None:
    await Derivation(database, session).store(noun, keys)


async def _count_again(database: Database, noun: str, session: Session) -> None:
    counter = await _counted(database, noun, session)
    await database.write(COUNTERS, [ReplaceOne({"_id": noun}, counter, upsert=True)], session)


async def _counter(database: Database, noun: str) -> dict[str, Any]:
    """The counter as it is stored, without the zeros that steps back leave in it."""
    found = await database.find(COUNTERS, {"_id": noun})
    counter: dict[str, Any] = {
        "_id": noun,
        "total": 0,
        "curation": {},
        **(found[0] if found else {}),
    }
    return {**counter, "curation": {state: n for state, n in counter["curation"].items() if n}}


async def _counted(database: Database, noun: str, session: Session | None = None) -> dict[str, Any]:
    """The counter of a noun as it should be, by counting."""
    pipeline = [{"$group": {"_id": "$curation", "n": {"$sum": 1}}}]
    groups = await database.aggregate(noun, pipeline, session)
    curation = {group["_id"]: group["n"] for group in groups}
    return {"_id": noun, "total": sum(curation.values()), "curation": curation}
