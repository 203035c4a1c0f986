"""Imports a bundle: reads and checks all of it, then writes it, or nothing of it."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from store.bundles.additions import SECTION, add_to_stored
from store.bundles.fault_list import BundleRefused, FaultList
from store.bundles.files import files_of
from store.bundles.first_load import OtherLoad
from store.bundles.reader import Fault, Place, Raw, read
from store.bundles.sources import Source, Vanished
from store.bundles.stage import Batching, Stage
from store.bundles.writer import CutOff, Imported, Progress, drafts, tried_again, write_staged
from store.mongodb.driver import Database, Session
from store.records.base import At, RecordRefused
from store.records.contradictions import find_future_moments
from store.records.faults import faults_of
from store.records.nouns import model_of
from store.writes.effects import Effect
from store.writes.loading import is_empty
from store.writes.writer import Author, ManyChangeAlong, Writer

__all__ = [
    "BundleRefused",
    "CutOff",
    "Imported",
    "OtherLoad",
    "Progress",
    "Tried",
    "import_bundle",
    "try_bundle",
]

BATCH = 1_000
MOST_CHARACTERS = 500_000


def _no_progress(_what: str, _done: int, _of: int | None) -> None:
    pass


async def import_bundle(
    database: Database,
    paths: Iterable[Path],
    author: Author,
    *,
    progress: Progress = _no_progress,
    batch: int = BATCH,
    most_characters: int = MOST_CHARACTERS,
    converted: Iterable[Raw | Fault] = (),
    source: Source | None = None,
) -> Imported:
    """Imports files and folders as one bundle, and what was `converted` of tables with them; raises
    BundleRefused with every fault, CutOff if MongoDB stops taking it. The `source` keeps what came
    from it.

    What is written is acknowledged batch by batch; an import that was cut off is finished by
    running it again, which finds what is already there unchanged.
    """
    with Stage() as stage:
        batching = Batching(batch, most_characters)
        added = await _stage_all(database, stage, files_of(paths), converted, progress, batching)
        imported = await write_staged(database, stage, author, progress, batching)
        if source is not None:
            ats = stage.list_ats()
            imported.vanished = await source.find_vanished([*ats, *stage.list_named()])
            # What it only adds evidence to is not from this source.
            await source.keep(at for at in ats if at not in added)
        return imported


MOST_TRIED = 2_000
"""Records of which a dry run works out what becomes of statuses: they are written in one
transaction, which is undone."""


@dataclass(slots=True)
class Tried:
    """What an import would do. `effects` are the statuses that would become others; None for more
    than MOST_TRIED records. `vanished` is what its source had before, and has no more.
    """

    would: Imported = field(default_factory=Imported)
    effects: list[Effect] | None = None
    vanished: list[Vanished] = field(default_factory=list)


async def try_bundle(
    database: Database,
    paths: Iterable[Path],
    author: Author,
    *,
    progress: Progress = _no_progress,
    converted: Iterable[Raw | Fault] = (),
    source: Source | None = None,
) -> Tried:
    """Checks a bundle as an import does, and says what it would do. Writes nothing. Raises
    BundleRefused.
    """
    with Stage() as stage:
        batching = Batching(BATCH, MOST_CHARACTERS)
        await _stage_all(database, stage, files_of(paths), converted, progress, batching)
        tried = Tried()
        if source is not None:
            tried.vanished = await source.find_vanished([*stage.list_ats(), *stage.list_named()])
        if len(stage) <= MOST_TRIED:
            await _write_and_undo(database, stage, author, batching, tried)
        return tried


class _Undone(Exception):
    """Ends the transaction of a dry run."""


async def _write_and_undo(
    database: Database, stage: Stage, author: Author, batching: Batching, tried: Tried
) -> None:
    left: set[At] = set()

    async def work(session: Session) -> None:
        tried.would = Imported()
        effects: dict[At, Effect] = {}
        writer = Writer(database, staged=stage.record)
        for records in stage.batches(batching):
            receipt = await writer.write_within(
                session, drafts(records), author, left=left, for_good=False
            )
            tried.would.add(receipt, records)
            for effect in receipt.effects:
                before = effects.pop((effect.noun, effect.key), effect).before
                effects[effect.noun, effect.key] = replace(effect, before=before)
        tried.effects = [e for e in effects.values() if e.before != e.after]
        raise _Undone

    try:
        await database.transaction(work)
    except ManyChangeAlong as many:
        left.update(many.ats)  # No status depends on them.
        with suppress(_Undone):
            await database.transaction(work)
    except _Undone:
        pass


async def _stage_all(
    database: Database,
    stage: Stage,
    files: list[Path],
    converted: Iterable[Raw | Fault],
    progress: Progress,
    batching: Batching,
) -> set[At]:
    """Stages and checks everything; the records to which evidence is added. Raises
    BundleRefused.
    """
    faults = FaultList()
    items = iter(converted)
    first = next(items, None)
    if not files and first is None:
        faults.add(Fault(Place("(nothing)", 0), "", "no file to import was found"))
    additions = _stage(
        stage, files, faults, progress, chain([first] if first is not None else [], items)
    )
    added = {at async for at in _stage_additions(database, stage, additions, faults)}
    await _check(database, stage, faults, progress, batching)
    faults.refuse()
    return added


async def _stage_additions(
    database: Database, stage: Stage, additions: Iterable[Raw], faults: FaultList
) -> AsyncIterator[At]:
    """Stages the stored records that evidence is added to, and gives each."""
    async for item in add_to_stored(database, stage, additions):
        if isinstance(item, Fault):
            faults.add(item)
        else:
            _stage_one(stage, item, faults)
            yield item.noun, item.members["key"]


def _stage(
    stage: Stage,
    files: list[Path],
    faults: FaultList,
    progress: Progress,
    converted: Iterable[Raw | Fault] = (),
) -> list[Raw]:
    """Stages the records; what adds evidence to others is given back, for when all are there."""
    additions: list[Raw] = []
    done = 0
    for item in chain(_read_all(files), _note_tables(converted, faults)):
        if isinstance(item, Fault):
            faults.add(item)
            faults.torn = True
            continue
        if item.noun == SECTION:
            additions.append(item)
        else:
            _stage_one(stage, item, faults)
        done += 1
        if done % BATCH == 0:
            progress("Reading", done, None)
    progress("Reading", done, done)
    return additions


def _note_tables(converted: Iterable[Raw | Fault], faults: FaultList) -> Iterator[Raw | Fault]:
    for item in converted:
        faults.tables.add(item.place.file)
        yield item


def _read_all(files: Iterable[Path]) -> Iterator[Raw | Fault]:
    for file in files:
        yield from read(file)


def _stage_one(stage: Stage, raw: Raw, faults: FaultList) -> None:
    model = model_of(raw.noun, raw.members)
    try:
        record = model.model_validate(raw.members)
    except ValidationError as error:
        for path, message in faults_of(error, model, raw.written, whole=not raw.unsure):
            if path not in raw.unread:
                faults.add(Fault(raw.place_of(path), raw.named(path), message))
        if isinstance(key := raw.members.get("key"), str):
            faults.unread.add(key)
        return
    for problem in find_future_moments(record, datetime.now(UTC)):
        faults.add(Fault(raw.place_of(problem.path), raw.named(problem.path), problem.message))
    taken = stage.add(raw, record)
    if taken is not None:
        message = f"{raw.noun}/{record.key} stands already at {taken}; keep one"
        faults.add(Fault(raw.place, raw.named("key"), message))


async def _check(
    database: Database, stage: Stage, faults: FaultList, progress: Progress, batching: Batching
) -> None:
    done, total = 0, len(stage)
    # What is written meanwhile is looked at again when the batches are written.
    empty = await is_empty(database)
    writer = Writer(database, staged=stage.record, empty=empty)
    for records in stage.batches(batching, resting=not empty):
        for refusal in await tried_again(partial(writer.refusals, drafts(records))):
            _refuse(stage, refusal, faults)
        done += len(records)
        progress("Checking", done, total)


def _refuse(stage: Stage, refusal: RecordRefused, faults: FaultList) -> None:
    for problem in refusal.problems:
        if problem.missing is not None and (faults.torn or problem.missing in faults.unread):
            continue
        staged = stage.place(refusal.noun, refusal.key, problem.path)
        place = staged or Place("(in the store)", 0)
        at = f"{refusal.noun}/{refusal.key}" + (f" {problem.path}" if problem.path else "")
        faults.add(Fault(place, at, problem.message))
