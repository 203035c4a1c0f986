"""Rows: what fields are read from, a document or a part of one, and the paths in them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
"""A document, or a part of one, by the names of its members."""

Path: TypeAlias = tuple[str, ...]
"""The names on the way to a member."""


def value_at(row: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value at a path; None where the path breaks off."""
    value: Any = row
    for name in path:
        if value is None:
            return None
        value = value.get(name)
    return value


def getter(path: Path) -> Callable[[Mapping[str, Any]], Any]:
    """A function for the value at a path, for many rows."""
    if len(path) == 1:
        (name,) = path
        return lambda row: row.get(name)
    return lambda row: value_at(row, path)


def read_at(path: Path) -> str:
    """Python source for the value at a path of the row `r`; None where the path breaks off."""
    source = "r"
    for name in path[:-1]:
        source = f"({source}.get({name!r}) or _none)"
    return f"{source}.get({path[-1]!r})"


def join_path(path: Path) -> str:
    """A path as MongoDB writes it."""
    return ".".join(path)
