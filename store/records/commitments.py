"""Commitments: what a party promised, to whom, and what would count as done."""

from typing import Annotated

from store.records.base import (
    Distinct,
    Line,
    Many,
    MeetingKey,
    PartyKey,
    Record,
    Shape,
    Some,
    Text,
    Topics,
)
from store.records.dates import FuzzyDate
from store.records.enums import Described
from store.records.evidence import Evidence


class Term(Described):
    """Whether a commitment is done once, holds from then on, or is a lasting effort."""

    ONE_OFF = "ONE_OFF", "Done once; it can be fulfilled."
    STANDING = "STANDING", "Holds from now on; it can be upheld or breached, never fulfilled."
    PROCESS = "PROCESS", "To keep doing something; it can be upheld or breached, never fulfilled."


class Strength(Described):
    """How demanding the wording is, weakest first (after UPR Info's five levels of action)."""

    ACKNOWLEDGED = "ACKNOWLEDGED", "Agreed that it matters."
    WILLING = "WILLING", "Willing to look into it."
    CONTINUING = "CONTINUING", "Will go on doing it."
    PLEDGED = "PLEDGED", "Promised in general terms."
    SPECIFIC = "SPECIFIC", "Promised something definite, with a measure or a date."


class Attribution(Described):
    """Through whose words a promise is known."""

    SELF_QUOTED = "SELF_QUOTED", "The promisor's own words, in quotation marks."
    SELF_PARAPHRASED = "SELF_PARAPHRASED", "The promisor's words, reported."
    JOINT_STATEMENT = "JOINT_STATEMENT", "Reported as agreed by both sides."
    COUNTERPART_CLAIM = "COUNTERPART_CLAIM", "Only the other side says so."
    REPORTER_GLOSS = "REPORTER_GLOSS", "The reporter's reading of what was said."
    HEADLINE_ONLY = "HEADLINE_ONLY", "Only the headline says so."


class Promisor(Shape):
    """A party that promised; several promisors make a joint commitment."""

    party: PartyKey
    attribution: Attribution
    spokesperson: PartyKey | None = None


class Commitment(Record):
    """A public commitment. `test` says in one sentence what would count as done."""

    title: Line
    gist: Text
    promisors: Annotated[Some[Promisor], Distinct]
    addressees: Annotated[Many[PartyKey], Distinct] = ()
    beneficiaries: Annotated[Many[PartyKey], Distinct] = ()
    topics: Topics = ()
    term: Term
    strength: Strength
    made_on: FuzzyDate
    made_at: MeetingKey | None = None
    due_on: FuzzyDate | None = None
    presupposes_earlier: bool = False
    test: Text | None = None
    verifiable: bool = True
    evidence: Some[Evidence]
