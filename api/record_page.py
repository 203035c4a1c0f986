"""A record as a plain page: everything that its JSON says, under headings, with links.

It needs no script and no style, and holds the record as JSON-LD for search engines.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
}

_ADDRESS = re.compile(r"https?://\S+|/[a-z-]+/[A-Za-z0-9._-]+")


def page(noun: str, answer: Mapping[str, Any], linked: Mapping[str, Any] | None) -> bytes:
    """The page, in UTF-8."""
    *_, record = answer.values()
    title = next((record[n] for n in ("title", "headline", "name") if record.get(n)), record["key"])
    # No `<` may stand in it, or a text could end the script.
    data = json.dumps(linked, ensure_ascii=False).replace("<", "\\u003c")
    parts = (
        "<!doctype html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(title)}</title>",
        f'<script type="application/ld+json">{data}</script>' if linked is not None else "",
        f"<p>{escape(noun.capitalize())} {escape(record['key'])}</p>",
        f"<h1>{escape(title)}</h1>",
        *_shown(answer),
        "</html>",
    )
    return "\n".join(filter(None, parts)).encode()


def in_words(name: str) -> str:
    """A name of the schema in plain words: `followUp` is a follow-up."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f"-{found[1].lower()}", name)


def _shown(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield "<dl>"
        for name, below in value.items():
            if below not in (None, [], "") and not name.startswith("__"):
                yield f"<dt>{escape(in_words(name).replace('-', ' ').capitalize())}</dt><dd>"
                yield from _shown(below)
                yield "</dd>"
        yield "</dl>"
    elif isinstance(value, list):
        yield "<ul>"
        for item in value:
            yield "<li>"
            yield from _shown(item)
            yield "</li>"
        yield "</ul>"
    elif isinstance(value, str) and _ADDRESS.fullmatch(value):
        yield f'<a href="{escape(value)}">{escape(value)}</a>'
    else:
        yield escape({True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value))
