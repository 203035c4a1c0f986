"""What GraphiQL asks beside the API: how an operation is run, which examples can be answered."""

import httpx
import pytest

from api.settings import Settings
from tests.api.conftest import Started, application
from tests.conftest import Dataset

QUERY = (
    "query Two($key: String!) { commitment(by: {key: $key}) { key promisors { party { name } } } }"
)


async def explain(client: httpx.AsyncClient, query: str, **variables: str) -> httpx.Response:
    return await client.post("/graphql/explain", json={"query": query, "variables": variables})


async def test_query_is_explained(client: httpx.AsyncClient) -> None:
    answer = await explain(client, QUERY, key="K03")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert said["cost"] > 0 and said["milliseconds"] > 0
    assert "commitment (commitment):" in said["plan"]
    assert {command["collection"] for command in said["commands"]} >= {"commitments", "parties"}
    assert "def " in said["source"]
    # What was looked for is not told: it says who may see what.
    assert "K03" not in answer.text


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ commitments(first: 101) { totalCount } }", "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_be_run_is_not_explained(
    client: httpx.AsyncClient, query: str, code: str
) -> None:
    answer = await explain(client, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == code


async def test_mutation_is_refused_and_not_run(client: httpx.AsyncClient) -> None:
    query = 'mutation { retractRecord(input: {id: "x", reason: "y"}) { __typename } }'
    answer = await explain(client, query)
    assert (answer.status_code, "only queries are explained" in answer.text) == (400, True)


async def test_limits_hold_for_what_is_explained(started: Started) -> None:
    async with started(most_cost=10) as client:
        answer = await explain(client, "{ commitments(first: 100) { nodes { key } } }")
        assert answer.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"


async def test_only_registered_documents_are_explained(started: Started) -> None:
    async with started(trusted_only=True) as client:
        assert (await explain(client, QUERY, key="K03")).status_code == 400


async def test_examples_that_find_nothing_are_left_out(
    client: httpx.AsyncClient, invented: Dataset, mongodb_url: str
) -> None:
    everything = {one["name"] for one in (await client.get("/workbench/queries.json")).json()}
    here = set((await client.get("/workbench/answered.json")).json())
    assert everything - here == {"11-changes-since", "14-assessment-differs"}
    settings = Settings(mongodb_url=mongodb_url, database=invented.database.name)
    async with application(settings) as other:
        there = set((await other.get("/workbench/answered.json")).json())
    assert "14-assessment-differs" in there and "01-promised-by-meta" not in there
