"""Statistics of requests: how many were answered, declined, noted or open, by what and when."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLSchema

from store import layout
from store.mongodb.driver import CommandLog, Database
from store.mongodb.keys import new_key
from store.records.history.statuses import RequestAnswer
from tests.conftest import Dataset
from tests.store.samples import changed, commitment, follow_up, request, store, write

FIGURES = """
fragment Figures on RequestFigures {
  asked
  answered { count of share } declined { count of share } noted { count of share }
  open { count of share }
}
"""


@pytest.fixture(scope="module")
async def asked(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """Requests of every answer, some of which were answered twice."""
    log = CommandLog()
    database = Database.connect(mongodb_url, f"test-{new_key()}", log=log)
    await layout.prepare(database)
    await write(database, *store())
    await write(
        database,
        commitment("c9", madeOn="2021-07-01", madeAt=None),
        commitment("c8", madeOn="2021-08-01", madeAt=None, curation="PROPOSED"),
        request("r2", topics=["help/desk"], strength="SPECIFIC"),
        request("r3", topics=["help"], asked=["telno", "gov"]),
        request("r4", strength="WILLING"),
        # Declined first, promised later.
        request("r5", answeredBy=["c9"], madeOn="2020-02-01", madeAt=None),
        # To readers the proposed commitment is no answer.
        request("r6", curation="PROPOSED", answeredBy=["c8"]),
        follow_up("d2", "r2", "DECLINED", "2021-05"),
        follow_up("d3", "r3", "NOTED", "2021-05-03"),
        follow_up("d4", "r4", "DECLINED", "2021-05-03", curation="PROPOSED"),
        follow_up("d5", "r5", "DECLINED", "2021-05-03"),
    )
    yield Dataset(database, log, schema)
    await database.drop()
    database.close()


def counts(figures: dict[str, Any]) -> dict[str, int]:
    """What is counted, without what is 0."""
    found = {name: figures[name]["count"] for name in ("answered", "declined", "noted", "open")}
    assert sum(found.values()) == figures["asked"]
    assert all(figures[name]["of"] == figures["asked"] for name in found)
    return {name: n for name, n in found.items() if n}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019-12-31", {}),
        ("2020-01-10", {"answered": 1, "open": 3}),
        ("2021-05-03", {"answered": 1, "declined": 1, "noted": 1, "open": 2}),
        # A refusal dated May counts from the end of May.
        ("2021-05-31", {"answered": 1, "declined": 2, "noted": 1, "open": 1}),
        ("2021-07-01", {"answered": 2, "declined": 1, "noted": 1, "open": 1}),
    ],
)
async def test_the_last_answer_by_the_day_counts(
    asked: Dataset, day: str, expected: dict[str, int]
) -> None:
    # From the counters, and from the records.
    for given in ("", ', filter: {madeOn: {from: "2000-01-01"}}'):
        data = await asked.ask(
            f'{{ requestStats(asOf: "{day}"{given}) {{ asOf total {{ ...Figures }} }} }}' + FIGURES
        )
        assert data["requestStats"]["asOf"] == day
        assert counts(data["requestStats"]["total"]) == expected


async def test_rates_are_of_all_that_were_asked(asked: Dataset) -> None:
    data = await asked.ask("{ requestStats { total { ...Figures } } }" + FIGURES)
    assert data["requestStats"]["total"]["declined"] == {"count": 1, "of": 5, "share": 1 / 5}
    none = await asked.ask(
        '{ requestStats(filter: {search: "nowhere"}) { total { ...Figures } } }' + FIGURES
    )
    assert none["requestStats"]["total"]["open"] == {"count": 0, "of": 0, "share": None}


async def test_groups_count_each_value_of_a_request(asked: Dataset) -> None:
    data = await asked.ask(
        """{ requestStats(groupBy: [ASKED]) { groupCount cut groups {
             key { asked { key } topic } figures { ...Figures } } } }"""
        + FIGURES
    )
    found = {
        group["key"]["asked"]["key"]: counts(group["figures"])
        for group in data["requestStats"]["groups"]
    }
    assert found == {
        "telno": {"answered": 2, "declined": 1, "noted": 1, "open": 1},
        "gov": {"noted": 1},
    }
    assert (data["requestStats"]["groupCount"], data["requestStats"]["cut"]) == (2, False)


async def test_wider_topics_count_what_narrower_ones_do(asked: Dataset) -> None:
    data = await asked.ask(
        """{ requestStats(groupBy: [TOPIC, STRENGTH], first: 2) { groupCount cut groups {
             key { topic strength } figures { asked } } } }"""
    )
    assert data["requestStats"] == {
        "groupCount": 5,
        "cut": True,
        "groups": [
            {"key": {"topic": None, "strength": "UNSTATED"}, "figures": {"asked": 2}},
            {"key": {"topic": None, "strength": "WILLING"}, "figures": {"asked": 1}},
        ],
    }


@pytest.mark.parametrize("answer", RequestAnswer)
async def test_statistics_filters_facets_and_statuses_agree(asked: Dataset, answer: str) -> None:
    data = await asked.ask(
        """query ($answer: RequestAnswer!) {
             requestStats { total { ...Figures } }
             requests(filter: {status: {answer: [$answer]}}) { totalCount nodes { key } }
             all: requests { nodes { key status { answer } }
               facets(by: [ANSWER]) { values { value count } } } }"""
        + FIGURES,
        answer=answer,
    )
    told = {node["key"]: node["status"]["answer"] for node in data["all"]["nodes"]}
    found = [node["key"] for node in data["requests"]["nodes"]]
    assert found == [key for key, given in told.items() if given == answer] != []
    (facet,) = data["all"]["facets"]
    assert {v["value"]: v["count"] for v in facet["values"]} == Counter(told.values())
    assert data["requestStats"]["total"][answer.lower()]["count"] == len(found)


async def test_a_declined_request_has_that_status_and_a_commitment_cannot(asked: Dataset) -> None:
    data = await asked.ask(
        """{ request(by: {key: "r2"}) { status { value answer explanation } }
             before: request(by: {key: "r2"}) { status(asOf: "2021-05-30") { value answer } }
             commitment(by: {key: "c1"}) { status { answer } } }"""
    )
    assert data["request"]["status"] == {
        "value": "DECLINED",
        "answer": "DECLINED",
        "explanation": "As of 9 July 2025, it has been declined (between 1 May 2021 and 31 May "
        "2021), as reported by those who were asked.",
    }
    assert data["before"]["status"] == {"value": "NO_FOLLOW_UP", "answer": "OPEN"}
    assert data["commitment"]["status"] == {"answer": None}
    for kind in ("DECLINED", "NOTED"):
        with pytest.raises(ValueError, match=f"only a request can be {kind}"):
            await write(asked.database, follow_up("d9", "c1", kind))


async def test_what_answers_as_known_at_an_earlier_moment(asked: Dataset) -> None:
    data = await asked.ask(
        """{ request(by: {key: "r5"}) {
             now: status { answer } then: status(knownAt: "2025-01-01T13:00:00Z") { answer }
             before: status(knownAt: "2024-01-01T00:00:00Z") { answer } } }"""
    )
    answers = {name: (status or {}).get("answer") for name, status in data["request"].items()}
    assert answers == {"now": "ANSWERED", "then": "ANSWERED", "before": None}


async def test_an_answer_follows_the_commitment_that_gave_it(asked: Dataset) -> None:
    await write(asked.database, commitment("c7", madeOn="2022-01-01", madeAt=None))
    await write(asked.database, request("r7", answeredBy=["c7"]))
    query = '{ request(by: {key: "r7"}) { status(asOf: "2022-06-30") { answer } } }'
    assert (await asked.ask(query))["request"]["status"]["answer"] == "ANSWERED"
    await write(asked.database, commitment("c7", madeOn="2023-01-01", madeAt=None))
    assert (await asked.ask(query))["request"]["status"]["answer"] == "OPEN"
    gone = changed(request("r7", answeredBy=["c7"]), curation="RETRACTED")
    await write(asked.database, gone)
