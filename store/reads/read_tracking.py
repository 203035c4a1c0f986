"""Read tracking: notes what an answer has read, to tell which writes change it.

A read that does not say exactly what it reads counts as reading everything: the notes may name too
much, never too little.
"""

from collections.abc import AsyncGenerator, Awaitable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from store.mongodb.driver import Database, Document, Sort
from store.reads.coalescing import Shared
from store.reads.unsettled import PATHS, Unsettled
from store.records.base import At
from store.records.nouns import NOUNS
from store.records.search_entries import ENTRIES
from store.records.terms import narrow_query

Read: TypeAlias = str | At
"""A collection that was searched, or the noun and key of one record."""

SEARCHED = frozenset((*NOUNS, ENTRIES))
"""The collections for which every write says whether it changed them."""

ANYTHING = "*"
"""The read that every write touches."""


class TrackedDatabase:
    """A database that adds to `reads` what is read from it; without `reads` it notes nothing.

    The argument `of` of its methods says what a read depends on, if not on the whole collection.
    """

    def __init__(
        self,
        database: Database,
        reads: set[Read] | None = None,
        shared: Shared | None = None,
        unsettled: Unsettled | None = None,
    ) -> None:
        self.database = database
        self.shared = Shared() if shared is None else shared
        self.unsettled = Unsettled() if unsettled is None else unsettled
        self._reads = reads

    async def find(
        self,
        collection: str,
        query: Mapping[str, Any],
        *,
        of: Iterable[Read] | None = None,
        fields: Mapping[str, Any] | None = None,
        sort: Sort = (),
        limit: int = 0,
        hint: str | None = None,
    ) -> list[Document]:
        """As `Database.find`."""
        self.note([collection] if of is None else of)
        if self.unsettled and collection in PATHS:
            found = self.unsettled.expand(collection, query)
            stages: list[Mapping[str, Any]] = [
                {"$match": narrow_query(collection, found)},
                *([{"$sort": dict(sort)}] if sort else []),
                *([{"$limit": limit}] if limit else []),
                *self.unsettled.restate(collection),
                *([{"$project": fields}] if fields else []),
            ]
            return await self.database.aggregate(collection, stages, hint=hint)
        query = narrow_query(collection, query)
        return await self.database.find(
            collection, query, fields=fields, sort=sort, limit=limit, hint=hint
        )

    def find_by_key(
        self,
        collection: str,
        keys: Sequence[str],
        *,
        of: Iterable[Read],
        fields: Mapping[str, Any] | None = None,
        to_change: bool = True,
    ) -> Awaitable[dict[str, Document]]:
        """The documents with these keys, by key. Equal look-ups of other operations are joined.

        With `to_change`, the caller may change them; otherwise others may have the same objects.
        """
        self.note(of)

        async def look_up(keys: Sequence[str]) -> dict[str, Document]:
            wanted: Any = keys[0] if len(keys) == 1 else {"$in": keys}
            found = await self.database.find(collection, {"_id": wanted}, fields=fields)
            return {document["_id"]: document for document in found}

        question = (collection, tuple(fields.items()) if fields else None)
        return self.shared.ask(question, keys, look_up, to_change=to_change)

    async def aggregate(
        self,
        collection: str,
        pipeline: Sequence[Mapping[str, Any]],
        *,
        of: Iterable[Read] = (ANYTHING,),
        hint: str | None = None,
    ) -> list[Document]:
        """As `Database.aggregate`. Without `of` it counts as reading everything."""
        self.note(of)
        if self.unsettled:
            pipeline = self.unsettled.expand_pipeline(collection, pipeline)
        narrowed = _narrow_pipeline(collection, pipeline)
        return await self.database.aggregate(collection, narrowed, hint=hint)

    def stream(
        self,
        collection: str,
        query: Mapping[str, Any],
        *,
        fields: Mapping[str, Any] | None = None,
        sort: Sort = (),
        batch: int,
        paced: bool = False,
    ) -> AsyncGenerator[Document]:
        """As `Database.stream`; it counts as reading the whole collection."""
        self.note([collection])
        wanted = narrow_query(collection, self.unsettled.expand(collection, query))
        return self.database.stream(
            collection, wanted, fields=fields, sort=sort, batch=batch, paced=paced
        )

    def note(self, reads: Iterable[Read]) -> None:
        """Notes what was read. A read of a collection that is not in `SEARCHED` is `ANYTHING`."""
        if self._reads is not None:
            for read in reads:
                noun = read if isinstance(read, str) else read[0]
                self._reads.add(read if noun in SEARCHED else ANYTHING)


def _narrow_pipeline(
    collection: str, pipeline: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The pipeline, and those united with it, each beginning with what an index answers."""
    found = list(pipeline)
    if found and "$match" in found[0]:
        found[0] = {"$match": narrow_query(collection, found[0]["$match"])}
    for place, stage in enumerate(found):
        if union := stage.get("$unionWith"):
            steps = _narrow_pipeline(union["coll"], union["pipeline"])
            found[place] = {"$unionWith": {**union, "pipeline": steps}}
    return found


def reads_of_records(nouns: Iterable[str], keys: Iterable[str]) -> list[Read]:
    """A read for each noun and key."""
    wanted = list(keys)
    return [(noun, key) for noun in nouns for key in wanted]
