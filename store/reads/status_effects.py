"""Which changes of the log made a status another, worked out from the log and from what is stored.

For each change, the history is folded twice: as it was before the change and as it was after. What
the log tells of the same records later is taken back for that, as far as it is among the changes
that are asked about together; of other follow-ups counts what is stored now, if it was recorded by
then. So the latest changes, asked about together, are told exactly.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.gather import gather_all
from store.mongodb.collections import CHANGES
from store.mongodb.documents import Unreadable, to_record
from store.reads.followers import BEARING
from store.reads.queries import WITHOUT_WORDS
from store.reads.reader import Reader
from store.records.assessments import Assessment
from store.records.base import At, Curation, Key, group_keys
from store.records.commitments import Commitment
from store.records.derived import edge_of, judgement_of
from store.records.follow_ups import FollowUp
from store.records.history.as_known import subject_of
from store.records.history.statuses import (
    Edge,
    Judged,
    Standing,
    edges_known_by,
    fold_standing,
    judgements_known_by,
    today,
)
from store.records.nouns import TRACKABLES
from store.records.requests import Request

logger = logging.getLogger("followthrough.log")

Content = Mapping[str, Any]
Place = tuple[int, int]
"""Where a change stands in the log: its data version, and its sequence in that write."""


@dataclass(frozen=True, slots=True)
class StatusEffect:
    """A commitment or request whose status a change made another, on the day of the change. None
    stands for none: before it was made, or unless it is accepted and not merged.
    """

    noun: str
    key: Key
    before: Standing | None
    after: Standing | None


async def find_status_effects(
    reader: Reader, changes: Sequence[str]
) -> dict[str, list[StatusEffect]]:
    """The effects of each of these changes, by its id; changes without an effect are left out.

    Only commitments and requests in sight are told of.
    """
    found = await reader.find_documents(CHANGES, changes, WITHOUT_WORDS)
    log = sorted(found.values(), key=_place_of)
    told = _Told(log, await _load_subjects(reader, log))
    effects: dict[str, list[StatusEffect]] = {}
    for change in log:
        try:
            those = [*told.find_effects(change)]
        except Unreadable as error:
            # The log keeps what earlier programs wrote, which need not be a record any more.
            logger.info("the statuses that a change made others are not told: %s", error)
            continue
        if those:
            effects[change["_id"]] = those
    return effects


_ABOUT = {noun: BEARING[noun] for noun in ("follow_ups", "assessments")}
"""The nouns that decide a status, and the members that say of what."""


def _place_of(change: Content) -> Place:
    return change["dataVersion"], change["sequence"]


def _about(noun: str, content: Content) -> At | None:
    """What a record bears on: itself, if it has a status."""
    if noun in TRACKABLES:
        return noun, content["_id"]
    if noun in _ABOUT:
        of, key = (content[member] for member in _ABOUT[noun])
        return str(of), key
    return None


def _abouts(change: Content) -> set[At]:
    sides = (change.get("before"), change["after"])
    return {at for side in sides if side and (at := _about(change["noun"], side)) is not None}


def _counts(content: Content | None) -> bool:
    return (
        content is not None
        and content["curation"] == Curation.ACCEPTED
        and content.get("mergedInto") is None
    )


async def _load_subjects(reader: Reader, log: Iterable[Content]) -> dict[At, Content]:
    """The documents of what changes bear on; of what was merged, that in which it lives on."""
    found = await _load(reader, {at for change in log for at in _abouts(change)})
    merged = {at: (at[0], d["mergedInto"]) for at, d in found.items() if "mergedInto" in d}
    whole = {**await _load(reader, {*merged.values()}), **found}
    return {at: whole[living] for at in whole if (living := merged.get(at, at)) in whole}


async def _load(reader: Reader, ats: Iterable[At]) -> dict[At, Content]:
    keys = group_keys(sorted(ats))
    found = await gather_all([reader.find_documents(noun, keys[noun]) for noun in keys])
    return {
        (noun, key): document
        for noun, documents in zip(keys, found, strict=True)
        for key, document in documents.items()
    }


class _Told:
    """What a log tells of records over time, and of what they bear on.

    `log` is in order; `subjects` are the documents of commitments and requests, by every key under
    which a record names them.
    """

    def __init__(self, log: Iterable[Content], subjects: Mapping[At, Content]) -> None:
        self._subjects = subjects
        self._changes: dict[At, list[Content]] = defaultdict(list)
        self._bearing: dict[At, set[At]] = defaultdict(set)
        for change in log:
            at = change["noun"], change["record"]
            self._changes[at].append(change)
            for about in _abouts(change) & subjects.keys():
                self._bearing[about[0], subjects[about]["_id"]].add(at)

    def find_effects(self, change: Content) -> Iterator[StatusEffect]:
        """The statuses that a change of the log made others."""
        own = {(n, self._subjects[n, k]["_id"]) for n, k in _abouts(change) & self._subjects.keys()}
        for noun, key in sorted(own):
            before, after = (self._stand(noun, key, change, after=after) for after in (False, True))
            if (before and before.value) != (after and after.value):
                yield StatusEffect(noun, key, before, after)

    def _stand(self, noun: str, key: Key, change: Content, *, after: bool) -> Standing | None:
        """The standing just before a change, or just `after` it."""
        document, moment = self._subjects[noun, key], change["at"]
        content: Content | None = document
        if (noun, key) in self._changes:
            content = self._content_at((noun, key), change, after=after)
        if content is None or not _counts(content):
            return None
        edges, judged = self._edges_told(noun, document, change, after=after)
        return fold_standing(subject_of(content), edges, judged, today(moment))

    def _edges_told(
        self, noun: str, document: Content, change: Content, *, after: bool
    ) -> tuple[list[Edge], list[Judged]]:
        """What decided: what the log tells of, and else what is stored and was recorded by then."""
        told, moment, derived = (
            self._bearing[noun, document["_id"]],
            change["at"],
            document["derived"],
        )
        stored = [Edge.model_validate(edge) for edge in derived["edges"]]
        edges = edges_known_by((e for e in stored if ("follow_ups", e.key) not in told), moment)
        known = [Judged.model_validate(one) for one in derived["judged"]]
        judged = judgements_known_by(
            (j for j in known if ("assessments", j.key) not in told), moment
        )
        target = to_record(noun, document)
        assert isinstance(target, Commitment | Request)
        for of, key in sorted(told):
            content = self._content_at((of, key), change, after=after)
            if content is None or not _counts(content):
                continue
            about = _about(of, content)
            if about is None or self._subjects.get(about) is not document:
                continue
            record = to_record(of, content)
            if isinstance(record, FollowUp):
                edges.append(edge_of(record, target, lambda _noun, key: key))
            elif isinstance(record, Assessment):
                judged.append(judgement_of(record))
        return edges, judged

    def _content_at(self, at: At, place: Content, *, after: bool) -> Content | None:
        """What a record said just before a change, or just `after` it; None if it was not there."""
        for change in self._changes[at]:
            if _place_of(change) > _place_of(place) or (change is place and not after):
                before: Content | None = change.get("before")
                return before
        content: Content = self._changes[at][-1]["after"]
        return content
