"""A collection as the API shows it: its types, orders, filter and the dimensions it is counted by.

Below the context of an operation, which holds all collections. Knows no noun.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from schema.execution.rows import Path, Row
from store.aggregates import Aggregates, Values
from store.reader import Reader

Leading: TypeAlias = Callable[[Aggregates, int, Sequence[str]], Awaitable[Values]]
"""Asks the store for a facet's most frequent values of all that is listed, at most so many, and
for these values, too.
"""

Alike: TypeAlias = Mapping[str, Callable[[Any], Any]]
"""By member of a filter: the choice of values of a facet that what it was given means; None if
it means more than that.
"""


Includes: TypeAlias = Callable[[Reader, Sequence[str], Sequence[str]], Awaitable[AbstractSet[str]]]
"""Which of some values of a facet other ones, that are chosen as wide ones, take in."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A dimension to count by.

    `leaves_out` are the filter's members that choose in it, as `status.in` where one lies within
    another; `alike` those that may. `value` gives, for a day, the expression for a document's
    value or its set of values; null is not counted. `dated` says that it hangs on the day,
    `counted` that the store keeps counters of it, `leading` how to read it where each value has a
    counter of its own, `includes` what lies within each other. `ranks` are its values from least
    to most, for members that choose a least one.
    """

    leaves_out: tuple[str, ...]
    value: Callable[[str], Any]
    dated: bool = False
    counted: bool = False
    leading: Leading | None = None
    ranks: tuple[str, ...] = ()
    alike: Alike = field(default_factory=dict)
    includes: Includes | None = None


def at(path: str, *leaves_out: str, ranks: Iterable[str] = (), **kept: Any) -> Facet:
    """A facet of the value at a path; `kept` says how the store keeps it counted."""
    return Facet(leaves_out, lambda _: f"${path}", ranks=tuple(map(str, ranks)), **kept)


def at_each(path: str, *leaves_out: str, counted: bool = False) -> Facet:
    """A facet of the list of values at a path; a document counts once for each of its values."""
    values = {"$setUnion": [{"$ifNull": [f"${path}", []]}]}
    return Facet(leaves_out, lambda _: values, counted=counted)


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
    facet: Any = None
    facets: Mapping[str, Facet] = field(default_factory=dict)
    day: Path = ()
    counted: bool = True
    kept_in: str | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    neighbours: bool = False

    @property
    def source(self) -> str:
        """The name of the documents' collection in MongoDB."""
        return self.kept_in or self.name

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
