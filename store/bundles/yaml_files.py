"""YAML, read as a stream of events, so that a file of any length takes the memory of a record,
which has a bound.

Scalars are YAML 1.1's safe ones. Aliases are refused (they make small files huge), and so are
repeated keys (one of them would be lost).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import yaml
from yaml.constructor import ConstructorError, SafeConstructor

from store.bundles.json_files import EMPTY, MOST_DIGITS, Entry, too_many_digits, twice
from store.records.faults import MOST_SHOWN, format_value


class YamlFault(ValueError):
    """A file that is not YAML, or not YAML that a bundle may hold; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


MOST_MEGABYTES = 16
"""Of one record. MongoDB keeps less of one, but characters may be written in a longer way."""

MOST_VALUES = 100_000
"""In one record. The largest that is no fault has about half of them."""


def records_of_yaml(file: Path) -> Iterator[Entry]:
    """The entries of a file that maps nouns to lists; raises YamlFault.

    What is not in a list (`defaults`) is one entry.
    """
    with file.open("rb") as opened:
        stream = _Metered(opened)
        parsed: Iterator[Any] = yaml.parse(cast("BinaryIO", stream), Loader=_LOADER)
        events = _Events(parsed, stream)
        try:
            yield from events.entries()
        except (yaml.YAMLError, _TooMuch) as error:
            if stream.exhausted:
                raise YamlFault(events.line, _TOO_LONG) from None
            if isinstance(error, yaml.MarkedYAMLError):
                line = error.problem_mark.line + 1 if error.problem_mark else 1
                raise YamlFault(line, f"not YAML: {error.problem}") from None
            raise YamlFault(1, f"not YAML: {getattr(error, 'reason', error)}") from None


class _TooMuch(Exception):
    """More was read than one record may have."""


_TOO_LONG = (
    f"more than {MOST_MEGABYTES} megabytes without an end of the record; shorten it, or correct "
    "what should end it"
)


class _Metered:
    """A file of which no more may be read than one record may have, until `allow` is called."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = 0
        self.allow()

    def allow(self) -> None:
        self._left = MOST_MEGABYTES * 1024 * 1024
        self.exhausted = False

    def read(self, size: int) -> bytes:
        if self._left <= 0:
            # libyaml has an error of its own for whatever is raised here.
            self.exhausted = True
            raise _TooMuch
        self._left -= size
        return self._stream.read(size)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT, _NUMBER = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int"


class _Events:
    """A cursor over parse events that builds plain values."""

    def __init__(self, events: Iterator[Any], stream: _Metered) -> None:
        self._events, self._stream = events, stream
        self.line = 1
        self._scalars = yaml.SafeLoader("")

    def entries(self) -> Iterator[Entry]:
        """The entries of every document in the stream."""
        for event in self._events:
            if isinstance(event, yaml.MappingStartEvent):
                yield from self._groups()
            elif isinstance(event, yaml.NodeEvent):
                raise YamlFault(
                    _line(event), "a mapping of nouns to lists of records is wanted here"
                )

    def _groups(self) -> Iterator[Entry]:
        seen: set[str] = set()
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            group = self._key(event, seen)
            start = next(self._events)
            if not isinstance(start, yaml.SequenceStartEvent):
                yield self._entry(group, start, _line(event))
                continue
            item = next(self._events)
            if isinstance(item, yaml.SequenceEndEvent):
                yield Entry(group, EMPTY, _line(event))
            while not isinstance(item, yaml.SequenceEndEvent):
                yield self._entry(group, item, _line(item))
                item = next(self._events)

    def _entry(self, group: str, event: Any, line: int) -> Entry:
        self._stream.allow()
        self.line = line
        self._lines: dict[str, int] = {}
        self._written: dict[str, str] = {}
        self._values = 0
        return Entry(group, self._value(event, ""), line, self._lines, self._written)

    def _value(self, event: Any, path: str) -> Any:
        self._values += 1
        if self._values > MOST_VALUES:
            raise YamlFault(self.line, f"more than {MOST_VALUES:,} values in one record; split it")
        self._lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
            if not isinstance(value, str):
                self._written[path] = event.value[:MOST_SHOWN]
            return value
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
                items.append(self._value(item, f"{path}[{len(items)}]"))
            return items
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        raise YamlFault(_line(event), "aliases (*name) are not read; write the value out")

    def _mapping(self, path: str) -> dict[str, Any]:
        members: dict[str, Any] = {}
        seen: set[str] = set()
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            name = self._key(event, seen)
            at = f"{path}.{name}" if path else name
            self._lines[at] = _line(event)
            members[name] = self._value(next(self._events), at)
        return members

    def _key(self, event: Any, seen: set[str]) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise YamlFault(_line(event), "a member's name is wanted here")
        if event.value in seen:
            raise YamlFault(_line(event), twice(event.value))
        seen.add(event.value)
        return str(event.value)

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        if event.tag not in (None, _TEXT):
            raise YamlFault(_line(event), f"the tag {event.tag} is not read; leave it out")
        tag = event.tag or _tag_of(self._scalars, event)
        # What YAML 1.1 sees in a lone `=` or `<<` is not for bundles: both are text.
        construct = SafeConstructor.yaml_constructors.get(tag, SafeConstructor.construct_yaml_str)
        if tag == _NUMBER and len(event.value) > MOST_DIGITS:
            raise YamlFault(_line(event), too_many_digits(len(event.value)))
        try:
            return construct(self._scalars, yaml.ScalarNode(tag, event.value))
        except (ConstructorError, ValueError) as error:
            raise YamlFault(
                _line(event), f"{format_value(event.value)} cannot be read: {error}"
            ) from None


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _tag_of(scalars: Any, event: yaml.ScalarEvent) -> str:
    """The tag that YAML gives a scalar by its form."""
    return str(scalars.resolve(yaml.ScalarNode, event.value, event.implicit))
