"""The collections as the API shows them: their types, filters, orders and facets.

A list, with no behaviour of its own; each noun's module says what its fields mean.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from strawberry import lazy

from schema.execution.declarations import Collection, Facet, at, at_each
from schema.execution.operation import Operation

_LISTED: Mapping[str, Any] = {"mergedInto": {"$exists": False}}
_UNLESS_ASKED: Mapping[str, Mapping[str, Any]] = {"curation": {"curation": "ACCEPTED"}}


def _input(noun: str, name: str) -> Any:
    return Annotated[name, lazy(f"schema.{noun}")]


def _year(path: str, *leaves_out: str) -> Facet:
    year = {"$substrBytes": [f"${path}", 0, 4]}
    steps: list[Mapping[str, Any]] = [{"$set": {"_value": year}}]
    return Facet(leaves_out, lambda _: steps)


def _topics(path: str, *leaves_out: str) -> Facet:
    """Counts a topic with its narrower ones, as the filter by topic takes it."""
    wider = {"$concat": [{"$last": "$$value"}, "/", "$$this"]}
    paths = {
        "$reduce": {
            "input": {"$split": ["$_value", "/"]},
            "initialValue": [],
            "in": {
                "$concatArrays": [
                    "$$value",
                    [{"$cond": [{"$eq": ["$$value", []]}, "$$this", wider]}],
                ]
            },
        }
    }
    steps: list[Mapping[str, Any]] = [
        {"$set": {"_value": f"${path}"}},
        {"$unwind": "$_value"},
        {"$set": {"_value": paths}},
        {"$unwind": "$_value"},
    ]
    return Facet(leaves_out, lambda _: steps, many=True)


def _role(role: str, member: str, *leaves_out: str) -> Facet:
    steps: list[Mapping[str, Any]] = [
        {"$set": {"_value": "$derived.roles"}},
        {"$unwind": "$_value"},
        {"$match": {"_value.role": role}},
        {"$set": {"_value": f"$_value.{member}"}},
        {"$match": {"_value": {"$ne": None}}},
    ]
    return Facet(leaves_out, lambda _: steps, many=True)


def _standing(member: str, *leaves_out: str) -> Facet:
    """What stands in today's segment of the status history."""

    def steps(operation: Operation) -> Sequence[Mapping[str, Any]]:
        today = operation.today
        holds = {"$and": [{"$lte": ["$$this.since", today]}, {"$gt": ["$$this.until", today]}]}
        segment = {"$first": {"$filter": {"input": "$derived.segments", "cond": holds}}}
        value = {"$getField": {"field": member, "input": segment}}
        return [{"$set": {"_value": {"$toString": value}}}, {"$match": {"_value": {"$ne": None}}}]

    return Facet(leaves_out, steps)


ARTICLES = Collection(
    name="articles",
    typename="Article",
    filter=_input("articles", "ArticleFilter"),
    filter_name="ArticleFilter",
    order=_input("articles", "ArticleOrder"),
    orders={
        "DATE_PUBLISHED": ("datePublished.earliest",),
        "UPDATED_AT": ("updatedAt",),
        "KEY": ("_id",),
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
    orders={"NAME": ("name",), "UPDATED_AT": ("updatedAt",), "KEY": ("_id",)},
    default_order=(("name", 1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
    facet=_input("parties", "PartyFacet"),
    facets={"KIND": at("kind", "kind"), "COUNTRY": at("country", "country")},
)
MEETINGS = Collection(
    name="meetings",
    typename="Meeting",
    filter=_input("meetings", "MeetingFilter"),
    filter_name="MeetingFilter",
    order=_input("meetings", "MeetingOrder"),
    orders={
        "DATE": ("date.earliest",),
        "UPDATED_AT": ("updatedAt",),
        "KEY": ("_id",),
    },
    default_order=(("date.earliest", 1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
    facet=_input("meetings", "MeetingFacet"),
    facets={
        "KIND": at("kind", "kind"),
        "TOPIC": _topics("topics", "topic"),
        "YEAR": _year("date.earliest", "date"),
    },
)

_TRACKABLE_ORDERS: Mapping[str, tuple[str, ...]] = {
    "MADE_ON": ("madeOn.earliest",),
    "LAST_FOLLOW_UP": ("derived.latestFollowUpOn",),
    "FOLLOW_UP_COUNT": ("derived.followUpCount",),
    "TITLE": ("title",),
    "UPDATED_AT": ("updatedAt",),
    "KEY": ("_id",),
}
_BY_DATE_MADE = (("madeOn.earliest", 1),)

COMMITMENTS = Collection(
    name="commitments",
    typename="Commitment",
    filter=_input("commitments", "CommitmentFilter"),
    filter_name="CommitmentFilter",
    order=_input("trackables", "TrackableOrder"),
    orders=_TRACKABLE_ORDERS,
    default_order=_BY_DATE_MADE,
    always=_LISTED,
    unless=_UNLESS_ASKED,
    facet=_input("commitments", "CommitmentFacet"),
    facets={
        "STATUS": _standing("value", "status"),
        "CONTESTED": _standing("contested", "contested"),
        "VERIFICATION": _standing("verification"),
        "PROMISOR": _role("PROMISOR", "party", "promisor"),
        "PROMISOR_KIND": _role("PROMISOR", "kind", "promisorKind"),
        "ADDRESSEE": _role("ADDRESSEE", "party", "addressee"),
        "TOPIC": _topics("topics", "topic"),
        "STRENGTH": at("strength", "strength"),
        "TERM": at("term", "term"),
        "ATTRIBUTION": at_each("promisors.attribution", "attribution"),
        "MADE_YEAR": _year("madeOn.earliest", "madeOn"),
    },
)
REQUESTS = Collection(
    name="requests",
    typename="Request",
    filter=_input("requests", "RequestFilter"),
    filter_name="RequestFilter",
    order=_input("trackables", "TrackableOrder"),
    orders=_TRACKABLE_ORDERS,
    default_order=_BY_DATE_MADE,
    always=_LISTED,
    unless=_UNLESS_ASKED,
)
FOLLOW_UPS = Collection(
    name="follow_ups",
    typename="FollowUp",
    filter=_input("follow_ups", "FollowUpFilter"),
    filter_name="FollowUpFilter",
    order=_input("follow_ups", "FollowUpOrder"),
    orders={
        "OCCURRED_ON": ("occurredOn.earliest",),
        "KIND": ("kind",),
        "RECORDED_AT": ("recordedAt",),
        "UPDATED_AT": ("updatedAt",),
        "KEY": ("_id",),
    },
    default_order=(("occurredOn.earliest", 1),),
    always=_LISTED,
    unless=_UNLESS_ASKED,
    facet=_input("follow_ups", "FollowUpFacet"),
    facets={
        "KIND": at("kind", "kind"),
        "TARGET": at("derived.target", "target"),
        "INDEPENDENCE": at("independence", "independence"),
        "CONFIDENCE": at("confidence", "confidence"),
        "YEAR": _year("occurredOn.earliest", "occurredOn"),
    },
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
CHANGES = Collection(
    name="changes",
    typename="Change",
    filter=_input("changes", "ChangeFilter"),
    filter_name="ChangeFilter",
    order=_input("changes", "ChangeOrder"),
    orders={"AT": ("dataVersion", "sequence")},
    default_order=(("dataVersion", 1), ("sequence", 1)),
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
        CHANGES,
    )
}
