"""Parties: persons and organisations, and everything they have to do with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import strawberry

from engine.context import Operation
from engine.fields import (
    Argument,
    Arguments,
    Needs,
    asked,
    embedded,
    link,
    links,
    stored,
)
from engine.lists.filters import (
    NO_VALUES,
    Unfit,
    any_of,
    equal_or_in,
    one_of,
    where,
)
from engine.lists.search_filter import RELEVANCE, searched
from engine.rows import Row
from schema.filters.parties import country_code
from schema.registry import (
    ARTICLES,
    COMMITMENTS,
    FOLLOW_UPS,
    MEETINGS,
    PARTIES,
    REQUESTS,
    TIMELINE,
)
from schema.shared.connections import (
    Connection,
    FacetCount,
    KeyFilter,
    RecordFilter,
    connected,
    faceted,
    filter_input,
    order_input,
)
from schema.shared.enums import register_enum
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.lazy_types import (
    ArticleRef,
    Articles,
    Commitments,
    FollowUps,
    Meetings,
    OrganizationRef,
    Parties,
    Requests,
    Timeline,
)
from schema.shared.nodes import Identifier, SourcedRecord, merged_from_field
from schema.statuses import KNOWN_AT, match_known_at
from store.reads.reader import Via
from store.records.articles import Judgement
from store.records.derived import Role
from store.records.enums import Described
from store.records.parties import NameKind, PartyKind, fold_party_name

register_enum(PartyKind)
register_enum(NameKind)
register_enum(Role, "PartyRole")

# Roles are always named: with each of them, an index gives the order of a date.
_IN_ROLES = Via("derived.roles", within="party", where={"role": {"$in": list(Role)}})
_ROLES = Argument(
    "roles",
    list[Role] | None,
    "Only those in which it has one of these roles; any role by default.",
)


def _narrow_to_roles(via: Via, arguments: Arguments) -> Via:
    roles = arguments.get("roles")
    return replace(via, where={"role": {"$in": list(roles)}}) if roles is not None else via


@strawberry.type(description="A name of a party, with its kind and the time when it was in use.")
class Name:
    value: str = stored("value", "The name.")
    kind: NameKind = stored("kind", "What sort of name it is.")
    valid_from: FuzzyDate | None = embedded("validFrom", "When it came into use.")
    valid_to: FuzzyDate | None = embedded("validTo", "When it was given up.")
    language: str | None = stored("language", "Its language, a BCP 47 tag.")
    source: str | None = stored("source", "Where the name is from, if no article prints it.")


@strawberry.type(description="A party's post in an organisation, or its belonging to one.")
class Membership:
    organization: OrganizationRef | None = link("organization", "parties", "The organisation.")
    role: str | None = stored("role", "The post, as stated.")
    start: FuzzyDate | None = embedded("start", "When it began.")
    end: FuzzyDate | None = embedded("end", "When it ended.")


@strawberry.type(
    description="A party whose record was merged into that of another, with what it stated itself."
)
class MergedParty:
    key: str = stored("_id", "Its key; look-ups by it return the party that it was merged into.")
    kind: PartyKind = stored("kind", "The kind that it stated itself.")
    name: str = stored("name", "Its preferred name.")
    names: list[Name] = embedded("names", "Its other names.", many=True)
    identifiers: list[Identifier] = embedded(
        "identifiers", "Its identifiers in other registers.", many=True
    )
    country: str | None = stored("country", "Its country, an ISO 3166-1 code.")
    memberships: list[Membership] = embedded(
        "memberships", "The organisations it belongs to.", many=True
    )
    note: str | None = stored("note", "What else is worth knowing.")


@strawberry.type(description="A form in which accepted articles print a party's name.")
class PrintedForm:
    surface: str = stored("surface", "The name as printed.")
    judgement: Judgement = stored("judgement", "Whether the name means this party.")
    articles: list[ArticleRef] = links(
        "articles", "articles", "The articles that print it, by date."
    )


async def _read_printed_forms(
    operation: Operation, keys: Sequence[str], _arguments: Arguments, _needs: Needs
) -> Mapping[str, list[Row]]:
    return await operation.reader.find_printed_names(keys)


@strawberry.interface(
    description=(
        "A person or body that can make or receive a promise. It does not mean a political party."
    )
)
class Party(SourcedRecord):
    kind: PartyKind = stored("kind", "What sort of party it is.")
    name: str = stored("name", "The preferred name.")
    names: list[Name] = embedded(
        "names",
        "Its own names, with kinds and times; those of parties merged into it are in `mergedFrom`.",
        many=True,
    )
    printed_forms: list[PrintedForm] = asked(
        _read_printed_forms,
        lambda _row, found, _arguments: found,
        "The forms in which articles print its name.",
    )
    country: str | None = stored("country", "Its country, an ISO 3166-1 code.")
    memberships: list[Membership] = embedded(
        "memberships", "The organisations it belongs to.", many=True
    )
    note: str | None = stored("note", "What else is worth knowing.")
    merged_from: list[MergedParty] = merged_from_field(
        "parties",
        "A search for their names finds it, and it has their identifiers and memberships.",
    )
    meetings: Meetings = connected(
        MEETINGS,
        "The meetings in which it took part or was represented.",
        Via("derived.parties", within="party"),
    )
    commitments: Commitments = connected(
        COMMITMENTS,
        "The commitments in which it has a role.",
        _IN_ROLES,
        [_ROLES],
        _narrow_to_roles,
    )
    requests: Requests = connected(
        REQUESTS,
        "The requests in which it has a role.",
        _IN_ROLES,
        [_ROLES],
        _narrow_to_roles,
    )
    follow_ups: FollowUps = connected(
        FOLLOW_UPS, "The follow-ups in which it acted.", Via("derived.actors")
    )
    articles: Articles = connected(
        ARTICLES,
        "The articles that name it, rest on its statement, or were published by it.",
        Via("derived.parties"),
    )
    timeline: Timeline = connected(
        TIMELINE,
        "Everything that involves it, oldest first.",
        Via("parties"),
        [KNOWN_AT],
        extra_query=match_known_at,
    )


@strawberry.type(description="A person, named or known only by office.")
class Person(Party):
    pass


@strawberry.type(description="An organisation or body of any kind.")
class Organization(Party):
    parent: OrganizationRef | None = link(
        "parent", "parties", "The body it belongs to, or the company that owns it."
    )
    children: Parties = connected(
        PARTIES, "The bodies that belong to it.", Via("derived.parent", single=True)
    )
    members: Parties = connected(
        PARTIES,
        "The parties that are or were members of it, by their own memberships or "
        "those of parties merged into them.",
        Via("derived.memberOf"),
    )


class PartyOrderField(Described):
    """What parties can be ordered by."""

    NAME = "NAME", "The preferred name, ignoring case, diacritics and punctuation."
    UPDATED_AT = "UPDATED_AT", "When the record was last changed."
    RELEVANCE = "RELEVANCE", RELEVANCE
    KEY = "KEY", "The key."


@strawberry.type(description="A page of parties.")
class PartyConnection(Connection[Party]):
    facets: list[FacetCount] | None = faceted("PartyFacet", PARTIES)


PartyOrder = order_input(PartyOrderField, "parties")


def _has_name(value: str, _: Operation) -> Mapping[str, Any]:
    name = fold_party_name(value)
    if not name:
        raise ValueError("a name has at least one letter or digit")
    return {"derived.searchNames": name}


@strawberry.input(description="A role in a membership. " + NO_VALUES)
class RoleFilter:
    name: str = strawberry.field(
        description="The whole of the role, such as `mayor`. Case, diacritics and punctuation do "
        "not matter."
    )
    eq: str | None = strawberry.field(description="In this body.", default=strawberry.UNSET)
    in_: list[str] | None = strawberry.field(
        name="in", description="In any of these bodies.", default=strawberry.UNSET
    )


def _has_role(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
    role = fold_party_name(value["name"])
    if not role:
        raise Unfit(".name", "a role has at least one letter or digit")
    bodies = equal_or_in(value)
    match = {"role": role, **({"organization": bodies} if bodies else {})}
    return {"derived.posts": {"$elemMatch": match}}


@filter_input(description="Which parties; all members must match.")
class PartyFilter(RecordFilter):
    name: str | None = where(
        _has_name,
        "With this as the whole of one of its names, or of a name of a party merged "
        "into it. Case, diacritics, punctuation and strokes of letters do not matter, "
        "as in `search`.",
    )
    kind: list[PartyKind] | None = where(any_of("kind"), "Of these kinds.")
    country: str | None = where(
        lambda value, _: {"country": country_code(value)}, "Of this country, an ISO 3166-1 code."
    )
    parent: KeyFilter | None = where(
        one_of("derived.parent"), "Belonging directly to this body.", keys_of=["parties"]
    )
    within: KeyFilter | None = where(
        one_of("derived.within"),
        "This body itself, or one that belongs to it at any depth.",
        keys_of=["parties"],
    )
    member_of: KeyFilter | None = where(
        one_of("derived.memberOf"), "A member of this body, now or earlier.", keys_of=["parties"]
    )
    role: RoleFilter | None = where(
        _has_role, "With this role in a membership, now or earlier.", keys_of=["parties"]
    )
    search: str | None = searched("parties")
