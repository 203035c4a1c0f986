"""The faults that a file, a sheet, a cell or a map can have: each is told once, with its place,
what stands there, and what to do.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from store.bundles.tables.files import read_table
from store.bundles.tables.map_faults import MapRefused
from store.bundles.tables.map_files import load_yaml, parse_map
from store.bundles.tables.rows import MOST_ROWS, TableRefused
from tests.store.bundles.tables.test_converting import convert

# --- Files ---------------------------------------------------------------------------------------

OLD = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600

FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "no row with the names of columns was found, for all is empty"),
    "blank rows": ("a.csv", b",,\n,,\n", "for all is empty; say `header: NUMBER`"),
    "open quotes": ("a.csv", b'No,Due\n1,"a\n2,b\n', "line 3: not CSV: the file ends within"),
    "where opened": ("a.csv", b'No,Due\n1,"a\n2,b\n', "opened in row 2; close them"),
    "bad quotes": ("a.csv", b'No,Due\n1,"a "b" c"\n', "line 2: not CSV: ',' expected after '\"'"),
    "their remedy": (
        "a.csv",
        b'No,Due\n1,"a "b" c"\n',
        "write quotation marks within",
    ),
    "UTF-16": ("a.csv", "No,Due\n".encode("utf-16-le"), "say it, `encoding: utf-16-le`"),
    "a NUL": ("a.csv", b"No,Due\n1,a\0b\n", "no text, or of another encoding"),
    "a password": ("a.xlsx", OLD, "has a password, or is an older workbook under another name"),
    "no XLSX": (
        "a.xlsx",
        b"PK\3\4",
        "no workbook of Excel, or a damaged one; save it again",
    ),
    "no ODS": (
        "a.ods",
        b"PK\3\4",
        "no workbook, or a damaged one; save it again as ODS",
    ),
    "a PDF": ("a.pdf", b"%PDF", "not a kind of table that can be read; use .csv, .tsv"),
    "JSON of one": ("a.json", b'{"a": 1}', "no list of objects"),
    "JSON within": ("a.json", b'{"rows": [{"a": 1}]}', "no list of objects; say `rows: rows`"),
    "no JSON": ("a.json", b'[{"a": 1},]', "cannot be read: "),
    "JSON Lines": (
        "a.jsonl",
        b'{"a": 1}\n{"a" 1}\n',
        "line 2: Expecting ':' delimiter at",
    ),
}


@pytest.mark.parametrize("fault", FILES)
def test_a_file_that_is_no_table(tmp_path: Path, fault: str) -> None:
    name, content, told = FILES[fault]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableRefused, match=re.escape(told)):
        read_table(tmp_path / name)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match="cannot be read: No such file"):
        read_table(tmp_path / "a.csv")
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(TableRefused, match="cannot be read: Is a directory"):
        read_table(tmp_path / "b.csv")


def test_too_many_rows_are_refused_before_all_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("No,Promise\n" + "1,a\n" * (MOST_ROWS + 100))
    with pytest.raises(TableRefused, match="more than 200,000 rows; make several files of it"):
        read_table(file)


# --- Workbooks -----------------------------------------------------------------------------------

Change = Callable[[Any, Any], None]


def make_workbook(folder: Path, change: Change) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Promises"
    for line in (["No", "Promise", "Due"], [1, "Build a pool", 45413], [2, "Mend a roof", "2025"]):
        sheet.append(line)
    change(book, sheet)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def make_errors(_book: Any, sheet: Any) -> None:
    for cell, error in (("B3", "#REF!"), ("C3", "#N/A")):
        sheet[cell] = error
        sheet[cell].data_type = "e"


def hide_and_add(book: Any, sheet: Any) -> None:
    sheet.sheet_state = "hidden"
    book.create_sheet("Cover")["A1"] = "See the other sheet"


def add_hidden(book: Any, _sheet: Any) -> None:
    book.create_sheet("Lists").sheet_state = "hidden"


def count_from_1904(book: Any, sheet: Any) -> None:
    book.epoch = CALENDAR_MAC_1904
    sheet["C2"] = datetime(2024, 5, 1)
    sheet["C2"].number_format = "yyyy-mm-dd"


def test_errors_of_formulas_are_empty_and_told(tmp_path: Path) -> None:
    table = read_table(make_workbook(tmp_path, make_errors))
    assert table.rows[1].cells == {"No": 2, "Promise": None, "Due": None}
    assert any("error of their formula are read as empty: B3 #REF!, C3 #N/A" in note
               for note in table.notes)  # fmt: skip


def test_a_sheet_without_a_table_is_no_answer_where_a_hidden_one_has_it(tmp_path: Path) -> None:
    file = make_workbook(tmp_path, hide_and_add)
    with pytest.raises(TableRefused, match="'Cover' has no table; say which is meant, `sheet: "):
        read_table(file)
    assert len(read_table(file, sheet="Promises").rows) == 2


def test_hidden_sheets_are_told_apart(tmp_path: Path) -> None:
    table = read_table(make_workbook(tmp_path, add_hidden))
    assert "sheet 'Promises' is read, and not 'Lists' (hidden)" in table.notes


def test_days_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    table = read_table(make_workbook(tmp_path, count_from_1904))
    assert str(table.rows[0].cells["Due"]) == "2024-05-01"


def test_a_workbook_with_macros_is_read_and_none_is_run(tmp_path: Path) -> None:
    file = make_workbook(tmp_path, lambda book, sheet: None).rename(tmp_path / "a.xlsm")
    with ZipFile(file, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"\xd0\xcf")
    assert len(read_table(file).rows) == 2


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Promises">
<table:table-row><table:table-cell office:value-type="string"><text:p>No</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Promise</text:p></table:table-cell>
</table:table-row><table:table-row table:number-rows-repeated="%s">
<table:table-cell office:value-type="float" office:value="1"/>
<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""
_SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def make_ods(folder: Path, repeated: int) -> Path:
    with ZipFile(folder / "a.ods", "w", ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", _SPREADSHEET)
        packed.writestr("content.xml", (ODS % repeated).replace(">\n<", "><"))
        packed.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{_MANIFEST}"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{_SPREADSHEET}"/></manifest:manifest>',
        )
    return folder / "a.ods"


def test_repeated_rows_of_an_ods_are_rows_and_empty_ones_are_none(tmp_path: Path) -> None:
    assert len(read_table(make_ods(tmp_path, 3)).rows) == 3


def test_a_row_that_an_ods_repeats_without_end_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match="a row is repeated 1,000,000,000 times, and"):
        read_table(make_ods(tmp_path, 1_000_000_000))


def test_rows_that_are_too_long_are_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("No,Promise\n" + "1,a,b\n" * 20)
    (note,) = read_table(tmp_path / "a.csv").notes
    assert note.startswith(
        "20 rows have more cells than there are columns, which are not read: 2, "
    )


# --- Cells ---------------------------------------------------------------------------------------

HEAD = "records: {promise: {noun: commitments, key: No, members: {%s}}}"
PARTIES = (
    {"key": "dol", "name": "City of Dol"},
    {"key": "bar", "name": "Ana Bar"},
    {"key": "bar-2", "name": "Ana Bár"},
)
WHO = "promisors: {party: Who, attribution: {is: UNSTATED}}"

CELLS: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown party": (WHO, {"Who": "City of Doll"}, "(column Who): no party is called 'City of "
                      "Doll'; did you mean City of Dol? Correct it"),
    "two of a name": (WHO, {"Who": "Ana Bar"}, "'Ana Bar' may be bar or bar-2; write the key"),
    "no date": ("dueOn: Due", {"Due": "whenever"}, "(column Due): “whenever” is not read"),
    "two-way date": ("dueOn: Due", {"Due": "03/04/2025"}, "`dates: {dayFirst: true}` or false"),
    "a serial": ("dueOn: Due", {"Due": 45413}, "45413 is a number; as a spreadsheet counts days it "
                 "is 2024-05-01"),
    "a serial as text": ("dueOn: Due", {"Due": "45413"}, "it is 2024-05-01: give the column the "
                         "form of a date, or say `dates: {serials: true}`"),
    "no value": ("strength: How", {"How": "firm"}, "'firm' is none of "),
    "its remedy": ("strength: How", {"How": "firm"}, "say which in the map, `values: {firm: …}`"),
    "near value": ("strength: How", {"How": "pledge"}, "Did you mean PLEDGED?"),
    "no truth": ("verifiable: Can", {"Can": "maybe"}, "'maybe' is neither yes nor no"),
    "no number": ("measures: {what: {is: homes}, value: N}", {"N": "many"}, "'many' is no number; "
                  "write digits and a point, such as 1200.5"),
    "two for one": ("title: {from: T, split: ';'}", {"T": "a;b"}, "2 items for a member that takes "
                    "one; leave out `split`, or say which beside it, `item: 1`"),
    "foreign topic": ("topics: T", {"T": "ภาษี"}, "no topic is called 'ภาษี', and its "
                      "letters make no path; say `newTopics: {language: …}`"),
    "missing column": ("title: Titel", {"Title": "a"}, "the map names a column 'Titel'; "
                       "did you mean 'Title'?"),
}  # fmt: skip


@pytest.mark.parametrize("fault", CELLS)
def test_a_cell_that_cannot_be_read(fault: str) -> None:
    members, row, told = CELLS[fault]
    items, _ = convert(HEAD % members, {"No": 1, **row}, {"No": 2, **row}, parties=PARTIES)
    (said,) = (item for item in items if isinstance(item, str))
    assert told in said
    if fault != "missing column":
        assert said.startswith("2: promise.")
        assert said.endswith("(and 1 more rows)")


def test_rows_of_one_key_that_say_different_things() -> None:
    rows = [{"No": 1, "Title": title} for title in ("Build a pool", "Mend a roof")]
    items, _ = convert(HEAD % "title: Title", *rows)
    (said,) = (item for item in items if isinstance(item, str))
    assert said == (
        "3: promise.key: row 2 makes commitments/1, too, with another title; rows of different "
        "records need different keys"
    )


def test_a_table_without_rows() -> None:
    items, _ = convert(HEAD % "title: Title")
    assert items == [
        "1: : the table has no rows below the names of columns; is it the right sheet?"
    ]


# --- Maps ----------------------------------------------------------------------------------------

PROMISE = "{noun: commitments, key: No, members: {title: T}}"
MAPS = {
    "no mapping": ("[]", "a mapping is wanted, with `records: {NAME: {noun: …, key: …}}`"),
    "no records": ("sheet: A", "a mapping is wanted, with `records:"),
    "an entry": (f"record: 1\nrecords: {{p: {PROMISE}}}", "record: there is no such entry; did you "
                 "mean records?"),
    "a noun": ("records: {p: {noun: commitment, key: No}}", "records.p.noun: no noun; did you mean "
               "commitments?"),
    "a key": ("records: {p: {noun: commitments}}", "records.p.key: write the column with an id"),
    "a member": ("records: {p: {noun: commitments, key: No, members: {titel: T}}}",
                 "records.p.members.titel: commitments have no such member; did you mean title?"),
    "a part": ("records: {p: {noun: commitments, key: No, members: {promisors: {part: T}}}}",
               "records.p.members.promisors.part: no such member; did you mean party?"),
    "a source": ("records: {p: {noun: commitments, key: No, members: {title: {form: T}}}}",
                 "records.p.members.title: write a column, {from: COLUMN}, {is: VALUE}"),
    "an option": ("records: {p: {noun: commitments, key: No, members: {title: {from: T, "
                  "spilt: x}}}}",
                  "records.p.members.title.spilt: there is no such entry; did you mean split?"),
    "values": ("records: {p: {noun: commitments, key: No, members: {term: {from: T, values: x}}}}",
               "records.p.members.term.values: write what to take for each text"),
    "an item": ("records: {p: {noun: commitments, key: No, members: {title: {from: T, item: 1}}}}",
                "records.p.members.title.item: write which item counts, from 1, beside `split`"),
    "a record": ("records: {p: {noun: commitments, key: No, members: {madeAt: {record: m}}}}",
                 "records.p.members.madeAt: no record 'm' in this map; there are p"),
    "a kind": (f"newParties: {{Dol: CITY}}\nrecords: {{p: {PROMISE}}}", "newParties.Dol: 'CITY' is "
               "none of PERSON"),
    "when": ("records: {p: {noun: commitments, key: No, when: [T]}}", "records.p.when: write a "
             "column that must be filled"),
    "newTopics": (f"newTopics: th\nrecords: {{p: {PROMISE}}}", "newTopics: write the language"),
    "columns": (f"columns: {{A: topics}}\nrecords: {{p: {PROMISE}}}", "columns.A: 'topics' is none "
                "of id"),
}  # fmt: skip


@pytest.mark.parametrize("fault", MAPS)
def test_a_map_with_a_fault(fault: str) -> None:
    text, told = MAPS[fault]
    with pytest.raises(MapRefused) as refused:
        parse_map(load_yaml(text))
    (said,) = str(refused.value).splitlines()
    assert said.startswith(f"map: {told}")


def test_all_faults_of_a_map_are_told_at_once() -> None:
    text = f"shet: A\nnewTopics: th\nrecords: {{p: {PROMISE}, q: {{noun: x, key: No}}}}"
    with pytest.raises(MapRefused) as refused:
        parse_map(load_yaml(text))
    assert len(str(refused.value).splitlines()) == 3
