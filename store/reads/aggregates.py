"""Counts of documents, from the counters where these have them, else from one pipeline."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from store.mongodb.collections import COUNTERS
from store.reads.hints import choose_index
from store.reads.queries import LIVE, Query, Via, match_all
from store.reads.read_tracking import TrackedDatabase
from store.records.counter_deltas import count_on_day, counter_keys, counter_name
from store.records.dimensions import DIMENSIONS, Counting
from store.records.nouns import TRACKABLES

Values: TypeAlias = Mapping[str, int]
"""How many documents have each value."""


@dataclass(frozen=True, slots=True)
class Count:
    """A facet to count.

    `query` says which documents count, `value` is MongoDB's expression for a document's value. A
    document with a set of values counts in each, one with null in none. Wanted are the `most` most
    frequent values (all if it is None), and those in `always`.
    """

    name: str
    query: Query
    value: Any
    most: int | None = None
    always: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CounterValues:
    """The counters of a noun on a day: how many records are listed, and by dimension and value."""

    listed: int
    by: Mapping[str, Values] = field(default_factory=dict)


class Aggregates:
    """Counts documents of one database. Each method is one command."""

    def __init__(self, database: TrackedDatabase) -> None:
        self._database = database

    async def load_counters(self, noun: str, dimensions: Sequence[str], day: str) -> CounterValues:
        """How many records are listed, in all and by each dimension.

        Dimensions that change with the day, such as STATUS, are those of `day`.
        """
        dated = [name for name in dimensions if DIMENSIONS[noun][name].by_day]
        fields = {"listed": 1, **{f"by.{name}": 1 for name in dimensions if name not in dated}}
        if dated:
            fields["turns"] = 1
        keys = counter_keys(noun, day) if dated else [noun]
        counters = await self._database.find_by_key(
            COUNTERS, keys, fields=fields, of=[noun], to_change=False
        )
        whole = counters.get(noun, {})
        by: dict[str, Values] = {}
        for name in dimensions:
            if name in dated:
                by[name] = count_on_day(counters, noun, name, day)
            else:
                values = whole.get("by", {}).get(name, {})
                by[name] = {value: n for value, n in values.items() if n}
        return CounterValues(whole.get("listed", 0), by)

    async def find_leading_values(
        self, noun: str, dimension: str, most: int, always: Sequence[str] = ()
    ) -> Values:
        """How many records are listed by the `most` most frequent values of a dimension.

        For dimensions with a counter for each value. Values in `always` are added if any record has
        them.
        """
        if DIMENSIONS[noun][dimension].counting is Counting.BY_TARGET:
            return await self.find_most_followed(most, always)
        of = f"{noun}/{dimension}"
        if self._database.unsettled:
            # A record with two keys of one party stands in two counters.
            return await self._count_values(noun, dimension, most, always)
        named = [{"$match": {"_id": {"$in": [f"{of}/{value}" for value in always]}}}]
        rows = await self._database.aggregate(
            COUNTERS,
            [
                {"$match": {"of": of}},
                {"$sort": {"n": -1, "value": 1}},
                {"$limit": most},
                *_union_stages([COUNTERS] if always else [], named),
                {"$project": {"value": 1, "n": 1}},
            ],
            of=[noun],
        )
        return {row["value"]: row["n"] for row in rows}

    async def _count_values(
        self, noun: str, dimension: str, most: int, always: Sequence[str]
    ) -> Values:
        """As `find_leading_values`, by counting the records."""
        keys = self._database.unsettled.living_keys(always)
        value = DIMENSIONS[noun][dimension].expression
        found = await self.count_facets(noun, None, (), [Count("n", LIVE, value, most, keys)])
        return found[None, "n"]

    async def find_most_followed(self, most: int, always: Sequence[str] = ()) -> Values:
        """The `most` commitments and requests with the most listed follow-ups, with how many.

        Those in `always` are added. Each record keeps its own count, so there are no counters.
        """
        # The index has no order by key where the numbers fall: of those that tie for the last
        # place, which are the first is asked when it is known which number they have.
        rows = await self._count_follow_ups(
            [_FOLLOWED, {"$sort": {_COUNT: -1}}, {"$limit": most}], always
        )
        numbers = sorted(rows.values(), reverse=True)
        if len(numbers) >= most:
            last = numbers[most - 1]
            more = [{"$match": {_COUNT: {"$gt": last}, **_LISTED}}]
            tying: list[Mapping[str, Any]] = [
                {"$match": {_COUNT: last, **_LISTED}},
                {"$sort": {"_id": 1}},
                {"$limit": most},
            ]
            rows = await self._count_follow_ups(more, always, tying)
        ordered = sorted(rows.items(), key=lambda row: (-row[1], row[0]))
        return dict([*ordered[:most], *(row for row in ordered[most:] if row[0] in always)])

    async def _count_follow_ups(
        self,
        stages: Sequence[Mapping[str, Any]],
        always: Sequence[str],
        others: Sequence[Mapping[str, Any]] = (),
    ) -> dict[str, int]:
        """The numbers of follow-ups of what these stages give of each noun, and the other ones, and
        of `always`.
        """
        shown = {"$project": {"n": f"${_COUNT}"}}
        named = [
            {"$match": {"_id": {"$in": [*always]}, **_FOLLOWED["$match"]}},
            shown,
        ]
        first, *rest = TRACKABLES
        rows = await self._database.aggregate(
            first,
            [
                *stages,
                shown,
                *_union_stages(rest, [*stages, shown]),
                *_union_stages(TRACKABLES if others else [], [*others, shown]),
                *_union_stages(TRACKABLES if always else [], named),
            ],
            # These counts change only with a follow-up, and a merge touches the follow-ups, too.
            of=["follow_ups"],
            # What follows a retracted record is listed, and so it is counted.
            or_retracted=True,
        )
        return {row["_id"]: row["n"] for row in rows}

    async def count(self, collection: str, query: Query) -> int:
        """How many documents of a collection match."""
        rows = await self._database.aggregate(
            collection,
            [{"$match": query}, {"$count": "n"}],
            of=[collection],
            hint=choose_index(collection, query),
        )
        return rows[0]["n"] if rows else 0

    async def count_by_key(
        self, collection: str, via: Via, keys: Sequence[str], query: Query
    ) -> dict[str, int]:
        """For each key, how many documents that match name it; keys without any are left out."""
        living = self._database.unsettled.living_keys(keys)
        if living is not keys:
            counts = await self.count_by_key(collection, via, list(dict.fromkeys(living)), query)
            pairs = zip(keys, living, strict=True)
            return {key: counts[one] for key, one in pairs if one in counts}
        wanted = match_all(via.match_names(keys), query)
        rows = await self._database.aggregate(
            collection,
            [
                {"$match": wanted},
                {"$set": {"_parent": via.keys_named(keys)}},
                {"$unwind": "$_parent"},
                {"$group": {"_id": "$_parent", "n": {"$sum": 1}}},
            ],
            of=[collection],
            hint=choose_index(collection, wanted),
        )
        return {row["_id"]: row["n"] for row in rows}

    async def count_facets(
        self,
        collection: str,
        via: Via | None,
        keys: Sequence[str],
        wanted: Sequence[Count],
    ) -> dict[tuple[str | None, str], dict[str, int]]:
        """The counts by value, for each key and the name of each facet.

        Without `via` the key is None. Facets with the same query are counted in one pass over the
        documents. With `via`, all values are given, not only the most frequent.
        """
        living = self._database.unsettled.living_keys(keys)
        if living is not keys:
            counts = await self.count_facets(collection, via, list(dict.fromkeys(living)), wanted)
            found_of = defaultdict(dict, counts)
            pairs = zip(keys, living, strict=True)
            return {(key, of.name): found_of[one, of.name] for key, one in pairs for of in wanted}
        alike: dict[str, list[Count]] = defaultdict(list)
        for count in wanted:
            alike[repr(count.query)].append(count)
        passes = [_facet_stages(via, keys, counts) for counts in alike.values()]
        # MongoDB takes a hint for the first pass only.
        hints = [choose_index(collection, steps[0]["$match"]) for steps in passes]
        place = next((i for i, name in enumerate(hints) if name is not None), 0)
        first = passes.pop(place)
        unions = [{"$unionWith": {"coll": collection, "pipeline": steps}} for steps in passes]
        rows = await self._database.aggregate(
            collection, [*first, *unions], of=[collection], hint=hints[place]
        )
        found: dict[tuple[str | None, str], dict[str, int]] = defaultdict(dict)
        for row in rows:
            for name, values in row.items():
                for counted in values:
                    at = counted["_id"].get("parent"), name
                    found[at][counter_name(counted["_id"]["value"])] = counted["n"]
        return found


def _union_stages(
    collections: Sequence[str], steps: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    return [{"$unionWith": {"coll": name, "pipeline": [*steps]}} for name in collections]


_COUNT = "derived.followUpCount"
_LISTED: Query = {"mergedInto": {"$exists": False}}
_FOLLOWED: Mapping[str, Any] = {"$match": {_COUNT: {"$gt": 0}, **_LISTED}}


def _facet_stages(
    via: Via | None, keys: Sequence[str], counts: Sequence[Count]
) -> list[Mapping[str, Any]]:
    """The stages that give one document with the counts of each facet."""
    read: dict[str, Any] = {count.name: count.value for count in counts}
    parents: list[Mapping[str, Any]] = []
    identity: dict[str, Any] = {}
    if via is not None:
        read["_parent"] = via.keys_named(keys)
        parents = [{"$unwind": "$_parent"}]
        identity["parent"] = "$_parent"
    return [
        {"$match": match_all(via.match_names(keys) if via is not None else {}, counts[0].query)},
        {"$project": read},
        *parents,
        {
            "$facet": {
                count.name: [
                    {"$unwind": f"${count.name}"},
                    {"$group": {"_id": {"value": f"${count.name}", **identity}, "n": {"$sum": 1}}},
                    # The result is one document, whose size MongoDB limits.
                    *(_most_frequent_stages(count.most, count.always) if via is None else []),
                ]
                for count in counts
            }
        },
    ]


def _most_frequent_stages(most: int | None, always: Sequence[str]) -> list[Mapping[str, Any]]:
    if most is None:
        return []
    # Literal, so that a value that a reader gave is not run as an expression.
    named = {"$in": ["$_id.value", {"$literal": [*always]}]}
    return [
        {"$set": {"always": named}},
        {"$sort": {"always": -1, "n": -1, "_id": 1}},
        {"$limit": most + len(always)},
    ]
