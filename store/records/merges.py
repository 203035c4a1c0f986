"""What a merged record says and its survivor does not. Pure.

Some members of a merged record count for the survivor by themselves (`store.records.derived`). The
others do not, so a curator may want to add them to the survivor.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from store.records.base import Key, Record
from store.records.references import find_references

_ADDED = frozenset({"names", "identifiers", "memberships", "evidence", "claims", "answeredBy"})
"""Members of merged records that count for the survivor, or are shown with it."""

Living = Callable[[str, Key], Key]
"""Gives the key of the record in which a record of this noun and key lives on."""


def find_lacking(merged: Record, survivor: Record, noun: str, living: Living) -> Iterator[str]:
    """The members that the merged record has and its survivor lacks, such as `dueOn`.

    For lists, the items that the survivor lacks are named, too: `addressees (gov)`.
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
            more = said[member] - has[member] if named else _texts_in(value) - _texts_in(other)
            if more:
                yield f"{member} ({', '.join(sorted(more))})"


def _says_nothing(value: Any) -> bool:
    return value is None or value is False or value == ()


def _texts_in(values: Any) -> set[str]:
    """The items of a list that are texts, such as topics."""
    return {value for value in values if isinstance(value, str)}


def _keys_by_member(record: Record, noun: str, living: Living) -> dict[str, set[Key]]:
    """For each member of a record, the living keys of the records that it names."""
    found: dict[str, set[Key]] = defaultdict(set)
    for reference in find_references(record, noun):
        member = reference.path.partition(".")[0].partition("[")[0]
        found[member].add(living(reference.nouns[0], reference.key))
    return found
