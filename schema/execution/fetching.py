"""Stage three, fetch: runs a plan's ops level by level, each for all rows at once.

All commands of a level are sent before any is awaited. Links of a level to one collection are
one command, whichever fields they come from. What is fetched is put into the rows, or kept by
key for the assembly. What goes wrong takes the place of what was to be fetched, and nothing
else: the others go on.
"""

from asyncio import sleep
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar

from schema.execution import identity
from schema.execution.awaiting import all_at_once
from schema.execution.collecting import Field
from schema.execution.declarations import (
    Arguments,
    Asked,
    Chosen,
    Collection,
    Computed,
    Connected,
    Link,
    Looked,
    Row,
    Summed,
    getter,
)
from schema.execution.filters import Filters
from schema.execution.merges import settled
from schema.execution.operation import Operation
from schema.execution.pages import Page, PageRequest, query_among, request_for
from schema.execution.planning import (
    Ask,
    Compute,
    Connect,
    Fill,
    Follow,
    Op,
    Step,
    Sum,
    projection,
    slot_of,
)

_T = TypeVar("_T")

At: TypeAlias = tuple[str, str]
"""Collection and key."""

Found: TypeAlias = Row | Exception
"""What a link leads to, or why that could not be read."""

Links: TypeAlias = dict[Hashable, Found] | Exception
"""What is found by what links to it, or why there is nothing."""

Given: TypeAlias = Arguments | Exception
"""A field's arguments, or what is wrong with them."""

Frontier: TypeAlias = list[tuple[Sequence[Op], list[Row]]]

MOST_AT_ONCE = 200
"""Rows for which something is worked out before others get their turn: some ten milliseconds."""

_ALWAYS = ("_id", "mergedInto")


