"""Statistics of commitments: how many have which status, by what, on a day and over time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import strawberry
from strawberry import lazy

from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import (
    Argument,
    Arguments,
    Needs,
    Rows,
    Summed,
    declared,
    embedded,
    stored,
)
from engine.lists.facet_selection import drop_nulls
from engine.rows import Row
from schema.registry import COMMITMENTS
from schema.shared.enums import dimension_enum
from schema.shared.groups import Share, divide, make_group_key, make_key, make_share, name_members
from schema.shared.scalars import Day, Instant
from schema.statuses import KNOWN_AT
from store.reads.known_earlier import MOST_GROUPS, GroupedQuery, TooManyGroups
from store.reads.reader import Query
from store.reads.statistics import StatisticsQuery
from store.records.dimensions import GROUPS, Dimension
from store.records.history.commitment_statistics import Figures, Statistics, compute_latency
from store.records.history.commitment_statistics import Latency as FoundLatency
from store.records.history.series import add_up, month_ends, months_between
from store.records.history.statuses import StatusValue

MOST_DIMENSIONS = 3
MOST_ROWS = 1_000
FIRST_ROWS = 100
MOST_MONTHS = 600

_OTHER_SIDE = "knownOnlyFromOtherSide"
_UNATTRIBUTED = "unattributed"

_FILTER = Annotated["CommitmentFilter", lazy("schema.commitments")]  # type: ignore[name-defined] # noqa: F821


CommitmentDimension = dimension_enum(
    "CommitmentDimension", "What statistics of commitments can be grouped by.", GROUPS.values()
)


@strawberry.type(description="How many commitments have a status.")
class StatusCount:
    status: StatusValue = stored("status", "The status.")
    count: int = stored("count", "How many have it.")
    share: float | None = stored(
        "share",
        "`count` divided by the number of trackable ones. Null for NOT_TRACKABLE, "
        "which is left out of rates, and if none is trackable.",
    )


@strawberry.type(
    description=(
        "Counts and rates of a set of commitments. Rates are of the `trackable` ones; "
        "those that are NOT_TRACKABLE are counted, but left out of rates."
    )
)
class CommitmentFigures:
    count: int = stored("count", "How many had certainly or possibly been made by the day.")
    trackable: int = stored("trackable", "How many of them could be shown to be kept or not.")
    not_trackable: int = stored(
        "notTrackable", "How many are NOT_TRACKABLE, and so left out of rates."
    )
    statuses: list[StatusCount] = embedded(
        "statuses", "How many have each status, for the statuses that occur.", many=True
    )
    followed_up: Share = embedded(
        "followedUp", "How many of the trackable ones had an accepted follow-up by the day."
    )
    contested: Share = embedded(
        "contested", "How many of the trackable ones had an unanswered challenge."
    )
    known_only_from_other_side: Share = embedded(
        _OTHER_SIDE,
        "How many are known from the other side alone: every attribution is "
        "COUNTERPART_CLAIM. What is `unattributed` is left out.",
    )
    unattributed: int = stored(
        _UNATTRIBUTED,
        "Of how many no source tells through whose words they are known: every attribution is "
        "UNSTATED.",
    )


_MEMBERS = name_members(GROUPS)
CommitmentGroupKey: Any = make_group_key("CommitmentGroupKey", "commitments", GROUPS)


@strawberry.type(
    description="A group of commitments with the same values. A commitment with several values "
    "is in several groups."
)
class CommitmentGroup:
    key: CommitmentGroupKey = embedded("key", "The values that they share.")
    figures: CommitmentFigures = embedded("figures", "Their counts and rates.")


@strawberry.type(description="The quartiles of a number of days.")
class Quartiles:
    lower: int = stored("lower", "A quarter took at most this many days.")
    median: int = stored("median", "Half took at most this many days.")
    upper: int = stored("upper", "Three quarters took at most this many days.")


@strawberry.type(
    description=(
        "How many days passed between a promise and what followed. Where dates are "
        "vague there is a least number of days, from the last possible day of the "
        "promise to the first of what followed, and a most, from the first to the "
        "last. The true quartiles lie between the quartiles of both. They are by "
        "nearest rank, so each is a number of days that occurs."
    )
)
class Latency:
    count: int = stored("count", "How many commitments are measured.")
    exact: int = stored("exact", "For how many of them the number of days is known exactly.")
    undated: int = stored(
        "undated", "How many are left out, because the date of the promise has no first day."
    )
    at_least: Quartiles | None = embedded(
        "atLeast", "The quartiles of the least number of days; null if `count` is 0."
    )
    at_most: Quartiles | None = embedded(
        "atMost", "The quartiles of the most number of days; null if `count` is 0."
    )


@strawberry.type(
    description="How soon trackable commitments were followed up, counting only what had certainly "
    "happened by the day."
)
class FollowUpLatency:
    first_follow_up: Latency = embedded("firstFollowUp", "Days until the first accepted follow-up.")
    fulfilment: Latency = embedded(
        "fulfilment",
        "Days until the first follow-up FULFILLED, even if the status changed again later.",
    )


@strawberry.type(description="Statistics of commitments on a day, in total and by group.")
class CommitmentStats:
    as_of: Day = stored("asOf", "The day for which this is the answer.")
    known_at: Instant | None = stored(
        "knownAt", "Only what was recorded by this moment counts; null if everything does."
    )
    total: CommitmentFigures = embedded("total", "All commitments together, each counted once.")
    groups: list[CommitmentGroup] = embedded(
        "groups",
        "The groups, largest first and then by value; none if `groupBy` is empty.",
        many=True,
    )
    group_count: int = stored("groupCount", "How many groups there are in all.")
    cut: bool = stored(
        "cut", "Whether there are more groups than are shown; ask for more with `first`."
    )
    latency: FollowUpLatency = embedded("latency", "How soon they were followed up.")


async def _statistics(
    operation: Operation, query: Query, arguments: Arguments, needs: Needs
) -> Row:
    dimensions, first = read_grouping(arguments)
    known_at = arguments.get("knownAt")
    asked = StatisticsQuery(
        query=query,
        day=arguments.get("asOf") or operation.today,
        dimensions=dimensions,
        first=first,
        latency=needs is None or any(path.startswith("latency") for path in needs),
        other_side=needs is None or any(_reads_attributions(path) for path in needs),
        known_at=known_at,
    )
    if (
        known_at is None
        and not drop_nulls(arguments.get("filter") or {})
        and _is_in_counters(dimensions, needs)
    ):
        return _build_stats(await _read_counters(operation, asked), asked)
    try:
        found = await operation.reader.statistics.compute_statistics(asked)
    except TooManyGroups:
        raise refuse_groups() from None
    return _build_stats(found, asked)


def read_grouping(arguments: Arguments) -> tuple[list[str], int]:
    """The dimensions to group by, each once, and how many groups. Raises BadUserInput."""
    dimensions = list(dict.fromkeys(str(name) for name in arguments["groupBy"]))
    if len(dimensions) > MOST_DIMENSIONS:
        raise BadUserInput("groupBy", f"at most {MOST_DIMENSIONS} dimensions at once")
    if not 0 <= arguments["first"] <= MOST_ROWS:
        raise BadUserInput("first", f"from 0 to {MOST_ROWS} groups")
    return dimensions, arguments["first"]


def refuse_groups() -> BadUserInput:
    """The error for more groups than statistics as known earlier may have."""
    return BadUserInput(
        "groupBy",
        f"as known at an earlier moment there may be {MOST_GROUPS} groups, and there are more; "
        "group by less, or filter",
    )


def _reads_attributions(path: str) -> bool:
    return not {_OTHER_SIDE, _UNATTRIBUTED}.isdisjoint(path.split("."))


_COUNTED_BY = [name for name, dimension in GROUPS.items() if dimension.by_day]
_COUNTED = {
    *("asOf", "knownAt", "groupCount", "cut", "groups", "groups.key", "groups.figures"),
    *(f"groups.key.{_MEMBERS[name]}" for name in _COUNTED_BY),
    *("groups.figures.count", "total"),
    *(f"total.{name}" for name in ("count", "trackable", "notTrackable", "statuses")),
    *(f"total.statuses.{name}" for name in ("status", "count", "share")),
}


def _is_in_counters(dimensions: Sequence[str], needs: Needs) -> bool:
    """Whether the counters have everything that is selected."""
    by = [[], *([name] for name in _COUNTED_BY)]
    return needs is not None and needs <= _COUNTED and dimensions in by


async def _read_counters(operation: Operation, asked: StatisticsQuery) -> Statistics:
    names = ["STATUS", *asked.dimensions]
    counted = await operation.reader.aggregates.load_counters(COMMITMENTS.name, names, asked.day)
    found = Statistics(total=Figures(counted.by["STATUS"]))
    found.total["count"] = found.total.total()
    for name in asked.dimensions:
        for value, n in counted.by[name].items():
            found.add((value,), {"count": n})
    found.group_count = len(found.groups)
    return found


def build_groups(
    found: Statistics,
    asked: GroupedQuery,
    groups: Mapping[str, Dimension],
    show: Callable[[Figures], Row],
) -> Row:
    """What statistics of any noun say: of which day, the total, and the largest groups."""
    return {
        "asOf": asked.day,
        "knownAt": asked.known_at,
        "total": show(found.total),
        "groups": [
            {"key": make_key(group, asked.dimensions, groups), "figures": show(figures)}
            for group, figures in found.most_frequent(asked.first)
        ],
        "groupCount": found.group_count,
        "cut": found.group_count > asked.first,
    }


def _build_stats(found: Statistics, asked: StatisticsQuery) -> Row:
    return {
        **build_groups(found, asked, GROUPS, _figures),
        "latency": {
            name: _latency(compute_latency(found.spans.get(name, {})))
            for name in ("firstFollowUp", "fulfilment")
        },
    }


def _figures(figures: Figures) -> Row:
    missing = figures[str(StatusValue.NOT_TRACKABLE)]
    trackable = figures["count"] - missing
    return {
        "count": figures["count"],
        "trackable": trackable,
        "notTrackable": missing,
        "statuses": [
            {
                "status": value,
                "count": n,
                "share": _rate(value, n, trackable),
            }
            for value in StatusValue
            if (n := figures[str(value)])
        ],
        "followedUp": make_share(figures["followedUp"], trackable),
        "contested": make_share(figures["contested"], trackable),
        _OTHER_SIDE: make_share(figures["otherSide"], figures["count"] - figures[_UNATTRIBUTED]),
        _UNATTRIBUTED: figures[_UNATTRIBUTED],
    }


def _rate(value: StatusValue, count: int, trackable: int) -> float | None:
    return None if value is StatusValue.NOT_TRACKABLE else divide(count, trackable)


def _latency(found: FoundLatency) -> Row:
    return {
        "count": found.count,
        "exact": found.exact,
        "undated": found.undated,
        "atLeast": asdict(found.at_least) if found.at_least else None,
        "atMost": asdict(found.at_most) if found.at_most else None,
    }


# --- Over time -----------------------------------------------------------------------------------


@strawberry.type(description="The statuses of commitments at the end of a day.")
class StatusSeriesPoint:
    day: Day = stored("day", "The day: the last of its month, or of the series.")
    count: int = stored("count", "How many had certainly or possibly been made by then.")
    contested: int = stored("contested", "How many had an unanswered challenge.")
    statuses: list[StatusCount] = embedded(
        "statuses",
        "How many had each status. Every point lists the same statuses in the same "
        "order: all that occur anywhere in the series.",
        many=True,
    )


async def _series(
    operation: Operation, query: Query, arguments: Arguments, _needs: Needs
) -> list[Row]:
    first, last = arguments["from"], arguments.get("to") or operation.today
    if last < first:
        message = "the range is reversed: to, today unless told, is before from"
        raise BadUserInput("to" if arguments.get("to") else "from", message)
    if (months := months_between(first, last)) > MOST_MONTHS:
        raise BadUserInput("from", f"{months} months; ask for at most {MOST_MONTHS} at once")
    days, known_at = month_ends(first, last), arguments.get("knownAt")
    statistics = operation.reader.statistics
    if known_at is None and not drop_nulls(arguments.get("filter") or {}):
        turns = await statistics.turns_from_counters(days)
    else:
        turns = await statistics.find_turns(query, days, known_at)
    points = add_up(turns, days)
    occurring = {value for point in points for name, value in point if name == "STATUS"}
    statuses = [value for value in StatusValue if value in occurring]
    return [_point(day, point, statuses) for day, point in zip(days, points, strict=True)]


def _point(day: str, point: Mapping[tuple[str, str], int], statuses: Sequence[StatusValue]) -> Row:
    figures = Figures({value: n for (name, value), n in point.items() if name == "STATUS"})
    count = figures.total()
    trackable = count - figures[str(StatusValue.NOT_TRACKABLE)]
    return {
        "day": day,
        "count": count,
        "contested": point.get(("CONTESTED", "true"), 0),
        "statuses": [
            {
                "status": value,
                "count": figures[str(value)],
                "share": _rate(value, figures[str(value)], trackable),
            }
            for value in statuses
        ],
    }


def _any_counted(statistics: Row) -> bool:
    return bool(statistics["total"]["count"])


def _any_stood(points: Sequence[Row]) -> bool:
    return any(point["count"] for point in points)


NOW_ONLY = (
    "With `knownAt`, members that depend on follow-ups are refused, because they would match what "
    "is known now."
)


def count_groups(arguments: Arguments) -> int:
    """How many groups are asked for, for the cost of a request."""
    first = arguments.get("first")
    return min(max(first, 0), MOST_ROWS) if isinstance(first, int) else FIRST_ROWS


def _months(arguments: Arguments) -> int:
    first, last = arguments.get("from"), arguments.get("to")
    if not isinstance(first, str) or not isinstance(last, str):
        return MOST_MONTHS
    return min(max(months_between(first, last), 1), MOST_MONTHS)


commitment_stats: Any = declared(
    Summed(COMMITMENTS.name, _statistics, _any_counted, Rows(("first",), count_groups)),
    "Statistics of commitments on a day: counts, rates and latency, grouped by up to three "
    "dimensions. Null, with an error, if that fails. With `knownAt`, commitments that rest on "
    "anything recorded later are worked out one by one, which costs more the further back it lies.",
    [
        Argument(
            "filter",
            _FILTER | None,
            "Which commitments to count; all members must match. A day left out in it is `asOf`. "
            f"{NOW_ONLY}",
        ),
        Argument(
            "groupBy",
            list[CommitmentDimension],  # type: ignore[valid-type]
            "The dimensions to group by, at most three. With both PROMISOR and ATTRIBUTION, each "
            "promisor is counted with its own attribution.",
            [],
        ),
        Argument("asOf", Day | None, "The day of the statistics; today by default."),
        KNOWN_AT,
        Argument(
            "first", int, f"How many groups, the largest first, at most {MOST_ROWS}.", FIRST_ROWS
        ),
    ],
)
status_series: Any = declared(
    Summed(COMMITMENTS.name, _series, _any_stood, Rows(("from", "to"), _months)),
    "How many commitments had each status at the end of each month, and at the end of the day "
    "`to`. Null, with an error, if that fails. Without a filter it is read from counters, which is "
    "fast at any size; what `knownAt` costs is said at `commitmentStats`.",
    [
        Argument(
            "filter",
            _FILTER | None,
            "Which commitments to count, the same at every point of the series; all members must "
            f"match. A day left out in it is today. {NOW_ONLY}",
        ),
        Argument("from", Day, "The first day; the first point is the end of its month."),
        Argument(
            "to", Day | None, f"The last day, at most {MOST_MONTHS} months later; today by default."
        ),
        KNOWN_AT,
    ],
)
