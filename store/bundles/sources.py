"""What came from which source, so that a later import of it can tell what vanished there.

A source is a name, such as that of a file that is fetched every week. Nothing is forgotten: what
vanished and is not retracted is told again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.mongodb.collections import SOURCES
from store.mongodb.documents import to_record
from store.mongodb.driver import Database, UpdateOne
from store.records.base import SET_ASIDE, At, Curation, Record, group_keys
from store.writes.writer import Author, Draft, Writer

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Vanished:
    """A record that its source had, and has no more. `also_in` are other sources that have had it,
    for which it is left alone.
    """

    noun: str
    key: str
    curation: Curation
    also_in: tuple[str, ...] = ()


class Source:
    """One source of one database."""

    def __init__(self, database: Database, name: str) -> None:
        self._database, self.name = database, name

    async def keep(self, ats: Iterable[At]) -> None:
        """Keeps that these records came from it."""
        marks = [
            UpdateOne(
                {"_id": f"{self.name}\n{noun}\n{key}"},
                {"$setOnInsert": {"source": self.name, "noun": noun, "record": key}},
                upsert=True,
            )
            for noun, key in ats
        ]
        for start in range(0, len(marks), _BATCH):
            await self._database.write(SOURCES, marks[start : start + _BATCH], ordered=False)

    async def find_vanished(self, ats: Iterable[At]) -> list[Vanished]:
        """What came from it before, is not among those that it has or names now, and is not set
        aside already.
        """
        there = set(ats)
        known = {"_id": {"$gt": f"{self.name}\n", "$lt": f"{self.name}\x0b"}}
        gone: list[At] = []
        async for mark in self._database.stream(SOURCES, known):
            at = (mark["noun"], mark["record"])
            if at not in there:
                gone.append(at)
        found: list[Vanished] = []
        for noun, keys in group_keys(gone).items():
            for start in range(0, len(keys), _BATCH):
                found += await self._look_at(noun, keys[start : start + _BATCH])
        return found

    async def _look_at(self, noun: str, keys: Sequence[str]) -> list[Vanished]:
        fields = {"curation": 1, "mergedInto": 1}
        documents = await self._database.find(noun, {"_id": {"$in": keys}}, fields=fields)
        others: dict[str, list[str]] = {}
        query = {"noun": noun, "record": {"$in": keys}, "source": {"$ne": self.name}}
        for mark in await self._database.find(SOURCES, query, sort=[("_id", 1)]):
            others.setdefault(mark["record"], []).append(mark["source"])
        return [
            Vanished(noun, d["_id"], Curation(d["curation"]), tuple(others.get(d["_id"], ())))
            for d in documents
            if d["curation"] not in SET_ASIDE and not d.get("mergedInto")
        ]

    async def retract(self, vanished: Iterable[Vanished], author: Author) -> int:
        """Retracts what vanished, and rejects what was never accepted, unless another source has
        had it; how many. The author says why.
        """
        ats = [(v.noun, v.key) for v in vanished if not v.also_in]
        asked, done = set(ats), set[At]()
        # What names others first, so that nothing accepted is left with what was taken away.
        for noun, keys in reversed(list(group_keys(ats).items())):
            for start in range(0, len(keys), _BATCH):
                query = {"_id": {"$in": keys[start : start + _BATCH]}}
                drafts = [
                    Draft(_set_aside(noun, document), document["version"])
                    for document in await self._database.find(noun, query)
                ]
                receipt = await Writer(self._database).write(drafts, author)
                # What rested on these may have lost its words along with them, and is not counted.
                done |= asked.intersection(receipt.updated)
        return len(done)


def _set_aside(noun: str, document: Mapping[str, Any]) -> Record:
    record = to_record(noun, document)
    accepted = record.curation is Curation.ACCEPTED
    aside = Curation.RETRACTED if accepted else Curation.REJECTED
    return record.model_copy(update={"curation": aside})
