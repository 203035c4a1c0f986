"""Which published statuses a write makes others, from what it derives anyway. Reads nothing.

They are kept beside the log of changes, so that whoever is told of them can be told again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.mongodb.collections import STATUS_CHANGES
from store.mongodb.driver import Database, InsertOne, Session
from store.mongodb.keys import new_key
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


def find_first_effect(at: At, document: Mapping[str, Any], day: str) -> Effect | None:
    """The effect of a commitment or request that is stored for the first time, with what is derived
    of it; None if no status of it is published that day.
    """
    is_ = _find_segment(document, document["derived"], day)
    if not is_:
        return None
    return Effect(*at, None, is_["value"], tuple(is_.get("decidedBy", ())))


async def keep_effects(
    database: Database,
    session: Session,
    effects: Sequence[Effect],
    day: str,
    now: datetime,
    version: int,
) -> None:
    """Keeps the effects of a write on the statuses of a day as status changes."""
    entries = [
        {"_id": new_key(), **make_status_change(effect, day, now, version, sequence)}
        for sequence, effect in enumerate(effects)
    ]
    await database.write(STATUS_CHANGES, [InsertOne(entry) for entry in entries], session)


def make_status_change(
    effect: Effect, day: str, now: datetime, version: int, sequence: int
) -> dict[str, Any]:
    """The status change that an effect is kept as, without its `_id`."""
    statuses = {"before": effect.before, "after": effect.after}
    return {
        "noun": effect.noun,
        "record": effect.key,
        **{name: str(value) for name, value in statuses.items() if value is not None},
        "decidedBy": list(effect.decided_by),
        "day": day,
        "at": now,
        "dataVersion": version,
        "sequence": sequence,
    }


def _find_segment(
    document: Mapping[str, Any] | None, derived: Mapping[str, Any] | None, day: str
) -> Mapping[str, Any]:
    """The segment of a published record that holds on a day; empty if there is none."""
    if document is None or derived is None or document.get("mergedInto"):
        return {}
    if document["curation"] != Curation.ACCEPTED:
        return {}
    return next((s for s in derived["segments"] if s["since"] <= day < s["until"]), {})
