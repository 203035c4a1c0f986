"""What two spreadsheets stumbled over that were made and loaded by somebody with only the docs."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from store.bundles.importing import BundleRefused, import_bundle
from store.bundles.tables.files import read_table
from store.bundles.tables.importing import convert_tables
from store.bundles.tables.map_faults import MapRefused
from store.bundles.tables.map_files import load_yaml, parse_map, read_map, read_roles
from store.bundles.tables.proposing import propose_map
from store.bundles.tables.rows import Row, Table, TableRefused
from store.mongodb.driver import Database
from tests.store.bundles.tables.test_converting import convert, one
from tests.store.samples import TESTER


def make_table(*rows: dict[str, Any]) -> Table:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return Table("a.csv", columns, [Row(n, row) for n, row in enumerate(rows, 2)])


# --- Names ---------------------------------------------------------------------------------------

PROMISE = """
records:
  promise:
    noun: commitments
    key: No
    members:
      title: Promise
      promisors: {party: Who, attribution: {is: UNSTATED}}
"""


def test_a_second_spelling_in_capitals_is_the_same_name() -> None:
    new = "newParties: {City of Dol: LOCAL_GOVERNMENT, CITY OF DOL: City of Dol}\n"
    rows = ({"No": n, "Promise": "a", "Who": who} for n, who in enumerate(("City of Dol",) * 2))
    items, _ = convert(new + PROMISE, *rows, parties=())
    assert [(noun, members["key"]) for noun, members in items] == [
        ("parties", "city-of-dol"),
        ("commitments", "0"),
        ("commitments", "1"),
    ]


def test_names_that_are_called_each_other_are_a_fault() -> None:
    new = "newParties: {Dol: City of Dol, City of DOL: dol}\n"
    with pytest.raises(MapRefused, match="'City of Dol' is itself called 'dol'"):
        parse_map(load_yaml(new + PROMISE))


def test_who_promised_it_is_found_and_its_spellings_are_proposed() -> None:
    who = (
        "Ana Bar",
        "Bar, Ana",
        "Mayor Ana Bar",
        "A. Bar",
        "Dept of Big Roads",
        "DOBR",
        "Dobr Ltd",
    )
    rows = [{"No": n, "Promise": f"Promise {n}", "Who promised": w} for n, w in enumerate(who)]
    text = propose_map(make_table(*rows))
    proposed = load_yaml(text)
    assert proposed["records"]["promise"]["members"]["promisors"]["party"] == "Who promised"
    assert proposed["newParties"] == {
        "Ana Bar": "PERSON",
        "Bar, Ana": "Ana Bar",
        "Mayor Ana Bar": "Ana Bar",
        "A. Bar": "PERSON",
        "Dept of Big Roads": "MINISTRY",
        "DOBR": "PUBLIC_BODY",
        "Dobr Ltd": "COMPANY",
    }
    assert '"DOBR": PUBLIC_BODY   # a guess; the same as Dobr Ltd?' in text


# --- Columns in another language, and of years ---------------------------------------------------


def test_what_a_column_is_can_be_said(tmp_path: Path) -> None:
    row = {"Nr": 1, "Versprechen": "Ein Bad bauen", "Partei": "SPA", "Thema": "Sport"}
    table = make_table(row)
    said = tmp_path / "roles.yaml"
    said.write_text("columns: {Partei: promisor, Thema: topic}\n")
    assert "# Partei: NOT READ" in (before := propose_map(table))
    assert "`columns: {Partei: topic}`" in before
    members = load_yaml(propose_map(table, {}, read_roles(said)))["records"]["promise"]["members"]
    assert (members["promisors"]["party"], members["topics"]) == ("Partei", "Thema")
    with pytest.raises(TableRefused, match="`columns` names 'Parte', and there are Nr, Versp"):
        propose_map(table, {}, {"Parte": "promisor"})


def test_what_no_column_can_be_is_told(tmp_path: Path) -> None:
    said = tmp_path / "roles.yaml"
    said.write_text("columns: {Partei: party, A: topic, B: topic}\n")
    with pytest.raises(MapRefused) as refused:
        read_roles(said)
    first, second = str(refused.value).splitlines()
    assert first.startswith("roles.yaml: columns.Partei: 'party' is none of id, url, due")
    assert second == "roles.yaml: columns.B: another column is topic, too; say it of one"


def test_columns_of_years_make_a_follow_up_each() -> None:
    rows = [
        {"No": 1, "Promise": "Build a pool", "2023": "begun", "2024": "done", "Votes 2024": 7},
        {"No": 2, "Promise": "Mend a roof", "2023": None, "2024": "ruht", "Votes 2024": 9},
    ]
    proposed = load_yaml(propose_map(make_table(*rows)))
    records = proposed["records"]
    assert [name for name in records if name.startswith("follow_up")] == [
        "follow_up_2023",
        "follow_up_2024",
    ]
    for year in ("2023", "2024"):
        members = records[f"follow_up_{year}"]["members"]
        assert members["occurredOn"] == {"is": year}
        assert members["kind"] == {
            "from": year,
            "values": {"begun": "PROGRESSED", "done": "FULFILLED", "ruht": None},
        }


def test_rows_with_an_id_alone_make_no_promise() -> None:
    rows = [{"No": 1, "Promise": "Build a pool"}, {"No": 2, "Promise": None}]
    records = load_yaml(propose_map(make_table(*rows)))["records"]
    assert {records[name]["when"] for name in ("source", "promise")} == {"Promise"}


# --- Cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("news.example/3", "https://news.example/3"),
        ("www.news.example", "https://www.news.example"),
        ("council minutes", "council minutes"),
        ("report.pdf", "report.pdf"),
    ],
)
def test_an_address_without_its_scheme_is_completed(written: str, read: str) -> None:
    text = "records: {a: {noun: articles, key: No, members: {url: Link}}}"
    assert one(text, {"Link": written})["url"] == read


@pytest.mark.parametrize("word", ["n/a", "N/A", "none", "-", "—", "No deadline"])
def test_words_for_no_date_are_an_empty_cell(word: str) -> None:
    assert "dueOn" not in one("      dueOn: Due\n", {"Due": word})
    made = one('      madeOn: {from: Made, default: "2024"}\n', {"Made": word})
    assert made["madeOn"] == "2024"
    said = f'      dueOn: {{from: Due, values: {{"{word}": "2025"}}}}\n'
    assert one(said, {"Due": word})["dueOn"] == {"edtf": "2025", "statedAs": word}


def test_what_a_text_means_may_be_said_in_words() -> None:
    text = "      dueOn: {from: Due, values: {Ende 2025: end of 2025}}\n"
    read = {"edtf": "2025-09/2025-12", "statedAs": "Ende 2025"}
    assert one(text, {"Due": "Ende 2025"})["dueOn"] == read


WORDS = "dates: {words: {März: March, bis: by, Ende: end of, Herbst: autumn, 2. Quartal: Q2}}\n"
DUE = "records: {promise: {noun: commitments, key: No, members: {dueOn: Due}}}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("März 2021", "2021-03"),
        ("bis März 2025", "../2025-03"),
        ("Ende 2025", "2025-09/2025-12"),
        ("Herbst 2021", "2021-09/2021-11"),
        ("2. Quartal 2024", "2024-04/2024-06"),
    ],
)
def test_words_of_another_language_are_translated_by_the_map(written: str, read: str) -> None:
    made = one(WORDS + DUE, {"Due": written})
    assert made["dueOn"] == {"edtf": read, "statedAs": written}


@pytest.mark.parametrize(
    ("ways", "written", "read"),
    [
        ("fiscalYearEnds: 06-30", "FY2024", "2023-07/2024-06"),
        ("fiscalYearEnds: 12-31", "FY 2024", "2024"),
        ("fiscalYearBegins: 04-01", "fiscal year 2024", "2024-04/2025-03"),
        ("fiscalYearBegins: 04-01", "FY24", "2024-04/2025-03"),
        ("fiscalYearEnds: 03-31", "FY2023-24", "2023-04/2024-03"),
        ("fiscalYearBegins: 04-06", "financial year 2023/24", "2023-04-06/2024-04-05"),
        ("fiscalYearEnds: 02-29", "FY2023", "2022-03/2023-02"),
    ],
)
def test_a_fiscal_year_is_read_as_the_map_says(ways: str, written: str, read: str) -> None:
    made = one(f"dates: {{{ways}}}\n" + DUE, {"Due": written})
    assert made["dueOn"] == {"edtf": read, "statedAs": written}


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        ("{fiscalYearEnds: June}", "dates.fiscalYearEnds: 'June' is no month and day"),
        ("{fiscalYearEnds: 06-30, fiscalYearBegins: 07-01}", "begins or when it ends, and not"),
        ("{dayFirst: maybe}", "dates.dayFirst: 'maybe' is neither true nor false"),
        ("{words: [März]}", "dates.words: write English words beside those"),
        ("{dayfirst: true}", "dates.dayfirst: there is no such entry; did you mean dayFirst?"),
        ("dayFirst", "dates: write {dayFirst: true}"),
    ],
)
def test_what_a_map_says_wrongly_of_dates_is_told(ways: str, told: str) -> None:
    with pytest.raises(MapRefused) as refused:
        parse_map(load_yaml(f"dates: {ways}\n" + DUE))
    assert told in str(refused.value)


@pytest.mark.parametrize("word", ["Total", "total:", "Sum", "Summe", "Grand total", "Subtotal"])
def test_a_row_that_sums_up_others_is_not_read_and_told(tmp_path: Path, word: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"No,Promise,Who,Due\n1,Build a pool,Dol,2025\n{word},1,,\n")
    table = read_table(file)
    assert [row.number for row in table.rows] == [2]
    assert f"row 3 is a summary, {word!r}, and is not read" in table.notes


def test_a_promise_that_begins_with_such_a_word_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Promise,Who,Due\nTotal,Dol,2025\nTotal ban on plastic,,\n")
    assert len(read_table(file).rows) == 2


# --- Faults --------------------------------------------------------------------------------------


async def refuse(database: Database, folder: Path, *rows: str) -> list[str]:
    (folder / "a.csv").write_text("\n".join(["No,Promise,Who,Made,Link", *rows, ""]))
    (folder / "map.yaml").write_text(
        """
