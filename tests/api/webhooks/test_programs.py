"""Servers that tell, and that are killed meanwhile; and the command that says whom."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from api.cli.webhooks import webhook
from store.mongodb.collections import WEBHOOKS
from store.mongodb.driver import Database, UpdateOne
from store.webhooks import Webhooks
from store.writes.writer import Author, Draft, Writer
from tests.api.webhooks.conftest import BROKEN, OK, Receiver, follow_ups
from tests.conftest import ROOT, _free_port, _ready
from tests.store import samples

pytestmark = pytest.mark.slow


class Program:
    """The servers and the command, on one database."""

    def __init__(self, url: str, database: Database) -> None:
        self._options = ("--mongodb-url", url, "--database", database.name)
        self.database = database

    async def run(self, *arguments: str, expect: int = 0) -> tuple[str, str]:
        """What `followthrough webhook` prints to standard output and to standard error."""
        # In a thread of this process: to start Python for each takes longer than all they do.
        asked = [*arguments, *self._options]
        result = await asyncio.to_thread(CliRunner().invoke, webhook, asked)
        assert result.exit_code == expect, (result.output, result.exception)
        return result.stdout, result.stderr

    @asynccontextmanager
    async def serving(self, *more: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
        """A server with its process group, which is killed at the end."""
        port = _free_port()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.cli", "serve", "--port", str(port), *self._options),
            *("--private-webhooks", "true", "--public-url", "https://example.org", *more),
            cwd=ROOT,
            start_new_session=True,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            await _ready(base, process)
            yield base, process
        finally:
            kill(process)
            await process.wait()

    async def write(self, *records: Any) -> None:
        await Writer(self.database).write([Draft(one) for one in records], Author(by="tests"))

    async def end_leases(self) -> None:
        """As if the time had passed for which a program has a webhook to itself."""
        past = {"$set": {"until": datetime.now(UTC) - timedelta(seconds=1)}}
        held = {"until": {"$exists": True}}
        hooks = await Webhooks(self.database).list_all()
        steps = [UpdateOne({"_id": hook.key, **held}, past) for hook in hooks]
        await self.database.write(WEBHOOKS, steps)


def kill(process: asyncio.subprocess.Process) -> None:
    """Kills it with all of its workers, at once."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
async def program(mongodb_url: str, database: Database) -> Program:
    await samples.write(database, *samples.store())
    return Program(mongodb_url, database)


async def until(condition: Any, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_server_that_is_killed_in_the_middle_is_taken_up_from(
    program: Program, receiver: Receiver
) -> None:
    secret, _ = await program.run("create", receiver.url, "--private-webhooks", "true")
    await program.write(*follow_ups(6))
    # The third is received, and nobody hears of it.
    receiver.answer = lambda _: OK
    async with program.serving() as (_, process):
        while len(receiver.received) < 2:
            await asyncio.sleep(0.005)
        receiver.slow = 30.0
        await until(lambda: len(receiver.received) >= 3)
        sent = len(receiver.received)
        kill(process)
    receiver.slow = 0.0
    await program.end_leases()
    async with program.serving():
        await until(lambda: len({*receiver.ids}) == 6)
        await asyncio.sleep(0.3)
    keys = [received.message["data"]["key"] for received in receiver.received]
    # Once more under the same id, and then on from there.
    assert receiver.ids[sent] == receiver.ids[sent - 1]
    assert list(dict.fromkeys(keys)) == [f"f{n}" for n in range(10, 16)]
    assert len(keys) == 7
    receiver.verify(secret.strip())


async def test_several_workers_tell_each_change_once_in_order_and_at_once(
    program: Program, receiver: Receiver
) -> None:
    await program.run("create", receiver.url, "--private-webhooks", "true")
    async with program.serving("--workers", "2", "--metrics", "true") as (base, _):
        for number in range(20):
            await program.write(*follow_ups(1, first=10 + number))
        await until(lambda: len(receiver.received) >= 20)
        await asyncio.sleep(0.3)
        keys = [received.message["data"]["key"] for received in receiver.received]
        assert keys == [f"f{n}" for n in range(10, 30)]
        began = asyncio.get_running_loop().time()
        await program.write(*follow_ups(1, first=50))
        await until(lambda: len(receiver.received) >= 21)
        assert asyncio.get_running_loop().time() - began < 3
        async with httpx.AsyncClient() as client:
            metrics = (await client.get(f"{base}/metrics")).text
    assert 'followthrough_webhook_messages_total{outcome="delivered"} 21.0' in metrics
    assert "followthrough_webhook_lag_seconds_count 21.0" in metrics


async def test_the_command_from_the_first_to_the_last(program: Program, receiver: Receiver) -> None:
    out, err = await program.run("list")
    assert out == ""
    _, err = await program.run("create", receiver.url, expect=1)
    assert "begins with https" in err
    private = ("--private-webhooks", "true")
    _, err = await program.run("create", receiver.url, *private, "--topic", "nope", expect=2)
    assert "nothing is about this topic" in err
    _, err = await program.run("create", receiver.url, *private, "--commitment", "c99", expect=2)
    assert "commitments/c99: there is no such record" in err
    _, err = await program.run(
        "create", receiver.url, *private, "--party", "telno", "--commitment", "c1", expect=2
    )
    assert "exclude each other" in err
    _, err = await program.run("create", receiver.url, *private, "--filter", '{"nix": 1}', expect=2)
    assert "nix" in err
    secret, err = await program.run(
        "create", receiver.url, *private, "--type", "status.changed", "--commitment", "c2"
    )
    assert secret.startswith("whsec_") and "not shown again" in err
    key = err.split()[0]
    out, _ = await program.run("list")
    assert key in out and "nothing sent yet" in out and "status.changed" in out
    assert secret.strip() not in out and secret.strip()[6:] not in out

    out, _ = await program.run("test", key, *private)
    assert out == "taken\n" and receiver.types == ["webhook.test"]
    receiver.verify(secret.strip())
    _, _ = await program.run("test", key, expect=1)
    receiver.answer = lambda _: BROKEN
    out, _ = await program.run("test", key, *private, expect=1)
    assert out == "not taken: answered 500\n"

    new, _ = await program.run("rotate", key)
    receiver.answer, receiver.received = (lambda _: OK), []
    await program.run("test", key, *private)
    receiver.verify(new.strip())
    receiver.verify(secret.strip())

    await program.run("disable", key)
    out, _ = await program.run("list")
    assert "disabled: by the operator" in out
    await program.run("enable", key)
    out, _ = await program.run("dead", key)
    assert out == ""
    out, _ = await program.run("redeliver", key)
    assert out == "0 to be sent again\n"
    await program.run("delete", key)
    for command in ("delete", "rotate", "enable", "disable", "redeliver"):
        _, err = await program.run(command, key, expect=1)
        assert "no webhook has this key" in err
