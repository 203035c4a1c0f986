"""The one writer: checks the rules, writes in a transaction, logs the change, keeps the derived.

Nothing else writes records. Whoever proposes them (import, mutations) hands drafts in here.
"""

from collections import Counter, defaultdict
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from store.mongodb.collections import CHANGES, META, QUEUE
from store.mongodb.documents import content, to_document, to_record
from store.mongodb.driver import (
    Database,
    InsertOne,
    Session,
    bytes_of,
)
from store.mongodb.keys import new_key
from store.records import rules
from store.records.articles import Article
from store.records.assessments import Assessment
from store.records.base import (
    At,
    Curation,
    Key,
    Problem,
    Record,
    RecordRefused,
    group_keys,
    is_accepted,
    is_published,
    to_stored_precision,
)
from store.records.changes import ChangeKind, Origin
from store.records.derived import names_of
from store.records.follow_ups import FollowUp
from store.records.history.statuses import today as day_of
from store.records.naming import NAMERS, named_by
from store.records.nouns import TRACKABLES, noun_of
from store.records.parties import Organization, Party
from store.records.rules import LookUp
from store.writes import queue
from store.writes.counters import advance_to
from store.writes.derived_writes import write_derived
from store.writes.effects import Effect, find_effects, keep_effects
from store.writes.loading import LOADING, give_way
from store.writes.projections import (
    RESTING,
    Derivation,
    Touched,
    is_derived_alike,
    is_quiet,
    rests_on,
    work_out,
)
from store.writes.unit_of_work import World, problems

MOST_BYTES = 6_000_000
"""Of one record with the words that its spans point at. An entry of the log of changes holds two
of them, what was and what is, and MongoDB takes no document of more than 16 MiB."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record as it should become; `expected_version` refuses to overwrite a later one."""

    record: Record
    expected_version: int | None = None

    @property
    def noun(self) -> str:
        """The noun of the record."""
        return noun_of(self.record)


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, why, and how it came; `correction` marks that the world did not change, only the
    record.
    """

    by: str
    why: str | None = None
    correction: bool = False
    via: Origin | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a write did, as `(noun, key)`, and the data version that it made.

    `changes` are the ids of the entries in the log, `effects` the statuses that became others.
    """

    created: list[At] = field(default_factory=list)
    updated: list[At] = field(default_factory=list)
    unchanged: list[At] = field(default_factory=list)
    data_version: int = 0
    changes: Mapping[At, str] = field(default_factory=dict)
    effects: Sequence[Effect] = ()


MOST_ALONG = 500
"""Records that change with what they rest on in one transaction, such as evidence that loses the
words of an article which is withheld."""

_BATCH_AHEAD = 200
_TRIES_AHEAD = 3


class ManyChangeAlong(Exception):
    """More than `MOST_ALONG` records would change along with the drafts; nothing was written. They
    are to be written ahead.
    """

    def __init__(self, drafts: Sequence[Draft], ats: Sequence[At]) -> None:
        super().__init__(f"{len(ats)} records change along")
        self.drafts = drafts
        self.ats = ats


class WriteRefused(ValueError):
    """Records that break rules; nothing was written. `refusals` lists every one."""

    def __init__(self, refusals: Sequence[RecordRefused]) -> None:
        self.refusals = list(refusals)
        super().__init__("\n".join(str(refusal) for refusal in refusals))


