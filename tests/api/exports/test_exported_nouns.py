"""Exports of the nouns beside commitments: rows and columns, filters, and what is documented."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import FieldNode, OperationDefinitionNode, SelectionNode, parse

from api.exports import topics
from api.exports.tables import TABLES
from api.exports.topics import COLUMNS as TOPICS
from tests.conftest import Dataset

FIELDS = {noun: "followUps" if noun == "follow-ups" else noun for noun in TABLES}
CHOICES: list[tuple[str, dict[str, Any], list[dict[str, str]]]] = [
    ("requests", {"asker": {"eq": "nisar"}}, []),
    ("requests", {"status": {"in": ["NO_FOLLOW_UP"]}}, [{"field": "TITLE"}]),
    ("follow-ups", {"kind": ["REAFFIRMED"]}, []),
    ("follow-ups", {"occurredOn": {"to": "2024-12-31"}}, [{"field": "KEY"}]),
    ("meetings", {"kind": ["BILATERAL"]}, [{"field": "DATE", "direction": "DESC"}]),
    ("meetings", {"search": "safety"}, []),
    ("parties", {"country": "PK"}, [{"field": "NAME", "direction": "DESC"}]),
    ("parties", {"search": "meta"}, [{"field": "RELEVANCE", "direction": "DESC"}]),
    ("articles", {"datePublished": {"from": "2022-01-01"}}, []),
    *((noun, {}, []) for noun in TABLES),
]


async def read_rows(client: httpx.AsyncClient, noun: str, **parameters: Any) -> list[Any]:
    response = await client.get(f"/export/{noun}.jsonl", params=parameters)
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.mark.parametrize(("noun", "filter_", "order"), CHOICES, ids=json.dumps)
async def test_rows_are_those_of_the_list(
    client: httpx.AsyncClient, meta_pakistan: Dataset, noun: str, filter_: Any, order: Any
) -> None:
    chosen = f"filter: {_written(filter_)}" + (f", orderBy: {_written(order)}" if order else "")
    data = await meta_pakistan.ask(
        f"{{ {FIELDS[noun]}({chosen}, first: 100) {{ nodes {{ key }} }} }}"
    )
    parameters = {"filter": json.dumps(filter_), "orderBy": json.dumps(order)}
    rows = await read_rows(client, noun, **parameters)
    assert rows and [row["key"] for row in rows] == [n["key"] for n in data[FIELDS[noun]]["nodes"]]
    assert all(row["url"].startswith(f"http://test/{noun}/") for row in rows)


def _written(value: Any) -> str:
    """A value in the language of GraphQL, where names of members and of enums have no quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_written(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    is_name = re.fullmatch("[A-Z_]{3,}", value)
    return str(value) if is_name else json.dumps(value)


@pytest.mark.parametrize("noun", TABLES)
async def test_csv_has_the_same_rows_and_all_columns(client: httpx.AsyncClient, noun: str) -> None:
    response = await client.get(f"/export/{noun}.csv")
    assert response.status_code == 200, response.text
    assert f'filename="{noun}-' in response.headers["content-disposition"]
    table = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    rows = await read_rows(client, noun)
    names = [column.name for column in TABLES[noun].columns]
    assert len(set(names)) == len(names)
    assert [row["key"] for row in table] == [row["key"] for row in rows]
    for cells, row in zip(table, rows, strict=True):
        assert list(cells) == list(row) == names


async def test_what_the_rows_say(client: httpx.AsyncClient) -> None:
    (meta,) = await read_rows(client, "parties", filter='{"key":{"eq":"meta"}}')
    assert (meta["name"], meta["promised"] > 0) == ("Meta", True)
    (then,) = await read_rows(client, "parties", filter='{"key":{"eq":"meta"}}', asOf="2017-07-06")
    assert (then["asOf"], then["promised"]) == ("2017-07-06", 0)
    assert len(meta["names"]) == len(meta["nameKinds"])
    (meeting,) = await read_rows(client, "meetings", filter='{"key":{"eq":"M1"}}')
    assert len(meeting["participants"]) == len(meeting["participantNames"]) > 0
    assert meeting["articles"] == ["A1"] and meeting["dateEarliest"]
    (step,) = await read_rows(client, "follow-ups", filter='{"key":{"eq":"F02"}}')
    assert (step["kind"], step["target"], step["occurredOn"]) == (
        "REAFFIRMED",
        "K01",
        "2022-02/2022-02-19",
    )
    (article,) = await read_rows(client, "articles", filter='{"key":{"eq":"A2"}}')
    assert (article["datePublished"], article["textKind"]) == ("2022-02-20", "DIGEST")
    assert "text" not in article  # it may be kept from readers, and a cell holds no article


async def test_requests_stand_as_on_the_day(client: httpx.AsyncClient) -> None:
    rows = await read_rows(client, "requests", asOf="2025-07-09")
    assert {row["asOf"] for row in rows} == {"2025-07-09"}
    assert {row["answer"] for row in rows} <= {"OPEN", "ANSWERED", "DECLINED", "NOTED", None}
    assert not any(row["knownAt"] for row in rows)
    moment = min(row["recordedAt"] for row in rows)
    then = await read_rows(client, "requests", asOf="2025-07-09", knownAt=moment)
    assert len(then) > 0 and {row["recordedAt"] for row in then} == {moment}


@pytest.mark.parametrize("noun", TABLES)
def test_every_column_is_asked_for(noun: str) -> None:
    """What is not would be empty in each row, for a type may be without it."""
    (operation,) = parse(TABLES[noun].query).definitions
    assert isinstance(operation, OperationDefinitionNode)
    (connection,) = operation.selection_set.selections
    assert isinstance(connection, FieldNode) and connection.selection_set
    (nodes,) = connection.selection_set.selections
    asked = set(_paths(nodes))
    paths = [column.path for column in TABLES[noun].columns if column.path]
    assert [path for path in paths if path not in asked] == []


def _paths(node: SelectionNode) -> Iterator[tuple[str, ...]]:
    """The paths of all leaves below a selection."""
    selections = getattr(node, "selection_set", None)
    for below in selections.selections if selections else ():
        if isinstance(below, FieldNode):
            name = (below.alias or below.name).value
            yield from ((name, *path) for path in _paths(below))
        else:
            yield from _paths(below)
    if not selections:
        yield ()


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("articles.csv?asOf=2025-07-09", "there are: filter, orderBy"),
        ("meetings.csv?knownAt=2025-07-09T00:00:00Z", "there are: filter, orderBy"),
        ('articles.csv?filter={"promisor":{"eq":"meta"}}', "there is no such member"),
        ('follow-ups.jsonl?orderBy=[{"field":"MADE_ON"}]', "OCCURRED_ON"),
    ],
)
async def test_parameters_are_those_of_the_noun(
    client: httpx.AsyncClient, address: str, remedy: str
) -> None:
    response = await client.get(f"/export/{address}")
    assert response.status_code == 400 and remedy in response.text


