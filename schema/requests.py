"""Requests: what one side asked of another. Asked is not promised."""

import strawberry

from schema.connections import Connection, DateFilter, FacetCount, KeyFilter, faceted
from schema.enums import shown
from schema.execution.declarations import links, stored
from schema.execution.filters import any_of, combined, dated, is_true, one_of, since, where
from schema.references import CommitmentRef, PartyRef
from schema.scalars import Instant
from schema.topics import about
from schema.trackable_filters import StatusFilter, contested, in_role, standing
from schema.trackables import ThreadStep, Trackable, TrailConnection, thread_field, trail_field
from store.records.derived import Role
from store.records.described import Described
from store.records.shape import Curation


@strawberry.type(description="What one side asked of another, and what answered it.")
class Request(Trackable):
    askers: list[PartyRef] = links("askers", "parties", "Who asked.")
    asked: list[PartyRef] = links("asked", "parties", "Who was asked.")
    answered: bool = stored("derived.answered", "A commitment or an accepted answer answered it.")
    answered_by: list[CommitmentRef] = links(
        "answeredBy", "commitments", "The commitments that answered it."
    )
    trail: TrailConnection | None = trail_field("requests")
    thread: list[ThreadStep] = thread_field("requests")


class RequestFacet(Described):
    """What requests can be counted by."""

    STATUS = "STATUS", "The status on the day."
    CONTESTED = "CONTESTED", "Whether it is contested on the day."
    VERIFICATION = "VERIFICATION", "How well the day's status is verified."
    ASKER = "ASKER", "Who asked, by key."
    ASKED = "ASKED", "Who was asked, by key."
    TOPIC = "TOPIC", "What it is about."
    MADE_YEAR = "MADE_YEAR", "The year of the first day on which it may have been made."


shown(RequestFacet)


@strawberry.type(description="A page of requests.")
class RequestConnection(Connection[Request]):
    facets: list[FacetCount] = faceted(RequestFacet, dated=True)


@strawberry.input(description="Which requests; all members must match.")
class RequestFilter:
    key: KeyFilter | None = where(one_of("_id"), "By key.")
    party: KeyFilter | None = where(in_role(), "This party has to do with it, in any role.")
    asker: KeyFilter | None = where(in_role(Role.ASKER), "This party asked.")
    asked: KeyFilter | None = where(in_role(Role.ASKED), "This party was asked.")
    answered: bool | None = where(is_true("derived.answered"), "Answered, or not.")
    topic: KeyFilter | None = where(about("topics"), "About this topic or a narrower one.")
    made_on: DateFilter | None = where(dated("madeOn"), "Made in this range.")
    made_at: KeyFilter | None = where(one_of("derived.meeting"), "Made at this meeting.")
    article: KeyFilter | None = where(one_of("derived.articles"), "Evidenced by this article.")
    status: StatusFilter | None = where(standing, "Standing so, at a date.")
    contested: bool | None = where(contested, "Contested today, or not.")
    curation: list[Curation] | None = where(
        any_of("curation"), "In these states; ACCEPTED unless told."
    )
    updated_since: Instant | None = where(since("updatedAt"), "Changed at or after this moment.")
    and_: list["RequestFilter"] | None = combined("and", "All of these.")
    or_: list["RequestFilter"] | None = combined(
        "or", "Any of these; an empty list matches nothing."
    )
    not_: "RequestFilter | None" = combined("not", "Not this.")
