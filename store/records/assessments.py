"""Assessments: a named person's judgement of a status, shown beside the derived status."""

from store.records.base import Instant, Line, Many, Measure, SourcedRecord, Text, TrackableKey
from store.records.dates import FuzzyDate
from store.records.follow_ups import TrackableNoun
from store.records.history.statuses import StatusValue


class Assessment(SourcedRecord):
    """A judgement with its reasons; it holds from `effective_on` until `withdrawn_at`."""

    trackable: TrackableKey
    trackable_noun: TrackableNoun | None = None
    value: StatusValue
    rationale: Text
    measures: Many[Measure] = ()
    assessor: Line
    effective_on: FuzzyDate
    withdrawn_at: Instant | None = None