@dataclass(frozen=True)
class Written:
    """A record that was changed: its document before (None if new) and its record after."""

    noun: str
    before: Mapping[str, Any] | None
    after: Record
    document: Mapping[str, Any]
    """The record after, as it is stored, without what is derived."""

    @cached_property
    def is_derived_alike(self) -> bool:
        """Whether it changes nothing that is derived, of itself or of others."""
        before, after = self.before, self.document
        if before is None or "derived" not in before or self.after.merged_into is not None:
            return False
        return is_quiet(self.noun, before, after) and is_derived_alike(self.noun, before, after)

    @property
    def key(self) -> str:
        """The record's key."""
        return self.after.key

    @cached_property
    def old(self) -> Record | None:
        """The record before."""
        return to_record(self.noun, self.before) if self.before is not None else None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a write comes to: what to store, or why not."""

    world: World
    written: list[Written]
    unchanged: list[At]
    refusals: list[RecordRefused]


class Writer:
    """Writes drafts to one database.

    `clock` says what time it is, and `today` of which day effects are told: by default that of the
    clock. `staged` finds records of the same bundle that are still to be written, so that drafts
    may name them; `empty` says that besides there is nothing to find.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        today: Callable[[], str] | None = None,
        staged: LookUp = lambda noun, key: None,
        empty: bool = False,
    ) -> None:
        self._empty = empty
        self._database = database
        self._staged = staged
        self._clock = clock
        self._today = today or (lambda: day_of(clock()))

    async def write(self, drafts: Sequence[Draft], author: Author) -> Receipt:
        """Writes all drafts or none; raises `WriteRefused` with every problem found.

        A draft whose content is already stored changes nothing and is not logged.
        """

        async def work(session: Session) -> Receipt:
            return await self.write_within(session, drafts, author)

        try:
            return await self._database.transaction(work)
        except ManyChangeAlong as many:
            await self.write_ahead(many, author)
        return await self._database.transaction(work)

    async def write_ahead(self, many: ManyChangeAlong, author: Author) -> None:
        """Writes in batches what changes along with drafts, as if these were written already. Cut
        off, it leaves records that obey the rules, and the same write goes on.
        """
        drafted = {_id(draft): draft.record for draft in many.drafts}

        def staged(noun: str, key: str) -> Record | None:
            return drafted.get((noun, key)) or self._staged(noun, key)

        ahead = Writer(self._database, clock=self._clock, staged=staged)
        for start in range(0, len(many.ats), _BATCH_AHEAD):
            await self._write_some_ahead(ahead, many.ats[start : start + _BATCH_AHEAD], author)

    async def _write_some_ahead(self, ahead: "Writer", ats: Sequence[At], author: Author) -> None:
        """Writes these as they are stored, again if another program changed one in between."""
        for _ in range(_TRIES_AHEAD - 1):
            with suppress(WriteRefused):
                await ahead.write(await self._draft_stored(ats), author)
                return
        await ahead.write(await self._draft_stored(ats), author)

    async def _draft_stored(self, ats: Sequence[At]) -> list[Draft]:
        return [
            Draft(to_record(noun, document), document["version"])
            for noun, those in group_keys(ats).items()
            for document in await self._database.find(noun, {"_id": {"$in": those}})
        ]

    async def refusals(self, drafts: Sequence[Draft]) -> list[RecordRefused]:
        """Why `write` would refuse these drafts as things stand; nothing is written."""
        plan = await self._plan(drafts, to_stored_precision(self._clock()), None)
        return plan.refusals

    async def write_within(
        self,
        session: Session,
        drafts: Sequence[Draft],
        author: Author,
        *,
        left: Collection[At] = (),
        for_good: bool = True,
    ) -> Receipt:
        """As `write`, in a transaction of the caller's, who undoes it unless it is `for_good`.
        `left` are stored records that rest on a draft and stay as they are, even if a rule speaks
        against them from now on. Raises ManyChangeAlong, which `write` sees to itself.
        """
        now = to_stored_precision(self._clock())
        plan = await self._plan(drafts, now, session, left)
        if plan.refusals:
            raise WriteRefused(plan.refusals)
        written = plan.written
        if not written:
            return Receipt(unchanged=plan.unchanged)
        drafted = {_id(draft) for draft in drafts}
        along = [at for w in written if (at := (w.noun, w.key)) not in drafted]
        if len(along) > MOST_ALONG:
            raise ManyChangeAlong(drafts, along)
        world, touched = plan.world, _touched(written)
        for w in written:
            world.lay(w.noun, w.after)
        same = _find_same(written)
        later, moved = await self._put_off_parties(world, touched, session)
        others = await self._put_off_others(written, touched, session)
        worked = await work_out(world, touched)
        changed = {(w.noun, w.key): (w.before, w.document) for w in written}
        writes = write_derived(world, worked, changed)
        version = await self._next_version(session)
        ats = {(w.noun, w.key) for w in written} | touched.ats()
        ats |= {at for w in written for at in _followed(w)}
        # First of all writes, so that two transactions meet here and not after the others.
        # Where keys become one party, any answer may become another.
        touched_ats = None if same and later else ats
        lists = writes.lists | ({QUEUE} if later or others else set())
        await advance_to(self._database, session, version, touched_ats, lists)
        entries = [make_change(w, author, now, version, n) for n, w in enumerate(written)]
        await self._database.write(CHANGES, [InsertOne(entry) for entry in entries], session)
        await writes.store(self._database, session, for_good=for_good)
        day = self._today()
        effects = find_effects(world, worked, changed, day)
        await keep_effects(self._database, session, effects, day, now, version)
        if later:
            await queue.put_parties(self._database, later, session, moved=moved, same=same)
        if others:
            await queue.put(self._database, others, session)
        return Receipt(
            created=[(w.noun, w.key) for w in written if w.before is None],
            updated=[(w.noun, w.key) for w in written if w.before is not None],
            unchanged=plan.unchanged,
            data_version=version,
            changes={(e["noun"], e["record"]): e["_id"] for e in entries},
            effects=effects,
        )

    async def _plan(
        self,
        drafts: Sequence[Draft],
        now: datetime,
        session: Session | None,
        left: Collection[At] = (),
    ) -> _Plan:
        world = World(self._database, session, staged=self._staged, empty=self._empty)
        for draft in drafts:
            world.put(draft.noun, draft.record)
        drafted = Counter(_id(draft) for draft in drafts)
        ats = [at for at in await world.gather(list(drafted)) if at not in left]
        for noun, key in ats:
            world.put(noun, _with_recorded_at(world, noun, key, now))
        refusals = [*_repeated(drafted), *problems(world, ats)]
        # What rests on a draft and is staged itself is written in its turn, after what it names.
        due = [at for at in ats if at in drafted or self._staged(*at) is None]
        written = list(_changes(world, due, now, without={(r.noun, r.key) for r in refusals}))
        refusals += [*_outdated(drafts, written), *_too_large(written)]
        refusals += [refusal async for refusal in _find_hiding(world, written)]
        changed = {(w.noun, w.key) for w in written}
        return _Plan(world, written, [at for at in drafted if at not in changed], refusals)

    async def _put_off_parties(
        self, world: World, touched: Touched, session: Session
    ) -> tuple[set[Key], set[Key]]:
        """The parties of which those that name them are told later, because they are many, and
        which of them moved. Takes them out of what was touched.
        """
        named = touched.named["parties"]
        if not named:
            return set(), set()
        moved = await Derivation(world).find_below(touched.moved)
        later = named | moved
        if not await queue.are_named_by_many(self._database, "parties", later, session):
            return set(), set()
        touched.named["parties"] = set()
        touched.moved.clear()
        return later, moved

    async def _put_off_others(
        self, written: Iterable[Written], touched: Touched, session: Session
    ) -> list[At]:
        """The other records of which those that name them are told later, because they are many.
        Takes them out of what was touched. What is merged is told of at once: look-ups by key
        depend on it.
        """
        later = []
        for w in written:
            if w.noun == "parties" or w.key not in touched.named[w.noun] or _stands_elsewhere(w):
                continue
            if await queue.are_named_by_many(self._database, w.noun, [w.key], session):
                touched.later[w.noun].add(w.key)
                later.append((w.noun, w.key))
        return later

    async def _next_version(self, session: Session) -> int:
        query = {"_id": {"$in": ["data", LOADING]}}
        found = {d["_id"]: d for d in await self._database.find(META, query, session=session)}
        await give_way(self._database, found.get(LOADING), session)
        return int(found["data"]["version"] if "data" in found else 0) + 1


