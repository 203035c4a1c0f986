"""Clients that applications use, with the worked queries: they build, and get what is expected."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from api.pages.routes import read_example
from tests.clients.node import INSTALLED, QUERIES, SCHEMA, lines, needs_node, run

pytestmark = pytest.mark.slow

WORKED = [
    path
    for path in sorted(QUERIES.glob("*.graphql"))
    # The rest ask other data than the server of the tests has.
    if "# dataset:" not in path.read_text(encoding="utf-8") and path.stem != "00-opening"
]


def asked() -> list[dict[str, Any]]:
    examples = map(read_example, WORKED)
    return [{"query": e["query"], "variables": e["variables"]} for e in examples]


def expected() -> list[Any]:
    answers = (QUERIES / "expected" / f"{path.stem}.json" for path in WORKED)
    return [json.loads(answer.read_text(encoding="utf-8")) for answer in answers]


@needs_node
@pytest.mark.parametrize("client", ["apollo", "apollo-persisted", "urql"])
async def test_client_gets_what_is_expected(client: str, live_server: str) -> None:
    answers = await lines("asking.mjs", client, f"{live_server}/graphql", given=asked())
    assert answers == expected()


@needs_node
async def test_relay_compiles_the_worked_queries_and_its_own_pages(tmp_path: Path) -> None:
    await run("relay.mjs", SCHEMA, QUERIES, tmp_path)
    compiler = INSTALLED / "relay-compiler" / "cli.js"
    printed = await run(compiler, "--noWatchman", "relay.config.json", cwd=tmp_path)
    (compiled,) = re.findall(rb"(\d+) operation text", printed)
    # Those of the folder, the page, and what Relay makes to fetch the rest of it and one again.
    assert int(compiled) >= len(list(QUERIES.glob("*.graphql"))) + 3


@needs_node
async def test_generated_types_compile(tmp_path: Path) -> None:
    types = tmp_path / "types.ts"
    await run("generate.mjs", SCHEMA, QUERIES, types)
    assert "PromisedByQuery" in types.read_text(encoding="utf-8")
    await run(INSTALLED / "typescript" / "bin" / "tsc", "--noEmit", "--strict", types)
