"""What filters of commitments and requests have in common."""

from collections.abc import Iterator, Mapping
from typing import Any

import strawberry

from engine.context import Operation
from engine.lists.filters import Unfit, any_of, has_date_in_range, one_of, where, where_found
from schema.filters.parties import (
    MemberFilter,
    PartyInRoleFilter,
    PartyKeyFilter,
    has_member,
    has_party_at,
    has_party_in_role,
    has_party_of_country,
    suggest_instead_of_actors,
)
from schema.filters.topics import is_about
from schema.shared.connections import DateFilter, KeyFilter, RecordFilter, filter_input
from schema.shared.scalars import Day
from store.records.commitments import Strength
from store.records.dates import days_before
from store.records.expressions import holds_on
from store.records.follow_ups import FollowUpKind
from store.records.history.statuses import (
    CLOSED,
    Certainty,
    RequestAnswer,
    StatusValue,
    Verification,
)
from store.records.meetings import MeetingKind


@strawberry.input(description="A status on a day; all members must have been true of it.")
class StatusFilter:
    in_: list[StatusValue] | None = strawberry.field(
        name="in",
        description="Any of these values; an empty list matches nothing.",
        default=strawberry.UNSET,
    )
    contested: bool | None = strawberry.field(
        description="Whether a challenge or contradiction was unanswered.", default=strawberry.UNSET
    )
    verification_at_least: Verification | None = strawberry.field(
        description="Verified at least this well.", default=strawberry.UNSET
    )
    certainty: Certainty | None = strawberry.field(
        description="Whether vague dates leave one answer or several.", default=strawberry.UNSET
    )
    overdue: bool | None = strawberry.field(
        description="Whether the due date had passed and nothing had closed it.",
        default=strawberry.UNSET,
    )
    silent_for: int | None = strawberry.field(
        description="Without news for at least this many days.", default=strawberry.UNSET
    )
    assessed_differently: bool | None = strawberry.field(
        description="Whether an assessment differed from the derived status.",
        default=strawberry.UNSET,
    )
    assessment_outdated: bool | None = strawberry.field(
        description="Whether an assessment counts and a follow-up certainly came after it.",
        default=strawberry.UNSET,
    )
    answer: list[RequestAnswer] | None = strawberry.field(
        description="Answered in one of these ways by then; commitments have no answer.",
        default=strawberry.UNSET,
    )
    as_of: Day | None = strawberry.field(
        description="The day; by default the `asOf` beside the filter in `commitmentStats` and "
        "exports, else today. What was certainly not made by then does not match.",
        default=strawberry.UNSET,
    )


_SEGMENTS = "derived.segments"


def suggest_instead_of_follow_ups(_value: Any) -> str:
    """What to do instead of filtering by follow-ups and assessments together with `knownAt`."""
    return (
        "leave it out, and choose from the answer, which is as known then: the groups by STATUS or "
        "VERIFICATION, the statuses of a series, the rows of an export"
    )


def _suggest_instead_of_status(value: Mapping[str, Any]) -> str | None:
    # `asOf` alone asks when it was made, which follow-ups do not change.
    told = (given for name, given in value.items() if name != "asOf")
    return (
        suggest_instead_of_follow_ups(value) if any(given is not None for given in told) else None
    )


