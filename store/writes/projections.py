"""Keeps what is derived: works it out again for the records that a write touched.

What is derived of a record, given the others, is `store.records.derived`; which records those
are, and how they are loaded, is here. `store.writes.rebuild` does it for the whole store.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from store.mongodb.documents import plain_members, to_record
from store.mongodb.driver import Database, ReplaceOne, Session, UpdateOne, Write
from store.records import derived, search_entries
from store.records.articles import Article
from store.records.assessments import Assessment
from store.records.base import At, Record, Shape, is_accepted, is_live
from store.records.check_logs import CheckLog
from store.records.commitments import Commitment
from store.records.counter_deltas import OF_DERIVED
from store.records.derived import DERIVED, Named
from store.records.evidence import Evidence
from store.records.follow_ups import FollowUp
from store.records.meetings import Meeting
from store.records.nouns import TRACKABLES, noun_of
from store.records.parties import Organization, Party
from store.records.references import find_parts, find_references
from store.records.requests import Request
from store.records.search_entries import ENTRIES, Bearing, Entry, latest_recording
from store.vocabulary import add_words
from store.writes.counters import Steps

_ABOUT: Mapping[str, Sequence[str]] = dict.fromkeys(("assessments", "check_logs"), ("trackable",))

_NAMING: Mapping[str, Mapping[str, Sequence[str]]] = {
    "parties": {
        "parties": ("memberships.organization",),
        "articles": ("mentions.party", "publisher", "relays"),
        "meetings": ("participations.party", "participations.onBehalfOf"),
        "follow_ups": ("actors", "evidence.saidBy", "evidence.relayedBy"),
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
    "commitments": {
        "follow_ups": ("target", "restatedAs"),
        "requests": ("answeredBy",),
        **_ABOUT,
    },
    "requests": {"follow_ups": ("target",), **_ABOUT},
    "follow_ups": {"follow_ups": ("answers",)},
}
"""Per noun: the records, and where in them, that keep something of that noun's record."""


RESTING = (*TRACKABLES, "follow_ups", "meetings")
"""What rests on articles, and all but meetings themselves on a meeting, too."""

_RESTING: Mapping[str, Mapping[str, Sequence[str]]] = {
    "articles": {
        **dict.fromkeys((*TRACKABLES, "follow_ups"), ("evidence.article",)),
        "meetings": _NAMING["articles"]["meetings"],
    },
    "meetings": {**dict.fromkeys(TRACKABLES, ("madeAt",)), "follow_ups": ("meeting",)},
}
"""Per article and meeting: what rests on it, and where that names it."""


_PARTIES_IN_PARTIES = ("parent", "memberships.organization", "mergedInto")

_ADDING = ("parties", "meetings", "follow_ups", *TRACKABLES)
"""What keeps something that is derived of the records that were merged into it."""


def _by_noun() -> dict[str, set[str]]:
    return defaultdict(set)


@dataclass(frozen=True, slots=True)
class Touched:
    """Keys by noun: `records` to derive again, and `named`, whose namers are to be, too; of the
    records in `borne` only the entries, because something that rests on them was changed. `new`
    are among the records, and were not there before.
    """

    records: dict[str, set[str]] = field(default_factory=_by_noun)
    named: dict[str, set[str]] = field(default_factory=_by_noun)
    borne: dict[str, set[str]] = field(default_factory=_by_noun)
    new: dict[str, set[str]] = field(default_factory=_by_noun)

    def ats(self) -> set[At]:
        """Noun and key of every record that was written or derived again."""
        return {(noun, key) for noun, keys in self.records.items() for key in keys}