def _followed(written: Written) -> Iterator[At]:
    """What a follow-up follows, and an assessment or a check is about: whoever reads of that what
    followed has to hear of these, too.
    """
    for version in (written.old, written.after):
        if isinstance(version, FollowUp):
            yield str(version.target_noun), version.target
        elif isinstance(version, Assessment):
            yield str(version.trackable_noun), version.trackable


def _id(draft: Draft) -> At:
    return draft.noun, draft.record.key


def _with_recorded_at(world: World, noun: str, key: str, now: datetime) -> Record:
    """The record with the moment at which the store learned of it, the first one if it knew."""
    record, stored = _known(world, noun, key), world.document(noun, key)
    if record.recorded_at is not None:
        return record
    known = stored["recordedAt"] if stored is not None else now
    return record.model_copy(update={"recorded_at": known})


def _known(world: World, noun: str, key: str) -> Record:
    record = world.record(noun, key)
    assert record is not None
    return record


def _outdated(drafts: Iterable[Draft], written: Iterable[Written]) -> Iterable[RecordRefused]:
    stored = {(w.noun, w.key): w.before["version"] for w in written if w.before is not None}
    for draft in drafts:
        version = stored.get(_id(draft))
        if version is not None and draft.expected_version not in (None, version):
            message = (
                f"expected version {draft.expected_version}, the store has {version}; read the "
                "record again and apply the change to what it says now"
            )
            yield RecordRefused(*_id(draft), [Problem("version", message)])


