"""Awaiting several answers at the same time."""

from asyncio import Future, ensure_future, gather
from collections.abc import Awaitable, Sequence
from typing import Any


async def gather_all(asked: Sequence[Awaitable[Any]]) -> Sequence[Any]:
    """All answers, in order. When one fails, the others are cancelled before its error is raised.

    A single awaitable gets no task of its own, because a task costs as much as sending a command.
    """
    if len(asked) == 1:
        return (await asked[0],)
    # Not a TaskGroup: it would raise a group of errors, and is slower.
    answers: list[Future[Any]] = [ensure_future(each) for each in asked]
    try:
        return await gather(*answers)
    except BaseException:
        for answer in answers:
            answer.cancel()
        await gather(*answers, return_exceptions=True)
        raise
