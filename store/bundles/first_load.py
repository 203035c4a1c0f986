"""The first load of a store that holds nothing: each record is derived once, from the whole bundle.

Batch by batch, a record could only be derived from what is written before it, and again with each
that comes after. Here all is known beforehand, so each is written once, as it will stand in the
end, in any order and several batches at a time, beside the store, which `store.writes.loading`
puts in its place. The same bundle goes on where it was cut off.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from store.bundles.stage import Stage
from store.gather import gather_all
from store.mongodb.collections import CHANGES, COUNTERS, STATUS_CHANGES, VOCABULARY
from store.mongodb.documents import plain_members, to_document
from store.mongodb.driver import Database, DeleteOne, InsertOne, UpdateOne
from store.mongodb.keys import make_key
from store.records import rules
from store.records.base import At, Key, Record
from store.records.counter_deltas import Tally, as_documents, tally
from store.records.history.statuses import today
from store.records.naming import word
from store.records.nouns import TRACKABLES, noun_of
from store.records.search_entries import ENTRIES
from store.vocabulary import words_of
from store.writes.effects import find_first_effect, make_status_change
from store.writes.loading import begin, beside, find_mark, is_held, show_life, take_place
from store.writes.projections import Derivation
from store.writes.unit_of_work import World
from store.writes.writer import Author, Receipt, Written, date_record, make_change

MOST_WORDS = 300_000
"""Words that are known to be in the vocabulary; beyond them they are asked for again."""


class OtherLoad(Exception):
    """Another bundle is loaded into this store for the first time, or was until a moment ago."""


class StoreWritten(OtherLoad):
    """Somebody else wrote to the store that was to be loaded."""


class Final(World):
    """All of a bundle as it will stand, in place of a store that holds nothing; the stage gives
    records as they will be stored.
    """

    def __init__(self, database: Database, stage: Stage) -> None:
        super().__init__(database, staged=stage.record)
        self._stage = stage
        self._final: dict[At, Record | None] = {}

    def standing(self, noun: str, key: Key) -> Record | None:
        """The record as it will be stored."""
        at = (noun, key)
        if at not in self._final:
            self._final[at] = self._stage.record(noun, key)
        return self._final[at]

    async def stand(self, noun: str, keys: Iterable[Key]) -> dict[Key, Record]:
        """These records as they will be stored, by key and in its order."""
        found = ((key, self.standing(noun, key)) for key in sorted(set(keys)))
        return {key: record for key, record in found if record is not None}

    async def load_namers(self, namer: str, noun: str, keys: Iterable[Key]) -> list[Key]:
        """The records of a noun that name any of these."""
        return self._stage.find_namers(namer, [word(noun, key) for key in keys])

    async def load_merged(self, noun: str, keys: Iterable[Key]) -> list[Key]:
        """The records that are merged into any of these."""
        return self._stage.find_merged(noun, list(keys))


async def claim(
    database: Database, stage: Stage, author: Author, now: datetime
) -> "FirstLoad | None":
    """Marks the store as being loaded, or goes on where the same bundle was cut off. None if the
    store holds anything. Raises OtherLoad.
    """
    bundle = stage.digest()
    mark = await find_mark(database)
    if mark is not None and mark["bundle"] == bundle:
        return FirstLoad(database, stage, author, mark, resumed=True)
    if mark is not None and is_held(mark):
        raise OtherLoad(
            "another bundle is imported into this store for the first time, or was half a minute "
            "ago; import this one when that is done"
        )
    made = await begin(database, bundle, now)
    return FirstLoad(database, stage, author, made) if made is not None else None


@dataclass(slots=True)
class Batch:
    """What some records come to, by noun and key."""

    documents: dict[At, dict[str, Any]] = field(default_factory=dict)
    changes: dict[At, dict[str, Any]] = field(default_factory=dict)
    status_changes: dict[At, dict[str, Any]] = field(default_factory=dict)
    entries: dict[At, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))


class FirstLoad:
    """The first load of one bundle. Each batch is worked out, then stored; in the end, `finish`."""

    def __init__(
        self,
        database: Database,
        stage: Stage,
        author: Author,
        mark: Mapping[str, Any],
        *,
        resumed: bool = False,
    ) -> None:
        self._database, self._stage, self._author = database, stage, author
        self._bundle = str(mark["bundle"])
        self._now: datetime = mark["now"]
        self._version = int(mark["version"])
        self._tally: Tally = Counter()
        self._words: set[str] = set()
        self.resumed = resumed
        stage.finish_by(self._finish)

    def _finish(self, record: Record) -> Record:
        """The record as it will be stored."""
        whole = rules.complete(record, self._stage.record)
        if whole.recorded_at is None:
            whole = whole.model_copy(update={"recorded_at": self._now})
        return date_record(whole, None, self._now)

    async def work_out(self, records: Sequence[Record]) -> Batch:
        """What is to be stored of these records; their words are stored."""
        await show_life(self._database)
        world = Final(self._database, self._stage)
        derivation = Derivation(world)
        batch = Batch()
        by_noun: dict[str, list[Key]] = defaultdict(list)
        for record in records:
            by_noun[noun_of(record)].append(record.key)
        for noun, keys in by_noun.items():
            shapes = await derivation.shapes(noun, keys)
            for at, entry in (await derivation.entries(noun, shapes)).items():
                batch.entries[noun, entry.key].append({"_id": at, **plain_members(entry)})
            for key in keys:
                final = world.standing(noun, key)
                assert final is not None
                written = Written(noun, None, final, to_document(final))
                whole = {**written.document, "derived": plain_members(shapes[key])}
                batch.documents[noun, key] = whole
                turn = self._stage.turn(noun, key)
                change = make_change(written, self._author, self._now, self._version, turn)
                change["_id"] = make_key(self._now, self._bundle, noun, key)
                batch.changes[noun, key] = change
                if (found := self._find_status_change((noun, key), whole, turn)) is not None:
                    batch.status_changes[noun, key] = found
                self._tally.update(tally(noun, whole))
        await self._add_words(entry for found in batch.entries.values() for entry in found)
        return batch

    def _find_status_change(
        self, at: At, document: Mapping[str, Any], turn: int
    ) -> dict[str, Any] | None:
        """What a record's status became; None if none is published of it."""
        if at[0] not in TRACKABLES:
            return None
        day = today(self._now)
        effect = find_first_effect(at, document, day)
        if effect is None:
            return None
        key = make_key(self._now, self._bundle, STATUS_CHANGES, *at)
        return {"_id": key, **make_status_change(effect, day, self._now, self._version, turn)}

    async def _add_words(self, entries: Iterable[Mapping[str, Any]]) -> None:
        words = words_of(entries) - self._words
        if len(self._words) + len(words) > MOST_WORDS:
            self._words.clear()
        self._words |= words
        added = [UpdateOne({"_id": w}, {"$setOnInsert": {}}, upsert=True) for w in sorted(words)]
        await self._database.write(VOCABULARY, added, ordered=False)

    async def store(self, batch: Batch, records: Sequence[Record]) -> Receipt:
        """Stores these records of a batch, as far as they are not there.

        Nobody reads them before all are there, and to store one again changes nothing: so no
        transaction is needed, and none that a killed program left open is in the way.
        """
        ats = [(noun_of(record), record.key) for record in records]
        missing: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for at in ats:
            missing[ENTRIES] += batch.entries.get(at, ())
            missing[CHANGES].append(batch.changes[at])
            if at in batch.status_changes:
                missing[STATUS_CHANGES].append(batch.status_changes[at])
            missing[at[0]].append(batch.documents[at])
        # At once: one by one, each would wait while another batch is worked out.
        inserted = await gather_all(
            [self._database.insert_missing(beside(name), docs) for name, docs in missing.items()]
        )
        stored = dict(zip(missing, inserted, strict=True))
        created = [(noun, key) for noun, key in ats if key in stored[noun]]
        unchanged = [(noun, key) for noun, key in ats if key not in stored[noun]]
        return Receipt(created=created, unchanged=unchanged, data_version=self._version)

    async def finish(self, progress: Callable[[str, int, int | None], None]) -> None:
        """Counts, indexes, and puts what was loaded in its place. Raises StoreWritten."""
        counters = [InsertOne(dict(c)) for c in as_documents(self._tally).values()]
        found = await self._database.find(beside(COUNTERS), {}, fields={"_id": 1})
        await self._database.write(beside(COUNTERS), [DeleteOne({"_id": c["_id"]}) for c in found])
        await self._database.write(beside(COUNTERS), counters, ordered=False)
        for noun, staged in self._stage.counts().items():
            counted = await self._database.aggregate(beside(noun), [{"$count": "n"}])
            if (stored := counted[0]["n"] if counted else 0) != staged:
                raise StoreWritten(
                    f"{stored:,} of {staged:,} {noun} are there although all were stored: somebody "
                    "dropped what was loaded; import the same again"
                )
        if not await take_place(self._database, self._bundle, progress):
            raise StoreWritten(
                "the store was written while this was loaded, and is as it was; import the same "
                "again"
            )
