"""Requests: what one side asked of another. Asked is not promised."""

from typing import Annotated

from pydantic import Field

from store.records.dates import FuzzyDate
from store.records.evidence import Evidence
from store.records.shape import CommitmentKey, Distinct, MeetingKey, PartyKey, Record, Text, Topic


class Request(Record):
    """What was asked, and the commitments that answered it."""

    title: Text
    gist: Text
    askers: Annotated[tuple[PartyKey, ...], Distinct, Field(min_length=1)]
    asked: Annotated[tuple[PartyKey, ...], Distinct, Field(min_length=1)]
    topics: Annotated[tuple[Topic, ...], Distinct] = ()
    made_on: FuzzyDate
    made_at: MeetingKey | None = None
    answered_by: Annotated[tuple[CommitmentKey, ...], Distinct] = ()
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
