"""Orders by relevance. The scores of a search are known here, and not to MongoDB.

So the order's other paths are read of all that matches, it is put in order here, and the documents
of the page are fetched by key.
"""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.lists.cursors import Order
from engine.lists.search_filter import SCORE, Scores
from engine.rows import Row, value_at
from store.reads.reader import Fields, Reader, Via

_BATCH = 200
_NUMBER = 1
_RANKS: Mapping[type, int] = {type(None): 0, str: 2, datetime: 3}
"""How MongoDB sorts values of several types: what is missing first, then numbers."""


class Ranked:
    """The documents that match a query, in an order that includes scores."""

    def __init__(self, reader: Reader, collection: str, scores: Scores, sort: Order) -> None:
        self._reader = reader
        self._collection = collection
        self._scores = scores
        self._sort = sort

    async def pages(
        self,
        via: Via | None,
        parents: Sequence[Any],
        query: Mapping[str, Any],
        cursor: Row | None,
        limit: int,
        fields: Fields,
    ) -> Mapping[Any, list[Row]]:
        """Each parent's first `limit` documents that stand behind the cursor."""
        matching = await self._matching(via, parents, query)
        chosen = {
            parent: [row["_id"] for row in self._behind(rows, cursor)[:limit]]
            for parent, rows in matching.items()
        }
        keys = dict.fromkeys(key for page in chosen.values() for key in page)
        documents = await self._documents([*keys], fields)
        return {
            parent: [{**documents[key]} for key in page if key in documents]
            for parent, page in chosen.items()
        }

    async def stream(self, query: Mapping[str, Any], fields: Fields) -> AsyncGenerator[list[Row]]:
        """All documents, some at a time."""
        matching = await self._matching(None, [None], query)
        keys = [row["_id"] for row in self._behind(matching[None], None)]
        for start in range(0, len(keys), _BATCH):
            wanted = keys[start : start + _BATCH]
            documents = await self._documents(wanted, fields)
            yield [documents[key] for key in wanted if key in documents]

    async def _matching(
        self, via: Via | None, parents: Sequence[Any], query: Mapping[str, Any]
    ) -> Mapping[Any, list[Row]]:
        """For each parent, the order's paths of all documents that match."""
        paths = [path for path, _ in self._sort if path != SCORE]
        found: dict[Any, list[Row]] = {parent: [] for parent in parents}
        most = max(len(self._scores), 1)
        rows = await self._reader.find_matching(self._collection, via, parents, query, paths, most)
        for row in rows:
            row[SCORE] = self._scores[row["_id"]]
            for parent in row["_parents"] if via is not None else parents:
                found[parent].append(row)
        return found

    def _behind(self, rows: Iterable[Row], cursor: Row | None) -> list[Row]:
        """The rows in order, without those up to the cursor."""
        ordered = [*rows, *([cursor] if cursor is not None else [])]
        for path, way in reversed(self._sort):
            steps = path.split(".")
            ordered.sort(key=lambda row: _rank(value_at(row, steps)), reverse=way < 0)
        if cursor is None:
            return ordered
        # Sorting keeps equals as they were: the cursor stands behind the row that it was made of.
        at = next(i for i, row in enumerate(ordered) if row is cursor)
        return ordered[at + 1 :]

    async def _documents(self, keys: Sequence[str], fields: Fields) -> Mapping[str, Row]:
        documents = await self._reader.find_documents(self._collection, keys, fields)
        for key, document in documents.items():
            document[SCORE] = self._scores[key]
        return documents


def _rank(value: Any) -> tuple[int, Any]:
    return _RANKS.get(type(value), _NUMBER), value
