"""A collection as the API shows it: its types, orders, filter and the dimensions it is counted by.

Below the context of an operation, which holds all collections. Knows no noun.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.rows import Path, Row
from store.records.dimensions import DIMENSIONS, Dimension


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as the API shows it.

    `typename` is its type, or its types by the value at `discriminator`, with `None` for all
    other values. `filter`, `order` and `facet` are the annotations of its inputs. `orders` gives
    the paths to sort by for each order field, `-path` from the largest; every order ends in `_id`
    and, but for that of relevance, has an index that begins with it. `always` is what no
    list shows, `unless` what lists leave out until the filter's member of that name asks for it.
    `orders_now` are the orders that go by what is known now of each document.
    `day` is the filter's member that says for which day it asks; `counted` says that the store
    keeps counters of what is listed. `kept_in` names the documents' collection in MongoDB where
    that is another. `members` are expressions of MongoDB for what each document is given before it
    is ordered. With `neighbours`, each document of a page has as `__before` what stands before it
    in the list, as far as the order's paths: None for the first.
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
