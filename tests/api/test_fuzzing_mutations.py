"""Mutations that nobody wrote, over HTTP and by somebody who is signed in: no fault of ours is the
answer, and the store holds nothing wrong afterwards. `FUZZ_CASES=20000` looks harder.
"""

import asyncio
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from graphql import GraphQLSchema

from store.bundles.importing import import_bundle
from store.tokens import Tokens
from store.viewers import Role
from store.writes.writer import Author
from tests.api.test_fuzzing import CASES
from tests.conftest import FIXTURES, ROOT, empty_dataset, served
from tests.schema.commands.conftest import find_broken

pytestmark = pytest.mark.slow


# As an ADMIN: schemathesis takes FORBIDDEN for a fault of the server.
async def test_schemathesis_finds_no_fault_of_ours(
    mongodb_url: str, schema: GraphQLSchema, tmp_path: Path
) -> None:
    async with empty_dataset(mongodb_url, "schemathesis", schema) as dataset:
        database = dataset.database
        await import_bundle(database, [FIXTURES / "invented"], Author(by="tests"))
        token, _ = await Tokens(database).create("Fay", Role.ADMIN, datetime.now(UTC))
        async with served(mongodb_url, database.name) as url:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/graphql"),
                *(
                    "--include-name-regex",
                    r"^Mutation\.",
                    "--header",
                    f"Authorization: Bearer {token}",
                ),
                *("--max-examples", str(max(CASES // 15, 3)), "--checks", "not_a_server_error"),
                *("--mode", "all", "--generation-database", "none", "--no-color"),
                cwd=tmp_path,
                env={
                    **os.environ,
                    "SCHEMATHESIS_HOOKS": "tests.api.fuzz_scalars",
                    "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
                },
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            printed = (await process.communicate())[0].decode()
        assert process.returncode == 0, printed
        assert re.search(r"\d+ generated, \d+ passed|No issues found", printed), printed
        assert await find_broken(database) == []
        # Of a few examples, it may be that none was right, and nothing was written.
        (kept,) = await database.find("tokens", {})
        assert kept["usedAt"] is not None, "nobody was signed in"
