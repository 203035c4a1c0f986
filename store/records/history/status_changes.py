"""The changes of a commitment's status between one day and a later one. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from store.records.dates import days_before
from store.records.enums import Described
from store.records.history.statuses import CLOSED, OPEN_END, OPEN_START, StatusValue

ENDED = (*sorted(CLOSED), StatusValue.NOT_TRACKABLE)
"""The statuses in which silence means nothing: no news is awaited, or none could tell anything."""


class TurnKind(Described):
    """A kind of change in the status of a commitment."""

    MADE = "MADE", "It was made, certainly or possibly."
    STATUS_CHANGED = "STATUS_CHANGED", "Its status took another value."
    BECAME_CONTESTED = "BECAME_CONTESTED", "It became contested."
    ANSWERED = "ANSWERED", "An unanswered challenge was answered."
    FELL_SILENT = (
        "FELL_SILENT",
        "It passed `silentFor` days without news, and still had none on the last day. Not said of "
        "what is then FULFILLED, SUPERSEDED, WITHDRAWN or NOT_TRACKABLE, as no news is expected.",
    )


@dataclass(frozen=True, slots=True)
class Window:
    """The days after `since` up to and including `until`; `silent_for` days of silence are long."""

    since: str
    until: str
    silent_for: int

    @property
    def fallen_silent(self) -> tuple[str, str]:
        """Two days: what was last heard of after the first and by the second fell silent."""
        return self._days_earlier(self.since), self._days_earlier(self.until)

    def _days_earlier(self, day: str) -> str:
        # A day before the calendar begins: everything was last heard of after it.
        return days_before(day, self.silent_for) or OPEN_START


def find_turns(
    segments: Sequence[Mapping[str, Any]], made_by: str | None, window: Window
) -> Iterator[dict[str, Any]]:
    """The changes in the window, oldest first, as `{kind, on, fromValue, toValue, answered}`.

    `made_by` is the last day on which it can have been made; falling silent comes last.
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
        # Without follow-ups, an assessment may still have changed the value after that day.
        then = _segment_on(segments, on)
        assert then is not None
        value = then["value"]
        yield {"kind": TurnKind.FELL_SILENT, "on": on, "fromValue": value, "toValue": value}


def _segment_on(segments: Sequence[Mapping[str, Any]], day: str) -> Mapping[str, Any] | None:
    return next((s for s in segments if s["since"] <= day < s["until"]), None)


def match_turned(kinds: Sequence[TurnKind], window: Window) -> Mapping[str, Any]:
    """The query for commitments for which `find_turns` gives any of these kinds."""
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
        # As expressions, so that MongoDB uses the index of the days, which match few documents.
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
    """Whether a segment that begins in the window differs, by a condition, from the one before."""
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
