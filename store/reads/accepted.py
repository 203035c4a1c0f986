"""Every accepted record of a store, for what works on all of it at once."""

from collections.abc import AsyncIterator, Sequence

from store.mongodb.documents import to_record
from store.mongodb.driver import Database
from store.records.base import Curation, Record


async def stream_accepted(database: Database, nouns: Sequence[str]) -> AsyncIterator[Record]:
    """The accepted records of these nouns, noun by noun, in the order of their keys."""
    for noun in nouns:
        found = database.stream(noun, {"curation": Curation.ACCEPTED.value}, sort=[("_id", 1)])
        async for document in found:
            yield to_record(noun, document)
