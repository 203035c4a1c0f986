"""The status of a commitment or request at any date, from the segments kept with it."""

from collections.abc import Iterator, Sequence
from typing import Any

import strawberry

from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import Argument, Arguments, computed, embedded, links, stored
from engine.rows import Row
from schema.shared.enums import shown
from schema.shared.lazy_types import FollowUpRef
from schema.shared.scalars import Day, Instant
from store.reads.queries import Query, match_recorded_by
from store.records.history.as_known import READ, fold_segments_known, last_day_due, last_day_made
from store.records.history.explanations import explain_status
from store.records.history.statuses import (
    OPEN_END,
    OPEN_START,
    Certainty,
    Edge,
    Standing,
    StatusValue,
    Verification,
    days_silent,
    is_overdue,
)

shown(StatusValue)
shown(Verification)
shown(Certainty)

KNOWN_AT = Argument(
    "knownAt",
    Instant | None,
    "Without what was recorded after this moment; corrections count as they are now.",
)
AS_OF = Argument("asOf", Day | None, "As it stood on this day; today unless told.")
NEEDS = (*READ, "derived.segments")


def known_by(arguments: Arguments, _: Operation) -> Query:
    """The query for what had been recorded at `knownAt`, for a connection with that argument."""
    return match_recorded_by(arguments.get("knownAt"))


def statuses(rows: Sequence[Row], arguments: Arguments, operation: Operation) -> Sequence[Any]:
    """The status of each row at `asOf`, as known at `knownAt`; None before it was made."""
    as_of = arguments.get("asOf") or operation.today
    known_at = arguments.get("knownAt")
    return [status_of(row, as_of, known_at) for row in rows]


def histories(rows: Sequence[Row], arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    """All the periods of each row, oldest first."""
    known_at = arguments.get("knownAt")
    return [list(_periods(row, known_at)) for row in rows]


def status_of(row: Row, as_of: str, known_at: Any = None) -> Row | None:
    """The status of a row on a day; None before it was made."""
    for segment in segments_of(row, known_at):
        if segment["since"] <= as_of < segment["until"]:
            return _at(row, segment, as_of, known_at)
    return None


def _periods(row: Row, known_at: Any) -> Iterator[Row]:
    for segment in segments_of(row, known_at):
        since, until = segment["since"], segment["until"]
        yield {
            "since": None if since == OPEN_START else since,
            "until": None if until == OPEN_END else until,
            "status": _at(row, segment, max(since, "0001-01-01"), known_at),
        }


def segments_of(row: Row, known_at: Any) -> list[Row]:
    """The whole history of a row, of which `NEEDS` has been read."""
    if known_at is None:
        found: list[Row] = row["derived"]["segments"]
        return found
    return [segment.model_dump(by_alias=True) for segment in fold_segments_known(row, known_at)]


def _at(row: Row, segment: Row, as_of: str, known_at: Any) -> Row:
    last = segment.get("lastFollowUp")
    # Only what has no follow-up needs the day on which it was made, which has to be worked out.
    made = OPEN_END if last else last_day_made(row) or OPEN_END
    return {
        **segment,
        "asOf": as_of,
        "knownAt": known_at,
        "overdue": is_overdue(segment["value"], last_day_due(row), as_of),
        "daysSilent": days_silent(last, made, as_of),
        "edges": row["derived"]["edges"],
    }


def _explanations(
    rows: Sequence[Row], _arguments: Arguments, _operation: Operation
) -> Sequence[str]:
    return [
        explain_status(
            Standing.model_validate({n: row.get(n) for n in _STANDING}),
            (Edge.model_validate(edge) for edge in row["edges"]),
            row["asOf"],
        )
        for row in rows
    ]


_STANDING = [info.alias or name for name, info in Standing.model_fields.items()]


def _stale(rows: Sequence[Row], arguments: Arguments, _operation: Operation) -> Sequence[bool]:
    after = arguments["after"]
    if after < 0:
        raise BadUserInput("after", "a silence lasts 0 days or more")
    return [row["daysSilent"] is not None and row["daysSilent"] > after for row in rows]


@strawberry.type(
    description=(
        "Where a commitment or request stands: derived from accepted follow-ups, never typed in."
    )
)
class Status:
    value: StatusValue = stored("value", "The status: as assessed where it was, else as derived.")
    derived: StatusValue = stored("derived", "What follows from the follow-ups.")
    assessed: StatusValue | None = stored("assessed", "What an editor's live assessment says.")
    contested: bool = stored("contested", "A challenge or contradiction stands unanswered.")
    open_challenges: list[FollowUpRef] = links(
        "openChallenges", "follow_ups", "The unanswered challenges and contradictions."
    )
    verification: Verification = stored(
        "verification", "The best independence among what decided it."
    )
    certainty: Certainty = stored("certainty", "Whether the dates leave one answer or several.")
    existence: Certainty = stored(
        "existence", "Whether it had certainly, or only possibly, been made by then."
    )
    alternatives: list[StatusValue] = stored(
        "alternatives", "The other derived values that the dates leave open.", many=True
    )
    decided_by: list[FollowUpRef] = links(
        "decidedBy", "follow_ups", "The follow-ups that decided it."
    )
    order_certain: bool = stored(
        "orderCertain", "What decided it certainly came after the commitment was made."
    )
    follow_up_count: int = stored(
        "followUps",
        "The accepted follow-ups certain by then: each from the last day of its date on, or from "
        "that on which it was recorded, whichever is earlier.",
    )
    explanation: str = computed(
        _explanations, ("edges",), "The status in sentences that can be printed.", weight=1
    )
    as_of: Day = stored("asOf", "The day for which this holds.")
    known_at: Instant | None = stored("knownAt", "The moment up to which records count; or all.")
    overdue: bool = stored("overdue", "The due date has passed and nothing closed it.")
    days_silent: int | None = stored(
        "daysSilent", "Days since the last follow-up, else since it was made."
    )
    stale: bool = computed(
        _stale,
        ("daysSilent",),
        "Whether it has been silent for long.",
        [Argument("after", int, "Longer than this many days.", 365)],
    )


@strawberry.type(description="A period in which a status did not change.")
class StatusPeriod:
    since: Day | None = stored("since", "Its first day; null if open.")
    until: Day | None = stored("until", "The first day after it; null if it lasts.")
    status: Status = embedded("status", "The status, as of the period's first day.")
