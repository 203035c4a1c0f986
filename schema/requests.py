"""Requests: what one side asked of another. Asked is not promised."""

import strawberry

from engine.fields import links, stored
from engine.lists.filters import is_true, where
from engine.lists.search_filter import searched
from schema.filters.parties import PartyKeyFilter, in_role
from schema.filters.trackables import TrackableFilter, by_follow_ups
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


@strawberry.type(description="What one side asked of another, and what answered it.")
class Request(Trackable):
    askers: list[PartyRef] = links("askers", "parties", "Who asked.")
    asked: list[PartyRef] = links("asked", "parties", "Who was asked.")
    answered: bool = stored("derived.answered", "A commitment or an accepted answer answered it.")
    answered_by: list[CommitmentRef] = links(
        "derived.answeredBy",
        "commitments",
        "The commitments that answered it, or what was merged into it.",
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
        in_role(Role.ASKER), "This party asked.", keys_of=["parties"]
    )
    asked: PartyKeyFilter | None = where(
        in_role(Role.ASKED), "This party was asked.", keys_of=["parties"]
    )
    actor: PartyKeyFilter | None = where(
        in_role(Role.ACTOR),
        "This party acted in a follow-up.",
        keys_of=["parties"],
        as_known=by_follow_ups,
    )
    participant: PartyKeyFilter | None = where(
        in_role(Role.PARTICIPANT),
        "This party took part in the meeting at which it was made.",
        keys_of=["parties"],
    )
    answered: bool | None = where(is_true("derived.answered"), "Answered, or not.")
    search: str | None = searched("requests")
