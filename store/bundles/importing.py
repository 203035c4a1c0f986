"""Imports a bundle: reads and checks all of it, then writes it, or nothing of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from store.bundles.reading import Fault, Place, Raw, files_of, read
from store.bundles.stage import Stage
from store.mongo import Database
from store.records.contradictions import yet_to_come
from store.records.nouns import model_of
from store.records.shape import Record, RecordRefused
from store.writer import Author, Draft, Writer

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how many records of it are done, and of how many, if that is known."""

BATCH = 1_000
MOST_FAULTS = 1_000


class BundleRefused(ValueError):
    """A bundle with faults; nothing of it was written. `faults` lists them all."""

    def __init__(self, faults: list[Fault], *, more: bool = False) -> None:
        self.faults, self.more = faults, more
        rest = ["... and more; these first"] if more else []
        super().__init__("\n".join([*map(str, faults), *rest]))


@dataclass(slots=True)
class Imported:
    """How many records an import created, updated, and found unchanged, by noun."""

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All records of the bundle."""
        return sum(sum(counts.values()) for counts in (self.created, self.updated, self.unchanged))


def _no_progress(_what: str, _done: int, _of: int | None) -> None:
    pass


async def import_bundle(
    database: Database,
    paths: Iterable[Path],
    author: Author,
    *,
    progress: Progress = _no_progress,
    batch: int = BATCH,
) -> Imported:
    """Imports files and folders as one bundle; raises BundleRefused with every fault.

    What is written is acknowledged batch by batch; an import that was cut off is finished by
    running it again, which finds what is already there unchanged.
    """
    with Stage() as stage:
        faults = _Faults()
        _stage(stage, files_of(paths), faults, progress)
        await _check(database, stage, faults, progress, batch)
        faults.refuse()
        return await _write(database, stage, author, progress, batch)


class _Faults:
    """Collects faults, so that all are reported at once.

    `unread` holds the keys of records that could not be read, and `torn` says that a file could
    not be read to its end: what names those records is not at fault.
    """

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}
        self._more = False
        self.unread: set[object] = set()
        self.torn = False

    def add(self, fault: Fault) -> None:
        # A record may be looked at again when one that it rests on is: one fault is enough.
        if len(self._found) < MOST_FAULTS:
            self._found[fault] = None
        else:
            self._more = True

    def refuse(self) -> None:
        if self._found:
            raise BundleRefused(list(self._found), more=self._more)


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
    try:
        record = model_of(raw.noun, raw.members).model_validate(raw.members)
    except ValidationError as error:
        for path, message in _explained(error):
            faults.add(Fault(raw.place_of(path), _full_path(raw, path), message))
        if isinstance(key := raw.members.get("key"), str):
            faults.unread.add(key)
        return
    for problem in yet_to_come(record, datetime.now(UTC)):
        at = raw.place_of(problem.path)
        faults.add(Fault(at, _full_path(raw, problem.path), problem.message))
    taken = stage.add(raw, record)
    if taken is not None:
        message = f"{raw.noun}/{record.key} stands already at {taken}; keep one"
        faults.add(Fault(raw.place, _full_path(raw, "key"), message))


def _full_path(raw: Raw, path: str) -> str:
    key = raw.members.get("key", "?")
    return f"{raw.noun}/{key}" + (f" {path}" if path else "")


def _explained(error: ValidationError) -> Iterable[tuple[str, str]]:
    details = error.errors(include_url=False)
    for detail in details:
        at = detail["loc"]
        if detail["type"] == "too_short" and any(
            len(d["loc"]) > len(at) and d["loc"][: len(at)] == at for d in details
        ):
            continue  # it lacks only those that are at fault themselves
        yield _dotted(detail["loc"]), _in_words(detail)


def _dotted(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _in_words(detail: Any) -> str:
    message = str(detail["msg"]).removeprefix("Value error, ")
    match detail["type"]:
        case "extra_forbidden":
            return "there is no such member; correct its name, or leave it out"
        case "missing":
            return "is missing"
        case "string_pattern_mismatch":
            return f"{detail['input']!r}: {message[:1].lower()}{message[1:]}"
    return message[:1].lower() + message[1:] if message[:1].isupper() else message


async def _check(
    database: Database, stage: Stage, faults: _Faults, progress: Progress, batch: int
) -> None:
    done, total = 0, len(stage)
    writer = Writer(database, staged=stage.record)
    for records in stage.batches(batch):
        for refusal in await writer.refusals(_drafts(records)):
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


async def _write(
    database: Database, stage: Stage, author: Author, progress: Progress, batch: int
) -> Imported:
    imported, done, total = Imported(), 0, len(stage)
    writer = Writer(database, staged=stage.record)
    for records in stage.batches(batch):
        receipt = await writer.write(_drafts(records), author)
        _add(imported.created, receipt.created)
        _add(imported.updated, receipt.updated)
        _add(imported.unchanged, receipt.unchanged)
        done += len(records)
        progress("Writing", done, total)
    return imported


def _drafts(records: Iterable[Record]) -> list[Draft]:
    """Drafts that refuse to overwrite a version later than the one in the bundle, if it has one."""
    return [Draft(record, expected_version=record.version) for record in records]


def _add(counts: dict[str, int], ats: Iterable[tuple[str, str]]) -> None:
    for noun, _ in ats:
        counts[noun] = counts.get(noun, 0) + 1
