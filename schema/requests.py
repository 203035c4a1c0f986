"""Requests: what one side asked of another. Asked is not promised."""

import strawberry

from engine.fields import links, stored
from engine.lists.filters import is_true, where
from engine.lists.search_filter import searched
from schema.filters.parties import PartyKeyFilter, has_party_in_role
from schema.filters.trackables import TrackableFilter, suggest_instead_of_follow_ups
from schema.registry import REQUESTS
from schema.shared.connections import Connection, FacetCount, faceted, filter_input
from schema.shared.lazy_types import CommitmentRef, PartyRef
from schema.trackables import (
    MergedTrackable,
    ThreadStep,
    Trackable,
    TrailConnection,
    merged_trackables_field,
    thread_field,
    trail_field,
)
from store.records.derived import Role


@strawberry.type(description="Something that one side asked of another, and what answered it.")
class Request(Trackable):
    askers: list[PartyRef] = links("askers", "parties", "Who asked.")
    asked: list[PartyRef] = links("asked", "parties", "Who was asked.")
    answered: bool = stored(
        "derived.answered",
        "Whether a commitment or an accepted follow-up answered it; how it was answered on a day, "
        "or declined, is in `status.answer`.",
    )
    answered_by: list[CommitmentRef] = links(
        "derived.answeredBy",
        "commitments",
        "The commitments that answered it, or a request that was merged into it.",
    )
    merged_from: list[MergedTrackable] = merged_trackables_field("requests")
    trail: TrailConnection | None = trail_field("requests")
    thread: list[ThreadStep] = thread_field("requests")


@strawberry.type(description="A page of requests.")
class RequestConnection(Connection[Request]):
    facets: list[FacetCount] | None = faceted("RequestFacet", REQUESTS)


@filter_input(description="Which requests; all members must match.")
class RequestFilter(TrackableFilter):
    asker: PartyKeyFilter | None = where(
        has_party_in_role(Role.ASKER), "Asked by this party.", keys_of=["parties"]
    )
    asked: PartyKeyFilter | None = where(
        has_party_in_role(Role.ASKED), "Asked of this party.", keys_of=["parties"]
    )
    actor: PartyKeyFilter | None = where(
        has_party_in_role(Role.ACTOR),
        "With an accepted follow-up in which this party acted.",
        keys_of=["parties"],
        as_known=suggest_instead_of_follow_ups,
    )
    participant: PartyKeyFilter | None = where(
        has_party_in_role(Role.PARTICIPANT),
        "Made at a meeting in which this party took part.",
        keys_of=["parties"],
    )
    answered: bool | None = where(
        is_true("derived.answered"),
        "Whether a commitment or an accepted follow-up answered it. What was declined, or noted, "
        "was not answered: see `answer` of `status`.",
        as_known=suggest_instead_of_follow_ups,
    )
    search: str | None = searched("requests")
