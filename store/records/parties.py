"""Parties: any body or person that can promise or be promised to, political or not."""

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
    Shape,
    SourcedRecord,
    Text,
)
from store.records.dates import FuzzyDate
from store.records.enums import Described
from store.records.letters import fold_name


class PartyKind(Described):
    """A kind of person or body."""

    PERSON = "PERSON", "A person, named or known only by office."
    GOVERNMENT = "GOVERNMENT", "A government as a whole."
    LOCAL_GOVERNMENT = "LOCAL_GOVERNMENT", "A council, city, district or region as a government."
    MINISTRY = "MINISTRY", "A ministry or department of a government."
    REGULATOR = "REGULATOR", "A regulator with powers of its own."
    PARLIAMENT = "PARLIAMENT", "A parliament, a chamber of one, or its committee."
    COURT = "COURT", "A court of a country."
    INTERNATIONAL_COURT = "INTERNATIONAL_COURT", "A court or tribunal of several countries."
    PUBLIC_BODY = "PUBLIC_BODY", "Another public body, fund or board."
    WORKING_GROUP = "WORKING_GROUP", "A group set up for a task."
    COMPANY = "COMPANY", "A company."
    PLATFORM = "PLATFORM", "A service or product of a company that acts under its own name."
    POLITICAL_PARTY = "POLITICAL_PARTY", "A political party, or a group of one in a parliament."
    CIVIL_SOCIETY = "CIVIL_SOCIETY", "A non-governmental organisation."
    INTERGOVERNMENTAL = "INTERGOVERNMENTAL", "A body of several governments."
    MEDIA = "MEDIA", "A publisher of news."
    GROUP = "GROUP", "A number of parties named only together."


class NameKind(Described):
    """A kind of name (after Popolo's `other_names`)."""

    PREFERRED = "PREFERRED", "The name that we use."
    ALIAS = "ALIAS", "Another name in use."
    ACRONYM = "ACRONYM", "Initials."
    FORMER = "FORMER", "A name no longer used."
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


class Membership(Shape):
    """Membership or a post in an organisation, for a time."""

    organization: PartyKey
    role: Line | None = None
    start: FuzzyDate | None = None
    end: FuzzyDate | None = None


class Party(SourcedRecord):
    """The members that persons and organisations share."""

    kind: PartyKind
    name: Line
    names: Annotated[Many[Name], Distinct] = ()
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
    """The problems of a party that is its own parent or member."""
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
    """A name for look-ups and sorting: without case, diacritics and punctuation."""
    return fold_name(name)


def search_names(party: Party) -> list[str]:
    """Every name of a party, folded, without repeats, sorted."""
    forms = (party.name, *(name.value for name in party.names))
    return sorted({fold_party_name(form) for form in forms} - {""})
