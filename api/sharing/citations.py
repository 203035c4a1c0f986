"""Citations: as a line of text, as BibTeX, and as CSL-JSON, which Zotero and others read.

What is cited is the page about a record, by the site that keeps it: who promised did not write it.
"""

import re
from typing import Any, Final

import orjson

from api.pages.reading import Site
from api.sharing.subjects import NOUNS, Subject

_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of the letters after them."""


def write_text(subject: Subject, base: str, site: Site) -> bytes:
    """A line such as `Meta: “Community lab” (commitment K05). Followthrough. As of 9 July 2025,
    recorded by 2025-07-09T23:59:59.000Z. https://…`, in UTF-8.
    """
    by = f"{', '.join(subject.by)}: " if subject.by else ""
    title = f"{by}“{subject.title}” ({NOUNS[subject.noun].lower()} {subject.key})"
    parts = (title, site.name, _describe_moment(subject), base + subject.frozen)
    return (_plain(". ".join(filter(None, parts))) + "\n").encode()


def write_csl(subject: Subject, base: str, site: Site) -> bytes:
    """A list with one item of CSL-JSON, of the type webpage."""
    accessed = _date_parts(subject.moment.known_at.date().isoformat())
    item: dict[str, Any] = {
        "id": _name_entry(subject),
        "type": "webpage",
        "title": _plain(subject.title),
        "author": [{"literal": _plain(site.name)}],
        "container-title": _plain(site.name),
        "URL": base + subject.frozen,
        "accessed": accessed,
        "issued": _date_parts(subject.updated_at[:10]),
        "note": _plain(_describe_subject(subject)),
    }
    return orjson.dumps([item], option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def write_bibtex(subject: Subject, base: str, site: Site) -> bytes:
    """An entry `@misc`, in UTF-8. Letters that mean something to TeX are escaped."""
    members = {
        "title": f"{{{_escape(subject.title)}}}",
        "author": f"{{{_escape(site.name)}}}",
        "year": subject.updated_at[:4],
        "url": base + subject.frozen,
        "urldate": subject.moment.known_at.date().isoformat(),
        "note": _escape(_describe_subject(subject)),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in members.items())
    return f"@misc{{{_name_entry(subject)},\n{lines}}}\n".encode()


def _describe_subject(subject: Subject) -> str:
    """`Commitment K05 by Meta. As of 9 July 2025, …`."""
    by = f" by {', '.join(subject.by)}" if subject.by else ""
    moment = _describe_moment(subject)
    return f"{NOUNS[subject.noun]} {subject.key}{by}" + (f". {moment}" if moment else "")


def _describe_moment(subject: Subject) -> str:
    if subject.standing is None:
        return ""
    said = subject.moment.parameters
    return f"As of {said['asOf']}, recorded by {said['knownAt']}"


def _name_entry(subject: Subject) -> str:
    """The key of the entry: what a citation of it is written with, so of few letters."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", f"{subject.noun}-{subject.key}")


def _date_parts(day: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in day.split("-")]]}


def _plain(text: str) -> str:
    return _TURNING.sub("", text)


_TEX: Final = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def _escape(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in _plain(text))
