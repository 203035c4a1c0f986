"""Reads while the merge of a party is told to the records that name it: all its keys are one.

A merge or its undoing is acknowledged before all that name the party are derived again
(`store.writes.queue`), so for a while some hold one key and some the other. Until that is done,
queries ask for either, and what is read has the key of the one that lives. Nothing is changed while
nothing waits.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from store.mongodb.collections import QUEUE
from store.mongodb.driver import Database
from store.records.base import Key, Shape
from store.records.derived import DERIVED
from store.records.references import find_members
from store.records.search_entries import ENTRIES, Entry

Stage: TypeAlias = Mapping[str, Any]

_FIRST = frozenset({"$match", "$sort", "$limit"})
"""The stages before which nothing may stand, lest they use no index."""

_MODELS: Mapping[str, tuple[str, type[Shape]]] = {
    **{noun: ("derived.", model) for noun, model in DERIVED.items()},
    ENTRIES: ("", Entry),
}
"""Where a collection holds keys of living parties: before which path, by which model."""


def _find_paths(model: type[Shape], prefix: str) -> Iterator[str]:
    for member in find_members(model):
        path = prefix + member.alias
        if member.nouns == ("parties",):
            yield path
        elif member.shape is not None:
            yield from _find_paths(member.shape, f"{path}.")


PATHS: Mapping[str, frozenset[str]] = {
    collection: frozenset(_find_paths(model, prefix))
    for collection, (prefix, model) in _MODELS.items()
}
"""By collection, the paths that hold keys of living parties."""


class Unsettled:
    """The keys that are one party for now, as last heard; all readers of a process share it."""

    def __init__(self) -> None:
        self._living: Mapping[Key, Key] = {}
        self._alike: Mapping[Key, tuple[Key, ...]] = {}
        self._refreshing = asyncio.Lock()

    def __bool__(self) -> bool:
        return bool(self._living)

    async def refresh(self, database: Database) -> None:
        """Reads what waits; of several at once, each after the one before."""
        async with self._refreshing:
            await self._refresh(database)

    async def _refresh(self, database: Database) -> None:
        items = await database.find(QUEUE, {"same": {"$exists": True}}, sort=[("since", 1)])
        groups = _join([item["_id"], *item["same"]] for item in items)
        keys = [key for group in groups for key in group]
        merged: set[Key] = set()
        if keys:
            query = {"_id": {"$in": keys}, "mergedInto": {"$exists": True}}
            found = await database.find("parties", query, fields={"_id": 1})
            merged = {party["_id"] for party in found}
        self._alike = {key: tuple(group) for group in groups for key in group}
        # Of a merge that was undone, two live: until that is settled both stand for the first.
        self._living = {
            key: next((one for one in group if one not in merged), group[0])
            for group in groups
            for key in group
        }

    def living(self, key: Key) -> Key:
        """The key by which a party is read for now."""
        return self._living.get(key, key)

    def living_keys(self, keys: Sequence[Key]) -> Sequence[Key]:
        """The keys by which these are read for now; the same object if they are the same."""
        if not self._living or all(self.living(key) == key for key in keys):
            return keys
        return [self.living(key) for key in keys]

    def expand(self, collection: str, query: Mapping[str, Any]) -> Mapping[str, Any]:
        """The query, asking for every key of a party where it asks for one."""
        if not self._living or collection not in PATHS:
            return query
        return self._expand(PATHS[collection], query, "")

    def expand_pipeline(self, collection: str, pipeline: Sequence[Stage]) -> list[Stage]:
        """The pipeline with its queries expanded, of documents that have the living key alone."""
        found: list[Stage] = []
        restated = False
        for stage in pipeline:
            ((operator, value),) = stage.items()
            if not restated and operator not in _FIRST:
                found += self.restate(collection)
                restated = True
            if operator == "$match":
                found.append({"$match": self.expand(collection, value)})
            elif operator == "$unionWith":
                steps = self.expand_pipeline(value["coll"], value["pipeline"])
                found.append({"$unionWith": {**value, "pipeline": steps}})
            else:
                found.append(stage)
        return found if restated else [*found, *self.restate(collection)]

    def restate(self, collection: str) -> list[Stage]:
        """The stages that give the documents of a collection the living key in place of others."""
        if collection not in _MODELS:
            return []
        prefix, model = _MODELS[collection]
        members = self._restate(model, f"${prefix}", prefix, 0)
        return [{"$set": members}] if members else []

    def restated_key(self, expression: Any) -> Any:
        """MongoDB's expression for the living key in place of the one that another gives."""
        others: dict[Key, list[Key]] = {}
        for key, living in self._living.items():
            if key != living:
                others.setdefault(living, []).append(key)
        branches = [
            {"case": {"$in": [expression, {"$literal": keys}]}, "then": {"$literal": living}}
            for living, keys in others.items()
        ]
        return {"$switch": {"branches": branches, "default": expression}}

    def _restate(
        self, model: type[Shape], value: str, prefix: str, depth: int
    ) -> Mapping[str, Any]:
        """By path, the expressions for the members of a model that hold keys of parties."""
        found: dict[str, Any] = {}
        for member in find_members(model):
            whole = value + member.alias
            one = f"$$item{depth}" if member.many else whole
            if member.nouns == ("parties",):
                made: Any = self.restated_key(one)
            elif member.shape is not None and (
                parts := self._restate(member.shape, f"{one}.", "", depth + 1)
            ):
                made = {"$mergeObjects": [one, parts]}
            else:
                continue
            if member.many:
                each = {"input": whole, "as": f"item{depth}", "in": made}
                # What is missing stays missing.
                made = {"$cond": [{"$isArray": [whole]}, {"$map": each}, whole]}
            found[prefix + member.alias] = made
        return found

    def _expand(
        self, paths: frozenset[str], query: Mapping[str, Any], prefix: str
    ) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        every: list[Mapping[str, Any]] = []
        for path, wanted in query.items():
            at = prefix + path
            if path in ("$and", "$or", "$nor"):
                found[path] = [self._expand(paths, part, prefix) for part in wanted]
            elif at in paths and isinstance(wanted, Mapping) and "$all" in wanted:
                every += [{path: {"$in": self._all_keys([key])}} for key in wanted["$all"]]
            elif at in paths:
                found[path] = self._expand_condition(wanted)
            elif not path.startswith("$") and isinstance(wanted, Mapping):
                found[path] = self._expand_parts(paths, wanted, f"{at}.")
            else:
                found[path] = wanted
        if every:
            found["$and"] = [*found.get("$and", ()), *every]
        return found

    def _expand_parts(
        self, paths: frozenset[str], condition: Mapping[str, Any], prefix: str
    ) -> Mapping[str, Any]:
        found = dict(condition)
        if "$elemMatch" in condition:
            found["$elemMatch"] = self._expand(paths, condition["$elemMatch"], prefix)
        if isinstance(condition.get("$not"), Mapping):
            found["$not"] = self._expand_parts(paths, condition["$not"], prefix)
        return found

    def _expand_condition(self, condition: Any) -> Any:
        if isinstance(condition, str):
            keys = self._all_keys([condition])
            return {"$in": keys} if len(keys) > 1 else condition
        if not isinstance(condition, Mapping):
            return condition
        found: dict[str, Any] = {}
        for operator, value in condition.items():
            if operator in ("$in", "$nin"):
                found[operator] = self._all_keys(value)
            elif operator in ("$eq", "$ne") and isinstance(value, str):
                found["$in" if operator == "$eq" else "$nin"] = self._all_keys([value])
            elif operator == "$not":
                found[operator] = self._expand_condition(value)
            else:
                found[operator] = value
        return found

    def _all_keys(self, keys: Iterable[Key]) -> list[Key]:
        return list(dict.fromkeys(one for key in keys for one in self._alike.get(key, (key,))))


def _join(groups: Iterable[Sequence[Key]]) -> list[list[Key]]:
    """The groups, of which those with a key in common are one."""
    joined: list[dict[Key, None]] = []
    for group in groups:
        whole = dict.fromkeys(group)
        apart = []
        for other in joined:
            if whole.keys() & other.keys():
                whole = {**other, **whole}
            else:
                apart.append(other)
        joined = [*apart, whole]
    return [list(group) for group in joined]
