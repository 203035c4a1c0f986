"""Keys in filters: that of a merged record means the record in which it lives on.

What is looked for is kept with merges resolved, so that a merged key stands nowhere any more.
"""

from collections.abc import Awaitable, Mapping, Sequence

from schema.execution.awaiting import all_at_once
from schema.execution.declarations import Arguments
from schema.execution.filters import Filters
from schema.execution.operation import Operation


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
        found = await operation.reader.documents(noun, keys, {"mergedInto": 1})
        return {key: document.get("mergedInto") for key, document in found.items()}

    return operation.load(("merged into", noun), answer, key)
