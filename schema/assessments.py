"""Assessments: a named person's judgement of where a commitment stands."""

import strawberry

from engine.fields import embedded, link_among, stored
from engine.lists.filters import (
    any_of,
    has_date_in_range,
    one_of,
    where,
)
from schema.shared.connections import (
    Connection,
    DateFilter,
    KeyFilter,
    RecordFilter,
    filter_input,
    order_input,
)
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.lazy_types import TrackableRef
from schema.shared.measures import Measure
from schema.shared.nodes import SourcedRecord
from schema.shared.scalars import Instant
from store.records.enums import Described
from store.records.history.statuses import StatusValue
from store.records.nouns import TRACKABLES


@strawberry.type(
    description="A person's judgement of where a commitment or request stands, shown beside the "
    "derived status."
)
class Assessment(SourcedRecord):
    trackable: TrackableRef | None = link_among(
        "trackable", "trackableNoun", "The commitment or request that is judged."
    )
    value: StatusValue = stored("value", "The status, in the assessor's view.")
    rationale: str = stored("rationale", "The reasons.")
    measures: list[Measure] = embedded(
        "measures", "Scores, as data beside the words, such as 3 of 5 points.", many=True
    )
    assessor: str = stored("assessor", "Who made the judgement.")
    effective_on: FuzzyDate = embedded("effectiveOn", "The date from which it counts.")
    withdrawn_at: Instant | None = stored(
        "withdrawnAt", "When it was withdrawn; null if it was not."
    )


@strawberry.type(description="A page of assessments.")
class AssessmentConnection(Connection[Assessment]):
    pass


class AssessmentOrderField(Described):
    """What assessments can be ordered by."""

    EFFECTIVE_ON = "EFFECTIVE_ON", "The date from which it counts."
    KEY = "KEY", "The key."


AssessmentOrder = order_input(AssessmentOrderField, "assessments")


@filter_input(description="Which assessments; all members must match.")
class AssessmentFilter(RecordFilter):
    trackable: KeyFilter | None = where(
        one_of("derived.trackable"), "Of this commitment or request.", keys_of=TRACKABLES
    )
    value: list[StatusValue] | None = where(any_of("value"), "With one of these values.")
    effective_on: DateFilter | None = where(
        has_date_in_range("effectiveOn"), "Counting from a date in this range."
    )