def has_status(value: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
    """The status segment of the day matches: there is one for each day since it can have been made.

    Values and `contested` are always named, because the index begins with them.
    """
    as_of = value.get("asOf") or operation.today
    wanted, contested = value.get("in"), value.get("contested")
    segment: dict[str, Any] = {
        "value": {"$in": list(StatusValue) if wanted is None else wanted},
        "contested": {"$in": [False, True] if contested is None else [contested]},
        "until": {"$gt": as_of},
        "since": {"$lte": as_of},
    }
    if (verification := value.get("verificationAtLeast")) is not None:
        levels = list(Verification)
        segment["verification"] = {"$in": levels[levels.index(verification) :]}
    if value.get("certainty") is not None:
        segment["certainty"] = value["certainty"]
    if (outdated := value.get("assessmentOutdated")) is not None:
        segment["assessmentOutdated"] = outdated
    if value.get("answer") is not None:
        segment["answer"] = {"$in": value["answer"]}
    more = list(_match_clock(value, segment, as_of))
    if (differs := value.get("assessedDifferently")) is not None:
        more.append(_match_assessment(differs, as_of))
    # Implied by the segment; lets an index by date begin at the day.
    made = {"madeOn.earliest": {"$not": {"$gt": as_of}}}
    return {_SEGMENTS: {"$elemMatch": segment}, **made, **({"$and": more} if more else {})}


def _match_clock(
    value: Mapping[str, Any], segment: Mapping[str, Any], as_of: str
) -> Iterator[Mapping[str, Any]]:
    def match_segment(**members: Any) -> Mapping[str, Any]:
        return {_SEGMENTS: {"$elemMatch": {**segment, **members}}}

    if (overdue := value.get("overdue")) is not None:
        wanted = segment["value"]["$in"]
        still_open = match_segment(value={"$in": [v for v in wanted if v not in CLOSED]})
        closed = match_segment(value={"$in": [v for v in wanted if v in CLOSED]})
        if overdue:
            yield {"dueOn": {"$exists": True}, "dueOn.latest": {"$lt": as_of}, **still_open}
        else:
            yield {"$or": [closed, {"dueOn.latest": {"$not": {"$lt": as_of}}}]}
    if (days := value.get("silentFor")) is not None:
        if days < 0:
            raise Unfit(".silentFor", "a silence lasts 0 days or more")
        day = days_before(as_of, days) or ""
        never = {**match_segment(lastFollowUp=None), "derived.madeBy": {"$lte": day}}
        yield {"$or": [match_segment(lastFollowUp={"$lte": day}), never]}


def _match_assessment(value: bool, as_of: str) -> Mapping[str, Any]:
    differs = {
        "$anyElementTrue": {
            "$map": {
                "input": {"$ifNull": [f"${_SEGMENTS}", []]},
                "in": {"$and": [holds_on(as_of), {"$ne": ["$$this.value", "$$this.derived"]}]},
            }
        }
    }
    if not value:
        return {"$expr": {"$not": [differs]}}
    return {f"{_SEGMENTS}.assessed": {"$exists": True}, "$expr": differs}


def suggest_instead_of_members(_value: Any) -> str:
    """What to do instead of filtering by memberships together with `knownAt`."""
    return "list the members, and give their keys in party: {in: […], role: […]}"


def is_contested(value: bool, operation: Operation) -> Mapping[str, Any]:
    """Contested today, or not."""
    return has_status({"contested": value}, operation)


def is_assessed_differently(value: bool, operation: Operation) -> Mapping[str, Any]:
    """Today's assessed status differs from the derived one, or not."""
    return _match_assessment(value, operation.today)


def _has_follow_up(value: bool, _: Operation) -> Mapping[str, Any]:
    count, context = "derived.followUpCount", str(FollowUpKind.CONTEXT)
    if value:
        after = {"$elemMatch": {"kind": {"$ne": context}}}
        return {count: {"$gt": 0}, "derived.edges": after}
    others = [kind for kind in FollowUpKind if kind is not FollowUpKind.CONTEXT]
    only_before = {"derived.edges.kind": {"$in": [context], "$nin": others}}
    return {"$or": [{count: 0}, only_before]}


def _has_no_follow_up_of(value: list[FollowUpKind], _: Operation) -> Mapping[str, Any]:
    return {"derived.edges.kind": {"$nin": value}}


def _is_relayed(value: bool, _: Operation) -> Mapping[str, Any]:
    any_party = {"$gt": ""}
    return {"derived.relays": any_party if value else {"$not": any_party}}


def is_order_uncertain(value: bool, _: Operation) -> Mapping[str, Any]:
    """Whether something may have come before what it follows."""
    return {"derived.orderCertain": not value}


def _has_strength_at_least(value: Strength, _: Operation) -> Mapping[str, Any]:
    strengths = list(Strength)
    return {"strength": {"$in": strengths[strengths.index(value) :]}}


@filter_input(description="What commitments and requests are filtered by alike.")
class TrackableFilter(RecordFilter):
    party: PartyInRoleFilter | None = where(
        has_party_in_role(),
        "Involving this party, in one of the roles given or in any.",
        keys_of=["parties"],
        as_known=suggest_instead_of_actors,
    )
    member_of: MemberFilter | None = where_found(
        has_member,
        "Involving a party that is or was a member of this body, such as the states of a union.",
        keys_of=["parties"],
        as_known=suggest_instead_of_members,
    )
    country: str | None = where(
        has_party_of_country,
        "Involving a party of this country, an ISO 3166-1 code such as `PK`, in any role.",
        as_known=lambda _: "name roles other than ACTOR in party: {country: …, role: […]}",
    )
    topic: KeyFilter | None = where_found(is_about("topics"), "About this topic or a narrower one.")
    made_on: DateFilter | None = where(has_date_in_range("madeOn"), "Made in this range.")
    made_at: KeyFilter | None = where(
        one_of("derived.meeting"), "Made at this meeting.", keys_of=["meetings"]
    )
    meeting_kind: list[MeetingKind] | None = where(
        any_of("derived.meetingKind"), "Made at a meeting of one of these kinds."
    )
    article: KeyFilter | None = where(
        one_of("derived.articles"), "Evidenced by this article.", keys_of=["articles"]
    )
    publisher: KeyFilter | None = where(
        one_of("derived.publishers"),
        "Evidenced by an article that this party published.",
        keys_of=["parties"],
    )
    relays: PartyKeyFilter | None = where(
        has_party_at("derived.relays", "derived.relaysWithin"),
        "Evidenced by an article that rests on this party's statement.",
        keys_of=["parties"],
    )
    relayed: bool | None = where(
        _is_relayed, "Whether an article that is evidence of it rests on a party's statement."
    )
    strength: list[Strength] | None = where(any_of("strength"), "With one of these strengths.")
    strength_at_least: Strength | None = where(
        _has_strength_at_least,
        "With this strength or a greater one. What is UNSTATED is below all others.",
    )
    language: list[str] | None = where(
        any_of("inLanguage"), "With texts in one of these languages, BCP 47 tags."
    )
    status: StatusFilter | None = where(
        has_status, "With this status on a day.", as_known=_suggest_instead_of_status
    )
    contested: bool | None = where(
        is_contested,
        "Whether it is contested, on the day that is the default of `status.asOf`.",
        as_known=suggest_instead_of_follow_ups,
    )
    assessed_differently: bool | None = where(
        is_assessed_differently,
        "Whether an assessment differs from the derived status, on the day that is "
        "the default of `status.asOf`.",
        as_known=suggest_instead_of_follow_ups,
    )
    has_follow_up: bool | None = where(
        _has_follow_up,
        "Whether it has an accepted follow-up of any kind but CONTEXT, which came before it.",
        as_known=suggest_instead_of_follow_ups,
    )
    followed_by: list[FollowUpKind] | None = where(
        any_of("derived.edges.kind"),
        "Has an accepted follow-up of one of these kinds.",
        as_known=suggest_instead_of_follow_ups,
    )
    not_followed_by: list[FollowUpKind] | None = where(
        _has_no_follow_up_of,
        "Has no accepted follow-up of any of these kinds; an empty list rules nothing out.",
        as_known=suggest_instead_of_follow_ups,
    )
    order_uncertain: bool | None = where(
        is_order_uncertain,
        "Whether it has an accepted follow-up that may have happened before it was made.",
        as_known=suggest_instead_of_follow_ups,
    )
