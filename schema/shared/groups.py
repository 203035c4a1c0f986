"""Groups of statistics as the API shows them: their keys by dimension, counts and shares."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from pydantic.alias_generators import to_camel

from engine.fields import link, stored
from engine.rows import Row
from schema.shared.lazy_types import PartyRef
from store.records.base import PartyKey
from store.records.dimensions import Dimension
from store.records.history.commitment_statistics import Group


@strawberry.type(description="A count as a share of a whole.")
class Share:
    count: int = stored("count", "How many are counted.")
    of: int = stored("of", "How many there are in the whole.")
    share: float | None = stored("share", "`count` divided by `of`; null if `of` is 0.")


def name_members(groups: Mapping[str, Dimension]) -> Mapping[str, str]:
    """The path of each dimension's value in the key of a group: `madeYear` for MADE_YEAR."""
    return {name: to_camel(name.lower()) for name in groups}


def make_group_key(typename: str, things: str, groups: Mapping[str, Dimension]) -> type:
    """The type of a group's key: a field for each dimension, with the type of its values."""
    annotations: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    members = name_members(groups)
    for dimension in groups.values():
        name, path, told = dimension.name.lower(), members[dimension.name], dimension.description
        if dimension.groups_as is PartyKey:
            annotations[name], fields[name] = PartyRef | None, link(path, "parties", told)
        else:
            annotations[name], fields[name] = dimension.groups_as | None, stored(path, told)
    key = type(typename, (), {"__annotations__": annotations, **fields})
    return strawberry.type(
        key,
        description=(
            f"The values that the {things} of a group share. A field is null if the "
            f"statistics are not grouped by it, or if these {things} have no value "
            "for it."
        ),
    )


def make_key(group: Group, dimensions: Sequence[str], groups: Mapping[str, Dimension]) -> Row:
    """The key of a group by these dimensions."""
    members = name_members(groups)
    return {
        members[name]: int(value) if groups[name].groups_as is int and value else value
        for name, value in zip(dimensions, group, strict=True)
    }


def make_share(count: int, of: int) -> Row:
    """A count as a share of a whole."""
    return {"count": count, "of": of, "share": divide(count, of)}


def divide(count: int, of: int) -> float | None:
    """The share; None of a whole of 0."""
    return count / of if of else None
