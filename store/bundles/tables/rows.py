"""Rows as all kinds of files give them, and what their reader noticed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

Cell: TypeAlias = Any
"""A text, number, boolean, `date` or `datetime`, a list of these from JSON, or None if empty."""


class TableRefused(ValueError):
    """A file that cannot be read as a table; the message says what would be right."""


class Unread(Exception):
    """A cell that cannot be made what is wanted; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as the program shows it, from 1, and its cells by column."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sheet or file below their header. `notes` say what was read in a way that
    somebody may not expect, `sheet` which of several was read.
    """

    file: str
    columns: Sequence[str]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    sheet: str | None = None


@dataclass(slots=True)
class Grid:
    """A sheet as it stands: lines of cells from the row `first` on. `sheet` is its name if there
    are others.
    """

    lines: Sequence[Sequence[Cell]]
    first: int = 1
    notes: list[str] = field(default_factory=list)
    sheet: str | None = None


MOST_ROWS = 200_000
MOST_COLUMNS = 500


def make_table(file: str, grid: Grid, header: int | None) -> Table:
    """The table whose column names stand in the row `header`, or else in the first of the first
    twenty rows that looks like names. Raises TableRefused.
    """
    notes = list(grid.notes)
    lines = [[_tidy(cell) for cell in line] for line in grid.lines]
    at = header - grid.first if header is not None else _find_header(lines)
    if not 0 <= at < len(lines) or not any(cell is not None for cell in lines[at]):
        is_empty = all(cell is None for line in lines for cell in line)
        why = ", for all is empty" if is_empty else ""
        told = "say `header: NUMBER`, or `sheet: NAME`"
        raise TableRefused(f"no row with the names of columns was found{why}; {told}")
    if header is None and at > 0:
        notes.append(
            f"row {grid.first + at} is taken as the names of columns, and what stands above is not "
            "read; say `header: NUMBER` if it is another"
        )
    names = _name_columns(lines[at], notes)
    rows = []
    longer: list[int] = []
    for i, line in enumerate(lines[at + 1 :], start=grid.first + at + 1):
        cells = {name: cell for name, cell in zip(names, line, strict=False) if name}
        if any(cell is not None for cell in line[len(names) :]):
            longer.append(i)
        if _is_summary(list(cells.values())):
            notes.append(f"row {i} is a summary, {_first_text(cells.values())!r}, and is not read")
        elif any(cell is not None for cell in cells.values()):
            rows.append(Row(i, cells))
    if longer:
        listed = ", ".join(map(str, longer[:8])) + (", …" if len(longer) > 8 else "")
        notes.append(
            f"{len(longer):,} rows have more cells than there are columns, which are not read: "
            f"{listed}"
        )
    if len(rows) > MOST_ROWS:
        raise TableRefused(f"more than {MOST_ROWS:,} rows; make several files of it")
    return Table(file, [name for name in names if name], rows, notes, grid.sheet)


_SUMMARY = re.compile(
    r"(grand )?totals?|sub-?totals?|sum|count|average|mean"
    r"|summe|gesamt|insgesamt|zusammen|total(e|es|en)?|somme|suma|razem|итого|всего",
)


def _first_text(cells: Iterable[Cell]) -> str:
    """What stands in the first cell that is filled, or an empty text."""
    return next((str(cell) for cell in cells if cell is not None), "")


def _is_summary(cells: Sequence[Cell]) -> bool:
    """Whether a row sums up others: it begins with such a word, and is half empty."""
    filled = sum(cell is not None for cell in cells)
    word = _first_text(cells).casefold().rstrip(" :.")
    return filled * 2 <= len(cells) and _SUMMARY.fullmatch(word) is not None


def _tidy(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell.strip() or None
    return cell


def _find_header(lines: Sequence[Sequence[Cell]]) -> int:
    """The first line of texts alone that is filled about as far as any; -1 if there is none."""
    filled = [[cell for cell in line if cell is not None] for line in lines[:20]]
    most = max(map(len, filled), default=0)
    for n, cells in enumerate(filled):
        if cells and len(cells) * 2 > most and all(isinstance(cell, str) for cell in cells):
            return n
    return -1


def _name_columns(line: Sequence[Cell], notes: list[str]) -> list[str]:
    if len(line) > MOST_COLUMNS:
        raise TableRefused(f"more than {MOST_COLUMNS} columns; take out those that are not needed")
    names: list[str] = []
    for n, cell in enumerate(line, start=1):
        name = " ".join(str(cell).split()) if cell is not None else ""
        if name and name in names:
            renamed = next(f"{name} ({i})" for i in range(2, 999) if f"{name} ({i})" not in names)
            notes.append(f"two columns are called {name!r}; column {n} is called {renamed!r} here")
            name = renamed
        names.append(name)
    return names


def flatten(members: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Cell]]:
    """The cells of an object of JSON: what is within another is called `outer.inner`."""
    for name, value in members.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", _tidy(value) if value != [] else None


def text_of_cell(cell: Cell) -> str:
    """A cell as a person reads it: no `.0` after whole numbers, dates as EDTF."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
