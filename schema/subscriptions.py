"""The subscription root: what is told as it happens, from the logs of changes and of statuses."""

from collections.abc import Iterable, Mapping, Sequence

import strawberry

from engine.collection import Collection
from engine.context import Operation
from engine.fields import (
    Argument,
    Arguments,
    Stretch,
    Telling,
    Told,
    declared,
    embedded,
    link,
    link_among,
    links,
    stored,
)
from engine.lists.filters import NO_VALUES, Filters
from engine.lists.merged_keys import resolve_merged_keys
from engine.lists.page_request import query_for
from engine.rows import Row
from schema.changes import Change, Noun
from schema.registry import CHANGES, COMMITMENTS, REQUESTS
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.lazy_types import FollowUpRef, IntakeRef, TrackableRef
from schema.shared.recording_delay import recorded_late_field
from schema.shared.scalars import Day, Instant
from store.gather import gather_all
from store.mongodb.collections import CHANGES as CHANGE_LOG
from store.mongodb.collections import INTAKE_EVENTS as INTAKE_LOG
from store.mongodb.collections import STATUS_CHANGES as STATUS_LOG
from store.reads.reader import Query, match_all, outermost_paths
from store.records.base import At, Curation
from store.records.history.statuses import StatusValue
from store.records.intakes import IntakeState, IntakeStep
from store.viewers import Sight

_ORDER = (("dataVersion", 1), ("sequence", 1), ("_id", 1))
_LOGS = (CHANGE_LOG, STATUS_LOG, INTAKE_LOG)

_DATES: Mapping[str, str] = {
    "articles": "datePublished",
    "meetings": "date",
    "commitments": "madeOn",
    "requests": "madeOn",
    "follow_ups": "occurredOn",
    "assessments": "effectiveOn",
    "check_logs": "checkedOn",
}
"""By noun, the member that says when it happened. A party does not happen."""

_CURSOR = (
    "Where this event stands. Subscribe with it as `after`, and nothing is missed or told twice."
)
_AFTER = Argument(
    "after",
    str | None,
    "Begin after the event with this cursor, or after the change with this cursor of the list "
    "`changes`; by default with what happens from now on.",
)


@strawberry.type(description="Something that was written to a record, as subscribers hear of it.")
class RecordChange:
    cursor: str = stored("cursor", _CURSOR)
    change: Change = embedded("change", "The entry in the log of changes.")
    occurred_on: FuzzyDate | None = embedded(
        "occurredOn",
        "When that happened which the record is about, as it said then; null for parties, and for "
        "readers where it was retracted.",
    )
    recorded_at: Instant = stored("recordedAt", "When this store first recorded it.")
    recorded_late: bool = recorded_late_field("occurredOn")


@strawberry.type(
    description="The published status of a commitment or request became another by what was "
    "written. That a day has passed is not told; `changesBetween` lists that."
)
class StatusChange:
    cursor: str = stored("cursor", _CURSOR)
    noun: Noun = stored("noun", "Whether it is a commitment or a request.")
    key: str = stored("record", "The key of the commitment or request.")
    trackable: TrackableRef | None = link_among(
        "record", "noun", "The commitment or request as it is now."
    )
    before: StatusValue | None = stored("before", "Its status before; null if none was published.")
    after: StatusValue | None = stored("after", "Its status after; null if none is published.")
    day: Day = stored("day", "The day whose status it is: that of the write.")
    decided_by: list[FollowUpRef] = links(
        "decidedBy", "follow_ups", "The follow-ups that decided the status after."
    )
    at: Instant = stored("at", "When it was written.")
    data_version: int = stored("dataVersion", "The version of the data that the write made.")
    occurred_on: FuzzyDate = embedded(
        "occurredOn",
        "When that happened which decided the status: the latest of the follow-ups, or the promise "
        "or request itself.",
    )
    recorded_at: Instant = stored("recordedAt", "When this store first recorded that.")
    recorded_late: bool = recorded_late_field("occurredOn")


@strawberry.type(description="An intake went a step further. Only curators hear of it.")
class IntakeProgress:
    cursor: str = stored("cursor", _CURSOR)
    key: str = stored("intake", "The key of the intake.")
    intake: IntakeRef | None = link("intake", "intakes", "The intake as it is now.")
    state: IntakeState = stored("state", "Its state then.")
    step: IntakeStep | None = stored("step", "What began then to be done with it, if RUNNING.")
    at: Instant = stored("at", "When that was.")


@strawberry.input(
    description="Which status changes: those of commitments and of requests that match, as they "
    f"are when it is told. With one member alone, the other kind is not told of. {NO_VALUES}"
)
class StatusChangeFilter:
    commitments: COMMITMENTS.filter | None = strawberry.field(  # type: ignore[name-defined]
        description="Which commitments, as in the list `commitments`.", default=strawberry.UNSET
    )
    requests: REQUESTS.filter | None = strawberry.field(  # type: ignore[name-defined]
        description="Which requests, as in the list `requests`.", default=strawberry.UNSET
    )


async def _tell_record_changes(
    operation: Operation, filters: Mapping[str, Filters], telling: Telling
) -> Stretch:
    query = await _match(CHANGES, filters, telling.arguments, operation)
    paths = (path.removeprefix("change.") for path in telling.needs if path.startswith("change."))
    dates = (f"after.{date}" for date in _DATES.values())
    always = ("noun", "record", "dataVersion", "sequence", "after.curation", "after.recordedAt")
    fields = dict.fromkeys(outermost_paths([*always, *dates, *paths]), 1)
    query = match_all(query, telling.between)
    changes = await operation.reader.find_page(CHANGE_LOG, query, _ORDER, telling.most, fields)
    CHANGES.mark(changes)
    rows = [_tell_of_change(change, operation.sight) for change in changes]
    return Stretch(rows, changes[-1] if len(changes) == telling.most else None)


