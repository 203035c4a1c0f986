"""Mutations over HTTP, by a token of the store: the whole way, and what is refused on it."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from store.mongodb.driver import Database
from store.persisted_documents import TrustedDocuments, document_id
from store.tokens import Tokens
from store.viewers import Role
from tests.api.auth.conftest import bearer
from tests.api.conftest import Started
from tests.store.samples import store, write

MUTATION = """mutation Rename($input: UpdatePartyInput!) {
  updateParty(input: $input) {
    record { key name version }
    change { by via why correction }
    userErrors { code }
  }
}"""
NAMED = {"key": "telno", "name": "Telno plc", "reason": "As registered.", "correction": True}


@pytest.fixture
async def editor(database: Database) -> dict[str, str]:
    """The header of an editor, for a store that holds the samples."""
    await write(database, *store())
    token, _ = await Tokens(database).create("news desk", Role.EDITOR, datetime.now(UTC))
    return bearer(token)


async def post(client: httpx.AsyncClient, headers: dict[str, str], **members: Any) -> Any:
    response = await client.post("/graphql", json=members, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


async def test_editor_changes_a_record(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    name = '{ party(by: {key: "telno"}) { name } }'
    async with started(database=database.name) as client:
        assert (await post(client, {}, query=name))["data"]["party"] == {"name": "Telno"}
        body = await post(client, editor, query=MUTATION, variables={"input": NAMED})
        assert body == {
            "data": {
                "updateParty": {
                    "record": {"key": "telno", "name": "Telno plc", "version": 2},
                    "change": {
                        "by": "news desk",
                        "via": "TOKEN",
                        "why": "As registered.",
                        "correction": True,
                    },
                    "userErrors": [],
                }
            }
        }
        # Sent again it is run again, and not answered from what is kept.
        again = await post(client, editor, query=MUTATION, variables={"input": NAMED})
        assert again["data"]["updateParty"]["change"] is None
    (document,) = await database.find("parties", {"_id": "telno"})
    assert document["name"] == "Telno plc"


async def test_reader_writes_nothing(
    started: Started,
    database: Database,
    editor: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with started(database=database.name) as client:
        body = await post(client, {}, query=MUTATION, variables={"input": NAMED})
    (error,) = body["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED", "role": "PROPOSER"}
    assert "updateParty refused: nobody is signed in" in caplog.messages
    assert error["path"] == ["updateParty"]
    (document,) = await database.find("parties", {"_id": "telno"})
    assert document["version"] == 1


async def test_get_is_refused_whoever_sends_it(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    await TrustedDocuments(database).register([MUTATION])
    variables = '{"input": {"key": "telno", "name": "Telno plc"}}'
    async with started(database=database.name) as client:
        for asked in ({"query": MUTATION}, {"documentId": document_id(MUTATION)}):
            params = {**asked, "variables": variables}
            response = await client.get("/graphql", params=params, headers=editor)
            assert (response.status_code, response.headers["allow"]) == (405, "POST")
    (document,) = await database.find("parties", {"_id": "telno"})
    assert document["version"] == 1


async def test_registered_documents_alone(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    await TrustedDocuments(database).register([MUTATION])
    given = {"variables": {"input": NAMED}}
    async with started(database=database.name, trusted_only=True) as client:
        other = await post(client, editor, query=f"{MUTATION} ", **given)
        assert other["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        body = await post(client, editor, documentId=document_id(MUTATION), **given)
        assert body["data"]["updateParty"]["record"]["version"] == 2


async def test_batches_are_refused(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    one = {"query": MUTATION, "variables": {"input": NAMED}}
    async with started(database=database.name) as client:
        response = await client.post("/graphql", json=[one, one], headers=editor)
    assert response.status_code == 400


async def test_two_persons_is_a_setting(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    query = """mutation { createParty(input: {kind: COMPANY, name: "New", accept: true}) {
      userErrors { code }
    } }"""
    async with started(database=database.name, two_persons=True) as client:
        body = await post(client, editor, query=query)
    assert body["data"]["createParty"]["userErrors"] == [{"code": "TWO_PERSONS"}]


async def test_mutation_costs_more_than_a_query(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    fields = " ".join(
        f'm{n}: createParty(input: {{kind: COMPANY, name: "N{n}"}}) {{ dataVersion }}'
        for n in range(3)
    )
    async with started(database=database.name, most_cost=250) as client:
        response = await client.post(
            "/graphql", json={"query": f"mutation {{ {fields} }}"}, headers=editor
        )
    assert response.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert await database.find("parties", {"name": "N0"}) == []
