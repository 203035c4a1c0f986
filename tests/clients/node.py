"""Runs the programs of this folder in Node, as an application's developer would."""

import asyncio
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
QUERIES = ROOT / "docs" / "queries"
SCHEMA = ROOT / "schema" / "schema.graphql"
INSTALLED = FOLDER / "node_modules"

OURS = ROOT / ".venv" / "bin" / "node"
NODE = str(OURS) if OURS.exists() else shutil.which("node")
MISSING = [
    *([] if NODE else ["no node on PATH"]),
    *([] if INSTALLED.exists() else ["tests/clients/node_modules is missing: make clients"]),
]
REQUIRED = os.environ.get("FOLLOWTHROUGH_REQUIRE_NODE") == "1"

needs_node = pytest.mark.skipif(bool(MISSING) and not REQUIRED, reason="; ".join(MISSING))


async def run(
    *arguments: str | Path, given: bytes = b"", cwd: Path | None = None, **environment: str
) -> bytes:
    """What a program prints that Node runs, with these variables in its environment."""
    assert not MISSING, MISSING
    assert NODE is not None
    process = await asyncio.create_subprocess_exec(
        *(NODE, *map(str, arguments)),
        cwd=cwd or FOLDER,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complaints = await process.communicate(given)
    assert process.returncode == 0, complaints.decode() or printed.decode()
    return printed


async def lines(*arguments: str | Path, given: Sequence[Any] | None = None) -> list[Any]:
    """The lines of JSON that a program of this folder prints."""
    printed = await run(*arguments, given=json.dumps(given).encode() if given else b"")
    return [json.loads(line) for line in printed.splitlines()]
