"""Reads records out of YAML, JSON and JSON Lines files, one at a time, with their places.

A YAML or JSON file is a mapping of a noun to a list of records; `defaults` gives members to
every record of a noun in that file. A JSON Lines file holds a record a line, of the noun that
the line's `noun` or the file's name says.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from store.bundles.json_files import EMPTY, JsonFault, records_of_json
from store.bundles.yaml_files import YamlFault, records_of_yaml
from store.records.nouns import NOUNS

SUFFIXES = (".yaml", ".yml", ".json", ".jsonl")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file something stands; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong in a bundle: where, at which path, and what would be right."""

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.place), self.path, self.message) if part)


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it stands in a file. `lines` gives the line of a path, where it is known."""

    noun: str
    members: Mapping[str, Any]
    place: Place
    lines: Mapping[str, int] = field(default_factory=dict)

    def place_of(self, path: str) -> Place:
        """The place of a path: of its nearest part that has a line, else of the record."""
        return Place(self.place.file, nearest(self.lines, path) or self.place.line)


def nearest(lines: Mapping[str, int], path: str) -> int | None:
    """The line of a path, or of the nearest part above it that has one."""
    while path and path not in lines:
        path = path.rpartition(".")[0] if not path.endswith("]") else path.rpartition("[")[0]
    return lines.get(path)


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files to read, each once: those named, and every one of a known kind in a folder."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(f for f in path.rglob("*") if f.suffix in SUFFIXES and f.is_file())
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def read(file: Path) -> Iterator[Raw | Fault]:
    """The records of a file, in order; faults stand where records cannot be read."""
    shown = os.fsencode(file).decode(errors="replace")  # a name may be no text at all
    try:
        if file.suffix in (".yaml", ".yml"):
            yield from _grouped(shown, records_of_yaml(file))
        elif file.suffix == ".json":
            yield from _grouped(shown, records_of_json(file))
        elif file.suffix == ".jsonl":
            yield from _lines(file, shown)
        else:
            known = ", ".join(SUFFIXES)
            yield Fault(Place(shown, 1), "", f"not a kind of file that can be read; use {known}")
    except (YamlFault, JsonFault) as error:
        yield Fault(Place(shown, error.line), "", str(error))
    except UnicodeDecodeError as error:
        yield Fault(Place(shown, 1), "", f"not UTF-8 text: {error.reason} at byte {error.start}")
    except RecursionError:
        yield Fault(Place(shown, 1), "", "nested too deeply to be read")
    except OSError as error:
        yield Fault(Place(shown, 1), "", f"cannot be read: {error.strerror}")


def _grouped(
    file: str, items: Iterable[tuple[str, Any, int, Mapping[str, int]]]
) -> Iterator[Raw | Fault]:
    defaults: Mapping[str, Any] = {}
    seen = False
    for group, value, line, lines in items:
        place = Place(file, line)
        if group == "defaults":
            if fault := _fault_of_defaults(value, place):
                yield fault
            elif seen:
                yield Fault(place, group, "stand before the records; move them to the top")
            else:
                defaults = value
        elif group not in NOUNS:
            yield Fault(place, group, f"no noun; use one of {', '.join(NOUNS)}, or defaults")
        elif value is EMPTY:
            continue
        elif not isinstance(value, Mapping):
            yield Fault(place, group, "a list of records is wanted here, each a mapping")
        else:
            seen = True
            yield Raw(group, {**defaults.get(group, {}), **value}, place, lines)


def _fault_of_defaults(value: Any, place: Place) -> Fault | None:
    if not isinstance(value, Mapping):
        return Fault(place, "defaults", "a mapping of nouns to members is wanted here")
    for noun, members in value.items():
        if noun not in NOUNS:
            return Fault(place, f"defaults.{noun}", f"no noun; use one of {', '.join(NOUNS)}")
        if not isinstance(members, Mapping):
            return Fault(place, f"defaults.{noun}", "a mapping of members is wanted here")
    return None


def _lines(file: Path, shown: str) -> Iterator[Raw | Fault]:
    with file.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield _line(line, Place(shown, number), file.stem)


def _line(line: bytes, place: Place, noun: str) -> Raw | Fault:
    try:
        members = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Fault(place, "", f"not JSON: {error.msg} at column {error.colno}")
    if not isinstance(members, dict):
        return Fault(place, "", "a record is wanted on each line, as a JSON object")
    noun = members.pop("noun", noun)
    if not isinstance(noun, str) or noun not in NOUNS:
        known = ", ".join(NOUNS)
        return Fault(place, "noun", f"{noun!r} is no noun; use one of {known}")
    return Raw(noun, members, place)
