"""Requests: what one side asked of another. Asked is not promised."""

from typing import Annotated

from store.records.base import (
    CommitmentKey,
    Distinct,
    Line,
    Many,
    Measure,
    MeetingKey,
    PartyKey,
    Some,
    SourcedRecord,
    Text,
    Topics,
)
from store.records.commitments import Strength
from store.records.dates import FuzzyDate
from store.records.evidence import Evidence


class Request(SourcedRecord):
    """What some parties asked of others, and the commitments that answered it."""

    title: Line
    gist: Text
    askers: Annotated[Some[PartyKey], Distinct]
    asked: Annotated[Some[PartyKey], Distinct]
    topics: Topics = ()
    strength: Strength = Strength.UNSTATED
    made_on: FuzzyDate
    made_at: MeetingKey | None = None
    answered_by: Annotated[Many[CommitmentKey], Distinct] = ()
    measures: Many[Measure] = ()
    evidence: Some[Evidence]
