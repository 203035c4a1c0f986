"""Statistics of requests: how many were answered, declined or noted by a day, and by what.

As known at an earlier moment, those whose histories rest on anything recorded since are read and
folded here, as in statistics of commitments.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from store.reads import known_earlier
from store.reads.grouping import Grouping, match_made_by, read_statistics, sort_largest
from store.reads.known_earlier import GroupedQuery, refuse_too_many, stream_changed
from store.reads.queries import match_all, outermost_paths
from store.reads.read_tracking import TrackedDatabase
from store.records.dimensions import GROUPS_OF
from store.records.expressions import segment_on
from store.records.history.as_known import READ, fold_standing_known
from store.records.history.commitment_statistics import Figures, Statistics, groups_of
from store.records.history.statuses import RequestAnswer

NOUN = "requests"

_OF_GROUPS = outermost_paths(
    [*READ, *(p for of in GROUPS_OF[NOUN].values() if not of.by_day for p in of.reads)]
)


class RequestStatistics:
    """Computes statistics of the requests of one database."""

    def __init__(self, database: TrackedDatabase) -> None:
        self._database = database

    async def compute_statistics(self, asked: GroupedQuery) -> Statistics:
        """How many requests there are (`count`), and of each `RequestAnswer`. One command, and as
        known earlier another. Raises TooManyGroups.
        """
        return await known_earlier.compute_statistics(
            NOUN, asked, self._aggregate_statistics, self._fold_statistics
        )

    async def _aggregate_statistics(self, asked: GroupedQuery) -> Statistics:
        (row,) = await self._database.aggregate(NOUN, _make_pipeline(asked), of=[NOUN])
        return read_statistics(row, len(asked.dimensions), _COUNTED)

    async def _fold_statistics(self, asked: GroupedQuery, known_at: datetime) -> Statistics:
        found, groups = Statistics(), GROUPS_OF[NOUN]
        async for document in stream_changed(
            self._database, NOUN, asked.query, known_at, _OF_GROUPS
        ):
            standing = fold_standing_known(document, asked.day, known_at)
            if standing is None:
                continue
            figures = Figures({"count": 1, str(standing.answer): 1})
            found.total.update(figures)
            if asked.dimensions:
                for group in groups_of(document, standing, asked.dimensions, groups):
                    found.add(group, figures)
            refuse_too_many(found)
        return found


_COUNTED: Mapping[str, Any] = {
    "count": {"$sum": "$n"},
    **{
        str(answer): {"$sum": {"$cond": [{"$eq": ["$_id.answer", str(answer)]}, "$n", 0]}}
        for answer in RequestAnswer
    },
}


def _make_pipeline(asked: GroupedQuery) -> list[Mapping[str, Any]]:
    """The pipeline, which reads each request once and first groups those that are alike."""
    groups = Grouping(asked.dimensions, GROUPS_OF[NOUN])
    alike = {name: f"${name}" for name in groups.read}
    ways: dict[str, list[Mapping[str, Any]]] = {"total": [{"$group": {"_id": None, **_COUNTED}}]}
    if asked.dimensions:
        ways["groups"] = [
            *groups.spread,
            {"$group": {"_id": groups.key, **_COUNTED}},
            *sort_largest(len(asked.dimensions), asked.first),
        ]
    return [
        {"$match": match_all(asked.query, match_made_by(asked.day))},
        {"$project": {"standing": segment_on(asked.day), **groups.read}},
        {"$match": {"standing": {"$exists": True}}},
        {
            "$group": {
                "_id": {"answer": "$standing.answer", **alike, **groups.standing},
                "n": {"$sum": 1},
            }
        },
        {"$facet": ways},
    ]
