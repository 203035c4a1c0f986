"""One identity map for a write: what is stored, what is about to be written laid over it.

Each document is read once, in batches: one command per noun, however many records are wanted. Both
the rules and what is derived see it; the first what may still come, the second only what is
written.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from store.mongodb.documents import to_record
from store.mongodb.driver import Database, Session
from store.records import rules
from store.records.base import At, Key, Record, RecordRefused, group_keys
from store.records.commitments import Commitment
from store.records.follow_ups import ADVANCES, FollowUp
from store.records.naming import match_merged_into, named_by, word
from store.records.nouns import NOUNS, TRACKABLES
from store.records.parties import Organization
from store.records.references import find_keys
from store.records.requests import Request
from store.records.search_entries import ENTRIES


class World:
    """Answers for any record that was wanted and loaded, put or laid.

    `record` is how one will stand once all that is staged is written, for rules. `standing` is how
    it stands with this write, which is what others derive something of. `staged` finds records of a
    bundle that is being checked and is not written yet; of a store that is `empty` nothing is read.
    """

    def __init__(
        self,
        database: Database,
        session: Session | None = None,
        *,
        staged: Callable[[str, str], Record | None] = lambda noun, key: None,
        empty: bool = False,
    ) -> None:
        self._empty = empty
        self._database = database
        self.session = session
        self._staged = staged
        self._documents: dict[At, Mapping[str, Any] | None] = {}
        self._parsed: dict[At, Record] = {}
        self._put: dict[At, Record] = {}
        self._laid: dict[At, Record] = {}
        self._names: dict[int, tuple[Record, Sequence[At]]] = {}
        self._wanted: dict[str, set[str]] = defaultdict(set)
        self._asked: set[tuple[str, str]] = set()
        self._asked_merged: set[At] = set()
        self._namers: dict[tuple[str, str], dict[Key, None]] = defaultdict(dict)
        """By noun and word, the keys of what names that, as stored or as laid; it may not any
        more."""

    def put(self, noun: str, record: Record) -> None:
        """Says how a record would stand, for rules."""
        self._put[noun, record.key] = record

    def lay(self, noun: str, record: Record) -> None:
        """Lays a record that is written over what is stored."""
        self._laid[noun, record.key] = self._put[noun, record.key] = record
        for named, key in named_by(record):
            self._namers[noun, word(named, key)][record.key] = None

    def want(self, noun: str, key: str) -> None:
        """Asks for a record at the next `load`."""
        if (noun, key) not in self._documents:
            self._wanted[noun].add(key)

    async def load(self) -> None:
        """Loads what is wanted: one command per noun."""
        for noun, keys in self._wanted.items():
            if keys:
                for document in await self._find(noun, {"_id": {"$in": sorted(keys)}}):
                    self._documents[noun, document["_id"]] = document
                for key in keys:
                    self._documents.setdefault((noun, key), None)
        self._wanted.clear()

    async def load_namers(self, namer: str, noun: str, keys: Iterable[Key]) -> list[Key]:
        """Loads the records of a noun that name any of these, and says which they may be."""
        words = [word(noun, key) for key in keys]
        if missing := sorted(w for w in words if (namer, w) not in self._asked):
            self._asked |= {(namer, w) for w in missing}
            for document in await self._find(namer, {"derived.refersTo": {"$in": missing}}):
                self._documents.setdefault((namer, document["_id"]), document)
                for named in document["derived"]["refersTo"]:
                    self._namers[namer, named][document["_id"]] = None
        return list(dict.fromkeys(key for w in words for key in self._namers.get((namer, w), ())))

    async def load_merged(self, noun: str, keys: Iterable[Key]) -> list[Key]:
        """Loads the records that are merged into any of these, and says which they may be. Of many
        members of a body few are merged into it.
        """
        wanted = list(keys)
        missing = sorted(
            key
            for key in wanted
            if (noun, key) not in self._asked_merged and (noun, word(noun, key)) not in self._asked
        )
        if missing:
            self._asked_merged |= {(noun, key) for key in missing}
            for document in await self._find(noun, match_merged_into(noun, missing)):
                self._documents.setdefault((noun, document["_id"]), document)
                self._namers[noun, word(noun, document["mergedInto"])][document["_id"]] = None
        words = [word(noun, key) for key in wanted]
        return list(dict.fromkeys(key for w in words for key in self._namers.get((noun, w), ())))

    async def merged_into(self, noun: str, keys: Iterable[Key]) -> dict[Key, list[Any]]:
        """For each of these records, those that stand as merged into it, in the order of their
        keys.
        """
        found: dict[Key, list[Any]] = {key: [] for key in keys}
        for key in sorted(await self.load_merged(noun, found)):
            record = self.standing(noun, key)
            if record is not None and record.merged_into in found:
                found[record.merged_into].append(record)
        return found

    async def _find(self, noun: str, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        if self._empty:
            return []
        return await self._database.find(noun, query, session=self.session)

    def document(self, noun: str, key: str) -> Mapping[str, Any] | None:
        """The stored document; None if there is none. It must have been wanted and loaded."""
        return self._documents[noun, key]

    def record(self, noun: str, key: str) -> Record | None:
        """The record as it will stand: put, else staged, else stored; None if there is none."""
        at = (noun, key)
        return self._put.get(at) or self._staged(noun, key) or self._stored(at)

    def standing(self, noun: str, key: str) -> Record | None:
        """The record as it stands with what was laid; None if there is none, or none is loaded."""
        return self._laid.get((noun, key)) or self._stored((noun, key))

    def _stored(self, at: At) -> Record | None:
        found = self._parsed.get(at)
        if found is None and (document := self._documents.get(at)) is not None:
            found = self._parsed[at] = to_record(at[0], document)
        return found

    def loaded(self, noun: str) -> Iterator[Key]:
        """The keys of a noun's records that are loaded or laid."""
        ats = dict.fromkeys([*self._laid, *self._documents])
        return (key for n, key in ats if n == noun and self.standing(n, key) is not None)

    async def entries(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The stored entries of these, by their `_id`."""
        if not keys:
            return {}
        found = await self._find(ENTRIES, {"_id": {"$in": sorted(keys)}})
        return {entry["_id"]: entry for entry in found}

    async def stand(self, noun: str, keys: Iterable[Key]) -> dict[Key, Record]:
        """These records as they stand, by key and in its order; without those that are not."""
        wanted = sorted(set(keys))
        for key in wanted:
            if (noun, key) not in self._laid:
                self.want(noun, key)
        await self.load()
        found = ((key, self.standing(noun, key)) for key in wanted)
        return {key: record for key, record in found if record is not None}

    async def naming(self, namer: str, noun: str, keys: Iterable[Key]) -> list[Record]:
        """The records of a noun that name any of these, as they stand, in the order of their
        keys.
        """
        wanted = set(keys)
        if not wanted:
            return []
        found = []
        for key in sorted(await self.load_namers(namer, noun, sorted(wanted))):
            record = self.standing(namer, key)
            if record is not None and any(
                n == noun and k in wanted for n, k in self.named_by(record)
            ):
                found.append(record)
        return found

    def named_by(self, record: Record) -> Sequence[At]:
        """Noun and key of all that a record names, found once for each record."""
        known = self._names.get(id(record))
        # With the record itself, lest it goes and another gets its id.
        if known is None or known[0] is not record:
            known = self._names[id(record)] = (record, tuple(named_by(record)))
        return known[1]

    async def gather(self, ats: Sequence[At]) -> list[At]:
        """Loads all that is needed to check these records, and what rests on them.

        Returns the records to check: these, and stored ones whose rules their change could break.
        """
        for noun, key in ats:
            self.want(noun, key)
        await self.load()
        stored = [at for at in ats if self._may_break_others(*at)]
        wanted = dict.fromkeys([*ats, *await self._dependents(stored)])
        await self._load_named((noun, self.record(noun, key)) for noun, key in wanted)
        return list(wanted)

    def _may_break_others(self, noun: str, key: str) -> bool:
        """Whether a record is stored, and its change can break a rule of what names it."""
        before, after = self._stored((noun, key)), self.record(noun, key)
        assert after is not None
        return before is not None and rules.may_break_others(noun, before, after)

    async def _dependents(self, stored: Sequence[At]) -> list[At]:
        """The stored records whose rules rest on these: what names them, and what lives on in them
        with what names that.
        """
        found = await self._load_resting(stored)
        merged = await self._load_merged_into(stored)
        found += [*merged, *await self._load_resting(merged)]
        # The merge of an article reaches one further: a follow-up may not rest on one article
        # alone with what it follows. (What answers a follow-up does not hinder that the merge of
        # what both follow is taken back; `check` tells of it.)
        if moved := [at for at in stored if at[0] == "articles" and self._moves(*at)]:
            namers = await self._load_resting(moved)
            found += await self._load_resting([*namers, *await self._load_merged_into(namers)])
        return found

    async def _load_resting(self, ats: Iterable[At]) -> list[At]:
        """Loads the stored records whose rules rest on these."""
        found: list[At] = []
        for noun, keys in group_keys(ats).items():
            for namer in rules.RESTING.get(noun, ()):
                found += [(namer, key) for key in await self.load_namers(namer, noun, keys)]
        return found

    async def _load_merged_into(self, ats: Iterable[At]) -> list[At]:
        """Loads the stored records that are merged into these."""
        found: list[At] = []
        for noun, keys in group_keys(ats).items():
            for key in await self.load_merged(noun, keys):
                document = self._documents.get((noun, key))
                if document is not None and document.get("mergedInto") in keys:
                    found.append((noun, key))
        return found

    def _moves(self, noun: str, key: str) -> bool:
        """Whether a stored record is to live on elsewhere than it did."""
        record, document = self.record(noun, key), self._documents[noun, key]
        assert record is not None and document is not None
        return record.merged_into != document.get("mergedInto")

    async def _load_named(self, records: Iterable[tuple[str, Record | None]]) -> None:
        """Loads what these records name, what that names in turn, and keys that could collide."""
        to_check = list(records)
        for noun, record in to_check:
            assert record is not None
            trusted = self._trackable(noun, record)
            for nouns, key in find_keys(record, noun):
                for named in nouns if len(nouns) == 1 else trusted:
                    self.want(named, key)
            if noun in TRACKABLES:
                for trackable in TRACKABLES:
                    self.want(trackable, record.key)
        await self._load_in_turn()
        await self._load_merged("articles", self._articles_of_targets(to_check))
        await self._load_in_turn()

    def _trackable(self, noun: str, record: Record) -> Sequence[str]:
        """The nouns among which that is which a record follows: one, where that was stored."""
        stored = self._documents.get((noun, record.key)) or {}
        path = "target" if isinstance(record, FollowUp) else "trackable"
        key, known = getattr(record, path, None), stored.get(f"{path}Noun")
        return (known,) if known is not None and stored.get(path) == key else TRACKABLES

    async def _load_in_turn(self) -> None:
        seen = 0
        while self._wanted:
            await self.load()
            ats = list(self._documents)
            for noun, key in self._named_in_turn(ats[seen:]):
                self.want(noun, key)
            seen = len(ats)

    def _named_in_turn(self, ats: Iterable[At]) -> Iterator[At]:
        """Where records live on, the bodies above a body, what an answered follow-up follows."""
        for noun, key in ats:
            record = self.record(noun, key)
            if record is None:
                continue
            if record.merged_into is not None:
                yield noun, record.merged_into
            if isinstance(record, Organization) and record.parent is not None:
                yield "parties", record.parent
            if isinstance(record, FollowUp):
                for trackables in self._trackable(noun, record):
                    yield trackables, record.target

    def _articles_of_targets(self, records: Iterable[tuple[str, Record | None]]) -> Iterator[str]:
        """The articles in which that was made which these follow-ups say was advanced."""
        for _, record in records:
            if isinstance(record, FollowUp) and record.kind in ADVANCES:
                for trackables in TRACKABLES:
                    target = self.record(trackables, record.target)
                    if target is not None and target.merged_into is not None:
                        target = self.record(trackables, target.merged_into)
                    if isinstance(target, Commitment | Request):
                        yield from (evidence.article for evidence in target.evidence)

    async def _load_merged(self, noun: str, keys: Iterable[str]) -> None:
        """Loads those of these records that are merged, and asks for those they live on in."""
        missing = sorted({key for key in keys if (noun, key) not in self._documents})
        if missing:
            query = {"_id": {"$in": missing}, "mergedInto": {"$exists": True}}
            for document in await self._find(noun, query):
                self._documents[noun, document["_id"]] = document
                self.want(noun, document["mergedInto"])
        for key in missing:
            # Of a bundle that is still to be written.
            record = self._staged(noun, key)
            if record is not None and record.merged_into is not None:
                self.want(noun, record.merged_into)


def problems(world: World, ats: Iterable[At]) -> list[RecordRefused]:
    """Every rule broken by these records, for which the world was gathered."""
    refusals = []
    for noun, key in ats:
        record = world.record(noun, key)
        assert record is not None and noun in NOUNS
        if found := rules.check(noun, record, world.record):
            refusals.append(RecordRefused(noun, key, found))
    return refusals
