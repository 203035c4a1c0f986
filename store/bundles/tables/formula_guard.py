"""Texts and lists in the cells of our own CSV, written and read back as docs/exports.md says.

A spreadsheet runs what begins like a formula, and texts come from outside: so an apostrophe stands
before it.
"""

import re
from collections.abc import Iterable

_UNSEEN = (
    "\0-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff"
)
"""Characters that programs skip, invisibly, before a formula: blanks, control characters except
tabs and line breaks, and those that Unicode calls ignorable."""

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"

_AT_START = re.compile(f"(?=[{_UNSEEN}'\"]*[{_SIGNS}\t\r\n])")
_INSIDE = re.compile(f"([;\t\r\n])(?=[{_UNSEEN}'\"]*[{_SIGNS}])")
"""Where a spreadsheet may begin to read a formula: at the start of a cell, and where a program that
parts cells by semicolons, tabs or lines takes another one to begin, whatever quotes say.
Apostrophes before it count, so that a guard can be told from the text and taken off again."""


_GUARD_AT_START = re.compile(f"^'{_AT_START.pattern}")
_GUARD_INSIDE = re.compile(_INSIDE.pattern.replace(")(?=", ")'(?=", 1))
_ITEM = re.compile("((?:;;|[^;])*); ")


def guard_formulas(text: str) -> str:
    """A text that spreadsheets show and never run: an apostrophe before it tells them so."""
    text = _INSIDE.sub(r"\1'", text)
    return f"'{text}" if _AT_START.match(text) else text


def take_off(cell: str) -> str:
    """The text that `guard_formulas` guarded."""
    return _GUARD_INSIDE.sub(r"\1", _GUARD_AT_START.sub("", cell))


def join_items(items: Iterable[object]) -> str:
    """A list as one text. Semicolons are doubled in an item, so that only what parts two items is
    followed by a blank.
    """
    return "; ".join(str(item or "").replace(";", ";;") for item in items)


def part_items(text: str) -> list[str]:
    """The items that `join_items` joined."""
    return [item.replace(";;", ";") for item in _ITEM.findall(f"{text}; ")] if text else []
