"""Keeps what is derived: works it out again for the records that a write touched.

What is derived of a record, given the others, is `store.records.derived`; which records those
are, and how they are loaded, is here. `store.writes.rebuild` does it for the whole store.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from store.mongodb.documents import BOOKKEEPING, plain_members
from store.mongodb.driver import Database, ReplaceOne, Session, UpdateOne
from store.records import derived, search_entries
from store.records.articles import Article
from store.records.assessments import Assessment
from store.records.base import At, Record, Shape, is_accepted, is_live
from store.records.check_logs import CheckLog
from store.records.commitments import Commitment
from store.records.concepts import Concept
from store.records.derived import DERIVED, Named
from store.records.evidence import Evidence
from store.records.follow_ups import FollowUp
from store.records.meetings import Meeting
from store.records.naming import NAMERS
from store.records.nouns import TRACKABLES, noun_of
from store.records.parties import Organization, Party
from store.records.references import find_parts
from store.records.requests import Request
from store.records.search_entries import ENTRIES, Bearing, Entry, latest_recording
from store.records.terms import find_own_paths
from store.vocabulary import add_words
from store.writes.unit_of_work import World

RESTING = (*TRACKABLES, "follow_ups", "meetings")
"""What rests on articles, and all but meetings themselves on a meeting, too."""

_ADDING = ("parties", "meetings", "follow_ups", "concepts", *TRACKABLES)
"""What keeps something that is derived of the records that were merged into it."""


_OF_THE_SOURCE = ("identifiers", "url", "inLanguage")

_QUIET: Mapping[str, frozenset[str]] = {
    "meetings": frozenset({"title", *_OF_THE_SOURCE}),
    "commitments": frozenset({"title", "gist", "test", "strength", "measures", *_OF_THE_SOURCE}),
    "requests": frozenset({"title", "gist", "strength", "measures", *_OF_THE_SOURCE}),
    "follow_ups": frozenset({"rationale", "confidence", "scopeChange", "measures"}),
}
"""Members of which no other record keeps anything; of evidence they keep which articles it is in.
What is not named here counts as kept."""


def is_quiet(noun: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a change of a document changes nothing that other records keep of it."""
    return noun in _QUIET and _kept_by_others(noun, before) == _kept_by_others(noun, after)


