"""Check logs: searches for follow-ups, and how many were found.

They tell "nothing happened" from "nobody looked".
"""

from typing import Annotated

from pydantic import Field

from store.records.base import (
    MOST,
    ArticleKey,
    Distinct,
    Line,
    Many,
    SourcedRecord,
    Text,
    TrackableKey,
)
from store.records.dates import FuzzyDate
from store.records.follow_ups import TrackableNoun


class CheckLog(SourcedRecord):
    """A search for follow-ups on a day, in these articles; `found` is how many it found."""

    trackable: TrackableKey
    trackable_noun: TrackableNoun | None = None
    checked_on: FuzzyDate
    checked_by: Line
    articles: Annotated[Many[ArticleKey], Distinct] = ()
    found: Annotated[int, Field(ge=0, le=MOST)]
    note: Text | None = None