async def test_topics_are_counted_as_on_the_day(
    client: httpx.AsyncClient, meta_pakistan: Dataset
) -> None:
    rows = {row["topic"]: row for row in await read_rows(client, "topics")}
    data = await meta_pakistan.ask(
        "{ commitments { facets(by: [TOPIC], first: 100) { values { value count } } } }"
    )
    counted = {one["value"]: one["count"] for one in data["commitments"]["facets"][0]["values"]}
    assert {
        topic: row["commitments"] for topic, row in rows.items() if row["commitments"]
    } == counted
    assert any(row["requests"] for row in rows.values())
    (first, *_) = rows.values()
    assert list(first) == [column.name for column in TOPICS]
    assert first["url"] == f"http://test/topics/{first['topic']}"
    early = await read_rows(client, "topics", asOf="2017-07-07")
    assert 0 < len(early) < len(rows) and {row["asOf"] for row in early} == {"2017-07-07"}
    response = await client.get("/export/topics.csv", params={"asOf": "2017-07-07"})
    table = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["topic"] for row in table] == [row["topic"] for row in early]
    refused = await client.get("/export/topics.csv?filter={}")
    assert refused.status_code == 400 and "there are: asOf" in refused.text


async def test_topics_are_not_cut_in_silence(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = topics.QUERY.replace(f"first: {topics.MOST}", "first: 2")
    monkeypatch.setattr(topics, "QUERY", query)
    response = await client.get("/export/topics.csv")
    assert response.status_code == 400 and "there are more than" in response.text


DOCUMENTED = {**{noun: table.columns for noun, table in TABLES.items()}, "topics": TOPICS}


@pytest.mark.parametrize("noun", DOCUMENTED)
def test_columns_are_documented(noun: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / "exports.md").read_text(encoding="utf-8")
    section = re.split(
        r"^#+ ", text.partition(f"#### Columns of {noun}\n")[2], maxsplit=1, flags=re.MULTILINE
    )[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)
    assert rows == [(column.name, column.description) for column in DOCUMENTED[noun]]
