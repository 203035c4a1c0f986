"""E-mail to text: the subject, the text, and the day that it was sent."""

from contextlib import suppress
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any

from intake.refusals import RefusalCode

_MOST_OF_HEADER = 10_000
"""Characters of a header that are read: a subject or a day has fewer."""


def read_mail(content: bytes) -> dict[str, Any]:
    """An e-mail as `{text, published_on, notes}`; or the code and message of why it has none."""
    # As the library leaves them: its newer policy takes minutes for a subject of a megabyte.
    mail = BytesParser(policy=policy.compat32).parsebytes(content, headersonly=True)
    subject, day = _read_header(mail["subject"]), _read_day(mail["date"])
    try:
        parsed = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(content)
        body = parsed.get_body(preferencelist=("plain", "html"))
        if body is None:
            return _refuse(RefusalCode.NO_TEXT_IN_FILE, "the e-mail has no text; paste the article")
        text = str(body.get_content())
        is_page = body.get_content_type() == "text/html"
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        # The library stumbles over many a header that nobody writes by hand.
        return _refuse(
            RefusalCode.BROKEN_FILE, "the e-mail's text cannot be decoded; paste the article"
        )
    notes: list[str] = []
    if is_page:
        from intake.decoding.pages import read_page

        page = read_page(text.encode("utf-8", "replace"))
        if "code" in page:
            return page
        text, day, notes = page["text"], page["published_on"] or day, page["notes"]
    whole = f"{subject}\n\n{text}" if subject else text
    return {"text": whole, "published_on": day, "notes": notes}


def _refuse(code: RefusalCode, message: str) -> dict[str, Any]:
    return {"code": code.value, "message": message}


def _read_header(given: object) -> str:
    """A header as text, its encoded words decoded; "" for none, and for what is too long."""
    from email.header import decode_header, make_header

    raw = str(given or "")
    if len(raw) > _MOST_OF_HEADER:
        return ""
    with suppress(MessageError, LookupError, ValueError):
        raw = str(make_header(decode_header(raw)))
    return " ".join(raw.split())


def _read_day(given: object) -> str | None:
    """The day of a `Date:`; None for one that cannot be read."""
    with suppress(TypeError, ValueError, IndexError, OverflowError):
        return parsedate_to_datetime(str(given)[:_MOST_OF_HEADER]).date().isoformat()
    return None
