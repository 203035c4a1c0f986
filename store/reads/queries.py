"""The parts of MongoDB queries that all reads share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

Query: TypeAlias = Mapping[str, Any]

LIVE: Query = {"curation": "ACCEPTED", "mergedInto": {"$exists": False}}
"""The records that count: accepted, and not merged into another."""

WITHOUT_WORDS: Mapping[str, int] = {
    f"{side}.{path}": 0
    for side in ("before", "after")
    for path in ("text", "evidence.selector.exact")
}
"""What is read of changes where no words of articles are wanted."""


def match_recorded_by(known_at: datetime | None) -> Query:
    """The records that had been recorded by a moment; all, if it is None."""
    return {"recordedAt": {"$lte": known_at}} if known_at is not None else {}


@dataclass(frozen=True, slots=True)
class Via:
    """Where a document names the records that it belongs to.

    `path` holds a key or a list of keys; with `single` it is never a list. With `within`, `path`
    holds a list of sub-documents: the key is their member `within`, and only those that match
    `where` count. `touching` has the nouns of the named records if every write of the document
    touches them, too (`store.writes.projections`).
    """

    path: str
    single: bool = field(default=False, kw_only=True)
    touching: tuple[str, ...] = field(default=(), kw_only=True)
    within: str | None = None
    where: Mapping[str, Any] = field(default_factory=dict)

    def match_names(self, keys: Sequence[str]) -> Query:
        """The query for the documents that name any of these keys."""
        one_of: Any = keys[0] if len(keys) == 1 else {"$in": list(keys)}
        if self.within is None:
            return {self.path: one_of}
        return {self.path: {"$elemMatch": {self.within: one_of, **self.where}}}

    def keys_named(self, keys: Sequence[str]) -> Mapping[str, Any]:
        """MongoDB's expression for those of the keys that a document names, as a list."""
        return {"$setIntersection": [self._values(), list(keys)]}

    def _values(self) -> Any:
        if self.within is not None:
            wanted = {"$and": [_holds(f"$$item.{k}", c) for k, c in self.where.items()]}
            items = {"$filter": {"input": f"${self.path}", "as": "item", "cond": wanted}}
            return {"$map": {"input": items, "as": "item", "in": f"$$item.{self.within}"}}
        value = f"${self.path}"
        return {"$cond": [{"$isArray": value}, value, [value]]}


def _holds(path: str, condition: Any) -> Mapping[str, Any]:
    if isinstance(condition, Mapping):
        ((operator, value),) = condition.items()
        return {operator: [path, value]}
    return {"$eq": [path, condition]}


def match_all(*queries: Query) -> Query:
    """The query for the documents that match all of the queries."""
    wanted = [query for query in queries if query]
    if len(wanted) > 1:
        return {"$and": wanted}
    return wanted[0] if wanted else {}


def outermost_paths(paths: Iterable[str]) -> list[str]:
    """The paths that lie inside no other: MongoDB refuses to project `a` and `a.b` together."""
    wanted: list[str] = []
    for path in sorted(set(paths)):
        if not wanted or not path.startswith(f"{wanted[-1]}."):
            wanted.append(path)
    return wanted
