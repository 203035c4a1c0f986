"""Commitments: what a party promised, to whom, and what would count as done."""

from typing import Annotated

from store.records.base import (
    Distinct,
    Line,
    Many,
    Measure,
    MeetingKey,
    PartyKey,
    Shape,
    Some,
    SourcedRecord,
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
    UNSTATED = "UNSTATED", "The source does not tell which; it may be fulfilled."


LASTING = frozenset({Term.STANDING, Term.PROCESS})
"""What has such a term is upheld or breached, and never fulfilled."""


class Strength(Described):
    """How demanding the wording is, weakest first (UPR Info's five levels of action, in its order).

    UNSTATED comes first, so that it is at least as demanding as nothing but itself.
    """

    UNSTATED = "UNSTATED", "The source does not tell how demanding it is."
    ACKNOWLEDGED = "ACKNOWLEDGED", "Agreed that it matters."
    CONTINUING = "CONTINUING", "Will go on doing it."
    WILLING = "WILLING", "Willing to look into it."
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
    UNSTATED = "UNSTATED", "The source does not tell through whose words; left out of rates."


class Promisor(Shape):
    """A party that promised; several promisors make a joint commitment."""

    party: PartyKey
    attribution: Attribution
    spokesperson: PartyKey | None = None


class ImplementerPart(Described):
    """The part of a party in carrying a commitment out."""

    LEAD = "LEAD", "Leads, or is the one to do it."
    SUPPORTING = "SUPPORTING", "Helps whoever leads."


class Implementer(Shape):
    """A party that is to carry a commitment out. That alone makes it no promisor."""

    party: PartyKey
    part: ImplementerPart


class Commitment(SourcedRecord):
    """A public commitment. `test` says in one sentence what would count as done."""

    title: Line
    gist: Text
    promisors: Annotated[Some[Promisor], Distinct]
    addressees: Annotated[Many[PartyKey], Distinct] = ()
    beneficiaries: Annotated[Many[PartyKey], Distinct] = ()
    implementers: Annotated[Many[Implementer], Distinct] = ()
    topics: Topics = ()
    term: Term
    strength: Strength
    made_on: FuzzyDate
    made_at: MeetingKey | None = None
    due_on: FuzzyDate | None = None
    presupposes_earlier: bool = False
    test: Text | None = None
    verifiable: bool = True
    measures: Many[Measure] = ()
    evidence: Some[Evidence]
