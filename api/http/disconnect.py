"""A client that leaves before its answer: what it asked for is ended, in MongoDB too."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.types import Receive

LOOK_AFTER_S = 1.0
"""Most answers are there before anybody could leave, so that only longer ones are watched over."""

Result = TypeVar("Result")


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


async def while_there(receive: Receive, answering: Awaitable[Result]) -> Result:
    """What is awaited. Raises ClientLeft. The body must have been read."""
    task = asyncio.current_task()
    assert task is not None
    watching: asyncio.Task[None] | None = None
    left = False

    async def watch() -> None:
        nonlocal left
        while (await receive())["type"] != "http.disconnect":
            pass
        left = True
        task.cancel()

    def look() -> None:
        nonlocal watching
        watching = asyncio.create_task(watch())

    timer = asyncio.get_running_loop().call_later(LOOK_AFTER_S, look)
    try:
        return await answering
    except asyncio.CancelledError:
        # Whoever else cancels means the task itself.
        if left and not task.uncancel():
            raise ClientLeft from None
        raise
    finally:
        timer.cancel()
        if watching is not None:
            watching.cancel()
