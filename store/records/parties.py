"""Parties: any body or person that can promise or be promised to (never "political party")."""

from typing import Annotated, Literal

from pydantic import model_validator

from store.records.base import (
    Country,
    Distinct,
    Language,
    Line,
    Many,
    PartyKey,
    Problem,
    Record,
    Shape,
    Text,
)
from store.records.dates import FuzzyDate
from store.records.enums import Described
from store.records.letters import fold_name


class PartyKind(Described):
    """What sort of body or person a party is."""

    PERSON = "PERSON", "A person, named or known only by office."
    GOVERNMENT = "GOVERNMENT", "A government as a whole."
    MINISTRY = "MINISTRY", "A ministry or department of a government."
    REGULATOR = "REGULATOR", "A regulator with powers of its own."
    PUBLIC_BODY = "PUBLIC_BODY", "Another public body, fund or board."
    WORKING_GROUP = "WORKING_GROUP", "A group set up for a task."
    COMPANY = "COMPANY", "A company."
    PLATFORM = "PLATFORM", "A service or product of a company that acts under its own name."
    CIVIL_SOCIETY = "CIVIL_SOCIETY", "A non-governmental organisation."
    INTERGOVERNMENTAL = "INTERGOVERNMENTAL", "A body of several governments."
    MEDIA = "MEDIA", "A publisher of news."
    GROUP = "GROUP", "A number of parties named only together."


class NameKind(Described):
    """What sort of name a name is (after Popolo's `other_names`)."""

    PREFERRED = "PREFERRED", "The name that we use."
    ALIAS = "ALIAS", "Another name in use."
    ACRONYM = "ACRONYM", "Initials."
    FORMER = "FORMER", "A name given up."
    MISSPELLING = "MISSPELLING", "Printed so by mistake; kept so that it is found."
    TRANSLITERATION = "TRANSLITERATION", "The name in another script or spelling."


class Name(Shape):
    """A name of a party; `valid_from` and `valid_to` are EDTF dates of the real world."""

    value: Line
    kind: NameKind
    valid_from: FuzzyDate | None = None
    valid_to: FuzzyDate | None = None
    language: Language | None = None
    source: Line | None = None


class Identifier(Shape):
    """A party's name in somebody else's register, such as scheme `wikidata`."""

    scheme: Line
    value: Line


class Membership(Shape):
    """A post in or belonging to an organisation, for a time."""

    organization: PartyKey
    role: Line | None = None
    start: FuzzyDate | None = None
    end: FuzzyDate | None = None


class Party(Record):
    """What persons and organisations share."""

    kind: PartyKind
    name: Line
    names: Annotated[Many[Name], Distinct] = ()
    identifiers: Annotated[Many[Identifier], Distinct] = ()
    country: Country | None = None
    memberships: Annotated[Many[Membership], Distinct] = ()
    note: Text | None = None


class Person(Party):
    """A person; one known only by office (a spokesperson) is named by that office."""

    kind: Literal[PartyKind.PERSON]


class Organization(Party):
    """A body of any kind; `parent` is the body it belongs to, or the company that owns it."""

    parent: PartyKey | None = None

    @model_validator(mode="after")
    def _is_no_person(self) -> "Organization":
        if self.kind is PartyKind.PERSON:
            raise ValueError("an organization's kind is not PERSON")
        return self


def check(party: Party) -> list[Problem]:
    """A party that is its own parent or member."""
    problems = []
    if isinstance(party, Organization) and party.parent == party.key:
        problems.append(Problem("parent", "a body cannot be its own parent"))
    for i, membership in enumerate(party.memberships):
        if membership.organization == party.key:
            problems.append(
                Problem(f"memberships[{i}].organization", "a party cannot be its own member")
            )
    return problems


def fold_party_name(name: str) -> str:
    """A name as it is looked up and sorted by: no case, no diacritics, no punctuation."""
    return fold_name(name)


def search_names(party: Party) -> list[str]:
    """Every form under which a party is found, folded, without repeats."""
    forms = (party.name, *(name.value for name in party.names))
    return sorted({fold_party_name(form) for form in forms} - {""})
