"""Reads a map from a file of YAML. The models check it: a member that no noun has is a fault."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from store.bundles.tables.column_roles import ROLE_NAMES
from store.bundles.tables.map_dates import parse_date_ways
from store.bundles.tables.map_faults import MapFaults, MapRefused
from store.bundles.tables.map_parties import parse_new_parties
from store.bundles.tables.map_sources import as_names, parse_source
from store.bundles.tables.maps import KeySource, RecordMap, TableMap, list_named_within
from store.records.faults import find_similar, format_value, members_of
from store.records.nouns import NOUNS

_READING = {"sheet": str, "header": int, "encoding": str, "delimiter": str, "rows": str}
_TOP = (
    *_READING,
    "guarded",
    "dates",
    "curation",
    "newParties",
    "newTopics",
    "columns",
    "update",
    "records",
)
_RECORD = ("noun", "key", "members", "when", "each")


class _Loader(yaml.SafeLoader):
    """YAML as of 1.2: `No`, a usual column, and `yes` are texts, and so are dates."""


_Loader.yaml_implicit_resolvers = {
    letter: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])


def load_yaml(text: str) -> Any:
    """What stands in a map. Raises yaml.YAMLError."""
    return yaml.load(text, _Loader)


def read_map(file: Path) -> TableMap:
    """The map in a file of YAML. Raises MapRefused with all its faults."""
    return parse_map(_load_map(file), file.name)


def read_roles(file: Path) -> Mapping[str, str]:
    """What a map says for `--propose-map` that columns are: `columns: {Partei: promisor}`.
    Raises MapRefused.
    """
    faults = MapFaults()
    given = _load_map(file)
    roles = given.get("columns") if isinstance(given, Mapping) else None
    found = parse_roles(roles, faults)
    faults.refuse_any(file.name)
    return found


def parse_roles(given: Any, faults: MapFaults) -> Mapping[str, str]:
    """What `columns` says."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        faults.add("columns", "write what a column is: {Partei: promisor}")
        return {}
    found: dict[str, str] = {}
    for column, role in given.items():
        if role not in ROLE_NAMES:
            known = ", ".join(ROLE_NAMES)
            faults.add(f"columns.{column}", f"{format_value(role)} is none of {known}")
        elif role in found.values():
            faults.add(f"columns.{column}", f"another column is {role}, too; say it of one")
        else:
            found[str(column)] = role
    return found


def read_reading(file: Path) -> Mapping[str, Any]:
    """How a map says to read the table, such as `sheet`, whether or not it has `records` yet.
    Raises MapRefused.
    """
    parsing = _Parsing()
    reading = parsing.parse_reading(_load_map(file))
    parsing.faults.refuse_any(file.name)
    return reading


