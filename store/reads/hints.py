"""The index that MongoDB is told to use where its own choice can be far wrong.

MongoDB tries indexes out and keeps the winner for every query of the same form. But the best index
for one party and status can be bad for the next, because half of the store may have that status. A
query for a party, an article or a meeting is known to find few documents, so its index is named.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from store.mongodb.driver import Sort
from store.mongodb.indexes import INDEXES
from store.records.terms import PATH, find_terms


def choose_index(collection: str, query: Mapping[str, Any], sort: Sort = ()) -> str | None:
    """The name of the narrow index for a query; None to let MongoDB choose.

    If an order is asked for, the index must give it, too: sorting all documents of a party may cost
    more than reading another index until the page is full.
    """
    wanted = set(_find_lookup_paths(query))
    if "_id" in wanted:
        return None
    indexes = INDEXES.get(collection, ())
    chosen = next((i for i in indexes if i.narrow and i.keys[0] in wanted), None)
    if chosen is None and (found := find_terms(collection, query)) and found[0].narrow:
        chosen = next(index for index in indexes if index.keys[0] == PATH)
    return chosen.name if chosen is not None and _gives_order(chosen.keys, sort) else None


def gives_order(collection: str, path: str) -> bool:
    """Whether an index gives the documents by the values at a path, and in an order of each."""
    return any(index.keys[0] == path for index in INDEXES.get(collection, ()))


def _gives_order(keys: tuple[str, ...], sort: Sort) -> bool:
    paths, ways = tuple(path for path, _ in sort), {way for _, way in sort}
    return not sort or (keys[-len(paths) :] == paths and len(ways) == 1)


def _find_lookup_paths(query: Mapping[str, Any]) -> Iterator[str]:
    """The paths for which the query gives the wanted values, by `$eq` or `$in`."""
    for path, condition in query.items():
        if path == "$and":
            for part in condition:
                yield from _find_lookup_paths(part)
        elif isinstance(condition, Mapping) and "$elemMatch" in condition:
            members = condition["$elemMatch"].items()
            yield from (f"{path}.{member}" for member, wanted in members if _is_lookup(wanted))
        elif not path.startswith("$") and _is_lookup(condition):
            yield path


def _is_lookup(condition: Any) -> bool:
    if isinstance(condition, Mapping):
        return bool(condition.keys() & {"$eq", "$in"})
    return condition is not None
