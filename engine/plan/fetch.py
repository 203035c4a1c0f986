"""Stage three, fetch: runs the steps of a plan level by level, each step for all its rows at once.

All commands of a level are sent before any is awaited. What is fetched is put into the rows, or
kept by what links to it for the assembly. An error takes the place of what was to be fetched, and
nothing else: the others go on.
"""

from __future__ import annotations

from asyncio import sleep
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeAlias, TypeVar

from engine.context import Operation
from engine.fields import Arguments
from engine.lists.filters import Filters
from engine.plan.selection import Field, NotPlanned, Selection
from engine.rows import Path, Row, getter
from store.gather import gather_all

_T = TypeVar("_T")

Found: TypeAlias = Row | Exception
"""A linked document, or the error that it could not be read for."""

Links: TypeAlias = dict[Hashable, Found] | Exception
"""Linked documents by link, or the error for all of them."""

Given: TypeAlias = Arguments | Exception
"""A field's coerced arguments, or the error in them."""


MOST_AT_ONCE = 200
"""Rows that are worked on before other tasks get their turn: about ten milliseconds."""


class Hop(NamedTuple):
    """A step from a row to the row or rows at a path; with a type name, only to those
    of that type.
    """

    path: Path
    type_name: str | None = None


Route: TypeAlias = tuple[Hop, ...]
"""How the rows of a step are reached from those of the step above it."""


@dataclass(slots=True, eq=False)
class Step:
    """Something to fetch or work out for a field, for all rows that `route` leads to."""

    field: Field
    route: Route

    @classmethod
    def plan(cls, selected: Field, route: Route, plan_below: PlanBelow) -> Step:
        """The step for a field. Raises NotPlanned."""
        raise NotImplementedError

    @classmethod
    def start(cls, fetch: Fetch, work: Sequence[tuple[Any, list[Row]]]) -> list[Awaitable[Onward]]:
        """Starts all steps of this kind on a level; `work` has each with its rows. What it returns
        gives the next level's steps with their rows.
        """
        raise NotImplementedError

    def describe(self) -> str:
        """What the step does, in words for people."""
        raise NotImplementedError

    def steps_below(self) -> Iterator[Sequence[Step]]:
        """The steps for the rows that it fetches."""
        raise NotImplementedError


PlanBelow: TypeAlias = Callable[[Selection], Sequence[Step]]

Onward: TypeAlias = Sequence[tuple[Sequence[Step], list[Row]]]
"""Steps of the next level, each group with the rows to run them for."""


@dataclass(slots=True, eq=False)
class Fill(Step):
    """Puts a value into the slot of each row; `below` are the steps for values that are rows."""

    below: Sequence[Step] = ()

    @property
    def slot(self) -> str:
        """The member of a row that takes the value. No stored member begins with `~`."""
        return slot_of(self.field)

    @classmethod
    def start(cls, fetch: Fetch, work: Sequence[tuple[Any, list[Row]]]) -> list[Awaitable[Onward]]:
        """One answer for each step; a step that fails puts the error into its slots."""
        return [step.run_or_fail(fetch, rows) for step, rows in work]

    async def run_or_fail(self, fetch: Fetch, rows: list[Row]) -> Onward:
        """Runs the step; if it fails, puts the error into the slots."""
        try:
            return await self.run(fetch, rows)
        except Exception as error:
            self.fail(fetch, rows, error)
            return ()

    async def run(self, fetch: Fetch, rows: list[Row]) -> Onward:
        """Fills the slots of all rows."""
        raise NotImplementedError

    def fail(self, fetch: Fetch, rows: Iterable[Row], error: Exception) -> None:
        """Puts the error into the slot of each row."""
        fetch.errors.append(error)
        for row in rows:
            row[self.slot] = error

    def fill(self, rows: Iterable[Row], values: Iterable[Any]) -> Onward:
        """Puts each row's value into its slot; the steps below go on with values that are rows."""
        onward: list[Row] = []
        for row, value in zip(rows, values, strict=True):
            row[self.slot] = value
            if isinstance(value, list):
                onward += value
            elif value is not None:
                onward.append(value)
        return [(self.below, onward)] if self.below and onward else ()

    def steps_below(self) -> Iterator[Sequence[Step]]:
        """Those for the values."""
        yield self.below


