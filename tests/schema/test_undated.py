"""What has no last possible day had happened by the day on which it was recorded (decision 27)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema

from store.bundles.importing import import_bundle
from store.writes.rebuild import Difference, differences
from store.writes.writer import Author
from tests.conftest import Dataset, empty_dataset

BEFORE, DAY, LATER = "2021-03-03", "2021-03-04", "2025-07-09"

BUNDLE = """
defaults:
  parties: {curation: ACCEPTED}
  articles: {curation: ACCEPTED, textKind: DIGEST}
  commitments:
    curation: ACCEPTED
    gist: It will be done.
    promisors: [{party: p, attribution: SELF_QUOTED}]
    term: ONE_OFF
    strength: PLEDGED
    madeOn: "2020-01-01"
    evidence: [{article: a, selector: {exact: They will do it.}, mode: PARAPHRASE}]
    recordedAt: "2020-02-01T00:00:00Z"
  follow_ups:
    curation: ACCEPTED
    kind: FULFILLED
    independence: DOCUMENT
    confidence: HIGH
    evidence: [{article: b, selector: {exact: It was done.}, mode: PARAPHRASE}]
    recordedAt: "2021-03-04T23:30:00Z"
parties:
  - {key: p, kind: COMPANY, name: Some Body}
articles:
  - {key: a, datePublished: "2020-01-01", text: They will do it.}
  - {key: b, datePublished: "../..", text: It was done.}
commitments:
  - {key: nowhen, title: Done at an unknown time}
  - {key: since, title: Done some day since}
  - {key: vague, title: Done in a year that was not over}
  - {key: both, title: Done and broken at unknown times}
  - {key: unmade, title: Made at an unknown time, madeOn: "../.."}
  - {key: quiet, title: Nothing came of it}
follow_ups:
  - {key: f-nowhen, target: nowhen, occurredOn: "../.."}
  - {key: f-since, target: since, occurredOn: "2020-01-02/.."}
  - {key: f-vague, target: vague, occurredOn: "2021"}
  - {key: f-both, target: both, occurredOn: "../.."}
  - key: f-broken
    target: both
    occurredOn: "../.."
    kind: BROKEN
    recordedAt: "2021-02-01T00:00:00Z"
