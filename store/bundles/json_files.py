"""JSON files that map nouns to lists of records, with the line of each record.

The file is held in memory as text; for very many records use JSON Lines, of which each line is
read by the same rules.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from store.records.faults import format_value

_SPACE = re.compile(r"[ \t\r\n]*")


EMPTY = object()
"""Stands for the records of a group that has none, so that a misspelt group is noticed."""


class JsonFault(ValueError):
    """A file that is not JSON of the expected shape; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Entry(NamedTuple):
    """What a file has under a group, a noun or `defaults`: a value and its line. `lines` are those
    of paths in it, and `written` what stood at a path where its reader made something else of it.
    """

    group: str
    value: Any
    line: int
    lines: Mapping[str, int] = {}
    written: Mapping[str, str] = {}


MOST_MEGABYTES = 128
_MEGABYTE = 1024 * 1024

MOST_DIGITS = 40


def records_of_json(file: Path) -> Iterator[Entry]:
    """The entries of a file; raises JsonFault."""
    with file.open("rb") as stream:
        content = stream.read(MOST_MEGABYTES * _MEGABYTE + 1)
    if len(content) > MOST_MEGABYTES * _MEGABYTE:
        message = (
            f"more than {MOST_MEGABYTES} megabytes, which JSON may not have, for it is read as one "
            "piece; make several files of it, or use JSON Lines, a record on each line"
        )
        raise JsonFault(1, message)
    text = content.decode("utf-8-sig")
    del content
    yield from _Text(text).entries()


def read_line(text: str) -> Any:
    """The value on a line of JSON Lines, by the same rules; raises JsonFault."""
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise JsonFault(1, _in_words(error)) from None


def _in_words(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at column {error.colno}"
    if isinstance(error, RecursionError):
        return "nested too deeply to be read"
    return str(error)  # a member that stands twice, a number of very many digits


class _Text:
    """A cursor over JSON text that decodes one record at a time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted_to, self._line = 0, 1

    def entries(self) -> Iterator[Entry]:
        """The entries of the one object that the text holds."""
        self._expect("{", "an object of nouns and lists of records")
        seen: set[str] = set()
        if not self._skip("}"):
            while True:
                group = self._decoded()
                if not isinstance(group, str):
                    raise JsonFault(self._line_here(), "a noun in quotes is wanted here")
                if group in seen:
                    raise JsonFault(self._line_here(), twice(group))
                seen.add(group)
                self._expect(":", "a colon")
                yield from self._group(group)
                if not self._skip(","):
                    break
            self._expect("}", "a comma, or the end of the object")
        if self._peek():
            raise JsonFault(self._line_here(), "something stands after the end of the object")

    def _group(self, group: str) -> Iterator[Entry]:
        if not self._skip("["):
            line = self._line_here()
            yield Entry(group, self._decoded(), line)
            return
        if self._skip("]"):
            yield Entry(group, EMPTY, self._line_here())
            return
        while True:
            self._peek()
            line = self._line_here()
            yield Entry(group, self._decoded(), line)
            if not self._skip(","):
                break
        self._expect("]", "a comma, or the end of the list")

    def _decoded(self) -> Any:
        self._peek()
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            raise JsonFault(error.lineno, _in_words(error)) from None
        except (ValueError, RecursionError) as error:
            raise JsonFault(self._line_here(), _in_words(error)) from None
        return value

    def _peek(self) -> str:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _skip(self, mark: str) -> bool:
        if self._peek() != mark:
            return False
        self._at += 1
        return True

    def _expect(self, mark: str, what: str) -> None:
        if not self._skip(mark):
            raise JsonFault(self._line_here(), f"not JSON of a bundle: {what} is wanted here")

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._line


def twice(name: str) -> str:
    """What is said of a name that stands twice, of which one would be lost."""
    return f"{format_value(name)} stands here twice; keep one"


def too_many_digits(digits: int) -> str:
    """What is said of a number that nothing can count."""
    return f"a number of {digits:,} digits; write at most {MOST_DIGITS}, or put it in quotes"


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(twice(next(name for name in names if names.count(name) > 1)))
    return members


def _whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(too_many_digits(len(digits)))
    return int(digits)


def _no_number(name: str) -> None:
    raise ValueError(f"not JSON: {name} is no number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_repeats, parse_int=_whole_number, parse_constant=_no_number
)
