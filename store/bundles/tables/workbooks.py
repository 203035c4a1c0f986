"""Reads workbooks: XLSX by openpyxl, which tells formulas, merged and hidden cells; ODS and the
older formats of Excel by calamine.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
import python_calamine
from openpyxl.utils.exceptions import InvalidFileException

from store.bundles.tables.rows import MOST_ROWS, Cell, Grid, TableRefused
from store.records.faults import find_similar


def read_workbook(file: Path, sheet: str | None) -> Grid:
    """A sheet: the one of this name, else the first with a table. Raises TableRefused."""
    _check_unpacked(file)
    if file.suffix.lower() in (".xlsx", ".xlsm"):
        return _read_xlsx(file, sheet)
    return _read_other(file, sheet)


MOST_UNPACKED = 256
"""Megabytes of a workbook when unpacked: a small file may hold more than memory does."""


def _check_unpacked(file: Path) -> None:
    try:
        with ZipFile(file) as packed:
            size = sum(one.file_size for one in packed.infolist()) // (1024 * 1024)
    except BadZipFile:
        return  # An old format, or none, which its reader tells.
    if size > MOST_UNPACKED:
        raise TableRefused(
            f"unpacks to {size:,} megabytes, at most {MOST_UNPACKED}; save the sheet as CSV"
        )


_COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")
"""How files of older programs of Office begin, and those with a password."""


def _say_why_not(file: Path) -> str:
    with file.open("rb") as opened:
        begins = opened.read(len(_COMPOUND))
    suffix = file.suffix.lower()
    if begins == _COMPOUND and suffix != ".xls":
        return (
            "has a password, or is an older workbook under another name; open it in a spreadsheet "
            f"program, and save it without a password as {suffix[1:].upper()}, or as CSV"
        )
    kind = "no workbook of Excel" if suffix != ".ods" else "no workbook"
    return f"{kind}, or a damaged one; save it again as {suffix[1:].upper()}, or as CSV"


_REPEATED = re.compile(
    rb'<table:table-row\b[^>]*number-rows-repeated="(\d{5,})"[^>]*>(.*?)</table:table-row>',
    re.DOTALL,
)


def _check_repeated(file: Path) -> None:
    """Refuses an ODS in which a few letters say that a filled row stands there very often."""
    try:
        with ZipFile(file) as packed:
            content = packed.read("content.xml")
    except (BadZipFile, KeyError):
        return  # No workbook, which its reader tells.
    for found in _REPEATED.finditer(content):
        is_filled = b"office:value" in found[2] or b"<text:p" in found[2]
        if is_filled and int(found[1]) > MOST_ROWS:
            raise TableRefused(
                f"a row is repeated {int(found[1]):,} times, and at most {MOST_ROWS:,} rows are "
                "read; delete the rows below the table"
            )


def _choose(
    sheet: str | None,
    visible: list[str],
    every: list[str],
    notes: list[str],
    measure: Callable[[str], int],
) -> str:
    """The name of the sheet to read. `measure` says how many lines of a sheet look like those of
    a table: a first page with a title and remarks has few.
    """
    if sheet is not None:
        if sheet not in every:
            meant = find_similar(sheet, every)
            hint = f"did you mean {' or '.join(meant)}? " if meant else ""
            raise TableRefused(f"there is no sheet {sheet!r}; {hint}there are {', '.join(every)}")
        return sheet
    if not every:
        raise TableRefused("there is no sheet with cells in it")
    among = visible or every
    chosen = next((name for name in among if measure(name) >= _LINES_OF_TABLE), among[0])
    if others := [name for name in every if name != chosen]:
        told = (f"{name!r}{'' if name in visible else ' (hidden)'}" for name in others)
        notes.append(f"sheet {chosen!r} is read, and not {', '.join(told)}")
    if measure(chosen) == 0 and (full := [name for name in others if measure(name)]):
        raise TableRefused(
            f"sheet {chosen!r} has no table; say which is meant, `sheet: {full[0]}`"
            + (" or another" if len(full) > 1 else "")
        )
    return chosen


_LINES_OF_TABLE = 2
"""A row of names, and one below it."""


def _count_wide(lines: Iterable[Iterable[Any]]) -> int:
    """How many of the first lines have three cells or more that are filled."""
    return sum(
        sum(cell not in (None, "") for cell in line) > 2 for line in islice(lines, _LOOKED_AT)
    )


_LOOKED_AT = 30


def _read_xlsx(file: Path, sheet: str | None) -> Grid:
    notes: list[str] = []
    try:
        book = openpyxl.load_workbook(file, data_only=True)
        formulas = openpyxl.load_workbook(file, data_only=False, read_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError):
        raise TableRefused(_say_why_not(file)) from None
    visible = [s.title for s in book.worksheets if s.sheet_state == "visible"]
    every = [s.title for s in book.worksheets]
    chosen = _choose(
        sheet,
        visible,
        every,
        notes,
        lambda name: _count_wide(book[name].iter_rows(values_only=True)),
    )
    found = book[chosen]
    last_row, last_column, unknown = _scan(formulas[chosen], found)
    if last_row > MOST_ROWS + 20:
        raise TableRefused(f"more than {MOST_ROWS:,} rows; make several files of it")
    # What is only formatted, often down to the last row that there can be, is not looked at.
    within = found.iter_rows(max_row=last_row or 1, max_col=last_column or 1)
    wrong: list[str] = []
    lines = [[_read_cell(cell, wrong) for cell in line] for line in within]
    if wrong:
        notes.append(
            f"cells with an error of their formula are read as empty: {_shorten(wrong)}; correct "
            "them in a spreadsheet program"
        )
    _spread_merged(found, lines, notes)
    hidden = sorted(n for n, row in found.row_dimensions.items() if row.hidden)
    if hidden:
        notes.append(f"hidden rows are read like the others: {_shorten(hidden)}")
    if unknown:
        notes.append(
            f"formulas whose result is not in the file are read as empty: {_shorten(unknown)}; "
            "open it in a spreadsheet program and save it there"
        )
    formulas.close()
    return Grid(lines, notes=notes, sheet=chosen if len(every) > 1 else None)


def _scan(formulas: Any, values: Any) -> tuple[int, int, list[str]]:
    """The last row and column of a sheet with something in it, and where formulas without a result
    stand. The size that the file states may be wrong.
    """
    formulas.reset_dimensions()
    last_row = last_column = 0
    unknown: list[str] = []
    for line in formulas.iter_rows():
        for cell in line:
            if cell.value is None:
                continue
            last_row, last_column = cell.row, max(last_column, cell.column)
            if cell.data_type == "f" and values[cell.coordinate].value is None:
                unknown.append(f"{cell.coordinate}")
    return last_row, last_column, unknown


def _shorten(items: list[Any], most: int = 8) -> str:
    more = len(items) - most
    return ", ".join(map(str, items[:most])) + (f" and {more:,} more" if more > 0 else "")


def _spread_merged(sheet: Any, lines: list[list[Cell]], notes: list[str]) -> None:
    ranges = [str(merged) for merged in sheet.merged_cells.ranges]
    for merged in sheet.merged_cells.ranges:
        if merged.min_row > len(lines) or merged.min_col > len(lines[0]):
            continue  # It is empty.
        value = lines[merged.min_row - 1][merged.min_col - 1]
        # A title over several columns is one cell; a value beside several rows is of each.
        for row in range(merged.min_row, min(merged.max_row, len(lines)) + 1):
            lines[row - 1][merged.min_col - 1] = value
    if ranges:
        notes.append(f"merged cells have their value in each of their rows: {_shorten(ranges)}")


_NO_LETTERS = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")


def _read_cell(cell: Any, wrong: list[str]) -> Cell:
    """What a cell shows; where it shows an error, nothing, and `wrong` gets its place."""
    value = cell.value
    if cell.data_type == "e":
        wrong.append(f"{cell.coordinate} {value}")
        return None
    if isinstance(value, datetime):
        return _read_moment(value, cell.number_format or "")
    if isinstance(value, time | timedelta):
        return str(value)
    return value


def _read_moment(value: datetime, format: str) -> Cell:
    """A date as precise as it is shown: `Jan 2024` is kept by Excel as 1 January."""
    shown = _NO_LETTERS.sub("", format).lower()
    if "d" not in shown and "h" not in shown and "y" in shown and value.day == 1:
        return f"{value:%Y-%m}" if "m" in shown or value.month != 1 else f"{value:%Y}"
    return _at_day(value)


def _read_other(file: Path, sheet: str | None) -> Grid:
    notes: list[str] = []
    if file.suffix.lower() == ".ods":
        _check_repeated(file)
    try:
        book = python_calamine.CalamineWorkbook.from_path(file)
    except (python_calamine.CalamineError, OSError):
        raise TableRefused(_say_why_not(file)) from None
    shown = python_calamine.SheetVisibleEnum.Visible
    visible = [s.name for s in book.sheets_metadata if s.visible == shown]
    named = _choose(
        sheet,
        visible,
        book.sheet_names,
        notes,
        lambda name: _count_wide(book.get_sheet_by_name(name).to_python(nrows=_LOOKED_AT)),
    )
    chosen = book.get_sheet_by_name(named)
    lines: list[list[Cell]] = [
        [cell if cell != "" else None for cell in line]
        for line in chosen.to_python(skip_empty_area=False)
    ]
    merged = chosen.merged_cell_ranges or []
    for (top, left), (bottom, _right) in merged:
        for row in range(top, min(bottom + 1, len(lines))):
            lines[row][left] = lines[top][left]
    if merged:
        notes.append(f"merged cells have their value in each of their rows: {len(merged)} of them")
    if file.suffix.lower() != ".ods":
        notes.append(
            "whether rows are hidden and formulas have a result is not told of this format"
        )
    several = len(book.sheet_names) > 1
    return Grid(
        [[_at_day(cell) for cell in line] for line in lines],
        notes=notes,
        sheet=named if several else None,
    )


def _at_day(cell: Cell) -> Cell:
    """A cell with midnight as its day, which is how workbooks keep days."""
    if isinstance(cell, datetime) and cell.time() == time.min:
        return date(cell.year, cell.month, cell.day)
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell
