"""The nouns: the kinds of records, ordered so that a record names only earlier ones or its own."""

from collections.abc import Mapping
from typing import Any

from store.records.articles import Article
from store.records.assessments import Assessment
from store.records.base import Record
from store.records.check_logs import CheckLog
from store.records.commitments import Commitment
from store.records.concepts import Concept
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
    "concepts": (Concept,),
}
"""The models of each noun. A record names records of earlier nouns, or of its own."""

TRACKABLES = ("commitments", "requests")


def model_of(noun: str, members: Mapping[str, Any]) -> type[Record]:
    """The model of a record with these members; for parties it depends on `kind`."""
    if noun == "parties":
        return Person if members.get("kind") == PartyKind.PERSON else Organization
    return NOUNS[noun][0]


_NOUN_OF_MODEL = {model: noun for noun, models in NOUNS.items() for model in models}


def noun_of(record: Record) -> str:
    """The noun that a record belongs to."""
    return _NOUN_OF_MODEL[type(record)]
