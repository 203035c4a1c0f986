"""Clients that applications use, with mutations: what they make of payloads, user errors and
refusals, and that they read what they wrote. Types for mutations are generated and compile.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.mongodb.driver import Database
from store.tokens import Tokens
from store.viewers import Role
from tests.clients.node import INSTALLED, SCHEMA, needs_node, run
from tests.conftest import served
from tests.store.samples import store, write

pytestmark = pytest.mark.slow

CREATE = """mutation Create($input: CreatePartyInput!) {
  createParty(input: $input) {
    record { key name curation }
    userErrors { code path suggestions }
    dataVersion
  }
}"""
READ = 'query Read { party(by: {key: "new"}) { name } }'
RENAME = """mutation Rename($input: UpdatePartyInput!) {
  updateParty(input: $input) { record { name } dataVersion }
}"""

NEW = {"key": "new", "kind": "COMPANY", "name": "New", "accept": True, "idempotencyKey": "once"}


@pytest.fixture
async def urls(mongodb_url: str, database: Database) -> AsyncIterator[tuple[str, str]]:
    """Two servers on one store."""
    await write(database, *store())
    async with (
        served(mongodb_url, database.name) as one,
        served(mongodb_url, database.name) as other,
    ):
        yield f"{one}/graphql", f"{other}/graphql"


async def send(client: str, url: str, token: str, *asked: dict[str, Any]) -> list[Any]:
    """What a client makes of the answers."""
    given = json.dumps(asked).encode()
    printed = await run("writing.mjs", client, url, given=given, TOKEN=token)
    return [json.loads(line) for line in printed.splitlines()]


@needs_node
@pytest.mark.parametrize("client", ["apollo", "urql"])
async def test_clients_write(client: str, urls: tuple[str, str], database: Database) -> None:
    one, other = urls
    token, _ = await Tokens(database).create("Edith", Role.EDITOR, datetime.now(UTC))
    create = {"query": CREATE, "variables": {"input": NEW}}

    (refused,) = await send(client, one, "", create)
    assert refused == {"errors": [{"path": ["createParty"], "code": "UNAUTHENTICATED"}]}

    faulty = {"query": CREATE, "variables": {"input": {**NEW, "parent": "telnno"}}}
    (wrong,) = await send(client, one, token, faulty)
    assert wrong["data"]["createParty"] == {
        "record": None,
        "userErrors": [{"code": "UNKNOWN_KEY", "path": "input.parent", "suggestions": ["telno"]}],
        "dataVersion": None,
    }

    # Sent again under its key, by the other server: the same payload, written once.
    (first,) = await send(client, one, token, create)
    (again,) = await send(client, other, token, create)
    assert first["data"] == again["data"]
    assert first["data"]["createParty"]["record"]["name"] == "New"
    assert len(await database.find("changes", {"record": "new"})) == 1

    # What one server wrote the other reads.
    least = first["data"]["createParty"]["dataVersion"]
    for n in range(3):
        renamed = {"query": RENAME, "variables": {"input": {"key": "new", "name": f"New {n}"}}}
        (written,) = await send(client, one, token, {**renamed, "least": least})
        least = written["data"]["updateParty"]["dataVersion"]
        assert written["extensions"]["dataVersion"] == least
        (read,) = await send(client, other, "", {"query": READ, "least": least})
        assert read["data"]["party"] == {"name": f"New {n}"}
        assert read["extensions"]["dataVersion"] >= least


PROGRAM = """
import type { CreateMutation, CreateMutationVariables } from './types';

export const right: CreateMutationVariables = { input: { kind: 'COMPANY', name: 'New' } };
// @ts-expect-error no party is without a name
export const nameless: CreateMutationVariables = { input: { kind: 'COMPANY' } };
// @ts-expect-error not one of the kinds
export const unknown: CreateMutationVariables = { input: { kind: 'SHOP', name: 'New' } };

export function tell(data: CreateMutation): string {
  const payload = data.createParty;
  // @ts-expect-error it is null where the viewer may not
  payload.userErrors;
  return payload?.userErrors.map((error) => `${error.path}: ${error.code}`).join() ?? 'refused';
}
"""


@needs_node
async def test_types_of_a_mutation_compile(tmp_path: Path) -> None:
    (tmp_path / "create.graphql").write_text(CREATE, encoding="utf-8")
    await run("generate.mjs", SCHEMA, tmp_path, tmp_path / "types.ts")
    (tmp_path / "program.ts").write_text(PROGRAM, encoding="utf-8")
    tsc = INSTALLED / "typescript" / "bin" / "tsc"
    await run(tsc, "--noEmit", "--strict", tmp_path / "program.ts")
