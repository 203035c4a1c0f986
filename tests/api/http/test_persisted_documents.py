"""Documents by their id: registered ones, those that clients sent before, and nothing else."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.requests import persisted_documents
from store.bounds import MIB
from store.mongodb.driver import Database
from store.persisted_documents import TrustedDocuments, document_id
from tests.api.commands import run
from tests.api.conftest import Started

KEYS = "query Keys($n: Int = 2) { commitments(first: $n) { nodes { key } } }"
OTHER = "{ __typename }"
ANSWER = {"data": {"commitments": {"nodes": [{"key": "K01"}, {"key": "K02"}]}}}
UNKNOWN = document_id("{ unknown }")


def automatic(query: str, hash_: str | None = None) -> dict[str, Any]:
    hash_ = hash_ or sha256(query.encode()).hexdigest()
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_}}}


async def post(client: httpx.AsyncClient, **members: Any) -> dict[str, Any]:
    response = await client.post("/graphql", json=members)
    return dict(response.json())


def code_of(body: dict[str, Any]) -> str:
    (error,) = body["errors"]
    return str(error["extensions"]["code"])


@pytest.fixture
async def registered(meta_pakistan: Any) -> None:
    await TrustedDocuments(meta_pakistan.database).register([KEYS])


def test_id_is_that_of_the_specification() -> None:
    query = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"
    digest = "7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"
    assert document_id(query) == f"sha256:{digest}"


# --- Registered ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("registered")
async def test_registered_document_is_run_by_its_id(client: httpx.AsyncClient) -> None:
    id_ = document_id(KEYS)
    assert await post(client, documentId=id_) == ANSWER
    variables = {"variables": {"n": 1}, "operationName": "Keys"}
    one = (await post(client, documentId=id_, **variables))["data"]["commitments"]["nodes"]
    assert len(one) == 1

    client.headers["accept"] = "text/html, application/json;q=0.9"
    response = await client.get("/graphql", params={"documentId": id_, "variables": '{"n": 2}'})
    assert response.json() == ANSWER
    assert response.headers["etag"]


@pytest.mark.usefixtures("registered")
async def test_registered_document_is_run_by_its_hash(client: httpx.AsyncClient) -> None:
    assert await post(client, **automatic(KEYS)) == ANSWER


async def test_id_that_is_not_known(client: httpx.AsyncClient) -> None:
    body = await post(client, documentId=UNKNOWN)
    assert code_of(body) == "PERSISTED_QUERY_NOT_FOUND"
    assert body["errors"][0]["message"] == "PersistedQueryNotFound"
    newer = {"accept": "application/graphql-response+json"}
    response = await client.get("/graphql", params={"documentId": UNKNOWN}, headers=newer)
    assert response.status_code == 400
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("id_", ["x", "sha256:", "sha256:" + "A" * 64, "md5:" + "a" * 64])
async def test_id_that_is_none(client: httpx.AsyncClient, id_: str) -> None:
    assert code_of(await post(client, documentId=id_)) == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "members",
    [
        {"documentId": 1},
        {"documentId": ""},
        {"documentId": UNKNOWN, **automatic(KEYS)},
        {"query": KEYS, "documentId": UNKNOWN, **automatic(KEYS)},
        {"extensions": {"persistedQuery": 1}},
        {"extensions": {"persistedQuery": {}}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a"}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 1}}},
    ],
)
async def test_request_that_names_no_document(
    client: httpx.AsyncClient, members: dict[str, Any]
) -> None:
    response = await client.post("/graphql", json=members)
    assert response.status_code == 400
    assert code_of(response.json()) == "BAD_USER_INPUT"


async def test_text_and_id_must_agree(client: httpx.AsyncClient) -> None:
    assert (await post(client, query=OTHER, documentId=document_id(OTHER)))["data"]
    assert code_of(await post(client, query=OTHER, documentId=UNKNOWN)) == "BAD_USER_INPUT"
    assert code_of(await post(client, query=OTHER, **automatic(KEYS))) == "BAD_USER_INPUT"


# --- Sent before ---------------------------------------------------------------------------------


async def test_text_sent_with_its_hash_is_remembered(client: httpx.AsyncClient) -> None:
    query = "{ commitments(first: 1) { nodes { key } } }"
    assert code_of(await post(client, **automatic(query))) == "PERSISTED_QUERY_NOT_FOUND"
    sent = await post(client, query=query, **automatic(query))
    assert sent == await post(client, **automatic(query))
    assert "errors" not in sent


async def test_text_sent_without_asking_is_not_remembered(client: httpx.AsyncClient) -> None:
    query = "{ commitments(first: 3) { nodes { key } } }"
    await post(client, query=query, documentId=document_id(query))
    assert code_of(await post(client, documentId=document_id(query))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_remembered_texts_are_bounded(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persisted_documents, "BYTES_PER_TEXT", 3 * MIB)  # there is room for two
    queries = [f"{{ a{n}: __typename }}" for n in range(3)]
    for query in queries:
        await post(client, query=query, **automatic(query))
    found = ["data" in await post(client, **automatic(query)) for query in queries]
    assert found == [False, True, True]


async def test_remembered_texts_are_bounded_together(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = [f"{{ b{n}: __typename }}" for n in range(3)]
    monkeypatch.setattr(
        persisted_documents, "getsizeof", lambda text: 4 * MIB if "b1" in text else 3 * MIB
    )
    for query in [*queries, queries[2]]:
        await post(client, query=query, **automatic(query))
    found = ["data" in await post(client, **automatic(query)) for query in queries]
    assert found == [False, True, True]


# --- Nothing else --------------------------------------------------------------------------------


@pytest.mark.usefixtures("registered")
async def test_only_registered_documents_are_run(started: Started) -> None:
    async with started(trusted_only=True) as client:
        assert await post(client, documentId=document_id(KEYS)) == ANSWER
        assert await post(client, query=KEYS) == ANSWER
        assert code_of(await post(client, query=OTHER)) == "FORBIDDEN"
        assert code_of(await post(client, query=OTHER, **automatic(OTHER))) == "FORBIDDEN"
        assert code_of(await post(client, **automatic(OTHER))) == "PERSISTED_QUERY_NOT_FOUND"
        assert code_of(await post(client, query=f"{KEYS} ")) == "FORBIDDEN"


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"filter": "{}"}, "filter"),
        ({"orderBy": "[]"}, "orderBy"),
        ({"filter": "{}", "orderBy": "[]", "asOf": "2024-01-01"}, "filter and orderBy"),
    ],
)
async def test_exports_take_no_choices_then(
    started: Started, parameters: dict[str, str], named: str
) -> None:
    path = "/export/commitments.csv"
    async with started(trusted_only=True) as client:
        refused = await client.get(path, params=parameters)
        assert refused.status_code == 403
        assert code_of(refused.json()) == "FORBIDDEN"
        assert f"leave out {named}," in refused.json()["errors"][0]["message"]
        assert (await client.get(path, params={"asOf": "2024-01-01"})).status_code == 200
        assert (await client.get("/commitments/K01")).status_code == 200
    async with started() as client:
        assert (await client.get(path, params=parameters)).status_code == 200


# --- Revoked -------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", ["off", "strict", "fast"])
async def test_revoked_document_is_refused_by_servers_that_run(
    started: Started, database: Database, answers: str
) -> None:
    documents = TrustedDocuments(database)
    await documents.register([KEYS, OTHER])
    async with started(trusted_only=True, answers=answers, database=database.name) as client:
        # Twice, for the second may come from what is kept.
        for _ in range(2):
            assert "data" in await post(client, documentId=document_id(OTHER))
            assert "data" in await post(client, query=OTHER)
        assert await documents.revoke([document_id(OTHER)]) == 1
        async with asyncio.timeout(10):
            while "data" in await post(client, documentId=document_id(OTHER)):
                assert answers == "fast", "where the store is asked, at once"
                await asyncio.sleep(0.01)
        assert code_of(await post(client, query=OTHER)) == "FORBIDDEN"
        body = await post(client, documentId=document_id(OTHER))
        assert code_of(body) == "PERSISTED_QUERY_NOT_FOUND"
        assert "data" in await post(client, documentId=document_id(KEYS))
        await documents.register([OTHER])
        assert "data" in await post(client, documentId=document_id(OTHER))


# --- The commands ---------------------------------------------------------------------------------


@pytest.mark.slow
async def test_command_registers_a_folder(
    database: Database, mongodb_url: str, tmp_path: Path
) -> None:
    store = {"mongodb_url": mongodb_url, "database": database.name}
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "keys.graphql").write_text(KEYS, encoding="utf-8")
    (tmp_path / "other.graphql").write_text(OTHER, encoding="utf-8")
    result = run("trust", tmp_path, **store)
    assert (result.returncode, result.stderr) == (0, "registered 2, known 0\n")
    assert [line.split("  ") for line in result.stdout.splitlines()] == [
        [document_id(KEYS), str(tmp_path / "deep" / "keys.graphql")],
        [document_id(OTHER), str(tmp_path / "other.graphql")],
    ]
    assert await TrustedDocuments(database).text(document_id(KEYS)) == KEYS
    assert run("trust", tmp_path, **store).stderr == "registered 0, known 2\n"


@pytest.mark.slow
async def test_command_names_every_fault(
    database: Database, mongodb_url: str, tmp_path: Path
) -> None:
    store = {"mongodb_url": mongodb_url, "database": database.name}
    (tmp_path / "good.graphql").write_text(OTHER, encoding="utf-8")
    (tmp_path / "a.graphql").write_text("{", encoding="utf-8")
    (tmp_path / "b.graphql").write_text("{ nonsense }", encoding="utf-8")
    (tmp_path / "c.graphql").write_text(
        "{ commitments(first: 101) { nodes { key } } }", encoding="utf-8"
    )
    (tmp_path / "d.graphql").write_bytes(b"\xff")
    result = run("trust", tmp_path, **store)
    assert result.returncode == 1
    named = [Path(line.partition(": ")[0]).name for line in result.stderr.splitlines()]
    assert named == ["a.graphql", "b.graphql", "c.graphql", "d.graphql"]
    assert await TrustedDocuments(database).text(document_id(OTHER)) is None

    (tmp_path / "empty").mkdir()
    assert run("trust", tmp_path / "empty", **store).returncode == 1


@pytest.mark.slow
async def test_commands_list_and_revoke(
    database: Database, mongodb_url: str, tmp_path: Path
) -> None:
    store = {"mongodb_url": mongodb_url, "database": database.name}
    third = "query One { __typename } query Two { __typename }"
    await TrustedDocuments(database).register([KEYS, OTHER, third])
    lines = {
        f"{document_id(KEYS)}  Keys",
        f"{document_id(OTHER)}  (unnamed)",
        f"{document_id(third)}  One, Two",
    }
    listed = run("trusted", **store)
    assert listed.stdout.splitlines() == sorted(lines)

    result = run("revoke", document_id(OTHER), UNKNOWN, **store)
    assert (result.returncode, result.stderr) == (1, f"{UNKNOWN}: not registered\n")
    result = run("revoke", document_id(OTHER), **store)
    assert (result.stdout, result.stderr) == (f"{document_id(OTHER)}\n", "revoked 1\n")

    # An empty folder is a mistake more often than a wish to revoke everything.
    result = run("revoke", "--except", tmp_path, **store)
    assert (result.returncode, result.stderr) == (1, f"{tmp_path}: no .graphql files\n")
    (tmp_path / "keys.graphql").write_text(KEYS, encoding="utf-8")
    assert run("revoke", "--except", tmp_path, **store).stdout == f"{document_id(third)}\n"
    assert run("revoke", "--except", tmp_path, **store).stderr == "revoked 0\n"
    assert list(await TrustedDocuments(database).list_texts()) == [document_id(KEYS)]

    for wrong in [(), (document_id(KEYS), "--except", tmp_path)]:
        result = run("revoke", *wrong, **store)
        assert result.returncode == 2 and "say which" in result.stderr
