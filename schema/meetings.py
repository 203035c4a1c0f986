"""Meetings: where parties met, who took part, and what the reports disagree on."""

from collections.abc import Mapping
from typing import Any

import strawberry

from engine.context import Operation
from engine.fields import embedded, link, links, stored
from engine.lists.filters import (
    NO_VALUES,
    any_of,
    has_date_in_range,
    one_of,
    where,
    where_found,
)
from engine.lists.search_filter import RELEVANCE, searched
from schema.filters.parties import has_each_party
from schema.filters.topics import is_about
from schema.registry import COMMITMENTS, FOLLOW_UPS, MEETINGS, REQUESTS
from schema.shared.connections import (
    Connection,
    DateFilter,
    FacetCount,
    KeyFilter,
    RecordFilter,
    connected,
    faceted,
    filter_input,
    order_input,
)
from schema.shared.enums import register_enum
from schema.shared.evidence import Evidence
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.lazy_types import ArticleRef, Commitments, FollowUps, PartyRef, Requests
from schema.shared.nodes import SourcedRecord, merged_from_field
from schema.shared.recording_delay import days_until_recorded_field, recorded_late_field
from store.reads.reader import Via
from store.records.enums import Described
from store.records.meetings import Capacity, MeetingKind, MeetingState, PlaceBasis
from store.records.parties import PartyKind

register_enum(MeetingKind)
register_enum(MeetingState)
register_enum(Capacity)
register_enum(PlaceBasis)


@strawberry.type(description="A place, as far as it is known.")
class Place:
    name: str | None = stored("name", "The name of the place.")
    country: str | None = stored("country", "Its country, an ISO 3166-1 code.")
    basis: PlaceBasis = stored("basis", "How it is known.")


@strawberry.type(
    description="Somebody who took part in a meeting: the name as printed, and the party that it "
    "means."
)
class Participation:
    party: PartyRef | None = link(
        "party", "parties", "The party that the name means; null if that is not known."
    )
    name_as_stated: str = stored("nameAsStated", "The name as printed.")
    role_as_stated: str | None = stored("roleAsStated", "The office as printed.")
    on_behalf_of: PartyRef | None = link("onBehalfOf", "parties", "The party that was represented.")
    capacity: Capacity = stored("capacity", "In which capacity they took part.")


@strawberry.type(description="What one report says of a meeting where reports differ.")
class MeetingClaim:
    date: FuzzyDate | None = embedded("date", "The date that it gives.")
    place: Place | None = embedded("place", "The place that it gives.")
    evidence: Evidence = embedded("evidence", "The span of the report that says so.")


@strawberry.type(
    description="A meeting whose record was merged into that of another, with what it stated "
    "itself."
)
class MergedMeeting:
    key: str = stored("_id", "Its key; look-ups by it return the meeting that it was merged into.")
    title: str = stored("title", "Its title.")
    kind: MeetingKind = stored("kind", "The kind that it stated itself.")
    date: FuzzyDate = embedded("date", "When it was.")
    place: Place | None = embedded("place", "Where it was.")
    participations: list[Participation] = embedded("participations", "Who took part.", many=True)
    evidence: list[Evidence] = embedded(
        "evidence", "The spans of articles that report it.", many=True
    )


@strawberry.type(description="A meeting, with the accepted date and place.")
class Meeting(SourcedRecord):
    title: str = stored("title", "A short title.")
    kind: MeetingKind = stored("kind", "What sort of meeting it was.")
    state: MeetingState = stored("state", "Whether it was held, as far as is recorded.")
    date: FuzzyDate = embedded("date", "When it was, or was to be.")
    days_until_recorded: int | None = days_until_recorded_field("date")
    recorded_late: bool = recorded_late_field("date")
    place: Place | None = embedded("place", "Where it was.")
    participations: list[Participation] = embedded("participations", "Who took part.", many=True)
    topics: list[str] = stored(
        "topics", "The topics it was about, each a path from wide to narrow.", many=True
    )
    claims: list[MeetingClaim] = embedded(
        "claims", "Reports that differ on its date or place.", many=True
    )
    evidence: list[Evidence] = embedded(
        "evidence", "The spans of articles that report it.", many=True
    )
    articles: list[ArticleRef] = links(
        "derived.articles",
        "articles",
        "The articles that report it, or a meeting that was merged into it.",
    )
    merged_from: list[MergedMeeting] = merged_from_field(
        "meetings", "Their reports are reports of this one, and a search for their titles finds it."
    )
    commitments: Commitments = connected(
        COMMITMENTS, "The commitments made there.", Via("derived.meeting", single=True)
    )
    requests: Requests = connected(
        REQUESTS, "The requests made there.", Via("derived.meeting", single=True)
    )
    follow_ups: FollowUps = connected(
        FOLLOW_UPS, "The follow-ups that happened there.", Via("derived.meeting", single=True)
    )


class MeetingOrderField(Described):
    """What meetings can be ordered by."""

    DATE = "DATE", "The first day on which it may have been held."
    TITLE = "TITLE", "The title, ignoring case, diacritics and punctuation."
    UPDATED_AT = "UPDATED_AT", "When the record was last changed."
    RELEVANCE = "RELEVANCE", RELEVANCE
    KEY = "KEY", "The key."


@strawberry.type(description="A page of meetings.")
class MeetingConnection(Connection[Meeting]):
    facets: list[FacetCount] | None = faceted("MeetingFacet", MEETINGS)


MeetingOrder = order_input(MeetingOrderField, "meetings")


@strawberry.input(
    description="A party that took part; all members must be true of the same party. " + NO_VALUES
)
class ParticipantFilter:
    key: str | None = strawberry.field(
        description="This party; the key of a merged party stands for the one that it was merged "
        "into.",
        default=strawberry.UNSET,
    )
    include_subordinates: bool = strawberry.field(
        description="Whether what belongs to that party counts as well, at any depth.",
        default=False,
    )
    kind: list[PartyKind] | None = strawberry.field(
        description="A party of one of these kinds.", default=strawberry.UNSET
    )
    country: str | None = strawberry.field(
        description="A party of this country, an ISO 3166-1 code.", default=strawberry.UNSET
    )
    capacity: list[Capacity] | None = strawberry.field(
        description="A party that took part in one of these capacities, or whose representative "
        "did.",
        default=strawberry.UNSET,
    )


def _is_disputed(value: bool, _: Operation) -> Mapping[str, Any]:
    # Every claim has its article, which is in an index.
    any_article = {"$gt": ""}
    return {"claims.evidence.article": any_article if value else {"$not": any_article}}


@filter_input(description="Which meetings; all members must match.")
class MeetingFilter(RecordFilter):
    parties: list[ParticipantFilter] | None = where(
        has_each_party("derived.parties"),
        "Each of these took part or was represented; an empty list matches nothing.",
        keys_of=["parties"],
    )
    kind: list[MeetingKind] | None = where(any_of("kind"), "Of these kinds.")
    state: list[MeetingState] | None = where(
        any_of("state"), "Held, announced or cancelled: in one of these states."
    )
    topic: KeyFilter | None = where_found(is_about("topics"), "About this topic or a narrower one.")
    date: DateFilter | None = where(has_date_in_range("date"), "Dated in this range.")
    article: KeyFilter | None = where(
        one_of("derived.articles"), "Reported by this article.", keys_of=["articles"]
    )
    publisher: KeyFilter | None = where(
        one_of("derived.publishers"),
        "Reported by an article that this party published.",
        keys_of=["parties"],
    )
    disputed: bool | None = where(_is_disputed, "Whether reports differ on its date or place.")
    search: str | None = searched("meetings")
