"""What changes in how a commitment stands, between one day and a later one. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from store.records.dates import days_before
from store.records.enums import Described
from store.records.history.statuses import CLOSED, OPEN_END, OPEN_START, StatusValue

ENDED = (*sorted(CLOSED), StatusValue.NOT_TRACKABLE)
"""Where nobody waits for news, or none could tell anything: silence says nothing then."""


class TurnKind(Described):
    """What can change in how a commitment stands."""

    MADE = "MADE", "It was made, certainly or possibly."
    STATUS_CHANGED = "STATUS_CHANGED", "Its status took another value."
    BECAME_CONTESTED = "BECAME_CONTESTED", "It is contested, and was not."
    ANSWERED = "ANSWERED", "A challenge that stood was answered."
    FELL_SILENT = (
        "FELL_SILENT",
        "It became silent for long, and still is on the last day. Of what is then FULFILLED, "
        "SUPERSEDED, WITHDRAWN or NOT_TRACKABLE no news is awaited, so its silence is none either.",
    )


@dataclass(frozen=True, slots=True)
class Window:
    """The days after `since`, up to and with `until`; silence is long after `silent_for` days."""

    since: str
    until: str
    silent_for: int

    @property
    def fallen_silent(self) -> tuple[str, str]:
        """Who was last heard of after the first day, up to and with the second, fell silent."""
        return self._days_earlier(self.since), self._days_earlier(self.until)

    def _days_earlier(self, day: str) -> str:
        # Before the calendar begins nobody was heard of: what follows it are all its days.
        return days_before(day, self.silent_for) or OPEN_START


def find_turns(
    segments: Sequence[Mapping[str, Any]], made_by: str | None, window: Window
) -> Iterator[dict[str, Any]]:
    """What changed in the window, oldest first, as `{kind, on, fromValue, toValue, answered}`.

    `made_by` is the last day on which it can have been made.
    """
    for before, now in pairwise((None, *segments)):
        assert now is not None
        if not window.since < now["since"] <= window.until:
            continue
        turn = {
            "on": now["since"],
            "fromValue": before["value"] if before else None,
            "toValue": now["value"],
        }
        if before is None:
            yield {"kind": TurnKind.MADE, **turn}
        elif before["value"] != now["value"]:
            yield {"kind": TurnKind.STATUS_CHANGED, **turn}
        if now["contested"] and not (before and before["contested"]):
            yield {"kind": TurnKind.BECAME_CONTESTED, **turn}
        answered = set(before["openChallenges"]) - set(now["openChallenges"]) if before else ()
        if answered:
            yield {"kind": TurnKind.ANSWERED, **turn, "answered": sorted(answered)}
    yield from _find_silence(segments, made_by or OPEN_END, window)


def _find_silence(
    segments: Sequence[Mapping[str, Any]], made_by: str, window: Window
) -> Iterator[dict[str, Any]]:
    after, up_to = window.fallen_silent
    last = _segment_on(segments, window.until)
    if last is None or last["value"] in ENDED:
        return
    heard = last.get("lastFollowUp") or made_by
    if after < heard <= up_to:
        on = (date.fromisoformat(heard) + timedelta(days=window.silent_for)).isoformat()
        # Without news an assessment may still change the value, between that day and the last.
        then = _segment_on(segments, on)
        assert then is not None
        value = then["value"]
        yield {"kind": TurnKind.FELL_SILENT, "on": on, "fromValue": value, "toValue": value}


def _segment_on(segments: Sequence[Mapping[str, Any]], day: str) -> Mapping[str, Any] | None:
    return next((s for s in segments if s["since"] <= day < s["until"]), None)


def match_turned(kinds: Sequence[TurnKind], window: Window) -> Mapping[str, Any]:
    """The query for those of which `find_turns` says any of these kinds."""
    found: list[Mapping[str, Any]] = []
    if by_segment := [_CONDITIONS[kind] for kind in kinds if kind in _CONDITIONS]:
        begins = {"$gt": window.since, "$lte": window.until}
        found.append(
            {
                "derived.segments": {"$elemMatch": {"since": begins}},
                "$expr": _any_segment(by_segment, window),
            }
        )
    if TurnKind.FELL_SILENT in kinds:
        after, up_to = window.fallen_silent
        heard = {"$gt": after, "$lte": up_to}
        # As expressions, so that the days of which there are few decide which index is used.
        last = {"$ifNull": ["$$this.lastFollowUp", "$derived.madeBy"]}
        holds = [
            {"$lte": ["$$this.since", window.until]},
            {"$gt": ["$$this.until", window.until]},
            {"$not": {"$in": ["$$this.value", ENDED]}},
            {"$gt": [last, after]},
            {"$lte": [last, up_to]},
        ]
        each = {"$map": {"input": "$derived.segments", "in": {"$and": holds}}}
        silent = {"$expr": {"$anyElementTrue": each}}
        last_heard = {"derived.segments": {"$elemMatch": {"lastFollowUp": heard}}}
        found += [{**last_heard, **silent}, {"derived.madeBy": heard, **silent}]
    return {"$or": found} if found else {"_id": {"$in": []}}


_OPEN = {name: {"$ifNull": [f"$${name}.openChallenges", []]} for name in ("before", "now")}
_CONDITIONS: Mapping[TurnKind, Mapping[str, Any]] = {
    TurnKind.MADE: {"$eq": ["$$before", None]},
    TurnKind.STATUS_CHANGED: {
        "$and": [{"$ne": ["$$before", None]}, {"$ne": ["$$before.value", "$$now.value"]}]
    },
    TurnKind.BECAME_CONTESTED: {"$and": ["$$now.contested", {"$not": ["$$before.contested"]}]},
    TurnKind.ANSWERED: {"$gt": [{"$size": {"$setDifference": [_OPEN["before"], _OPEN["now"]]}}, 0]},
}


def _any_segment(conditions: Sequence[Mapping[str, Any]], window: Window) -> Mapping[str, Any]:
    """Whether a segment that begins in the window differs so from the one before it."""
    segments = "$derived.segments"
    earlier = {"$arrayElemAt": [segments, {"$subtract": ["$$i", 1]}]}
    wanted = {
        "$and": [
            {"$gt": ["$$now.since", window.since]},
            {"$lte": ["$$now.since", window.until]},
            {"$or": list(conditions)},
        ]
    }
    pair = {
        "now": {"$arrayElemAt": [segments, "$$i"]},
        "before": {"$cond": [{"$eq": ["$$i", 0]}, None, earlier]},
    }
    each = {"$let": {"vars": pair, "in": wanted}}
    places = {"$range": [0, {"$size": segments}]}
    return {"$anyElementTrue": {"$map": {"input": places, "as": "i", "in": each}}}
