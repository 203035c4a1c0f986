"""Lists: connections with keyset cursors, and the inputs that all lists share."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any, Generic, Self, TypeVar

import strawberry
from strawberry.types import get_object_definition

from engine.collection import Collection
from engine.context import Operation
from engine.fields import (
    Ahead,
    Argument,
    Arguments,
    Connected,
    declared,
    embedded,
    link,
    paged,
    stored,
)
from engine.lists.facets import MOST_VALUES
from engine.lists.filters import NO_VALUES, OWN_NOUN, any_of, combined, is_not_before, one_of, where
from engine.lists.page_request import DEFAULT_SIZE, LARGEST_SIZE
from engine.rows import Row
from schema.shared.enums import dimension_enum, register_enum
from schema.shared.lazy_types import ConceptRef, PartyRef
from schema.shared.scalars import Day, Instant, Url
from store.reads.reader import Query, Via
from store.records.base import Curation
from store.records.enums import Described

Item = TypeVar("Item")
Class = TypeVar("Class", bound=type)


@strawberry.type(description="The position of a page in its list (Relay).")
class PageInfo:
    has_next_page: bool = stored("hasNextPage", "Whether there are items after this page.")
    has_previous_page: bool = stored("hasPreviousPage", "Whether there are items before this page.")
    start_cursor: str | None = stored(
        "startCursor", "The cursor of the page's first item, for `before`."
    )
    end_cursor: str | None = stored("endCursor", "The cursor of the page's last item, for `after`.")


@strawberry.type(description="An item of a list with its cursor (Relay).")
class Edge(Generic[Item]):
    cursor: str = stored("cursor", "The item's position in this order, for `after` and `before`.")
    node: Item = embedded("node", "The item.")


@strawberry.type(description="A page of a list, with facts about the whole list (Relay).")
class Connection(Generic[Item]):
    edges: list[Edge[Item]] = paged("edges", "The page's items with their cursors.")
    nodes: list[Item] = paged("nodes", "The page's items.")
    page_info: PageInfo = paged(
        "pageInfo", "The page's position: its cursors, and whether there is more on either side."
    )
    total_count: int = paged("totalCount", "How many items match in all; counted only if selected.")


@strawberry.type(description="A value of a facet, and how many items have it.")
class FacetValue:
    value: str = stored("value", "The value: an enum's name, a topic, a key, or a year.")
    count: int = stored("count", "How many items match with this value.")
    selected: bool = stored(
        "selected",
        "Whether the filter chooses this value itself, so that it can be removed from the filter.",
    )
    included: bool = stored(
        "included",
        "Whether the filter chooses it through a wider value: a topic above it, or, "
        "with `includeSubordinates`, a party to which it belongs.",
    )
    party: PartyRef | None = link(
        "party", "parties", "The party whose key the value is; null of other dimensions."
    )
    concept: ConceptRef | None = link(
        "concept",
        "concepts",
        "What the topic is called, with its labels; null where nobody recorded that, and of other "
        "dimensions.",
    )


@strawberry.type(
    description=(
        "How the matching items divide over one dimension. What the filter itself, or "
        "its `and`, chooses in that dimension is ignored, so that the alternatives "
        "are counted, too; for statuses only if it is chosen for the day that is "
        "counted. Choices under `or` or `not` always apply."
    )
)
class FacetCount:
    facet: str = stored("facet", "The dimension.")
    values: list[FacetValue] = embedded(
        "values",
        "Its values, most frequent first. Selected values are always included, even "
        "beyond `first` or with a count of 0.",
        many=True,
    )
    cut: bool = stored(
        "cut", "Whether it has more values than are shown; ask for more with `first`."
    )


def faceted(name: str, collection: Collection) -> Any:
    """Declares the `facets` field of a collection's connection; `name` is that of the enum of its
    dimensions.
    """
    dimensions = collection.facets.values()
    noun = collection.name.replace("_", "-")
    facets = dimension_enum(name, f"What {noun} can be counted by.", dimensions)
    arguments = [
        Argument("by", list[facets], "The dimensions to count by."),  # type: ignore[valid-type]
        Argument("first", int, f"How many values of each dimension, at most {MOST_VALUES}.", 100),
    ]
    if any(dimension.by_day for dimension in dimensions):
        day = (
            "The day of the statuses that are counted. By default the `asOf` of the "
            "filter's `status`, else today. The filter keeps its own day."
        )
        arguments.append(Argument("asOf", Day | None, day))
    told = (
        "For each dimension in `by`, how many items have each value. Null, with an error, "
        "if counting fails."
    )
    return paged("facets", told, arguments)


class Direction(Described):
    """The direction of an order."""

    ASC = "ASC", "Smallest or earliest first."
    DESC = "DESC", "Largest or latest first."


class Match(Described):
    """When a date that is known only roughly matches a range."""

    CERTAIN = "CERTAIN", "It certainly lies in the range: all of its possible days do."
    POSSIBLE = "POSSIBLE", "It may lie in the range: at least one of its possible days does."


register_enum(Direction)
register_enum(Match)


@strawberry.input(
    description="Records by key. The key of a merged record stands for the record that it was "
    "merged into."
)
class KeyFilter:
    eq: str | None = strawberry.field(description="This key.", default=strawberry.UNSET)
    in_: list[str] | None = strawberry.field(
        name="in",
        description="Any of these keys; an empty list matches nothing.",
        default=strawberry.UNSET,
    )


@strawberry.input(description="A range of days, both ends included.")
class DateFilter:
    from_: Day | None = strawberry.field(
        name="from", description="The first day.", default=strawberry.UNSET
    )
    to: Day | None = strawberry.field(description="The last day.", default=strawberry.UNSET)
    match: Match = strawberry.field(
        description="How dates match that are known only roughly; their bounds as stated count.",
        default=Match.POSSIBLE,
    )


@strawberry.input
class Filter:
    """What every filter has: other filters of its kind, joined."""

    and_: list[Self] | None = combined(
        "and", "All of these filters match; an empty list rules nothing out."
    )
    or_: list[Self] | None = combined(
        "or", "At least one of these filters matches; an empty list matches nothing."
    )
    not_: Self | None = combined("not", "This filter does not match.")


@strawberry.input
class CuratedFilter(Filter):
    """What filters have of lists that show accepted records by default."""

    curation: list[Curation] | None = where(
        any_of("curation"),
        "In one of these stages of review; ACCEPTED by default. For readers, others match nothing.",
    )


@strawberry.input(description="What a record is called in another register. " + NO_VALUES)
class IdentifierFilter:
    value: list[str] = strawberry.field(description="Any of these identifiers, exactly.")
    scheme: str | None = strawberry.field(
        description="In this register, such as `wikidata`; in any by default.",
        default=strawberry.UNSET,
    )


def _has_identifier(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
    match: dict[str, Any] = {"value": {"$in": value["value"]}}
    if value.get("scheme") is not None:
        match["scheme"] = value["scheme"]
    return {"derived.identifiers": {"$elemMatch": match}}


@strawberry.input
class RecordFilter(CuratedFilter):
    """What every filter of a noun has."""

    key: KeyFilter | None = where(one_of("_id"), "With this key.", keys_of=[OWN_NOUN])
    identifier: IdentifierFilter | None = where(
        _has_identifier, "Called so in another register, or what was merged into it is."
    )
    source_url: Url | None = where(
        lambda value, _: {"derived.pages": value},
        "With this address of its page at the source, or of what was merged into it.",
    )
    updated_since: Instant | None = where(
        is_not_before("updatedAt"), "Changed at or after this moment."
    )


_LAST = ("identifier", "source_url", "curation", "updated_since", "and_", "or_", "not_")
"""Members that all filters have; they are listed after a noun's own. Only `key` comes before."""


