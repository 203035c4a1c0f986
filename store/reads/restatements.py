"""How restatements lead from one commitment to the next: pipelines, and what to make of their rows.

No I/O. What came after a day, or was not known by a moment, is left out here, and what is reached
only through that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias

from store.mongodb.driver import Document
from store.reads.queries import LIVE, Query, match_recorded_by, outermost_paths
from store.records.nouns import TRACKABLES

Pipeline: TypeAlias = list[Mapping[str, Any]]
Paths: TypeAlias = Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Cut:
    """Leaves out what was recorded after `known_at`, and what certainly came after `day`."""

    known_at: datetime | None = None
    day: str | None = None

    @property
    def leaves_out(self) -> bool:
        """Whether it leaves anything out."""
        return self.known_at is not None or self.day is not None

    def match_known(self, dated: str) -> Query:
        """What it leaves of records with their date at this path."""
        # What has no first day may have come at any time.
        by_day = {f"{dated}.earliest": {"$not": {"$gt": self.day}}} if self.day is not None else {}
        return {**match_recorded_by(self.known_at), **by_day}

    def match_later(self, dated: str) -> Query:
        """What it leaves out of these."""
        later: list[Query] = []
        if self.known_at is not None:
            later.append({"recordedAt": {"$gt": self.known_at}})
        if self.day is not None:
            later.append({f"{dated}.earliest": {"$gt": self.day}})
        return {"$or": later}


EVERYTHING = Cut()

_FORWARDS = ("target", "restatedAs")
_BACKWARDS = ("restatedAs", "target")


def trail_pipeline(
    keys: Sequence[str], depth: int, paths: Paths = None, cut: Cut = EVERYTHING
) -> Pipeline:
    """For each key, the accepted follow-ups reachable through restatements, with `_depth`."""
    lookup = {**_lookup(_FORWARDS, "found", cut), "maxDepth": depth, "depthField": "_depth"}
    return [
        *_start_stages(keys, cut),
        {"$graphLookup": lookup},
        *_unknown_stages(("found",), cut),
        *_projection_stages(("found",), paths),
    ]


def trail_of(row: Document, deepest: int) -> list[Document]:
    """What a walk found; without what it found, as deep, only through what was not known."""
    found: list[Document] = row["found"]
    unknown = _unknown_keys(row)
    if not unknown:
        return found
    steps = islice(_walk_links(row["_id"], found, _FORWARDS, unknown), deepest + 1)
    return [{**follow_up, "_depth": depth} for depth, at in enumerate(steps) for follow_up in at]


def chain_pipeline(keys: Sequence[str], paths: Paths = None, cut: Cut = EVERYTHING) -> Pipeline:
    """For each key, the restatements that lead on, and those that led there."""
    restating = {"derived.restatedAs": {"$exists": True}}
    ways = {"onward": _FORWARDS, "back": _BACKWARDS}
    lookups = (_lookup(ends, name, cut, restating) for name, ends in ways.items())
    return [
        *_start_stages(keys, cut),
        *({"$graphLookup": lookup} for lookup in lookups),
        *_unknown_stages((*ways,), cut),
        *_projection_stages((*ways,), paths),
    ]


def chain_of(row: Document) -> list[Document]:
    """What was found both ways, each once; a link to what was not known is none."""
    onward, back = row["onward"], row["back"]
    if unknown := _unknown_keys(row):
        onward = _follow_known_links(row["_id"], onward, _FORWARDS, unknown)
        back = _follow_known_links(row["_id"], back, _BACKWARDS, unknown)
    return list({follow_up["_id"]: follow_up for follow_up in (*onward, *back)}.values())


def _follow_known_links(
    start: str, found: Iterable[Document], ends: Sequence[str], unknown: set[str]
) -> Iterator[Document]:
    known = (f for f in found if unknown.isdisjoint(f["derived"][end] for end in ends))
    for steps in _walk_links(start, known, ends):
        yield from steps


def _walk_links(
    start: str,
    found: Iterable[Document],
    ends: Sequence[str],
    unknown: Iterable[str] = (),
) -> Iterator[list[Document]]:
    """The follow-ups reached from a key step by step, each once, through none that is unknown."""
    source, onward = ends
    at: dict[str, list[Document]] = defaultdict(list)
    for follow_up in found:
        at[follow_up["derived"][source]].append(follow_up)
    ahead = {start}
    while steps := [follow_up for key in ahead for follow_up in at.pop(key, ())]:
        yield steps
        ahead = {follow_up["derived"].get(onward) for follow_up in steps}.difference(unknown)


# --- Stages --------------------------------------------------------------------------------------


def _start_stages(keys: Sequence[str], cut: Cut) -> Pipeline:
    wanted = {"_id": {"$in": list(keys)}, **cut.match_known("madeOn")}
    return [{"$match": wanted}, {"$project": {"_id": 1}}]


def _lookup(
    ends: Sequence[str], name: str, cut: Cut, query: Query | None = None
) -> Mapping[str, Any]:
    # It visits a follow-up once, so cycles end.
    source, onward = ends
    return {
        "from": "follow_ups",
        "startWith": "$_id",
        "connectFromField": f"derived.{onward}",
        "connectToField": f"derived.{source}",
        "as": name,
        "restrictSearchWithMatch": {**LIVE, **cut.match_known("occurredOn"), **(query or {})},
    }


def _unknown_stages(arrays: Sequence[str], cut: Cut) -> Pipeline:
    """Stages that tell, by noun, which of what the follow-ups in arrays link is cut off."""
    if not cut.leaves_out:
        return []
    ends = [f"${array}.derived.{end}" for array in arrays for end in _FORWARDS]
    later = [{"$match": cut.match_later("madeOn")}, {"$project": {"_id": 1}}]
    lookup = {"localField": "_ends", "foreignField": "_id", "pipeline": later}
    return [
        {"$set": {"_ends": {"$setUnion": ends}}},
        *({"$lookup": {"from": noun, "as": noun, **lookup}} for noun in TRACKABLES),
    ]


def _unknown_keys(row: Document) -> set[str]:
    return {found["_id"] for noun in TRACKABLES for found in row.get(noun, ())}


def _projection_stages(arrays: Sequence[str], paths: Paths) -> Pipeline:
    """A stage that leaves only these paths of the documents in arrays; none for all."""
    if paths is None:
        return []
    wanted = outermost_paths([*paths, "_id", "_depth"])
    within = {f"{array}.{path}": 1 for array in arrays for path in wanted}
    return [{"$project": {**within, **dict.fromkeys(TRACKABLES, 1)}}]
