"""Asks the store one question for all rows."""

from __future__ import annotations

from dataclasses import dataclass

from engine.fields import Asked
from engine.plan.fetch import Fetch, Fill, Onward, PlanBelow, Route, plan_value
from engine.plan.selection import Field, paths_below
from engine.rows import Row


@dataclass(slots=True, eq=False)
class Ask(Fill):
    """Asks the question of an `Asked` for every row. `needs` are the paths read of its answers."""

    needs: frozenset[str] = frozenset()

    @classmethod
    def plan(cls, selected: Field, route: Route, plan_below: PlanBelow) -> Ask:
        """The step for a field. Raises NotPlanned."""
        return cls(selected, route, plan_value(selected, plan_below), paths_below(selected))

    async def run(self, fetch: Fetch, rows: list[Row]) -> Onward:
        """Fills the slots of all rows, with one command."""
        declaration = self.field.declaration
        assert isinstance(declaration, Asked)
        arguments = fetch.arguments_of(self.field)
        asking = {name: arguments.get(name) for name in declaration.matters}
        keys = list({row["_id"]: None for row in rows})
        found = await declaration.ask(fetch.operation, keys, asking, self.needs)
        shape = declaration.shape
        return self.fill(rows, (shape(row, found.get(row["_id"], []), arguments) for row in rows))

    def describe(self) -> str:
        """What the step does, in words for people."""
        return f"one question to the store, reading {' '.join(sorted(self.needs)) or '_id'}"
