"""Atom (RFC 4287): a feed and its entries as XML. Knows nothing of what they tell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

MEDIA_TYPE = "application/atom+xml"

_NAMESPACE = "http://www.w3.org/2005/Atom"

_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
"""Characters that XML 1.0 has not, and those that turn the direction of the letters after them."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link, by its relation."""

    rel: str
    href: str
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry; texts are plain, moments RFC 3339."""

    id: str
    title: str
    updated: str
    summary: str
    links: Sequence[Link]
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. Its entries, the latest first, have no author of their own."""

    id: str
    title: str
    author: str
    links: Sequence[Link]
    entries: Sequence[Entry]
    generator: str = "Followthrough"


NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries was updated."""


def write_feed(feed: Feed) -> bytes:
    """The feed as a document in UTF-8."""
    root = Xml.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en"})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", max((entry.updated for entry in feed.entries), default=NEVER))
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "generator", feed.generator)
    _add_links(root, feed.links)
    for entry in feed.entries:
        _add_entry(root, entry)
    document: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _add_entry(root: Xml.Element, entry: Entry) -> None:
    element = _add(root, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", entry.updated)
    _add(element, "published", entry.updated)
    _add_links(element, entry.links)
    for term in entry.categories:
        _add(element, "category").set("term", term)
    _add(element, "summary", entry.summary)


def _add_links(element: Xml.Element, links: Sequence[Link]) -> None:
    for link in links:
        made = _add(element, "link")
        made.set("rel", link.rel)
        made.set("href", clean(link.href))
        if link.media_type is not None:
            made.set("type", link.media_type)


def _add(parent: Xml.Element, name: str, text: str | None = None) -> Xml.Element:
    element = Xml.SubElement(parent, name)
    element.text = None if text is None else clean(text)
    return element


def clean(text: str) -> str:
    """The text without characters that XML has not, and those that turn its direction."""
    return _FORBIDDEN.sub("", text)
