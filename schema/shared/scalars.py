"""The scalars: days, moments, EDTF strings and addresses."""

import re
from datetime import UTC, date, datetime
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from engine.errors import Misfit
from store.records.dates import EdtfError, parse

Day = NewType("Day", str)
Instant = NewType("Instant", datetime)
Edtf = NewType("Edtf", str)
Url = NewType("Url", str)


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _to_day(value: object) -> str:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise Misfit("a day is written YYYY-MM-DD, such as 2025-07-09")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        message = "the calendar has no such day; write one that it has as YYYY-MM-DD, such as"
        raise Misfit(f"{message} 2025-07-09") from None


_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
"""RFC 3339, date-time. Python reads more of ISO 8601, such as weeks and what has no hyphens."""


def to_instant(value: object) -> datetime:
    """The moment that an RFC 3339 string means, in UTC. Raises Misfit for anything else."""
    written = "a moment is written with its zone, such as 2025-07-09T01:51:09Z"
    if not isinstance(value, str):
        raise Misfit(written)
    if not _INSTANT.fullmatch(value):
        if _DAY.match(value):
            written = f"{written}, in the form of RFC 3339: with seconds, hyphens and colons"
        raise Misfit(written)
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError:
        raise Misfit("a moment lies in the years 0001 to 9999, in UTC") from None
    except ValueError:
        message = "there is no such moment, in the calendar or on the clock"
        raise Misfit(f"{message}; {written}") from None


def _from_instant(value: datetime) -> str:
    text = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00").removesuffix(".000") + "Z"


def _to_edtf(value: object) -> str:
    try:
        return parse(str(value)).text
    except EdtfError as error:
        message = f"no date in EDTF, as it stands from position {error.position} on"
        # What was given is not repeated.
        raise Misfit(f"{message}; {error.advice}") from None


def _to_url(value: object) -> str:
    if isinstance(value, str) and value.startswith(("http://", "https://", "/")):
        return value
    raise Misfit("an address starts with https://, http:// or /")


def _same(value: str) -> str:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    Day: strawberry.scalar(
        name="Date",
        description="A calendar day, `YYYY-MM-DD`, in the time zone of the place where the event "
        "happened.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=_same,
        parse_value=_to_day,
    ),
    Instant: strawberry.scalar(
        name="DateTime",
        description=(
            "A moment in RFC 3339 form, such as `2025-07-09T01:51:09Z`. Input may be "
            "in any time zone and must have seconds; output is in UTC."
        ),
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_from_instant,
        parse_value=to_instant,
    ),
    Edtf: strawberry.scalar(
        name="EDTF",
        description=(
            "A date as precisely as it is known, in the Extended Date/Time Format: "
            "`2024`, `2024-12-06?`, `2022-02/2022-02-19`, `../2025-07-08`."
        ),
        specified_by_url="https://www.loc.gov/standards/datetime/",
        serialize=_same,
        parse_value=_to_edtf,
    ),
    Url: strawberry.scalar(
        name="URL",
        description="An address on the web, or the path of a record on this server.",
        specified_by_url="https://url.spec.whatwg.org/",
        serialize=_same,
        parse_value=_to_url,
    ),
}
"""The definition of each scalar for Strawberry."""
