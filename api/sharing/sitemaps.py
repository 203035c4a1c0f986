"""`/robots.txt`, `/sitemap.xml`, and the maps that it lists: the addresses of all pages, by noun.

See https://www.sitemaps.org/protocol.html: a map has at most 50,000 addresses.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from functools import cache
from math import ceil
from typing import Any, Final
from xml.sax.saxutils import escape

from graphql import GraphQLSchema

from api.sharing.subjects import NOUNS
from engine.context import Operation
from engine.stream import Stream
from schema.registry import COLLECTIONS

MOST: Final = 50_000
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'

COUNTS: Final = (
    "query Counts {"
    + " ".join(
        f"{noun}: {field} {{ totalCount }}"
        for noun, field in (
            (noun.replace("-", "_"), "followUps" if noun == "follow-ups" else noun)
            for noun in NOUNS
        )
    )
    + "}"
)
"""Asks how many records of each noun anybody sees."""


class Sitemaps:
    """What asks for the addresses of a noun's records, oldest key first."""

    def __init__(self, schema: GraphQLSchema) -> None:
        # Planned when they are first asked for: most servers start without a crawler at the door.
        self._stream_of: Callable[[str], Stream] = cache(
            lambda noun: Stream(schema, COLLECTIONS, _make_query(noun))
        )

    async def write_map(
        self, asking: Operation, noun: str, page: int, base: str
    ) -> AsyncGenerator[bytes]:
        """The addresses of a page, from 1 on, as XML; in pieces, as they are read."""
        begin, end, place = (page - 1) * MOST, page * MOST, 0
        yield f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n'.encode()
        async with aclosing(self._stream_of(noun).batches(asking, {})) as batches:
            async for batch in batches:
                shown = batch[max(0, begin - place) : max(0, end - place)]
                yield "".join(
                    _write_entry("url", base + n["url"], n["updatedAt"]) for n in shown
                ).encode()
                place += len(batch)
                if place >= end:
                    break
        yield b"</urlset>\n"


def _make_query(noun: str) -> str:
    field = "followUps" if noun == "follow-ups" else noun
    return f"{{ {field}(orderBy: [{{ field: KEY }}]) {{ nodes {{ url updatedAt }} }} }}"


def count_pages(counts: Mapping[str, Any]) -> Mapping[str, int]:
    """How many maps each noun has, from the answer to `COUNTS`."""
    return {
        noun: ceil((counts[noun.replace("-", "_")] or {"totalCount": 0})["totalCount"] / MOST)
        for noun in NOUNS
    }


def write_index(pages: Mapping[str, int], base: str) -> bytes:
    """The list of all maps."""
    entries = (
        _write_entry("sitemap", f"{base}/sitemaps/{noun}-{page}.xml")
        for noun, most in pages.items()
        for page in range(1, most + 1)
    )
    return (
        f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{"".join(entries)}</sitemapindex>\n'.encode()
    )


def write_robots(base: str) -> bytes:
    """What robots may read: all pages, and nothing that is asked rather than read."""
    closed: Sequence[str] = ("/graphql", "/desk", "/export/", "/health/", "/oembed")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "Allow: /"]
    return "\n".join((*lines, "", f"Sitemap: {base}/sitemap.xml", "")).encode()


def _write_entry(name: str, address: str, updated_at: str | None = None) -> str:
    changed = f"<lastmod>{updated_at}</lastmod>" if updated_at else ""
    return f"<{name}><loc>{escape(address)}</loc>{changed}</{name}>\n"
