"""Chains of restatements: the pipelines that follow them, and how their rows are read. No I/O.

What came after a day, or was recorded after a moment, is left out, and so is what is reached only
through it.
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
        """The query for the records that are kept, whose date is at the path `dated`."""
        # A date without a first day may be any day, so its record is kept.
        by_day = {f"{dated}.earliest": {"$not": {"$gt": self.day}}} if self.day is not None else {}
        return {**match_recorded_by(self.known_at), **by_day}

    def match_later(self, dated: str) -> Query:
        """The query for the records that are left out, whose date is at the path `dated`."""
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
    """Finds for each key the accepted follow-ups reachable through restatements, with `_depth`."""
    lookup = {**_lookup(_FORWARDS, "found", cut), "maxDepth": depth, "depthField": "_depth"}
    return [
        *_start_stages(keys, cut),
        {"$graphLookup": lookup},
        *_unknown_stages(("found",), cut),
        *_projection_stages(("found",), paths),
    ]


def trail_of(row: Document, deepest: int) -> list[Document]:
    """The trail in a row, without follow-ups that were reached only through what is cut off."""
    found: list[Document] = row["found"]
    unknown = _unknown_keys(row)
    if not unknown:
        return found
    steps = islice(_walk_links(row["_id"], found, _FORWARDS, unknown), deepest + 1)
    return [{**follow_up, "_depth": depth} for depth, at in enumerate(steps) for follow_up in at]


def chain_pipeline(keys: Sequence[str], paths: Paths = None, cut: Cut = EVERYTHING) -> Pipeline:
    """Finds, for each key, the restatements that lead on from it and those that led to it."""
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
    """The chain in a row, both directions, each follow-up once, without links that are cut off."""
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
    """The follow-ups reached from a key, a list for each step, each once, not through `unknown`."""
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
    # $graphLookup visits a follow-up once, so cycles end.
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
    """Stages that add, by noun, which records linked by the follow-ups in `arrays` are cut off."""
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
    """A stage that keeps only these paths of the documents in `arrays`; no stage if None."""
    if paths is None:
        return []
    wanted = outermost_paths([*paths, "_id", "_depth"])
    within = {f"{array}.{path}": 1 for array in arrays for path in wanted}
    return [{"$project": {**within, **dict.fromkeys(TRACKABLES, 1)}}]
