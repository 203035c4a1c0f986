"""Follow-ups: typed, evidenced edges from a later event to a commitment or a request."""

import strawberry

from engine.fields import embedded, link, link_among, links, stored
from engine.lists.filters import (
    any_of,
    has_date_in_range,
    is_not_before,
    one_of,
    where,
    where_found,
)
from schema.filters.parties import (
    FollowUpPartyFilter,
    PartyKeyFilter,
    has_party_at,
    has_party_in_role,
)
from schema.filters.topics import is_about
from schema.filters.trackables import is_order_uncertain
from schema.registry import FOLLOW_UPS
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
from schema.shared.lazy_types import (
    ArticleRef,
    CommitmentRef,
    FollowUpRef,
    FollowUps,
    MeetingRef,
    PartyRef,
    TrackableRef,
)
from schema.shared.measures import Measure
from schema.shared.nodes import SourcedRecord, merged_from_field
from schema.shared.recording_delay import days_until_recorded_field, recorded_late_field
from schema.shared.scalars import Instant
from store.reads.reader import Via
from store.records.derived import FollowUpRole
from store.records.enums import Described
from store.records.follow_ups import (
    Confidence,
    FollowUpKind,
    Independence,
    ScopeChange,
)
from store.records.meetings import MeetingKind
from store.records.nouns import TRACKABLES

register_enum(FollowUpKind)
register_enum(FollowUpRole)
register_enum(Independence)
register_enum(Confidence)


@strawberry.type(
    description="A follow-up whose record was merged into that of another, with what it stated "
    "itself."
)
class MergedFollowUp:
    key: str = stored(
        "_id", "Its key; look-ups by it return the follow-up that it was merged into."
    )
    kind: FollowUpKind = stored("kind", "The kind that it stated itself.")
    occurred_on: FuzzyDate = embedded("occurredOn", "When it happened.")
    evidence: list[Evidence] = embedded(
        "evidence", "The spans of articles that are evidence of it.", many=True
    )
    rationale: str | None = stored(
        "rationale", "Why it was linked to its target, in the curator's words."
    )


@strawberry.type(description="What a later event did to a commitment or request, with evidence.")
class FollowUp(SourcedRecord):
    kind: FollowUpKind = stored("kind", "What the event did to the commitment or request.")
    target: TrackableRef | None = link_among(
        "target",
        "targetNoun",
        "The commitment or request that it follows up; null for readers if that was retracted.",
    )
    scope_change: ScopeChange = stored(
        "scopeChange", "If it restates its target, how the scope differs."
    )
    occurred_on: FuzzyDate = embedded("occurredOn", "When it happened.")
    days_until_recorded: int | None = days_until_recorded_field("occurredOn")
    recorded_late: bool = recorded_late_field("occurredOn")
    order_certain: bool = stored(
        "derived.orderCertain", "Whether it certainly happened after its target was made."
    )
    actors: list[PartyRef] = links("actors", "parties", "Who acted, as far as named.")
    meeting: MeetingRef | None = link("meeting", "meetings", "The meeting at which it happened.")
    restated_as: CommitmentRef | None = link(
        "restatedAs",
        "commitments",
        "The commitment that the event made, if it restates its target.",
    )
    answers: FollowUpRef | None = link(
        "answers", "follow_ups", "The challenge or contradiction that it answers."
    )
    answered_by: FollowUps = connected(
        FOLLOW_UPS, "The follow-ups that answer it.", Via("derived.answers")
    )
    independence: Independence = stored(
        "independence", "Who reports it: the promisor, the other side, a third party or a document."
    )
    confidence: Confidence = stored(
        "confidence", "How sure the curator is that it belongs to its target."
    )
    measures: list[Measure] = embedded(
        "measures", "Numbers that were reached by it, as data beside the words.", many=True
    )
    evidence: list[Evidence] = embedded(
        "evidence", "The spans of articles that are evidence of it.", many=True
    )
    articles: list[ArticleRef] = links(
        "derived.articles",
        "articles",
        "The articles that are evidence of it, or of what was merged into it.",
    )
    rationale: str | None = stored(
        "rationale", "Why it was linked to its target, in the curator's words."
    )
    merged_from: list[MergedFollowUp] = merged_from_field(
        "follow_ups", "Their evidence is evidence of this one."
    )


class FollowUpOrderField(Described):
    """What follow-ups can be ordered by."""

    OCCURRED_ON = "OCCURRED_ON", "The first day on which it may have happened."
    KIND = "KIND", "The kind, by name; within a kind, the day."
    RECORDED_AT = "RECORDED_AT", "When this store first recorded it."
    UPDATED_AT = "UPDATED_AT", "When the record was last changed."
    KEY = "KEY", "The key."


@strawberry.type(description="A page of follow-ups.")
class FollowUpConnection(Connection[FollowUp]):
    facets: list[FacetCount] | None = faceted("FollowUpFacet", FOLLOW_UPS)


FollowUpOrder = order_input(FollowUpOrderField, "follow-ups")


@filter_input(description="Which follow-ups; all members must match.")
class FollowUpFilter(RecordFilter):
    target: KeyFilter | None = where(
        one_of("derived.target"), "Following up this commitment or request.", keys_of=TRACKABLES
    )
    topic: KeyFilter | None = where_found(
        is_about("derived.topics"), "Following up something about this topic or a narrower one."
    )
    party: FollowUpPartyFilter | None = where(
        has_party_in_role(*FollowUpRole),
        "Involving this party, in one of the roles given or in any. Parties of the "
        "target do not count; in the filter of `timeline` they do.",
        keys_of=["parties"],
    )
    kind: list[FollowUpKind] | None = where(any_of("kind"), "Of these kinds.")
    scope_change: list[ScopeChange] | None = where(
        any_of("scopeChange"), "With one of these changes of scope."
    )
    actor: PartyKeyFilter | None = where(
        has_party_at("derived.actors", "derived.within"),
        "In which this party acted.",
        keys_of=["parties"],
    )
    meeting: KeyFilter | None = where(
        one_of("derived.meeting"), "That happened at this meeting.", keys_of=["meetings"]
    )
    meeting_kind: list[MeetingKind] | None = where(
        any_of("derived.meetingKind"), "That happened at a meeting of one of these kinds."
    )
    article: KeyFilter | None = where(
        one_of("derived.articles"), "Evidenced by this article.", keys_of=["articles"]
    )
    publisher: KeyFilter | None = where(
        one_of("derived.publishers"),
        "Evidenced by an article that this party published.",
        keys_of=["parties"],
    )
    independence: list[Independence] | None = where(
        any_of("independence"), "Reported by one of these."
    )
    confidence: list[Confidence] | None = where(
        any_of("confidence"), "Linked with one of these degrees of confidence."
    )
    occurred_on: DateFilter | None = where(
        has_date_in_range("occurredOn"), "Happened in this range."
    )
    order_certain: bool | None = where(
        lambda value, _: {"derived.orderCertain": value},
        "Whether it certainly happened after its target was made.",
    )
    order_uncertain: bool | None = where(
        is_order_uncertain, "Whether it may have happened before its target was made."
    )
    recorded_since: Instant | None = where(
        is_not_before("recordedAt"), "Recorded at or after this moment."
    )
