"""Awaiting several answers at the same time."""

from asyncio import gather
from collections.abc import Awaitable, Sequence
from typing import Any


async def all_at_once(asked: Sequence[Awaitable[Any]]) -> Sequence[Any]:
    """All answers, in order; a single one without a task of its own, which costs as much as to
    send a command.
    """
    if len(asked) == 1:
        return (await asked[0],)
    return await gather(*asked)
