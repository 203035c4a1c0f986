"""Keys in filters: that of a merged record stands for the record that it was merged into.

What filters look in has the survivors' keys only, so that a merged record's key would match
nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from engine.context import Operation
from engine.fields import Arguments
from engine.lists.filters import Filters
from store.gather import gather_all

_T = TypeVar("_T")


async def ask_with_survivors(
    given: Arguments,
    filters: Filters,
    operation: Operation,
    ask: Callable[[Arguments], Awaitable[_T]],
    matched: Callable[[_T], bool] | None = None,
) -> _T:
    """The answer to the arguments, with survivors' keys in place of those of merged records.

    Merged keys are rare, so `ask` is called with the arguments as they are, while the store looks
    up whether a key is merged; if one is, `ask` is called again. Where a match would prove that
    none is, and `matched(answer)` says that there was one, the look-up is left out.
    """
    filter_ = given.get("filter") or {}
    if unsettled := operation.reader.unsettled:
        named = filters.list_records(filter_)
        living = {at: unsettled.living(at[1]) for at in named if at[0] == "parties"}
        filter_ = filters.replace_merged_keys(filter_, living)
        given = {**given, "filter": filter_}
    if not any(filters.list_records(filter_)):
        return await ask(given)
    if matched is not None and filters.is_merge_free_if_matched(filter_):
        answer = await ask(given)
        if matched(answer):
            return answer
        arguments = await resolve_merged_keys(given, filters, operation)
    else:
        answer, arguments = await gather_all(
            [ask(given), resolve_merged_keys(given, filters, operation)]
        )
    return answer if arguments is given else await ask(arguments)


async def resolve_merged_keys(
    arguments: Arguments, filters: Filters, operation: Operation
) -> Arguments:
    """The arguments with survivors' keys in their `filter`. Takes one command for each noun of
    which the filter names records.
    """
    given = arguments.get("filter") or {}
    named = sorted(set(filters.list_records(given)))
    if not named:
        return arguments
    found = await gather_all([_find_survivor(operation, *at) for at in named])
    survivors = {at: into for at, into in zip(named, found, strict=True) if into is not None}
    return (
        {**arguments, "filter": filters.replace_merged_keys(given, survivors)}
        if survivors
        else arguments
    )


def _find_survivor(operation: Operation, noun: str, key: str) -> Awaitable[str | None]:
    async def answer(keys: Sequence[str]) -> Mapping[str, str | None]:
        found = await operation.reader.find_documents(noun, keys, {"mergedInto": 1})
        return {key: document.get("mergedInto") for key, document in found.items()}

    return operation.load(("merged into", noun), answer, key)
