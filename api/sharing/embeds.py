"""A record or a list as a small page for a frame on somebody else's: read without any script.

A script tells the page around it how high it is, and draws the timeline where that is asked for.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

from api.pages.reading import Site
from api.pages.routes import DIST
from api.sharing.subjects import NOUNS, Listing, Row, Subject
from api.sharing.words import list_names, say_date, say_status

_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


class NotBuilt(Exception):
    """The pages have not been built."""


def make_headers(ancestors: str) -> Mapping[str, str]:
    """The headers of an embedded page, which these origins may frame: `*` for all, `'none'`."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": ancestors,
    }
    return {
        "content-security-policy": "; ".join(f"{name} {said}" for name, said in policy.items()),
        # The page itself is to be found, and not its frame.
        "x-robots-tag": "noindex",
    }


def write_record(
    subject: Subject, base: str, site: Site, *, has_timeline: bool, dist: Path = DIST
) -> str:
    """The page of a record. Raises NotBuilt."""
    address = base + subject.url + subject.query
    standing = subject.standing
    body = [
        f'<p class="kicker">{NOUNS[subject.noun]} {_isolate(subject.key)}</p>',
        f'<h1 dir="auto">{_link(address, subject.title)}</h1>',
        _describe(subject.by, subject.made_on),
    ]
    if standing is not None:
        is_own = standing.is_self_reported
        badges = _write_badges(standing.value, standing.contested, standing.overdue, is_own)
        day = say_date(subject.moment.as_of)
        body += [
            f'<p class="status-line">{badges} <span class="who">as of {day}</span></p>',
            f'<p dir="auto">{_say(standing.explanation)}</p>',
        ]
    elif subject.gist:
        body.append(f'<p dir="auto">{_say(subject.gist)}</p>')
    if has_timeline and subject.noun == "commitments":
        said = subject.moment
        known_at = said.parameters["knownAt"] if said.is_known_at_stated else ""
        body.append(
            f'<div id="timeline" data-key="{escape(subject.key)}" data-as-of="{said.as_of}"'
            f' data-known-at="{known_at}"></div>'
        )
    return _write_page(subject.title, "\n".join(body), address, site, dist)


def write_listing(listing: Listing, address: str, base: str, site: Site, dist: Path = DIST) -> str:
    """The page of a list: its first rows, how many there are, and a link to its `address`. Raises
    NotBuilt.
    """
    counted = "1 commitment" if listing.total == 1 else f"{listing.total:,} commitments"
    title = f"{counted}, as of {say_date(listing.moment.as_of)}"
    rows = "\n".join(_write_row(row, base) for row in listing.rows)
    more = listing.total - len(listing.rows)
    body = [
        f"<h1>{_link(address, title)}</h1>",
        f"<ol>\n{rows}\n</ol>" if rows else "<p>There are none.</p>",
        f"<p>{_link(address, f'{more:,} more')}</p>" if more else "",
    ]
    return _write_page(title, "\n".join(filter(None, body)), address, site, dist)


def _write_row(row: Row, base: str) -> str:
    badges = _write_badges(row.value, row.contested, row.overdue) if row.value else ""
    link = _link(base + row.url, row.title)
    return (
        f'<li><h2 dir="auto">{link}</h2>{_describe(row.by, row.made_on)}'
        f'<p class="status-line">{badges}</p></li>'
    )


def _describe(by: Sequence[str], made_on: str | None) -> str:
    said = [_isolate(list_names(by)) if by else "", escape(say_date(made_on)) if made_on else ""]
    words = ", ".join(filter(None, said))
    return f'<p class="who">{words}</p>' if words else ""


def _write_badges(
    value: str, contested: bool, overdue: bool, is_self_reported: bool = False
) -> str:
    outline = " self-reported" if is_self_reported else ""
    name = value.lower().replace("_", "-")
    badges = [f'<span class="badge status-{name}{outline}">{say_status(value)}</span>']
    if is_self_reported:
        badges.append('<span class="who">self-reported</span>')
    if contested:
        badges.append('<span class="badge contested">Contested</span>')
    if overdue:
        badges.append('<span class="badge overdue">Overdue</span>')
    return " ".join(badges)


def _write_page(title: str, body: str, address: str, site: Site, dist: Path) -> str:
    try:
        html = (dist / "embed.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotBuilt from None
    head = f'<title>{_say(title)}</title>\n<link rel="canonical" href="{escape(address)}">'
    source = f"<footer>{_link(address, site.name)}</footer>"
    html = html.replace("<title>Followthrough</title>", head, 1)
    return html.replace("<!--embedded-->", f"{body}\n{source}", 1)


def _link(address: str, text: str) -> str:
    # In a tab of its own: a page in a frame of some hundred pixels would be of no use.
    return f'<a href="{escape(address)}" target="_blank">{_say(text)}</a>'


def _say(text: str) -> str:
    return escape(_TURNING.sub("", text))


def _isolate(text: str) -> str:
    return f"<bdi>{_say(text)}</bdi>"
