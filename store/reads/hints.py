"""Which index MongoDB is to use where its own choice can go far wrong.

MongoDB tries candidates out and keeps the winner for every query of the same form. A status at a
day is in an index too, but half of the store may stand so: what was the better index for one
party and status is a bad one for the next. Where a query asks for a party, an article, a meeting,
the number of documents is known to be small, and MongoDB need not try.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from store.mongodb.driver import Sort
from store.mongodb.indexes import INDEXES


def hint(collection: str, query: Mapping[str, Any], sort: Sort = ()) -> str | None:
    """The narrow index for a query, by name; None where MongoDB chooses.

    It must give the order as well, or no order be asked for: to sort all that a party has to do
    with may cost more than to walk another index until the page is full.
    """
    wanted = set(_find_lookup_paths(query))
    if "_id" in wanted:
        return None
    for index in INDEXES.get(collection, ()):
        if index.narrow and index.keys[0] in wanted:
            return index.name if _gives_order(index.keys, sort) else None
    return None


def _gives_order(keys: tuple[str, ...], sort: Sort) -> bool:
    paths, ways = tuple(path for path, _ in sort), {way for _, way in sort}
    return not sort or (keys[-len(paths) :] == paths and len(ways) == 1)


def _find_lookup_paths(query: Mapping[str, Any]) -> Iterator[str]:
    """The paths at which every document that matches has one of some values."""
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
