"""What every record shows: its ids, its state of curation, its version."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from engine.context import Operation
from engine.fields import Arguments, Needs, asked, computed, stored
from engine.global_ids import to_global_id
from engine.rows import Row
from schema.shared.enums import shown
from schema.shared.scalars import Instant, Url
from store.reads.queries import outermost_paths
from store.records.base import Curation

shown(Curation)


def _global_ids(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [to_global_id(row["__noun"], row["_id"]) for row in rows]


def _permalinks(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [f"/{row['__noun'].replace('_', '-')}/{row['_id']}" for row in rows]


def _merged_in(noun: str) -> Any:
    async def ask(
        operation: Operation, keys: Sequence[str], _arguments: Arguments, needs: Needs
    ) -> Mapping[str, list[Row]]:
        paths = outermost_paths(needs) if needs is not None else None
        return await operation.reader.find_merged(noun, keys, paths)

    return ask


def merged_from_field(noun: str, adds: str) -> Any:
    """The `mergedFrom` of a noun's documents, of which `adds` says what counts for the survivor."""
    return asked(
        _merged_in(noun),
        lambda _row, found, _arguments: found,
        "What was merged into this record, as it was stated there, by key: accepted records only. "
        + adds,
    )


@strawberry.interface(description="Anything with an id of its own (Relay).")
class Node:
    id: strawberry.ID = computed(
        _global_ids, ("_id",), "Opaque and global; give it to `node` to find this again."
    )


@strawberry.interface(description="What every kept record has. Nothing is ever deleted.")
class Record(Node):
    key: str = stored("_id", "The record's readable, stable name.")
    url: Url = computed(_permalinks, ("_id",), "The record's address; look-ups take it as `url`.")
    curation: Curation = stored("curation", "How far the record has come; lists show ACCEPTED.")
    redirected_from: str | None = stored(
        "redirectedFrom", "The key that was asked for, if that record was merged into this one."
    )
    recorded_at: Instant = stored("recordedAt", "When this store learned of it.")
    created_at: Instant = stored("createdAt", "When the record was first written.")
    updated_at: Instant = stored("updatedAt", "When the record was last changed.")
    version: int = stored("version", "Counts the record's changes, from 1.")
