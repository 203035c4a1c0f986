"""Changes: what was written, by whom and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson
import strawberry

from engine.context import Operation
from engine.fields import Arguments, Needs, asked, computed, link_among, stored
from engine.lists.filters import (
    any_of,
    is_not_before,
    one_of,
    where,
)
from engine.rows import Row
from schema.registry import CHANGES
from schema.shared.connections import (
    Connection,
    Filter,
    KeyFilter,
    connected,
    filter_input,
    order_input,
)
from schema.shared.enums import register_enum
from schema.shared.nodes import Node, Record
from schema.shared.scalars import Instant
from store.reads.differences import load_differences
from store.reads.visibility import CORRECTIONS
from store.records.base import Curation
from store.records.changes import ChangeKind, Origin
from store.records.enums import Described
from store.viewers import Sight

register_enum(ChangeKind)
register_enum(Origin)


class Noun(Described):
    """A kind of record."""

    PARTIES = "parties", "A person or an organisation."
    ARTICLES = "articles", "An article."
    MEETINGS = "meetings", "A meeting."
    COMMITMENTS = "commitments", "A commitment."
    REQUESTS = "requests", "A request."
    FOLLOW_UPS = "follow_ups", "A follow-up."
    ASSESSMENTS = "assessments", "An assessment."
    CHECK_LOGS = "check_logs", "A check log."
    CONCEPTS = "concepts", "What a topic is called."


register_enum(Noun)


def _makers(rows: Sequence[Row], _arguments: Arguments, operation: Operation) -> Sequence[Any]:
    return [row["by"] if operation.sight is Sight.ALL else None for row in rows]


def _origins(rows: Sequence[Row], _arguments: Arguments, operation: Operation) -> Sequence[Any]:
    return [row.get("via") if operation.sight is Sight.ALL else None for row in rows]


def _reasons(rows: Sequence[Row], _arguments: Arguments, operation: Operation) -> Sequence[Any]:
    return [
        row.get("why") if operation.sight is Sight.ALL or _tells_why(row) else None for row in rows
    ]


def _contents(rows: Sequence[Row], _arguments: Arguments, operation: Operation) -> Sequence[Any]:
    if operation.sight is not Sight.ALL:
        return [None] * len(rows)
    return [_write_content(row["after"]) for row in rows]


def _write_content(after: Row) -> str:
    members = {"key" if name == "_id" else name: value for name, value in after.items()}
    return orjson.dumps(members).decode()


def _tells_why(change: Row) -> bool:
    """Whether the reason of a change that readers see is for them, too."""
    # Of the changes that leave a record retracted, they see only the retraction.
    return bool(change["correction"]) or change["after"]["curation"] == Curation.RETRACTED


@strawberry.type(description="A member of a record that a change gave another value.")
class Difference:
    member: str = stored(
        "member", "Its name in bundles and in the store; dots lead into a part: `madeOn.edtf`."
    )
    before: str | None = stored(
        "before", "What it was: a text as it is, all else as JSON; null if it was not there."
    )
    after: str | None = stored("after", "What it became, in the same form.")


async def _ask_for_differences(
    operation: Operation, keys: Sequence[str], _arguments: Arguments, _needs: Needs
) -> Mapping[str, list[Row]]:
    found = await load_differences(operation.reader, keys)
    return {key: [asdict(one) for one in differences] for key, differences in found.items()}


@strawberry.type(
    description="An entry in the log of changes: what one write did to one record. Entries are "
    "never edited or removed. Readers see those that left an accepted record accepted, and those "
    "that retracted one."
)
class Change(Node):
    noun: Noun = stored("noun", "The kind of record that was changed.")
    key: str = stored("record", "The key of the record.")
    record: Record | None = link_among("record", "noun", "The record as it is now.")
    kind: ChangeKind = stored("kind", "What was done to the record.")
    changed: list[str] = stored(
        "changed", "The names of the record's members that were changed.", many=True
    )
    differences: list[Difference] = asked(
        _ask_for_differences,
        lambda _row, found, _arguments: found,
        "The members that it gave another value, by name; none for a record that was created. "
        "Words of articles are left out: an article's text, and the words of a span. For readers, "
        "of a record that was just published or retracted nothing but `curation`, and no key of a "
        "record that they do not see.",
    )
    at: Instant = stored("at", "When it was made.")
    by: str | None = computed(_makers, ("by",), "Who made it; null for readers.")
    via: Origin | None = computed(
        _origins, ("via",), "How it came; null for readers, and for changes that do not say so."
    )
    why: str | None = computed(
        _reasons,
        ("why", "correction", "after.curation"),
        "The reason, if one was given; for readers, only that of a correction or a retraction.",
    )
    content: str | None = computed(
        _contents,
        ("after",),
        "What the record said after it, in JSON with the members of a bundle; null for readers.",
        weight=10,
    )
    correction: bool = stored(
        "correction",
        "Whether the change only corrected the record, and nothing had happened in the world.",
    )
    data_version: int = stored(
        "dataVersion", "The version of the whole data set that this write made."
    )
    sequence: int = stored("sequence", "Its position among the changes of the same write, from 0.")


@strawberry.type(description="A page of changes.")
class ChangeConnection(Connection[Change]):
    pass


class ChangeOrderField(Described):
    """What changes can be ordered by."""

    AT = "AT", "When it was made."


ChangeOrder = order_input(ChangeOrderField, "changes")


@filter_input(description="Which changes; all members must match.")
class ChangeFilter(Filter):
    since: Instant | None = where(is_not_before("at"), "Made at or after this moment.")
    noun: list[Noun] | None = where(any_of("noun"), "To records of these kinds.")
    record: KeyFilter | None = where(one_of("record"), "To this record.")
    kind: list[ChangeKind] | None = where(any_of("kind"), "Of these kinds.")


corrections: Any = connected(
    CHANGES,
    "The corrections of records that had been published, and the retractions, oldest first: the "
    "changes that say of themselves that the world stayed as it was, and those that retracted a "
    "record.",
    extra_query=lambda _arguments, _operation: CORRECTIONS,
)
