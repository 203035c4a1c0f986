"""What filters of commitments and requests have in common."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.execution.filters import Where, equal_or_in
from schema.execution.operation import Operation
from schema.scalars import Day
from store.records.derived import Role
from store.records.parties import PartyKind
from store.records.statuses import StatusValue


@strawberry.input(description="A status at a date.")
class StatusFilter:
    in_: list[StatusValue] | None = strawberry.field(
        name="in", description="Any of these values.", default=strawberry.UNSET
    )
    contested: bool | None = strawberry.field(
        description="Whether a challenge stood unanswered.", default=strawberry.UNSET
    )
    as_of: Day | None = strawberry.field(
        description="On this day; today unless told.", default=strawberry.UNSET
    )


def standing(value: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
    """The segment of the day has one of the values, and is contested or not."""
    as_of = value.get("asOf") or operation.today
    segment: dict[str, Any] = {"since": {"$lte": as_of}, "until": {"$gt": as_of}}
    if value.get("in") is not None:
        segment["value"] = {"$in": value["in"]}
    if value.get("contested") is not None:
        segment["contested"] = value["contested"]
    return {"derived.segments": {"$elemMatch": segment}}


def contested(value: bool, operation: Operation) -> Mapping[str, Any]:
    """Contested today, or not."""
    return standing({"contested": value}, operation)


def assessed_differently(value: bool, operation: Operation) -> Mapping[str, Any]:
    """Today's assessed status differs from the derived one, or not."""
    as_of = operation.today
    differs = {
        "$anyElementTrue": {
            "$map": {
                "input": {"$ifNull": ["$derived.segments", []]},
                "in": {
                    "$and": [
                        {"$lte": ["$$this.since", as_of]},
                        {"$gt": ["$$this.until", as_of]},
                        {"$ne": ["$$this.value", "$$this.derived"]},
                    ]
                },
            }
        }
    }
    return {"$expr": differs if value else {"$not": [differs]}}


def in_role(role: Role | None = None) -> Where:
    """An input with `eq` and `in`: a party of one of these keys has the role, or any role."""

    def query(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
        condition = equal_or_in(value)
        if not condition:
            return {}
        match: dict[str, Any] = {"party": condition}
        if role is not None:
            match["role"] = role
        return {"derived.roles": {"$elemMatch": match}}

    return query


def of_kind(role: Role) -> Where:
    """A list of kinds: a party of one of them has the role."""

    def query(value: list[PartyKind], _: Operation) -> Mapping[str, Any]:
        return {"derived.roles": {"$elemMatch": {"kind": {"$in": value}, "role": role}}}

    return query