newParties: {Dol: LOCAL_GOVERNMENT}
records:
  source:
    noun: articles
    key: {from: No, prefix: s-}
    members: {url: Link, datePublished: {is: "../.."}, textKind: {is: DIGEST}, text: Promise}
  promise:
    noun: commitments
    key: {from: No, prefix: p-}
    members:
      {title: Promise, gist: Promise, promisors: {party: Who, attribution: {is: UNSTATED}},
      term: {is: UNSTATED}, strength: {is: UNSTATED}, madeOn: Made,
      evidence: {article: {record: source}, selector: {exact: Promise}, mode: {is: UNSTATED}}}
"""
    )
    read = await convert_tables(database, [folder / "a.csv"], read_map(folder / "map.yaml"))
    with pytest.raises(BundleRefused) as refused:
        await import_bundle(database, [], TESTER, converted=read.items)
    return [str(fault) for fault in refused.value.faults]


async def test_a_cell_that_is_not_read_is_one_fault_and_no_second(
    database: Database, tmp_path: Path
) -> None:
    told = await refuse(database, tmp_path, "1,Build a pool,Del,sometime soon,", "2,b,Dol,2024,")
    assert len(told) == 2
    assert "promise.promisors (column Who): no party is called 'Del'" in told[0]
    assert "promise.madeOn (column Made)" in told[1]


async def test_many_values_with_one_fault_are_told_as_one(
    database: Database, tmp_path: Path
) -> None:
    rows = [f"{n},Promise {n},Dol,2024,page {n} of it" for n in range(40)]
    told = await refuse(database, tmp_path, *rows)
    assert len(told) == 5
    assert told[-1].endswith("(and 35 more values)")
    assert "a.csv:2: articles/s-0 url: 'page 0 of it' is no web address" in told[0]


# --- The whole way -------------------------------------------------------------------------------


def make_sheet(folder: Path) -> Path:
    """A workbook as people have them: titles, merged cells, mixed dates and names, a sum."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Promise watch of Dol"])
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append(["No.", "Promise", "Who promised", "Date of promise", "Deadline", "Status"])
    made = ("24 April 2023", "Q3 2023", 2023, "spring 2024", "2023-05-01")
    due = ("end of 2025", "n/a", "by March 2026", None, "FY2025")
    status = ("Kept", "Broken", "in progress", "", "Not started")
    for n in range(1, 41):
        who = ("Ana Bar", "Bar, Ana", "Mayor Ana Bar", "City of Dol")[n % 4] if n % 2 else None
        sheet.append([n, f"Promise {n}", who, made[n % 5], due[n % 5], status[n % 5]])
        if n % 2:
            sheet.merge_cells(f"C{n + 3}:C{n + 4}")
    sheet.append(["Total", "=COUNTA(B4:B43)"])
    book.save(folder / "promises.xlsx")
    return folder / "promises.xlsx"


async def test_a_sheet_goes_in_by_its_proposed_map_with_one_word_more(
    database: Database, tmp_path: Path
) -> None:
    file = make_sheet(tmp_path)
    proposed = propose_map(read_table(file)).replace(
        "# dates: {dayFirst: true}", "dates: {fiscalYearEnds: 12-31}"
    )
    (tmp_path / "map.yaml").write_text(proposed)
    read = await convert_tables(database, [file], read_map(tmp_path / "map.yaml"))
    done = await import_bundle(database, [], TESTER, converted=read.items)
    assert done.created["commitments"] == 40
    assert done.created["follow_ups"] == 24
    assert done.created["parties"] == 2
    due = await database.find("commitments", {"dueOn.statedAs": "FY2025"})
    assert {one["dueOn"]["edtf"] for one in due} == {"2025"}
