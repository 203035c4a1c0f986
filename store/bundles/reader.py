"""Reads records out of YAML, JSON and JSON Lines files, one at a time, with their places.

A YAML or JSON file is a mapping of a noun to a list of records; `defaults` gives members to
every record of a noun in that file. A JSON Lines file holds a record a line, of the noun that
the line's `noun` or the file's name says.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from store.bundles.files import SUFFIXES
from store.bundles.json_files import EMPTY, Entry, JsonFault, read_line, records_of_json
from store.bundles.yaml_files import YamlFault, records_of_yaml
from store.records.faults import find_similar, format_value, make_printable
from store.records.nouns import NOUNS

SECTIONS = (*NOUNS, "evidence")
"""What a bundle may have lists of: records of nouns, and evidence for records that are stored."""

MOST_MEGABYTES = 16
"""Of one line of JSON Lines, as of one record in YAML."""


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
        parts = (
            str(self.place),
            make_printable(self.path, 300),
            make_printable(self.message, 2_000),
        )
        return ": ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it stands in a file. `lines` gives the line of a path, where it is known.

    `written` is what stood at a path where YAML made something else of it, `defaulted` the lines
    of the members that it has from `defaults`, of which `unsure` says that they are at fault
    themselves. `unread` are members that are missing only because a cell of a table was not read.
    """

    noun: str
    members: Mapping[str, Any]
    place: Place
    lines: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    defaulted: Mapping[str, int] = field(default_factory=dict)
    unsure: bool = False
    unread: frozenset[str] = frozenset()

    def place_of(self, path: str) -> Place:
        """The place of a path: of its nearest part that has a line, else of the record."""
        line = self.defaulted.get(top_of(path)) or nearest(self.lines, path)
        return Place(self.place.file, line or self.place.line)

    def named(self, path: str) -> str:
        """A path as it is told: with the record's key, or with `defaults` if it is from there."""
        if top_of(path) in self.defaulted:
            return f"defaults.{self.noun}.{path}"
        key = self.members.get("key", "?")
        shown_key = make_printable(key if isinstance(key, str) else format_value(key), 128)
        return f"{self.noun}/{shown_key}" + (f" {path}" if path else "")


def top_of(path: str) -> str:
    """The member of the record that a path leads into."""
    return path.partition(".")[0].partition("[")[0]


def nearest(lines: Mapping[str, int], path: str) -> int | None:
    """The line of a path, or of the nearest part above it that has one."""
    while path and path not in lines:
        path = path.rpartition(".")[0] if not path.endswith("]") else path.rpartition("[")[0]
    return lines.get(path)


def shown_name(file: Path) -> str:
    """A file's name as it is told. It may be no text at all, and hold control characters."""
    return make_printable(os.fsencode(file).decode(errors="replace"), 4_096)


def read(file: Path) -> Iterator[Raw | Fault]:
    """The records of a file, in order; faults stand where records cannot be read."""
    name, suffix = shown_name(file), file.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        yield Fault(Place(name, 1), "", f"not a kind of file that can be read; use {known}")
        return
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            yield Fault(Place(name, 1), "", "a device, pipe or folder; name a regular file")
        elif suffix == ".jsonl":
            with file.open("rb") as stream:
                yield from _lines(stream, name, file.stem)
        else:
            entries = records_of_json if suffix == ".json" else records_of_yaml
            yield from _grouped(name, entries(file))
    except (YamlFault, JsonFault) as error:
        yield Fault(Place(name, error.line), "", str(error))
    except UnicodeDecodeError as error:
        yield Fault(Place(name, 1), "", _no_text(error))
    except RecursionError:
        yield Fault(Place(name, 1), "", "nested too deeply to be read")
    except OSError as error:
        yield Fault(Place(name, 1), "", f"cannot be read: {error.strerror}")


def _no_text(error: UnicodeDecodeError) -> str:
    return f"not UTF-8 text: {error.reason} at byte {error.start}"


