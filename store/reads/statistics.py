"""Statistics of commitments: one pipeline over the status histories that are stored with them.

As known at an earlier moment, most histories are the same as the stored ones, because nothing they
depend on was recorded since. The pipeline counts those, too. Only the others are read, in batches,
and folded here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.gather import gather_all
from store.mongodb.collections import COUNTERS
from store.reads import known_earlier
from store.reads.grouping import Grouping, match_made_by, read_statistics, sort_largest
from store.reads.known_earlier import (
    GroupedQuery,
    match_unchanged,
    refuse_too_many,
    stream_changed,
)
from store.reads.queries import Query, match_all, outermost_paths
from store.reads.read_tracking import TrackedDatabase
from store.records.counter_deltas import counter_name
from store.records.dimensions import GROUPS
from store.records.expressions import distinct_values, segment_on
from store.records.follow_ups import FollowUpKind
from store.records.history.as_known import (
    READ,
    edges_known,
    fold_segments_known,
    fold_standing_known,
    last_day_made,
)
from store.records.history.commitment_statistics import (
    OTHER_SIDE,
    UNATTRIBUTED,
    Statistics,
    figures_of,
    find_spans,
    groups_of,
)
from store.records.history.series import Turns, month_of
from store.records.history.status_changes import TurnKind, Window, find_turns, match_turned
from store.records.history.statuses import StatusValue

NOUN = "commitments"

_OF_GROUPS = outermost_paths(
    [*READ, "promisors", *(p for of in GROUPS.values() if not of.by_day for p in of.reads)]
)
_LATENCIES = ("firstFollowUp", "fulfilment")


MOST_DIFFERING = 50_000
"""The most commitments that a query as known at an earlier moment may name by key."""


class TooManyDiffer(Exception):
    """There are more than `MOST_DIFFERING` commitments to name in a query."""


@dataclass(frozen=True, slots=True)
class StatisticsQuery(GroupedQuery):
    """What to compute of commitments: `latency`, and `other_side` in the figures, only if asked
    for.
    """

    latency: bool = False
    other_side: bool = True


class CommitmentStatistics:
    """Computes statistics of the commitments of one database."""

    def __init__(self, database: TrackedDatabase) -> None:
        self._database = database

    async def compute_statistics(self, asked: StatisticsQuery) -> Statistics:
        """The statistics of the commitments that match. Raises TooManyGroups."""
        return await known_earlier.compute_statistics(
            NOUN, asked, self._aggregate_statistics, self._fold_statistics
        )

    async def find_turns(
        self, query: Query, days: Sequence[str], known_at: datetime | None
    ) -> Turns:
        """How the counts by STATUS and by CONTESTED change over a series of days."""
        if known_at is None:
            return await self._aggregate_turns(query, days)
        kept = match_all(query, match_unchanged(NOUN, known_at))
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
        async for document in stream_changed(self._database, NOUN, query, known_at, READ):
            segments = [
                s.model_dump(by_alias=True) for s in fold_segments_known(document, known_at)
            ]
            told = find_turns(segments, last_day_made(document), window)
            if any(turn["kind"] in kinds for turn in told):
                folded.append(document["_id"])
            if len(folded) > MOST_DIFFERING:
                raise TooManyDiffer
        kept = match_all(match_turned(kinds, window), match_unchanged(NOUN, known_at))
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
        found = read_statistics(row, len(asked.dimensions), _COUNTED)
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
        async for document in stream_changed(
            self._database, NOUN, asked.query, known_at, _OF_GROUPS
        ):
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
            refuse_too_many(found)
        return found

    async def _fold_turns(self, query: Query, days: Sequence[str], known_at: datetime) -> Turns:
        found: Turns = Turns()
        async for document in stream_changed(self._database, NOUN, query, known_at, READ):
            for segment in fold_segments_known(document, known_at):
                for day, n in ((segment.since, 1), (segment.until, -1)):
                    if day <= days[-1]:
                        month = month_of(day, days)
                        found["STATUS", str(segment.value), month] += n
                        found["CONTESTED", counter_name(segment.contested), month] += n
        return found


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


# --- The pipelines -------------------------------------------------------------------------------


def _statistics_pipeline(asked: StatisticsQuery) -> list[Mapping[str, Any]]:
    """The whole pipeline, which reads each commitment once.

    It first groups commitments that are alike in everything that is counted, because thousands of
    commitments make few such kinds. Then it counts the kinds, in total and by group.
    """
    day, groups = asked.day, Grouping(asked.dimensions, GROUPS)
    read: dict[str, Any] = {"standing": segment_on(day), **groups.read}
    kind = {**_KIND, **{name: f"${name}" for name in groups.read}, **groups.standing}
    if asked.other_side:
        attributions = distinct_values("$promisors.attribution")
        read["otherSide"] = {"$eq": [attributions, [OTHER_SIDE]]}
        read["unattributed"] = {"$eq": [attributions, [UNATTRIBUTED]]}
        kind |= {"otherSide": "$otherSide", "unattributed": "$unattributed"}
    if asked.latency:
        read |= {name: _span(name, day) for name in _LATENCIES}
        kind |= {name: f"${name}" for name in _LATENCIES}
    ways: dict[str, list[Mapping[str, Any]]] = {"total": _count_stages(None)}
    if asked.dimensions:
        ways["groups"] = [
            *groups.spread,
            *_count_stages(groups.key),
            *sort_largest(len(asked.dimensions), asked.first),
        ]
    if asked.latency:
        trackable = {"_id.value": {"$ne": str(StatusValue.NOT_TRACKABLE)}}
        for name in _LATENCIES:
            ways[name] = [
                {"$match": {**trackable, f"_id.{name}": {"$exists": True}}},
                {"$group": {"_id": f"$_id.{name}", "n": {"$sum": "$n"}}},
            ]
    return [
        {"$match": match_all(asked.query, match_made_by(day))},
        {"$project": read},
        {"$match": {"standing": {"$exists": True}}},
        {"$group": {"_id": kind, "n": {"$sum": 1}}},
        {"$facet": ways},
    ]


def _count_stages(key: Any) -> list[Mapping[str, Any]]:
    """Stages that count kinds by `key`.

    They first join the kinds that give the same figures: a dozen sums for each of many kinds would
    cost more than the rest of the pipeline.
    """
    told_apart = {name: f"$_id.{name}" for name in (*_KIND, "otherSide", "unattributed")}
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
    "unattributed": _sum_where("$_id.unattributed"),
}


def _span(name: str, day: str) -> Mapping[str, Any]:
    """The least and the most days from the promise to its first follow-up, or to its fulfilment.

    Null if the promise has an open date; missing if there was no such follow-up by the day.
    """
    wanted: list[Any] = [
        {"$lte": ["$$this.latest", day]},
        {"$ne": ["$$this.kind", str(FollowUpKind.CONTEXT)]},
    ]
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
        {"$match": match_all(query, match_made_by(days[-1]))},
        {"$project": {"turn": whole}},
        {"$unwind": "$turn"},
        {"$match": {"turn.day": {"$lte": days[-1]}}},
        {"$group": {"_id": key, "n": {"$sum": "$turn.n"}}},
    ]
