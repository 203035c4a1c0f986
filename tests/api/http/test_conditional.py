"""What caches are told of answers to GET, and that none of it outlives a write."""

from typing import Any

import httpx
import pytest

from store.mongodb.driver import Database
from store.records.parties import Organization, PartyKind
from store.writes.writer import Author, Draft, Writer
from tests.api.conftest import Started

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
ASK = {"query": "query A($n: Int) { parties(first: $n) { totalCount nodes { key } } }"}


async def get(client: httpx.AsyncClient, etag: str | None = None, **params: Any) -> httpx.Response:
    headers = {"if-none-match": etag} if etag is not None else {}
    return await client.get("/graphql", params={**ASK, **params}, headers=headers)


async def write(database: Database, key: str) -> None:
    party = Organization(key=key, name=key, kind=PartyKind.COMPANY, curation="ACCEPTED")
    await Writer(database).write([Draft(party)], Author("tests"))


async def test_answer_that_still_holds_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await get(client, variables='{"n": 2}')
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["vary"] == "Accept, Authorization"
    etag = first.headers["etag"]

    for given in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await get(client, given, variables='{"n": 2}')
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["vary"] == "Accept, Authorization"
        assert again.headers["cache-control"] == "no-cache"
    for given in ('"other"', "", etag.strip('"')):
        again = await get(client, given, variables='{"n": 2}')
        assert (again.status_code, again.content) == (200, first.content)


async def test_names_on_two_lines(client: httpx.AsyncClient) -> None:
    etag = (await get(client)).headers["etag"]
    lines = [("if-none-match", '"other"'), ("if-none-match", etag)]
    again = await client.get("/graphql", params=ASK, headers=lines)
    assert again.status_code == 304


async def test_other_questions_have_other_names(client: httpx.AsyncClient) -> None:
    answers = [
        await get(client),
        await get(client, variables='{"n": 2}'),
        await get(client, query="{ parties { totalCount } }"),
        await get(client, extensions='{"cost": true}'),
    ]
    client.headers["accept"] = GRAPHQL
    answers.append(await get(client))
    assert len({answer.headers["etag"] for answer in answers}) == len(answers)


async def test_head_names_the_answer_too(client: httpx.AsyncClient) -> None:
    response = await client.head("/graphql", params=ASK)
    assert response.headers["etag"] == (await get(client)).headers["etag"]


@pytest.mark.parametrize(
    "params",
    [
        {"query": "{"},
        {"query": "{ nonsense }"},
        {"query": ""},
        {"query": '{ commitments(after: "x") { totalCount } }'},
        {"variables": '{"n": "x"}'},
        {"variables": "["},
    ],
)
async def test_errors_are_not_kept(client: httpx.AsyncClient, params: dict[str, str]) -> None:
    response = await get(client, "*", **params)
    assert response.status_code != 304
    assert response.json()["errors"]
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


async def test_post_is_no_matter_of_caches(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json=ASK, headers={"if-none-match": "*"})
    assert response.status_code == 200
    assert "etag" not in response.headers and "cache-control" not in response.headers


@pytest.mark.parametrize("answers", ["fast", "strict", "off"])
async def test_no_name_outlives_an_acknowledged_write(
    started: Started, database: Database, answers: str
) -> None:
    async with started(database=database.name, answers=answers) as client:
        etags = []
        for n in range(6):
            etag = etags[-1] if etags else '"none"'
            before = await get(client, etag)
            assert before.json()["data"]["parties"]["totalCount"] == n
            etags.append(before.headers["etag"])
            # Kept by now, if answers are kept at all.
            assert (await get(client, etags[-1])).status_code == 304
            await write(database, f"p{n}")
        assert len(set(etags)) == 6
