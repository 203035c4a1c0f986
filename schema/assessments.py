"""Assessments: a named person's judgement of where a commitment stands."""

import strawberry

from schema.connections import Connection, DateFilter, Direction, KeyFilter
from schema.dates import FuzzyDate
from schema.enums import shown
from schema.execution.declarations import embedded, link_among, stored
from schema.execution.filters import (
    ALL_OF,
    ANY_OF,
    NO_VALUES,
    any_of,
    combined,
    dated,
    one_of,
    since,
    where,
)
from schema.nodes import Record
from schema.references import TrackableRef
from schema.scalars import Instant
from store.records.described import Described
from store.records.nouns import TRACKABLES
from store.records.shape import Curation
from store.records.statuses import StatusValue


@strawberry.type(description="A judgement with its reasons; it stands beside the derived status.")
class Assessment(Record):
    trackable: TrackableRef | None = link_among("trackable", "trackableNoun", "What is judged.")
    value: StatusValue = stored("value", "Where it stands, in the assessor's view.")
    rationale: str = stored("rationale", "Why.")
    assessor: str = stored("assessor", "Who judges.")
    effective_on: FuzzyDate = embedded("effectiveOn", "From when it counts.")
    withdrawn_at: Instant | None = stored("withdrawnAt", "When it was withdrawn.")


@strawberry.type(description="A page of assessments.")
class AssessmentConnection(Connection[Assessment]):
    pass


class AssessmentOrderField(Described):
    """What assessments can be ordered by."""

    EFFECTIVE_ON = "EFFECTIVE_ON", "From when it counts."
    KEY = "KEY", "The key."


shown(AssessmentOrderField)


@strawberry.input(description="A term of an order of assessments.")
class AssessmentOrder:
    field: AssessmentOrderField = strawberry.field(description="What to order by.")
    direction: Direction = strawberry.field(
        description="Which end comes first.", default=Direction.ASC
    )


@strawberry.input(description="Which assessments; all members must match. " + NO_VALUES)
class AssessmentFilter:
    key: KeyFilter | None = where(one_of("_id"), "By key.", keys_of=["assessments"])
    trackable: KeyFilter | None = where(one_of("derived.trackable"), "Of this.", keys_of=TRACKABLES)
    value: list[StatusValue] | None = where(any_of("value"), "Judged so.")
    effective_on: DateFilter | None = where(dated("effectiveOn"), "Counting from this range.")
    curation: list[Curation] | None = where(
        any_of("curation"), "In these states; ACCEPTED unless told."
    )
    updated_since: Instant | None = where(since("updatedAt"), "Changed at or after this moment.")
    and_: list["AssessmentFilter"] | None = combined("and", ALL_OF)
    or_: list["AssessmentFilter"] | None = combined("or", ANY_OF)
    not_: "AssessmentFilter | None" = combined("not", "Not this.")
