"""What filters of commitments and requests have in common."""

from collections.abc import Iterator, Mapping
from typing import Any

import strawberry

from engine.context import Operation
from engine.lists.filters import Unfit, any_of, dated, one_of, where, where_found
from schema.filters.parties import (
    PartyInRoleFilter,
    PartyKeyFilter,
    by_actors,
    in_role,
    of_country,
    one_party_of,
)
from schema.filters.topics import about
from schema.shared.connections import DateFilter, KeyFilter, RecordFilter, filter_input
from schema.shared.scalars import Day
from store.records.dates import days_before
from store.records.expressions import holds_on
from store.records.follow_ups import FollowUpKind
from store.records.history.statuses import CLOSED, Certainty, StatusValue, Verification
from store.records.meetings import MeetingKind


@strawberry.input(description="A status at a date: all of this was true of it.")
class StatusFilter:
    in_: list[StatusValue] | None = strawberry.field(
        name="in",
        description="Any of these values; an empty list matches nothing.",
        default=strawberry.UNSET,
    )
    contested: bool | None = strawberry.field(
        description="Whether a challenge stood unanswered.", default=strawberry.UNSET
    )
    verification_at_least: Verification | None = strawberry.field(
        description="Verified so well, or better.", default=strawberry.UNSET
    )
    certainty: Certainty | None = strawberry.field(
        description="Whether the dates leave one answer or several.", default=strawberry.UNSET
    )
    overdue: bool | None = strawberry.field(
        description="Whether the due date had passed and nothing had closed it.",
        default=strawberry.UNSET,
    )
    silent_for: int | None = strawberry.field(
        description="Silent for at least so many days.", default=strawberry.UNSET
    )
    assessed_differently: bool | None = strawberry.field(
        description="Whether an assessment differed from the derived status.",
        default=strawberry.UNSET,
    )
    as_of: Day | None = strawberry.field(
        description="On this day; unless told, the `asOf` beside the filter in `commitmentStats` "
        "and exports, and else today. What was certainly not made by then matches nothing.",
        default=strawberry.UNSET,
    )


_SEGMENTS = "derived.segments"


def by_follow_ups(_value: Any) -> str:
    """What to do instead of filtering by follow-ups and assessments, as known earlier."""
    return (
        "leave it out, and choose from the answer, which is as known then: the groups by STATUS or "
        "VERIFICATION, the statuses of a series, the rows of an export"
    )


def _by_standing(value: Mapping[str, Any]) -> str | None:
    # When it was made is no matter of follow-ups.
    told = (given for name, given in value.items() if name != "asOf")
    return by_follow_ups(value) if any(given is not None for given in told) else None


def standing(value: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
    """The segment of the day is as wanted: there is one for each day since it can have been made.

    Values and `contested` are always named, for the index leads with them.
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
    more = list(_of_the_clock(value, segment, as_of))
    if (differs := value.get("assessedDifferently")) is not None:
        more.append(_assessed_differently(differs, as_of))
    # It follows, and lets an order by date begin at the day.
    made = {"madeOn.earliest": {"$not": {"$gt": as_of}}}
    return {_SEGMENTS: {"$elemMatch": segment}, **made, **({"$and": more} if more else {})}


def _of_the_clock(
    value: Mapping[str, Any], segment: Mapping[str, Any], as_of: str
) -> Iterator[Mapping[str, Any]]:
    def with_(**members: Any) -> Mapping[str, Any]:
        return {_SEGMENTS: {"$elemMatch": {**segment, **members}}}

    if (overdue := value.get("overdue")) is not None:
        wanted = segment["value"]["$in"]
        still_open = with_(value={"$in": [v for v in wanted if v not in CLOSED]})
        closed = with_(value={"$in": [v for v in wanted if v in CLOSED]})
        if overdue:
            yield {"dueOn": {"$exists": True}, "dueOn.latest": {"$lt": as_of}, **still_open}
        else:
            yield {"$or": [closed, {"dueOn.latest": {"$not": {"$lt": as_of}}}]}
    if (days := value.get("silentFor")) is not None:
        if days < 0:
            raise Unfit(".silentFor", "a silence lasts 0 days or more")
        day = days_before(as_of, days) or ""
        never = {**with_(lastFollowUp=None), "derived.madeBy": {"$lte": day}}
        yield {"$or": [with_(lastFollowUp={"$lte": day}), never]}


def _assessed_differently(value: bool, as_of: str) -> Mapping[str, Any]:
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


def contested(value: bool, operation: Operation) -> Mapping[str, Any]:
    """Contested today, or not."""
    return standing({"contested": value}, operation)


def assessed_differently(value: bool, operation: Operation) -> Mapping[str, Any]:
    """Today's assessed status differs from the derived one, or not."""
    return _assessed_differently(value, operation.today)


def _followed(value: bool, _: Operation) -> Mapping[str, Any]:
    return {"derived.followUpCount": {"$gt": 0} if value else 0}


def _not_followed_by(value: list[FollowUpKind], _: Operation) -> Mapping[str, Any]:
    return {"derived.edges.kind": {"$nin": value}}


def _relayed(value: bool, _: Operation) -> Mapping[str, Any]:
    any_party = {"$gt": ""}
    return {"derived.relays": any_party if value else {"$not": any_party}}


def order_uncertain(value: bool, _: Operation) -> Mapping[str, Any]:
    """Whether something may have come before what it follows."""
    return {"derived.orderCertain": not value}


@filter_input(description="What commitments and requests are filtered by alike.")
class TrackableFilter(RecordFilter):
    party: PartyInRoleFilter | None = where(
        in_role(),
        "This party has to do with it, in one of these roles or in any.",
        keys_of=["parties"],
        as_known=by_actors,
    )
    country: str | None = where(
        of_country,
        "A party of this country, an ISO 3166-1 code, has to do with it, in any role.",
        as_known=lambda _: "name roles other than ACTOR in party: {country: …, role: […]}",
    )
    topic: KeyFilter | None = where_found(about("topics"), "About this topic or a narrower one.")
    made_on: DateFilter | None = where(dated("madeOn"), "Made in this range.")
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
        one_party_of("derived.relays", "derived.relaysWithin"),
        "Evidenced by an article that rests on this party's statement.",
        keys_of=["parties"],
    )
    relayed: bool | None = where(
        _relayed, "Evidenced by an article that rests on some party's statement, or by none such."
    )
    status: StatusFilter | None = where(standing, "Standing so, at a date.", as_known=_by_standing)
    contested: bool | None = where(
        contested,
        "Contested, or not, on the day that `status.asOf` is unless told.",
        as_known=by_follow_ups,
    )
    assessed_differently: bool | None = where(
        assessed_differently,
        "The assessment differs from the derived status, or not, on that same day.",
        as_known=by_follow_ups,
    )
    has_follow_up: bool | None = where(
        _followed, "Has an accepted follow-up, or none.", as_known=by_follow_ups
    )
    followed_by: list[FollowUpKind] | None = where(
        any_of("derived.edges.kind"),
        "Has an accepted follow-up of one of these kinds.",
        as_known=by_follow_ups,
    )
    not_followed_by: list[FollowUpKind] | None = where(
        _not_followed_by,
        "Has no accepted follow-up of any of these kinds; an empty list rules nothing out.",
        as_known=by_follow_ups,
    )
    order_uncertain: bool | None = where(
        order_uncertain,
        "Has an accepted follow-up that may have come before it, or none.",
        as_known=by_follow_ups,
    )
