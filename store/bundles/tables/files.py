"""Reads a file as a table: CSV, workbooks, and lists of objects in JSON, JSON Lines or YAML."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from store.bundles.reader import shown_name
from store.bundles.tables.formula_guard import take_off
from store.bundles.tables.rows import (
    MOST_ROWS,
    Grid,
    Row,
    Table,
    TableRefused,
    flatten,
    make_table,
)

DELIMITERS = (",", ";", "\t", "|")
MOST_MEGABYTES = 128

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
OBJECTS = (".json", ".jsonl", ".yaml", ".yml")
SUFFIXES = (*TEXTS, *WORKBOOKS, *OBJECTS)


def is_table(file: Path) -> bool:
    """Whether a file is a table by its name, and nothing that a bundle may be."""
    return file.suffix.lower() in (*TEXTS, *WORKBOOKS)


def read_table(
    file: Path,
    *,
    sheet: str | None = None,
    header: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    rows: str | None = None,
    guarded: bool = False,
) -> Table:
    """The table in a file. `rows` names the member of a JSON file that holds the list; `guarded`
    takes off the apostrophes of our own exports. Raises TableRefused.
    """
    name, suffix = shown_name(file), file.suffix.lower()
    try:
        if file.stat().st_size > MOST_MEGABYTES * 1024 * 1024:
            raise TableRefused(f"more than {MOST_MEGABYTES} megabytes; make several files of it")
        if suffix in WORKBOOKS:
            return make_table(name, _read_workbook(file, sheet), header)
        if suffix in OBJECTS:
            return _read_objects(name, file, rows)
        if suffix in TEXTS:
            grid = _read_csv(file, encoding, delimiter)
            if guarded:
                grid.lines = [[take_off(cell) for cell in line] for line in grid.lines]
            return make_table(name, grid, header)
    except OSError as error:
        raise TableRefused(f"cannot be read: {error.strerror}") from None
    raise TableRefused(f"not a kind of table that can be read; use {', '.join(SUFFIXES)}")


def _read_workbook(file: Path, sheet: str | None) -> Grid:
    try:
        # An extra: only who reads workbooks needs it.
        from store.bundles.tables.workbooks import read_workbook
    except ImportError:
        raise TableRefused(
            "workbooks need two more packages: install the extra `sheets`, "
            "`pip install openpyxl python-calamine`, or save the sheet as CSV"
        ) from None
    return read_workbook(file, sheet)


def _read_csv(file: Path, encoding: str | None, delimiter: str | None) -> Grid:
    notes: list[str] = []
    text = _decode(file.read_bytes(), encoding, notes)
    if "\x00" in text:
        raise TableRefused("no text, or of another encoding: say it, `encoding: utf-16-le`")
    if delimiter is None:
        delimiter = _find_delimiter(text)
        if delimiter != ",":
            notes.append(f"cells are taken to be parted by {delimiter!r}; else say `delimiter:`")
    csv.field_size_limit(16 * 1024 * 1024)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[list[str]] = []
    try:
        for line in reader:
            lines.append(line)
            if len(lines) > MOST_ROWS + 20:
                raise TableRefused(f"more than {MOST_ROWS:,} rows; make several files of it")
    except csv.Error as error:
        raise TableRefused(_say_what_of_quotes(error, reader.line_num, lines)) from None
    return Grid(lines, notes=notes)


def _say_what_of_quotes(error: csv.Error, line: int, read: Sequence[object]) -> str:
    """What is wrong with the quotation marks at a line, after the rows that were read."""
    if "unexpected end" in str(error):
        return (
            f"line {line}: not CSV: the file ends within quotation marks that are opened in row "
            f"{len(read) + 1}; close them"
        )
    return (
        f"line {line}: not CSV: {error}; write quotation marks within a cell twice, and put the "
        "cell into quotation marks"
    )


def _decode(content: bytes, encoding: str | None, notes: list[str]) -> str:
    if encoding is not None:
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeDecodeError) as error:
            raise TableRefused(f"not {encoding}: {error}; correct `encoding`") from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append(
            "this is no UTF-8, and is read as Windows-1252: look at letters with accents, and say "
            "`encoding:` if it is another"
        )
        return content.decode("cp1252", errors="replace")


def _find_delimiter(text: str) -> str:
    """What parts the cells of the first line, outside of quotation marks."""
    head = text[: text.find("\n")] if "\n" in text else text
    plain = "".join(head.split('"')[::2])
    return max(DELIMITERS, key=plain.count)


class _WithoutAliases(yaml.SafeLoader):
    """YAML without aliases, by which a short file may stand for more than memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            at = event.start_mark.line + 1
            raise yaml.YAMLError(f"line {at}: *{event.anchor}; write out what it stands for")
        return super().compose_node(parent, index)


def _read_lines(text: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield json.loads(line, parse_constant=_refuse_constant)
            except json.JSONDecodeError as error:
                raise ValueError(f"line {number}: {error.msg} at column {error.colno}") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON; leave the member out")


def _read_objects(name: str, file: Path, rows: str | None) -> Table:
    suffix = file.suffix.lower()
    try:
        text = file.read_text(encoding="utf-8-sig")
        found: Any
        if suffix == ".jsonl":
            found = list(_read_lines(text))
        elif suffix == ".json":
            found = json.loads(text, parse_constant=_refuse_constant)
        else:
            found = yaml.load(text, _WithoutAliases)
    except UnicodeDecodeError as error:
        raise TableRefused(f"not UTF-8 text: {error.reason} at byte {error.start}") from None
    except RecursionError:
        raise TableRefused("nested too deeply to be read") from None
    except (ValueError, yaml.YAMLError) as error:
        raise TableRefused(f"cannot be read: {error}") from None
    for part in rows.split(".") if rows else ():
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        lists = (
            [n for n, v in found.items() if isinstance(v, list)] if isinstance(found, dict) else []
        )
        hint = f"; say `rows: {' or '.join(lists)}`" if lists else ""
        raise TableRefused(f"no list of objects{hint}")
    made = [Row(n, dict(flatten(item))) for n, item in enumerate(found, start=1)]
    return Table(name, _list_columns(made), made)


def _list_columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row.cells))
