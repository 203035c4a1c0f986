"""Gives the event of an operation to the field that tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.plan.fetch import Fetch, Immediate, Onward, PlanBelow, Route, plan_value
from engine.plan.selection import Field
from engine.rows import Row


@dataclass(slots=True, eq=False)
class Tell(Immediate):
    """Fills the slot of a `Told` with the operation's event, which was read from the log."""

    @classmethod
    def plan(cls, selected: Field, route: Route, plan_below: PlanBelow) -> Tell:
        """The step for a field. Raises NotPlanned."""
        return cls(selected, route, plan_value(selected, plan_below))

    def work_out(self, fetch: Fetch, rows: list[Row]) -> Onward:
        """Fills the slot of the root."""
        return self.fill(rows, [fetch.operation.event])

    def describe(self) -> str:
        """What the step does, in words for people."""
        return "an event, from the log"
