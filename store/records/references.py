"""Finds the records that a record names, and finds or rewrites its parts of one type.

Both follow the annotations of the models, so a new member needs no change here.
"""

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

from store.records.base import Record, Refers, Shape

Part = TypeVar("Part", bound=Shape)


@dataclass(frozen=True, slots=True)
class Reference:
    """The key of another record: its path, and the nouns that the other may have."""

    path: str
    nouns: tuple[str, ...]
    key: str


def find_references(record: Record, own_noun: str) -> Iterator[Reference]:
    """Every reference in a record, in the order of its members."""
    yield from _find_in_shape(record, "")
    if record.merged_into is not None:
        yield Reference("mergedInto", (own_noun,), record.merged_into)


def find_keys(record: Record, own_noun: str) -> list[tuple[tuple[str, ...], str]]:
    """The nouns and the key of every reference in a record, as `find_references` has them: to find
    the paths as well takes twice as long.
    """
    found: list[tuple[tuple[str, ...], str]] = []
    _collect_keys(record, found)
    if record.merged_into is not None:
        found.append(((own_noun,), record.merged_into))
    return found


def _collect_keys(shape: Shape, found: list[tuple[tuple[str, ...], str]]) -> None:
    for name, _, refers in _members(type(shape)):
        value = getattr(shape, name)
        for item in value if isinstance(value, tuple) else (value,):
            if item is None:
                continue
            if refers is not None:
                found.append((refers.nouns, item))
            elif isinstance(item, Shape):
                _collect_keys(item, found)


def named_nouns(model: type[Shape]) -> frozenset[str]:
    """The nouns whose records a record of this model can name, merges aside."""
    found: set[str] = set()
    for name, _, refers in _members(model):
        found.update(refers.nouns if refers is not None else ())
        for part in _shapes_in(model.model_fields[name].annotation):
            found |= named_nouns(part)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a model that holds keys (`nouns` says of what) or parts (`shape`), perhaps
    `many` of them. `alias` is its name in documents.
    """

    alias: str
    nouns: tuple[str, ...]
    shape: type[Shape] | None
    many: bool


def find_members(model: type[Shape]) -> Iterator[Member]:
    """The members that can hold keys or parts."""
    for name, alias, refers in _members(model):
        annotation = model.model_fields[name].annotation
        yield Member(
            alias,
            refers.nouns if refers is not None else (),
            next(_shapes_in(annotation), None),
            any(get_origin(one) is tuple for one in (annotation, *get_args(annotation))),
        )


def _shapes_in(annotation: Any) -> Iterator[type[Shape]]:
    if isinstance(annotation, type):
        if issubclass(annotation, Shape):
            yield annotation
        return
    for argument in get_args(annotation):
        yield from _shapes_in(argument)


def _find_in_shape(shape: Shape, prefix: str) -> Iterator[Reference]:
    for name, alias, refers in _members(type(shape)):
        value = getattr(shape, name)
        path = prefix + alias
        if isinstance(value, tuple):
            for i, item in enumerate(value):
                yield from _find_in_value(item, f"{path}[{i}]", refers)
        elif value is not None:
            yield from _find_in_value(value, path, refers)


def _find_in_value(value: Any, path: str, refers: Refers | None) -> Iterator[Reference]:
    if refers is not None:
        yield Reference(path, refers.nouns, value)
    elif isinstance(value, Shape):
        yield from _find_in_shape(value, f"{path}.")


@cache
def _members(model: type[Shape]) -> tuple[tuple[str, str, Refers | None], ...]:
    """The members that can hold keys or parts, as attribute, alias, and the mark of a key."""
    found = []
    for name, info in model.model_fields.items():
        marks = [*_marks(info.annotation), *(m for m in info.metadata if isinstance(m, Refers))]
        if marks or _holds_shape(info.annotation):
            found.append((name, info.alias or name, marks[0] if marks else None))
    return tuple(found)


def _marks(annotation: Any) -> Iterator[Refers]:
    yield from (m for m in getattr(annotation, "__metadata__", ()) if isinstance(m, Refers))
    if get_origin(annotation) in (Union, types.UnionType, tuple):
        for argument in get_args(annotation):
            yield from _marks(argument)


def _holds_shape(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, Shape)
    return any(_holds_shape(argument) for argument in get_args(annotation))


@cache
def _members_with(model: type[Shape], kind: type[Shape]) -> tuple[tuple[str, str], ...]:
    """The members that can hold a part of this type, at any depth, as attribute and alias."""
    return tuple(
        (name, alias)
        for name, alias, _ in _members(model)
        if any(
            issubclass(kind, part) or issubclass(part, kind) or _members_with(part, kind)
            for part in _shapes_in(model.model_fields[name].annotation)
        )
    )


def find_parts(shape: Shape, kind: type[Part], prefix: str = "") -> Iterator[tuple[str, Part]]:
    """Every part of this type in a shape, at any depth, with its path."""
    for name, alias in _members_with(type(shape), kind):
        value = getattr(shape, name)
        for path, item in _items(value, prefix + alias):
            if isinstance(item, kind):
                yield path, item
            elif isinstance(item, Shape):
                yield from find_parts(item, kind, f"{path}.")


def _items(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple):
        yield from ((f"{path}[{i}]", item) for i, item in enumerate(value))
    else:
        yield path, value


S = TypeVar("S", bound=Shape)


def rewrite_parts(shape: S, kind: type[Part], change: Callable[[Part], Part]) -> S:
    """The same record, with `change` applied to every part of this type."""
    updates: dict[str, Any] = {}
    for name, _ in _members_with(type(shape), kind):
        value = getattr(shape, name)
        new = _rewrite_value(value, kind, change)
        if new is not value:
            updates[name] = new
    return shape.model_copy(update=updates) if updates else shape


def _rewrite_value(value: Any, kind: type[Part], change: Callable[[Part], Part]) -> Any:
    if isinstance(value, kind):
        return change(value)
    if isinstance(value, Shape):
        return rewrite_parts(value, kind, change)
    if isinstance(value, tuple):
        new = tuple(_rewrite_value(item, kind, change) for item in value)
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    return value