async def _find_hiding(world: World, written: Iterable[Written]) -> AsyncIterator[RecordRefused]:
    """Why records that readers know of cannot be hidden from them."""
    for w in written:
        if w.old is None or not is_published(w.old) or is_published(w.after):
            continue
        namers = [
            namer
            for noun in NAMERS[w.noun]
            for key in await world.load_namers(noun, w.noun, [w.key])
            if (namer := world.record(noun, key)) is not None and (w.noun, w.key) in named_by(namer)
        ]
        if found := [*rules.check_hiding(w.after, w.old.curation, namers)]:
            yield RecordRefused(w.noun, w.key, found)


def _too_large(written: Iterable[Written]) -> Iterable[RecordRefused]:
    for w in written:
        found = bytes_of(w.document)
        if found > MOST_BYTES:
            message = (
                f"{found:,} bytes with the words that its spans point at, of which one record may "
                f"have {MOST_BYTES:,}; shorten it, or make several records of it"
            )
            yield RecordRefused(w.noun, w.key, [Problem("", message)])


def _repeated(drafted: Mapping[At, int]) -> Iterable[RecordRefused]:
    for at, times in drafted.items():
        if times > 1:
            message = f"{times} drafts of one record; hand in one, or write them one by one"
            yield RecordRefused(*at, [Problem("key", message)])


def _changes(
    world: World, ats: Iterable[At], now: datetime, *, without: Collection[At]
) -> Iterable[Written]:
    """What differs from the store, completed and dated."""
    for noun, key in ats:
        if (noun, key) in without:
            continue
        whole = rules.complete(_known(world, noun, key), world.record)
        before = world.document(noun, key)
        if before is None or content(to_document(whole)) != content(before):
            dated = date_record(whole, before, now)
            yield Written(noun, before, dated, to_document(dated))


def date_record(record: Record, before: Mapping[str, Any] | None, now: datetime) -> Record:
    """The record with its bookkeeping, as it is written now over the document that there was."""
    # An import of an export brings its own history; a change of a stored record starts from it.
    if before is None:
        if record.created_at and record.updated_at and record.version:
            return record
        return record.model_copy(
            update={
                "created_at": record.created_at or now,
                "updated_at": record.updated_at or now,
                "version": record.version or 1,
            }
        )
    return record.model_copy(
        update={
            "created_at": before["createdAt"],
            "updated_at": now,
            "version": before["version"] + 1,
        }
    )


