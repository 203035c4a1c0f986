"""Imports a bundle: reads and checks all of it, then writes it, or nothing of it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from store.bundles.first_load import OtherLoad
from store.bundles.reader import Fault, Place, Raw, files_of, read
from store.bundles.stage import Batching, Stage
from store.bundles.writer import CutOff, Imported, Progress, drafts, tried_again, write_staged
from store.mongodb.driver import Database
from store.records.base import RecordRefused
from store.records.contradictions import find_future_moments
from store.records.faults import faults_of
from store.records.nouns import model_of
from store.writes.loading import is_empty
from store.writes.writer import Author, Writer

__all__ = ["BundleRefused", "CutOff", "Imported", "OtherLoad", "Progress", "import_bundle"]

BATCH = 1_000
MOST_CHARACTERS = 500_000
MOST_FAULTS = 1_000


class BundleRefused(ValueError):
    """A bundle with faults; nothing of it was written. `faults` lists them all."""

    def __init__(self, faults: list[Fault], *, more: bool = False) -> None:
        self.faults, self.more = faults, more
        rest = ["... and more; these first"] if more else []
        super().__init__("\n".join([*map(str, faults), *rest]))


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
) -> Imported:
    """Imports files and folders as one bundle; raises BundleRefused with every fault, CutOff if
    MongoDB stops taking it.

    What is written is acknowledged batch by batch; an import that was cut off is finished by
    running it again, which finds what is already there unchanged.
    """
    with Stage() as stage:
        faults = _Faults()
        _stage(stage, files_of(paths), faults, progress)
        batching = Batching(batch, most_characters)
        await _check(database, stage, faults, progress, batching)
        faults.refuse()
        return await write_staged(database, stage, author, progress, batching)


class _Faults:
    """Collects faults, so that all are reported at once.

    `unread` holds the keys of records that could not be read, and `torn` says that a file could
    not be read to its end: what names those records is not at fault.
    """

    def __init__(self) -> None:
        self.found: dict[Fault, None] = {}
        self._more = False
        self.unread: set[object] = set()
        self.torn = False

    def add(self, fault: Fault) -> None:
        # A record may be looked at again when one that it rests on is: one fault is enough.
        if len(self.found) < MOST_FAULTS:
            self.found[fault] = None
        else:
            self._more = True

    def refuse(self) -> None:
        if self.found:
            raise BundleRefused(list(self.found), more=self._more)


def _stage(stage: Stage, files: list[Path], faults: _Faults, progress: Progress) -> None:
    if not files:
        faults.add(Fault(Place("(nothing)", 0), "", "no file to import was found"))
    done = 0
    for file in files:
        for item in read(file):
            if isinstance(item, Fault):
                faults.add(item)
                faults.torn = True
                continue
            _stage_one(stage, item, faults)
            done += 1
            if done % BATCH == 0:
                progress("Reading", done, None)
    progress("Reading", done, done)


def _stage_one(stage: Stage, raw: Raw, faults: _Faults) -> None:
    model = model_of(raw.noun, raw.members)
    try:
        record = model.model_validate(raw.members)
    except ValidationError as error:
        for path, message in faults_of(error, model, raw.written, whole=not raw.unsure):
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
    database: Database, stage: Stage, faults: _Faults, progress: Progress, batching: Batching
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


def _refuse(stage: Stage, refusal: RecordRefused, faults: _Faults) -> None:
    for problem in refusal.problems:
        if problem.missing is not None and (faults.torn or problem.missing in faults.unread):
            continue
        staged = stage.place(refusal.noun, refusal.key, problem.path)
        place = staged or Place("(in the store)", 0)
        at = f"{refusal.noun}/{refusal.key}" + (f" {problem.path}" if problem.path else "")
        faults.add(Fault(place, at, problem.message))
