"""A record as a plain page: everything that its JSON says, under headings, with links.

It needs no script and no style, and holds the record as JSON-LD for search engines. A commitment's
is what the reading page shows where no script runs, if that page has been built.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from api.faults import plain_page
from api.pages import reading_page_with

_ADDRESS = re.compile(r"https?://\S+|/[a-z-]+/[A-Za-z0-9._-]+")


def page(noun: str, answer: Mapping[str, Any], linked: Mapping[str, Any] | None) -> bytes:
    """The page, in UTF-8."""
    *_, record = answer.values()
    title = next((record[n] for n in ("title", "headline", "name") if record.get(n)), record["key"])
    # No `<` may stand in it, or a text could end the script.
    data = json.dumps(linked, ensure_ascii=False).replace("<", "\\u003c")
    head = [
        f"<title>{escape(title)}</title>",
        f'<script type="application/ld+json">{data}</script>' if linked is not None else "",
    ]
    body = [
        f"<p>{escape(noun.capitalize())} {escape(record['key'])}</p>",
        f"<h1>{escape(title)}</h1>",
        *_shown(answer),
    ]
    parts = "\n".join(filter(None, head)), "\n".join(body)
    read = reading_page_with(*parts) if noun == "commitment" else None
    return (read or plain_page(*parts)).encode()


def page_of_none(noun: str, key: str) -> str | None:
    """What a browser is shown where there is no such record; None if no page was made for that."""
    if noun != "commitment":
        return None
    title = f"There is no commitment {escape(key)}"
    body = f'<h1>{title}</h1>\n<p>It may have another key. <a href="/">All commitments</a></p>'
    return reading_page_with(f"<title>{title}</title>", body)


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
