"""Carries out commands, one after the other, each with all that is selected of its payload."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from engine.fields import Commanded
from engine.plan.fetch import Fetch, Fill, Onward, PlanBelow, Route, plan_value
from engine.plan.selection import Field
from engine.rows import Row
from store.mongodb.driver import Session
from store.viewers import Role, Viewer
from store.writes.commands import NotAllowed

logger = logging.getLogger("followthrough.commands")


@dataclass(slots=True, eq=False)
class Command(Fill):
    """Carries out a `Commanded`. Its payload is fetched before the next command begins."""

    @classmethod
    def plan(cls, selected: Field, route: Route, plan_below: PlanBelow) -> Command:
        """The step for a field. Raises NotPlanned."""
        return cls(selected, route, plan_value(selected, plan_below))

    @classmethod
    def start(cls, fetch: Fetch, work: Sequence[tuple[Any, list[Row]]]) -> list[Awaitable[Onward]]:
        """One answer for all: a mutation's fields are run in their order."""
        return [_run_in_order(fetch, work)]

    async def run(self, fetch: Fetch, rows: list[Row]) -> Onward:
        """Carries out the command. Nothing goes on to another level: its payload is fetched."""
        declaration = self.field.declaration
        assert isinstance(declaration, Commanded)
        operation = fetch.operation
        name = self.field.place.rpartition(".")[2]
        if operation.viewer.role < declaration.role:
            message = f"{name} needs the role {declaration.role.name}"
            raise _refuse_viewer(name, operation.viewer, declaration.role, message)
        if operation.desk is None:
            raise GraphQLError("nothing is written here", extensions={"code": "FORBIDDEN"})
        given = fetch.arguments_of(self.field)["input"]
        reader, failed = operation.reader, len(fetch.errors)

        async def finish(row: Row, session: Session | None) -> None:
            # A transaction may be tried again, and what it saw before was never so.
            del fetch.errors[failed:]
            fetch.read.clear()
            operation.forget_loaded()
            operation.reader = reader if session is None else reader.within(session)
            try:
                await fetch.complete(self.below, [row])
            finally:
                operation.reader = reader
                fetch.read.clear()
                operation.forget_loaded()

        try:
            row = await declaration.carry_out(operation, given, finish)
        except NotAllowed as refusal:
            raise _refuse_viewer(name, operation.viewer, refusal.role, str(refusal)) from None
        for root in rows:
            root[self.slot] = row
        return ()

    def describe(self) -> str:
        """What the step does, in words for people."""
        return "a command, in a transaction of its own"


async def _run_in_order(fetch: Fetch, work: Sequence[tuple[Command, list[Row]]]) -> Onward:
    for step, rows in work:
        await step.run_or_fail(fetch, rows)
    return ()


def _refuse_viewer(name: str, viewer: Viewer, role: Role, message: str) -> GraphQLError:
    """The error for a viewer whose role is too low, which is logged."""
    who = "nobody is signed in" if viewer.name is None else f"{viewer.name!r} is {viewer.role.name}"
    logger.warning("%s refused: %s", name, who)
    code = "UNAUTHENTICATED" if viewer.name is None else "FORBIDDEN"
    return GraphQLError(message, extensions={"code": code, "role": role.name})
