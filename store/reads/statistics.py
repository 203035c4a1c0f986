"""Statistics of commitments: one pipeline over the status histories that are stored with them.

As known at an earlier moment, most histories are the same as the stored ones, because nothing they
depend on was recorded since. The pipeline counts those, too. Only the others are read, in batches,
and folded here.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from store.gather import gather_all
from store.mongodb.collections import COUNTERS
from store.mongodb.driver import Document
from store.reads.queries import Query, match_all, outermost_paths
from store.reads.read_tracking import TrackedDatabase
from store.records.counter_deltas import counter_name
from store.records.dimensions import GROUPS, PAIRING, Dimension, Nesting
from store.records.expressions import add_wider_topics, distinct_values, segment_on
from store.records.history.as_known import (
    READ,
    edges_known,
    fold_segments_known,
    fold_standing_known,
    last_day_made,
)
from store.records.history.commitment_statistics import (
    OTHER_SIDE,
    Figures,
    Statistics,
    figures_of,
    find_spans,
    groups_of,
)
from store.records.history.series import Turns, month_of
from store.records.history.status_changes import TurnKind, Window, find_turns, match_turned
from store.records.history.statuses import OPEN_END, StatusValue, today

NOUN = "commitments"
BATCH = 1_000
MOST_GROUPS = 10_000
"""The most groups as known at an earlier moment: these are added up in our own memory."""

_OF_GROUPS = outermost_paths(
    [*READ, "promisors", *(p for of in GROUPS.values() if not of.by_day for p in of.reads)]
)
_LATENCIES = ("firstFollowUp", "fulfilment")


MOST_DIFFERING = 50_000
"""The most commitments that a query as known at an earlier moment may name by key."""


class TooManyGroups(Exception):
    """There are more than `MOST_GROUPS` groups."""


class TooManyDiffer(Exception):
    """There are more than `MOST_DIFFERING` commitments to name in a query."""


@dataclass(frozen=True, slots=True)
class StatisticsQuery:
    """What to compute of the commitments that match a query.

    The `first` largest groups by `dimensions` are wanted. `known_at` leaves out what was recorded
    later. `latency`, and `other_side` in the figures, are computed only if asked for.
    """

    query: Query
    day: str
    dimensions: Sequence[str] = ()
    first: int = 0
    latency: bool = False
    other_side: bool = True
    known_at: datetime | None = None


class CommitmentStatistics:
    """Computes statistics of the commitments of one database."""

    def __init__(self, database: TrackedDatabase) -> None:
        self._database = database

    async def compute_statistics(self, asked: StatisticsQuery) -> Statistics:
        """The statistics of the commitments that match. Raises TooManyGroups."""
        if asked.known_at is None:
            return await self._aggregate_statistics(asked)
        kept = replace(
            asked,
            query=match_all(asked.query, _match_unchanged(asked.known_at)),
            first=MOST_GROUPS + 1,
        )
        found: Statistics
        found, folded = await gather_all(
            [self._aggregate_statistics(kept), self._fold_statistics(asked, asked.known_at)]
        )
        found.merge(folded)
        if len(found.groups) > MOST_GROUPS:
            raise TooManyGroups
        return found

    async def find_turns(
        self, query: Query, days: Sequence[str], known_at: datetime | None
    ) -> Turns:
        """How the counts by STATUS and by CONTESTED change over a series of days."""
        if known_at is None:
            return await self._aggregate_turns(query, days)
        kept = match_all(query, _match_unchanged(known_at))
        found: Turns
        found, folded = await gather_all(
            [self._aggregate_turns(kept, days), self._fold_turns(query, days, known_at)]
        )
        found.update(folded)
        return found

    async def match_turned(
        self, query: Query, kinds: Sequence[TurnKind], window: Window, known_at: datetime
    ) -> Query:
        """The query for the commitments with a change of these kinds in the window.

        Among those that match `query`, as known at a moment. Raises TooManyDiffer.
        """
        folded: list[str] = []
        async for document in self._stream_changed(query, known_at, READ):
            segments = [
                s.model_dump(by_alias=True) for s in fold_segments_known(document, known_at)
            ]
            told = find_turns(segments, last_day_made(document), window)
            if any(turn["kind"] in kinds for turn in told):
                folded.append(document["_id"])
            if len(folded) > MOST_DIFFERING:
                raise TooManyDiffer
        kept = match_all(match_turned(kinds, window), _match_unchanged(known_at))
        return {"$or": [kept, {"_id": {"$in": folded}}]}

    async def turns_from_counters(self, days: Sequence[str]) -> Turns:
        """As `find_turns`, of all listed commitments, from the counters."""
        years = range(int(days[0][:4]), int(days[-1][:4]) + 1)
        last = f"{NOUN}/{days[-1][:7]}"
        keys = [NOUN, *(f"{NOUN}/{year:04}" for year in years), last]
        found: Turns = Turns()
        for counter in await self._database.find(
            COUNTERS, {"_id": {"$in": keys}}, fields={"turns": 1}, of=[NOUN]
        ):
            for period, by in counter.get("turns", {}).items():
                if _adds_up(counter["_id"], period, days):
                    month = month_of(period, days)
                    for dimension in ("STATUS", "CONTESTED"):
                        for value, n in by.get(dimension, {}).items():
                            found[dimension, value, month] += n
        return found

    # --- Kept histories --------------------------------------------------------------------------

    async def _aggregate_statistics(self, asked: StatisticsQuery) -> Statistics:
        (row,) = await self._database.aggregate(NOUN, _statistics_pipeline(asked), of=[NOUN])
        found = Statistics()
        for total in row["total"]:
            found.total = _figures(total)
        for group in row.get("groups", ()):
            key = tuple(group["_id"][f"g{i}"] for i in range(len(asked.dimensions)))
            found.add(key, _figures(group))
            found.group_count = group["groups"]
        for name in _LATENCIES:
            for counted in row.get(name, ()):
                span = counted["_id"]
                found.add_span(name, (span["least"], span["most"]) if span else None, counted["n"])
        return found

    async def _aggregate_turns(self, query: Query, days: Sequence[str]) -> Turns:
        rows = await self._database.aggregate(NOUN, _turns_pipeline(query, days), of=[NOUN])
        found: Turns = Turns()
        for row in rows:
            at = row["_id"]
            found["STATUS", at["value"], at["month"]] += row["n"]
            found["CONTESTED", counter_name(at["contested"]), at["month"]] += row["n"]
        return found

    # --- Histories as they were known ------------------------------------------------------------

    async def _fold_statistics(self, asked: StatisticsQuery, known_at: datetime) -> Statistics:
        found = Statistics()
        async for document in self._stream_changed(asked.query, known_at, _OF_GROUPS):
            standing = fold_standing_known(document, asked.day, known_at)
            if standing is None:
                continue
            figures = figures_of(document, standing)
            found.total.update(figures)
            if asked.dimensions:
                for group in groups_of(document, standing, asked.dimensions):
                    found.add(group, figures)
            if asked.latency and standing.value is not StatusValue.NOT_TRACKABLE:
                edges = edges_known(document, known_at)
                for name, span in find_spans(document, edges, asked.day).items():
                    found.add_span(name, span)
            if len(found.groups) > MOST_GROUPS:
                raise TooManyGroups
        return found

    async def _fold_turns(self, query: Query, days: Sequence[str], known_at: datetime) -> Turns:
        found: Turns = Turns()
        async for document in self._stream_changed(query, known_at, READ):
            for segment in fold_segments_known(document, known_at):
                for day, n in ((segment.since, 1), (segment.until, -1)):
                    if day <= days[-1]:
                        month = month_of(day, days)
                        found["STATUS", str(segment.value), month] += n
                        found["CONTESTED", counter_name(segment.contested), month] += n
        return found

    def _stream_changed(
        self, query: Query, known_at: datetime, fields: Sequence[str]
    ) -> AsyncIterator[Document]:
        """Commitments that match, recorded by then, whose history depends on later records."""
        later = [{path: condition} for path, condition in _match_later(known_at).items()]
        wanted = match_all(query, {"recordedAt": {"$lte": known_at}}, {"$or": later})
        only = dict.fromkeys(fields, 1)
        return self._database.stream(NOUN, wanted, fields=only, batch=BATCH)


def _match_later(known_at: datetime) -> Mapping[str, Query]:
    """Conditions by path, for a history with something that was not known yet.

    That is a follow-up, an assessment, or the withdrawal of one.
    """
    withdrawn = {"withdrawn": {"$gt": today(known_at), "$lt": OPEN_END}}
    return {
        "derived.edges.recordedAt": {"$gt": known_at},
        "derived.judged.recordedAt": {"$gt": known_at},
        "derived.judged": {"$elemMatch": withdrawn},
    }


def _match_unchanged(known_at: datetime) -> Query:
    """The query for commitments recorded by then, together with all that they depend on."""
    later = {path: {"$not": condition} for path, condition in _match_later(known_at).items()}
    return {"recordedAt": {"$lte": known_at}, **later}


def _adds_up(key: str, period: str, days: Sequence[str]) -> bool:
    """Whether to add a period of a counter, so that each day up to the last is added just once.

    Each day is in three periods: its year, its month and itself.
    """
    if key == NOUN:
        return period < days[0][:4]
    # The months of each year, and the days of the last month.
    if len(period) == len("2017-07"):
        return period < days[-1][:7]
    return period <= days[-1]


def _figures(row: Mapping[str, Any]) -> Figures:
    return Figures({name: row[name] for name in _COUNTED if row[name]})


# --- The pipelines -------------------------------------------------------------------------------


def _statistics_pipeline(asked: StatisticsQuery) -> list[Mapping[str, Any]]:
    """The whole pipeline, which reads each commitment once.

    It first groups commitments that are alike in everything that is counted, because thousands of
    commitments make few such kinds. Then it counts the kinds, in total and by group.
    """
    day, groups = asked.day, _Grouping(asked.dimensions)
    read: dict[str, Any] = {"standing": segment_on(day), **groups.read}
    kind = {**_KIND, **{name: f"${name}" for name in groups.read}, **groups.standing}
    if asked.other_side:
        read["otherSide"] = {"$eq": [distinct_values("$promisors.attribution"), [OTHER_SIDE]]}
        kind["otherSide"] = "$otherSide"
    if asked.latency:
        read |= {name: _span(name, day) for name in _LATENCIES}
        kind |= {name: f"${name}" for name in _LATENCIES}
    ways: dict[str, list[Mapping[str, Any]]] = {"total": _count_stages(None)}
    if asked.dimensions:
        largest = {"count": -1, **{f"_id.g{i}": 1 for i in range(len(asked.dimensions))}}
        every = {"window": {"documents": ["unbounded", "unbounded"]}}
        ways["groups"] = [
            *groups.spread,
            *_count_stages(groups.key),
            {"$setWindowFields": {"output": {"groups": {"$count": {}, **every}}}},
            {"$sort": largest},
            {"$limit": max(asked.first, 1)},
        ]
    if asked.latency:
        trackable = {"_id.value": {"$ne": str(StatusValue.NOT_TRACKABLE)}}
        for name in _LATENCIES:
            ways[name] = [
                {"$match": {**trackable, f"_id.{name}": {"$exists": True}}},
                {"$group": {"_id": f"$_id.{name}", "n": {"$sum": "$n"}}},
            ]
    return [
        {"$match": match_all(asked.query, _match_made_by(day))},
        {"$project": read},
        {"$match": {"standing": {"$exists": True}}},
        {"$group": {"_id": kind, "n": {"$sum": 1}}},
        {"$facet": ways},
    ]


def _match_made_by(day: str) -> Query:
    """The query for commitments that may have been made by a day.

    Without a filter, MongoDB then uses the index of that date, not that of the histories, which has
    an entry for each period.
    """
    return {"madeOn.earliest": {"$not": {"$gt": day}}}


def _count_stages(key: Any) -> list[Mapping[str, Any]]:
    """Stages that count kinds by `key`.

    They first join the kinds that give the same figures: a dozen sums for each of many kinds would
    cost more than the rest of the pipeline.
    """
    told_apart = {name: f"$_id.{name}" for name in (*_KIND, "otherSide")}
    return [
        {"$group": {"_id": {"group": key, **told_apart}, "n": {"$sum": "$n"}}},
        {"$group": {"_id": "$_id.group", **_COUNTED}},
    ]


def _sum_where(condition: Any) -> Mapping[str, Any]:
    return {"$sum": {"$cond": [condition, "$n", 0]}}


_KIND: Mapping[str, Any] = {
    "value": "$standing.value",
    "followedUp": {"$gt": ["$standing.followUps", 0]},
    "contested": "$standing.contested",
}
_TRACKABLE = {"$ne": ["$_id.value", str(StatusValue.NOT_TRACKABLE)]}
_COUNTED: Mapping[str, Any] = {
    "count": {"$sum": "$n"},
    **{str(v): _sum_where({"$eq": ["$_id.value", str(v)]}) for v in StatusValue},
    "followedUp": _sum_where({"$and": [_TRACKABLE, "$_id.followedUp"]}),
    "contested": _sum_where({"$and": [_TRACKABLE, "$_id.contested"]}),
    "otherSide": _sum_where("$_id.otherSide"),
}


class _Grouping:
    """The parts of the pipeline that group commitments by dimensions.

    `read` are expressions of each commitment, `standing` those of its segment on the day, `spread`
    the stages that unwind lists of values, and `key` is what a group has in common.
    """

    def __init__(self, dimensions: Sequence[str]) -> None:
        self.read: dict[str, Any] = {}
        self.standing: dict[str, Any] = {}
        self.spread: list[Mapping[str, Any]] = []
        self.key: dict[str, Any] = {}
        paired = set(PAIRING.names) <= set(dimensions)
        if paired:
            self.read["pair"] = PAIRING.expression
            self.spread.append({"$unwind": "$_id.pair"})
        for i, name in enumerate(dimensions):
            dimension = GROUPS[name]
            if paired and name in PAIRING.names:
                place = PAIRING.names.index(name)
                self.key[f"g{i}"] = {"$arrayElemAt": ["$_id.pair", place]}
            elif dimension.by_day:
                self.standing[dimension.segment] = f"$standing.{dimension.segment}"
                self.key[f"g{i}"] = f"$_id.{dimension.segment}"
            else:
                self._divide(dimension, f"d{i}", f"g{i}")

    def _divide(self, dimension: Dimension, read: str, group: str) -> None:
        path = f"_id.{read}"
        if dimension.nesting is Nesting.TOPIC:
            # Added after grouping: the wider topics are the same for all commitments of a kind.
            (topics,) = dimension.reads
            self.read[read] = f"${topics}"
            self.spread.append({"$set": {path: add_wider_topics(path)}})
        else:
            self.read[read] = dimension.expression
        unwind = {"path": f"${path}", "preserveNullAndEmptyArrays": True}
        self.spread.append({"$unwind": unwind})
        self.key[group] = {"$ifNull": [f"${path}", None]}


def _span(name: str, day: str) -> Mapping[str, Any]:
    """The least and the most days from the promise to its first follow-up, or to its fulfilment.

    Null if the promise has an open date; missing if there was no such follow-up by the day.
    """
    wanted: list[Any] = [{"$lte": ["$$this.latest", day]}]
    if name == "fulfilment":
        wanted.append({"$eq": ["$$this.kind", "FULFILLED"]})
    edges = {"$filter": {"input": "$derived.edges", "cond": {"$and": wanted}}}
    least = _days("$derived.madeBy", "$$first")
    most = _days("$madeOn.earliest", "$$last")
    bounded = {"$and": [{"$gt": ["$madeOn.earliest", None]}, {"$gt": ["$derived.madeBy", None]}]}
    return {
        "$let": {
            "vars": {"edges": edges},
            "in": {
                "$let": {
                    "vars": {
                        "first": {"$min": "$$edges.earliest"},
                        "last": {"$min": "$$edges.latest"},
                    },
                    "in": {
                        "$switch": {
                            "branches": [
                                {"case": {"$eq": ["$$edges", []]}, "then": "$$REMOVE"},
                                {"case": bounded, "then": {"least": least, "most": most}},
                            ],
                            "default": None,
                        }
                    },
                }
            },
        }
    }


def _days(since: str, until: str) -> Mapping[str, Any]:
    """The days from `since` to `until`; 0 if `until` is not later."""
    ends = {
        name: {"$dateFromString": {"dateString": day}}
        for name, day in (("startDate", since), ("endDate", until))
    }
    return {"$cond": [{"$lte": [until, since]}, 0, {"$dateDiff": {**ends, "unit": "day"}}]}


def _turns_pipeline(query: Query, days: Sequence[str]) -> list[Mapping[str, Any]]:
    """The pipeline for the changes of the counts, by month."""
    segment = {"value": "$$this.value", "contested": "$$this.contested"}
    turns = [
        {**segment, "day": "$$this.since", "n": 1},
        {**segment, "day": "$$this.until", "n": -1},
    ]
    each = {"$concatArrays": ["$$value", turns]}
    whole = {"$reduce": {"input": "$derived.segments", "initialValue": [], "in": each}}
    month = {"$substrBytes": ["$turn.day", 0, 7]}
    in_series = {"$gte": [month, days[0][:7]]}
    key = {
        "value": "$turn.value",
        "contested": "$turn.contested",
        "month": {"$cond": [in_series, month, ""]},
    }
    return [
        {"$match": match_all(query, _match_made_by(days[-1]))},
        {"$project": {"turn": whole}},
        {"$unwind": "$turn"},
        {"$match": {"turn.day": {"$lte": days[-1]}}},
        {"$group": {"_id": key, "n": {"$sum": "$turn.n"}}},
    ]
