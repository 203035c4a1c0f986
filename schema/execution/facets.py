"""Facets: how what a connection's filter chooses divides over its dimensions."""

from asyncio import gather
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schema.execution.declarations import Arguments, Facet, Leading, Row, value_at
from schema.execution.errors import BadUserInput
from schema.execution.operation import Operation
from store.aggregates import Count, Values

if TYPE_CHECKING:
    from schema.execution.pages import PageRequest

MOST_VALUES = 1_000


def chosen(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The members of a filter that choose anything."""
    return {name: value for name, value in given.items() if value is not None}


class Faceting:
    """The facets of one connection, for any number of parents, from few commands at once.

    A facet that nothing else in the filter narrows is read from what the store keeps counted: all
    that have few values together, each other one by itself. The rest is counted in one command.
    """

    def __init__(self, request: "PageRequest", arguments: Arguments, operation: Operation) -> None:
        self._request = request
        self._operation = operation
        self._names = tuple(dict.fromkeys(str(name) for name in arguments["by"]))
        self._first: int = arguments["first"]
        if not 0 <= self._first <= MOST_VALUES:
            raise BadUserInput("first", f"from 0 to {MOST_VALUES} values of each")
        self._day = arguments.get("asOf") or self._day_of(request.given) or operation.today

    async def of(self, parents: Sequence[Any]) -> Mapping[Any, list[Row]]:
        """Each parent's counts, in the order asked for."""
        kept = [name for name in self._names if self._is_kept(name)]
        others = [name for name in self._names if name not in kept]
        by_name, leading, by_parent = await gather(
            self._kept([name for name in kept if self._facet(name).leading is None]),
            self._leading({name: ask for name in kept if (ask := self._facet(name).leading)}),
            self._counted(others, parents),
        )
        by_name = {**by_name, **leading}
        return {
            parent: [
                self._shown(name, by_name.get(name) or by_parent.get((parent, name), {}))
                for name in self._names
            ]
            for parent in parents
        }

    async def _kept(self, names: Sequence[str]) -> Mapping[str, Values]:
        if not names:
            return {}
        aggregates, noun = self._operation.reader.aggregates, self._request.collection.name
        return (await aggregates.counted(noun, names, self._day)).by

    async def _leading(self, asks: Mapping[str, Leading]) -> Mapping[str, Values]:
        aggregates = self._operation.reader.aggregates
        found = await gather(*(ask(aggregates, self._first + 1) for ask in asks.values()))
        return dict(zip(asks, found, strict=True))

    async def _counted(
        self, names: Sequence[str], parents: Sequence[Any]
    ) -> Mapping[tuple[Any, str], Values]:
        if not names:
            return {}
        request = self._request
        return await self._operation.reader.aggregates.facets(
            request.collection.name,
            request.via,
            parents,
            [await self._count_of(name) for name in names],
            self._first + 1,
        )

    def _is_kept(self, name: str) -> bool:
        facet = self._facet(name)
        if not (facet.counted or facet.leading) or not self._request.whole:
            return False
        left = dict(self._left(facet))
        if facet.dated and (day := self._request.collection.day):
            # Who stood in any way on the day that is counted is what is counted.
            member, within = day
            if left.get(member) == {within: self._day}:
                del left[member]
        return not left

    async def _count_of(self, name: str) -> Count:
        facet = self._facet(name)
        query = await self._request.query_of(self._left(facet), self._operation)
        return Count(name, query, facet.value(self._day))

    def _left(self, facet: Facet) -> Mapping[str, Any]:
        """The filter without what it chooses in the facet's own dimension."""
        left = dict(chosen(self._request.given))
        for path in facet.leaves_out:
            member, _, within = path.partition(".")
            if not within:
                left.pop(member, None)
            elif member in left:
                rest = {n: v for n, v in chosen(left.pop(member)).items() if n != within}
                if rest:
                    left[member] = rest
        return left

    def _shown(self, name: str, counted: Values) -> Row:
        values = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        is_chosen = self._choice(self._facet(name))
        return {
            "facet": name,
            "values": [
                {"value": value, "count": n, "selected": is_chosen(value)}
                for value, n in values[: self._first]
            ],
            "cut": len(values) > self._first,
        }

    def _choice(self, facet: Facet) -> Callable[[str], bool]:
        choices = [
            _choosing(value, facet.ranks)
            for path in facet.leaves_out
            if (value := value_at(self._request.given, path.split("."))) is not None
        ]
        return lambda value: any(chooses(value) for chooses in choices)

    def _day_of(self, given: Mapping[str, Any]) -> str | None:
        day = value_at(given, self._request.collection.day)
        return day if isinstance(day, str) else None

    def _facet(self, name: str) -> Facet:
        return self._request.collection.facets[name]


def _choosing(given: Any, ranks: Sequence[str]) -> Callable[[str], bool]:
    """Whether what a filter's member was given chooses a value of the facet."""
    if isinstance(given, Mapping):
        if "match" in given:
            # A range of days chooses the years that it reaches into.
            first, last = given.get("from") or "", given.get("to") or "9999"
            return lambda value: first[:4] <= value <= last[:4]
        parts = [_choosing(part, ()) for part in given.values() if part is not None]
        return lambda value: any(chooses(value) for chooses in parts)
    if isinstance(given, list):
        named = {str(value) for value in given}
        return lambda value: value in named
    if isinstance(given, bool):
        return lambda value: value == str(given).lower()
    least = str(given)
    return lambda value: value in ranks[ranks.index(least) :] if ranks else value == least
