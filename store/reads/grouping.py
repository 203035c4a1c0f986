"""What the pipelines of statistics have in common: they group by dimensions, the largest first."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from store.reads.queries import Query
from store.records.dimensions import PAIRING, Dimension, Nesting
from store.records.expressions import add_wider_topics
from store.records.history.commitment_statistics import Figures, Statistics


def match_made_by(day: str) -> Query:
    """The query for commitments or requests that may have been made by a day.

    Without a filter, MongoDB then uses the index of that date, not that of the histories, which has
    an entry for each period.
    """
    return {"madeOn.earliest": {"$not": {"$gt": day}}}


def sort_largest(dimensions: int, first: int) -> list[Mapping[str, Any]]:
    """Stages that leave the `first` largest groups by so many dimensions, each with the number of
    all `groups`.
    """
    every = {"window": {"documents": ["unbounded", "unbounded"]}}
    return [
        {"$setWindowFields": {"output": {"groups": {"$count": {}, **every}}}},
        {"$sort": {"count": -1, **{f"_id.g{i}": 1 for i in range(dimensions)}}},
        {"$limit": max(first, 1)},
    ]


def read_statistics(
    row: Mapping[str, Any], dimensions: int, counted: Collection[str]
) -> Statistics:
    """The statistics in the one row of a pipeline: its `total`, and its `groups` by so many
    dimensions. `counted` are the names of the figures.
    """
    found = Statistics()
    for total in row["total"]:
        found.total = _read_figures(total, counted)
    for group in row.get("groups", ()):
        key = tuple(group["_id"][f"g{i}"] for i in range(dimensions))
        found.add(key, _read_figures(group, counted))
        found.group_count = group["groups"]
    return found


def _read_figures(row: Mapping[str, Any], counted: Collection[str]) -> Figures:
    return Figures({name: row[name] for name in counted if row[name]})


class Grouping:
    """The parts of the pipeline that group commitments by dimensions.

    `read` are expressions of each commitment, `standing` those of its segment on the day, `spread`
    the stages that unwind lists of values, and `key` is what a group has in common.
    """

    def __init__(self, dimensions: Sequence[str], groups: Mapping[str, Dimension]) -> None:
        self.read: dict[str, Any] = {}
        self.standing: dict[str, Any] = {}
        self.spread: list[Mapping[str, Any]] = []
        self.key: dict[str, Any] = {}
        paired = set(PAIRING.names) <= set(dimensions)
        if paired:
            self.read["pair"] = PAIRING.expression
            self.spread.append({"$unwind": "$_id.pair"})
        for i, name in enumerate(dimensions):
            dimension = groups[name]
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
