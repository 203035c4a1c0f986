"""A client that leaves before its answer does not leave work behind."""

import asyncio

import pytest
from starlette.types import Message

from api.http import disconnect
from api.http.disconnect import ClientLeft, while_there


class Client:
    """Sends nothing more until it leaves; counts who asked whether it did."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self.asked = 0

    async def receive(self) -> Message:
        self.asked += 1
        if self.asked == 1:
            return {"type": "http.request", "body": b""}
        await self.left.wait()
        return {"type": "http.disconnect"}


async def test_what_it_asked_for_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disconnect, "LOOK_AFTER_S", 0.01)
    client, ended = Client(), False

    async def answer() -> str:
        nonlocal ended
        try:
            async with asyncio.timeout(60):
                client.left.set()
                await asyncio.Event().wait()
        finally:
            ended = True
        return "never"

    with pytest.raises(ClientLeft):
        await while_there(client.receive, answer())
    assert ended
    await asyncio.sleep(0)  # and nothing of it comes later


async def test_a_client_that_stays_gets_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disconnect, "LOOK_AFTER_S", 0.01)
    client = Client()

    async def answer() -> str:
        while client.asked < 2:
            await asyncio.sleep(0.01)
        return "here"

    assert await while_there(client.receive, answer()) == "here"


async def test_nobody_looks_for_a_quick_answer() -> None:
    client = Client()

    async def answer() -> str:
        return "here"

    assert await while_there(client.receive, answer()) == "here"
    assert client.asked == 0


async def test_a_server_that_ends_is_no_client_that_left() -> None:
    task = asyncio.create_task(while_there(Client().receive, asyncio.sleep(60)))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
