"""Which files of a folder are read as a bundle. What is in them is read elsewhere."""

from collections.abc import Iterable
from pathlib import Path

SUFFIXES = (".yaml", ".yml", ".json", ".jsonl")
"""Of the files that are read, in any case of letters."""


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files to read, each once: those named, and every one of a known kind in a folder.

    Hidden ones (`._a.jsonl`) are read only if they are named.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            files = _files_in(path)
            found += [f for f in files if _is_known(f) and not _is_hidden(f, path)]
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def left_out_of(paths: Iterable[Path]) -> list[Path]:
    """The files in folders that `files_of` leaves out, as far as somebody may miss them."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            files = [f for f in _files_in(path) if _is_known(f) == _is_hidden(f, path)]
            found += [f for f in files if f.stem.upper() not in _BESIDE]
    return list(dict.fromkeys(found))


_BESIDE = {"README", "LICENSE"}
"""What stands beside records and is for people; nobody misses it."""


def _files_in(folder: Path) -> list[Path]:
    return sorted(f for f in folder.rglob("*") if not f.is_dir())


def _is_known(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)
