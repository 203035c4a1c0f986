"""The formats of an export: CSV for people, JSON Lines for programs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from api.exports.columns import Column
from store.bundles.tables.formula_guard import guard_formulas, join_items

Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """A format of an export: `lines` writes rows, `head` what stands before them."""

    suffix: str
    media_type: str
    head: Callable[[Sequence[Column]], bytes]
    lines: Callable[[Iterable[Row]], bytes]


def write_names(columns: Iterable[Column]) -> bytes:
    """The first line of CSV."""
    # Without the mark in front, Excel reads a file as if it were written in the 1990s.
    return b"\xef\xbb\xbf" + ",".join(column.name for column in columns).encode() + b"\r\n"


def write_csv(rows: Iterable[Row]) -> bytes:
    """Rows as RFC 4180 has them. Texts are quoted; numbers, booleans and empty cells are not."""
    return "".join(f"{','.join(map(_cell, row.values()))}\r\n" for row in rows).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = join_items(value)
    elif isinstance(value, bool):
        return str(value).lower()
    elif not isinstance(value, str):
        return str(value)
    doubled = guard_formulas(value).replace('"', '""')
    return f'"{doubled}"'


def write_json_lines(rows: Iterable[Row]) -> bytes:
    """A JSON object on each line, with unchanged values."""
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


CSV = Form(
    suffix="csv",
    media_type="text/csv; charset=utf-8; header=present",
    head=write_names,
    lines=write_csv,
)
JSON_LINES = Form("jsonl", "application/jsonl; charset=utf-8", lambda _: b"", write_json_lines)
FORMS: Sequence[Form] = (CSV, JSON_LINES)
