"""The vocabulary: every word that any search entry has ever had, to complete beginnings of words.

MongoDB's text index cannot list its words. Here each word is a document with the word as its `_id`,
so words with the same beginning are one range of the index. Words are added before the entry that
holds them, outside its transaction, and never removed: a word that no entry holds any more finds
nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from store.mongodb.collections import VOCABULARY
from store.mongodb.driver import Database, UpdateOne
from store.records.search_entries import WEIGHTS
from store.records.text_search import whole_words

_BATCH = 10_000


async def add_words(database: Database, entries: Iterable[Mapping[str, Any]]) -> None:
    """Adds the words of entries, given as stored documents."""
    missing = await find_missing(database, entries)
    for start in range(0, len(missing), _BATCH):
        added = [
            UpdateOne({"_id": word}, {"$setOnInsert": {}}, upsert=True)
            for word in missing[start : start + _BATCH]
        ]
        await database.write(VOCABULARY, added)


async def find_missing(database: Database, entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The words of entries that are not in the vocabulary yet, sorted."""
    words = sorted(words_of(entries))
    missing: list[str] = []
    for start in range(0, len(words), _BATCH):
        batch = words[start : start + _BATCH]
        found = await database.find(VOCABULARY, {"_id": {"$in": batch}})
        known = {document["_id"] for document in found}
        missing += [word for word in batch if word not in known]
    return missing


def words_of(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    """The words of entries, as they are stored."""
    # Many entries hold the same names.
    return whole_words({line for entry in entries for f in WEIGHTS for line in entry.get(f, ())})
