"""Stage two, plan: the steps that fetch a selection, for all its rows at once, and which fields of
which documents each of them reads.

A plan knows declarations, not documents: it is made once for a document and used for every
operation that selects the same.
"""

from collections.abc import Iterator, Sequence

from engine.fields import Declaration, Paged
from engine.plan.fetch import Hop, Route, Step, slot_of
from engine.plan.selection import Field, Selection
from engine.plan.steps import STEPS
from engine.rows import Path


def plan_selection(selection: Selection) -> Sequence[Step]:
    """The steps for the rows of a selection. Raises NotPlanned."""
    return list(plan_steps(selection, ()))


def plan_steps(selection: Selection, route: Route) -> Iterator[Step]:
    """The steps for the rows that a route leads to, those within these rows included."""
    for selected in selection.fields:
        declaration = selected.declaration
        if declaration is None:
            continue
        within = _find_within(selected, declaration)
        if within is not None:
            for type_name, below in selected.selections.items():
                hop = Hop(within, type_name if selected.abstract else None)
                yield from plan_steps(below, (*route, hop))
        elif declaration.step == "compute" and not selected.selections:
            continue  # the assembly works out leaves
        elif declaration.step is not None:
            yield STEPS[declaration.step].plan(selected, route, plan_selection)


def _find_within(selected: Field, declaration: Declaration) -> Path | None:
    """The member of a row in which the rows of a field are; None if they are not in it."""
    if isinstance(declaration, Paged) and declaration.part == "facets":
        return (slot_of(selected),)  # A page may have them several times.
    return declaration.within
