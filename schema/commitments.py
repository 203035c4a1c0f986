"""Commitments: what a party promised, to whom, and what came of it."""

from collections.abc import Mapping
from typing import Any

import strawberry

from engine.context import Operation
from engine.fields import embedded, link, links, stored
from engine.lists.filters import (
    NO_VALUES,
    any_of,
    has_date_in_range,
    is_true,
    where,
)
from engine.lists.search_filter import searched
from schema.filters.parties import PartyKeyFilter, has_party_in_role, has_party_of_kind
from schema.filters.trackables import TrackableFilter, suggest_instead_of_follow_ups
from schema.registry import COMMITMENTS, REQUESTS
from schema.shared.connections import (
    Connection,
    DateFilter,
    FacetCount,
    connected,
    faceted,
    filter_input,
)
from schema.shared.enums import register_enum
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.lazy_types import PartyRef, Requests
from schema.trackables import Trackable
from store.reads.reader import Via
from store.records.commitments import Attribution, ImplementerPart, Term
from store.records.derived import Role
from store.records.parties import PartyKind

register_enum(Term)
register_enum(Attribution)
register_enum(ImplementerPart)


@strawberry.type(description="A party that promised, and through whose words that is known.")
class Promisor:
    party: PartyRef | None = link("party", "parties", "The party.")
    attribution: Attribution = stored("attribution", "Through whose words it is known.")
    spokesperson: PartyRef | None = link("spokesperson", "parties", "Who spoke for it.")


@strawberry.type(
    description="A party that is to carry a commitment out. That alone makes it no promisor."
)
class Implementer:
    party: PartyRef | None = link("party", "parties", "The party.")
    part: ImplementerPart = stored("part", "Whether it leads or helps.")


@strawberry.type(description="A public commitment. With several promisors it is a joint one.")
class Commitment(Trackable):
    promisors: list[Promisor] = embedded("promisors", "Who promised.", many=True)
    addressees: list[PartyRef] = links(
        "addressees", "parties", "To whom it was promised, as far as named."
    )
    beneficiaries: list[PartyRef] = links("beneficiaries", "parties", "Whom it is meant to serve.")
    implementers: list[Implementer] = embedded(
        "implementers",
        "Who is to carry it out, as far as named; nobody of them promised by that.",
        many=True,
    )
    term: Term = stored(
        "term", "Whether it is done once, holds from then on, or is a lasting effort."
    )
    due_on: FuzzyDate | None = embedded(
        "dueOn", "The date by which it is due; null if none is named."
    )
    presupposes_earlier: bool = stored(
        "presupposesEarlier",
        "Whether it is said to restate an earlier promise that is not in this store.",
    )
    test: str | None = stored("test", "What would count as done, in one sentence.")
    verifiable: bool = stored("verifiable", "Whether anything could show that it was kept.")
    answers: Requests = connected(
        REQUESTS, "The requests that it answers.", Via("derived.answeredBy")
    )


@strawberry.type(description="A page of commitments.")
class CommitmentConnection(Connection[Commitment]):
    facets: list[FacetCount] | None = faceted("CommitmentFacet", COMMITMENTS)


@strawberry.input(description="Through whose words commitments are known. " + NO_VALUES)
class AttributionFilter:
    any: list[Attribution] | None = strawberry.field(
        description="At least one promisor has one of these attributions.", default=strawberry.UNSET
    )
    all: list[Attribution] | None = strawberry.field(
        description="Every promisor has one of these attributions.", default=strawberry.UNSET
    )


def _has_attribution(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
    path, conditions = "promisors.attribution", []
    if value.get("any") is not None:
        conditions.append({path: {"$in": value["any"]}})
    if value.get("all") is not None:
        others = [attribution for attribution in Attribution if attribution not in value["all"]]
        # There is always a promisor; to say so lets the index lead.
        conditions.append({path: {"$in": value["all"], "$nin": others}})
    return {"$and": conditions} if conditions else {}


@filter_input(description="Which commitments; all members must match.")
class CommitmentFilter(TrackableFilter):
    promisor: PartyKeyFilter | None = where(
        has_party_in_role(Role.PROMISOR), "Promised by this party.", keys_of=["parties"]
    )
    promisor_kind: list[PartyKind] | None = where(
        has_party_of_kind(Role.PROMISOR), "Promised by a party of one of these kinds."
    )
    addressee: PartyKeyFilter | None = where(
        has_party_in_role(Role.ADDRESSEE), "Promised to this party.", keys_of=["parties"]
    )
    beneficiary: PartyKeyFilter | None = where(
        has_party_in_role(Role.BENEFICIARY), "Meant to serve this party.", keys_of=["parties"]
    )
    implementer: PartyKeyFilter | None = where(
        has_party_in_role(Role.LEAD, Role.SUPPORTING),
        "Which this party is to carry out, leading or helping.",
        keys_of=["parties"],
    )
    lead: PartyKeyFilter | None = where(
        has_party_in_role(Role.LEAD),
        "Which this party is to lead in carrying out.",
        keys_of=["parties"],
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
    term: list[Term] | None = where(any_of("term"), "With one of these terms.")
    attribution: AttributionFilter | None = where(
        _has_attribution, "By the attributions of its promisors."
    )
    due_on: DateFilter | None = where(
        has_date_in_range("dueOn"),
        "Due in this range; commitments without a due date do not match.",
    )
    presupposes_earlier: bool | None = where(
        is_true("presupposesEarlier"),
        "Whether it is said to restate an earlier promise that is not in this store.",
    )
    search: str | None = searched("commitments")
