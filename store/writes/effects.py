"""Which published statuses a write makes others, from what it derives anyway. Reads nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from store.records.base import At, Curation, Key
from store.records.nouns import TRACKABLES
from store.writes.projections import Worked
from store.writes.unit_of_work import World


@dataclass(frozen=True, slots=True)
class Effect:
    """A commitment or request whose published status becomes another. A status is None where none
    is published: before the day it was made, or unless the record is accepted and not merged.
    `decided_by` are the follow-ups that decide the status after.
    """

    noun: str
    key: Key
    before: str | None
    after: str | None
    decided_by: tuple[Key, ...] = ()


def find_effects(
    world: World,
    worked: Worked,
    changed: Mapping[At, tuple[Mapping[str, Any] | None, Mapping[str, Any]]],
    day: str,
) -> tuple[Effect, ...]:
    """The effects on the statuses of a day, by noun and key. `changed` has the documents before and
    after of what is written.
    """
    ats = sorted(at for at in {*worked.derived, *changed} if at[0] in TRACKABLES)
    return tuple(_find(world, worked, changed, ats, day))


def _find(
    world: World, worked: Worked, changed: Mapping[At, Any], ats: list[At], day: str
) -> Iterator[Effect]:
    for at in ats:
        stored = changed[at][0] if at in changed else world.document(*at)
        after = changed[at][1] if at in changed else stored
        derived = worked.derived.get(at, (stored or {}).get("derived"))
        was = _find_segment(stored, (stored or {}).get("derived"), day)
        is_ = _find_segment(after, derived, day)
        if was.get("value") != is_.get("value"):
            decided = tuple(is_.get("decidedBy", ()))
            yield Effect(*at, was.get("value"), is_.get("value"), decided)


def _find_segment(
    document: Mapping[str, Any] | None, derived: Mapping[str, Any] | None, day: str
) -> Mapping[str, Any]:
    """The segment of a published record that holds on a day; empty if there is none."""
    if document is None or derived is None or document.get("mergedInto"):
        return {}
    if document["curation"] != Curation.ACCEPTED:
        return {}
    return next((s for s in derived["segments"] if s["since"] <= day < s["until"]), {})
