"""One connection's page, loaded only as far as its parts are selected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.context import Operation
from engine.fields import Arguments
from engine.lists.facet_selection import drop_nulls
from engine.lists.facets import Faceting
from engine.lists.page_request import PageRequest
from engine.rows import Row
from store.reads.reader import match_all


@dataclass(frozen=True, slots=True)
class Page:
    """A connection for any number of parents: each of its parts is one command."""

    request: PageRequest
    operation: Operation

    async def documents_of(
        self, parents: Sequence[Any], fields: Mapping[str, int] | None = None
    ) -> Mapping[Any, tuple[list[Row], bool]]:
        """Each parent's documents in order, and whether there are more beyond them."""
        request, reader = self.request, self.operation.reader
        name, query = request.collection.source, match_all(request.query, request.beyond)
        sort, limit = request.sort, request.size + 1
        if (ranked := request.make_ranked_reader(reader)) is not None:
            pages: Mapping[Any, list[Row]] = await ranked.pages(
                request.via, parents, request.query, request.row_at_cursor(), limit, fields
            )
        elif request.collection.members:
            rows = await reader.find_ranked(
                name, request.query, request.collection.members, request.beyond, sort, limit, fields
            )
            pages = {None: rows}
        elif request.via is None:
            pages = {None: await reader.find_page(name, query, sort, limit, fields)}
        else:
            pages = await reader.find_pages(name, request.via, parents, query, sort, limit, fields)
        for rows in pages.values():
            request.collection.mark(rows)
            if request.given_to_rows is not None:
                for row in rows:
                    row["asked"] = request.given_to_rows
        return {parent: request.page_of(rows) for parent, rows in pages.items()}

    async def totals(self, parents: Sequence[Any]) -> Mapping[Any, int]:
        """Each parent's number of documents; parents without any are left out."""
        request, aggregates = self.request, self.operation.reader.aggregates
        name = request.collection.source
        if request.via is not None:
            return await aggregates.count_by_key(name, request.via, parents, request.query)
        if request.whole and not drop_nulls(request.given):
            return {None: (await aggregates.load_counters(name, (), self.operation.today)).listed}
        return {None: await aggregates.count(name, request.query)}

    async def facets_of(
        self, parents: Sequence[Any], arguments: Arguments
    ) -> Mapping[Any, list[Row]]:
        """Each parent's counts, in the order asked for."""
        return await Faceting(self.request, arguments, self.operation).count(parents)


@dataclass(frozen=True, slots=True)
class PageOfOne:
    """One parent's connection, as the executor asks for it: part by part, batched by loaders."""

    page: Page
    parent: str | None

    async def part(self, name: str, arguments: Arguments) -> Any:
        """One part of the connection."""
        match name:
            case "totalCount":
                return await self._load("total", self.page.totals, int)
            case "facets":

                async def count_facets(parents: Sequence[Any]) -> Mapping[Any, list[Row]]:
                    return await self.page.facets_of(parents, arguments)

                return await self._load(f"facets {arguments}", count_facets, list)
        documents, more = await self._load("page", self.page.documents_of, _no_documents)
        match name:
            case "nodes":
                return documents
            case "edges":
                return self.page.request.edges(documents)
            case _:
                return self.page.request.page_info(documents, more)

    async def _load(self, part: str, answer: Any, default: Any) -> Any:
        question = self.page.request.question(part)
        return await self.page.operation.load(question, answer, self.parent, default)


def _no_documents() -> tuple[list[Row], bool]:
    return [], False
