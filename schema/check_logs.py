"""Check logs: somebody looked for follow-ups and found so many."""

import strawberry

from engine.fields import embedded, link_among, links, stored
from engine.lists.filters import (
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
from schema.shared.lazy_types import ArticleRef, TrackableRef
from schema.shared.nodes import SourcedRecord
from store.records.enums import Described
from store.records.nouns import TRACKABLES


@strawberry.type(
    description="A note that somebody looked for follow-ups and how many there were. It shows "
    "whether silence means that nothing was found or that nobody looked."
)
class CheckLog(SourcedRecord):
    trackable: TrackableRef | None = link_among(
        "trackable", "trackableNoun", "The commitment or request whose follow-ups were looked for."
    )
    checked_on: FuzzyDate = embedded("checkedOn", "When somebody looked.")
    checked_by: str = stored("checkedBy", "Who looked.")
    articles: list[ArticleRef] = links("articles", "articles", "The articles that were searched.")
    found: int = stored("found", "How many follow-ups were found.")
    note: str | None = stored("note", "What else is worth knowing.")


@strawberry.type(description="A page of check logs.")
class CheckLogConnection(Connection[CheckLog]):
    pass


class CheckLogOrderField(Described):
    """What check logs can be ordered by."""

    CHECKED_ON = "CHECKED_ON", "When somebody looked."
    KEY = "KEY", "The key."


CheckLogOrder = order_input(CheckLogOrderField, "check logs")


@filter_input(description="Which check logs; all members must match.")
class CheckLogFilter(RecordFilter):
    trackable: KeyFilter | None = where(
        one_of("derived.trackable"),
        "About follow-ups to this commitment or request.",
        keys_of=TRACKABLES,
    )
    checked_on: DateFilter | None = where(has_date_in_range("checkedOn"), "Dated in this range.")
