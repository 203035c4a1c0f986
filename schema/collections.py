"""The collections as the API shows them: their types, filters, orders and facets.

A list, with no behaviour of its own; each noun's module says what its fields mean.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Annotated, Any

from strawberry import lazy

from schema.execution.collection import Collection, Facet, Leading, at, at_each
from schema.execution.searching import SCORE
from store import expressions
from store.aggregates import Aggregates
from store.reader import Reader
from store.records.commitments import Strength
from store.records.entries import ENTRIES, NOUNS_IN_TIME
from store.records.statuses import Verification

_BY_RELEVANCE: Mapping[str, tuple[str, ...]] = {"RELEVANCE": (SCORE,)}
_SORTED_AS = "derived.sortedAs"
_LISTED: Mapping[str, Any] = {"mergedInto": {"$exists": False}}
_UNLESS_ASKED: Mapping[str, Mapping[str, Any]] = {"curation": {"curation": "ACCEPTED"}}


def _input(noun: str, name: str) -> Any:
    return Annotated[name, lazy(f"schema.{noun}")]


def _year(path: str, *leaves_out: str) -> Facet:
    value = expressions.year(path)
    return Facet(leaves_out, lambda _: value, counted=True)


async def _narrower(_: Reader, topics: Sequence[str], wide: Sequence[str]) -> Set[str]:
    above = tuple(f"{topic}/" for topic in wide)
    return {topic for topic in topics if topic.startswith(above)}


async def _below(reader: Reader, parties: Sequence[str], bodies: Sequence[str]) -> Set[str]:
    found = await reader.documents("parties", parties, {"derived.within": 1})
    return {
        key
        for key, party in found.items()
        if {*party["derived"]["within"]}.intersection(bodies) - {key}
    }


def _topics(path: str, *leaves_out: str) -> Facet:
    """Counts a topic with its narrower ones, as the filter by topic takes it."""
    values = expressions.with_wider(path)
    return Facet(leaves_out, lambda _: values, counted=True, includes=_narrower)


def _role(role: str, member: str, *leaves_out: str, **kept: Any) -> Facet:
    values = expressions.set_of(expressions.held(role, member))
    # A `party` of this role and no more than that is chosen as by the member of its own.
    told = {"party": {"eq", "in"}, "kind": {"kind"}}[member]

    def of_role(given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        others = {n: v for n, v in given.items() if v is not None}
        roles = others.pop("role", None) or ()
        is_alike = set(roles) == {role} and not others.keys() - told - {"includeSubordinates"}
        return others if is_alike else None

    includes = _below if member == "party" else None
    return Facet(leaves_out, lambda _: values, alike={"party": of_role}, includes=includes, **kept)


def _leading(noun: str, dimension: str) -> Leading:
    return lambda aggregates, most, always: aggregates.leading(noun, dimension, most, always)


def _no_value(_: Any) -> tuple[str, ...]:
    """A choice in a dimension that names none of its values."""
    return ()


def _standing(member: str, *leaves_out: str, ranks: Iterable[str] = ()) -> Facet:
    """What stands in the day's segment of the status history."""

    def value(day: str) -> Mapping[str, Any]:
        segment = expressions.standing(day)
        return {"$toString": {"$getField": {"field": member, "input": segment}}}

    return Facet(leaves_out, value, dated=True, counted=True, ranks=tuple(map(str, ranks)))


_STANDING_FACETS: Mapping[str, Facet] = {
    "STATUS": _standing("value", "status.in"),
    "CONTESTED": _standing("contested", "contested", "status.contested"),
    "VERIFICATION": _standing("verification", "status.verificationAtLeast", ranks=Verification),
}
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
    facet=_input("articles", "ArticleFacet"),
    facets={
        "PUBLISHER": at(
            "derived.publisher",
            "publisher",
            leading=_leading("articles", "PUBLISHER"),
            alike={"hasPublisher": _no_value},
        ),
        "LANGUAGE": at("inLanguage", "inLanguage", counted=True),
        "YEAR": _year("datePublished.earliest", "datePublished"),
    },
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
    facet=_input("parties", "PartyFacet"),
    facets={
        "KIND": at("kind", "kind", counted=True),
        "COUNTRY": at("country", "country", counted=True),
    },
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
    facet=_input("meetings", "MeetingFacet"),
    facets={
        "KIND": at("kind", "kind", counted=True),
        "TOPIC": _topics("topics", "topic"),
        "YEAR": _year("date.earliest", "date"),
    },
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
    facet=_input("commitments", "CommitmentFacet"),
    facets={
        **_STANDING_FACETS,
        "PROMISOR": _role(
            "PROMISOR", "party", "promisor", leading=_leading("commitments", "PROMISOR")
        ),
        "PROMISOR_KIND": _role("PROMISOR", "kind", "promisorKind", counted=True),
        "ADDRESSEE": _role(
            "ADDRESSEE", "party", "addressee", leading=_leading("commitments", "ADDRESSEE")
        ),
        "TOPIC": _topics("topics", "topic"),
        "STRENGTH": at("strength", "strength", "strengthAtLeast", counted=True, ranks=Strength),
        "TERM": at("term", "term", counted=True),
        "ATTRIBUTION": at_each("promisors.attribution", "attribution", counted=True),
        "MADE_YEAR": _year("madeOn.earliest", "madeOn"),
    },
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
    facet=_input("requests", "RequestFacet"),
    facets={
        **_STANDING_FACETS,
        "ASKER": _role("ASKER", "party", "asker", leading=_leading("requests", "ASKER")),
        "ASKED": _role("ASKED", "party", "asked", leading=_leading("requests", "ASKED")),
        "TOPIC": _topics("topics", "topic"),
        "MADE_YEAR": _year("madeOn.earliest", "madeOn"),
    },
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
    facet=_input("follow_ups", "FollowUpFacet"),
    facets={
        "KIND": at("kind", "kind", counted=True),
        "TARGET": at("derived.target", "target", leading=Aggregates.most_followed),
        "INDEPENDENCE": at("independence", "independence", counted=True),
        "CONFIDENCE": at("confidence", "confidence", counted=True),
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
        CHANGES,
        SEARCH,
        TIMELINE,
    )
}
