"""First maps: which sheet, which words of a promise, which names are one party."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from store.bundles.tables.files import read_table
from store.bundles.tables.map_faults import MapRefused
from store.bundles.tables.map_files import load_yaml, parse_map, read_reading
from store.bundles.tables.proposing import propose_map
from store.bundles.tables.rows import Row, Table, TableRefused


def propose(*rows: dict[str, Any]) -> dict[str, Any]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = propose_map(Table("a.csv", columns, [Row(n, row) for n, row in enumerate(rows, 2)]))
    parse_map(load_yaml(text))
    proposed: dict[str, Any] = load_yaml(text)
    return proposed


def members(proposed: dict[str, Any], record: str) -> dict[str, Any]:
    found: dict[str, Any] = proposed["records"][record]["members"]
    return found


def test_a_quote_that_is_not_always_there_gives_way_to_the_promise() -> None:
    row = {"No": 1, "Promise": "Build a pool", "Quote": "We will build a pool."}
    both = {"from": ["Quote", "Promise"]}
    proposed = propose(row, {"No": 2, "Promise": "Plant trees", "Quote": None})
    assert members(proposed, "promise")["gist"] == both
    assert members(proposed, "source")["text"] == both
    assert members(proposed, "promise")["evidence"]["selector"]["exact"] == both
    assert members(propose(row), "promise")["gist"] == "Quote"


def test_a_row_without_a_status_makes_no_follow_up() -> None:
    proposed = propose({"No": 1, "Promise": "Build a pool", "Status": "Done", "Notes": "see mail"})
    assert proposed["records"]["follow_up"]["when"] == "Status"
    assert proposed["records"]["update"]["when"] == "Status"


def test_the_first_of_several_addresses_is_proposed() -> None:
    row = {"No": 1, "Promise": "Build a pool", "Link": "https://a.example/1 ; https://b.example/2"}
    assert members(propose(row), "source")["url"] == {"from": "Link", "split": ";", "item": 1}
    one = row | {"Link": "https://a.example/1;2"}
    assert members(propose(one), "source")["url"] == "Link"


@pytest.mark.parametrize("column", ["Link", "Source"])
def test_a_column_of_addresses_and_titles_is_proposed_for_both(column: str) -> None:
    cells = ("https://a.example/1", "Minutes of March", "https://a.example/3")
    rows = [{"No": n, "Promise": f"Promise {n}", column: cell} for n, cell in enumerate(cells)]
    source = members(propose(*rows), "source")
    assert source["url"] == {"from": column, "take": "address"}
    assert source["headline"] == {"from": column, "take": "title"}
    several = {**rows[0], column: "https://a.example/1 https://a.example/2"}
    source = members(propose(several, *rows[1:]), "source")
    assert source["url"] == {"from": column, "take": "address", "item": 1}


def test_a_title_beside_an_address_stays_the_title() -> None:
    row = {"No": 1, "Promise": "Build a pool", "Link": "https://a.example/1", "Source": "Minutes"}
    source = members(propose(row, row | {"No": 2}, row | {"No": 3, "Link": "by mail"}), "source")
    assert source["url"] == {"from": "Link", "take": "address"}
    assert source["headline"] == "Source"


def test_one_name_in_two_cases_is_asked_for_once() -> None:
    who = ("Norvia Water plc", "Norvia Water PLC", "Ministry of Roads", "Min. of Roads")
    rows = [{"No": n, "Promise": f"Promise {n}", "Who": name} for n, name in enumerate(who)]
    assert list(propose(*rows)["newParties"]) == [who[0], who[2], who[3]]


def test_holders_of_offices_are_persons_and_initials_are_asked_about() -> None:
    who = ("Deputy Mayor Tom Okoro", "T. Okoro (Deputy Mayor)", "Tom Okoro", "Tim Oduya", "T. Ode")
    rows = [{"No": n, "Promise": f"Promise {n}", "Who": name} for n, name in enumerate(who)]
    table = Table("a.csv", ["No", "Promise", "Who"], [Row(n, row) for n, row in enumerate(rows)])
    text = propose_map(table)
    assert '"Deputy Mayor Tom Okoro": Tom Okoro   # a guess: the same words' in text
    assert '"T. Okoro (Deputy Mayor)": PERSON   # a guess; the same as ' in text
    assert "the same as Tim Oduya" not in text and "the same as T. Ode" not in text


def test_what_is_kept_by_half_is_not_kept() -> None:
    rows = [
        {"No": n, "Promise": f"Promise {n}", "Status": status}
        for n, status in enumerate(("Half kept", "Kept", "Mostly done"))
    ]
    kinds = members(propose(*rows), "follow_up")["kind"]["values"]
    assert kinds == {
        "Half kept": "PARTLY_FULFILLED",
        "Kept": "FULFILLED",
        "Mostly done": "PARTLY_FULFILLED",
    }


def test_a_day_of_a_verdict_is_asked_about() -> None:
    row = {"No": 1, "Promise": "Build a pool", "Status": "Done", "Status date": "2024-05-01"}
    text = propose_map(Table("a.csv", list(row), [Row(2, row)]))
    (line,) = (line for line in text.splitlines() if "occurredOn" in line)
    assert line.endswith('{template: "../{Status date}"}, it was so by then')


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Read me"
    cover["A1"], cover["A2"] = "Promise watch", "Ask before changing"
    sheet = book.create_sheet("Promises")
    sheet.append(["The promise", None, None])
    sheet.merge_cells("A1:C1")
    sheet.append(["No", "Promise", "Who"])
    sheet.append([1, "Build a pool", "City of Dol"])
    old = book.create_sheet("Old")
    old.append(["No", "Was", "By"])
    old.append(["1", "Mend the bridge", "River Watch"])
    book.create_sheet("Bare").append(["No", "Was", "By"])
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_a_first_page_without_a_table_is_passed_over_and_told(workbook: Path) -> None:
    table = read_table(workbook)
    assert list(table.columns) == ["No", "Promise", "Who"]
    assert "sheet 'Promises' is read, and not 'Read me', 'Old', 'Bare'" in table.notes
    proposed = propose_map(table)
    assert load_yaml(proposed)["sheet"] == "Promises"
    assert "# Note: sheet 'Promises' is read" in proposed


def test_a_map_that_says_only_how_to_read_is_enough_for_a_proposal(
    workbook: Path, tmp_path: Path
) -> None:
    given = tmp_path / "map.yaml"
    given.write_text("sheet: Old\nheader: 1\n")
    reading = read_reading(given)
    proposed = load_yaml(propose_map(read_table(workbook, **reading), reading))
    assert (proposed["sheet"], proposed["header"]) == ("Old", 1)


def test_a_sheet_without_rows_is_refused(workbook: Path) -> None:
    with pytest.raises(TableRefused, match="no column has texts"):
        propose_map(read_table(workbook, sheet="Bare"))


def test_what_it_says_wrongly_is_told(tmp_path: Path) -> None:
    given = tmp_path / "map.yaml"
    given.write_text("sheet: 3\nheader: two\nshet: Old\n")
    with pytest.raises(MapRefused) as refused:
        read_reading(given)
    assert str(refused.value).splitlines() == [
        "map.yaml: shet: there is no such entry; did you mean sheet? " + _KNOWN,
        "map.yaml: sheet: 3 is not a text",
        "map.yaml: header: 'two' is not a number",
    ]


_KNOWN = (
    "sheet, header, encoding, delimiter, rows, guarded, dates, curation, newParties, newTopics, "
    "columns, update, records"
)
