"""JSON files that map nouns to lists of records, with the line of each record.

The file is held in memory as text; for very many records use JSON Lines.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")


EMPTY = object()
"""Stands for the records of a group that has none, so that a misspelt group is noticed."""


class JsonFault(ValueError):
    """A file that is not JSON of the expected shape; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def records_of_json(file: Path) -> Iterator[tuple[str, Any, int, Mapping[str, int]]]:
    """The entries `(noun, record, line, {})` of a file; raises JsonFault."""
    yield from _Text(file.read_text(encoding="utf-8-sig")).entries()


class _Text:
    """A cursor over JSON text that decodes one record at a time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted_to, self._line = 0, 1
        self._decoder = json.JSONDecoder(object_pairs_hook=_without_repeats)

    def entries(self) -> Iterator[tuple[str, Any, int, Mapping[str, int]]]:
        """The entries of the one object that the text holds."""
        self._expect("{", "an object of nouns and lists of records")
        if not self._skip("}"):
            while True:
                group = self._decoded()
                if not isinstance(group, str):
                    raise JsonFault(self._line_here(), "a noun in quotes is wanted here")
                self._expect(":", "a colon")
                yield from self._group(group)
                if not self._skip(","):
                    break
            self._expect("}", "a comma, or the end of the object")
        if self._peek():
            raise JsonFault(self._line_here(), "something stands after the end of the object")

    def _group(self, group: str) -> Iterator[tuple[str, Any, int, Mapping[str, int]]]:
        if not self._skip("["):
            line = self._line_here()
            yield group, self._decoded(), line, {}
            return
        if self._skip("]"):
            yield group, EMPTY, self._line_here(), {}
            return
        while True:
            self._peek()
            line = self._line_here()
            yield group, self._decoded(), line, {}
            if not self._skip(","):
                break
        self._expect("]", "a comma, or the end of the list")

    def _decoded(self) -> Any:
        self._peek()
        try:
            value, self._at = self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            raise JsonFault(error.lineno, f"not JSON: {error.msg}") from None
        except ValueError as error:  # a member that stands twice, a number of very many digits
            raise JsonFault(self._line_here(), str(error)) from None
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


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands twice in one object; keep one")
    return members