class Fetch:
    """One run of a plan. `arguments` holds the coerced arguments by field id.

    `linked` is what the assembly needs beside the rows: by field id, rows by what links to them.
    `errors` are those that stand in places of rows and values, and of arguments.
    """

    def __init__(
        self,
        operation: Operation,
        filters: Mapping[str, Filters],
        arguments: Mapping[int, Given],
    ) -> None:
        self._operation = operation
        self._filters = filters
        self.arguments = arguments
        self.errors: list[Exception] = [
            given for given in arguments.values() if isinstance(given, Exception)
        ]
        self.linked: dict[int, Links] = {}
        self._read: dict[str, list[tuple[frozenset[str], Mapping[str, Row]]]] = defaultdict(list)

    async def run(self, ops: Sequence[Op]) -> Row:
        """Fetches everything, and returns the root row."""
        root: Row = {}
        await self.complete(ops, [root])
        return root

    async def complete(self, ops: Sequence[Op], rows: list[Row]) -> None:
        """Fetches what is to be done for rows that are at hand."""
        frontier: Frontier = [(ops, rows)]
        while frontier:
            pending = await self._computed(frontier)
            frontier = []
            await self._level(pending, frontier)

    async def _computed(self, frontier: Frontier) -> list[tuple[Op, list[Row]]]:
        """The ops that need the store, each with its rows; computed objects are worked out, with
        pauses in which others are answered.
        """
        pending = []
        since_pause = 0
        worklist = list(frontier)
        while worklist:
            ops, rows = worklist.pop()
            for op in ops:
                reached = _reached(rows, op.steps)
                if not reached:
                    continue
                if isinstance(op, Compute):
                    since_pause += len(reached)
                    if since_pause > MOST_AT_ONCE:
                        since_pause = len(reached)
                        await sleep(0)
                    worklist.append((op.below, self._compute(op, reached)))
                else:
                    pending.append((op, reached))
        return pending

    def _compute(self, op: Compute, rows: list[Row]) -> list[Row]:
        declaration = op.field.declaration
        assert isinstance(declaration, Computed)
        try:
            given = self._given(op.field)
            return _filled(op, rows, declaration.function(rows, given, self._operation))
        except Exception as error:
            if len(rows) == 1:
                self._fail(op, rows, error)
                return []
        # One of them is at fault, and the others have their values.
        return [row for one in rows for row in self._compute(op, [one])]

    def _given(self, selected: Field) -> Arguments:
        given = self.arguments[selected.id]
        if isinstance(given, Exception):
            raise given
        return given

    def _fail(self, op: Fill, rows: Iterable[Row], error: Exception) -> None:
        """Puts the error in the place of what was to be fetched."""
        self.errors.append(error)
        for row in rows:
            row[op.slot] = error

    async def _unless_failed(self, op: Fill, rows: list[Row], filling: Awaitable[None]) -> None:
        try:
            await filling
        except Exception as error:
            self._fail(op, rows, error)

    async def _or_error(self, asking: Awaitable[_T]) -> _T | Exception:
        try:
            return await asking
        except Exception as error:
            self.errors.append(error)
            return error

    async def _level(self, pending: list[tuple[Op, list[Row]]], onward: Frontier) -> None:
        follows = [(op, rows) for op, rows in pending if isinstance(op, Follow)]
        commands: list[Awaitable[None]] = []
        for op, rows in pending:
            if isinstance(op, Ask):
                filling = self._ask(op, rows, onward)
            elif isinstance(op, Sum):
                filling = self._sum(op, rows, onward)
            elif isinstance(op, Connect):
                filling = self._connect(op, rows, onward)
            else:
                continue
            commands.append(self._unless_failed(op, rows, filling))
        if follows:
            commands.append(self._follow(follows, onward))
        await all_at_once(commands)

    # --- Links -----------------------------------------------------------------------------------

    async def _follow(self, follows: list[tuple[Follow, list[Row]]], onward: Frontier) -> None:
        """Fetches the links of all fields, merged by collection, and hands their rows on."""
        wanted: dict[str, set[str]] = defaultdict(set)
        needs: dict[str, set[str]] = defaultdict(set)
        wants: list[tuple[Follow, dict[Hashable, At]]] = []
        for op, rows in follows:
            try:
                wants.append((op, self._wanted(op, rows)))
            except Exception as error:
                self.errors.append(error)
                self.linked[op.field.id] = error
        for op, links in wants:
            for collection, key in links.values():
                wanted[collection].add(key)
            for collection in {collection for collection, _ in links.values()}:
                needs[collection].update(*op.needs.values())
        found = await self._documents(wanted, needs)
        for op, links in wants:
            linked = {link: found[at] for link, at in links.items() if at in found}
            self.linked[op.field.id] = linked
            rows = [row for row in linked.values() if not isinstance(row, Exception)]
            for type_name, ops in op.below.items():
                if ops:
                    of_type = [row for row in rows if row["__typename"] == type_name]
                    if of_type:
                        onward.append((ops, of_type))

    def _wanted(self, op: Follow, rows: list[Row]) -> dict[Hashable, At]:
        """What the rows link to: by what the assembly will look it up with."""
        match op.field.declaration:
            case Looked() as looked:
                return self._looked(op, looked, rows)
            case Chosen() as chosen:
                return self._chosen(op, chosen, rows)
            case Link(path, None, discriminator, many):
                assert discriminator is not None and not many
                nouns, keys = map(getter(discriminator), rows), map(getter(path), rows)
                pairs = zip(nouns, keys, strict=True)
                return {pair: pair for pair in pairs if None not in pair}
            case Link(path, collection, _, many):
                assert collection is not None
                found = map(getter(path), rows)
                if many:
                    return {key: (collection, key) for keys in found for key in keys or ()}
                return {key: (collection, key) for key in found if key is not None}
        raise TypeError(op.field.place)

    def _chosen(self, op: Follow, chosen: Chosen, rows: list[Row]) -> dict[Hashable, At]:
        given, slot = self._given(op.field), slot_of(op.field)
        for row in rows:
            row[slot] = chosen.key_in(row, given)
        keys = (row[slot] for row in rows)
        return {key: (chosen.collection, key) for key in keys if key is not None}

    def _looked(self, op: Follow, looked: Looked, rows: list[Row]) -> dict[Hashable, At]:
        given = self._given(op.field)[looked.argument]
        known = self._operation.collections
        found: list[At]
        if looked.many:
            found = identity.all_wanted(looked, given, known)
        else:
            found = [identity.wanted(looked, given, known)]
        for row in rows:
            row[slot_of(op.field)] = found if looked.many else found[0]
        return {at: at for at in found}

    async def _documents(
        self, wanted: Mapping[str, set[str]], needs: Mapping[str, set[str]]
    ) -> dict[At, Found]:
        """The documents wanted; those that an earlier level read as fully are not read again."""
        found: dict[At, Found] = {}
        missing: dict[str, set[str]] = {}
        for name, keys in wanted.items():
            if name in self._read:
                known = {key: row for key in keys if (row := self._known(name, key, needs[name]))}
                found |= {(name, key): row for key, row in known.items()}
                keys = keys - known.keys()
            if keys:
                missing[name] = keys
        answers = await all_at_once(
            [
                self._or_error(self._of_collection(name, keys, needs[name]))
                for name, keys in missing.items()
            ]
        )
        for name, documents in zip(missing, answers, strict=True):
            if isinstance(documents, Exception):
                found |= {(name, key): documents for key in missing[name]}
                continue
            self._keep(name, documents, needs[name])
            found |= {(name, key): document for key, document in documents.items()}
        return found

    def _known(self, name: str, key: str, needs: set[str]) -> Row | None:
        for read, documents in self._read[name]:
            if needs <= read and key in documents:
                return documents[key]
        return None

    def _keep(self, name: str, documents: Mapping[str, Row], needs: Iterable[str]) -> None:
        self._read[name].append((frozenset(needs), documents))

    async def _of_collection(
        self, name: str, keys: set[str], needs: Iterable[str]
    ) -> Mapping[str, Row]:
        collection = self._operation.collections[name]
        fields = fields_of(collection, needs)
        found = await self._operation.reader.documents(name, list(keys), fields)
        collection.mark(found.values())
        merged = {key: d["mergedInto"] for key, d in found.items() if d.get("mergedInto")}
        if not merged:
            return found
        survivors = await self._operation.reader.documents(name, [*merged.values()], fields)
        collection.mark(survivors.values())
        for key, into in merged.items():
            survivor = survivors.get(into)
            if survivor is None:
                del found[key]
            else:
                found[key] = {**survivor, "redirectedFrom": key}
        return found

    # --- Pages -----------------------------------------------------------------------------------

    async def _connect(self, op: Connect, rows: list[Row], onward: Frontier) -> None:
        declaration = op.field.declaration
        assert isinstance(declaration, Connected)
        given, asking = self._given(op.field), partial(self._pages, op, declaration, rows)
        matched = _matched if op.documents or op.total else None
        pages = await self._with_survivors(declaration.collection, given, asking, matched)
        if op.below and pages:
            onward.append((op.below, pages))

    async def _with_survivors(
        self,
        name: str,
        given: Arguments,
        asking: Callable[[Arguments], Awaitable[_T]],
        matched: Callable[[_T], bool] | None = None,
    ) -> _T:
        """What is answered to arguments whose filter follows merges.

        Merged keys are rare, so it is asked as if there were none. That there is none is looked up
        meanwhile, unless the answer itself can show it: `matched` says whether anything matched.
        """
        filters, filter_ = self._filters[name], given.get("filter") or {}
        if not any(filters.named(filter_)):
            return await asking(given)
        if matched is not None and filters.lived_by_match(filter_):
            answer = await asking(given)
            if matched(answer):
                return answer
            arguments = await settled(given, filters, self._operation)
        else:
            answer, arguments = await all_at_once(
                [asking(given), settled(given, filters, self._operation)]
            )
        return answer if arguments is given else await asking(arguments)

    async def _pages(
        self, op: Connect, declaration: Connected, rows: list[Row], arguments: Arguments
    ) -> list[Row]:
        """Fills the slots; returns the pages that were read."""
        collection = self._operation.collections[declaration.collection]
        filters = self._filters[collection.name]
        request = await request_for(declaration, collection, filters, arguments, self._operation)
        parents = [None] if request.via is None else list({row["_id"]: None for row in rows})
        page = Page(request, self._operation)
        wanted: list[Awaitable[Any]] = []
        if op.documents:
            wanted.append(self._page_documents(op, page, parents))
        if op.total:
            wanted.append(page.totals(parents))
        wanted += [self._page_facets(part, page, parents) for part in op.facets]
        found = iter(await all_at_once([self._or_error(part) for part in wanted]))
        documents: Any = next(found) if op.documents else {}
        totals: Any = next(found) if op.total else {}
        facets = list(zip(op.facets, found, strict=True))
        read = not isinstance(documents, Exception)
        by_parent: dict[Any, Row] = {}
        for parent in parents:
            page_of = documents.get(parent, ([], False)) if read else documents
            row = by_parent[parent] = self._page_row(op, request, page_of)
            row["totalCount"] = totals if isinstance(totals, Exception) else totals.get(parent, 0)
            for part, values in facets:
                row[slot_of(part)] = values if isinstance(values, Exception) else values[parent]
        for row in rows:
            row[op.slot] = by_parent[None if request.via is None else row["_id"]]
        return list(by_parent.values()) if read else []

    async def _page_documents(
        self, op: Connect, page: Page, parents: Sequence[Any]
    ) -> Mapping[Any, tuple[list[Row], bool]]:
        ordered = {path for path, _ in page.request.order} if op.cursors else set()
        fields = fields_of(page.request.collection, op.needs | ordered)
        return await page.documents_of(parents, fields)

    async def _page_facets(
        self, part: Field, page: Page, parents: Sequence[Any]
    ) -> Mapping[Any, list[Row]]:
        # What is wrong with its arguments is an error of this facet alone.
        return await page.facets_of(parents, self._given(part))

    def _page_row(
        self, op: Connect, request: PageRequest, found: tuple[list[Row], bool] | Exception
    ) -> Row:
        if isinstance(found, Exception):
            return dict.fromkeys(("nodes", "edges", "pageInfo"), found)
        documents, more = found
        row: Row = {"nodes": documents}
        if op.cursors:
            row["edges"] = request.edges(documents)
            row["pageInfo"] = request.page_info(documents, more)
        return row

    # --- Questions -------------------------------------------------------------------------------

    async def _ask(self, op: Ask, rows: list[Row], onward: Frontier) -> None:
        declaration = op.field.declaration
        assert isinstance(declaration, Asked)
        arguments = self._given(op.field)
        asking = {name: arguments.get(name) for name in declaration.matters}
        keys = list({row["_id"]: None for row in rows})
        found = await declaration.ask(self._operation, keys, asking, op.needs)
        values = (declaration.shape(row, found.get(row["_id"], []), arguments) for row in rows)
        below = _filled(op, rows, values)
        if op.below and below:
            onward.append((op.below, below))

    async def _sum(self, op: Sum, rows: list[Row], onward: Frontier) -> None:
        declaration = op.field.declaration
        assert isinstance(declaration, Summed)
        collection = self._operation.collections[declaration.collection]
        filters = self._filters[collection.name]

        async def asking(arguments: Arguments) -> Any:
            query = await query_among(collection, filters, arguments, self._operation)
            return await declaration.ask(self._operation, query, arguments, op.needs)

        given = self._given(op.field)
        found = await self._with_survivors(collection.name, given, asking, declaration.matched)
        below = _filled(op, rows, [found] * len(rows))
        if op.below and below:
            onward.append((op.below, below))