def filter_input(*, description: str) -> Callable[[Class], Class]:
    """Makes a subclass of `Filter` an input with this description, and puts its own members before
    those of all filters.
    """

    def place(name: str) -> int:
        return -1 if name == "key" else 1 + _LAST.index(name) if name in _LAST else 0

    def decorate(cls: Class) -> Class:
        strawberry.input(cls, description=f"{description} {NO_VALUES}")
        definition = get_object_definition(cls, strict=True)
        definition.fields.sort(key=lambda field: place(field.python_name))
        return cls

    return decorate


def order_input(fields: type[Described], things: str, default: Described | None = None) -> Any:
    """The input for one term of an order of `things`: one of the `fields`, and a direction.

    Its name is that of the enum `fields` without `Field` at the end. Without a `default`, the field
    must be given.
    """
    register_enum(fields)

    class Order:
        field: fields = strawberry.field(  # type: ignore[valid-type]
            description="What to order by.", default=default or MISSING
        )
        direction: Direction = strawberry.field(
            description="The direction: ascending or descending.", default=Direction.ASC
        )

    return strawberry.input(
        Order,
        name=fields.__name__.removesuffix("Field"),
        description=f"One term of an order of {things}: a field and a direction.",
    )


def connected(
    collection: Collection,
    description: str,
    via: Via | None = None,
    arguments: list[Argument] | None = None,
    narrow_via: Callable[[Via, Arguments], Via] | None = None,
    extra_query: Callable[[Arguments, Operation], Query] | None = None,
    load_query: Ahead | None = None,
    give_rows: Callable[[Arguments, Operation], Row] | None = None,
    *,
    ranks: bool = False,
) -> Any:
    """Declares a connection to the collection's documents: all, or with `via` those that name the
    parent. The other arguments are those of `Connected`.
    """
    return declared(
        Connected(collection.name, via, narrow_via, extra_query, load_query, give_rows, ranks),
        description,
        [*(arguments or ()), *_paging(collection)],
    )


def _paging(collection: Collection) -> list[Argument]:
    paging = [
        Argument(
            "first",
            int | None,
            f"How many items from the start: at most {LARGEST_SIZE}, by default {DEFAULT_SIZE}.",
        ),
        Argument("after", str | None, "Start after the item with this cursor."),
        Argument("last", int | None, f"How many items from the end, at most {LARGEST_SIZE}."),
        Argument("before", str | None, "End before the item with this cursor."),
        Argument(
            "filter", collection.filter | None, "Which items to list; all members must match."
        ),
    ]
    if collection.order is not None:
        paging.append(
            Argument(
                "orderBy",
                list[collection.order] | None,  # type: ignore[name-defined]
                "The order, most significant term first. Ties are broken by key, so "
                "that pages never overlap.",
            )
        )
    return paging
