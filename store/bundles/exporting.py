"""Exports the store as a bundle that `importing` reads: one file per noun, one moment for all."""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

import yaml

from store.mongodb.documents import to_record
from store.mongodb.driver import Database, Refused
from store.records.nouns import NOUNS

Progress = Callable[[str, int, int | None], None]

FORMATS = ("jsonl", "yaml")
_STEP = 1_000


class FolderInUse(ValueError):
    """The folder to export to holds something already."""


class MomentGone(Exception):
    """MongoDB forgot the moment that was being exported before all of it was read."""


_SNAPSHOT_GONE = frozenset({239, 246})


async def export_bundle(
    database: Database,
    folder: Path,
    *,
    format: str = "jsonl",
    nouns: Sequence[str] = tuple(NOUNS),
    progress: Progress = lambda what, done, of: None,
) -> dict[str, int]:
    """Writes `<noun>.<format>` for every noun that has records; how many, by noun.

    All is read at one moment, so the files fit each other. A file stands under its name only
    when it is whole. Raises FolderInUse for a folder that is not empty, MomentGone if it takes
    longer than MongoDB keeps the moment. An export that does not come to its end leaves no files.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(f"{folder} is not an empty folder; name one, or a new one")
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    try:
        async with database.snapshot() as session:
            for noun in nouns:
                documents = database.stream(noun, {}, sort=[("_id", 1)], session=session)
                file = folder / f"{noun}.{format}"
                counts[noun] = await _write(file, noun, documents, progress)
    except BaseException as error:
        # Some nouns without those that they name are no bundle, and would be in the way of another.
        for noun in nouns:
            (folder / f"{noun}.{format}").unlink(missing_ok=True)
        if new:
            folder.rmdir()
        if isinstance(error, Refused) and error.code in _SNAPSHOT_GONE:
            raise MomentGone(_MOMENT_GONE) from error
        raise
    return {noun: count for noun, count in counts.items() if count}


_MOMENT_GONE = (
    "the export took longer than MongoDB remembers the moment that it began at, by default five "
    "minutes; nothing is kept of it. Have MongoDB remember for an hour, "
    "db.adminCommand({setParameter: 1, minSnapshotHistoryWindowInSeconds: 3600}), and export again"
)


async def _write(
    file: Path, noun: str, documents: AsyncIterator[dict[str, Any]], progress: Progress
) -> int:
    partial = file.with_name(f".{file.name}.partial")
    write = _yaml_item if file.suffix == ".yaml" else _json_line
    done = 0
    try:
        with partial.open("w", encoding="utf-8") as out:
            if file.suffix == ".yaml":
                out.write(f"{noun}:\n")
            async for document in documents:
                write(out, noun, document)
                done += 1
                if done % _STEP == 0:
                    progress(f"Exporting {noun}", done, None)
            out.flush()
            os.fsync(out.fileno())
        if done:
            partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
    progress(f"Exporting {noun}", done, done)
    return done


def _json_line(out: TextIO, noun: str, document: dict[str, Any]) -> None:
    out.write(to_record(noun, document).model_dump_json(by_alias=True, exclude_none=True))
    out.write("\n")


def _yaml_item(out: TextIO, noun: str, document: dict[str, Any]) -> None:
    members = to_record(noun, document).model_dump(mode="json", by_alias=True, exclude_none=True)
    yaml.dump([members], out, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=100)


_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
