"""docs/clients/read-an-article.py has a file read, and prints what is proposed."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from graphql import GraphQLSchema

from store.tokens import Tokens
from store.viewers import Role
from tests.api.intakes.conftest import find_text
from tests.conftest import ROOT, empty_dataset, served

SCRIPT = ROOT / "docs" / "clients" / "read-an-article.py"


@pytest.mark.slow
async def test_it_prints_proposals_and_says_why_a_file_cannot_be_read(
    mongodb_url: str, schema: GraphQLSchema, tmp_path: Path
) -> None:
    async with empty_dataset(mongodb_url, "reading", schema) as dataset:
        tokens = Tokens(dataset.database)
        token, _ = await tokens.create("Paula", Role.PROPOSER, datetime.now(UTC))
        article, stub = tmp_path / "article.txt", tmp_path / "stub.txt"
        article.write_text(find_text("watchdog-and-airline"), encoding="utf-8")
        stub.write_text("Save\n\nShare this article", encoding="utf-8")
        async with served(mongodb_url, dataset.database.name) as url:
            done, told, _ = await run(url, token, str(article), "--published", "2021-05-12")
            refused, _, why = await run(url, token, str(stub))
    assert done == 0 and "COMMITMENT, MEDIUM, after 1 others" in told
    assert "“The consumer watchdog said on Friday" in told
    assert told.rstrip().endswith("proposals wait for a decision")
    assert refused == 1 and why.startswith("EMPTY_TEXT: ")


async def run(url: str, token: str, *options: str) -> tuple[int | None, str, str]:
    """The exit code of the script, and what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, SCRIPT, "--url", url, *options),
        env={**os.environ, "FOLLOWTHROUGH_TOKEN": token},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    return process.returncode, out.decode(), error.decode()
