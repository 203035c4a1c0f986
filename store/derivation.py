"""Keeps what is derived: works it out again for records that a write touched, or for all."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from store.documents import plain, to_record
from store.layout import COUNTERS
from store.mongo import Database, ReplaceOne, Session, UpdateOne
from store.records import derived
from store.records.articles import Article
from store.records.assessments import Assessment
from store.records.commitments import Commitment
from store.records.follow_ups import FollowUp
from store.records.meetings import Meeting
from store.records.nouns import NOUNS, TRACKABLES, noun_of
from store.records.parties import Party
from store.records.references import references
from store.records.requests import Request
from store.records.shape import Record, Shape

_NAMING: Mapping[str, Mapping[str, Sequence[str]]] = {
    "parties": {
        "articles": ("mentions.party", "publisher", "relays"),
        "meetings": ("participations.party", "participations.onBehalfOf"),
        "follow_ups": ("actors",),
        "commitments": ("promisors.party", "addressees", "beneficiaries"),
        "requests": ("askers", "asked"),
    },
    "articles": {
        "meetings": ("evidence.article", "claims.evidence.article"),
        "follow_ups": ("evidence.article",),
        "commitments": ("evidence.article",),
        "requests": ("evidence.article",),
    },
    "meetings": {
        "follow_ups": ("meeting",),
        "commitments": ("madeAt",),
        "requests": ("madeAt",),
    },
    "commitments": {"follow_ups": ("target", "restatedAs"), "requests": ("answeredBy",)},
    "requests": {"follow_ups": ("target",)},
}
"""Per noun: the records, and where in them, that keep something of that noun's record."""


def _by_noun() -> dict[str, set[str]]:
    return defaultdict(set)


@dataclass(frozen=True, slots=True)
class Touched:
    """Keys by noun: `records` to derive again, and `named`, whose namers are to be, too."""

    records: dict[str, set[str]] = field(default_factory=_by_noun)
    named: dict[str, set[str]] = field(default_factory=_by_noun)


async def refresh(database: Database, touched: Touched, session: Session | None) -> None:
    """Derives again for what was touched, in the same transaction as the write."""
    derivation = Derivation(database, session)
    await derivation.spread(touched)
    for noun in _ORDER:
        keys = sorted(touched.records[noun])
        if keys:
            wanted = await derivation.derived(noun, keys)
            updates = [
                UpdateOne({"_id": key}, {"$set": {"derived": value}})
                for key, value in wanted.items()
            ]
            await database.write(noun, updates, session)


_ORDER = ("parties", "articles", "meetings", "follow_ups", "commitments", "requests")


