"""What changes made of the members of records, as far as whoever asks may see it."""

from collections.abc import Mapping, Sequence
from typing import Any

from store.gather import gather_all
from store.mongodb.collections import CHANGES
from store.reads.queries import WITHOUT_WORDS
from store.reads.reader import Reader
from store.records.base import At, Curation
from store.records.differences import Difference, find_differences, find_named, leave_named
from store.records.nouns import NOUNS
from store.viewers import Sight

Contents = tuple[Mapping[str, Any], Mapping[str, Any]]


async def load_differences(reader: Reader, changes: Sequence[str]) -> dict[str, list[Difference]]:
    """The differences that each of these changes made, by its id.

    Nothing is told of what a record was before it was published, of what a retracted one said, and
    of the keys of records that are not in sight; the key of a retracted record is.
    """
    found = await reader.find_documents(CHANGES, changes, WITHOUT_WORDS)
    contents = {id_: shown for id_, row in found.items() if (shown := _show(row, reader.sight))}
    if reader.sight is Sight.PUBLISHED:
        contents = await _leave_seen(reader, found, contents)
    return {id_: find_differences(*contents[id_]) if id_ in contents else [] for id_ in changes}


def _show(change: Mapping[str, Any], sight: Sight) -> Contents | None:
    before, after = change.get("before"), change["after"]
    if before is None:
        return None
    if sight is Sight.ALL:
        return before, after
    if before["curation"] != Curation.ACCEPTED:
        return None
    if after["curation"] == Curation.ACCEPTED:
        return before, after
    return {"curation": before["curation"]}, {"curation": after["curation"]}


async def _leave_seen(
    reader: Reader, changes: Mapping[str, Mapping[str, Any]], contents: Mapping[str, Contents]
) -> dict[str, Contents]:
    """The contents without the keys of what is not in sight."""
    nouns = {id_: changes[id_]["noun"] for id_ in contents}
    named = {
        at for id_, pair in contents.items() for side in pair for at in find_named(nouns[id_], side)
    }
    seen = await _find_seen(reader, named)
    return {
        id_: (leave_named(nouns[id_], before, seen), leave_named(nouns[id_], after, seen))
        for id_, (before, after) in contents.items()
    }


async def _find_seen(reader: Reader, named: set[At]) -> set[At]:
    keys = {noun: sorted(key for of, key in named if of == noun) for noun in NOUNS}
    nouns = [noun for noun in NOUNS if keys[noun]]
    found = await gather_all(
        [reader.find_documents(noun, keys[noun], {"curation": 1}, notices=True) for noun in nouns]
    )
    return {(noun, key) for noun, documents in zip(nouns, found, strict=True) for key in documents}
