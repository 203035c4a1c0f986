"""What changed in the status of commitments, between one day and a later one."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import lazy

from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import Argument, Arguments, computed, link, links, stored
from engine.rows import Row
from schema.registry import COMMITMENTS
from schema.shared.connections import Connection, connected
from schema.shared.enums import register_enum
from schema.shared.lazy_types import CommitmentRef, FollowUpRef
from schema.shared.scalars import Day
from schema.statuses import KNOWN_AT, NEEDS, Status, segments_of, status_of
from store.reads.reader import Query
from store.reads.statistics import MOST_DIFFERING, TooManyDiffer
from store.records.history.as_known import last_day_made
from store.records.history.status_changes import TurnKind, Window, find_turns, match_turned
from store.records.history.statuses import StatusValue

LONGEST_SILENCE = 36_525
"""A hundred years, in days."""

register_enum(TurnKind)


@strawberry.type(description="One change in the status of a commitment.")
class Turn:
    kind: TurnKind = stored("kind", "What changed.")
    on: Day = stored("on", "The first day on which it was true.")
    from_value: StatusValue | None = stored(
        "fromValue", "The status before; null if the commitment was just made."
    )
    to_value: StatusValue = stored("toValue", "The status on that day.")
    answered: list[FollowUpRef] = links(
        "answered", "follow_ups", "The challenges that were answered."
    )


def _turns(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [
        [turn for turn in _all_turns(row) if str(turn["kind"]) in row["asked"]["kinds"]]
        for row in rows
    ]


def _all_turns(row: Row) -> list[Row]:
    segments = segments_of(row, row["asked"]["knownAt"])
    found = find_turns(segments, last_day_made(row), row["asked"]["window"])
    return sorted(found, key=lambda turn: turn["on"])


def _find_status_before(
    rows: Sequence[Row], _arguments: Arguments, _operation: Operation
) -> Sequence[Any]:
    return [_status(row, row["asked"]["window"].since) for row in rows]


def _find_status_after(
    rows: Sequence[Row], _arguments: Arguments, _operation: Operation
) -> Sequence[Any]:
    return [_status(row, row["asked"]["window"].until) for row in rows]


def _status(row: Row, day: str) -> Row | None:
    return status_of(row, day, row["asked"]["knownAt"])


@strawberry.type(description="A commitment that changed between two days.")
class CommitmentDifference:
    commitment: CommitmentRef | None = link("_id", "commitments", "The commitment.")
    before: Status | None = computed(
        _find_status_before,
        NEEDS,
        "Its status at the end of the day `from`; null if it was not yet made.",
    )
    after: Status | None = computed(
        _find_status_after, NEEDS, "Its status at the end of the day `to`."
    )
    turns: list[Turn] = computed(
        _turns,
        NEEDS,
        "What changed in between, oldest first, including what changed back.",
    )


@strawberry.type(description="A page of commitments that changed.")
class CommitmentDifferenceConnection(Connection[CommitmentDifference]):
    pass


CommitmentDifferences: TypeAlias = Annotated[
    "CommitmentDifferenceConnection", lazy("schema.status_changes")
]


def _window(arguments: Arguments, operation: Operation) -> Window:
    since, until = arguments["from"], arguments.get("to") or operation.today
    if until <= since:
        message = "the range is reversed or empty: to, today unless told, must be after from"
        raise BadUserInput("to" if arguments.get("to") else "from", message)
    if not 1 <= arguments["silentFor"] <= LONGEST_SILENCE:
        raise BadUserInput("silentFor", f"from 1 to {LONGEST_SILENCE} days")
    return Window(since, until, arguments["silentFor"])


def _kinds(arguments: Arguments) -> list[TurnKind]:
    given = arguments.get("kinds")
    return list(TurnKind) if given is None else [TurnKind(kind) for kind in given]


async def _match_changed(arguments: Arguments, operation: Operation, query: Query) -> Query:
    kinds, window = _kinds(arguments), _window(arguments, operation)
    known_at = arguments.get("knownAt")
    if known_at is None:
        return match_turned(kinds, window)
    try:
        return await operation.reader.statistics.match_turned(query, kinds, window, known_at)
    except TooManyDiffer:
        message = (
            f"as known then, more than {MOST_DIFFERING} differ that rest on what was recorded "
            "later; narrow the filter or the days"
        )
        raise BadUserInput("knownAt", message, limit="differing", most=MOST_DIFFERING) from None


def _give_rows_window(arguments: Arguments, operation: Operation) -> Row:
    kinds, known_at = {str(kind) for kind in _kinds(arguments)}, arguments.get("knownAt")
    return {"window": _window(arguments, operation), "kinds": kinds, "knownAt": known_at}


changes_between: Any = connected(
    COMMITMENTS,
    "The commitments to which anything happened in the world after the day `from`, up to and "
    "including the day `to`. What was written to this store is in `changes`. With `knownAt`, those "
    "that rest on anything recorded since are worked out one by one, which costs more. A day left "
    "out in the filter is today.",
    arguments=[
        Argument("from", Day, "The earlier day; changes after it are listed."),
        Argument("to", Day | None, "The later day; today by default."),
        Argument(
            "kinds",
            list[TurnKind] | None,
            "Only commitments with one of these kinds of change; all kinds by default.",
        ),
        Argument(
            "silentFor",
            int,
            "After how many days without news FELL_SILENT is said of a commitment.",
            365,
        ),
        KNOWN_AT,
    ],
    load_query=_match_changed,
    give_rows=_give_rows_window,
)
