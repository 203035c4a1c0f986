"""The timeline: meetings, commitments, requests, follow-ups and articles in one order."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple, TypeAlias

import strawberry

from engine.context import Operation
from engine.fields import Arguments, computed, embedded, link_among
from engine.lists.filters import (
    NOTHING,
    any_of,
    has_date_in_range,
    one_of,
    where,
    where_found,
)
from engine.rows import Row
from schema.articles import Article
from schema.commitments import Commitment
from schema.filters.topics import is_about
from schema.follow_ups import FollowUp
from schema.meetings import Meeting
from schema.requests import Request
from schema.shared.connections import (
    Connection,
    CuratedFilter,
    DateFilter,
    KeyFilter,
    filter_input,
    order_input,
)
from schema.shared.enums import register_enum
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.recording_delay import days_until_recorded_field, recorded_late_field
from store.records.dates import Order, order
from store.records.enums import Described
from store.records.nouns import TRACKABLES

TimelineItem: TypeAlias = Annotated[
    Meeting | Commitment | Request | FollowUp | Article,
    strawberry.union("TimelineItem", description="A record that a timeline can show."),
]


class TimelineNoun(Described):
    """A kind of record in a timeline."""

    MEETINGS = "meetings", "Meetings, when they were held."
    COMMITMENTS = "commitments", "Commitments, when they were made."
    REQUESTS = "requests", "Requests, when they were made."
    FOLLOW_UPS = "follow_ups", "Follow-ups, when they happened."
    ARTICLES = "articles", "Articles, when they were published."


register_enum(TimelineNoun)


class _Bounds(NamedTuple):
    earliest: str | None
    latest: str | None


def _bounds(row: Row) -> _Bounds:
    # The one before may come out of a cursor, which can hold anything.
    days = (row["date"].get(name) for name in _Bounds._fields)
    return _Bounds(*(day if isinstance(day, str) else None for day in days))


def _orders_certain(
    rows: Sequence[Row], _arguments: Arguments, _operation: Operation
) -> Sequence[bool | None]:
    return [_order_certain(row["__before"], row) for row in rows]


def _order_certain(before: Row | None, row: Row) -> bool | None:
    if before is None:
        return None
    return order(_bounds(before), _bounds(row)) in (Order.BEFORE, Order.AFTER)


@strawberry.type(description="Something that happened, in a timeline.")
class TimelineEntry:
    item: TimelineItem | None = link_among("key", "noun", "The record of what happened.")
    date: FuzzyDate = embedded("date", "When it happened: the date by which it is ordered.")
    days_until_recorded: int | None = days_until_recorded_field("date")
    recorded_late: bool = recorded_late_field("date")
    order_certain: bool | None = computed(
        _orders_certain,
        ("date.earliest", "date.latest"),
        "Whether it is certain which came first, this or the entry before it in this "
        "list: their dates do not overlap. Null for the first entry.",
    )


@strawberry.type(description="A page of a timeline.")
class TimelineConnection(Connection[TimelineEntry]):
    pass


class TimelineOrderField(Described):
    """What a timeline can be ordered by."""

    DATE = "DATE", "The first day on which it may have happened, then the last one."


TimelineOrder = order_input(TimelineOrderField, "a timeline", TimelineOrderField.DATE)


def _all_of(keys: Sequence[str], _: Operation) -> Mapping[str, Any]:
    return {"parties": {"$all": list(keys)}} if keys else NOTHING


def _suggest_instead_of_topic(_value: Any) -> str:
    return (
        "what articles and meetings bear on may have been recorded later; leave it out, and filter "
        "by party or types"
    )


def _suggest_instead_of_trackable(_value: Any) -> str:
    return "leave it out, and ask for the `timeline` of the commitment or request itself"


@filter_input(description="Which entries of a timeline to list; all members must match.")
class TimelineFilter(CuratedFilter):
    types: list[TimelineNoun] | None = where(any_of("noun"), "Of these kinds.")
    party: KeyFilter | None = where(
        one_of("parties"),
        "Involving this party: it took part, promised, was promised to, asked, acted, "
        "or is named. Follow-ups also involve the parties of their target.",
        keys_of=["parties"],
    )
    parties: list[str] | None = where(
        _all_of,
        "Involving all of these parties, such as both sides of a promise; an empty "
        "list matches nothing.",
        keys_of=["parties"],
    )
    within: KeyFilter | None = where(
        one_of("within"),
        "Involving this body, or one that belongs to it at any depth: the ministries "
        "of a government, the platforms of a company. For several bodies, give each "
        "under `and`.",
        keys_of=["parties"],
    )
    topic: KeyFilter | None = where_found(
        is_about("topics", with_wider=True),
        "About this topic or a narrower one. A follow-up has the topics of its "
        "target, an article those of the commitments, requests, follow-ups and "
        "meetings that it is evidence of. Not allowed with `knownAt`.",
        as_known=_suggest_instead_of_topic,
    )
    trackable: KeyFilter | None = where(
        one_of("trackables.key"),
        "This commitment or request, its follow-ups, and the meetings and articles "
        "that they rest on. Not allowed with `knownAt`: use the `timeline` of the "
        "record itself.",
        keys_of=TRACKABLES,
        as_known=_suggest_instead_of_trackable,
    )
    date: DateFilter | None = where(has_date_in_range("date"), "Dated in this range.")