def fields_of(collection: Collection, needs: Iterable[str]) -> Mapping[str, int]:
    """What is read of a collection's documents, in MongoDB's form, to know these paths."""
    always = (*_ALWAYS, collection.discriminator) if collection.discriminator else _ALWAYS
    return projection(frozenset((*needs, *always)))


def _matched(pages: Sequence[Row]) -> bool:
    """Whether a list is known not to be empty, by what was read of its pages."""
    totals = (page["totalCount"] for page in pages)
    return any(page["nodes"] for page in pages) or any(isinstance(n, int) and n for n in totals)


def _filled(op: Fill, rows: Iterable[Row], values: Iterable[Any]) -> list[Row]:
    """Puts each row's value into its slot; returns the values that are rows."""
    below: list[Row] = []
    for row, value in zip(rows, values, strict=True):
        row[op.slot] = value
        if isinstance(value, list):
            below += value
        elif value is not None:
            below.append(value)
    return below


def _reached(rows: list[Row], steps: Sequence[Step]) -> list[Row]:
    """The rows that steps lead to, from all rows."""
    for step in steps:
        values = map(getter(step.path), rows)
        if step.many:
            found = [item for value in values if value is not None for item in value]
        else:
            found = [value for value in values if value is not None]
        if step.type_name is not None:
            found = [row for row in found if row["__typename"] == step.type_name]
        rows = found
    return rows
