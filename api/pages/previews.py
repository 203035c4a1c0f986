"""What stands in the head of a page for programs that show links to it: Open Graph, the cards of
Twitter, where oEmbed is answered, and the address that counts.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from api.pages.rendering import escape

CARD: Final = (1200, 630)
"""The size of the picture of a page, in pixels."""

_RECORD: Final = re.compile(r"/(commitments|requests|parties|meetings|articles|follow-ups)/[^/]+")
_MOMENT: Final = ("asOf", "knownAt")
_LONGEST: Final = 300


def write_preview(
    page: Mapping[str, Any],
    path: str,
    query: Mapping[str, str],
    base: str,
    site: Mapping[str, Any],
) -> str:
    """The tags for a page that was rendered; `path` is as it was asked for, percent-encoded."""
    moment = {name: query[name] for name in _MOMENT if query.get(name)}
    shown = f"?{urlencode(moment, safe=':')}" if moment else ""
    is_record = _RECORD.fullmatch(path) is not None
    title, description = page["title"], (page["description"] or site["subject"] or "")[:_LONGEST]
    image = f"{base}/cards{path}.png{shown}" if is_record else f"{base}/cards/site.png"
    return "\n    ".join(
        (
            f'<link rel="canonical" href="{escape(base + path)}">',
            *_write_properties(
                {
                    "og:type": "article" if is_record else "website",
                    "og:site_name": site["name"],
                    "og:title": title,
                    "og:description": description,
                    "og:url": base + path + shown,
                    "og:image": image,
                    "og:image:width": str(CARD[0]),
                    "og:image:height": str(CARD[1]),
                    "og:image:alt": title,
                }
            ),
            '<meta name="twitter:card" content="summary_large_image">',
            *(_write_discovery(base, path + shown, title) if is_record else ()),
        )
    )


def _write_properties(properties: Mapping[str, str]) -> Iterator[str]:
    for name, value in properties.items():
        if value:
            yield f'<meta property="{name}" content="{escape(value)}">'


def _write_discovery(base: str, address: str, title: str) -> Iterator[str]:
    asked = f"{base}/oembed?url={quote(base + address, safe='')}"
    for form, media_type in (("json", "application/json+oembed"), ("xml", "text/xml+oembed")):
        href = escape(f"{asked}&format={form}")
        yield f'<link rel="alternate" type="{media_type}" href="{href}" title="{escape(title)}">'
