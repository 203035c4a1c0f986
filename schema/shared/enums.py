"""Gives the enums of the records to GraphQL, with their descriptions."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import strawberry

from store.records.dimensions import Dimension
from store.records.enums import Described

E = TypeVar("E", bound=type[Described])


def register_enum(enum: E, name: str | None = None) -> E:
    """Registers the enum with Strawberry, under its own name or this one, with the descriptions of
    its values. Returns the same enum.
    """
    if "__strawberry_definition__" not in vars(enum):
        # A statement, because Strawberry marks the enum itself and hands it back. Strawberry
        # marks an enum unasked where an annotation is read first; that mark is kept, too.
        strawberry.enum(enum)
    definition = enum.__strawberry_definition__  # type: ignore[attr-defined]
    definition.name = name or enum.__name__
    definition.description = _first_line(enum)
    for value in definition.values:
        value.description = enum[value.name].description
    return enum


def dimension_enum(name: str, description: str, dimensions: Iterable[Dimension]) -> type[Described]:
    """An enum of dimensions for GraphQL, in their order."""
    members = {dimension.name: (dimension.name, dimension.description) for dimension in dimensions}
    # To call an enum without members makes another one; the type checker sees a member found.
    make: Callable[..., type[Described]] = Described  # type: ignore[assignment]
    enum = make(name, members)
    enum.__doc__ = description
    return register_enum(enum)


def _first_line(enum: type[Described]) -> str:
    assert enum.__doc__
    return enum.__doc__.strip().splitlines()[0]
