"""The timeline: meetings, commitments, requests, follow-ups and articles in one order."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple, TypeAlias

import strawberry

from engine.context import Operation
from engine.fields import Arguments, computed, embedded, link_among
from engine.lists.filters import (
    NOTHING,
    any_of,
    dated,
    one_of,
    where,
    where_found,
)
from engine.rows import Row
from schema.articles import Article
from schema.commitments import Commitment
from schema.filters.topics import about
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
from schema.shared.enums import shown
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.recording_delay import days_until_recorded_field, recorded_late_field
from store.records.dates import Order, order
from store.records.enums import Described
from store.records.nouns import TRACKABLES

TimelineItem: TypeAlias = Annotated[
    Meeting | Commitment | Request | FollowUp | Article,
    strawberry.union("TimelineItem", description="What a timeline shows."),
]


class TimelineNoun(Described):
    """What sort of record stands in a timeline."""

    MEETINGS = "meetings", "Meetings, when they were held."
    COMMITMENTS = "commitments", "Commitments, when they were made."
    REQUESTS = "requests", "Requests, when they were made."
    FOLLOW_UPS = "follow_ups", "Follow-ups, when they happened."
    ARTICLES = "articles", "Articles, when they were published."


shown(TimelineNoun)


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
    item: TimelineItem | None = link_among("key", "noun", "What happened.")
    date: FuzzyDate = embedded("date", "When: the date that it stands under.")
    days_until_recorded: int | None = days_until_recorded_field("date")
    recorded_late: bool = recorded_late_field("date")
    order_certain: bool | None = computed(
        _orders_certain,
        ("date.earliest", "date.latest"),
        "It is certain which came first, this or the entry before it in this list: their dates do "
        "not touch. Null for the first entry.",
    )


@strawberry.type(description="A page of a timeline.")
class TimelineConnection(Connection[TimelineEntry]):
    pass


class TimelineOrderField(Described):
    """What a timeline can be ordered by."""

    DATE = "DATE", "The first day on which it may have been, then the last one."


TimelineOrder = order_input(TimelineOrderField, "a timeline", TimelineOrderField.DATE)


def _all_of(keys: Sequence[str], _: Operation) -> Mapping[str, Any]:
    return {"parties": {"$all": list(keys)}} if keys else NOTHING


def _by_links(_value: Any) -> str:
    return (
        "what articles and meetings bear on may have been recorded later; leave it out, and filter "
        "by party or types"
    )


def _by_trackable(_value: Any) -> str:
    return "leave it out, and ask for the `timeline` of the commitment or request itself"


@filter_input(description="What a timeline shows; all members must match.")
class TimelineFilter(CuratedFilter):
    types: list[TimelineNoun] | None = where(any_of("noun"), "Only these sorts.")
    party: KeyFilter | None = where(
        one_of("parties"),
        "This party has to do with it: took part, promised, was promised to, asked, acted, or is "
        "named. Follow-ups concern the parties of what they follow, too.",
        keys_of=["parties"],
    )
    parties: list[str] | None = where(
        _all_of,
        "All of these parties have to do with it, such as the two sides of a relation; an empty "
        "list matches nothing.",
        keys_of=["parties"],
    )
    within: KeyFilter | None = where(
        one_of("within"),
        "This body, or what belongs to it at any depth, has to do with it: the ministries of a "
        "government, the platforms of a company. For several bodies, give each under `and`.",
        keys_of=["parties"],
    )
    topic: KeyFilter | None = where_found(
        about("topics", with_wider=True),
        "About this topic or a narrower one. Follow-ups are about what their targets are about, "
        "articles about what the commitments, requests, follow-ups and meetings are that they are "
        "evidence of. Not beside `knownAt`.",
        as_known=_by_links,
    )
    trackable: KeyFilter | None = where(
        one_of("trackables.key"),
        "This commitment or request, its follow-ups, and the meetings and articles that it or "
        "they rest on. Not beside `knownAt`: its own `timeline` takes that.",
        keys_of=TRACKABLES,
        as_known=_by_trackable,
    )
    date: DateFilter | None = where(dated("date"), "In this range.")