@dataclass(slots=True, eq=False)
class Immediate(Fill):
    """A step that needs nothing of the store, so that its rows belong to the same level."""

    def work_out(self, fetch: Fetch, rows: list[Row]) -> Onward:
        """Fills the slots of all rows."""
        raise NotImplementedError


class Fetch:
    """One run of a plan. `arguments` holds the coerced arguments by field id.

    `linked` has, by field id, the linked documents by link, for the assembly. `has_notices` says
    that notices of retracted records may be among what was read. `errors` has all
    errors that stand in place of rows, values or arguments. `read` has the documents that earlier
    levels read, by collection, with the paths that were read of them.
    """

    def __init__(
        self,
        operation: Operation,
        filters: Mapping[str, Filters],
        arguments: Mapping[int, Given],
    ) -> None:
        self.operation = operation
        self.filters = filters
        self.arguments = arguments
        self.errors = [given for given in arguments.values() if isinstance(given, Exception)]
        self.linked: dict[int, Links] = {}
        self.has_notices = False
        self.read: dict[str, list[tuple[frozenset[str], Mapping[str, Row]]]] = defaultdict(list)

    async def run(self, steps: Sequence[Step]) -> Row:
        """Fetches everything, and returns the root row."""
        root: Row = {}
        await self.complete(steps, [root])
        return root

    async def complete(self, steps: Sequence[Step], rows: list[Row]) -> None:
        """Runs the steps, and those below them, for rows that were fetched already."""
        level: Onward = [(steps, rows)]
        while level:
            by_kind = await self._gather_work(level)
            started = [
                answer for kind, work in by_kind.items() for answer in kind.start(self, work)
            ]
            level = [part for onward in await gather_all(started) for part in onward]

    async def _gather_work(
        self, level: Onward
    ) -> Mapping[type[Step], list[tuple[Step, list[Row]]]]:
        """The steps of a level that need the store, each with its rows, by kind.

        Immediate steps are run at once, because the steps for their values belong to this level,
        with pauses in which other tasks get their turn.
        """
        since_pause = 0
        found = defaultdict[type[Step], list[tuple[Step, list[Row]]]](list)
        waiting = list(level)
        while waiting:
            steps, rows = waiting.pop()
            for step in steps:
                reached = reach(rows, step.route)
                if not reached:
                    continue
                if isinstance(step, Immediate):
                    since_pause += len(reached)
                    if since_pause > MOST_AT_ONCE:
                        since_pause = len(reached)
                        await sleep(0)
                    waiting += step.work_out(self, reached)
                else:
                    found[type(step)].append((step, reached))
        return found

    def arguments_of(self, selected: Field) -> Arguments:
        """The arguments of a field. Raises the error in them."""
        given = self.arguments[selected.id]
        if isinstance(given, Exception):
            raise given
        return given

    async def or_error(self, asking: Awaitable[_T]) -> _T | Exception:
        """The answer, or the error in its place."""
        try:
            return await asking
        except Exception as error:
            self.errors.append(error)
            return error


def slot_of(selected: Field) -> str:
    """The member of a row that takes what is fetched or worked out for a field."""
    return f"~{selected.id}"


def reach(rows: list[Row], route: Route) -> list[Row]:
    """The rows that a route leads to, from all rows."""
    for path, type_name in route:
        # What could not be read leads nowhere: the facets of a page, or its documents.
        values = map(getter(path), rows)
        found = [v for v in values if v is not None and not isinstance(v, Exception)]
        if found and isinstance(found[0], list):
            found = list(chain.from_iterable(found))
        if type_name is not None:
            found = [row for row in found if row["__typename"] == type_name]
        rows = found
    return rows


def plan_value(selected: Field, plan_below: PlanBelow) -> Sequence[Step]:
    """The steps for a field's values, which are rows. Raises NotPlanned."""
    if selected.abstract:
        raise NotPlanned(f"{selected.place} is worked out and abstract")
    (selection,) = selected.selections.values()
    return plan_below(selection)
