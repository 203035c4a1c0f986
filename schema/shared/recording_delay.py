"""The fields that tell how many days late a record was recorded."""

from collections.abc import Sequence
from typing import Any

from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import Argument, Arguments, computed
from engine.rows import Row
from store.records.recording_delay import days_until_recorded


def days_until_recorded_field(date: str) -> Any:
    """Declares `daysUntilRecorded`, for documents with the date of what happened at this member."""

    def days(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
        return [_days(row, date) for row in rows]

    return computed(
        days,
        _needs(date),
        "How many days late this store recorded it: from the last possible day of its "
        "date to the day (UTC) of `recordedAt`. 0 if it was recorded by that day; "
        "null if its date has no last day.",
    )


def recorded_late_field(date: str) -> Any:
    """Declares `recordedLate`, for documents with the date of what happened at this member."""

    def late(rows: Sequence[Row], arguments: Arguments, _operation: Operation) -> Sequence[bool]:
        after = arguments["after"]
        if after < 0:
            raise BadUserInput("after", "days until it was recorded are 0 or more")
        return [(days := _days(row, date)) is not None and days > after for row in rows]

    return computed(
        late,
        _needs(date),
        "Whether it was recorded more than `after` days late. Answers with a "
        "`knownAt` before it was recorded do not contain it. False if its date has no "
        "last day.",
        [Argument("after", int, "True if `daysUntilRecorded` is greater than this.", 30)],
    )


def _needs(date: str) -> Sequence[str]:
    return f"{date}.latest", "recordedAt"


def _days(row: Row, date: str) -> int | None:
    return days_until_recorded((row[date] or {}).get("latest"), row["recordedAt"])
