"""Reading tables: what stands in files of every kind, and what is told of them."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from store.bundles.tables.files import read_table
from store.bundles.tables.rows import Table, TableRefused
from store.bundles.tables.workbooks import MOST_UNPACKED


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cells(table: Table) -> list[list[Any]]:
    return [[row.cells.get(column) for column in table.columns] for row in table.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_of_csv_is_found(tmp_path: Path, delimiter: str) -> None:
    text = f'No{delimiter}Title\n1{delimiter}"a, b; c | d"\n'
    table = read_table(write(tmp_path, "a.csv", text))
    assert table.columns == ["No", "Title"]
    assert cells(table) == [["1", "a, b; c | d"]]
    assert [row.number for row in table.rows] == [2]
    assert any(repr(delimiter) in note for note in table.notes) == (delimiter != ",")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_with_accents_survive_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path, "a.csv", "Who\nÉlodie Müller\n".encode(encoding))
    table = read_table(file)
    assert cells(table) == [["Élodie Müller"]]
    assert any("Windows-1252" in note for note in table.notes) == (encoding == "cp1252")


def test_an_encoding_that_is_told_is_taken_or_refused(tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv", "Who\nŁódź\n".encode("iso8859-2"))
    assert cells(read_table(file, encoding="iso8859-2")) == [["Łódź"]]
    with pytest.raises(TableRefused, match="not utf-8"):
        read_table(file, encoding="utf-8")


def test_titles_above_the_names_of_columns_are_passed_over_and_told(tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv", "Our promises,\n,\nNo,Title\n1,one\n\n2,two\n")
    table = read_table(file)
    assert (table.columns, cells(table)) == (["No", "Title"], [["1", "one"], ["2", "two"]])
    assert any("row 3 is taken as the names" in note for note in table.notes)
    assert read_table(file, header=4).columns == ["1", "one"]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "a.csv", "Who,Who\na,b\n"))
    assert table.columns == ["Who", "Who (2)"]
    assert any("'Who (2)'" in note for note in table.notes)


def test_csv_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match="line 2: not CSV"):
        read_table(write(tmp_path, "a.csv", 'No,Title\n1,"open"x\n'))
    with pytest.raises(TableRefused, match="no row with the names"):
        read_table(write(tmp_path, "b.csv", ""))


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Promises"
    sheet.append(["Group", "Day", "Month", "Year", "Number", "Sum"])
    first = datetime(2024, 1, 1)
    for n in range(3):
        sheet.append(["both" if n == 0 else None, first, first, first, 7.0, f"=E{n + 2}*2"])
    for row in range(2, 5):
        sheet[f"B{row}"].number_format = "dd/mm/yyyy"
        sheet[f"C{row}"].number_format = "mmm yyyy"
        sheet[f"D{row}"].number_format = "yyyy"
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[4].hidden = True
    book.create_sheet("Notes").append(["Where", "What"])
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_a_workbook_is_read_as_it_is_shown(workbook: Path) -> None:
    table = read_table(workbook)
    assert cells(table)[0] == ["both", date(2024, 1, 1), "2024-01", "2024", 7, None]
    assert [row.cells["Group"] for row in table.rows] == ["both", "both", None]
    told = "\n".join(table.notes)
    assert "merged cells have their value in each of their rows: A2:A3" in told
    assert "hidden rows are read like the others: 4" in told
    assert "formulas whose result is not in the file are read as empty: F2, F3, F4" in told
    assert "sheet 'Promises' is read, and not 'Notes'" in told


def test_a_sheet_is_chosen_by_its_name(workbook: Path) -> None:
    assert read_table(workbook, sheet="Notes").columns == ["Where", "What"]
    with pytest.raises(TableRefused, match="did you mean Promises"):
        read_table(workbook, sheet="Promise")


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    for suffix in ("xlsx", "ods", "xls"):
        with pytest.raises(TableRefused, match="no workbook"):
            read_table(write(tmp_path, f"a.{suffix}", "plain text"))


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Promises">
<table:table-row>
<table:table-cell office:value-type="string"><text:p>Title</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Made</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Count</text:p></table:table-cell>
</table:table-row><table:table-row>
<table:table-cell office:value-type="string"><text:p>Build a pool</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2024-05-01"/>
<table:table-cell office:value-type="float" office:value="3"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def test_an_ods_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.ods"
    with ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.replace(">\n<", "><"))
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest "
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
            "</manifest:manifest>",
        )
    assert cells(read_table(file)) == [["Build a pool", date(2024, 5, 1), 3]]


def test_a_list_of_objects_is_a_table(tmp_path: Path) -> None:
    text = '{"promises": [{"id": 1, "who": {"name": "A"}, "steps": [{"on": "2024"}], "none": []}]}'
    file = write(tmp_path, "a.json", text)
    table = read_table(file, rows="promises")
    assert table.columns == ["id", "who.name", "steps", "none"]
    assert cells(table) == [[1, "A", [{"on": "2024"}], None]]
    with pytest.raises(TableRefused, match="say `rows: promises`"):
        read_table(file)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match=r"use \.csv"):
        read_table(write(tmp_path, "a.pdf", "x"))


# --- Files that would do harm --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "No;Promise\n1;a\n".encode("utf-16-le"), "encoding: utf-16-le"),
        ("a.json", '[{"a": 1}]'.encode("utf-16"), "not UTF-8 text"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b'[{"a": NaN}]', "NaN is no number of JSON"),
        ("a.jsonl", b'{"a": 1}\n\nno json\n', "line 3: Expecting value at column 1"),
        ("a.yaml", b"- {a: &a [x, x]}\n- {a: *a}\n", "line 2: *a; write out"),
        ("a.xlsx", b"No,Promise\n", "no workbook of Excel"),
        ("a.ods", b"No,Promise\n", "no workbook"),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableRefused, match=re.escape(told)):
        read_table(tmp_path / name)


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_a_small_file_that_unpacks_to_much_is_refused(tmp_path: Path, name: str) -> None:
    with ZipFile(tmp_path / name, "w", ZIP_DEFLATED) as packed:
        packed.writestr("content.xml", b" " * (MOST_UNPACKED + 1) * 1024 * 1024)
    assert (tmp_path / name).stat().st_size < 1024 * 1024
    with pytest.raises(TableRefused, match="unpacks to 257 megabytes"):
        read_table(tmp_path / name)


def test_rows_that_are_only_formatted_are_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["No", "Promise"])
    sheet.append([1, "Build a pool"])
    for cell in ("A1048576", "XFD2"):
        sheet[cell].fill = PatternFill("solid", fgColor="FFFF00")
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert (list(table.columns), len(table.rows)) == (["No", "Promise"], 1)
