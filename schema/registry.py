"""The collections as the API shows them: their types, filters and orders.

A list, with no behaviour of its own; each noun's module says what its fields mean.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from strawberry import lazy

from engine.collection import Collection
from engine.lists.search_filter import SCORE
from store.records.search_entries import ENTRIES, NOUNS_IN_TIME

_BY_RELEVANCE: Mapping[str, tuple[str, ...]] = {"RELEVANCE": (SCORE,)}
_SORTED_AS = "derived.sortedAs"
_LISTED: Mapping[str, Any] = {"mergedInto": {"$exists": False}}
_UNLESS_ASKED: Mapping[str, Mapping[str, Any]] = {"curation": {"curation": "ACCEPTED"}}


def _input(noun: str, name: str) -> Any:
    return Annotated[name, lazy(f"schema.{noun}")]


_DAY = ("status", "asOf")

ARTICLES = Collection(
    name="articles",
    typename="Article",
    filter=_input("articles", "ArticleFilter"),
    filter_name="ArticleFilter",
    order=_input("articles", "ArticleOrder"),
    orders={
        "DATE_PUBLISHED": ("datePublished.earliest",),
        "HEADLINE": (_SORTED_AS,),
        "UPDATED_AT": ("updatedAt",),
        "KEY": ("_id",),
        **_BY_RELEVANCE,
    },
    default_order=(("datePublished.earliest", 1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
)
PARTIES = Collection(
    name="parties",
    typename={"PERSON": "Person", None: "Organization"},
    discriminator="kind",
    filter=_input("parties", "PartyFilter"),
    filter_name="PartyFilter",
    order=_input("parties", "PartyOrder"),
    orders={"NAME": (_SORTED_AS,), "UPDATED_AT": ("updatedAt",), "KEY": ("_id",), **_BY_RELEVANCE},
    default_order=((_SORTED_AS, 1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
)
MEETINGS = Collection(
    name="meetings",
    typename="Meeting",
    filter=_input("meetings", "MeetingFilter"),
    filter_name="MeetingFilter",
    order=_input("meetings", "MeetingOrder"),
    orders={
        "DATE": ("date.earliest",),
        "TITLE": (_SORTED_AS,),
        "UPDATED_AT": ("updatedAt",),
        "KEY": ("_id",),
        **_BY_RELEVANCE,
    },
    default_order=(("date.earliest", 1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
)

_TRACKABLE_ORDERS: Mapping[str, tuple[str, ...]] = {
    "MADE_ON": ("madeOn.earliest",),
    "LAST_FOLLOW_UP": ("derived.latestFollowUpOn",),
    "DAYS_SILENT": ("-derived.silentSince",),
    "FOLLOW_UP_COUNT": ("derived.followUpCount",),
    "TITLE": (_SORTED_AS,),
    "UPDATED_AT": ("updatedAt",),
    "KEY": ("_id",),
    **_BY_RELEVANCE,
}
_BY_FOLLOW_UPS = frozenset({"LAST_FOLLOW_UP", "DAYS_SILENT", "FOLLOW_UP_COUNT"})
_BY_DATE_MADE = (("madeOn.earliest", 1),)

COMMITMENTS = Collection(
    name="commitments",
    typename="Commitment",
    filter=_input("commitments", "CommitmentFilter"),
    filter_name="CommitmentFilter",
    order=_input("trackables", "TrackableOrder"),
    orders=_TRACKABLE_ORDERS,
    default_order=_BY_DATE_MADE,
    orders_now=_BY_FOLLOW_UPS,
    always=_LISTED,
    unless=_UNLESS_ASKED,
    day=_DAY,
)
REQUESTS = Collection(
    name="requests",
    typename="Request",
    filter=_input("requests", "RequestFilter"),
    filter_name="RequestFilter",
    order=_input("trackables", "TrackableOrder"),
    orders=_TRACKABLE_ORDERS,
    default_order=_BY_DATE_MADE,
    orders_now=_BY_FOLLOW_UPS,
    always=_LISTED,
    unless=_UNLESS_ASKED,
    day=_DAY,
)
FOLLOW_UPS = Collection(
    name="follow_ups",
    typename="FollowUp",
    filter=_input("follow_ups", "FollowUpFilter"),
    filter_name="FollowUpFilter",
    order=_input("follow_ups", "FollowUpOrder"),
    orders={
        "OCCURRED_ON": ("occurredOn.earliest",),
        "KIND": ("kind", "occurredOn.earliest"),
        "RECORDED_AT": ("recordedAt",),
        "UPDATED_AT": ("updatedAt",),
        "KEY": ("_id",),
    },
    default_order=(("occurredOn.earliest", 1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
)
ASSESSMENTS = Collection(
    name="assessments",
    typename="Assessment",
    filter=_input("assessments", "AssessmentFilter"),
    filter_name="AssessmentFilter",
    order=_input("assessments", "AssessmentOrder"),
    orders={"EFFECTIVE_ON": ("effectiveOn.earliest",), "KEY": ("_id",)},
    default_order=(("effectiveOn.earliest", 1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
)
CHECK_LOGS = Collection(
    name="check_logs",
    typename="CheckLog",
    filter=_input("check_logs", "CheckLogFilter"),
    filter_name="CheckLogFilter",
    order=_input("check_logs", "CheckLogOrder"),
    orders={"CHECKED_ON": ("checkedOn.earliest",), "KEY": ("_id",)},
    default_order=(("checkedOn.earliest", -1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
)
CONCEPTS = Collection(
    name="concepts",
    typename="Concept",
    filter=_input("concepts", "ConceptFilter"),
    filter_name="ConceptFilter",
    order=_input("concepts", "ConceptOrder"),
    orders={"LABEL": (_SORTED_AS,), "KEY": ("_id",)},
    default_order=((_SORTED_AS, 1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
)
CHANGES = Collection(
    name="changes",
    typename="Change",
    filter=_input("changes", "ChangeFilter"),
    filter_name="ChangeFilter",
    order=_input("changes", "ChangeOrder"),
    orders={"AT": ("dataVersion", "sequence")},
    default_order=(("dataVersion", 1), ("sequence", 1)),
    counted=False,
)
INTAKES = Collection(
    name="intakes",
    typename="Intake",
    filter=_input("intakes", "IntakeFilter"),
    filter_name="IntakeFilter",
    order=_input("intakes", "IntakeOrder"),
    orders={"SUBMITTED_AT": ("submittedAt",)},
    default_order=(("submittedAt", -1),),
    counted=False,
)
PROPOSALS = Collection(
    name="proposals",
    typename="Proposal",
    filter=_input("proposals", "ProposalFilter"),
    filter_name="ProposalFilter",
    order=_input("proposals", "ProposalOrder"),
    orders={"NUMBER": ("intake", "number"), "SURENESS": ("-sureness", "intake", "number")},
    default_order=(("intake", 1), ("number", 1)),
    counted=False,
)

SEARCH = Collection(
    name="search",
    typename="SearchHit",
    filter=_input("search", "SearchFilter"),
    filter_name="SearchFilter",
    order=None,
    orders={},
    default_order=(("score", -1),),
    members={"score": {"$meta": "textScore"}},
    always=_LISTED,
    unless=_UNLESS_ASKED,
    kept_in=ENTRIES,
    counted=False,
)
TIMELINE = Collection(
    name="timeline",
    typename="TimelineEntry",
    filter=_input("timeline", "TimelineFilter"),
    filter_name="TimelineFilter",
    order=_input("timeline", "TimelineOrder"),
    orders={"DATE": ("date.earliest", "date.latest")},
    default_order=(("date.earliest", 1), ("date.latest", 1)),
    always={**_LISTED, "noun": {"$in": [*NOUNS_IN_TIME]}},
    unless=_UNLESS_ASKED,
    kept_in=ENTRIES,
    counted=False,
    neighbours=True,
)

COLLECTIONS: Mapping[str, Collection] = {
    collection.name: collection
    for collection in (
        ARTICLES,
        PARTIES,
        MEETINGS,
        COMMITMENTS,
        REQUESTS,
        FOLLOW_UPS,
        ASSESSMENTS,
        CHECK_LOGS,
        CONCEPTS,
        CHANGES,
        INTAKES,
        PROPOSALS,
        SEARCH,
        TIMELINE,
    )
}
