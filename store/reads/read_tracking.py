"""The door through which all reads of a request go: nothing is read that its viewer may not see,
and it is noted what was read, to tell which writes change the answer.

A read that does not say exactly what it reads counts as reading everything: the notes may name too
much, never too little.
"""

from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, TypeAlias

from store.gather import gather_all
from store.mongodb.collections import CHANGES
from store.mongodb.driver import Database, Document, Session, Sort
from store.reads.coalescing import Shared
from store.reads.queries import Query, match_all
from store.reads.unsettled import PATHS, Unsettled
from store.reads.visibility import (
    HAS_CLAUSE,
    LEFT,
    limit_pipeline,
    match_published,
    match_published_changes,
    publish,
)
from store.records.base import At, Curation
from store.records.nouns import NOUNS
from store.records.search_entries import ENTRIES
from store.records.terms import narrow_query
from store.viewers import Sight

Read: TypeAlias = str | At
"""A collection that was searched, or the noun and key of one record."""

SEARCHED = frozenset((*NOUNS, ENTRIES))
"""The collections for which every write says whether it changed them."""

ANYTHING = "*"
"""The read that every write touches."""


_NOT_ACCEPTED: Query = {"curation": {"$ne": str(Curation.ACCEPTED)}}


class TrackedDatabase:
    """A database of which only what is in `sight` is read, whatever is asked.

    It adds to `reads` what is read from it; without `reads` it notes nothing. The argument `of` of
    its methods says what a read depends on, if not on the whole collection.
    """

    def __init__(
        self,
        database: Database,
        sight: Sight,
        reads: set[Read] | None = None,
        shared: Shared | None = None,
        unsettled: Unsettled | None = None,
    ) -> None:
        self.sight = sight
        self.unsettled = Unsettled() if unsettled is None else unsettled
        self._is_limited = sight is Sight.PUBLISHED
        self.shared = Shared() if shared is None else shared
        self._database = database
        self._reads = reads

    def track_reads(self, reads: set[Read]) -> "TrackedDatabase":
        """The same database, of which reads are noted in `reads`."""
        return TrackedDatabase(self._database, self.sight, reads, self.shared, self.unsettled)

    def see_as(self, sight: Sight) -> "TrackedDatabase":
        """The same database, of which something else is in sight."""
        return TrackedDatabase(self._database, sight, self._reads, self.shared, self.unsettled)

    def within(self, session: Session) -> "TrackedDatabase":
        """The same database as this session sees it, of which no reads are noted."""
        database = self._database.within(session)
        return TrackedDatabase(database, self.sight, unsettled=self.unsettled)

    @property
    def has_primary(self) -> bool:
        """Whether the driver knows a primary."""
        return self._database.has_primary

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
        query = self._look_up(collection, await self._limit(collection, query))
        if self.unsettled and collection in PATHS:
            stages: list[Mapping[str, Any]] = [
                {"$match": query},
                *([{"$sort": dict(sort)}] if sort else []),
                *([{"$limit": limit}] if limit else []),
                *self.unsettled.restate(collection),
                *([{"$project": fields}] if fields else []),
            ]
            return await self._database.aggregate(collection, stages, hint=hint)
        return await self._database.find(
            collection, query, fields=fields, sort=sort, limit=limit, hint=hint
        )

    async def stream(
        self, collection: str, query: Query, *, batch: int, **options: Any
    ) -> AsyncGenerator[Document]:
        """As `Database.stream`."""
        self.note([collection])
        query = self._look_up(collection, await self._limit(collection, query))
        found = self._database.stream(collection, query, batch=batch, **options)
        async with aclosing(found):
            async for document in found:
                yield document

    def find_by_key(
        self,
        collection: str,
        keys: Sequence[str],
        *,
        of: Iterable[Read],
        fields: Mapping[str, Any] | None = None,
        to_change: bool = True,
        notices: bool = False,
    ) -> Awaitable[dict[str, Document]]:
        """The documents with these keys, by key. Equal look-ups of other operations are joined.

        With `to_change`, the caller may change them; otherwise others may have the same objects.
        With `notices`, retracted records that are not in sight come as what their notices have.
        """
        self.note(of)
        # Left out here and not by MongoDB, which finds by key alone at less cost.
        limited = self._is_limited and collection in HAS_CLAUSE
        if limited and fields and "curation" not in fields:
            fields = {**fields, "curation": 1}

        async def look_up(keys: Sequence[str]) -> dict[str, Document]:
            query: Query = {"_id": keys[0] if len(keys) == 1 else {"$in": keys}}
            if collection == CHANGES:
                query = await self._limit(collection, query)
            found = await self._database.find(collection, query, fields=fields)
            if limited:
                found = publish(found, notices=notices)
            return {document["_id"]: document for document in found}

        shown = tuple(fields.items()) if fields else None
        question = (self._is_limited, notices, collection, shown)
        return self.shared.ask(question, keys, look_up, to_change=to_change)

    async def aggregate(
        self,
        collection: str,
        pipeline: Sequence[Mapping[str, Any]],
        *,
        of: Iterable[Read] = (ANYTHING,),
        hint: str | None = None,
        or_retracted: bool = False,
    ) -> list[Document]:
        """As `Database.aggregate`. Without `of` it counts as reading everything.

        With `or_retracted`, retracted records take part although they are not in sight: the
        pipeline must give no more of them than their keys.
        """
        self.note(of)
        if self._is_limited:
            if collection == CHANGES:
                pipeline = [{"$match": await self._limit(CHANGES, {})}, *pipeline]
            else:
                pipeline = limit_pipeline(collection, pipeline, or_retracted=or_retracted)
        if self.unsettled:
            pipeline = self.unsettled.expand_pipeline(collection, pipeline)
        narrowed = _narrow_pipeline(collection, pipeline)
        return await self._database.aggregate(collection, narrowed, hint=hint)

    async def has_entry(self, log: str, entry: Query) -> bool:
        """Whether there is this entry in a log, in sight or not: whoever asks knows it, and is told
        nothing of it.
        """
        return bool(await self._database.find(log, entry, fields={"_id": 1}, limit=1))

    def _look_up(self, collection: str, query: Query) -> Query:
        """The query as it is looked up: by every key of a party, and by terms."""
        return narrow_query(collection, self.unsettled.expand(collection, query))

    async def _limit(self, collection: str, query: Query) -> Query:
        """The query for what matches and is in sight."""
        if not self._is_limited:
            return query
        if collection == CHANGES:
            return match_all(query, match_published_changes(*await self._find_left()))
        return match_published(collection, query)

    async def _find_left(self) -> tuple[list[At], list[At]]:
        """The records that were accepted once and are not: the retracted ones, and others."""
        fields = {"noun": 1, "record": 1}
        keys: dict[str, set[str]] = defaultdict(set)
        for change in await self._database.find(CHANGES, LEFT, fields=fields):
            keys[change["noun"]].add(change["record"])
        queries = [{"_id": {"$in": sorted(of)}, **_NOT_ACCEPTED} for of in keys.values()]
        found = await gather_all(
            [
                self._database.find(noun, query, fields={"curation": 1})
                for noun, query in zip(keys, queries, strict=True)
            ]
        )
        retracted: list[At] = []
        hidden: list[At] = []
        for noun, documents in zip(keys, found, strict=True):
            for document in documents:
                gone = document["curation"] == Curation.RETRACTED
                (retracted if gone else hidden).append((noun, document["_id"]))
        return retracted, hidden

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
