"""Statistics of requests: how many were asked, and how many answered, declined or noted."""

from typing import Annotated, Any

import strawberry
from strawberry import lazy

from engine.context import Operation
from engine.fields import Argument, Arguments, Needs, Rows, Summed, declared, embedded, stored
from engine.lists.facet_selection import drop_nulls
from engine.rows import Row
from schema.registry import REQUESTS
from schema.shared.enums import dimension_enum
from schema.shared.groups import Share, make_group_key, make_share
from schema.shared.scalars import Day, Instant
from schema.statistics import (
    FIRST_ROWS,
    MOST_ROWS,
    NOW_ONLY,
    build_groups,
    count_groups,
    read_grouping,
    refuse_groups,
)
from schema.statuses import KNOWN_AT
from store.reads.known_earlier import GroupedQuery, TooManyGroups
from store.reads.reader import Query
from store.records.dimensions import GROUPS_OF
from store.records.history.commitment_statistics import Figures, Statistics
from store.records.history.statuses import RequestAnswer

GROUPS = GROUPS_OF[REQUESTS.name]

_FILTER = Annotated["RequestFilter", lazy("schema.requests")]  # type: ignore[name-defined] # noqa: F821

RequestDimension = dimension_enum(
    "RequestDimension", "What statistics of requests can be grouped by.", GROUPS.values()
)


@strawberry.type(
    description="Counts of a set of requests, and rates of all: each is answered, declined, "
    "noted or open, and the last answer counts."
)
class RequestFigures:
    asked: int = stored("asked", "How many had certainly or possibly been made by the day.")
    answered: Share = embedded(
        "answered", "How many a commitment or an accepted follow-up had answered by the day."
    )
    declined: Share = embedded("declined", "How many had been refused.")
    noted: Share = embedded("noted", "Of how many note had been taken, without a promise.")
    open: Share = embedded("open", "To how many no answer is recorded.")


RequestGroupKey: Any = make_group_key("RequestGroupKey", "requests", GROUPS)


@strawberry.type(
    description="A group of requests with the same values. A request with several values is in "
    "several groups."
)
class RequestGroup:
    key: RequestGroupKey = embedded("key", "The values that they share.")
    figures: RequestFigures = embedded("figures", "Their counts and rates.")


@strawberry.type(description="Statistics of requests on a day, in total and by group.")
class RequestStats:
    as_of: Day = stored("asOf", "The day for which this is the answer.")
    known_at: Instant | None = stored(
        "knownAt", "Only what was recorded by this moment counts; null if everything does."
    )
    total: RequestFigures = embedded("total", "All requests together, each counted once.")
    groups: list[RequestGroup] = embedded(
        "groups",
        "The groups, largest first and then by value; none if `groupBy` is empty.",
        many=True,
    )
    group_count: int = stored("groupCount", "How many groups there are in all.")
    cut: bool = stored(
        "cut", "Whether there are more groups than are shown; ask for more with `first`."
    )


async def _statistics(
    operation: Operation, query: Query, arguments: Arguments, _needs: Needs
) -> Row:
    dimensions, first = read_grouping(arguments)
    day, known_at = arguments.get("asOf") or operation.today, arguments.get("knownAt")
    asked = GroupedQuery(query, day, dimensions, first, known_at)
    if known_at is None and not dimensions and not drop_nulls(arguments.get("filter") or {}):
        counted = await operation.reader.aggregates.load_counters(REQUESTS.name, ["ANSWER"], day)
        found = Statistics(total=Figures(counted.by["ANSWER"]))
        found.total["count"] = found.total.total()
    else:
        try:
            found = await operation.reader.request_statistics.compute_statistics(asked)
        except TooManyGroups:
            raise refuse_groups() from None
    return build_groups(found, asked, GROUPS, _figures)


def _figures(figures: Figures) -> Row:
    asked = figures["count"]
    shares = {
        str(answer).lower(): make_share(figures[str(answer)], asked) for answer in RequestAnswer
    }
    return {"asked": asked, **shares}


def _any_asked(statistics: Row) -> bool:
    return bool(statistics["total"]["asked"])


request_stats: Any = declared(
    Summed(REQUESTS.name, _statistics, _any_asked, Rows(("first",), count_groups)),
    "Statistics of requests on a day: how many were answered, declined, noted or open, grouped "
    "by up to three dimensions. Null, with an error, if that fails. What `knownAt` costs is said "
    "at `commitmentStats`.",
    [
        Argument(
            "filter",
            _FILTER | None,
            "Which requests to count; all members must match. A day left out in it is `asOf`. "
            f"{NOW_ONLY}",
        ),
        Argument(
            "groupBy",
            list[RequestDimension],  # type: ignore[valid-type]
            "The dimensions to group by, at most three.",
            [],
        ),
        Argument("asOf", Day | None, "The day of the statistics; today by default."),
        KNOWN_AT,
        Argument(
            "first", int, f"How many groups, the largest first, at most {MOST_ROWS}.", FIRST_ROWS
        ),
    ],
)
