"""oEmbed 1.0: how a page is to be embedded, for programs that were given its address.

See https://oembed.com. What is answered is of the type `rich`.
"""

from html import escape
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from api.pages.reading import Site
from api.sharing.cards import SIZE
from api.sharing.subjects import Subject

WIDTH: Final = 600
HEIGHT: Final = 320
"""Of a frame, in pixels, before its page has said how high it is."""

_STYLE: Final = "border:1px solid #dfe4ea;border-radius:8px;max-width:100%"
_LEAST: Final = 200
_CACHE_AGE: Final = 3_600


def read_address(url: str, base: str) -> tuple[str, str, str] | None:
    """Noun, key and query of an address of ours; None for others. `http` and `https` count as the
    same, for a proxy may speak either.
    """
    parts, own = urlsplit(url), urlsplit(base)
    if parts.scheme not in ("http", "https") or parts.netloc != own.netloc:
        return None
    names = parts.path.strip("/").split("/")
    return (names[0], names[1], parts.query) if len(names) == 2 else None


def write_snippet(src: str, title: str, base: str, width: str, height: int) -> str:
    """The HTML that frames a page, with the script that makes it as high as its content."""
    return (
        f'<iframe src="{escape(src)}" title="{escape(title)}" width="{width}" height="{height}"'
        f' loading="lazy" style="{_STYLE}"></iframe>'
        f'<script async src="{escape(base)}/embed.js"></script>'
    )


def make_answer(
    subject: Subject, base: str, site: Site, most_width: int | None, most_height: int | None
) -> dict[str, Any]:
    """The members of the answer. A frame is as small as is asked for, down to 200 pixels."""
    width = max(_LEAST, min(WIDTH, most_width or WIDTH))
    height = max(_LEAST, min(HEIGHT, most_height or HEIGHT))
    src = f"{base}/embed/{subject.path}{subject.query}"
    return {
        "version": "1.0",
        "type": "rich",
        "title": subject.title,
        "provider_name": site.name,
        "provider_url": base,
        "cache_age": _CACHE_AGE,
        "html": write_snippet(src, subject.title, base, str(width), height),
        "width": width,
        "height": height,
        "thumbnail_url": f"{base}/cards/{subject.path}.png{subject.query}",
        "thumbnail_width": SIZE[0],
        "thumbnail_height": SIZE[1],
    }


def write_xml(answer: dict[str, Any]) -> bytes:
    """The answer as XML, in UTF-8."""
    root = Xml.Element("oembed")
    for name, value in answer.items():
        Xml.SubElement(root, name).text = str(value)
    content: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return content
