"""One connection's page: asked for by arguments, loaded only as far as its parts are selected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from schema.execution.cursors import Order, beyond, decode, encode
from schema.execution.declarations import Arguments, Collection, Connected, Row
from schema.execution.errors import BadUserInput
from schema.execution.filters import Filters
from schema.execution.operation import Operation
from store.reader import Count, Via, both

DEFAULT_SIZE = 20
LARGEST_SIZE = 100


@dataclass(frozen=True, slots=True)
class Request:
    """What a connection was asked for, worked out from its arguments once per field."""

    collection: Collection
    filters: Filters
    via: Via | None
    query: Mapping[str, Any]
    order: Order
    size: int
    backwards: bool
    beyond: Mapping[str, Any]
    continued: bool
    given: Mapping[str, Any]
    identity: bytes

    def question(self, part: str) -> tuple[Any, ...]:
        """What makes two requests for a part of a page the same question, parents aside."""
        return (part, self.collection.name, repr(self.via), self.identity)

    @property
    def sort(self) -> Order:
        """The order in which to read: turned round when the last ones are wanted."""
        if not self.backwards:
            return self.order
        return tuple((path, -direction) for path, direction in self.order)


def request_for(
    declaration: Connected,
    collection: Collection,
    filters: Filters,
    arguments: Arguments,
    operation: Operation,
) -> Request:
    """The request that a connection's arguments make; BadUserInput names the argument at fault."""
    size, backwards = _size(arguments)
    order = _order(collection, arguments.get("orderBy"))
    name = "before" if backwards else "after"
    cursor = arguments.get(name)
    reading = tuple((path, -direction) for path, direction in order) if backwards else order
    via = declaration.via
    if via is not None and declaration.narrowed is not None:
        via = declaration.narrowed(via, arguments)
    given = arguments.get("filter") or {}
    return Request(
        collection=collection,
        filters=filters,
        via=via,
        query=query_for(collection, filters, given, operation),
        order=order,
        size=size,
        backwards=backwards,
        beyond=beyond(reading, decode(order, cursor, name)) if cursor is not None else {},
        continued=cursor is not None,
        given=given,
        identity=orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS, default=str),
    )


def query_for(
    collection: Collection, filters: Filters, given: Mapping[str, Any], operation: Operation
) -> Mapping[str, Any]:
    """The query of a filter, with what lists never show and leave out unless asked."""
    unless = [query for name, query in collection.unless.items() if given.get(name) is None]
    return both(collection.always, *unless, filters.compiled(given, operation, "filter"))


def _size(arguments: Arguments) -> tuple[int, bool]:
    first, last = arguments.get("first"), arguments.get("last")
    for forwards, backwards in (("first", "last"), ("first", "before"), ("last", "after")):
        if arguments.get(forwards) is not None and arguments.get(backwards) is not None:
            raise BadUserInput(
                backwards, f"not together with {forwards}: page forwards or backwards"
            )
    if arguments.get("before") is not None and arguments.get("after") is not None:
        raise BadUserInput("before", "not together with after: page forwards or backwards")
    backwards_ = last is not None or arguments.get("before") is not None
    size = last if last is not None else first if first is not None else DEFAULT_SIZE
    name = "last" if last is not None else "first"
    if not 0 <= size <= LARGEST_SIZE:
        raise BadUserInput(name, f"a page holds 0 to {LARGEST_SIZE}; ask for the next with after")
    return size, backwards_


def _order(collection: Collection, given: Sequence[Mapping[str, Any]] | None) -> Order:
    chosen = [
        (path, 1 if term["direction"] == "ASC" else -1)
        for term in given or ()
        for path in collection.orders[term["field"]]
    ]
    order = dict(reversed(chosen or collection.default_order))
    paths = [*reversed([p for p in order if p != "_id"])]
    tie = chosen[-1][1] if chosen else 1
    return (*((path, order[path]) for path in paths), ("_id", order.get("_id", tie)))


