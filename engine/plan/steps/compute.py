"""Works out values that have fields of their own, from what was read of each row."""

from __future__ import annotations

from dataclasses import dataclass

from engine.fields import Computed
from engine.plan.fetch import Fetch, Immediate, Onward, PlanBelow, Route, plan_value
from engine.plan.selection import Field
from engine.rows import Row


@dataclass(slots=True, eq=False)
class Compute(Immediate):
    """Calls the function of a `Computed` for all rows."""

    @classmethod
    def plan(cls, selected: Field, route: Route, plan_below: PlanBelow) -> Compute:
        """The step for a field. Raises NotPlanned."""
        return cls(selected, route, plan_value(selected, plan_below))

    def work_out(self, fetch: Fetch, rows: list[Row]) -> Onward:
        """Fills the slots. If one row fails, the others still get their values."""
        declaration = self.field.declaration
        assert isinstance(declaration, Computed)
        try:
            arguments = fetch.arguments_of(self.field)
            return self.fill(rows, declaration.function(rows, arguments, fetch.operation))
        except Exception as error:
            if len(rows) == 1:
                self.fail(fetch, rows, error)
                return ()
        return [part for row in rows for part in self.work_out(fetch, [row])]

    def describe(self) -> str:
        """What the step does, in words for people."""
        return "worked out of what was read"
