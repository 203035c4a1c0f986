"""Awaiting several answers at the same time."""

from asyncio import Future, ensure_future, gather
from collections.abc import Awaitable, Sequence
from typing import Any


async def all_at_once(asked: Sequence[Awaitable[Any]]) -> Sequence[Any]:
    """All answers, in order; a single one without a task of its own, which costs as much as to
    send a command. When one fails the others are ended before this does.
    """
    if len(asked) == 1:
        return (await asked[0],)
    # Not a TaskGroup, which would raise a group of errors, and takes longer.
    answers: list[Future[Any]] = [ensure_future(each) for each in asked]
    try:
        return await gather(*answers)
    except BaseException:
        for answer in answers:
            answer.cancel()
        await gather(*answers, return_exceptions=True)
        raise
