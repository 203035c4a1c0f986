"""The receivers of docs/webhooks.md, run as they stand there, take what is signed, and it alone."""

import asyncio
import os
import re
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from api.webhooks.sending import Outcome, Sender, make_client
from store.viewers import Role
from store.webhooks import Interest, Secret, Webhook, make_secret
from tests.clients.node import NODE
from tests.conftest import ROOT, _free_port

PAGE = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BODY = '{"type":"webhook.test","data":{"title":"A → B"}}'.encode()


def find_code(name: str) -> str:
    """The block of code below its name."""
    (code,) = re.findall(rf"<!-- {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    return str(code)


def command_for(name: str, port: int) -> list[str]:
    if name.endswith(".py"):
        options = ("--port", str(port), "--log-level", "warning")
        return [sys.executable, "-m", "uvicorn", "receiver:app", *options]
    assert NODE is not None
    return [NODE, name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["receiver.py", "receiver.mjs"])
async def test_a_receiver_takes_what_is_signed_once(tmp_path: Path, name: str) -> None:
    if name.endswith(".mjs") and NODE is None:
        pytest.skip("no node on PATH")
    (tmp_path / name).write_text(find_code(name), encoding="utf-8")
    secret, port = make_secret(), _free_port()
    process = await asyncio.create_subprocess_exec(
        *command_for(name, port),
        cwd=tmp_path,
        env={**os.environ, "PYTHONUTF8": "1", "WEBHOOK_SECRET": secret, "PORT": str(port)},
        stdout=asyncio.subprocess.PIPE,
    )
    url = f"http://127.0.0.1:{port}/hook"
    hook = Webhook("wh_1", url, [Secret(secret)], Role.READER, Interest(), NOW, (0, 0, 0))
    try:
        await _listening(port)
        async with make_client() as client:
            sender = Sender(client, private=True)
            # By the new secret and the one before, twice, then by one that is not known.
            for secrets in ([make_secret(), secret], [secret]):
                assert await sender.send(hook, "msg_1", BODY, secrets) == Outcome()
            other = await sender.send(hook, "msg_2", BODY, [make_secret()])
            assert other.error == "answered 401"
        async with httpx.AsyncClient() as client:
            assert (await client.post(url, content=BODY)).status_code == 401
    finally:
        process.terminate()
        printed, _ = await process.communicate()
    assert printed.decode().splitlines() == ["webhook.test A → B"]


async def _listening(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)
