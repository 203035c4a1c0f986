"""HTML to text: the article in a page, what nobody sees taken out, and the day that it states."""

import re
from contextlib import suppress
from datetime import date
from typing import Any

from intake.refusals import RefusalCode

_DAY_PATHS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[translate(@name, 'DATE', 'date')='date']/@content",
    "//meta[@name='pubdate' or @name='publish-date' or @name='dc.date.issued']/@content",
    "//time[@itemprop='datePublished']/@datetime",
)
_JSON_DAY = re.compile(rb'"datePublished"\s*:\s*"(\d{4}-\d{2}-\d{2})')

_CHARSET = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")

_NEVER_SHOWN = "//template | //*[@hidden] | //*[@aria-hidden='true'] | //script | //style"
_STYLED = "//*[@style]"
_INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0?\.?0+\s*(?:;|$|!)"
    r"|font-size\s*:\s*0(?:\.0+)?\s*(?:px|pt|em|rem|%)?\s*(?:;|$|!)"
    r"|(?:left|top|right|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_LEAST_NOTED = 20
"""Hidden letters of a page, from which on a note says so: many a menu has some."""


def read_page(content: bytes) -> dict[str, Any]:
    """The article in a page, without menus and buttons, as `{text, published_on, notes}`; or the
    code and message of why there is none.
    """
    import trafilatura
    from lxml import etree, html

    try:
        page = html.fromstring(_decode(content))
    except (etree.LxmlError, ValueError):
        return _refuse_empty()
    day = _find_page_day(page, content)
    hidden = _take_out_hidden(page)
    found = trafilatura.bare_extraction(page, include_comments=False, with_metadata=True)
    if found is None:
        return _refuse_empty()
    members = found if isinstance(found, dict) else found.as_dict()
    text = (members.get("text") or "").strip()
    if not text:
        return _refuse_empty()
    title = (members.get("title") or "").strip()
    if title and not text.startswith(title):
        text = f"{title}\n\n{text}"
    notes = [f"{hidden:,} characters of the page that nobody sees were left out"]
    return {"text": text, "published_on": day, "notes": notes if hidden > _LEAST_NOTED else []}


def _decode(content: bytes) -> str:
    """A page as text. What is UTF-8 is that, whatever its head says; else its head is believed,
    but for wide encodings, in which the head itself could not be read.
    """
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16", errors="replace")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        stated = _CHARSET.search(content[:4_096])
        name = stated[1].decode("ascii").lower() if stated else "cp1252"
        try:
            wrong = name.startswith(("utf", "ucs"))  # it is not, or its head could not be read
            text = content.decode("cp1252" if wrong else name, errors="replace")
        except LookupError:
            text = content.decode("cp1252", errors="replace")
    # A page as text may not name its encoding again.
    return _XML_HEAD.sub("", text.replace("\0", ""))


def _refuse_empty() -> dict[str, Any]:
    return {
        "code": RefusalCode.EMPTY_TEXT.value,
        "message": "the page holds no article; paste its text",
    }


def _take_out_hidden(page: Any) -> int:
    """Removes what a page does not show; how many letters that were, scripts not counted."""
    gone = list(page.xpath(_NEVER_SHOWN))
    gone += [one for one in page.xpath(_STYLED) if _INVISIBLE.search(one.get("style"))]
    letters = 0
    for element in gone:
        if element.getparent() is None:
            continue
        if element.tag not in ("script", "style"):
            letters += sum(not c.isspace() for c in "".join(element.itertext()))
        element.drop_tree()
    return letters


def _find_page_day(page: Any, content: bytes) -> str | None:
    """The day that a page states in its head as that of publication; none is guessed."""
    found = [str(stated) for path in _DAY_PATHS for stated in page.xpath(path)]
    found += [m[1].decode() for m in _JSON_DAY.finditer(content)]
    for stated in found:
        with suppress(ValueError):
            return date.fromisoformat(stated.strip()[:10]).isoformat()
    return None
