"""Comments on records, which only those see who curate."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from engine.context import Operation
from engine.fields import Arguments, Needs, asked, stored
from engine.rows import Row
from schema.shared.enums import register_enum
from schema.shared.scalars import Instant
from store.records.changes import Origin
from store.viewers import Sight

register_enum(Origin)


@strawberry.type(description="A comment on a record, for those who curate.")
class Comment:
    key: str = stored("_id", "What identifies it.")
    text: str = stored("text", "What it says.")
    path: str | None = stored(
        "path", "What in the record it is about, such as `evidence[0]`; null if all of it."
    )
    by: str = stored("by", "Who wrote it.")
    via: Origin | None = stored("via", "How it came.")
    at: Instant = stored("at", "When it was written.")


async def _ask(
    operation: Operation, keys: Sequence[str], _arguments: Arguments, _needs: Needs
) -> Mapping[str, list[Row]]:
    if operation.sight is not Sight.ALL:
        return {}
    return await operation.reader.find_comments(keys)


def _shape(row: Row, found: Any, _arguments: Arguments) -> Any:
    return [comment for comment in found if comment["noun"] == row["__noun"]]


comments_field = asked(
    _ask,
    _shape,
    "What curators have said about it, oldest first; always empty for those who are not signed in.",
)
