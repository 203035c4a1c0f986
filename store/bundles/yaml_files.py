"""YAML, read as a stream of events, so that a file of any length takes the memory of a record.

Scalars are YAML 1.1's safe ones. Aliases are refused (they make small files huge), and so are
repeated keys (one of them would be lost).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError, SafeConstructor

from store.bundles.json_files import EMPTY


class YamlFault(ValueError):
    """A file that is not YAML, or not YAML that a bundle may hold; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def records_of_yaml(file: Path) -> Iterator[tuple[str, Any, int, Mapping[str, int]]]:
    """The entries `(noun, record, line, line by path)` of a file that maps nouns to lists.

    What is not in a list (`defaults`) is one entry. Raises YamlFault.
    """
    with file.open("rb") as stream:
        try:
            yield from _Events(yaml.parse(stream, Loader=_LOADER)).entries()
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise YamlFault(line, f"not YAML: {error.problem}") from None
        except yaml.reader.ReaderError as error:
            raise YamlFault(1, f"not YAML: {error.reason}") from None


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"


class _Events:
    """A cursor over parse events that builds plain values."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._scalars = yaml.SafeLoader("")

    def entries(self) -> Iterator[tuple[str, Any, int, Mapping[str, int]]]:
        """The entries of every document in the stream."""
        for event in self._events:
            if isinstance(event, yaml.MappingStartEvent):
                yield from self._groups()
            elif isinstance(event, yaml.NodeEvent):
                raise YamlFault(
                    _line(event), "a mapping of nouns to lists of records is wanted here"
                )

    def _groups(self) -> Iterator[tuple[str, Any, int, Mapping[str, int]]]:
        seen: set[str] = set()
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            group = self._key(event, seen)
            start = next(self._events)
            if not isinstance(start, yaml.SequenceStartEvent):
                yield group, self._value(start, "", {}), _line(event), {}
                continue
            item = next(self._events)
            if isinstance(item, yaml.SequenceEndEvent):
                yield group, EMPTY, _line(event), {}
            while not isinstance(item, yaml.SequenceEndEvent):
                lines: dict[str, int] = {}
                yield group, self._value(item, "", lines), _line(item), lines
                item = next(self._events)

    def _value(self, event: Any, path: str, lines: dict[str, int]) -> Any:
        lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
                items.append(self._value(item, f"{path}[{len(items)}]", lines))
            return items
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, lines)
        raise YamlFault(_line(event), "aliases (*name) are not read; write the value out")

    def _mapping(self, path: str, lines: dict[str, int]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        seen: set[str] = set()
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            name = self._key(event, seen)
            at = f"{path}.{name}" if path else name
            lines[at] = _line(event)
            members[name] = self._value(next(self._events), at, lines)
        return members

    def _key(self, event: Any, seen: set[str]) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise YamlFault(_line(event), "a member's name is wanted here")
        if event.value in seen:
            raise YamlFault(_line(event), f"{event.value!r} stands here twice; keep one")
        seen.add(event.value)
        return str(event.value)

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        if event.tag not in (None, _TEXT):
            raise YamlFault(_line(event), f"the tag {event.tag} is not read; leave it out")
        tag = event.tag or _tag_of(self._scalars, event)
        # What YAML 1.1 sees in a lone `=` or `<<` is not for bundles: both are text.
        construct = SafeConstructor.yaml_constructors.get(tag, SafeConstructor.construct_yaml_str)
        try:
            return construct(self._scalars, yaml.ScalarNode(tag, event.value))
        except (ConstructorError, ValueError) as error:
            raise YamlFault(_line(event), f"{event.value!r} cannot be read: {error}") from None


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _tag_of(scalars: Any, event: yaml.ScalarEvent) -> str:
    """The tag that YAML gives a scalar by its form."""
    return str(scalars.resolve(yaml.ScalarNode, event.value, event.implicit))
