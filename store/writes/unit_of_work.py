"""The records around a write: what is stored, with what is about to be written laid over it.

Loads in batches, one command per noun, however many records are wanted.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from store.mongodb.documents import to_record
from store.mongodb.driver import Database, Session
from store.records import rules
from store.records.base import At, Record, RecordRefused
from store.records.commitments import Commitment
from store.records.follow_ups import ADVANCES, FollowUp
from store.records.nouns import NOUNS, TRACKABLES
from store.records.parties import Organization
from store.records.references import find_references
from store.records.requests import Request


class World:
    """Answers for any record that was wanted and loaded, or put.

    `staged` finds records of a bundle that is being checked and is not written yet.
    """

    def __init__(
        self,
        database: Database,
        session: Session | None = None,
        *,
        staged: Callable[[str, str], Record | None] = lambda noun, key: None,
    ) -> None:
        self._database = database
        self._session = session
        self._staged = staged
        self._documents: dict[At, Mapping[str, Any] | None] = {}
        self._records: dict[At, Record | None] = {}
        self._wanted: dict[str, set[str]] = defaultdict(set)

    def put(self, noun: str, record: Record) -> None:
        """Lays a record over what is stored."""
        self._records[noun, record.key] = record

    def want(self, noun: str, key: str) -> None:
        """Asks for a record at the next `load`."""
        if (noun, key) not in self._documents:
            self._wanted[noun].add(key)

    async def load(self) -> None:
        """Loads what is wanted: one command per noun."""
        for noun, keys in self._wanted.items():
            if keys:
                found = await self._database.find(
                    noun, {"_id": {"$in": sorted(keys)}}, session=self._session
                )
                by_key = {document["_id"]: document for document in found}
                self._documents |= {(noun, key): by_key.get(key) for key in keys}
        self._wanted.clear()

    def document(self, noun: str, key: str) -> Mapping[str, Any] | None:
        """The stored document; None if there is none. It must have been wanted and loaded."""
        return self._documents[noun, key]

    def record(self, noun: str, key: str) -> Record | None:
        """The record as it will stand: put, else staged, else stored; None if there is none."""
        at = (noun, key)
        if at not in self._records:
            document = self._documents.get(at)
            self._records[at] = self._staged(noun, key) or (
                to_record(noun, document) if document is not None else None
            )
        return self._records[at]

    async def gather(self, ats: Sequence[At]) -> list[At]:
        """Loads all that is needed to check these records, and what rests on them.

        Returns the records to check: these, and stored ones whose rules their change could break.
        """
        for noun, key in ats:
            self.want(noun, key)
        await self.load()
        stored = [at for at in ats if self._documents[at] is not None]
        wanted = dict.fromkeys([*ats, *await self._dependents(stored)])
        await self._load_named((noun, self.record(noun, key)) for noun, key in wanted)
        return list(wanted)

    async def _dependents(self, stored: Sequence[At]) -> list[At]:
        """The stored records whose rules rest on these: what names them, and what lives on in them
        with what names that.
        """
        found = await self._load_namers(stored)
        merged = await self._load_merged_into(stored)
        found += [*merged, *await self._load_namers(merged)]
        # The merge of an article reaches one further: a follow-up may not rest on one article
        # alone with what it follows. (What answers a follow-up does not hinder that the merge of
        # what both follow is taken back; `check` tells of it.)
        if moved := [at for at in stored if at[0] == "articles" and self._moves(*at)]:
            namers = await self._load_namers(moved)
            found += await self._load_namers([*namers, *await self._load_merged_into(namers)])
        return found

    async def _load_namers(self, ats: Iterable[At]) -> list[At]:
        """Loads what `NAMING` says of these records."""
        by_noun = _by_noun(ats)
        found: list[At] = []
        for noun, naming in NAMING.items():
            if keys := by_noun.get(noun):
                found += await self._load_naming(naming, keys)
        return found

    async def _load_merged_into(self, ats: Iterable[At]) -> list[At]:
        """Loads the stored records that are merged into these."""
        found: list[At] = []
        for noun, keys in _by_noun(ats).items():
            found += await self._load_naming({noun: ("mergedInto",)}, keys)
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
            for reference in find_references(record, noun):
                for named in reference.nouns:
                    self.want(named, reference.key)
            if noun in TRACKABLES:
                for trackable in TRACKABLES:
                    self.want(trackable, record.key)
        await self._load_in_turn()
        await self._load_merged("articles", self._articles_of_targets(to_check))
        await self._load_in_turn()

    async def _load_in_turn(self) -> None:
        while self._wanted:
            await self.load()
            for noun, key in self._named_in_turn():
                self.want(noun, key)

    def _named_in_turn(self) -> Iterator[At]:
        """Where records live on, the bodies above a body, what an answered follow-up follows."""
        for noun, key in list(self._documents):
            record = self.record(noun, key)
            if record is None:
                continue
            if record.merged_into is not None:
                yield noun, record.merged_into
            if isinstance(record, Organization) and record.parent is not None:
                yield noun, record.parent
            if isinstance(record, FollowUp):
                yield from ((trackables, record.target) for trackables in TRACKABLES)

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
            for document in await self._database.find(noun, query, session=self._session):
                self._documents[noun, document["_id"]] = document
                self.want(noun, document["mergedInto"])
        for key in missing:
            # Of a bundle that is still to be written.
            record = self._staged(noun, key)
            if record is not None and record.merged_into is not None:
                self.want(noun, record.merged_into)

    async def _load_naming(
        self, nouns_paths: Mapping[str, Sequence[str]], keys: Sequence[str]
    ) -> list[At]:
        """Loads the records that name any of these keys at any of these paths, per noun."""
        found: list[At] = []
        for noun, paths in nouns_paths.items():
            query = {"$or": [{path: {"$in": list(keys)}} for path in paths]}
            for document in await self._database.find(noun, query, session=self._session):
                self._documents[noun, document["_id"]] = document
                found.append((noun, document["_id"]))
        return found


def _by_noun(ats: Iterable[At]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for noun, key in dict.fromkeys(ats):
        found[noun].append(key)
    return found


NAMING: Mapping[str, Mapping[str, Sequence[str]]] = {
    "articles": {
        "meetings": ("evidence.article", "claims.evidence.article"),
        "commitments": ("evidence.article",),
        "requests": ("evidence.article",),
        "follow_ups": ("evidence.article",),
    },
    "commitments": {"follow_ups": ("target", "restatedAs"), "assessments": ("trackable",)},
    "requests": {"follow_ups": ("target",), "assessments": ("trackable",)},
    "follow_ups": {"follow_ups": ("answers",)},
    "parties": {"parties": ("parent", "memberships.organization")},
}
"""Per noun: the records, and where in them, whose rules rest on what that noun's record says."""


def problems(world: World, ats: Iterable[At]) -> list[RecordRefused]:
    """Every rule broken by these records, for which the world was gathered."""
    refusals = []
    for noun, key in ats:
        record = world.record(noun, key)
        assert record is not None and noun in NOUNS
        if found := rules.check(noun, record, world.record):
            refusals.append(RecordRefused(noun, key, found))
    return refusals
