"""The status of a commitment or request at any date, from the segments kept with it."""

from collections.abc import Iterator, Sequence
from typing import Any

import strawberry

from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import Argument, Arguments, computed, embedded, links, stored
from engine.rows import Row
from schema.shared.enums import register_enum
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
    RequestAnswer,
    Standing,
    StatusValue,
    Verification,
    days_silent,
    is_overdue,
)

register_enum(StatusValue)
register_enum(Verification)
register_enum(Certainty)
register_enum(RequestAnswer)

KNOWN_AT = Argument(
    "knownAt",
    Instant | None,
    "Leave out what was recorded after this moment. What was corrected since is shown "
    "as it is now.",
)
AS_OF = Argument("asOf", Day | None, "The day of the status; today by default.")
NEEDS = (*READ, "derived.segments")


def match_known_at(arguments: Arguments, _: Operation) -> Query:
    """The query for what had been recorded by the argument `knownAt`."""
    return match_recorded_by(arguments.get("knownAt"))


def find_statuses(rows: Sequence[Row], arguments: Arguments, operation: Operation) -> Sequence[Any]:
    """The status of each row on the day `asOf`, as known at `knownAt`; None before it was made."""
    as_of = arguments.get("asOf") or operation.today
    known_at = arguments.get("knownAt")
    return [status_of(row, as_of, known_at) for row in rows]


def find_histories(
    rows: Sequence[Row], arguments: Arguments, _operation: Operation
) -> Sequence[Any]:
    """All status periods of each row, oldest first."""
    known_at = arguments.get("knownAt")
    return [list(_periods(row, known_at)) for row in rows]


def status_of(row: Row, as_of: str, known_at: Any = None) -> Row | None:
    """The status of a row on a day; None before it was made."""
    for segment in segments_of(row, known_at):
        if segment["since"] <= as_of < segment["until"]:
            return _build_status(row, segment, as_of, known_at)
    return None


def _periods(row: Row, known_at: Any) -> Iterator[Row]:
    for segment in segments_of(row, known_at):
        since, until = segment["since"], segment["until"]
        yield {
            "since": None if since == OPEN_START else since,
            "until": None if until == OPEN_END else until,
            "status": _build_status(row, segment, max(since, "0001-01-01"), known_at),
        }


def segments_of(row: Row, known_at: Any) -> list[Row]:
    """The whole history of a row, of which the paths in `NEEDS` were read."""
    if known_at is None:
        found: list[Row] = row["derived"]["segments"]
        return found
    return [segment.model_dump(by_alias=True) for segment in fold_segments_known(row, known_at)]


def _build_status(row: Row, segment: Row, as_of: str, known_at: Any) -> Row:
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
        "The status of a commitment or request. It is derived from accepted "
        "follow-ups, never typed in."
    )
)
class Status:
    value: StatusValue = stored("value", "The status: `assessed` if there is one, else `derived`.")
    derived: StatusValue = stored("derived", "The status that follows from the follow-ups.")
    assessed: StatusValue | None = stored(
        "assessed",
        "The status given by the assessment that counts on that day; null if there is none.",
    )
    assessment_outdated: bool = stored(
        "assessmentOutdated",
        "Whether a follow-up certainly came after the assessment that counts, so that `value` may "
        "not know of it; `derived` does.",
    )
    answer: RequestAnswer | None = stored(
        "answer", "How a request was answered by that day; null for a commitment."
    )
    contested: bool = stored("contested", "Whether a challenge or contradiction is unanswered.")
    open_challenges: list[FollowUpRef] = links(
        "openChallenges", "follow_ups", "The unanswered challenges and contradictions."
    )
    verification: Verification = stored(
        "verification", "The most independent source among the follow-ups that decided it."
    )
    certainty: Certainty = stored("certainty", "Whether vague dates leave one answer or several.")
    existence: Certainty = stored(
        "existence", "Whether it had certainly, or only possibly, been made by that day."
    )
    alternatives: list[StatusValue] = stored(
        "alternatives", "The other derived statuses that vague dates leave open.", many=True
    )
    decided_by: list[FollowUpRef] = links(
        "decidedBy", "follow_ups", "The follow-ups that decided it."
    )
    order_certain: bool = stored(
        "orderCertain",
        "Whether the follow-ups that decided it certainly came after the commitment was made.",
    )
    follow_up_count: int = stored(
        "followUps",
        "How many accepted follow-ups had certainly happened by that day. Each counts "
        "from the last possible day of its date, or from the day it was recorded if "
        "that is earlier.",
    )
    explanation: str = computed(
        _explanations, ("edges",), "The status in full sentences, ready to print.", weight=1
    )
    as_of: Day = stored("asOf", "The day for which this is the answer.")
    known_at: Instant | None = stored(
        "knownAt", "Only what was recorded by this moment counts; null if everything does."
    )
    overdue: bool = stored("overdue", "Whether the due date has passed and nothing has closed it.")
    days_silent: int | None = stored(
        "daysSilent", "Days since the last follow-up, or since it was made if there is none."
    )
    stale: bool = computed(
        _stale,
        ("daysSilent",),
        "Whether it has had no news for more than `after` days.",
        [Argument("after", int, "True if `daysSilent` is greater than this.", 365)],
    )


@strawberry.type(description="A period in which a status did not change.")
class StatusPeriod:
    since: Day | None = stored("since", "Its first day; null if it has no known beginning.")
    until: Day | None = stored("until", "The first day after it; null if it has not ended.")
    status: Status = embedded("status", "The status, as of the period's first day.")
