"""docs/clients/play-a-review.py: after it, front ends find a record in every stage of review."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from graphql import GraphQLSchema

from store.bundles.importing import import_bundle
from store.records.base import Curation
from store.tokens import Tokens
from store.viewers import ANONYMOUS, Role, SignIn, Viewer
from store.writes.writer import Author
from tests.conftest import FIXTURES, ROOT, Dataset, empty_dataset, served
from tests.schema.commands.conftest import find_broken

SCRIPT = ROOT / "docs" / "clients" / "play-a-review.py"


@pytest.fixture
async def store(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """The invented country, in a database of its own."""
    async with empty_dataset(mongodb_url, "story", schema) as dataset:
        await import_bundle(dataset.database, [FIXTURES / "invented"], Author(by="tests"))
        yield dataset


async def test_the_story_leaves_something_in_every_stage(mongodb_url: str, store: Dataset) -> None:
    async def play(url: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, SCRIPT, "--url", url),
            env={**os.environ, **tokens},
            stderr=asyncio.subprocess.PIPE,
        )
        _, complaints = await process.communicate()
        assert process.returncode == 0, complaints.decode()

    made = Tokens(store.database)
    tokens = {
        f"FOLLOWTHROUGH_{role.name}_TOKEN": (await made.create(name, role, datetime.now(UTC)))[0]
        for name, role in (("Ida", Role.PROPOSER), ("Edda", Role.EDITOR))
    }
    async with served(mongodb_url, store.database.name) as url:
        await play(url)
        version = (await store.database.find("meta", {"_id": "data"}))[0]["version"]
        await play(url)
    assert (await store.database.find("meta", {"_id": "data"}))[0]["version"] == version

    seen = store.seen_by(Viewer("Ida", Role.PROPOSER, SignIn.TOKEN))
    data = await seen.ask(
        """query ($all: [Curation!]) {
          commitments(filter: {curation: $all, key: {in: ["v-k20", "v-k21"]}}) {
            nodes { key curation }
          }
          followUps(filter: {curation: $all, key: {in: ["v-f20", "v-f21", "v-f22", "v-f23"]}}) {
            nodes { key curation kind confidence comments { by text } }
          }
          changes(last: 100) { nodes { kind correction by record { key } } }
          merged: party(by: {key: "v-telnoo"}) { key redirectedFrom }
          unmerged: party(by: {key: "v-telno-masts"}) { key redirectedFrom }
        }""",
        all=list(Curation),
    )
    stages = {n["key"]: n["curation"] for n in data["commitments"]["nodes"]}
    stages |= {n["key"]: n["curation"] for n in data["followUps"]["nodes"]}
    assert stages == {
        "v-k20": "PROPOSED",
        "v-k21": "RETRACTED",
        "v-f20": "ACCEPTED",
        "v-f21": "IN_REVIEW",
        "v-f22": "REJECTED",
        "v-f23": "IN_REVIEW",
    }
    (disputed,) = (n for n in data["followUps"]["nodes"] if n["key"] == "v-f20")
    assert (disputed["kind"], disputed["confidence"]) == ("PROGRESSED", "MEDIUM")
    assert [comment["by"] for comment in disputed["comments"]] == ["Edda", "Ida"]
    kinds = {change["kind"] for change in data["changes"]["nodes"] if change["by"] == "Edda"}
    assert {"UPDATED", "RETRACTED", "MERGED"} <= kinds
    assert any(change["correction"] for change in data["changes"]["nodes"])
    assert data["merged"] == {"key": "v-telno", "redirectedFrom": "v-telnoo"}
    assert data["unmerged"] == {"key": "v-telno-masts", "redirectedFrom": None}

    public = await store.seen_by(ANONYMOUS).ask(
        '{ followUps(filter: {key: {in: ["v-f20", "v-f21", "v-f22", "v-f23"]}}) { nodes { key } } }'
    )
    assert public["followUps"]["nodes"] == [{"key": "v-f20"}]
    assert await find_broken(store.database) == []
