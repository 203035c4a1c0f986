"""Stage two, plan: what must be fetched for a selection, for all its rows at once, and with
which fields of which documents.

A plan knows declarations, not documents: it is made once for a document and used for every
operation that selects the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from schema.execution.collecting import Field, NotPlanned, Selection
from schema.execution.declarations import (
    Asked,
    Chosen,
    Collection,
    Computed,
    Connected,
    Embedded,
    Link,
    Looked,
    Paged,
    Path,
    Stored,
    Summed,
)
from store.reader import outermost


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a row to rows within it; of an abstract type, only to those of a type."""

    path: Path
    many: bool
    type_name: str | None = None


Steps: TypeAlias = tuple[Step, ...]


@dataclass(slots=True, eq=False)
class Op:
    """Something to do for a field, for all rows that `steps` lead to."""

    field: Field
    steps: Steps


@dataclass(slots=True, eq=False)
class Fill(Op):
    """Puts a value into each row's slot; `below` is what is then to be done with those rows."""

    below: Sequence[Op] = ()

    @property
    def slot(self) -> str:
        """The member of a row that takes the value. No stored member begins with `~`."""
        return slot_of(self.field)


@dataclass(slots=True, eq=False)
class Compute(Fill):
    """Works out a computed object, which has fields of its own."""


@dataclass(slots=True, eq=False)
class Ask(Fill):
    """Asks the store a question for every row. `needs` are the paths wanted of its answers."""

    needs: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Sum(Fill):
    """Asks the store about all documents of a filter. `needs` are the paths wanted of it."""

    needs: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Connect(Fill):
    """Fetches a page per row: its documents, its total and its facets, as far as selected."""

    needs: frozenset[str] = frozenset()
    documents: bool = False
    cursors: bool = False
    total: bool = False
    facets: Sequence[Field] = ()


@dataclass(slots=True, eq=False)
class Follow(Op):
    """Fetches the documents that rows link to, or that arguments name.

    `needs` and `below` are by the type of the documents.
    """

    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    below: Mapping[str, Sequence[Op]] = field(default_factory=dict)


def slot_of(selected: Field) -> str:
    """The member of a row that takes what is fetched or worked out for a field."""
    return f"~{selected.id}"


def planned(selection: Selection, collections: Mapping[str, Collection]) -> Sequence[Op]:
    """What is to be done for the rows of a selection. Raises NotPlanned."""
    return list(_Planner(collections).ops(selection, ()))


class _Planner:
    def __init__(self, collections: Mapping[str, Collection]) -> None:
        self._collections = collections

    def ops(self, selection: Selection, steps: Steps) -> Iterator[Op]:
        for selected in selection.fields:
            match selected.declaration:
                case Embedded(path, many):
                    yield from self._within(selected, path, many, steps)
                case Paged("nodes" | "edges" as part):
                    yield from self._within(selected, (part,), True, steps)
                case Computed() if selected.selections:
                    yield Compute(selected, steps, self._below_slot(selected))
                case Asked():
                    yield Ask(selected, steps, self._below_slot(selected), _needs_below(selected))
                case Summed():
                    yield Sum(selected, steps, self._below_slot(selected), _needs_below(selected))
                case Connected():
                    yield self._connect(selected, steps)
                case Link() | Chosen() | Looked():
                    yield self._follow(selected, steps)

    def _within(self, selected: Field, path: Path, many: bool, steps: Steps) -> Iterator[Op]:
        for type_name, selection in selected.selections.items():
            step = Step(path, many, type_name if selected.abstract else None)
            yield from self.ops(selection, (*steps, step))

    def _below_slot(self, selected: Field) -> Sequence[Op]:
        """What is to be done with the rows in a slot; lists and single rows are reached alike."""
        if selected.abstract:
            raise NotPlanned(f"{selected.place} is worked out and abstract")
        (selection,) = selected.selections.values()
        return list(self.ops(selection, ()))

    def _follow(self, selected: Field, steps: Steps) -> Follow:
        return Follow(
            selected,
            steps,
            needs={name: needs_of(s) for name, s in selected.selections.items()},
            below={name: list(self.ops(s, ())) for name, s in selected.selections.items()},
        )

    def _connect(self, selected: Field, steps: Steps) -> Connect:
        (connection,) = selected.selections.values()
        parts = [
            (f, f.declaration.part) for f in connection.fields if isinstance(f.declaration, Paged)
        ]
        names = {part for _, part in parts}
        needs = frozenset[str]()
        for part, name in parts:
            if name == "nodes":
                needs |= _needs_below(part)
            elif name == "edges":
                (edge,) = part.selections.values()
                for member in edge.fields:
                    needs |= _needs_below(member)
        return Connect(
            selected,
            steps,
            list(self.ops(connection, ())),
            needs=needs,
            documents=bool(names & {"nodes", "edges", "pageInfo"}),
            cursors=bool(names & {"edges", "pageInfo"}),
            total="totalCount" in names,
            facets=[part for part, name in parts if name == "facets"],
        )


def _needs_below(selected: Field) -> frozenset[str]:
    needs = (needs_of(selection) for selection in selected.selections.values())
    return frozenset[str]().union(*needs)


def needs_of(selection: Selection) -> frozenset[str]:
    """The paths that a selection reads of a document, or of a part of one."""
    return frozenset(_paths(selection, ""))


def _paths(selection: Selection, prefix: str) -> Iterator[str]:
    for selected in selection.fields:
        match selected.declaration:
            case Stored(path):
                yield prefix + ".".join(path)
            case Embedded(path):
                at = prefix + ".".join(path)
                below = [p for s in selected.selections.values() for p in _paths(s, f"{at}.")]
                # With nothing but __typename below, whether the part is there still matters.
                yield from below or [at]
            case Link(path, _, discriminator):
                yield prefix + ".".join(path)
                if discriminator is not None:
                    yield prefix + ".".join(discriminator)
            case Chosen(path, needs=needs):
                yield prefix + ".".join(path)
                if any(node.arguments for node in selected.nodes):
                    yield from (prefix + path for path in needs)
            case Computed(_, needs):
                yield from (prefix + path for path in needs)
            case Connected() | Asked():
                yield f"{prefix}_id"


@lru_cache(maxsize=256)
def projection(needs: frozenset[str]) -> Mapping[str, int]:
    """The paths as MongoDB takes them: none inside another, because it refuses that.

    Few are kept, for clients may select in as many ways as they like.
    """
    return dict.fromkeys(outermost(needs), 1)
