"""The nouns: which records there are, in the order in which one may name another."""

from collections.abc import Mapping
from typing import Any

from store.records.articles import Article
from store.records.assessments import Assessment
from store.records.base import Record
from store.records.check_logs import CheckLog
from store.records.commitments import Commitment
from store.records.follow_ups import FollowUp
from store.records.meetings import Meeting
from store.records.parties import Organization, PartyKind, Person
from store.records.requests import Request

NOUNS: Mapping[str, tuple[type[Record], ...]] = {
    "parties": (Person, Organization),
    "articles": (Article,),
    "meetings": (Meeting,),
    "commitments": (Commitment,),
    "requests": (Request,),
    "follow_ups": (FollowUp,),
    "assessments": (Assessment,),
    "check_logs": (CheckLog,),
}
"""Noun to its models. A record names records of earlier nouns, or of its own."""

TRACKABLES = ("commitments", "requests")


def model_of(noun: str, members: Mapping[str, Any]) -> type[Record]:
    """The model that a record of this noun has; a party is a person if its kind says so."""
    if noun == "parties":
        return Person if members.get("kind") == PartyKind.PERSON else Organization
    return NOUNS[noun][0]


def noun_of(record: Record) -> str:
    """The noun that a record belongs to."""
    return next(noun for noun, models in NOUNS.items() if isinstance(record, models))
