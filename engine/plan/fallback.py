"""Lets graphql-core complete an operation from what its plan fetched.

Needed where the assembly cannot answer: for an error, for a null where none may be, for
introspection beside data. graphql-core then walks the fields, with its own messages and rules for
nulls. It takes each value, or the error in its place, from the fetched rows; a field that was not
fetched is run by its own resolver.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from graphql import FieldNode, GraphQLResolveInfo

from engine.context import Operation
from engine.fields import LINKS, Paged
from engine.fields import Links as LinkDeclaration
from engine.plan.fetch import Found, Links, slot_of
from engine.plan.selection import Field, Selection
from engine.rows import Row

MISSING: Final = object()
"""Stands for the value of a field that was not fetched."""

Getter: TypeAlias = Callable[[Row], Any]
Place: TypeAlias = tuple[str, Sequence[int]]
"""The type and the nodes of a selected field. Fields with the same place select the same below."""


@dataclass(slots=True, kw_only=True)
class Completion(Operation):
    """The context in which graphql-core completes what a plan fetched."""

    prefetched: "Prefetched"

    @classmethod
    def wrap(cls, operation: Operation, prefetched: "Prefetched") -> "Completion":
        """The context of an operation that a plan has fetched for."""
        return cls(
            reader=operation.reader,
            now=operation.now,
            collections=operation.collections,
            asked_by=operation.asked_by,
            desk=operation.desk,
            event=operation.event,
            searches=operation.searches,
            prefetched=prefetched,
        )


class Prefetched:
    """What a plan fetched, by field and row."""

    def __init__(self, selection: Selection, linked: Mapping[int, Links]) -> None:
        alike: dict[Place, list[Field]] = defaultdict(list)
        for type_name, selected in _walk(selection):
            alike[_place(type_name, selected.nodes)].append(selected)
        self._getters = {place: _make_getter(fields, linked) for place, fields in alike.items()}

    def value(self, row: Row, info: GraphQLResolveInfo[Any]) -> Any:
        """A field's value in a row, an error as a value too; MISSING where it was not fetched."""
        return self._getters[_place(info.parent_type.name, info.field_nodes)](row)


def _place(type_name: str, nodes: Sequence[FieldNode]) -> Place:
    return type_name, tuple(map(id, nodes))


def _walk(selection: Selection) -> Iterator[tuple[str, Field]]:
    for selected in selection.fields:
        yield selection.type_name, selected
        for below in selected.selections.values():
            yield from _walk(below)


def _make_getter(fields: Sequence[Field], linked: Mapping[int, Links]) -> Getter:
    """A function that gets the value of a field from a row. `fields` are its places in
    the answer.
    """
    declaration = fields[0].declaration
    if isinstance(declaration, LINKS):
        return _make_link_getter(declaration, fields, linked)
    if isinstance(declaration, Paged) and declaration.part != "facets":
        part = declaration.part
        return lambda page: page.get(part, MISSING)
    slots = [slot_of(selected) for selected in fields]
    return lambda row: next((row[slot] for slot in slots if slot in row), MISSING)


def _make_link_getter(
    declaration: LinkDeclaration, fields: Sequence[Field], linked: Mapping[int, Links]
) -> Getter:
    found: dict[Hashable, Found] = {}
    answers = [linked[selected.id] for selected in fields if selected.id in linked]
    if not answers:
        return lambda _row: MISSING
    for answer in answers:
        if isinstance(answer, Exception):
            return partial(_same, answer)
        found |= answer
    slots, leaves_out = [slot_of(selected) for selected in fields], declaration.leaves_out

    def get_links(row: Row) -> Any:
        # If the field has several places, a row has the slot of one of them.
        slot = next((slot for slot in slots if slot in row), slots[0])
        links = declaration.links_of(slot)(row)
        if not declaration.many:
            return found.get(links)
        return _all([found.get(link) for link in links or () if link in found or not leaves_out])

    return get_links


def _all(found: list[Any]) -> Any:
    """The list, or the first error in it, which is then the error of the field."""
    return next((item for item in found if isinstance(item, Exception)), found)


def _same(value: Any, _row: Row) -> Any:
    return value
