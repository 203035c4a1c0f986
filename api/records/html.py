"""A record as plain HTML: everything that its JSON has, under headings, with links.

It needs no script and no style. It is the page of nouns that have no other, and stands where
neither the server nor a script renders one. Its head holds the record as JSON-LD for search
engines.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from api.http.errors import plain_page

_ADDRESS = re.compile(r"https?://\S+|/[a-z-]+/[A-Za-z0-9._-]+")

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of the letters after them; they are removed."""

_NOT_ACCEPTED: Final[Mapping[str, str]] = {
    "PROPOSED": "Proposed, not reviewed.",
    "IN_REVIEW": "Being reviewed, not accepted.",
    "REJECTED": "Reviewed and not accepted. Kept so that it is not proposed again.",
}

_NOINDEX: Final = '<meta name="robots" content="noindex">'

_SUMMARIES: Final[Mapping[str, str]] = {
    "DIRECT_QUOTE": "a direct quotation",
    "PARAPHRASE": "reported speech",
    "REPORTER_VOICE": "what the reporter tells",
    "HEADLINE": "the headline",
    "COUNTERPART_CLAIM": "what the other side says",
}


def render_page(noun: str, answer: Mapping[str, Any], linked: Mapping[str, Any] | None) -> bytes:
    """The page of a record, in UTF-8."""
    *_, record = answer.values()
    accepted = record["curation"] == "ACCEPTED"
    state = "" if accepted else f"{record['curation'].replace('_', ' ').capitalize()}: "
    head = [
        f"<title>{state}{_escape(_name(record))}</title>",
        "" if accepted else _NOINDEX,
        render_head(record, linked),
    ]
    return plain_page("\n".join(filter(None, head)), render_body(noun, answer)).encode()


def render_head(
    record: Mapping[str, Any], linked: Mapping[str, Any] | None, *, has_feed: bool = True
) -> str:
    """What stands in the head of any page of a record: its JSON-LD, and the link to its feed."""
    parts = (
        _write_linked_data(linked) if linked is not None else "",
        _link_feed(record) if has_feed else "",
    )
    return "\n".join(filter(None, parts))


def render_body(noun: str, answer: Mapping[str, Any]) -> str:
    """All that the answer says, as HTML."""
    *_, record = answer.values()
    body = [
        f"<p>{escape(noun.capitalize())} {escape(record['key'])}</p>",
        f'<h1 dir="auto">{_escape(_name(record))}</h1>',
        *_render_notices(record, answer.get("retraction")),
        *_render({n: _drop_uncounted_status(v) for n, v in answer.items() if n != "retraction"}),
    ]
    return "\n".join(body)


def _name(record: Mapping[str, Any]) -> str:
    name: str = next(
        (record[n] for n in ("title", "headline", "name") if record.get(n)), record["key"]
    )
    return name


def render_notice(
    noun: str,
    record: Mapping[str, Any],
    retraction: Mapping[str, Any] | None,
    linked: Mapping[str, Any],
) -> bytes:
    """The page of a retracted record for whoever sees only that it was, in UTF-8."""
    title = f"Retracted: {noun} {escape(record['key'])}"
    since = f" on {retraction['at'][:10]}" if retraction is not None else ""
    why = f": {_isolate(retraction['why'])}" if retraction and retraction["why"] else "."
    head = [f"<title>{title}</title>", _NOINDEX, _write_linked_data(linked)]
    body = [
        f"<h1>{title}</h1>",
        f"<p><strong>This {noun} was retracted{since}{why}</strong></p>",
        "<p>Nothing of what it said is shown any more.</p>",
    ]
    return plain_page("\n".join(head), "\n".join(body)).encode()


_HAVE_FEEDS: Final = re.compile(r"/(commitments|requests|parties)/[A-Za-z0-9._-]+")


def _link_feed(record: Mapping[str, Any]) -> str:
    """The link by which a reader of feeds finds that of a record; empty where there is none."""
    if not _HAVE_FEEDS.fullmatch(record["url"]):
        return ""
    title = f"What happened to {escape(record['key'])}"
    href = f"/feeds{record['url']}.atom"
    return f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{href}">'


