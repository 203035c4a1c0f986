"""What a connection is asked for, worked out from its arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import Node

from engine.collection import Collection
from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import Arguments, Connected
from engine.lists.cursors import Order, build_keyset_query, decode, encode
from engine.lists.filters import Filters, TooMuch
from engine.lists.relevance import Ranked
from engine.lists.search_filter import SCORE, Scores, find_matches
from engine.rows import Row
from store.reads.reader import Reader, Via, match_all

DEFAULT_SIZE = 20
LARGEST_SIZE = 100


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What a connection is asked for, worked out from its arguments once per field.

    `via`, `extra_query` and `given_to_rows` are of its declaration, see `Connected`. `query` has
    all conditions, `given` is the filter as given. `beyond` is the query for what comes after the
    cursor, `cursor` the values in it. `scores` are those to order by, if by relevance.
    """

    collection: Collection
    filters: Filters
    via: Via | None
    query: Mapping[str, Any]
    order: Order
    size: int
    backwards: bool
    beyond: Mapping[str, Any]
    cursor: Sequence[Any] | None
    given: Mapping[str, Any]
    arguments: Arguments
    extra_query: Mapping[str, Any]
    given_to_rows: Row | None
    scores: Scores | None

    @property
    def continued(self) -> bool:
        """Whether a cursor was given, so that something stands on its other side."""
        return self.cursor is not None

    def question(self, part: str) -> tuple[Any, ...]:
        """Equal for two requests that one answer serves: the same part and arguments, for any
        parents.
        """
        given = orjson.dumps(self.arguments, option=orjson.OPT_SORT_KEYS, default=str)
        return (part, self.collection.name, repr(self.via), given)

    @property
    def whole(self) -> bool:
        """Whether the list is narrowed by its filter alone, and the store keeps counters of it."""
        return self.via is None and self.collection.counted and not self.extra_query

    async def query_of(self, given: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
        """The query of the list with another filter in place of its own."""
        return match_all(
            await query_for(self.collection, self.filters, given, operation), self.extra_query
        )

    @property
    def sort(self) -> Order:
        """The order to read in: reversed if the last documents are wanted."""
        if not self.backwards:
            return self.order
        return tuple((path, -direction) for path, direction in self.order)

    def page_of(self, rows: list[Row]) -> tuple[list[Row], bool]:
        """The page's documents in order, and whether there are more. `rows` has one more than a
        page.
        """
        found, more = rows[: self.size], len(rows) > self.size
        documents = found[::-1] if self.backwards else found
        if self.collection.neighbours:
            after = None if self.backwards else self.row_at_cursor()
            before = rows[self.size] if more and self.backwards else after
            for document in documents:
                document["__before"], before = before, document
        return documents, more

    def row_at_cursor(self) -> Row | None:
        """The item that the cursor was made of, with the order's paths only; None
        without a cursor.
        """
        if self.cursor is None:
            return None
        row: Row = {}
        for (path, _), value in zip(self.order, self.cursor, strict=True):
            *parents, name = path.split(".")
            part = row
            for parent in parents:
                part = part.setdefault(parent, {})
            part[name] = value
        return row

    def make_ranked_reader(self, reader: Reader) -> Ranked | None:
        """The reader for an order by relevance; None if the order is another one."""
        if self.scores is None:
            return None
        return Ranked(reader, self.collection.source, self.scores, self.sort)

    def edges(self, documents: Sequence[Row]) -> list[Row]:
        """The page's documents with their cursors."""
        return [{"node": row, "cursor": encode(self.order, row)} for row in documents]

    def page_info(self, documents: Sequence[Row], more: bool) -> Row:
        """The members of the `PageInfo` of these documents."""
        return {
            "hasNextPage": self.continued if self.backwards else more,
            "hasPreviousPage": more if self.backwards else self.continued,
            "startCursor": encode(self.order, documents[0]) if documents else None,
            "endCursor": encode(self.order, documents[-1]) if documents else None,
        }


async def request_for(
    declaration: Connected,
    collection: Collection,
    filters: Filters,
    arguments: Arguments,
    operation: Operation,
) -> PageRequest:
    """The request that a connection's arguments make; BadUserInput names the argument at fault."""
    size, backwards = _size(arguments)
    order = _order(collection, arguments.get("orderBy"))
    name = "before" if backwards else "after"
    cursor = arguments.get(name)
    reading = tuple((path, -direction) for path, direction in order) if backwards else order
    via = declaration.via
    if via is not None and declaration.narrow_via is not None:
        via = declaration.narrow_via(via, arguments)
    given = arguments.get("filter") or {}
    if arguments.get("knownAt") is not None:
        filters.check_known(given, "filter")
        check_order_known(collection, arguments.get("orderBy"))
    among = (
        declaration.extra_query(arguments, operation) if declaration.extra_query is not None else {}
    )
    values = decode(order, cursor, name) if cursor is not None else None
    # Before the query, which then has what was found without asking again.
    scores = await _scores(collection, arguments, operation)
    query = await query_for(collection, filters, given, operation)
    if declaration.load_query is not None:
        among = match_all(among, await declaration.load_query(arguments, operation, query))
    return PageRequest(
        collection=collection,
        filters=filters,
        via=via,
        query=match_all(query, among),
        order=order,
        size=size,
        backwards=backwards,
        beyond=build_keyset_query(reading, values) if values is not None else {},
        cursor=values,
        given=given,
        arguments=arguments,
        extra_query=among,
        given_to_rows=declaration.give_rows(arguments, operation)
        if declaration.give_rows is not None
        else None,
        scores=scores,
    )


async def query_for(
    collection: Collection, filters: Filters, given: Mapping[str, Any], operation: Operation
) -> Mapping[str, Any]:
    """The query of a filter, with the collection's own conditions: `always` and `unless`."""
    unless = [query for name, query in collection.unless.items() if given.get(name) is None]
    return match_all(collection.always, *unless, await filters.compile(given, operation, "filter"))


async def query_among(
    collection: Collection, filters: Filters, arguments: Arguments, operation: Operation
) -> Mapping[str, Any]:
    """The query of the argument `filter` of a field with `asOf` and `knownAt`, which apply to it,
    too: a day that it leaves out is `asOf`, and with `knownAt` it is refused if it goes by what is
    known now.
    """
    given, day = arguments.get("filter") or {}, arguments.get("asOf")
    if arguments.get("knownAt") is not None:
        filters.check_known(given, "filter")
    return await query_for(
        collection, filters, given, operation.replace_day(day) if day is not None else operation
    )


def _size(arguments: Arguments) -> tuple[int, bool]:
    for forwards, backwards in (("first", "last"), ("first", "before"), ("last", "after")):
        if arguments.get(forwards) is not None and arguments.get(backwards) is not None:
            raise BadUserInput(
                backwards, f"not together with {forwards}: page forwards or backwards"
            )
    if arguments.get("before") is not None and arguments.get("after") is not None:
        raise BadUserInput("before", "not together with after: page forwards or backwards")
    size = size_asked(arguments)
    if not 0 <= size <= LARGEST_SIZE:
        raise no_page_size(arguments)
    return size, arguments.get("last") is not None or arguments.get("before") is not None


def size_asked(arguments: Arguments) -> int:
    """How many items a page is to hold, by `first` and `last`."""
    given = (arguments.get(name) for name in ("last", "first"))
    return next((size for size in given if size is not None), DEFAULT_SIZE)


def no_page_size(arguments: Arguments, *nodes: Node) -> BadUserInput:
    """The refusal of the size that is asked for."""
    size, name = size_asked(arguments), "last" if arguments.get("last") is not None else "first"
    message = f"a page holds 0 to {LARGEST_SIZE}, not {size}; ask for the next with after"
    said: dict[str, Any] = {"limit": "page size", "most": LARGEST_SIZE, "value": size}
    return BadUserInput(name, message, nodes=[*nodes] or None, **said)


def _order(collection: Collection, given: Sequence[Mapping[str, Any]] | None) -> Order:
    chosen = [
        (path.removeprefix("-"), -way if path.startswith("-") else way)
        for term in given or ()
        for way in (1 if term["direction"] == "ASC" else -1,)
        for path in collection.orders[term["field"]]
    ] or list(collection.default_order)
    order: dict[str, int] = {}
    for path, way in chosen:
        order.setdefault(path, way)
    if "_id" not in order:
        # The tie is broken in the direction of the last term, so that an index gives both.
        order["_id"] = chosen[-1][1]
    # No two keys are equal, so terms after the key change nothing.
    return tuple(order.items())[: [*order].index("_id") + 1]


def check_order_known(collection: Collection, given: Sequence[Mapping[str, Any]] | None) -> None:
    """Refuses an order by what is known now, beside `knownAt`. Raises BadUserInput."""
    for i, term in enumerate(given or ()):
        if term["field"] in collection.orders_now:
            raise BadUserInput(
                f"orderBy[{i}].field",
                f"{term['field']} goes by what is known now, not at knownAt; order by something "
                "else, and sort the answer, which is as known then",
            )


async def _scores(
    collection: Collection, arguments: Arguments, operation: Operation
) -> Scores | None:
    """The scores of the filter's search if the order is by relevance, else None."""
    for i, term in enumerate(arguments.get("orderBy") or ()):
        if SCORE in collection.orders[term["field"]]:
            text = (arguments.get("filter") or {}).get("search")
            if text is None:
                raise BadUserInput(
                    f"orderBy[{i}].field",
                    "only what was searched for has a relevance; give filter.search, or order by "
                    "something else",
                )
            try:
                return await find_matches(text, collection.name, operation, scored=True)
            except TooMuch as error:
                raise BadUserInput("filter.search", str(error), **error.said) from None
            except ValueError as error:
                raise BadUserInput("filter.search", str(error)) from None
    return None
