"""Dates as people write them into sheets: what is read, what is asked back, and what is told."""

from datetime import date, datetime
from typing import Any

import pytest

from tests.store.bundles.tables.test_converting import convert, one

DUE = "records: {promise: {noun: commitments, key: No, members: {dueOn: Due}}}"

READ = {
    "Q3 2025": "2025-07/2025-09",
    "2025 Q3": "2025-07/2025-09",
    "Q1/2024": "2024-01/2024-03",
    "3Q 2024": "2024-07/2024-09",
    "Q1-Q2 2024": "2024-01/2024-06",
    "2nd quarter 2024": "2024-04/2024-06",
    "spring 2024": "2024-03/2024-05",
    "winter 2023/24": "2023-12/2024-02",
    "24 April 2009": "2009-04-24",
    "10-May-2024": "2024-05-10",
    "Jan-2024": "2024-01",
    "Sept-2024": "2024-09",
    "1 Jan. 2024": "2024-01-01",
    "end of 2025": "2025-09/2025-12",
    "end 2025": "2025-09/2025-12",
    "EOY 2025": "2025-09/2025-12",
    "year-end 2025": "2025-09/2025-12",
    "by the end of 2025": "../2025-12",
    "by end 2025": "../2025-12",
    "H1 2024": "2024-01/2024-06",
    "2024 H2": "2024-07/2024-12",
    "first half of 2024": "2024-01/2024-06",
    "mid-2023": "2023-05/2023-08",
    "by mid-2026": "../2026-08",
    "early 2024": "2024-01/2024-04",
    "by March 2024": "../2024-03",
    "not before 2026": "2026/..",
    "before 2025": "../2024",
    "since 2020": "2020/..",
    "2020s": "202X",
    "between March and May 2024": "2024-03/2024-05",
    "March-May 2024": "2024-03/2024-05",
    "1-3 May 2024": "2024-05-01/2024-05-03",
    "week 12 2024": "2024-03-18/2024-03-24",
    "week 3 of 2024": "2024-01-15/2024-01-21",
    "13/05/2024": "2024-05-13",
    "05/13/2024": "2024-05-13",
    "13.5.2024": "2024-05-13",
    "2024/05/01": "2024-05-01",
    "20240501": "2024-05-01",
    "2020-03-00": "2020-03",
    "2024-05-01T10:00:00.123Z": "2024-05-01T10:00:00Z",
    "2024-05-01 10:00:00.5": "2024-05-01T10:00:00",
    "TBD": "../..",
    "circa 1952": "1952~",
}


@pytest.mark.parametrize("text", READ)
def test_what_is_read_keeps_what_stood_there(text: str) -> None:
    items, report = convert(DUE, {"No": 1, "Due": text})
    ((_, made),) = items
    assert made["dueOn"] == {"edtf": READ[text], "statedAs": text}
    ((column, stated, taken),) = report.dates
    assert (column, stated) == ("Due", text)
    assert taken.startswith(READ[text])


@pytest.mark.parametrize("text", ["2024", "2024-05", "2024-21", "2024-33", "2024~", "../2024"])
def test_what_is_edtf_stays(text: str) -> None:
    assert one(DUE, {"Due": text})["dueOn"] == text


ASKED = {
    "03/04/2025": "3 April 2025 or 4 March 2025; write which. Say `dates: {dayFirst: true}`",
    "2024-25": "say `dates: {yearPairs: true}`",
    "FY2024": "`dates: {fiscalYearEnds: 06-30}`, or begins, `fiscalYearBegins`",
    "by March": "“by March” depends on the day on which it was said",
    "within 100 days": "depends on the day on which it was said",
    "31.12.24": "has a year of two digits; write all four",
    "Dec-24": "“Dec-24” has a day or a year of two digits; write the year with all four",
    "31 April 2024": "“31 April 2024” is no day: April 2024 has 30 days; write which is meant",
    "February 29, 2023": "is no day: February 2023 has 28 days",
    "when funds allow": "`dates: {words: {when funds allow: unknown}}` keeps what it says",
    "soon: see law": '`values: {"soon: see law": ""}` takes the cell as empty',
    "Sommer 2024": "`dates: {words: {März: March}}`",
}


@pytest.mark.parametrize("text", ASKED)
def test_what_is_not_read_is_asked_back(text: str) -> None:
    items, _ = convert(DUE, {"No": 1, "Due": text})
    (told,) = (item for item in items if isinstance(item, str))
    assert told.startswith(f"2: promise.dueOn (column Due): “{text}” ")
    assert ASKED[text] in told


@pytest.mark.parametrize(
    ("ways", "text", "read"),
    [
        ("dayFirst: true", "03/04/2025", "2025-04-03"),
        ("dayFirst: false", "03/04/2025", "2025-03-04"),
        ("dayFirst: true", "05/13/2024", "2024-05-13"),
        ("yearPairs: true", "2024-25", "2024/2025"),
        ("yearPairs: true", "2011-12", "2011/2012"),
        ("yearPairs: true", "1999-00", "1999/2000"),
    ],
)
def test_what_the_map_decides(ways: str, text: str, read: str) -> None:
    made = one(f"dates: {{{ways}}}\n" + DUE, {"Due": text})
    assert made["dueOn"] == {"edtf": read, "statedAs": text}


def test_a_month_that_may_be_two_years_is_a_guess_that_is_told() -> None:
    items, report = convert(DUE, {"No": 1, "Due": "2011-12"})
    assert items[0][1]["dueOn"] == "2011-12"
    (told,) = report.doubtful
    assert "if it is two years, write 2011/2012" in told


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 10, 0, 0, 123456), "2024-05-01T10:00:00"),
        (2024, "2024"),
        (2024.0, "2024"),
    ],
)
def test_cells_of_workbooks(cell: Any, read: str) -> None:
    assert one(DUE, {"Due": cell})["dueOn"] == read


def test_the_number_of_a_day_is_taken_only_where_the_map_says_so() -> None:
    items, _ = convert(DUE, {"No": 1, "Due": 45413})
    assert any("45413 is a number; as a spreadsheet counts days it is 2024-05-01" in str(i)
               for i in items)  # fmt: skip
    assert one("dates: {serials: true}\n" + DUE, {"Due": 45413})["dueOn"] == "2024-05-01"
