"""What a change made of the members of a record: each that differs, before and after. Pure.

Words of articles are never part of it: neither their texts nor the words that a span points at. So
nothing here can show a text that is withheld, whoever asks.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from store.records.base import At, Shape
from store.records.nouns import model_of
from store.records.references import Member, find_members

WORDS = ("text", "exact")
"""The members that hold words of articles: an article's text, and what a span points at."""

_BOUNDS = ("earliest", "latest", "precision")
"""What follows from a date as written, and is kept beside it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A member that a change gave another value; a path with dots within a part, such as
    `madeOn.edtf`. Texts are as they are, all else is JSON; None where there was or is nothing.
    """

    member: str
    before: str | None
    after: str | None


def find_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The members that differ, by name, of two contents of one record."""
    return [*_differ("", _without_words(before), _without_words(after))]


def _differ(
    prefix: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for name in sorted({*before, *after} - {"_id"}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old or {}, Mapping) and isinstance(new or {}, Mapping):
            yield from _differ(f"{prefix}{name}.", old or {}, new or {})
        else:
            yield Difference(f"{prefix}{name}", _write(old), _write(new))


def _without_words(value: Any) -> Any:
    """The value without words of articles, and dates without what follows from them."""
    if isinstance(value, Mapping):
        left_out = {*WORDS, *(_BOUNDS if "edtf" in value else ())}
        return {n: _without_words(below) for n, below in value.items() if n not in left_out}
    if isinstance(value, list):
        return [_without_words(item) for item in value]
    return value


def _write(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()


# --- What records name ---------------------------------------------------------------------------


def find_named(noun: str, content: Mapping[str, Any]) -> Iterator[At]:
    """Noun and key of all that a record's content names; of a key that may be of several nouns, of
    each. It need not be valid: an earlier program may have written it.
    """
    yield from _find_named(model_of(noun, content), content)
    if "mergedInto" in content:
        yield noun, content["mergedInto"]


def _find_named(model: type[Shape], content: Mapping[str, Any]) -> Iterator[At]:
    for member in find_members(model):
        for item in _items(content.get(member.alias)):
            if member.nouns:
                yield from ((noun, item) for noun in member.nouns)
            elif member.shape is not None and isinstance(item, Mapping):
                yield from _find_named(member.shape, item)


def leave_named(noun: str, content: Mapping[str, Any], seen: Collection[At]) -> dict[str, Any]:
    """A record's content without the keys of records that are not among those `seen`."""
    found = _leave_named(model_of(noun, content), content, seen)
    if (noun, found.get("mergedInto")) not in seen:
        found.pop("mergedInto", None)
    return found


def _leave_named(
    model: type[Shape], content: Mapping[str, Any], seen: Collection[At]
) -> dict[str, Any]:
    found = dict(content)
    for member in find_members(model):
        if member.alias not in found:
            continue
        items = [*_leave(member, _items(found[member.alias]), seen)]
        if member.many:
            found[member.alias] = items
        elif items:
            (found[member.alias],) = items
        else:
            del found[member.alias]
    return found


def _leave(member: Member, items: list[Any], seen: Collection[At]) -> Iterator[Any]:
    for item in items:
        if member.shape is not None and isinstance(item, Mapping):
            yield _leave_named(member.shape, item, seen)
        elif not member.nouns or any((noun, item) in seen for noun in member.nouns):
            yield item


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