def _load_map(file: Path) -> Any:
    try:
        return load_yaml(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MapRefused(f"{file.name}: cannot be read: {error}") from None


def parse_map(given: Any, name: str = "map") -> TableMap:
    """The map as YAML has it. Raises MapRefused with all its faults."""
    parsing = _Parsing()
    made = parsing.parse(given)
    parsing.faults.refuse_any(name)
    return made


class _Parsing:
    def __init__(self) -> None:
        self.faults = MapFaults()

    def parse_reading(self, given: Any) -> dict[str, Any]:
        """The options of `read_table` that a map has."""
        if not isinstance(given, Mapping):
            self.faults.add("", "a mapping is wanted, such as `sheet: Promises`")
            return {}
        self.faults.check_names("", given, _TOP)
        reading = {name: given[name] for name in _READING if given.get(name) is not None}
        for name, value in reading.items():
            if not isinstance(value, _READING[name]) or isinstance(value, bool):
                wanted = "a number" if _READING[name] is int else "a text"
                self.faults.add(name, f"{format_value(value)} is not {wanted}")
        if given.get("guarded"):
            reading["guarded"] = True
        return reading

    def parse(self, given: Any) -> TableMap:
        if not isinstance(given, Mapping) or not isinstance(given.get("records"), Mapping):
            self.faults.add("", "a mapping is wanted, with `records: {NAME: {noun: …, key: …}}`")
            return TableMap({})
        reading = self.parse_reading(given)
        parse_roles(given.get("columns"), self.faults)
        ways = parse_date_ways(given.get("dates"), self.faults)
        records = {
            str(name): record
            for name, value in given["records"].items()
            if (record := self._parse_record(str(name), value)) is not None
        }
        new = parse_new_parties(given.get("newParties"), self.faults)
        made = TableMap(
            records,
            reading,
            ways,
            given.get("curation"),
            new,
            bool(given.get("update")),
            self._parse_new_topics(given.get("newTopics")),
        )
        self._check_records(made)
        return made

    def _parse_new_topics(self, given: Any) -> str | None:
        if given is None:
            return None
        language = given.get("language") if isinstance(given, Mapping) else None
        if not isinstance(language, str):
            self.faults.add("newTopics", "write the language of their labels: {language: th}")
            return None
        return language

    def _check_records(self, made: TableMap) -> None:
        for record in made.records.values():
            for member, source in record.members.items():
                for named in list_named_within(source):
                    if named not in made.records:
                        known = ", ".join(made.records)
                        path = f"records.{record.name}.members.{member}"
                        self.faults.add(path, f"no record {named!r} in this map; there are {known}")

    def _parse_record(self, name: str, given: Any) -> RecordMap | None:
        path = f"records.{name}"
        if not isinstance(given, Mapping):
            self.faults.add(path, "write {noun: …, key: …, members: {…}}")
            return None
        self.faults.check_names(path, given, _RECORD)
        noun = str(given.get("noun"))
        if noun not in NOUNS:
            meant = find_similar(noun, [*NOUNS])
            hint = f"did you mean {' or '.join(meant)}? " if meant else ""
            self.faults.add(f"{path}.noun", f"no noun; {hint}There are {', '.join(NOUNS)}")
            return None
        members = given.get("members") or {}
        known = members_of(NOUNS[noun][-1])
        parsed = {}
        for member, value in members.items():
            at = f"{path}.members.{member}"
            if member not in known or member == "key":
                meant = find_similar(str(member), list(known))
                hint = f"did you mean {' or '.join(meant)}?" if meant else "see docs/bundles.md"
                self.faults.add(at, f"{noun} have no such member; {hint}")
            elif (source := parse_source(value, known[member], at, self.faults)) is not None:
                parsed[member] = source
        key = self._parse_key(given.get("key"), f"{path}.key")
        if key is None:
            return None
        when = self._parse_when(given.get("when"), f"{path}.when")
        return RecordMap(name, noun, key, parsed, when, given.get("each"))

    def _parse_key(self, given: Any, path: str) -> KeySource | None:
        if isinstance(given, str | list):
            return KeySource(as_names(given))
        if isinstance(given, Mapping) and ("from" in given) != ("digest" in given):
            self.faults.check_names(path, given, ("from", "digest", "prefix"))
            columns = given.get("from", given.get("digest"))
            if isinstance(columns, str | list):
                prefix = str(given.get("prefix", ""))
                return KeySource(as_names(columns), prefix, "digest" in given)
        self.faults.add(
            path,
            "write the column with an id, or columns that tell rows apart for good: "
            "{digest: [Title], prefix: p-}",
        )
        return None

    def _parse_when(self, given: Any, path: str) -> dict[str, frozenset[str] | None]:
        if given is None:
            return {}
        if isinstance(given, str):
            return {given: None}
        if isinstance(given, Mapping):
            return {
                str(column): None
                if values is None
                else frozenset(map(str, values if isinstance(values, list) else [values]))
                for column, values in given.items()
            }
        self.faults.add(path, "write a column that must be filled, or {COLUMN: [texts]}")
        return {}
