"""Fetches a page per row: its documents, its total and its facets, as far as selected."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.fields import Arguments, Connected, Paged
from engine.lists.merged_keys import ask_with_survivors
from engine.lists.page import Page
from engine.lists.page_request import PageRequest, request_for
from engine.plan.fetch import Fetch, Fill, Onward, PlanBelow, Route, slot_of
from engine.plan.selection import Field, paths_below
from engine.plan.steps.follow import fields_of
from engine.rows import Row
from store.gather import gather_all


@dataclass(slots=True, eq=False)
class Connect(Fill):
    """Fetches the page of a `Connected`. `needs` are the paths read of its documents."""

    needs: frozenset[str] = frozenset()
    documents: bool = False
    cursors: bool = False
    total: bool = False
    facets: Sequence[Field] = ()

    @classmethod
    def plan(cls, selected: Field, route: Route, plan_below: PlanBelow) -> Connect:
        """The step for a field. Raises NotPlanned."""
        (connection,) = selected.selections.values()
        parts = [
            (f, f.declaration.part) for f in connection.fields if isinstance(f.declaration, Paged)
        ]
        names = {part for _, part in parts}
        needs = frozenset[str]()
        for part, name in parts:
            if name == "nodes":
                needs |= paths_below(part)
            elif name == "edges":
                (edge,) = part.selections.values()
                needs = needs.union(*map(paths_below, edge.fields))
        return cls(
            selected,
            route,
            plan_below(connection),
            needs=needs,
            documents=bool(names & {"nodes", "edges", "pageInfo"}),
            cursors=bool(names & {"edges", "pageInfo"}),
            total="totalCount" in names,
            facets=[part for part, name in parts if name == "facets"],
        )

    async def run(self, fetch: Fetch, rows: list[Row]) -> Onward:
        """Fills the slots of all rows; each part of all pages is one command."""
        declaration = self.field.declaration
        assert isinstance(declaration, Connected)
        given, filters = fetch.arguments_of(self.field), fetch.filters[declaration.collection]
        ask = partial(self._pages, fetch, declaration, rows)
        matched = _has_matches if self.documents or self.total else None
        pages = await ask_with_survivors(given, filters, fetch.operation, ask, matched)
        return [(self.below, pages)] if self.below and pages else ()

    async def _pages(
        self, fetch: Fetch, declaration: Connected, rows: list[Row], arguments: Arguments
    ) -> list[Row]:
        """Fills the slots; returns the pages that were read."""
        operation = fetch.operation
        collection = operation.collections[declaration.collection]
        filters = fetch.filters[collection.name]
        request = await request_for(declaration, collection, filters, arguments, operation)
        parents = [None] if request.via is None else list({row["_id"]: None for row in rows})
        page = Page(request, operation)
        wanted: list[Awaitable[Any]] = []
        if self.documents:
            wanted.append(self._documents(page, parents))
        if self.total:
            wanted.append(page.totals(parents))
        wanted += [self._facets(fetch, part, page, parents) for part in self.facets]
        found = iter(await gather_all([fetch.or_error(part) for part in wanted]))
        documents: Any = next(found) if self.documents else {}
        totals: Any = next(found) if self.total else {}
        facets = list(zip(self.facets, found, strict=True))
        read = not isinstance(documents, Exception)
        by_parent: dict[Any, Row] = {}
        for parent in parents:
            page_of = documents.get(parent, ([], False)) if read else documents
            row = by_parent[parent] = self._row(request, page_of)
            row["totalCount"] = totals if isinstance(totals, Exception) else totals.get(parent, 0)
            for part, values in facets:
                row[slot_of(part)] = values if isinstance(values, Exception) else values[parent]
        for row in rows:
            row[self.slot] = by_parent[None if request.via is None else row["_id"]]
        return list(by_parent.values()) if read or facets else []

    async def _documents(
        self, page: Page, parents: Sequence[Any]
    ) -> Mapping[Any, tuple[list[Row], bool]]:
        ordered = {path for path, _ in page.request.order} if self.cursors else set()
        fields = fields_of(page.request.collection, self.needs | ordered)
        return await page.documents_of(parents, fields)

    async def _facets(
        self, fetch: Fetch, part: Field, page: Page, parents: Sequence[Any]
    ) -> Mapping[Any, list[Row]]:
        # An error in its arguments is an error of this facet alone.
        return await page.facets_of(parents, fetch.arguments_of(part))

    def _row(self, request: PageRequest, found: tuple[list[Row], bool] | Exception) -> Row:
        if isinstance(found, Exception):
            return dict.fromkeys(("nodes", "edges", "pageInfo"), found)
        documents, more = found
        row: Row = {"nodes": documents}
        if self.cursors:
            row["edges"] = request.edges(documents)
            row["pageInfo"] = request.page_info(documents, more)
        return row

    def describe(self) -> str:
        """What the step does, in words for people."""
        declaration = self.field.declaration
        assert isinstance(declaration, Connected)
        by = f" by {declaration.via.path}" if declaration.via is not None else ""
        return f"page of {declaration.collection}{by}: {', '.join(self._parts())}"

    def _parts(self) -> Iterator[str]:
        if self.documents:
            yield f"documents, reading {' '.join(sorted(self.needs)) or '_id'}"
        if self.total:
            yield "how many there are"
        if self.facets:
            yield "counts by facet"


def _has_matches(pages: Sequence[Row]) -> bool:
    """Whether the pages show that the list is not empty."""
    totals = (page["totalCount"] for page in pages)
    return any(page["nodes"] for page in pages) or any(isinstance(n, int) and n for n in totals)