class Derivation:
    """Works out what is derived of given records; reads in batches, one command per noun."""

    def __init__(self, database: Database, session: Session | None = None) -> None:
        self._database = database
        self._session = session
        self._records: dict[tuple[str, str], Record | None] = {}

    async def spread(self, touched: Touched) -> None:
        """Adds to `touched.records` what keeps something of the records touched."""
        for noun, keys in list(touched.named.items()):
            for naming, paths in _NAMING.get(noun, {}).items():
                for document in await self._naming(naming, paths, keys):
                    touched.records[naming].add(document["_id"])
        for document in await self._documents("follow_ups", touched.records["follow_ups"]):
            touched.records[document["targetNoun"]].add(document["target"])
        for noun in TRACKABLES:
            for record in (await self._load(noun, touched.records[noun])).values():
                if record.merged_into is not None:
                    touched.records[noun].add(record.merged_into)

    async def derived(self, noun: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What is derived of these records, as documents keep it."""
        records = await self._load(noun, keys)
        shapes = await self._shapes(noun, records)
        return {key: plain(shape) for key, shape in shapes.items()}

    async def _shapes(self, noun: str, records: Mapping[str, Record]) -> Mapping[str, Shape]:
        match noun:
            case "parties":
                return {k: derived.party(r) for k, r in records.items() if isinstance(r, Party)}
            case "articles":
                return await self._articles(_only(records, Article))
            case "meetings":
                return await self._meetings(_only(records, Meeting))
            case "follow_ups":
                return await self._follow_ups(_only(records, FollowUp))
            case "commitments":
                return await self._trackables(noun, _only(records, Commitment))
            case "requests":
                return await self._trackables(noun, _only(records, Request))
        return {}

    async def _articles(self, records: Mapping[str, Article]) -> Mapping[str, Shape]:
        await self._load_named(records.values())
        return {key: derived.article(record, self._survivor) for key, record in records.items()}

    async def _meetings(self, records: Mapping[str, Meeting]) -> Mapping[str, Shape]:
        await self._load_named(records.values())
        return {
            key: derived.meeting(record, self._parties(), self._survivor)
            for key, record in records.items()
        }

    async def _follow_ups(self, records: Mapping[str, FollowUp]) -> Mapping[str, Shape]:
        await self._load_named(records.values())
        return {
            key: derived.follow_up(record, self._target(record), self._survivor)
            for key, record in records.items()
        }

    async def _trackables(
        self, noun: str, records: Mapping[str, Commitment | Request]
    ) -> Mapping[str, Shape]:
        lived_on = await self._merged_into(noun, list(records))
        keys = [*records, *lived_on]
        follow_ups = await self._following(FollowUp, "follow_ups", "target", keys)
        assessments = await self._following(Assessment, "assessments", "trackable", keys)
        await self._load_named([*records.values(), *follow_ups])
        meetings = [r for (n, _), r in self._records.items() if n == "meetings" and r is not None]
        await self._load_named(meetings)
        shapes = {}
        for key, record in records.items():
            own = {key, *(merged for merged, into in lived_on.items() if into == key)}
            shapes[key] = derived.trackable(
                record,
                [f for f in follow_ups if f.target in own],
                [a for a in assessments if a.trackable in own],
                self._made_at(record),
                self._parties(),
                self._survivor,
            )
        return shapes

    async def _merged_into(self, noun: str, keys: Sequence[str]) -> dict[str, str]:
        found = await self._database.find(
            noun,
            {"mergedInto": {"$exists": True, "$in": list(keys)}},
            fields={"mergedInto": 1},
            session=self._session,
        )
        return {document["_id"]: document["mergedInto"] for document in found}

    async def _following(
        self, model: type[Any], noun: str, path: str, keys: Sequence[str]
    ) -> list[Any]:
        found = await self._naming(noun, (path,), keys)
        return [
            r for r in (to_record(noun, document) for document in found) if isinstance(r, model)
        ]

    def _made_at(self, record: Commitment | Request) -> Meeting | None:
        if record.made_at is None:
            return None
        meeting = self._records.get(("meetings", self._survivor("meetings", record.made_at)))
        return meeting if isinstance(meeting, Meeting) else None

    def _target(self, record: FollowUp) -> Commitment | Request:
        target = self._records[str(record.target_noun), record.target]
        assert isinstance(target, Commitment | Request)
        return target

    def _parties(self) -> dict[str, Party]:
        return {key: r for (_, key), r in self._records.items() if isinstance(r, Party)}

    def _survivor(self, noun: str, key: str) -> str:
        record = self._records.get((noun, key))
        return record.merged_into if record is not None and record.merged_into else key

    async def _load_named(self, records: Iterable[Record]) -> None:
        """Loads what the records name, and the survivors of what was merged."""
        wanted = _by_noun()
        for record in records:
            for reference in references(record, noun_of(record)):
                for noun in reference.nouns:
                    wanted[noun].add(reference.key)
        for noun, keys in wanted.items():
            loaded = await self._load(noun, keys)
            merged = {r.merged_into for r in loaded.values() if r.merged_into is not None}
            await self._load(noun, merged)

    async def _load(self, noun: str, keys: Iterable[str]) -> dict[str, Record]:
        wanted = set(keys)
        missing = {key for key in wanted if (noun, key) not in self._records}
        found = {d["_id"]: to_record(noun, d) for d in await self._documents(noun, missing)}
        self._records |= {(noun, key): found.get(key) for key in missing}
        loaded = {key: self._records[noun, key] for key in sorted(wanted)}
        return {key: record for key, record in loaded.items() if record is not None}

    async def _documents(self, noun: str, keys: Iterable[str]) -> list[dict[str, Any]]:
        wanted = sorted(keys)
        if not wanted:
            return []
        return await self._database.find(noun, {"_id": {"$in": wanted}}, session=self._session)

    async def _naming(
        self, noun: str, paths: Sequence[str], keys: Iterable[str]
    ) -> list[dict[str, Any]]:
        query = {"$or": [{path: {"$in": sorted(keys)}} for path in paths]}
        return await self._database.find(noun, query, session=self._session)


def _only(records: Mapping[str, Record], model: type[Any]) -> dict[str, Any]:
    return {key: record for key, record in records.items() if isinstance(record, model)}


@dataclass(frozen=True, slots=True)
class Difference:
    """A record whose stored derived part is not what its records give."""

    noun: str
    key: str
    members: tuple[str, ...]


async def differences(database: Database, *, batch: int = 500) -> AsyncIterator[Difference | int]:
    """Compares everything derived with what is stored; also yields how many were looked at."""
    for noun in _ORDER:
        async for documents in _batches(database, noun, batch):
            wanted = await Derivation(database).derived(noun, [d["_id"] for d in documents])
            for document in documents:
                stored, right = document.get("derived", {}), wanted[document["_id"]]
                members = {*stored, *right}
                wrong = sorted(m for m in members if stored.get(m) != right.get(m))
                if wrong:
                    yield Difference(noun, document["_id"], tuple(wrong))
            yield len(documents)
    for noun, right in (await _counted(database)).items():
        stored = await database.find(COUNTERS, {"_id": noun})
        if _without_zeros(stored[0] if stored else {}) != right:
            yield Difference(COUNTERS, noun, ("curation", "total"))


async def rebuild(database: Database, *, batch: int = 500) -> AsyncIterator[int]:
    """Derives everything again, in batches; yields how many records each batch had."""
    for noun in _ORDER:
        async for documents in _batches(database, noun, batch):
            keys = [document["_id"] for document in documents]
            await database.transaction(partial(_again, database, noun, keys))
            yield len(keys)
    counters = await _counted(database)
    for noun, counter in counters.items():
        await database.write(COUNTERS, [ReplaceOne({"_id": noun}, counter, upsert=True)])


async def _again(database: Database, noun: str, keys: Sequence[str], session: Session) -> None:
    wanted = await Derivation(database, session).derived(noun, keys)
    updates = [UpdateOne({"_id": k}, {"$set": {"derived": v}}) for k, v in wanted.items()]
    await database.write(noun, updates, session)


async def _batches(
    database: Database, noun: str, batch: int
) -> AsyncIterator[list[dict[str, Any]]]:
    after: dict[str, Any] = {}
    while documents := await database.find(noun, after, sort=[("_id", 1)], limit=batch):
        yield documents
        after = {"_id": {"$gt": documents[-1]["_id"]}}


async def _counted(database: Database) -> dict[str, dict[str, Any]]:
    """The counters as they should be, by counting."""
    counters = {}
    for noun in NOUNS:
        groups = await database.aggregate(
            noun, [{"$group": {"_id": "$curation", "n": {"$sum": 1}}}]
        )
        curation = {group["_id"]: group["n"] for group in groups}
        if curation:
            counters[noun] = {"_id": noun, "total": sum(curation.values()), "curation": curation}
    return counters


def _without_zeros(counter: Mapping[str, Any]) -> dict[str, Any]:
    curation = {state: n for state, n in counter.get("curation", {}).items() if n}
    return {**counter, "curation": curation} if counter else {}