def _write_linked_data(linked: Mapping[str, Any]) -> str:
    # No `<` may stand in it, or a text could end the script.
    data = json.dumps(linked, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{data}</script>'


def spell_out(name: str) -> str:
    """A name of the schema in plain words: `followUp` becomes follow-up."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f"-{found[1].lower()}", name)


# --- What must be known of the record ------------------------------------------------------------


def _render_notices(
    record: Mapping[str, Any], retraction: Mapping[str, Any] | None
) -> Iterator[str]:
    """Notices: why the record does not count, and as of which moment it is shown."""
    curation = record["curation"]
    if curation == "RETRACTED":
        yield f"<p><strong>{_describe_retraction(retraction)}</strong></p>"
    elif curation != "ACCEPTED":
        yield f"<p><strong>{_NOT_ACCEPTED[curation]}</strong></p>"
    known_at = (record.get("status") or {}).get("knownAt")
    if known_at is not None:
        now = f'<a href="{escape(record["url"])}">See today\u2019s</a>'
        yield f"<p>As recorded by {known_at[:10]}, {known_at[11:16]} UTC. {now}</p>"


def _describe_retraction(change: Mapping[str, Any] | None) -> str:
    if change is None:
        return "Retracted. Kept for the record."
    day = change["at"][:10]
    said = f"Retracted on {day}" if change["kind"] == "RETRACTED" else f"Retracted; so since {day}"
    why = f": {_isolate(change['why'])}" if change["why"] else ""
    return f"{said}{why} ({_isolate(change['by'])}). Kept for the record."


def _drop_uncounted_status(part: Any) -> Any:
    """A record without its status, if it is not accepted."""
    if isinstance(part, Mapping) and part.get("curation", "ACCEPTED") != "ACCEPTED":
        return {name: value for name, value in part.items() if name != "status"}
    return part


# --- What it says --------------------------------------------------------------------------------


def _render(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield "<dl>"
        if "excerpt" in value and "mode" in value:
            yield from _render_evidence(value)
            value = {n: below for n, below in value.items() if n not in ("excerpt", "mode")}
        for name, below in value.items():
            if below not in (None, [], "") and not name.startswith("__"):
                yield f"<dt>{escape(spell_out(name).replace('-', ' ').capitalize())}</dt><dd>"
                yield from _render(below)
                yield "</dd>"
        yield "</dl>"
    elif isinstance(value, list):
        yield "<ul>"
        for item in value:
            yield "<li>"
            yield from _render(item)
            yield "</li>"
        yield "</ul>"
    elif isinstance(value, str) and _ADDRESS.fullmatch(value):
        yield f'<a href="{escape(value)}">{_escape(value)}</a>'
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    else:
        yield _isolate(str(value))


def _render_evidence(evidence: Mapping[str, Any]) -> Iterator[str]:
    """A piece of evidence: the words of the article, or our summary of them."""
    excerpt, article, mode = evidence["excerpt"], evidence["article"], evidence["mode"]
    if excerpt is None:
        yield f"<dt>Mode</dt><dd>{_escape(mode)}</dd>"
        return
    theirs = article is not None and article["textKind"] in ("FULL_TEXT", "TITLE")
    tongue = f' lang="{escape(article["inLanguage"])}"' if theirs or _is_foreign(excerpt) else ""
    if theirs:
        yield f"<dt>Words of the article ({spell_out(mode.lower()).replace('_', ' ')})</dt>"
        yield f'<dd dir="auto"{tongue}>\u201c{_escape(excerpt)}\u201d</dd>'
    else:
        yield f"<dt>Our summary of {_SUMMARIES[mode]}</dt>"
        yield f'<dd dir="auto"{tongue}>{_escape(excerpt)}</dd>'


def _is_foreign(text: str) -> bool:
    """Whether most letters are of no Latin script, so that the text cannot be English."""
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN ") for letter in letters)
    return latin * 2 < len(letters)


def _escape(text: str) -> str:
    """A text escaped for a page."""
    return escape(_TURNING.sub("", text))


def _isolate(text: str) -> str:
    """A text in an element of its own if its direction could change the text around it."""
    is_left_to_right = not any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    return _escape(text) if is_left_to_right else f'<span dir="auto">{_escape(text)}</span>'
