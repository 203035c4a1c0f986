"""What a merged record says that the one in which it lives on does not. Pure.

What counts for the survivor by itself is `store.records.derived`; the rest is the survivor's own to
say, and a curator may want to add it there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from store.records.base import Key, Record
from store.records.references import references

_ADDED = frozenset({"names", "identifiers", "memberships", "evidence", "claims", "answeredBy"})
"""Members that count for the survivor, or are shown with it, as they stand in what was merged."""

Living = Callable[[str, Key], Key]
"""The key under which a record of this noun lives on."""


def find_lacking(merged: Record, survivor: Record, noun: str, living: Living) -> Iterator[str]:
    """The members that the merged record has and its survivor has not, and the records that it
    names there and its survivor does not: `dueOn`, `addressees (gov)`.
    """
    said, has = _keys_by_member(merged, noun, living), _keys_by_member(survivor, noun, living)
    for name, info in type(merged).model_fields.items():
        member = info.alias or name
        if name in Record.model_fields or member in _ADDED:
            continue
        value, other = getattr(merged, name), getattr(survivor, name, None)
        if _says_nothing(other):
            if not _says_nothing(value):
                yield member
        elif isinstance(value, tuple):
            named = member in said or member in has
            more = said[member] - has[member] if named else _plain(value) - _plain(other)
            if more:
                yield f"{member} ({', '.join(sorted(more))})"


def _says_nothing(value: Any) -> bool:
    return value is None or value is False or value == ()


def _plain(values: Any) -> set[str]:
    """Values without members, such as topics."""
    return {value for value in values if isinstance(value, str)}


def _keys_by_member(record: Record, noun: str, living: Living) -> dict[str, set[Key]]:
    """The living keys of what each member of a record names."""
    found: dict[str, set[Key]] = defaultdict(set)
    for reference in references(record, noun):
        member = reference.path.partition(".")[0].partition("[")[0]
        found[member].add(living(reference.nouns[0], reference.key))
    return found