def _grouped(file: str, entries: Iterable[Entry]) -> Iterator[Raw | Fault]:
    defaults: dict[str, dict[str, Any]] = {}
    lines: Mapping[str, int] = {}
    seen = unsure = False
    told: set[str] = set()
    for entry in entries:
        group, place = entry.group, Place(file, entry.line)
        if group == "defaults":
            faults = [*_faults_of_defaults(entry, file)]
            if seen:
                faults = [Fault(place, group, "stand before the records; move them to the top")]
            yield from faults
            unsure = bool(faults)
            if isinstance(entry.value, Mapping):
                defaults = {n: v for n, v in entry.value.items() if isinstance(v, dict)}
                lines = {"": entry.line, **entry.lines}
        elif group not in SECTIONS:
            if group not in told:
                told.add(group)
                yield Fault(place, group, no_noun(group, *SECTIONS, "defaults"))
        elif entry.value is EMPTY:
            continue
        elif not isinstance(entry.value, Mapping):
            yield Fault(place, group, "a list of records is wanted here, each a mapping")
        else:
            seen = True
            given = {n: v for n, v in defaults.get(group, {}).items() if n not in entry.value}
            defaulted = {n: nearest(lines, f"{group}.{n}") or lines[""] for n in given}
            yield Raw(
                group,
                {**given, **entry.value},
                place,
                entry.lines,
                entry.written,
                defaulted,
                unsure,
            )


def no_noun(name: str, *nouns: str) -> str:
    """What is said of a noun that is none."""
    meant = find_similar(name, nouns)
    hint = f"did you mean {' or '.join(meant)}? There are" if meant else "use one of"
    return f"no noun; {hint} {', '.join(nouns)}"


def _faults_of_defaults(entry: Entry, file: str) -> Iterator[Fault]:
    if not isinstance(entry.value, Mapping):
        message = "a mapping of nouns to members is wanted here"
        yield Fault(Place(file, entry.line), "defaults", message)
        return
    for noun, members in entry.value.items():
        place = Place(file, nearest(entry.lines, noun) or entry.line)
        if noun not in NOUNS:
            yield Fault(place, f"defaults.{noun}", no_noun(noun, *NOUNS))
        elif not isinstance(members, Mapping):
            yield Fault(place, f"defaults.{noun}", "a mapping of members is wanted here")


def _lines(stream: BinaryIO, file: str, noun: str) -> Iterator[Raw | Fault]:
    most = MOST_MEGABYTES * 1024 * 1024
    number = 0
    told: set[str] = set()
    while line := stream.readline(most):
        number += 1
        place = Place(file, number)
        if len(line) == most and not line.endswith(b"\n"):
            while (rest := stream.readline(most)) and not rest.endswith(b"\n"):
                pass  # read on in pieces to where the next line begins
            message = f"a line of more than {MOST_MEGABYTES} megabytes; a record is much shorter"
            yield Fault(place, "", message)
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")  # a byte order mark
        if line.strip():
            found = _line(line, place, noun)
            # A file of another kind would be told of once for each line.
            if not isinstance(found, Fault) or found.path != "noun" or found.message not in told:
                yield found
            if isinstance(found, Fault):
                told.add(found.message)


def _line(line: bytes, place: Place, noun: str) -> Raw | Fault:
    try:
        members = read_line(line.decode())
    except UnicodeDecodeError as error:
        return Fault(place, "", _no_text(error))
    except JsonFault as error:
        return Fault(place, "", str(error))
    if not isinstance(members, dict):
        return Fault(place, "", "a record is wanted on each line, as a JSON object")
    noun = members.pop("noun", noun)
    if not isinstance(noun, str) or noun not in SECTIONS:
        said = no_noun(noun if isinstance(noun, str) else "", *SECTIONS)
        message = f"{format_value(noun)} is {said}, as the file's name or as `noun` of the record"
        return Fault(place, "noun", message)
    return Raw(noun, members, place)
