"""Requests: what one side asked of another. Asked is not promised."""

from typing import Annotated

from store.records.base import (
    CommitmentKey,
    Distinct,
    Line,
    Many,
    MeetingKey,
    PartyKey,
    Record,
    Some,
    Text,
    Topics,
)
from store.records.dates import FuzzyDate
from store.records.evidence import Evidence


class Request(Record):
    """What some parties asked of others, and the commitments that answered it."""

    title: Line
    gist: Text
    askers: Annotated[Some[PartyKey], Distinct]
    asked: Annotated[Some[PartyKey], Distinct]
    topics: Topics = ()
    made_on: FuzzyDate
    made_at: MeetingKey | None = None
    answered_by: Annotated[Many[CommitmentKey], Distinct] = ()
    evidence: Some[Evidence]