@dataclass(slots=True)
class Page:
    """The source of a connection: knows how to load each of its parts, each in one command."""

    request: Request
    parent: str | None
    operation: Operation

    async def documents(self) -> tuple[list[Row], bool]:
        """The page's documents in order, and whether there are more beyond them."""
        request = self.request
        rows = await self.operation.load(
            request.question("page"),
            self._read,
            self.parent,
            list,
        )
        found, more = rows[: request.size], len(rows) > request.size
        return (found[::-1] if request.backwards else found), more

    async def _read(self, parents: Sequence[Any]) -> Mapping[Any, list[Row]]:
        request, reader = self.request, self.operation.reader
        collection, query = request.collection, both(request.query, request.beyond)
        if request.via is None:
            rows = await reader.page(collection.name, query, request.sort, request.size + 1)
            pages: Mapping[Any, list[Row]] = {None: rows}
        else:
            pages = await reader.pages(
                collection.name, request.via, parents, query, request.sort, request.size + 1
            )
        for rows in pages.values():
            for row in rows:
                collection.mark(row)
        return pages

    async def part(self, name: str, arguments: Arguments) -> Any:
        """One part of the connection."""
        match name:
            case "totalCount":
                return await self._total()
            case "facets":
                return await self._facets(arguments["by"])
        documents, more = await self.documents()
        match name:
            case "nodes":
                return documents
            case "edges":
                return [
                    {"node": row, "cursor": encode(self.request.order, row)} for row in documents
                ]
            case _:
                return self._page_info(documents, more)

    def _page_info(self, documents: Sequence[Row], more: bool) -> Row:
        request = self.request
        return {
            "hasNextPage": request.continued if request.backwards else more,
            "hasPreviousPage": more if request.backwards else request.continued,
            "startCursor": encode(request.order, documents[0]) if documents else None,
            "endCursor": encode(request.order, documents[-1]) if documents else None,
        }

    async def _total(self) -> int:
        request = self.request
        question = request.question("total")
        found: int = await self.operation.load(question, self._count, self.parent, int)
        return found

    async def _count(self, parents: Sequence[Any]) -> Mapping[Any, int]:
        request, reader = self.request, self.operation.reader
        if request.via is None:
            return {None: await reader.count(request.collection.name, request.query)}
        return await reader.counts(request.collection.name, request.via, parents, request.query)

    async def _facets(self, by: Sequence[str]) -> list[Row]:
        request = self.request
        wanted = tuple(dict.fromkeys(str(name) for name in by))
        question = request.question("facets")
        found = await self.operation.load((*question, wanted), self._counted(wanted), self.parent)
        return [
            {"facet": name, "values": self._values(name, found.get(name, []))} for name in wanted
        ]

    def _counted(self, wanted: Sequence[str]) -> Any:
        async def answer(parents: Sequence[Any]) -> Mapping[Any, dict[str, Any]]:
            request = self.request
            counts = [self._count_of(name) for name in wanted]
            rows = await self.operation.reader.facets(
                request.collection.name, request.via, parents, counts
            )
            return {
                parent: {name: rows.get((parent, name), []) for name in wanted}
                for parent in parents
            }

        return answer

    def _count_of(self, name: str) -> Count:
        request = self.request
        facet = request.collection.facets[name]
        given = {k: v for k, v in request.given.items() if k not in facet.leaves_out}
        query = query_for(request.collection, request.filters, given, self.operation)
        return Count(name, query, facet.steps(self.operation))

    def _values(self, name: str, counted: Sequence[tuple[Any, int]]) -> list[Row]:
        chosen = self._chosen(self.request.collection.facets[name].leaves_out)
        return [
            {"value": str(value), "count": count, "selected": str(value) in chosen}
            for value, count in counted
        ]

    def _chosen(self, members: Sequence[str]) -> set[str]:
        chosen: set[str] = set()
        for member in members:
            given = self.request.given.get(member)
            if isinstance(given, Mapping):
                chosen |= {str(v) for v in given.get("in") or ()} | {str(given.get("eq"))}
            elif given is not None:
                chosen.add(str(given).lower() if isinstance(given, bool) else str(given))
        return chosen
