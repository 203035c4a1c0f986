"""Uploads, progress and the whole way over HTTP; and that readers see nothing of it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx
import pytest

from api.intakes import routes
from intake.decoding import MOST_BYTES
from store import layout
from store.bundles.importing import import_bundle
from store.mongodb.driver import Database
from store.mongodb.keys import new_key
from store.viewers import ANONYMOUS, Role, SignIn, Viewer
from store.writes.writer import Author
from tests.api.conftest import Started
from tests.api.intakes.conftest import find_text
from tests.conftest import FIXTURES

ARTICLE = find_text("watchdog-and-airline")
PAULA = Viewer("Paula", Role.PROPOSER, SignIn.TOKEN)
RITA = Viewer("Rita", Role.READER, SignIn.TOKEN)
STATE = "state failure { code } proposalCount"


@pytest.fixture
async def own(mongodb_url: str) -> AsyncIterator[str]:
    """The name of a database of its own with the five articles."""
    database = Database.connect(mongodb_url, f"test-{new_key()}")
    await layout.prepare(database)
    await import_bundle(database, [FIXTURES / "meta-pakistan"], Author(by="tests"))
    yield database.name
    await database.drop()
    database.close()


async def ask(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    """The data of an answer that has no errors."""
    response = await client.post("/graphql", json={"query": query, "variables": variables})
    body = response.json()
    assert "errors" not in body, body
    return body["data"]


async def submit(client: httpx.AsyncClient, **given: Any) -> Any:
    """An intake that was read."""
    mutation = """mutation ($i: SubmitArticleInput!) {
        submitArticle(input: $i) { intake { key } userErrors { code path message } } }"""
    payload = (await ask(client, mutation, i=given))["submitArticle"]
    assert payload["userErrors"] == []
    key = payload["intake"]["key"]
    query = f"query ($key: String!) {{ intake(by: {{key: $key}}) {{ key {STATE} }} }}"
    async with asyncio.timeout(60):
        while True:
            found = (await ask(client, query, key=key))["intake"]
            if found["state"] in ("READY", "FAILED"):
                return found
            await asyncio.sleep(0.1)


async def test_file_is_uploaded_and_read(started: Started, own: str) -> None:
    async with started(database=own, viewer=PAULA) as client:
        response = await client.post("/intake/files?name=The%20news.txt", content=ARTICLE.encode())
        assert response.status_code == 201 and response.headers["cache-control"] == "no-store"
        uploaded = response.json()
        digest = sha256(ARTICLE.encode()).hexdigest()
        assert uploaded == {
            "file": uploaded["file"],
            "name": "The news.txt",
            "size": len(ARTICLE.encode()),
            "sha256": digest,
        }
        found = await submit(client, file=uploaded["file"])
    assert found["state"] == "READY" and found["proposalCount"] > 5


@pytest.mark.parametrize(("viewer", "status"), [(ANONYMOUS, 401), (RITA, 403)])
async def test_readers_upload_nothing(
    started: Started, own: str, viewer: Viewer, status: int
) -> None:
    async with started(database=own, viewer=viewer) as client:
        response = await client.post("/intake/files", content=b"x" * 100)
        assert response.status_code == status
        code = response.json()["errors"][0]["extensions"]["code"]
        assert code == {401: "UNAUTHENTICATED", 403: "FORBIDDEN"}[status]
        assert (await client.get("/intake/files")).status_code == 405


async def test_uploads_have_bounds(
    started: Started, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "PER_MINUTE", 3)
    async with started(database=own, viewer=PAULA) as client:

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(MOST_BYTES // 1_000_000 + 1):
                yield b"x" * 1_000_000

        large = await client.post("/intake/files", content=chunks())
        assert large.status_code == 413
        assert (await client.post("/intake/files", content=b"")).status_code == 400
        assert (await client.post("/intake/files", content=b"x")).status_code == 201
        many = await client.post("/intake/files", content=b"x")
        assert many.status_code == 429 and int(many.headers["retry-after"]) > 0


PUBLIC = (
    "/",
    "/export/commitments.csv",
    "/export/commitments.jsonl",
    "/feeds/changes.atom",
    "/feeds/corrections.atom",
    "/commitments/K01",
    "/parties/meta",
)
"""Addresses that readers may ask."""

QUERIES = (
    "{ articles(first: 100) { totalCount nodes { key headline text updatedAt version } } }",
    "{ parties(first: 100) { totalCount nodes { key name updatedAt } } }",
    "{ commitments(first: 100) { totalCount nodes { key title status { value } version } } }",
    "{ changes(first: 100) { totalCount nodes { id key at } } }",
    '{ search(query: "skylark", prefix: true) { totalCount nodes { score } } }',
    "{ intakes { totalCount nodes { key } } proposals { totalCount nodes { key } } languageModel }",
    "{ timeline(first: 100) { totalCount nodes { date { edtf } } } }",
    "{ commitmentStats { total } }",
)


async def digest_public(client: httpx.AsyncClient, known_at: str) -> dict[str, str]:
    """The digests of what readers are answered; of a record, as it was known at a moment, which an
    answer repeats.
    """
    found = {}
    for query in QUERIES:
        response = await client.post("/graphql", json={"query": query})
        found[query] = sha256(response.content).hexdigest()
    for address in PUBLIC:
        known = {"knownAt": known_at} if address == "/commitments/K01" else {}
        response = await client.get(address, params=known)
        assert response.status_code == 200, address
        found[address] = sha256(response.content).hexdigest()
    return found


async def test_public_answers_are_the_same_before_and_after(started: Started, own: str) -> None:
    async with (
        started(database=own) as reader,
        started(database=own, viewer=PAULA) as curator,
    ):
        known_at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        before = await digest_public(reader, known_at)
        found = await submit(curator, text=ARTICLE)
        assert found["state"] == "READY"
        assert await digest_public(reader, known_at) == before
        proposals = await ask(curator, "{ proposals(first: 100) { nodes { key kind } } }")
        party = next(p for p in proposals["proposals"]["nodes"] if p["kind"] == "PARTY")
        mutation = """mutation ($i: AcceptProposalsInput!) { acceptProposals(input: $i) {
            written { noun } userErrors { code path message } } }"""
        given = {
            "intake": found["key"],
            "proposals": [{"key": party["key"]}],
            "article": {"datePublished": {"edtf": "2021-05-12"}},
        }
        done = (await ask(curator, mutation, i=given))["acceptProposals"]
        assert done["userErrors"] == [] and len(done["written"]) == 2
        # What was accepted as a proposal is PROPOSED, and public only after a review.
        assert await digest_public(reader, known_at) == before


async def test_no_log_line_has_a_word_of_the_article(
    started: Started, own: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "followthrough")
    async with started(database=own, viewer=PAULA) as client:
        await submit(client, text=ARTICLE)
        await submit(client, text="Skylark\n\nShare this article")
    assert "Skylark" not in caplog.text and "refund" not in caplog.text