def make_change(
    written: Written, author: Author, now: datetime, version: int, sequence: int
) -> dict[str, Any]:
    """The entry of the log of changes for what was written."""
    before = content(written.before) if written.before is not None else None
    after = content(written.document)
    members = {*after, *(before or {})} - {"_id"}
    changed = sorted(n for n in members if after.get(n) != (before or {}).get(n))
    entry = {
        "_id": new_key(),
        "noun": written.noun,
        "record": written.key,
        "kind": str(_kind_of(before, after)),
        "after": after,
        "changed": changed,
        "at": now,
        "by": author.by,
        "correction": author.correction,
        "dataVersion": version,
        "sequence": sequence,
    }
    if before is not None:
        entry["before"] = before
    if author.why is not None:
        entry["why"] = author.why
    if author.via is not None:
        entry["via"] = str(author.via)
    return entry


def _kind_of(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> ChangeKind:
    if before is None:
        return ChangeKind.CREATED
    if after.get("mergedInto") not in (None, before.get("mergedInto")):
        return ChangeKind.MERGED
    if after["curation"] == Curation.RETRACTED != before["curation"]:
        return ChangeKind.RETRACTED
    return ChangeKind.UPDATED


def _touched(written: Iterable[Written]) -> Touched:
    """The records for which something derived may have changed."""
    touched = Touched()
    for w in written:
        if w.is_derived_alike:
            continue
        touched.records[w.noun].add(w.key)
        quiet = w.before is not None and is_quiet(w.noun, w.before, w.document)
        if quiet:
            touched.quiet[w.noun].add(w.key)
        for noun, key in () if quiet else _followed(w):
            touched.records[noun].add(key)
        for version in (w.old, w.after):
            if version is not None and version.merged_into is not None:
                touched.records[w.noun].add(version.merged_into)
                if isinstance(version, Party) and (w.before is None or _matters_to_others(w)):
                    # What names the survivor is found by the names of what was merged into it.
                    touched.named[w.noun].add(version.merged_into)
        if w.old is not None and w.noun in RESTING and not quiet:
            # What it rests on now is found by itself; what it rested on is not.
            for noun, key in rests_on(w.old):
                touched.borne[noun].add(key)
        if w.before is None:
            touched.new[w.noun].add(w.key)
        elif not quiet and _matters_to_others(w):
            touched.named[w.noun].add(w.key)
            if isinstance(w.after, Party) and _place_of(w.old) != _place_of(w.after):
                touched.moved.add(w.key)
    return touched


def _find_same(written: Iterable[Written]) -> dict[Key, set[Key]]:
    """By party, those that were merged into it or lived on in it until now."""
    same: dict[Key, set[Key]] = defaultdict(set)
    for w in written:
        before = w.old.merged_into if w.old is not None else None
        if isinstance(w.after, Party) and before != w.after.merged_into:
            for into in (before, w.after.merged_into):
                if into is not None:
                    same[into].add(w.key)
    return same


def _matters_to_others(written: Written) -> bool:
    """Whether what was changed is kept with the records that name this one, too."""
    old, new = written.old, written.after
    assert old is not None
    if old.merged_into != new.merged_into or written.noun in ("meetings", *TRACKABLES):
        return True
    if isinstance(old, Party) and isinstance(new, Party):
        return _of_party(old) != _of_party(new)
    if isinstance(old, Article) and isinstance(new, Article):
        return (old.publisher, old.relays, is_accepted(old)) != (
            new.publisher,
            new.relays,
            is_accepted(new),
        )
    return False


def _stands_elsewhere(written: Written) -> bool:
    """Whether a record was merged or taken apart, or, unless it is an article, counts now and did
    not, or the other way.
    """
    old, new = written.old, written.after
    assert old is not None
    if old.merged_into != new.merged_into:
        return True
    return not isinstance(new, Article) and is_accepted(old) != is_accepted(new)


def _of_party(party: Party) -> tuple[object, ...]:
    # What is accepted keeps nothing of what is not.
    return party.kind, party.country, _place_of(party), names_of(party)


def _place_of(party: Record | None) -> tuple[Key | None, Key | None, bool]:
    """The body above a party, the party in which it lives on, and whether it counts at all."""
    if party is None:
        return None, None, False
    parent = party.parent if isinstance(party, Organization) else None
    return parent, party.merged_into, is_accepted(party)
