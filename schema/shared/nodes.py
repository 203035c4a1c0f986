"""What every record shows: its ids, its state of curation, its version."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from engine.context import Operation
from engine.fields import Arguments, Needs, asked, computed, embedded, stored
from engine.global_ids import to_global_id
from engine.rows import Row
from schema.shared.comments import Comment, comments_field
from schema.shared.enums import register_enum
from schema.shared.scalars import Instant, Url
from store.reads.queries import outermost_paths
from store.records.base import Curation

register_enum(Curation)


def _global_ids(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [to_global_id(row["__noun"], row["_id"]) for row in rows]


def _permalinks(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [f"/{row['__noun'].replace('_', '-')}/{row['_id']}" for row in rows]


def _ask_for_merged(noun: str) -> Any:
    async def ask(
        operation: Operation, keys: Sequence[str], _arguments: Arguments, needs: Needs
    ) -> Mapping[str, list[Row]]:
        paths = outermost_paths(needs) if needs is not None else None
        return await operation.reader.find_merged(noun, keys, paths)

    return ask


async def _ask_for_retractions(
    operation: Operation, keys: Sequence[str], _arguments: Arguments, _needs: Needs
) -> Mapping[str, list[Row]]:
    return await operation.reader.find_retractions(keys)


def _retraction(row: Row, found: Sequence[Row], _arguments: Arguments) -> Row | None:
    if row["curation"] != Curation.RETRACTED:
        return None
    # Records of several nouns may have the same key.
    return next((change for change in found if change["noun"] == row["__noun"]), None)


def merged_from_field(noun: str, adds: str) -> Any:
    """Declares the `mergedFrom` of a noun. `adds` ends its description: what of the merged records
    counts for this one.
    """
    return asked(
        _ask_for_merged(noun),
        lambda _row, found, _arguments: found,
        "The accepted records that were merged into this one, by key, each with what "
        "it stated itself. " + adds,
    )


@strawberry.interface(description="An object with a global id (Relay).")
class Node:
    id: strawberry.ID = computed(
        _global_ids, ("_id",), "A global, opaque id; `node(id:)` returns this object again."
    )


@strawberry.type(description="That a record was retracted: when, and why.")
class Retraction:
    at: Instant = stored("at", "When it was retracted, or recorded as retracted.")
    why: str | None = stored("why", "The reason, if one was given.")


@strawberry.interface(
    description="What every record has. Records are retracted or merged, never deleted."
)
class Record(Node):
    key: str = stored("_id", "The record's stable, readable key, such as `K03`.")
    url: Url = computed(
        _permalinks,
        ("_id",),
        "The record's address, which look-ups accept as `url`, such as `/commitments/K03`.",
    )
    curation: Curation = stored(
        "curation",
        "The record's stage of review. Lists show ACCEPTED records by default. Readers see no "
        "others, and of a RETRACTED one a notice (`RetractedRecord`).",
    )
    retraction: Retraction | None = asked(
        _ask_for_retractions,
        _retraction,
        "When and why it was retracted; null if it is not.",
        needs=["curation"],
    )
    redirected_from: str | None = stored(
        "redirectedFrom",
        "The key that was asked for, if its record was merged into this one; else null.",
    )
    recorded_at: Instant = stored(
        "recordedAt", "When this store first recorded it; `knownAt` goes by this moment."
    )
    created_at: Instant = stored("createdAt", "When the record was first written.")
    updated_at: Instant = stored("updatedAt", "When the record was last changed.")
    version: int = stored(
        "version", "The record's version: 1 when it was created, one more with each change."
    )
    comments: list[Comment] = comments_field


@strawberry.type(description="What a record is called in another register.")
class Identifier:
    scheme: str = stored("scheme", "The register, such as `wikidata`.")
    value: str = stored("value", "The identifier in that register.")


@strawberry.interface(
    description="A record of the world, with what its source calls it. All records that are "
    "shown are such; only the notice of a retraction is none."
)
class SourcedRecord(Record):
    identifiers: list[Identifier] = embedded(
        "identifiers",
        "What it is called in other registers; those of records merged into it count as its own "
        "in filters and search.",
        many=True,
    )
    source_url: Url | None = stored("url", "The address of its page at the source.")
    in_language: str | None = stored("inLanguage", "The language of its texts, a BCP 47 tag.")
