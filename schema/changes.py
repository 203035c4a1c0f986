"""Changes: what was written, by whom and why."""

import strawberry

from engine.fields import link_among, stored
from engine.lists.filters import (
    any_of,
    one_of,
    since,
    where,
)
from schema.shared.connections import Connection, Filter, KeyFilter, filter_input, order_input
from schema.shared.enums import shown
from schema.shared.nodes import Node, Record
from schema.shared.scalars import Instant
from store.records.changes import ChangeKind
from store.records.enums import Described

shown(ChangeKind)


class Noun(Described):
    """What sort of record a record is."""

    PARTIES = "parties", "A person or an organisation."
    ARTICLES = "articles", "An article."
    MEETINGS = "meetings", "A meeting."
    COMMITMENTS = "commitments", "A commitment."
    REQUESTS = "requests", "A request."
    FOLLOW_UPS = "follow_ups", "A follow-up."
    ASSESSMENTS = "assessments", "An assessment."
    CHECK_LOGS = "check_logs", "A check log."


shown(Noun)


@strawberry.type(description="One record's change. Changes are never changed or removed.")
class Change(Node):
    noun: Noun = stored("noun", "What sort of record was changed.")
    key: str = stored("record", "The key of the record.")
    record: Record | None = link_among("record", "noun", "The record as it is now.")
    kind: ChangeKind = stored("kind", "What was done to it.")
    changed: list[str] = stored("changed", "The members that were changed.", many=True)
    at: Instant = stored("at", "When.")
    by: str = stored("by", "Who.")
    why: str | None = stored("why", "Why.")
    correction: bool = stored(
        "correction", "Only the record was corrected; the world had not changed."
    )
    data_version: int = stored("dataVersion", "The version of all the data that this write made.")
    sequence: int = stored("sequence", "Its place among the changes of that write, from 0.")


@strawberry.type(description="A page of changes.")
class ChangeConnection(Connection[Change]):
    pass


class ChangeOrderField(Described):
    """What changes can be ordered by."""

    AT = "AT", "When it was made."


ChangeOrder = order_input(ChangeOrderField, "changes")


@filter_input(description="Which changes; all members must match.")
class ChangeFilter(Filter):
    since: Instant | None = where(since("at"), "Made at or after this moment.")
    noun: list[Noun] | None = where(any_of("noun"), "Of records of these sorts.")
    record: KeyFilter | None = where(one_of("record"), "Of this record.")
    kind: list[ChangeKind] | None = where(any_of("kind"), "Of these kinds.")