async def refresh(
    database: Database,
    touched: Touched,
    changed: Mapping[At, Mapping[str, Any] | None],
    session: Session | None,
) -> tuple[Steps, set[str]]:
    """Derives again for what was touched, in the same transaction as the write.

    `changed` has what was written as it was before, None for what is new. Returns by how much
    the counters change that rest on something derived, and the collections of which anything
    derived is not what it was.
    """
    derivation = Derivation(database, session)
    await derivation.spread(touched)
    steps = Steps()
    for noun in DERIVED:
        found = await derivation.store(noun, sorted(touched.records[noun]))
        if noun in OF_DERIVED:
            for key, now in found.items():
                stored = derivation.stored[noun, key]
                before = changed.get((noun, key), stored)
                steps.changed(noun, before, {**stored, "derived": now})
    for noun, keys in touched.borne.items():
        await derivation.store_entries(noun, sorted(keys - touched.records[noun]))
    return steps, derivation.changed


class Derivation:
    """Works out what is derived of given records; reads in batches, one command per noun.

    It keeps what it has read: one for each write, or for each batch of a longer work. `stored`
    has the documents of `OF_DERIVED`, with what was derived of them before. `changed` names the
    collections in which anything that is derived is not what it was.
    """

    def __init__(self, database: Database, session: Session | None = None) -> None:
        self._database = database
        self._session = session
        self._records: dict[At, Record | None] = {}
        self._bearing: dict[At, list[Bearing]] = {}
        self._merged: dict[At, list[Record]] = {}
        self.stored: dict[At, dict[str, Any]] = {}
        self.changed: set[str] = set()

    async def spread(self, touched: Touched) -> None:
        """Adds to `touched.records` what keeps something of the records touched."""
        # Where parties of a bundle name each other in a circle, one is written before what it
        # names; records of other nouns never are.
        new = touched.new["parties"]
        early = await self._naming("parties", _PARTIES_IN_PARTIES, new, {"_id": 1})
        if any(document["_id"] not in new for document in early):
            touched.named["parties"] |= new
        touched.named["parties"] |= await self._below(touched.named["parties"])
        touched.records["parties"] |= touched.named["parties"]
        for noun, naming in _NAMING.items():
            named = touched.named[noun]
            # What names a merged record keeps something of the one in which it lives on.
            named |= set(await self._merged_into(noun, named))
            if named:
                for namer, paths in naming.items():
                    namers = await self._naming(namer, paths, named, {"_id": 1})
                    touched.records[namer] |= {document["_id"] for document in namers}
            if noun == "parties":
                touched.named["meetings"] |= touched.records["meetings"]
                if named:
                    # A follow-up's entry has the parties of what it follows.
                    for trackables in TRACKABLES:
                        touched.named[trackables] |= touched.records[trackables]
                published = await self._naming(
                    "articles", ("publisher", "relays"), named, {"_id": 1}
                )
                touched.named["articles"] |= {document["_id"] for document in published}
        for document in await self._documents("follow_ups", touched.records["follow_ups"]):
            touched.records[document["targetNoun"]].add(document["target"])
        for noun in _ADDING:
            for record in (await self._load(noun, touched.records[noun])).values():
                if record.merged_into is not None:
                    touched.records[noun].add(record.merged_into)
        for noun in RESTING:
            records = await self._load(noun, touched.records[noun])
            merged = await self._load_merged(noun, records)
            for record in (*records.values(), *chain.from_iterable(merged.values())):
                for at, key in rests_on(record):
                    touched.borne[at].add(key)
        for noun in _RESTING:
            for record in (await self._load(noun, touched.borne[noun])).values():
                if record.merged_into is not None:
                    touched.borne[noun].add(record.merged_into)
        # What an article bears on stands in its document, too; often it is about the same still.
        touched.records["articles"] |= await self._changed("articles", touched.borne["articles"])

    async def _changed(self, noun: str, keys: Iterable[str]) -> set[str]:
        """Those of `OF_DERIVED` of which something else is derived now."""
        shapes = await self.shapes(noun, sorted(keys))
        return {
            key
            for key, shape in shapes.items()
            if plain_members(shape) != self.stored[noun, key].get("derived")
        }

    async def store(self, noun: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Works out what is derived of these records, and their entries, and stores it.

        Returns what is derived.
        """
        shapes = await self.shapes(noun, keys)
        wanted = {key: plain_members(shape) for key, shape in shapes.items()}
        updates = [UpdateOne({"_id": k}, {"$set": {"derived": v}}) for k, v in wanted.items()]
        await self._write(noun, updates)
        await self._store_entries(noun, shapes)
        return wanted

    async def store_entries(self, noun: str, keys: Sequence[str]) -> None:
        """Works out the entries of these records alone, and stores them."""
        await self._store_entries(noun, await self.shapes(noun, keys))

    async def _store_entries(self, noun: str, shapes: Mapping[str, Shape]) -> None:
        made = {k: plain_members(e) for k, e in (await self.entries(noun, shapes)).items()}
        await add_words(self._database, made.values())
        # With the `_id` MongoDB sees when a document is replaced by its like, and changes nothing.
        replaced = [ReplaceOne({"_id": k}, {"_id": k, **e}, upsert=True) for k, e in made.items()]
        await self._write(ENTRIES, replaced)

    async def _write(self, collection: str, operations: Sequence[Write]) -> None:
        if (await self._database.write(collection, operations, self._session)).changed:
            self.changed.add(collection)

    async def shapes(self, noun: str, keys: Sequence[str]) -> Mapping[str, Shape]:
        """What is derived of these records, by key."""
        return await self._shapes(noun, await self._load(noun, keys))

    async def entries(self, noun: str, shapes: Mapping[str, Shape]) -> dict[str, Entry]:
        """The entries of the records of which this was derived, by their `_id`."""
        records = await self._load(noun, shapes)
        match noun:
            case "parties":
                made = {
                    k: search_entries.party_entry(r, s)
                    for k, r, s in _with(shapes, _only(records, Party))
                }
            case "articles":
                borne = await self._bearing_on(noun, records)
                parties = await self._found_by({k: s.parties for k, s in _all(shapes)})
                made = {
                    k: search_entries.article_entry(r, s, borne[k], parties[k])
                    for k, r, s in _with(shapes, _only(records, Article))
                }
            case "meetings":
                borne = await self._bearing_on(noun, records)
                parties = await self._found_by(
                    {k: [ref.party for ref in s.parties] for k, s in _all(shapes)}
                )
                made = {
                    k: search_entries.meeting_entry(r, s, borne[k], parties[k])
                    for k, r, s in _with(shapes, _only(records, Meeting))
                }
            case "follow_ups":
                targets = {k: self._target(r) for k, r in _only(records, FollowUp).items()}
                named = await self._named(targets.values())
                made = {
                    k: search_entries.follow_up_entry(
                        r,
                        s,
                        targets[k],
                        self._commitment(s.restated_as),
                        derived.parties_of(targets[k], self._survivor),
                        named,
                    )
                    for k, r, s in _with(shapes, _only(records, FollowUp))
                }
            case _:
                trackables = _only(records, Commitment | Request)
                named = await self._named(trackables.values())
                keys = {k: derived.parties_of(r, self._survivor) for k, r in trackables.items()}
                parties = await self._found_by(keys)
                made = {
                    k: search_entries.trackable_entry(r, s, parties[k], named)
                    for k, r, s in _with(shapes, trackables)
                }
        return {search_entries.id_of(noun, key): entry for key, entry in made.items()}

    async def _bearing_on(
        self, noun: str, records: Mapping[str, Record]
    ) -> Mapping[str, list[Bearing]]:
        """For each article or meeting, the live trackables that rest on it, themselves or by a
        follow-up, in the order of their keys; then the live meetings that rest on an article. On
        a merged one rests nothing: it counts for the one in which that lives on.
        """
        missing = {k: r for k, r in records.items() if (noun, k) not in self._bearing}
        if missing:
            found = await self._find_bearing_on(noun, missing)
            self._bearing |= {(noun, key): bearing for key, bearing in found.items()}
        return {key: self._bearing[noun, key] for key in records}

    async def _find_bearing_on(
        self, noun: str, records: Mapping[str, Record]
    ) -> Mapping[str, list[Bearing]]:
        merged_into = await self._merged_into(noun, records)
        lives_on = {k: r.merged_into for k, r in records.items() if r.merged_into} | merged_into
        resting: list[tuple[Record, Record]] = []
        for of, paths in _RESTING[noun].items():
            those = [
                record
                for record in await self._following(of, paths, [*records, *merged_into])
                # Of what was merged the evidence counts for its survivor, but not the meeting.
                if record.merged_into is None or noun == "articles"
            ]
            living = await self._load(of, {r.merged_into for r in those if r.merged_into})
            resting += [(r, living[r.merged_into] if r.merged_into else r) for r in those]
        for of in TRACKABLES:
            followed = (r for _, r in resting if isinstance(r, FollowUp))
            targets = {r.target for r in followed if r.target_noun == of}
            loaded = await self._load(of, targets)
            await self._load(of, {r.merged_into for r in loaded.values() if r.merged_into})
        found: dict[str, dict[tuple[bool, str], Bearing]] = defaultdict(dict)
        for record, living_on in resting:
            target = self._target(living_on) if isinstance(living_on, FollowUp) else living_on
            is_meeting = isinstance(target, Meeting)
            if not isinstance(target, Commitment | Request | Meeting):
                continue
            if is_accepted(record) and is_live(living_on) and is_live(target):
                bearing = Bearing(target, latest_recording(record, living_on, target))
                for at, on in rests_on(record):
                    if at == noun:
                        resting_on, place = found[lives_on.get(on, on)], (is_meeting, target.key)
                        first = min(resting_on.get(place, bearing).known_since, bearing.known_since)
                        resting_on[place] = Bearing(target, first)
        return {key: [found[key][k] for k in sorted(found[key])] for key in records}

    async def _found_by(self, keys: Mapping[str, Iterable[str]]) -> Mapping[str, list[Party]]:
        """By record, the parties of these keys, each with what was merged into it."""
        parties = await self._load("parties", {key for of in keys.values() for key in of})
        merged = await self._load_merged("parties", parties)
        found = {
            key: [p for p in (party, *filter(is_accepted, merged[key])) if isinstance(p, Party)]
            for key, party in parties.items()
        }
        return {of: [p for key in named for p in found.get(key, ())] for of, named in keys.items()}

    async def _shapes(self, noun: str, records: Mapping[str, Record]) -> Mapping[str, Shape]:
        match noun:
            case "parties":
                return await self._parties(_only(records, Party))
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
            case _:
                return await self._abouts(_only(records, Assessment | CheckLog))

    async def _parties(self, records: Mapping[str, Party]) -> Mapping[str, Shape]:
        merged = await self._accepted("parties", records)
        named = await self._named([*records.values(), *chain.from_iterable(merged.values())])
        return {
            key: derived.derive_party(record, named, merged[key]) for key, record in records.items()
        }

    async def _articles(self, records: Mapping[str, Article]) -> Mapping[str, Shape]:
        named = await self._named(records.values())
        borne = await self._bearing_on("articles", records)
        merged = await self._accepted("articles", records)
        return {
            key: derived.derive_article(record, (b.record for b in borne[key]), named, merged[key])
            for key, record in records.items()
        }

    async def _meetings(self, records: Mapping[str, Meeting]) -> Mapping[str, Shape]:
        merged = await self._accepted("meetings", records)
        named = await self._named([*records.values(), *chain.from_iterable(merged.values())])
        return {
            key: derived.derive_meeting(record, named, merged[key])
            for key, record in records.items()
        }

    async def _follow_ups(self, records: Mapping[str, FollowUp]) -> Mapping[str, Shape]:
        merged = await self._accepted("follow_ups", records)
        await self._load_named([*records.values(), *chain.from_iterable(merged.values())])
        meetings = {key: self._meeting(record.meeting) for key, record in records.items()}
        named = await self._named(met for met in meetings.values() if met is not None)
        return {
            key: derived.derive_follow_up(
                record, self._target(record), meetings[key], named, merged[key]
            )
            for key, record in records.items()
        }

    async def _abouts(self, records: Mapping[str, Assessment | CheckLog]) -> Mapping[str, Shape]:
        named = await self._named(records.values())
        return {key: derived.derive_about(record, named) for key, record in records.items()}

    async def _trackables(
        self, noun: str, records: Mapping[str, Commitment | Request]
    ) -> Mapping[str, Shape]:
        merged = await self._load_merged(noun, records)
        accepted = await self._accepted(noun, records)
        merged_into = {one.key: key for key, those in merged.items() for one in those}
        keys = [*records, *merged_into]
        follow_ups: list[FollowUp] = await self._following("follow_ups", ("target",), keys)
        assessments: list[Assessment] = await self._following("assessments", ("trackable",), keys)
        adding = chain.from_iterable(accepted.values())
        await self._load_named([*records.values(), *adding, *follow_ups])
        meetings = [r for (n, _), r in self._records.items() if n == "meetings" and r is not None]
        named = await self._named(meetings)
        following: dict[str, list[FollowUp]] = defaultdict(list)
        for follow_up in follow_ups:
            following[merged_into.get(follow_up.target, follow_up.target)].append(follow_up)
        judging: dict[str, list[Assessment]] = defaultdict(list)
        for assessment in assessments:
            judged = assessment.trackable
            judging[merged_into.get(judged, judged)].append(assessment)
        return {
            key: derived.derive_trackable(
                record,
                following[key],
                judging[key],
                self._meeting(record.made_at),
                named,
                accepted[key],
            )
            for key, record in records.items()
        }

    async def _below(self, parties: Iterable[str]) -> set[str]:
        """These parties, what was merged into them, and all that belongs to any of these."""
        found: set[str] = set()
        level = set(parties)
        while level:
            found |= level
            next_ = await self._naming("parties", ("parent", "mergedInto"), level, {"_id": 1})
            level = {document["_id"] for document in next_} - found
        return found

    async def _merged_into(self, noun: str, keys: Iterable[str]) -> dict[str, str]:
        """The records merged into any of these, and into which one."""
        found = await self._naming(noun, ("mergedInto",), keys, {"mergedInto": 1})
        return {document["_id"]: document["mergedInto"] for document in found}

    async def _load_merged(self, noun: str, keys: Iterable[str]) -> dict[str, list[Any]]:
        """For each of these records, those merged into it, in the order of their keys."""
        wanted = list(keys)
        missing = {key for key in wanted if (noun, key) not in self._merged}
        for key in missing:
            self._merged[noun, key] = []
        for document in await self._naming(noun, ("mergedInto",), missing):
            merged = self._records.get((noun, document["_id"])) or self._keep(noun, document)
            self._merged[noun, document["mergedInto"]].append(merged)
        for key in missing:
            self._merged[noun, key].sort(key=lambda record: record.key)
        return {key: self._merged[noun, key] for key in wanted}

    async def _accepted(self, noun: str, keys: Iterable[str]) -> dict[str, list[Any]]:
        """As `_load_merged`, the accepted ones: of these something counts for the survivor."""
        merged = await self._load_merged(noun, keys)
        return {key: [r for r in those if is_accepted(r)] for key, those in merged.items()}

    async def _following(self, noun: str, paths: Sequence[str], keys: Iterable[str]) -> list[Any]:
        return [to_record(noun, document) for document in await self._naming(noun, paths, keys)]

    def _meeting(self, key: str | None) -> Meeting | None:
        if key is None:
            return None
        meeting = self._records.get(("meetings", self._survivor("meetings", key)))
        return meeting if isinstance(meeting, Meeting) else None

    def _commitment(self, key: str | None) -> Commitment | None:
        commitment = self._records.get(("commitments", key)) if key is not None else None
        return commitment if isinstance(commitment, Commitment) else None

    def _target(self, record: FollowUp) -> Commitment | Request:
        noun = str(record.target_noun)
        target = self._records[noun, self._survivor(noun, record.target)]
        assert isinstance(target, Commitment | Request)
        return target

    def _survivor(self, noun: str, key: str) -> str:
        record = self._records.get((noun, key))
        return record.merged_into if record is not None and record.merged_into else key

    async def _named(self, records: Iterable[Record]) -> Named:
        """What the records name, and what is loaded by now."""
        await self._load_named(records)
        return Named(
            parties={key: r for (_, key), r in self._records.items() if isinstance(r, Party)},
            articles={key: r for (_, key), r in self._records.items() if isinstance(r, Article)},
            survivor=self._survivor,
        )

    async def _load_named(self, records: Iterable[Record]) -> None:
        """Loads what the records name, and what is to be known of that: see `_beyond`."""
        wanted = {
            (noun, reference.key)
            for record in records
            for reference in find_references(record, noun_of(record))
            for noun in reference.nouns
        }
        seen: set[At] = set()
        while wanted:
            seen |= wanted
            loaded: list[Record] = []
            for noun in sorted({noun for noun, _ in wanted}):
                keys = [key for named, key in wanted if named == noun]
                loaded += (await self._load(noun, keys)).values()
            wanted = {at for record in loaded for at in _beyond(record)} - seen

    async def _load(self, noun: str, keys: Iterable[str]) -> dict[str, Record]:
        wanted = set(keys)
        missing = {key for key in wanted if (noun, key) not in self._records}
        self._records |= dict.fromkeys(((noun, key) for key in missing), None)
        for document in await self._documents(noun, missing):
            self._keep(noun, document)
        loaded = {key: self._records[noun, key] for key in sorted(wanted)}
        return {key: record for key, record in loaded.items() if record is not None}

    def _keep(self, noun: str, document: dict[str, Any]) -> Record:
        if noun in OF_DERIVED:
            self.stored[noun, document["_id"]] = document
        self._records[noun, document["_id"]] = record = to_record(noun, document)
        return record

    async def _documents(self, noun: str, keys: Iterable[str]) -> list[dict[str, Any]]:
        wanted = sorted(keys)
        if not wanted:
            return []
        return await self._database.find(noun, {"_id": {"$in": wanted}}, session=self._session)

    async def _naming(
        self,
        noun: str,
        paths: Sequence[str],
        keys: Iterable[str],
        fields: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        wanted = sorted(keys)
        if not wanted:
            return []
        query = {"$or": [{path: {"$in": wanted}} for path in paths]}
        return await self._database.find(noun, query, fields=fields, session=self._session)


def rests_on(record: Record) -> Iterator[At]:
    """The articles and the meeting whose entries know of a trackable, follow-up or meeting."""
    yield from (("articles", evidence.article) for _, evidence in find_parts(record, Evidence))
    meeting = record.meeting if isinstance(record, FollowUp) else getattr(record, "made_at", None)
    if meeting is not None:
        yield "meetings", meeting


def _with(shapes: Mapping[str, Any], records: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Keys, records and what was derived of them."""
    return ((key, record, shapes[key]) for key, record in records.items())


def _all(shapes: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return shapes.items()


def _beyond(record: Record) -> Iterator[At]:
    """Where a record lives on, the body above a party, whom an article is from."""
    if record.merged_into is not None:
        yield noun_of(record), record.merged_into
    if isinstance(record, Organization) and record.parent is not None:
        yield "parties", record.parent
    if isinstance(record, Article):
        of = (record.publisher, record.relays)
        yield from (("parties", key) for key in of if key is not None)


def _only(records: Mapping[str, Record], model: Any) -> dict[str, Any]:
    return {key: record for key, record in records.items() if isinstance(record, model)}
