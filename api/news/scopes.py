"""What is told of: everything, or commitments and requests with all that bears on them.

Which these are is asked of the public API, by the filters of its lists. Where they are few, the
changes of their records are asked for; else changes are read on and each is held against the
filters, until a page is full or enough was looked at.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema

from api.news.loading import Happening, News, Page
from engine.context import Operation
from engine.stream import Stream
from schema.registry import COLLECTIONS
from store.reads.followers import find_about, find_followers
from store.records.base import At

Filter = Mapping[str, Any]

FEW = 1_000
"""Commitments and requests of which the records are looked up; more are too many to name."""
MOST_RECORDS = 4_000
LOOKED_AT = 10
"""Pages of the log that are looked through for one page of a feed about many records."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is told of: everything without `filters`, by noun, or else what matches one; `own` are
    records that belong to it whatever the filters find. People read the same at `page`.
    """

    title: str
    path: str
    list: str = "Changes"
    filters: Mapping[str, Filter] = field(default_factory=dict)
    own: frozenset[At] = frozenset()
    changes: Filter | None = None
    page: str = "/"


class Selection:
    """Finds what belongs to a scope, by queries that are planned once."""

    def __init__(self, schema: GraphQLSchema, news: News) -> None:
        self._news = news
        self._streams = make_streams(schema)

    async def load_page(
        self, asking: Operation, scope: Scope, first: int, after: str | None
    ) -> Page:
        """A page of what happened in a scope, the latest first. Raises GraphQLError."""
        if not scope.filters and not scope.own:
            return await self._news.load_page(asking, scope.list, scope.changes, first, after)
        ats = await self._find_records(asking, scope)
        if ats is None:
            return await self._look_through(asking, scope, first, after)
        records = {"record": {"in": sorted({key for _, key in ats})}}
        page = await self._news.load_page(asking, scope.list, records, first, after)
        return Page([one for one in page.happenings if one.at in ats], page.after)

    async def _find_records(self, asking: Operation, scope: Scope) -> set[At] | None:
        """The records of a scope with all that bears on them; None if they are too many."""
        found: set[At] = set(scope.own)
        for noun, filter_ in scope.filters.items():
            ats = await self._find_matching(asking, noun, filter_, FEW + 1)
            if len(ats) > FEW:
                return None
            found |= ats
        followers = await find_followers(asking.reader, found, MOST_RECORDS)
        return None if len(followers) + len(found) > MOST_RECORDS else found | followers

    async def _find_matching(
        self, asking: Operation, noun: str, filter_: Filter, most: int
    ) -> set[At]:
        """The commitments or requests that match, at most about as many, with those that were
        merged into them.
        """
        found: set[At] = set()
        batches = self._streams[noun].batches(asking, {"filter": filter_})
        async with aclosing(batches):
            async for batch in batches:
                for node in batch:
                    keys = (node["key"], *(merged["key"] for merged in node["mergedFrom"]))
                    found |= {(noun, key) for key in keys}
                if len(found) >= most:
                    break
        return found

    async def _look_through(
        self, asking: Operation, scope: Scope, first: int, after: str | None
    ) -> Page:
        """A page of a scope of many records; shorter, or empty, where little of what was looked at
        belongs to it.
        """
        found: list[Happening] = []
        for _ in range(LOOKED_AT):
            page = await self._news.load_page(asking, scope.list, None, first, after)
            found += await self.leave_matching(asking, scope, page.happenings)
            after = page.after
            # Whole pages alone, so that the cursor leads on to what was not looked at.
            if after is None or len(found) >= first // 2:
                break
        return Page(found, after)

    async def leave_matching(
        self, asking: Operation, scope: Scope, happenings: Sequence[Happening]
    ) -> Sequence[Happening]:
        """Those that belong to a scope, in their order. Raises GraphQLError."""
        if not scope.filters and not scope.own:
            return happenings
        about = await find_about(asking.reader, [happening.id for happening in happenings])
        matching: set[At] = set(scope.own)
        for noun, filter_ in scope.filters.items():
            keys = sorted({key for ats in about.values() for of, key in ats if of == noun})
            if not keys:
                continue
            asked = {"and": [filter_, {"key": {"in": keys}}]}
            matching |= await self._find_matching(asking, noun, asked, len(keys) + 1)
        return [h for h in happenings if {h.at, *about[h.id]} & matching]


def make_streams(schema: GraphQLSchema) -> Mapping[str, Stream]:
    """What asks for the records that match a filter, by noun."""
    return {
        noun: Stream(schema, COLLECTIONS, _QUERY.format(noun=noun, filter=filter_))
        for noun, filter_ in _FILTERS.items()
    }


_QUERY = """query($filter: {filter}) {{
    {noun}(filter: $filter) {{ nodes {{ key mergedFrom {{ key }} }} }}
}}"""
_FILTERS = {"commitments": "CommitmentFilter", "requests": "RequestFilter"}
