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
    any_of,
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
from schema.shared.enums import shown
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
from schema.shared.nodes import Record, merged_from_field
from schema.statuses import KNOWN_AT, known_by
from store.reads.reader import Via
from store.records.articles import Judgement
from store.records.derived import Role
from store.records.enums import Described
from store.records.parties import NameKind, PartyKind, fold_party_name

shown(PartyKind)
shown(NameKind)
shown(Role, "PartyRole")

# Roles are always named: with each of them, an index gives the order of a date.
_IN_ROLES = Via("derived.roles", within="party", where={"role": {"$in": list(Role)}})
_ROLES = Argument("roles", list[Role] | None, "Only in these roles; in any role unless told.")


def _in_roles(via: Via, arguments: Arguments) -> Via:
    roles = arguments.get("roles")
    return replace(via, where={"role": {"$in": list(roles)}}) if roles is not None else via


@strawberry.type(description="A name of a party, of any kind, with the time when it held.")
class Name:
    value: str = stored("value", "The name.")
    kind: NameKind = stored("kind", "What sort of name it is.")
    valid_from: FuzzyDate | None = embedded("validFrom", "When it came into use.")
    valid_to: FuzzyDate | None = embedded("validTo", "When it was given up.")
    language: str | None = stored("language", "Its language, a BCP 47 tag.")
    source: str | None = stored("source", "How we know, where no article prints it.")


@strawberry.type(description="A party's name in somebody else's register.")
class Identifier:
    scheme: str = stored("scheme", "The register, such as `wikidata`.")
    value: str = stored("value", "The name there.")


@strawberry.type(description="A post in, or belonging to, an organisation.")
class Membership:
    organization: OrganizationRef | None = link("organization", "parties", "The organisation.")
    role: str | None = stored("role", "The post, as stated.")
    start: FuzzyDate | None = embedded("start", "From when.")
    end: FuzzyDate | None = embedded("end", "Until when.")


@strawberry.type(
    description="A party that turned out to be another one, as its own record states it."
)
class MergedParty:
    key: str = stored("_id", "Its key; look-ups by it lead to the party in which it lives on.")
    kind: PartyKind = stored("kind", "What sort of party it was taken for.")
    name: str = stored("name", "Its preferred name.")
    names: list[Name] = embedded("names", "Its other names.", many=True)
    identifiers: list[Identifier] = embedded(
        "identifiers", "Its names in other registers.", many=True
    )
    country: str | None = stored("country", "Its country, an ISO 3166-1 code.")
    memberships: list[Membership] = embedded(
        "memberships", "The organisations it belongs to.", many=True
    )
    note: str | None = stored("note", "What else is worth knowing.")


@strawberry.type(description="A form in which accepted articles print a party's name.")
class PrintedForm:
    surface: str = stored("surface", "The name as printed.")
    judgement: Judgement = stored("judgement", "Whether it means this party.")
    articles: list[ArticleRef] = links("articles", "articles", "Where it is printed, by date.")


async def _printed_forms(
    operation: Operation, keys: Sequence[str], _arguments: Arguments, _needs: Needs
) -> Mapping[str, list[Row]]:
    return await operation.reader.find_printed_names(keys)


@strawberry.interface(
    description=(
        "Any body or person that can promise or be promised to. Never a political party as such."
    )
)
class Party(Record):
    kind: PartyKind = stored("kind", "What sort of party it is.")
    name: str = stored("name", "The preferred name.")
    names: list[Name] = embedded(
        "names", "Its own names, with kinds and times; what was merged into it has more.", many=True
    )
    printed_forms: list[PrintedForm] = asked(
        _printed_forms, lambda _row, found, _arguments: found, "How articles print the name."
    )
    identifiers: list[Identifier] = embedded(
        "identifiers", "Its names in other registers.", many=True
    )
    country: str | None = stored("country", "Its country, an ISO 3166-1 code.")
    memberships: list[Membership] = embedded(
        "memberships", "The organisations it belongs to.", many=True
    )
    note: str | None = stored("note", "What else is worth knowing.")
    merged_from: list[MergedParty] = merged_from_field(
        "parties",
        "It is found by their names, has their identifiers, and is a member where they are.",
    )
    meetings: Meetings = connected(
        MEETINGS,
        "The meetings in which it took part or was represented.",
        Via("derived.parties", within="party"),
    )
    commitments: Commitments = connected(
        COMMITMENTS,
        "The commitments it has to do with, in any role unless `roles` says which.",
        _IN_ROLES,
        [_ROLES],
        _in_roles,
    )
    requests: Requests = connected(
        REQUESTS,
        "The requests it has to do with, in any role unless `roles` says which.",
        _IN_ROLES,
        [_ROLES],
        _in_roles,
    )
    follow_ups: FollowUps = connected(
        FOLLOW_UPS, "The follow-ups in which it acted.", Via("derived.actors")
    )
    articles: Articles = connected(
        ARTICLES, "The articles that name, relay or were published by it.", Via("derived.parties")
    )
    timeline: Timeline = connected(
        TIMELINE,
        "Everything that it has to do with, oldest first.",
        Via("parties"),
        [KNOWN_AT],
        among=known_by,
    )


@strawberry.type(description="A person, named or known only by office.")
class Person(Party):
    pass


@strawberry.type(description="A body of any kind.")
class Organization(Party):
    parent: OrganizationRef | None = link(
        "parent", "parties", "The body it belongs to, or the company that owns it."
    )
    children: Parties = connected(
        PARTIES, "The bodies that belong to it.", Via("derived.parent", single=True)
    )
    members: Parties = connected(
        PARTIES,
        "The parties that belong or belonged to it, by memberships of their own or of what was "
        "merged into them.",
        Via("derived.memberOf"),
    )


class PartyOrderField(Described):
    """What parties can be ordered by."""

    NAME = "NAME", "The preferred name; without case, diacritics and punctuation."
    UPDATED_AT = "UPDATED_AT", "When the record was last changed."
    RELEVANCE = "RELEVANCE", RELEVANCE
    KEY = "KEY", "The key."


@strawberry.type(description="A page of parties.")
class PartyConnection(Connection[Party]):
    facets: list[FacetCount] | None = faceted("PartyFacet", PARTIES)


PartyOrder = order_input(PartyOrderField, "parties")


def _named(value: str, _: Operation) -> Mapping[str, Any]:
    name = fold_party_name(value)
    if not name:
        raise ValueError("a name has at least one letter or digit")
    return {"derived.searchNames": name}


@filter_input(description="Which parties; all members must match.")
class PartyFilter(RecordFilter):
    name: str | None = where(
        _named,
        "With this whole name, in any of its forms, or of a party merged into it; case, "
        "diacritics, punctuation and strokes of letters do not matter, as in `search`.",
    )
    kind: list[PartyKind] | None = where(any_of("kind"), "Of these kinds.")
    country: str | None = where(
        lambda value, _: {"country": country_code(value)}, "Of this country, an ISO 3166-1 code."
    )
    parent: KeyFilter | None = where(
        one_of("derived.parent"), "Belonging directly to this body.", keys_of=["parties"]
    )
    within: KeyFilter | None = where(
        one_of("derived.within"), "This body, or belonging to it at any depth.", keys_of=["parties"]
    )
    member_of: KeyFilter | None = where(
        one_of("derived.memberOf"), "Member of this body, now or once.", keys_of=["parties"]
    )
    search: str | None = searched("parties")