def is_derived_alike(noun: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a quiet change of a document leaves what is derived of it, and its entry, as it was:
    of a follow-up, in whose entry there are no words, if it is found by the same terms.
    """
    return noun == "follow_ups" and all(before.get(n) == after.get(n) for n in _OF_FOLLOW_UPS)


_OF_FOLLOW_UPS = ("evidence", *find_own_paths("follow_ups"))


def _kept_by_others(noun: str, document: Mapping[str, Any]) -> dict[str, Any]:
    left_out = BOOKKEEPING | _QUIET[noun] | {"derived"}
    kept = {name: value for name, value in document.items() if name not in left_out}
    kept["evidence"] = [evidence["article"] for evidence in document.get("evidence", ())]
    return kept


def _by_noun() -> dict[str, set[str]]:
    return defaultdict(set)


@dataclass(frozen=True, slots=True)
class Touched:
    """Keys by noun: `records` to derive again, and `named`, whose namers are to be, too; of the
    records in `borne` only the entries, because something that rests on them was changed. `moved`
    are parties of which the bodies above are others, or which live on elsewhere. `new`
    are among the records, and were not there before; `quiet` those of which nothing was changed
    that others keep. If there are `told_of`, of these records themselves nothing was changed, only
    of those of one noun that they name. What names those in `later` is told by the queue.
    """

    records: dict[str, set[str]] = field(default_factory=_by_noun)
    named: dict[str, set[str]] = field(default_factory=_by_noun)
    borne: dict[str, set[str]] = field(default_factory=_by_noun)
    moved: set[str] = field(default_factory=set)
    new: dict[str, set[str]] = field(default_factory=_by_noun)
    quiet: dict[str, set[str]] = field(default_factory=_by_noun)
    told_of: frozenset[At] = frozenset()
    later: dict[str, set[str]] = field(default_factory=_by_noun)

    def ats(self) -> set[At]:
        """Noun and key of every record that was written or derived again."""
        return {(noun, key) for noun, keys in self.records.items() for key in keys}


@dataclass(frozen=True, slots=True)
class Worked:
    """What is derived of what was touched, by noun and key; and the entries that are not stored so
    already, with the `_id` of each.
    """

    derived: Mapping[At, dict[str, Any]]
    entries: Sequence[dict[str, Any]]


async def work_out(world: World, touched: Touched) -> Worked:
    """Derives again for what was touched and what keeps something of that; nothing is written.

    What is written is laid over the world already. Adds to what was touched.
    """
    derivation = Derivation(world)
    if touched.told_of:
        if any(noun == "parties" for noun, _ in touched.told_of):
            await derivation.spread_of_party(touched)
        await derivation.spread_of_told(touched)
    else:
        await derivation.spread(touched)
    found: dict[At, dict[str, Any]] = {}
    entries: list[dict[str, Any]] = []
    for noun in DERIVED:
        keys = sorted(touched.records[noun])
        found |= {
            (noun, k): plain_members(s) for k, s in (await derivation.shapes(noun, keys)).items()
        }
        borne = sorted(touched.borne.get(noun, set()) - touched.records[noun])
        entries += await derivation.changed_entries(noun, [*keys, *borne], touched.new[noun])
    return Worked(found, entries)


class Derivation:
    """Works out what is derived of given records; reads in batches, one command per noun.

    It keeps what it has worked out: one for each write, or for each batch of a longer work.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._bearing: dict[At, list[Bearing]] = {}
        self._kept: dict[At, Shape] = {}

    async def spread(self, touched: Touched) -> None:
        """Adds to `touched.records` what keeps something of the records touched."""
        # Where parties of a bundle name each other in a circle, one is written before what it
        # names; records of other nouns never are.
        new = touched.new["parties"]
        if any(r.key not in new for r in await self._world.naming("parties", "parties", new)):
            touched.named["parties"] |= new
            touched.moved.update(new)
        touched.named["parties"] |= await self.find_below(touched.moved)
        touched.records["parties"] |= touched.named["parties"]
        for noun, namers in NAMERS.items():
            named = touched.named[noun]
            named -= touched.later[noun]
            # What names a merged record keeps something of the one in which it lives on.
            named |= set(await self._merged_into(noun, named))
            for namer in namers if named else ():
                found = {r.key for r in await self._world.naming(namer, noun, named)}
                touched.records[namer] |= found
                touched.quiet[namer] -= found
            if noun == "parties":
                touched.named["meetings"] |= touched.records["meetings"] - touched.quiet["meetings"]
                if named:
                    # A follow-up's entry has the parties of what it follows.
                    for trackables in TRACKABLES:
                        touched.named[trackables] |= touched.records[trackables]
                    touched.named["articles"] |= {
                        article.key
                        for article in await self._world.naming("articles", "parties", named)
                        if isinstance(article, Article)
                        and not named.isdisjoint((article.publisher, article.relays))
                    }
        loud = touched.records["follow_ups"] - touched.quiet["follow_ups"]
        for record in (await self._world.stand("follow_ups", loud)).values():
            if isinstance(record, FollowUp):
                touched.records[str(record.target_noun)].add(record.target)
                touched.quiet[str(record.target_noun)].discard(record.target)
        for noun in _ADDING:
            for record in (await self._world.stand(noun, touched.records[noun])).values():
                if record.merged_into is not None:
                    touched.records[noun].add(record.merged_into)
        await self._spread_to_borne(touched)

    async def _spread_to_borne(self, touched: Touched) -> None:
        """Adds the articles and meetings on which the records touched rest."""
        for noun in RESTING:
            records = await self._world.stand(noun, touched.records[noun] - touched.quiet[noun])
            merged = await self._load_merged(noun, records)
            for record in (*records.values(), *chain.from_iterable(merged.values())):
                for at, key in rests_on(record):
                    touched.borne[at].add(key)
        for noun in ("articles", "meetings"):
            for record in (await self._world.stand(noun, touched.borne[noun])).values():
                if record.merged_into is not None:
                    touched.borne[noun].add(record.merged_into)
        # What an article bears on stands in its document, too; often it is about the same still.
        touched.records["articles"] |= await self._changed("articles", touched.borne["articles"])

    async def spread_of_party(self, touched: Touched) -> None:
        """Adds what keeps something of a party by what names it: what was made or followed at a
        meeting of it; of one that moved, also what rests on what it published or said, and what
        follows its commitments.
        """
        if touched.moved:
            articles = await self._world.stand("articles", touched.records["articles"])
            by_moved = {
                key
                for key, article in articles.items()
                if isinstance(article, Article)
                and not touched.moved.isdisjoint((article.publisher, article.relays))
            }
            for noun, keys in (
                ("articles", by_moved),
                *((noun, touched.records[noun]) for noun in TRACKABLES),
            ):
                for namer in NAMERS[noun] if keys else ():
                    found = await self._world.naming(namer, noun, keys)
                    touched.records[namer] |= {record.key for record in found}
        meetings = touched.records["meetings"]
        for namer in NAMERS["meetings"] if meetings else ():
            found = await self._world.naming(namer, "meetings", meetings)
            touched.records[namer] |= {record.key for record in found}

    async def spread_of_told(self, touched: Touched) -> None:
        """Adds what keeps something of the records that are told: what a follow-up follows, in
        what each of these lives on, and what that which follows a commitment rests on.
        """
        follow_ups = touched.records["follow_ups"]
        for record in (await self._world.stand("follow_ups", follow_ups)).values():
            if isinstance(record, FollowUp):
                target = (str(record.target_noun), record.target)
                if target not in touched.told_of:
                    touched.records[target[0]].add(target[1])
        for noun in _ADDING:
            for record in (await self._world.stand(noun, touched.records[noun])).values():
                if record.merged_into is not None:
                    touched.records[noun].add(record.merged_into)
        if any(noun in TRACKABLES for noun, _ in touched.told_of):
            await self._spread_to_borne(touched)

    async def _changed(self, noun: str, keys: Iterable[str]) -> set[str]:
        """Those of which something else is derived now."""
        return {
            key
            for key, shape in (await self.shapes(noun, sorted(keys))).items()
            if plain_members(shape) != (self._world.document(noun, key) or {}).get("derived")
        }

    async def store(self, database: Database, noun: str, keys: Sequence[str]) -> None:
        """Works out what is derived of these records, and their entries, and stores what is not
        stored so already.
        """
        session = self._world.session
        wanted = {key: plain_members(s) for key, s in (await self.shapes(noun, keys)).items()}
        updates = [
            UpdateOne({"_id": key}, {"$set": {"derived": derived}})
            for key, derived in wanted.items()
            if derived != (self._world.document(noun, key) or {}).get("derived")
        ]
        await database.write(noun, updates, session)
        # The vocabulary may lack words of entries that are as they should be.
        shapes = await self.shapes(noun, keys)
        entries = (await self.entries(noun, shapes)).values()
        await add_words(database, map(plain_members, entries))
        await store_entries(database, await self.changed_entries(noun, keys), session)

    async def changed_entries(
        self, noun: str, keys: Sequence[str], new: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        """The entries of these records that are not stored so already; `new` have none yet."""
        entries = await self.entries(noun, await self.shapes(noun, keys))
        made = [{"_id": at, **plain_members(entry)} for at, entry in entries.items()]
        asked = [entry["_id"] for entry in made if entry["key"] not in new]
        stored = await self._world.entries(asked)
        return [entry for entry in made if entry != stored.get(entry["_id"])]

    async def shapes(self, noun: str, keys: Iterable[str]) -> Mapping[str, Shape]:
        """What is derived of these records, by key."""
        keys = list(keys)
        missing = [key for key in keys if (noun, key) not in self._kept]
        if missing:
            found = await self._shapes(noun, await self._world.stand(noun, missing))
            self._kept |= {(noun, key): shape for key, shape in found.items()}
        return {key: self._kept[noun, key] for key in keys if (noun, key) in self._kept}

    async def entries(self, noun: str, shapes: Mapping[str, Shape]) -> dict[str, Entry]:
        """The entries of the records of which this was derived, by their `_id`."""
        records = await self._world.stand(noun, shapes)
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
                        self._target_parties(r, targets[k], named),
                        named,
                    )
                    for k, r, s in _with(shapes, _only(records, FollowUp))
                }
            case _:
                trackables = _only(records, Commitment | Request)
                named = await self._named(trackables.values())
                keys = {k: derived.parties_of(r, named.seen_from(r)) for k, r in trackables.items()}
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
        for of in RESTING:
            those = [
                record
                for record in await self._world.naming(of, noun, [*records, *merged_into])
                # Of what was merged the evidence counts for its survivor, but not the meeting.
                if record.merged_into is None or noun == "articles"
            ]
            into = {r.merged_into for r in those if r.merged_into}
            living = await self._world.stand(of, into)
            resting += [(r, living[r.merged_into] if r.merged_into else r) for r in those]
        for of in TRACKABLES:
            followed = (r for _, r in resting if isinstance(r, FollowUp))
            targets = {r.target for r in followed if r.target_noun == of}
            loaded = await self._world.stand(of, targets)
            into = {r.merged_into for r in loaded.values() if r.merged_into}
            await self._world.stand(of, into)
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
        parties = await self._world.stand("parties", {key for of in keys.values() for key in of})
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
            case "concepts":
                return await self._concepts(_only(records, Concept))
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

    async def _concepts(self, records: Mapping[str, Concept]) -> Mapping[str, Shape]:
        merged = await self._accepted("concepts", records)
        return {key: derived.derive_concept(record, merged[key]) for key, record in records.items()}

    async def _abouts(self, records: Mapping[str, Assessment | CheckLog]) -> Mapping[str, Shape]:
        named = await self._named(records.values())
        return {key: derived.derive_about(record, named) for key, record in records.items()}

    async def _trackables(
        self, noun: str, records: Mapping[str, Commitment | Request]
    ) -> Mapping[str, Shape]:
        merged = await self._load_merged(noun, records)
        accepted = await self._accepted(noun, records)
        merged_into = {one.key: key for key, those in merged.items() for one in those}
        # What follows a merged record counts for its survivor, and for that alone.
        keys = [key for key, record in records.items() if record.merged_into is None]
        keys += merged_into
        naming = await self._world.naming("follow_ups", noun, keys)
        about = set(keys)
        follow_ups = [r for r in naming if isinstance(r, FollowUp) and r.target in about]
        naming = await self._world.naming("assessments", noun, keys)
        assessments = [r for r in naming if isinstance(r, Assessment)]
        adding = chain.from_iterable(accepted.values())
        await self._load_named([*records.values(), *adding, *follow_ups])
        meetings = {key: self._meeting(record.made_at) for key, record in records.items()}
        named = await self._named(met for met in meetings.values() if met is not None)
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
                meetings[key],
                named,
                accepted[key],
                Standing(self._world, "commitments"),
            )
            for key, record in records.items()
        }

    async def find_below(self, parties: Iterable[str]) -> set[str]:
        """These parties, what was merged into them, and all that belongs to any of these."""
        found: set[str] = set()
        level = set(parties)
        while level:
            found |= level
            level = {
                party.key
                for party in await self._world.naming("parties", "parties", level)
                if party.merged_into in level or getattr(party, "parent", None) in level
            } - found
        return found

    async def _merged_into(self, noun: str, keys: Iterable[str]) -> dict[str, str]:
        """The records merged into any of these, and into which one."""
        merged = await self._load_merged(noun, keys)
        return {record.key: key for key, those in merged.items() for record in those}

    async def _load_merged(self, noun: str, keys: Iterable[str]) -> dict[str, list[Any]]:
        """For each of these records, those merged into it, in the order of their keys."""
        return await self._world.merged_into(noun, keys)

    async def _accepted(self, noun: str, keys: Iterable[str]) -> dict[str, list[Any]]:
        """As `_load_merged`, the accepted ones: of these something counts for the survivor."""
        merged = await self._load_merged(noun, keys)
        return {key: [r for r in those if is_accepted(r)] for key, those in merged.items()}

    def _meeting(self, key: str | None) -> Meeting | None:
        if key is None:
            return None
        meeting = self._world.standing("meetings", self._survivor("meetings", key))
        return meeting if isinstance(meeting, Meeting) else None

    def _commitment(self, key: str | None) -> Commitment | None:
        commitment = self._world.standing("commitments", key) if key is not None else None
        return commitment if isinstance(commitment, Commitment) else None

    def _target(self, record: FollowUp) -> Commitment | Request:
        noun = str(record.target_noun)
        target = self._world.standing(noun, self._survivor(noun, record.target))
        assert isinstance(target, Commitment | Request)
        return target

    def _target_parties(
        self, record: FollowUp, target: Commitment | Request, named: Named
    ) -> tuple[str, ...]:
        """The parties that the target of a follow-up names, as far as they count for that."""
        named = named.seen_from(record)
        counts = named.counts(noun_of(target), target.key)
        return derived.parties_of(target, named) if counts else ()

    def _survivor(self, noun: str, key: str) -> str:
        record = self._world.standing(noun, key)
        return record.merged_into if record is not None and record.merged_into else key

    async def _named(self, records: Iterable[Record]) -> Named:
        """What the records name, and what is loaded by now."""
        await self._load_named(records)
        return Named(
            parties=Standing(self._world, "parties"),
            articles=Standing(self._world, "articles"),
            survivor=self._survivor,
            accepted=self._is_accepted,
        )

    def _is_accepted(self, noun: str, key: str) -> bool:
        record = self._world.standing(noun, key)
        return record is not None and is_accepted(record)

    async def _load_named(self, records: Iterable[Record]) -> None:
        """Loads what the records name, and what is to be known of that: see `_beyond`."""
        wanted = {at for record in records for at in self._world.named_by(record)}
        seen: set[tuple[str, str]] = set()
        while wanted:
            seen |= wanted
            loaded: list[Record] = []
            for noun in sorted({noun for noun, _ in wanted}):
                keys = [key for named, key in wanted if named == noun]
                loaded += (await self._world.stand(noun, keys)).values()
            wanted = {at for record in loaded for at in _beyond(record)} - seen


async def store_entries(
    database: Database,
    entries: Sequence[dict[str, Any]],
    session: Session | None,
    *,
    for_good: bool = True,
) -> None:
    """Stores entries, and their words first: these outside the transaction, so only `for_good`."""
    if for_good:
        await add_words(database, entries)
    replaced = [ReplaceOne({"_id": entry["_id"]}, entry, upsert=True) for entry in entries]
    await database.write(ENTRIES, replaced, session)


class Standing(Mapping[str, Any]):
    """The records of a noun as they stand, by key, as far as they are loaded."""

    def __init__(self, world: World, noun: str) -> None:
        self._world, self._noun = world, noun

    def __getitem__(self, key: str) -> Any:
        record = self._world.standing(self._noun, key)
        if record is None:
            raise KeyError(key)
        return record

    def __iter__(self) -> Iterator[str]:
        return self._world.loaded(self._noun)

    def __len__(self) -> int:
        return sum(1 for _ in self)


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