def _tell_of_change(change: Row, sight: Sight) -> Row:
    after = change["after"]
    shown = sight is Sight.ALL or after["curation"] != Curation.RETRACTED
    return {
        **_place_of(change),
        "change": change,
        "occurredOn": after.get(_DATES.get(change["noun"], "")) if shown else None,
        "recordedAt": after["recordedAt"],
    }


def _place_of(entry: Row) -> Row:
    return {name: entry[name] for name in ("_id", "dataVersion", "sequence")}


async def _tell_status_changes(
    operation: Operation, filters: Mapping[str, Filters], telling: Telling
) -> Stretch:
    entries = await operation.reader.find_page(STATUS_LOG, telling.between, _ORDER, telling.most)
    matching, deciding = await gather_all(
        [
            _find_matching(operation, filters, telling.arguments, entries),
            _find_deciding(operation, entries),
        ]
    )
    rows = [
        {**entry, **_date(matching[entry["noun"], entry["record"]], entry["decidedBy"], deciding)}
        for entry in entries
        if (entry["noun"], entry["record"]) in matching
    ]
    return Stretch(rows, entries[-1] if len(entries) == telling.most else None)


async def _find_matching(
    operation: Operation,
    filters: Mapping[str, Filters],
    arguments: Arguments,
    entries: Sequence[Row],
) -> Mapping[At, Row]:
    """The commitments and requests of these entries that match and are in sight, with when they
    were made and recorded.
    """
    given = arguments.get("filter") or {}
    asked = {noun: part for noun, part in given.items() if part is not None}
    found: dict[At, Row] = {}
    for collection in (COMMITMENTS, REQUESTS):
        noun = collection.name
        if asked and noun not in asked:
            continue
        keys = sorted({entry["record"] for entry in entries if entry["noun"] == noun})
        query = await _match(collection, filters, {"filter": asked.get(noun)}, operation)
        if not keys:
            continue
        query = match_all(query, {"_id": {"$in": keys}})
        fields = {"madeOn": 1, "recordedAt": 1}
        rows = await operation.reader.find_page(noun, query, [("_id", 1)], len(keys), fields)
        found |= {(noun, row["_id"]): row for row in rows}
    return found


async def _find_deciding(operation: Operation, entries: Iterable[Row]) -> Mapping[str, Row]:
    """The follow-ups that decided the statuses, as far as they are in sight."""
    keys = sorted({key for entry in entries for key in entry["decidedBy"]})
    if not keys:
        return {}
    fields = {"occurredOn": 1, "recordedAt": 1}
    return await operation.reader.find_documents("follow_ups", keys, fields)


def _date(trackable: Row, decided_by: Iterable[str], deciding: Mapping[str, Row]) -> Row:
    """When that happened which decided a status, and when it was recorded."""
    followed = [deciding[key] for key in decided_by if key in deciding]
    if not followed:
        return {"occurredOn": trackable["madeOn"], "recordedAt": trackable["recordedAt"]}
    latest = max(followed, key=lambda row: row["occurredOn"].get("latest") or "~")
    return {"occurredOn": latest["occurredOn"], "recordedAt": latest["recordedAt"]}


async def _tell_intake_progress(
    operation: Operation, _filters: Mapping[str, Filters], telling: Telling
) -> Stretch:
    key = telling.arguments.get("intake")
    query = match_all(telling.between, {"intake": key} if key is not None else {})
    rows = await operation.reader.find_page(INTAKE_LOG, query, _ORDER, telling.most)
    return Stretch(rows, rows[-1] if len(rows) == telling.most else None)


async def _match(
    collection: Collection,
    filters: Mapping[str, Filters],
    arguments: Arguments,
    operation: Operation,
) -> Query:
    """The query of a filter, as in the collection's list. Raises BadUserInput."""
    of = filters[collection.name]
    given = await resolve_merged_keys(arguments, of, operation)
    return await query_for(collection, of, given.get("filter") or {}, operation)


@strawberry.type(
    description="The root of every subscription: over a WebSocket at `/graphql` "
    "(graphql-transport-ws), or as server-sent events at `/graphql/stream`."
)
class Subscription:
    record_changes: RecordChange = declared(
        Told(CHANGE_LOG, _LOGS, _tell_record_changes),
        "What is written to records, in order. Readers are told of what `changes` lists for them.",
        [
            Argument("filter", CHANGES.filter | None, "Which changes; all members must match."),
            _AFTER,
        ],
    )
    status_changes: StatusChange = declared(
        Told(STATUS_LOG, _LOGS, _tell_status_changes),
        "Published statuses that become others by what is written, in order. That a record is no "
        "longer listed, as after a retraction, is told by `recordChanges`.",
        [Argument("filter", StatusChangeFilter | None, "Which of them."), _AFTER],
    )
    intake_progress: IntakeProgress = declared(
        Told(INTAKE_LOG, _LOGS, _tell_intake_progress),
        "What is done with submitted articles, step by step; readers hear of nothing. Events are "
        "kept for a day.",
        [Argument("intake", str | None, "Of the intake with this key alone."), _AFTER],
    )
