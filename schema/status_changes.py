"""What changed in how commitments stand, between one day and a later one."""

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
from schema.shared.enums import shown
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

shown(TurnKind)


@strawberry.type(description="Something that changed in how a commitment stands.")
class Turn:
    kind: TurnKind = stored("kind", "What changed.")
    on: Day = stored("on", "The first day on which it was so.")
    from_value: StatusValue | None = stored("fromValue", "The status before; null if just made.")
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


def _before(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [_status(row, row["asked"]["window"].since) for row in rows]


def _after(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [_status(row, row["asked"]["window"].until) for row in rows]


def _status(row: Row, day: str) -> Row | None:
    return status_of(row, day, row["asked"]["knownAt"])


@strawberry.type(description="A commitment that stands otherwise than it did.")
class CommitmentDifference:
    commitment: CommitmentRef | None = link("_id", "commitments", "The commitment.")
    before: Status | None = computed(
        _before, NEEDS, "How it stood at the end of `from`; null before it was made."
    )
    after: Status | None = computed(_after, NEEDS, "How it stood at the end of `to`.")
    turns: list[Turn] = computed(
        _turns,
        NEEDS,
        "What changed in between, oldest first, also what changed back.",
    )


@strawberry.type(description="A page of what changed.")
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


async def _differing(arguments: Arguments, operation: Operation, query: Query) -> Query:
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


def _told(arguments: Arguments, operation: Operation) -> Row:
    kinds, known_at = {str(kind) for kind in _kinds(arguments)}, arguments.get("knownAt")
    return {"window": _window(arguments, operation), "kinds": kinds, "knownAt": known_at}


changes_between: Any = connected(
    COMMITMENTS,
    "The commitments of which anything changed after the day `from`, up to and with the day `to`: "
    "in the world, as it is known now, or was at `knownAt`; those that rest on anything recorded "
    "since are then folded one by one. What was written to this store is told by `changes`. A day "
    "that the filter leaves out is today.",
    arguments=[
        Argument("from", Day, "The day to compare with."),
        Argument("to", Day | None, "A later day; today unless told."),
        Argument("kinds", list[TurnKind] | None, "Only these changes; all unless told."),
        Argument("silentFor", int, "After how many days without news silence is long.", 365),
        KNOWN_AT,
    ],
    ahead=_differing,
    told=_told,
)
