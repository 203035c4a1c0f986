"""Filters by party: by key, kind or country, in a role, with what belongs to it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from engine.context import Operation
from engine.lists.filters import NO_VALUES, NOTHING, Unfit, Where, equal_or_in
from store.records.countries import fault_of
from store.records.derived import FollowUpRole, Role
from store.records.parties import PartyKind

MOST_MEMBERS = 2_000
"""Members of bodies by which a filter may look records up."""

_LEADING = {"party", "within", "kind"}
"""Indexes lead with one of these."""

_SUBORDINATES = (
    "Whether what belongs to these bodies counts as well, at any depth: the "
    "ministries of a government, the platforms of a company."
)


@strawberry.input(
    description="Parties by key. The key of a merged party stands for the party that it was "
    "merged into."
)
class PartyKeyFilter:
    eq: str | None = strawberry.field(description="This key.", default=strawberry.UNSET)
    in_: list[str] | None = strawberry.field(
        name="in",
        description="Any of these keys; an empty list matches nothing.",
        default=strawberry.UNSET,
    )
    include_subordinates: bool = strawberry.field(description=_SUBORDINATES, default=False)


_IN_ROLE = "In one of these roles; any role by default."


@strawberry.input(
    description="A party by key, kind and country; all must be true of the same party. " + NO_VALUES
)
class DescribedPartyFilter(PartyKeyFilter):
    kind: list[PartyKind] | None = strawberry.field(
        description="Of one of these kinds.", default=strawberry.UNSET
    )
    country: str | None = strawberry.field(
        description="Of this country, an ISO 3166-1 code such as `PK`.", default=strawberry.UNSET
    )


@strawberry.input(
    description="A party by key, kind, country and role; all must be true of the same party. "
    + NO_VALUES
)
class PartyInRoleFilter(DescribedPartyFilter):
    role: list[Role] | None = strawberry.field(description=_IN_ROLE, default=strawberry.UNSET)


@strawberry.input(
    description="A party involved in a follow-up, by key, kind, country and role; all members "
    "must be true of the same party. " + NO_VALUES
)
class FollowUpPartyFilter(DescribedPartyFilter):
    role: list[FollowUpRole] | None = strawberry.field(
        description=_IN_ROLE, default=strawberry.UNSET
    )


def has_party_in_role(*roles: Role | FollowUpRole) -> Where:
    """A party matches in one of these roles; by default in those that the filter names, or in any
    `Role`.
    """

    def query(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
        match = match_party(value)
        wanted = value.get("role")
        if not match and wanted is None:
            return {}
        if not match.keys() & _LEADING:
            match["kind"] = {"$in": list(PartyKind)}
        # Roles are always named: with each of them, an index gives the order of a date.
        match["role"] = {"$in": list(roles or Role) if wanted is None else wanted}
        return {"derived.roles": {"$elemMatch": match}}

    return query


@strawberry.input(
    description="A party that is or was a member of a body, by the body's key, and its role. "
    + NO_VALUES
)
class MemberFilter:
    eq: str | None = strawberry.field(
        description="A member of this body.", default=strawberry.UNSET
    )
    in_: list[str] | None = strawberry.field(
        name="in", description="A member of any of these bodies.", default=strawberry.UNSET
    )
    role: list[Role] | None = strawberry.field(description=_IN_ROLE, default=strawberry.UNSET)


async def has_member(value: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
    """A member of one of these bodies has a role. The store is asked who is one."""
    bodies = equal_or_in(value)
    if value.get("role") == []:
        return has_party_in_role()({"role": []}, operation)
    if not bodies:
        return {}
    members = await operation.reader.find_members(bodies, MOST_MEMBERS + 1)
    if len(members) > MOST_MEMBERS:
        raise Unfit("", f"these bodies have more than {MOST_MEMBERS:,} members; name fewer bodies")
    return has_party_in_role()({"in": members, "role": value.get("role")}, operation)


def suggest_instead_of_actors(value: Mapping[str, Any]) -> str | None:
    """What to do instead of filtering, together with `knownAt`, by a party that may be an actor;
    None if the roles leave actors out.
    """
    roles, told = value.get("role"), ("eq", "in", "kind", "country")
    if roles is None:
        acts = any(value.get(name) is not None for name in told)
    else:
        acts = Role.ACTOR in roles
    return "name roles other than ACTOR, which follow-ups give" if acts else None


def has_party_of_country(value: str, operation: Operation) -> Mapping[str, Any]:
    """A party of this country has any role."""
    return has_party_in_role()({"country": country_code(value)}, operation)


def has_party_of_kind(role: Role) -> Where:
    """A list of kinds: a party of one of them has the role."""
    return lambda value, operation: has_party_in_role(role)({"kind": value}, operation)


def match_party(value: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """The condition for a derived party: by key, itself or with what belongs to it, by kind and
    country. `place` precedes the place in errors. Raises Unfit.
    """
    match: dict[str, Any] = {}
    if keys := equal_or_in(value):
        match["within" if value.get("includeSubordinates") else "party"] = keys
    if value.get("kind") is not None:
        match["kind"] = {"$in": value["kind"]}
    if value.get("country") is not None:
        match["country"] = country_code(value["country"], f"{place}.country")
    return match


def has_party_at(path: str, within: str) -> Where:
    """A party's key is at `path`; with `includeSubordinates`, that of a body above it is at
    `within`.
    """

    def query(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
        keys = equal_or_in(value)
        return {within if value["includeSubordinates"] else path: keys} if keys else {}

    return query


def country_code(value: str, place: str = "") -> str:
    """The country code. Raises Unfit for a text that is none."""
    if not re.fullmatch("[A-Z]{2}", value):
        message = "a country is an ISO 3166-1 code of two capital letters, such as PK"
        raise Unfit(place, message)
    if (fault := fault_of(value)) is not None:
        raise Unfit(place, f"this is {fault}")
    return value


def has_each_party(path: str) -> Where:
    """A list of parties by `key`, kind, country and capacity: each matches one of those at the
    path.

    An empty list matches nothing, as in all filters.
    """

    def query(value: Sequence[Mapping[str, Any]], _: Operation) -> Mapping[str, Any]:
        wanted = []
        for i, party in enumerate(value):
            match = match_party({**party, "eq": party.get("key")}, f"[{i}]")
            if party.get("capacity") is not None:
                match["capacities"] = {"$in": party["capacity"]}
            elif match and not match.keys() & _LEADING:
                match["kind"] = {"$in": list(PartyKind)}
            wanted.append({path: {"$elemMatch": match}} if match else {})
        return {"$and": wanted} if wanted else NOTHING

    return query
