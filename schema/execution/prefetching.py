"""Between plan and executor: graphql-core completes an operation from what its plan fetched.

Where there is an error to report, or a null where none may be, or introspection beside data, the
assembly has no say: graphql-core walks the fields, with its own words and its own rules of what a
null takes with it. What it asks of a field is in the rows already, or the error that the field's
fetch ended with. What is not there, the field's own resolver asks for.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from graphql import FieldNode, GraphQLResolveInfo

from schema.execution.collecting import Field, Selection
from schema.execution.declarations import Chosen, Link, Looked, Paged, Row, getter
from schema.execution.fetching import Found, Links
from schema.execution.planning import slot_of

MISSING: Final = object()
"""What was not fetched."""

Getter: TypeAlias = Callable[[Row], Any]
Place: TypeAlias = tuple[str, Sequence[int]]
"""The type and the nodes of a selected field. What has both alike selects alike below."""


class Prefetched:
    """What a plan fetched, by field and row."""

    def __init__(self, selection: Selection, linked: Mapping[int, Links]) -> None:
        alike: dict[Place, list[Field]] = defaultdict(list)
        for type_name, selected in _walked(selection):
            alike[_place(type_name, selected.nodes)].append(selected)
        self._getters = {place: _getter(fields, linked) for place, fields in alike.items()}

    def value(self, row: Row, info: GraphQLResolveInfo[Any]) -> Any:
        """A field's value in a row, an error as a value too; MISSING where it was not fetched."""
        return self._getters[_place(info.parent_type.name, info.field_nodes)](row)


def _place(type_name: str, nodes: Sequence[FieldNode]) -> Place:
    return type_name, tuple(map(id, nodes))


def _walked(selection: Selection) -> Iterator[tuple[str, Field]]:
    for selected in selection.fields:
        yield selection.type_name, selected
        for below in selected.selections.values():
            yield from _walked(below)


def _getter(fields: Sequence[Field], linked: Mapping[int, Links]) -> Getter:
    """How a row has the value of a field, which may stand in several places of the answer."""
    match fields[0].declaration:
        case Link() | Chosen() | Looked() as declaration:
            return _linked(declaration, fields, linked)
        case Paged(part) if part != "facets":
            return lambda page: page.get(part, MISSING)
        case _:
            slots = [slot_of(selected) for selected in fields]
            return lambda row: next((row[slot] for slot in slots if slot in row), MISSING)


def _linked(
    declaration: Link | Chosen | Looked, fields: Sequence[Field], linked: Mapping[int, Links]
) -> Getter:
    found: dict[Hashable, Found] = {}
    answers = [linked[selected.id] for selected in fields if selected.id in linked]
    if not answers:
        return lambda _row: MISSING
    for answer in answers:
        if isinstance(answer, Exception):
            return partial(_same, answer)
        found |= answer
    match declaration:
        case Looked(many=many):
            # It stands at the root, where a field has one place.
            slot = slot_of(fields[0])
            if many:
                return lambda row: _all([found.get(at) for at in row[slot]])
            return lambda row: found.get(row[slot])
        case Chosen():
            slots = [slot_of(selected) for selected in fields]
            return lambda row: next(
                (found.get(row[slot]) for slot in slots if slot in row), MISSING
            )
        case Link(path, many=True):
            keys_of = getter(path)
            return lambda row: _all([found[key] for key in keys_of(row) or () if key in found])
        case Link(path, None, discriminator):
            assert discriminator is not None
            noun_of, key_of = getter(discriminator), getter(path)
            return lambda row: found.get((noun_of(row), key_of(row)))
        case Link(path):
            key_of = getter(path)
            return lambda row: found.get(key_of(row))


def _all(found: list[Any]) -> Any:
    """The list, or the first error in it: one that is not read is a fault of the field."""
    return next((item for item in found if isinstance(item, Exception)), found)


def _same(value: Any, _row: Row) -> Any:
    return value
