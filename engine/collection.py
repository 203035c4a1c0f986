"""A collection as the API shows it: its types, orders, filter and the dimensions it is counted by.

Below the context of an operation, which holds all collections. Knows no noun.
"""

from collections.abc import Collection as Many
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.rows import Path, Row
from store.records.base import Curation
from store.records.dimensions import DIMENSIONS, Dimension
from store.viewers import Sight

NOTICE = "RetractedRecord"
"""The type of what is shown of a retracted record to whoever sees only what is published."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as the API shows it.

    - `typename`: its type; or its types by the value at `discriminator`, with None for all other
      values.
    - `filter`, `order`: the annotations of its inputs. `filter_name`: the GraphQL name of the
      filter.
    - `orders`: for each order field the paths to sort by; `-path` sorts from the largest. Every
      order ends in `_id` and, except by relevance, has an index that begins with it.
    - `default_order`: paths, each with 1 or -1.
    - `orders_now`: the order fields that go by what is known now, which `knownAt` excludes.
    - `always`: the condition that all listed documents meet.
    - `unless`: by member of the filter, a condition that holds unless the filter has that member.
    - `day`: the path of the filter's member that names the day it is about.
    - `counted`: whether the store keeps counters of the listed documents.
    - `kept_in`: the documents' collection in MongoDB, if its name is another.
    - `members`: MongoDB expressions for members that documents get before they are sorted.
    - `neighbours`: whether each document of a page gets `__before`, with the order's paths of the
      document before it in the list; None for the first.
    """

    name: str
    typename: str | Mapping[str | None, str]
    filter: Any
    filter_name: str
    order: Any
    orders: Mapping[str, tuple[str, ...]]
    default_order: tuple[tuple[str, int], ...]
    orders_now: frozenset[str] = frozenset()
    discriminator: str | None = None
    always: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    day: Path = ()
    counted: bool = True
    kept_in: str | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    neighbours: bool = False

    @property
    def source(self) -> str:
        """The name of the documents' collection in MongoDB."""
        return self.kept_in or self.name

    @property
    def facets(self) -> Mapping[str, Dimension]:
        """The dimensions that its documents are counted by, by name; none for some collections."""
        return DIMENSIONS.get(self.name, {})

    def mark(self, documents: Iterable[Row]) -> None:
        """Writes into documents what they are: their type, and their collection as the noun."""
        noun, typename, discriminator = self.name, self.typename, self.discriminator
        if isinstance(typename, str):
            for document in documents:
                document["__typename"] = typename
                document["__noun"] = noun
            return
        assert discriminator is not None
        others = typename[None]
        for document in documents:
            document["__typename"] = typename.get(document[discriminator], others)
            document["__noun"] = noun

    def mark_found(self, documents: Many[Row], sight: Sight) -> None:
        """As `mark`, for documents by key, some of which may be notices."""
        notices = [*filter(_is_retracted, documents)] if sight is Sight.PUBLISHED else []
        self.mark([d for d in documents if not _is_retracted(d)] if notices else documents)
        for document in notices:
            document["__typename"], document["__noun"] = NOTICE, self.name


def _is_retracted(document: Row) -> bool:
    return document.get("curation") == _RETRACTED


_RETRACTED = str(Curation.RETRACTED)
