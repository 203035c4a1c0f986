"""Asks the store about all documents that a filter chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.fields import Arguments, Summed
from engine.lists.merged_keys import ask_with_survivors
from engine.lists.page_request import query_among
from engine.plan.fetch import Fetch, Fill, Onward, PlanBelow, Route, plan_value
from engine.plan.selection import Field, paths_below
from engine.rows import Row


@dataclass(slots=True, eq=False)
class Sum(Fill):
    """Asks the question of a `Summed`, once for all rows. `needs` are the paths read of it."""

    needs: frozenset[str] = frozenset()

    @classmethod
    def plan(cls, selected: Field, route: Route, plan_below: PlanBelow) -> Sum:
        """The step for a field. Raises NotPlanned."""
        return cls(selected, route, plan_value(selected, plan_below), paths_below(selected))

    async def run(self, fetch: Fetch, rows: list[Row]) -> Onward:
        """Fills the slots of all rows with the same answer."""
        declaration = self.field.declaration
        assert isinstance(declaration, Summed)
        operation = fetch.operation
        collection = operation.collections[declaration.collection]
        filters = fetch.filters[collection.name]

        async def ask(arguments: Arguments) -> Any:
            query = await query_among(collection, filters, arguments, operation)
            return await declaration.ask(operation, query, arguments, self.needs)

        given = fetch.arguments_of(self.field)
        found = await ask_with_survivors(given, filters, operation, ask, declaration.matched)
        return self.fill(rows, [found] * len(rows))

    def describe(self) -> str:
        """What the step does, in words for people."""
        read = " ".join(sorted(self.needs)) or "_id"
        return f"one question about all that the filter chooses, reading {read}"
