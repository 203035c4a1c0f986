"""Facets: how the documents that match a connection's filter divide over its dimensions."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, TypeAlias

from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import Arguments
from engine.lists.facet_selection import Choice, Splitter, flatten_and
from engine.lists.page_request import PageRequest
from engine.rows import Row, value_at
from store.gather import gather_all
from store.reads.aggregates import Count, Values
from store.records.concepts import key_of
from store.records.dimensions import Counting, Nesting

MOST_VALUES = 1_000

_TOGETHER = (Counting.TOGETHER, Counting.BY_DAY)

Found: TypeAlias = Mapping[tuple[Any, str], Values]
"""Counts, by parent (None for no parent) and name of the facet."""


class Faceting:
    """Counts the facets of one connection, for any number of parents, with few commands.

    A facet is read from the counters in the store if the filter has nothing but a choice in its
    dimension: those with few values together, each other one by itself. All others are counted in
    one command.
    """

    def __init__(self, request: PageRequest, arguments: Arguments, operation: Operation) -> None:
        self._request = request
        self._operation = operation
        self._names = tuple(dict.fromkeys(str(name) for name in arguments["by"]))
        self._first: int = arguments["first"]
        if not 0 <= self._first <= MOST_VALUES:
            raise BadUserInput("first", f"from 0 to {MOST_VALUES} values of each")
        self._day = arguments.get("asOf") or self._day_of(request.given) or operation.today
        self._left: dict[str, Mapping[str, Any]] = {}
        self._choices: dict[str, Choice] = {}
        for name in self._names:
            dimension, dated = request.collection.facets[name], request.collection.day
            splitter = Splitter(dimension, self._day, operation.today, dated)
            self._left[name], self._choices[name] = splitter.split(request.given)

    async def count(self, parents: Sequence[Any]) -> Mapping[Any, list[Row]]:
        """The facets of each parent, in the order of `by`."""
        facets = self._request.collection.facets
        kept = [name for name in self._names if self._is_kept(name)]
        together = [name for name in kept if facets[name].counting in _TOGETHER]
        alone = [name for name in kept if name not in together]
        others = [name for name in self._names if name not in kept]
        asked: list[Awaitable[Found]] = []
        if together:
            asked.append(self._read_counters(together))
        asked += [self._leading(name) for name in alone]
        if others:
            asked.append(self._count_in_store(others, parents))
        found = {at: values for part in await gather_all(asked) for at, values in part.items()}
        shown = {
            parent: [self._build_facet(name, found.get((parent, name), {})) for name in self._names]
            for parent in parents
        }
        await gather_all(
            [
                self._include(nesting, wide, [rows[i] for rows in shown.values()])
                for i, name in enumerate(self._names)
                if (nesting := facets[name].nesting) and (wide := self._choices[name].wide)
            ]
        )
        return shown

    async def _include(self, nesting: Nesting, wide: Sequence[str], rows: Sequence[Row]) -> None:
        """Marks the values that are chosen with a wider one."""
        values = [value for row in rows for value in row["values"]]
        distinct = dict.fromkeys(value["value"] for value in values)
        reader = self._operation.reader
        found = await reader.filter_within(nesting, [*distinct], wide) if distinct else ()
        for value in values:
            value["included"] = value["value"] in found

    # Counters are kept of whole collections, so that there is no parent.

    async def _read_counters(self, names: Sequence[str]) -> Found:
        aggregates, noun = self._operation.reader.aggregates, self._request.collection.name
        counted = await aggregates.load_counters(noun, names, self._day)
        return {(None, name): values for name, values in counted.by.items()}

    async def _leading(self, name: str) -> Found:
        aggregates, noun = self._operation.reader.aggregates, self._request.collection.name
        named = self._choices[name].named
        most = self._first + 1 + len(named)
        return {(None, name): await aggregates.find_leading_values(noun, name, most, named)}

    async def _count_in_store(self, names: Sequence[str], parents: Sequence[Any]) -> Found:
        request = self._request
        return await self._operation.reader.aggregates.count_facets(
            request.collection.name,
            request.via,
            parents,
            [await self._count_of(name) for name in names],
        )

    def _is_kept(self, name: str) -> bool:
        return self._request.whole and not self._left[name]

    async def _count_of(self, name: str) -> Count:
        choice = self._choices[name]
        return Count(
            name,
            await self._request.query_of(self._left[name], self._operation),
            self._request.collection.facets[name].expression_on(self._day),
            # All values that a range chooses are shown; there are only so many years.
            None if choice.ranges else self._first + 1,
            choice.named,
        )

    def _build_facet(self, name: str, counted: Values) -> Row:
        choice = self._choices[name]
        values = {**dict.fromkeys(choice.named, 0), **counted}
        ordered = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
        beyond = ordered[self._first :]
        shown = [*ordered[: self._first], *(pair for pair in beyond if pair[0] in choice)]
        nesting = self._request.collection.facets[name].nesting
        return {
            "facet": name,
            "values": [
                {
                    "value": value,
                    "count": n,
                    "selected": value in choice,
                    "included": False,
                    "party": value if nesting is Nesting.PARTY else None,
                    "concept": key_of(value) if nesting is Nesting.TOPIC else None,
                }
                for value, n in shown
            ],
            "cut": len(shown) < len(values),
        }

    def _day_of(self, given: Mapping[str, Any]) -> str | None:
        """The day that the filter asks for first."""
        days = (value_at(part, self._request.collection.day) for part in flatten_and(given))
        return next((day for day in days if isinstance(day, str)), None)
