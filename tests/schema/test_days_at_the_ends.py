"""Days at both ends of the calendar, asked of the whole API."""

from datetime import date
from typing import Any

import pytest

MONTHS = {
    ("0001-01-01", "0001-01-01"): ["0001-01-01"],
    ("0001-01-01", "0001-03-01"): ["0001-01-31", "0001-02-28", "0001-03-01"],
    ("9999-12-01", "9999-12-31"): ["9999-12-31"],
    ("9999-12-31", "9999-12-31"): ["9999-12-31"],
    ("9999-11-15", "9999-12-30"): ["9999-11-30", "9999-12-30"],
}
GIVEN = ["filter: {strengthAtLeast: ACKNOWLEDGED}, ", 'knownAt: "2023-01-01T00:00:00Z", ', ""]


@pytest.mark.parametrize(("first", "last"), MONTHS)
@pytest.mark.parametrize("given", GIVEN)
async def test_a_series_has_one_point_for_each_month(
    meta_pakistan: Any, first: str, last: str, given: str
) -> None:
    query = f"""{{
        statusSeries({given}from: "{first}", to: "{last}") {{ day count statuses {{ count }} }}
        commitmentStats({given}asOf: "{last}") {{ total {{ count }} }}
    }}"""
    found = await meta_pakistan.ask(query)
    series = found["statusSeries"]
    assert [point["day"] for point in series] == MONTHS[first, last]
    assert series[-1]["count"] == found["commitmentStats"]["total"]["count"]
    assert bool(series[-1]["count"]) == (last > "2026")


async def test_more_months_than_allowed_are_refused_at_the_end_too(meta_pakistan: Any) -> None:
    query = '{ statusSeries(from: "9900-01-01", to: "9999-12-31") { day } }'
    (error,) = (await meta_pakistan.execute(query))["errors"]
    assert "1200 months" in error["message"]
    query = '{ statusSeries(from: "9950-01-01", to: "9999-12-31") { day } }'
    assert len((await meta_pakistan.ask(query))["statusSeries"]) == 600


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_a_status_is_told_on_the_first_and_the_last_day(meta_pakistan: Any, day: str) -> None:
    query = """query ($day: Date!) {
        commitment(by: {key: "K01"}) {
            status(asOf: $day) { value daysSilent overdue stale(after: 2147483647) explanation }
        }
        silent: commitments(filter: {status: {asOf: $day, silentFor: 2147483647}}) { totalCount }
        heard: commitments(filter: {status: {asOf: $day, silentFor: 0}}) { totalCount }
        timeline(filter: {date: {from: $day, to: $day}}) { totalCount }
        madeBy: commitments(filter: {madeOn: {to: $day, match: CERTAIN}}) { totalCount }
    }"""
    found = await meta_pakistan.ask(query, day=day)
    status = found["commitment"]["status"]
    if day > "2026":
        assert status["daysSilent"] == (date.max - date(2025, 7, 8)).days and not status["stale"]
        assert "31 December 9999" in status["explanation"]
    else:
        assert status is None
    assert found["silent"]["totalCount"] == found["timeline"]["totalCount"] == 0
    assert (
        bool(found["heard"]["totalCount"]) == bool(found["madeBy"]["totalCount"]) == (day > "2026")
    )


async def test_changes_are_told_from_the_first_day_to_the_last(meta_pakistan: Any) -> None:
    query = """query ($from: Date!, $to: Date!) {
        changesBetween(from: $from, to: $to, silentFor: 36525) {
            totalCount nodes { turns { kind on } before { value } after { value } }
        }
    }"""

    async def changed(first: str, last: str) -> Any:
        variables = {"from": first, "to": last}
        return (await meta_pakistan.ask(query, **variables))["changesBetween"]

    assert (await changed("9999-12-30", "9999-12-31"))["totalCount"] == 0
    assert (await changed("0001-01-01", "0001-01-02"))["totalCount"] == 0
    whole = await changed("0001-01-01", "9999-12-31")
    assert whole["totalCount"] == len(whole["nodes"]) > 0
    kinds = {turn["kind"] for node in whole["nodes"] for turn in node["turns"]}
    assert {"MADE", "FELL_SILENT"} <= kinds