"""


@pytest.fixture(scope="module")
async def undated(
    mongodb_url: str, schema: GraphQLSchema, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Dataset]:
    folder: Path = tmp_path_factory.mktemp("undated")
    (folder / "undated.yaml").write_text(BUNDLE)
    async with empty_dataset(mongodb_url, "undated", schema) as dataset:
        await import_bundle(dataset.database, [folder], Author(by="tests"))
        yield dataset


STATUS = """query ($day: Date!, $knownAt: DateTime) {
    commitments(first: 10) { nodes {
        key status(asOf: $day, knownAt: $knownAt) {
            value certainty existence alternatives followUpCount daysSilent explanation
        }
    } }
}"""


async def statuses(dataset: Dataset, day: str, known_at: str | None = None) -> dict[str, Any]:
    found = await dataset.ask(STATUS, day=day, knownAt=known_at)
    return {node["key"]: node["status"] for node in found["commitments"]["nodes"]}


@pytest.mark.parametrize("key", ["nowhen", "since", "vague"])
async def test_it_counts_from_the_day_of_recording(undated: Dataset, key: str) -> None:
    before, on, later = [(await statuses(undated, day))[key] for day in (BEFORE, DAY, LATER)]
    assert (before["value"], before["certainty"]) == ("NO_FOLLOW_UP", "POSSIBLE")
    assert (before["alternatives"], before["followUpCount"]) == (["FULFILLED"], 0)
    assert before["daysSilent"] == 427
    for status, silent in ((on, 0), (later, 1588)):
        assert (status["value"], status["certainty"]) == ("FULFILLED", "CERTAIN")
        assert (status["alternatives"], status["followUpCount"]) == ([], 1)
        assert status["daysSilent"] == silent
        assert "4 March 2021" in status["explanation"]


async def test_the_sentence_says_how_late_it_can_have_been(undated: Dataset) -> None:
    found = await statuses(undated, LATER)
    assert "it has been done (at the latest 4 March 2021)" in found["nowhen"]["explanation"]
    assert "(between 2 January 2020 and 4 March 2021)" in found["since"]["explanation"]


async def test_it_is_not_known_before_it_was_recorded(undated: Dataset) -> None:
    known = (await statuses(undated, LATER, "2021-03-04T23:29:59Z"))["nowhen"]
    assert (known["value"], known["followUpCount"], known["alternatives"]) == (
        "NO_FOLLOW_UP",
        0,
        [],
    )


async def test_two_at_unknown_times_have_no_order(undated: Dataset) -> None:
    status = (await statuses(undated, LATER))["both"]
    assert (status["value"], status["alternatives"]) == ("BROKEN", ["FULFILLED"])
    first = (await statuses(undated, "2021-02-10"))["both"]
    assert (first["value"], first["alternatives"]) == ("BROKEN", ["FULFILLED"])


async def test_what_was_made_at_an_unknown_time_had_been_made_by_then(undated: Dataset) -> None:
    before, after = [(await statuses(undated, d))["unmade"] for d in ("2020-01-31", "2020-02-01")]
    assert (before["existence"], before["daysSilent"]) == ("POSSIBLE", None)
    assert (after["existence"], after["daysSilent"]) == ("CERTAIN", 0)
    query = (
        '{ commitments(filter: {status: {asOf: "2020-03-02", silentFor: 30}}) { nodes { key } } }'
    )
    silent = {node["key"] for node in (await undated.ask(query))["commitments"]["nodes"]}
    assert "unmade" in silent


async def test_lists_statistics_series_and_changes_agree(undated: Dataset) -> None:
    query = """{
        done: commitments(filter: {status: {asOf: "2021-03-04", in: [FULFILLED]}}) { totalCount }
        undone: commitments(filter: {status: {asOf: "2021-03-03", in: [FULFILLED]}}) { totalCount }
        stats: commitmentStats(asOf: "2021-03-04", groupBy: [STATUS]) {
            groups { key { status } figures { count } }
            latency { fulfilment { count undated atMost { median } } }
        }
        known: commitmentStats(asOf: "2021-03-04", knownAt: "2021-03-04T12:00:00Z") {
            total { statuses { status count } }
        }
        statusSeries(from: "2021-02-01", to: "2021-03-04") { statuses { status count } }
        changesBetween(from: "2021-03-03", to: "2021-03-04") {
            nodes { commitment { key } turns { kind toValue } }
        }
    }"""
    found = await undated.ask(query)
    assert (found["done"]["totalCount"], found["undone"]["totalCount"]) == (3, 0)
    groups = {g["key"]["status"]: g["figures"]["count"] for g in found["stats"]["groups"]}
    assert groups == {"FULFILLED": 3, "BROKEN": 1, "NO_FOLLOW_UP": 2}
    fulfilment = found["stats"]["latency"]["fulfilment"]
    assert (fulfilment["count"], fulfilment["undated"]) == (4, 0)
    assert fulfilment["atMost"]["median"] == 428
    known = {s["status"]: s["count"] for s in found["known"]["total"]["statuses"]}
    assert known == {"BROKEN": 1, "NO_FOLLOW_UP": 5}
    last = {s["status"]: s["count"] for s in found["statusSeries"][-1]["statuses"]}
    assert last == {"NO_FOLLOW_UP": 2, "FULFILLED": 3, "BROKEN": 1}
    changed = {node["commitment"]["key"] for node in found["changesBetween"]["nodes"]}
    assert changed == {"nowhen", "since", "vague"}


async def test_the_date_stays_as_it_is_stated(undated: Dataset) -> None:
    query = """{
        followUp(by: {key: "f-nowhen"}) {
            orderCertain daysUntilRecorded recordedLate
            occurredOn { edtf earliest latest precision }
        }
        followUps(filter: {occurredOn: {to: "2025-01-01", match: CERTAIN}}) { nodes { key } }
    }"""
    found = await undated.ask(query)
    assert found["followUp"]["occurredOn"] == {
        "edtf": "../..", "earliest": None, "latest": None, "precision": "UNKNOWN",
    }  # fmt: skip
    # How late nobody knows, nor whether it came after the promise.
    assert found["followUp"]["daysUntilRecorded"] is None and not found["followUp"]["recordedLate"]
    assert found["followUp"]["orderCertain"] is False
    # A filter goes by the date as it is stated.
    assert [node["key"] for node in found["followUps"]["nodes"]] == ["f-vague"]


async def test_a_rebuild_derives_the_same(undated: Dataset) -> None:
    found = [item async for item in differences(undated.database) if isinstance(item, Difference)]
    assert found == []
