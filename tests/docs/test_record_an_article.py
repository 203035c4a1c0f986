"""docs/clients/record-an-article.py records, shows what it changes, and undoes it all."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from graphql import GraphQLSchema

from store.bundles.importing import import_bundle
from store.mongodb.collections import COUNTERS
from store.records.nouns import NOUNS
from store.records.search_entries import ENTRIES
from store.tokens import Tokens
from store.viewers import ANONYMOUS, Role
from store.writes.writer import Author
from tests.conftest import FIXTURES, ROOT, Dataset, empty_dataset, served
from tests.schema.commands.conftest import find_broken

SCRIPT = ROOT / "docs" / "clients" / "record-an-article.py"
PAGE = ROOT / "docs" / "recording-an-article.md"
BLOCK = re.compile(r"\n```\n(.*?)```\n", re.DOTALL)

NEW = {"x-open-networks", "x-a6", "x-m6", "x-k1", "x-k2", "x-f1"}

PUBLIC = """{
  articles(first: 50) { totalCount nodes { key } }
  parties(first: 100) { totalCount nodes { key commitments { totalCount } } }
  meetings(first: 50) { totalCount nodes { key } }
  commitments(first: 50) {
    totalCount facets(by: [STATUS, MADE_YEAR, PROMISOR]) { facet values { value count } }
    nodes { key status(asOf: "2025-12-31") { value explanation } followUps { nodes { key } } }
  }
  followUps(first: 50) { totalCount nodes { key } }
  search(query: "lab network", first: 50) { totalCount nodes { __typename } }
  commitmentStats(asOf: "2025-12-31") { total { count statuses { status count } } }
}"""


@pytest.fixture
async def store(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """The five articles, in a database of their own."""
    async with empty_dataset(mongodb_url, "sixth", schema) as dataset:
        await import_bundle(dataset.database, [FIXTURES / "meta-pakistan"], Author(by="tests"))
        yield dataset


async def run(url: str, token: str, *options: str) -> str:
    """What the script prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, SCRIPT, "--url", url, *options),
        env={**os.environ, "FOLLOWTHROUGH_TOKEN": token},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    return printed.decode()


async def dump(store: Dataset) -> dict[str, dict[Any, Any]]:
    """Every record and entry of the search but the new ones, and what is counted of all that is
    listed.
    """
    kept = {
        name: {
            document["_id"]: document
            for document in await store.database.find(name, {})
            if not NEW & {document["_id"], document.get("key")}
        }
        for name in (*NOUNS, ENTRIES)
    }
    counters = await store.database.find(COUNTERS, {})
    whole = ("curation", "total")  # for who sees all, what was retracted as well
    listed = {c["_id"]: {n: v for n, v in c.items() if n not in whole} for c in counters}
    return {**kept, COUNTERS: listed}


def assert_page_says(*printed: str) -> None:
    """The last blocks of the page are these; FOLLOWTHROUGH_WRITE_EXPECTED=1 writes them anew."""
    page = PAGE.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(page))[-len(printed) :]
    told = page
    for block, lines in zip(blocks, printed, strict=True):
        told = told.replace(block[0], f"\n```\n{lines}```\n", 1)
    if "FOLLOWTHROUGH_WRITE_EXPECTED" in os.environ:
        PAGE.write_text(told, encoding="utf-8")
    assert told == page


async def test_it_is_recorded_shown_before_and_undone(mongodb_url: str, store: Dataset) -> None:
    token, _ = await Tokens(store.database).create("Edith", Role.EDITOR, datetime.now(UTC))
    reader = store.seen_by(ANONYMOUS)
    stored, public = await dump(store), await reader.ask(PUBLIC)
    async with served(mongodb_url, store.database.name, "--answers", "strict") as url:
        printed = await run(url, token)
        during = await reader.ask(PUBLIC)
        undone = await run(url, token, "--undo")
        async with httpx.AsyncClient() as client:
            notice = await client.get(f"{url}/commitments/x-k1", headers={"accept": "text/html"})
        again = await run(url, token), await run(url, token, "--undo")

    assert again == (printed, undone)
    assert_page_says(printed, undone)
    assert "K03: NO_FOLLOW_UP becomes IN_PROGRESS, decided by x-f1" in printed
    assert during["commitments"]["totalCount"] == public["commitments"]["totalCount"] + 2
    statuses = {n["key"]: n["status"]["value"] for n in during["commitments"]["nodes"]}
    assert statuses["K03"] == "IN_PROGRESS" and statuses["x-k1"] == "NO_FOLLOW_UP"

    # All is as it was before, but for the log and six notices.
    assert notice.status_code == 410 and "Retracted" in notice.text
    assert await reader.ask(PUBLIC) == public
    assert await dump(store) == stored
    assert await find_broken(store.database) == []
