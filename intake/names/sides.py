"""The two sides of what a text tells, and which side a party is on."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.names.directory import STATE, Directory
from intake.names.entities import Entity
from store.records.parties import PartyKind

_FIRMS = frozenset({PartyKind.COMPANY, PartyKind.PLATFORM})


@dataclass
class Sides:
    """The two sides of what a text tells: a body outside the state, and the state."""

    private: Entity | None
    state: Entity | None


def side_of(entity: Entity, directory: Directory) -> tuple[str, str]:
    """Which side a party is on: two parties of a side speak for each other."""
    body = entity
    for _ in range(3):
        if body.is_person and body.organization is not None:
            body = body.organization
    if body.is_office or body.kind in STATE or (body.is_person and entity.is_office):
        return "STATE", body.country or _state_named(body)
    key = body.key
    while key and (parent := directory.parent_of(key)):
        key = parent
    return "BODY", key or body.name


def _state_named(body: Entity) -> str:
    """The name of a state that is no known country, or "" for what is only called a government."""
    if body.kind is not PartyKind.GOVERNMENT or not body.name[:1].isupper():
        return ""
    return "" if " " in body.name else body.name


def is_same_side(one: Entity, other: Entity, directory: Directory) -> bool:
    """Whether two parties are on one side; states whose country is not known are one."""
    a, b = side_of(one, directory), side_of(other, directory)
    if a[0] == b[0] == "STATE":
        return a[1] == b[1] or not a[1] or not b[1]
    return a == b


def find_sides(entities: Sequence[Entity], directory: Directory) -> Sides:
    """Those named most, people counted for whom they act; of the state, bodies at the table."""
    weight: dict[int, float] = {}
    seen: dict[int, Entity] = {}
    for entity in entities:
        body = entity.organization if entity.is_person and entity.organization else entity
        if body.is_person and not body.is_office:
            continue
        seen[id(body)] = body
        weight[id(body)] = weight.get(id(body), 0) + entity.count - entity.first / 1e6
    ranked = sorted(seen.values(), key=lambda e: -weight[id(e)])
    outside = [e for e in ranked if side_of(e, directory)[0] == "BODY" and not e.is_person]
    private = [e for e in outside if e.kind in _FIRMS] or [e for e in outside if e.kind is None]
    state = [e for e in ranked if side_of(e, directory)[0] == "STATE"]
    return Sides(private[0] if private else None, state[0] if state else None)
