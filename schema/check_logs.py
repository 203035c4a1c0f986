"""Check logs: somebody looked for follow-ups and found so many."""

import strawberry

from schema.connections import Connection, DateFilter, Direction, KeyFilter
from schema.dates import FuzzyDate
from schema.enums import shown
from schema.execution.declarations import embedded, link_among, links, stored
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
from schema.references import ArticleRef, TrackableRef
from schema.scalars import Instant
from store.records.described import Described
from store.records.nouns import TRACKABLES
from store.records.shape import Curation


@strawberry.type(description="A search for follow-ups; it gives silence a meaning.")
class CheckLog(Record):
    trackable: TrackableRef | None = link_among("trackable", "trackableNoun", "For what.")
    checked_on: FuzzyDate = embedded("checkedOn", "When.")
    checked_by: str = stored("checkedBy", "Who looked.")
    articles: list[ArticleRef] = links("articles", "articles", "Where.")
    found: int = stored("found", "How many follow-ups were found.")
    note: str | None = stored("note", "What else is worth knowing.")


@strawberry.type(description="A page of check logs.")
class CheckLogConnection(Connection[CheckLog]):
    pass


class CheckLogOrderField(Described):
    """What check logs can be ordered by."""

    CHECKED_ON = "CHECKED_ON", "When somebody looked."
    KEY = "KEY", "The key."


shown(CheckLogOrderField)


@strawberry.input(description="A term of an order of check logs.")
class CheckLogOrder:
    field: CheckLogOrderField = strawberry.field(description="What to order by.")
    direction: Direction = strawberry.field(
        description="Which end comes first.", default=Direction.ASC
    )


@strawberry.input(description="Which check logs; all members must match. " + NO_VALUES)
class CheckLogFilter:
    key: KeyFilter | None = where(one_of("_id"), "By key.", keys_of=["check_logs"])
    trackable: KeyFilter | None = where(
        one_of("derived.trackable"), "For this.", keys_of=TRACKABLES
    )
    checked_on: DateFilter | None = where(dated("checkedOn"), "In this range.")
    curation: list[Curation] | None = where(
        any_of("curation"), "In these states; ACCEPTED unless told."
    )
    updated_since: Instant | None = where(since("updatedAt"), "Changed at or after this moment.")
    and_: list["CheckLogFilter"] | None = combined("and", ALL_OF)
    or_: list["CheckLogFilter"] | None = combined("or", ANY_OF)
    not_: "CheckLogFilter | None" = combined("not", "Not this.")
