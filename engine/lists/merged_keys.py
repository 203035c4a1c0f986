"""Keys in filters: that of a merged record means the record in which it lives on.

What is looked for is kept with merges resolved, so that a merged key stands nowhere any more.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from engine.context import Operation
from engine.fields import Arguments
from engine.lists.filters import Filters
from store.gather import all_at_once

_T = TypeVar("_T")


async def ask_as_settled(
    given: Arguments,
    filters: Filters,
    operation: Operation,
    ask: Callable[[Arguments], Awaitable[_T]],
    matched: Callable[[_T], bool] | None = None,
) -> _T:
    """What is answered to arguments once their filter has the keys of survivors.

    Merged keys are rare, so it is asked as if there were none. That there is none is looked up
    meanwhile, unless the answer itself can show it: `matched` says whether anything matched.
    """
    filter_ = given.get("filter") or {}
    if not any(filters.named(filter_)):
        return await ask(given)
    if matched is not None and filters.lived_by_match(filter_):
        answer = await ask(given)
        if matched(answer):
            return answer
        arguments = await settled(given, filters, operation)
    else:
        answer, arguments = await all_at_once([ask(given), settled(given, filters, operation)])
    return answer if arguments is given else await ask(arguments)


async def settled(arguments: Arguments, filters: Filters, operation: Operation) -> Arguments:
    """The arguments with survivors in their `filter`: one command for each noun that it names
    records of, and none where it names no record.
    """
    given = arguments.get("filter") or {}
    named = sorted(set(filters.named(given)))
    if not named:
        return arguments
    found = await all_at_once([_merged_into(operation, *at) for at in named])
    survivors = {at: into for at, into in zip(named, found, strict=True) if into is not None}
    return {**arguments, "filter": filters.settled(given, survivors)} if survivors else arguments


def _merged_into(operation: Operation, noun: str, key: str) -> Awaitable[str | None]:
    async def answer(keys: Sequence[str]) -> Mapping[str, str | None]:
        found = await operation.reader.find_documents(noun, keys, {"mergedInto": 1})
        return {key: document.get("mergedInto") for key, document in found.items()}

    return operation.load(("merged into", noun), answer, key)
