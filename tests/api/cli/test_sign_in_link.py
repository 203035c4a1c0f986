"""The link that `serve` prints: where it does, whom it signs in, and that nothing keeps it."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from store.mongodb.driver import Database
from tests.api.commands import environment
from tests.conftest import ROOT, Dataset

pytestmark = pytest.mark.slow

LINK = re.compile(
    r"sign in as (?P<name>.+): (?P<base>http://127\.0\.0\.1:\d+)/desk#token=(?P<token>ft_local_\w+)\n"
)


@asynccontextmanager
async def serving(*options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A server, and the address that its log says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "serve", "--port", "0", *options),
        cwd=ROOT,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        while line := (await process.stderr.readline()).decode():
            if found := re.search(r"serving on (http://\S+)/graphql", line):
                break
        assert found is not None
        base = found[1].replace("0.0.0.0", "127.0.0.1")
        async with httpx.AsyncClient() as client:
            while (await _status(client, f"{base}/health/ready")) != 200:
                await asyncio.sleep(0.05)
        yield process, base
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _status(client: httpx.AsyncClient, address: str) -> int | None:
    try:
        return (await client.get(address)).status_code
    except httpx.TransportError:
        return None


async def end(process: asyncio.subprocess.Process) -> tuple[str, str]:
    """What a server printed and what it logged, to its end."""
    process.terminate()
    printed, logged = await process.communicate()
    return printed.decode(), logged.decode()


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_the_link_signs_in_at_every_worker_until_the_end(
    mongodb_url: str, meta_pakistan: Dataset, workers: str
) -> None:
    options = ("--mongodb-url", mongodb_url, "--database", meta_pakistan.database.name)
    async with serving(*options, "--workers", workers, "--log-format", "json") as (process, base):
        assert process.stdout is not None
        link = LINK.fullmatch((await process.stdout.readline()).decode())
        assert link is not None and link["base"] == base
        headers = {"authorization": f"Bearer {link['token']}", "connection": "close"}
        ask = {"query": "{ __typename }"}
        async with httpx.AsyncClient() as client:
            for _ in range(8):
                answer = await client.post(f"{base}/graphql", json=ask, headers=headers)
                assert answer.status_code == 200
            wrong = {"authorization": f"Bearer {link['token'][:-1]}_"}
            assert (
                await client.post(f"{base}/graphql", json=ask, headers=wrong)
            ).status_code == 401
        printed, logged = await end(process)
    assert printed == "", "once"
    assert link["token"] not in logged and link["token"].rpartition("_")[2] not in logged
    assert f'"viewer": "{link["name"]}"' in logged
    assert await meta_pakistan.database.find("tokens", {}) == []


@pytest.mark.parametrize(
    "options",
    [
        ("--host", "0.0.0.0"),
        ("--public-url", "https://example.org"),
        ("--allowed-hosts", "example.org 127.0.0.1"),
    ],
)
async def test_no_link_where_others_reach_the_server(
    mongodb_url: str, database: Database, options: tuple[str, ...]
) -> None:
    named = ("--mongodb-url", mongodb_url, "--database", database.name)
    async with serving(*named, *options) as (process, _):
        printed, logged = await end(process)
    assert "token" not in printed + logged
