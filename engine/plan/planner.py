"""Stage two, plan: the steps that fetch a selection, for all its rows at once, and which fields of
which documents each of them reads.

A plan knows declarations, not documents: it is made once for a document and used for every
operation that selects the same.
"""

from collections.abc import Iterator, Sequence

from engine.plan.fetch import Hop, Route, Step
from engine.plan.selection import Selection
from engine.plan.steps import STEPS


def plan_selection(selection: Selection) -> Sequence[Step]:
    """The steps for the rows of a selection. Raises NotPlanned."""
    return list(plan_steps(selection, ()))


def plan_steps(selection: Selection, route: Route) -> Iterator[Step]:
    """The steps for the rows that a route leads to, those within these rows included."""
    for selected in selection.fields:
        declaration = selected.declaration
        if declaration is None:
            continue
        if declaration.within is not None:
            for type_name, below in selected.selections.items():
                hop = Hop(declaration.within, type_name if selected.abstract else None)
                yield from plan_steps(below, (*route, hop))
        elif declaration.step == "compute" and not selected.selections:
            continue  # the assembly works out leaves
        elif declaration.step is not None:
            yield STEPS[declaration.step].plan(selected, route, plan_selection)
