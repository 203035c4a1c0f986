"""Files to text: what a file is by its first bytes, and its text, within limits.

HTML and PDF are opened in a child process, which may use so much time and memory and no more:
they are written by strangers, and their readers are large. They need the extra
`followthrough[intake]`; text and e-mail need nothing.
"""

import json
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import sha256

from intake.refusals import RefusalCode, Refused

MOST_BYTES = 20 * 1024 * 1024
"""The most bytes of a file that is opened."""

CHILD = [sys.executable, "-m", "intake.decoding.child"]
"""The command of the child process."""

SECONDS, MEMORY = 20, 1024 * 1024 * 1024
"""The time and the bytes of memory that a child process is given for a file."""


class FileKind(StrEnum):
    """What a file is."""

    TEXT = "TEXT"
    EMAIL = "EMAIL"
    HTML = "HTML"
    PDF = "PDF"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file; `published_on` is the day that the file itself states, as EDTF."""

    text: str
    kind: FileKind
    source_sha256: str
    published_on: str | None = None


_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<!doctype html|<head|<body)", re.I)
_MAIL = re.compile(rb"^(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3,}\r?\n")
_MAIL_HEADERS = (b"from:", b"subject:", b"date:", b"message-id:", b"received:")


def find_kind(content: bytes) -> FileKind:
    """What a file is, by its first bytes. Raises Refused for what is none of these."""
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if _HTML.match(content[:2_000]):
        return FileKind.HTML
    head = content[:8_000].lower()
    if _MAIL.match(content[:65_536]) and sum(name in head for name in _MAIL_HEADERS) >= 3:
        return FileKind.EMAIL
    if b"\x00" in content[:4_000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(
            RefusalCode.UNKNOWN_FORMAT,
            "the file is neither text, HTML, PDF nor an e-mail; save the article as one of them",
        )
    return FileKind.TEXT


def decode(content: bytes) -> Decoded:
    """The text of a file. Raises Refused with the reason."""
    if len(content) > MOST_BYTES:
        raise Refused(
            RefusalCode.TOO_LARGE,
            f"the file has {len(content):,} bytes, at most {MOST_BYTES:,} are opened; "
            "save the text alone",
        )
    kind = find_kind(content)
    digest = sha256(content).hexdigest()
    match kind:
        case FileKind.TEXT:
            return Decoded(decode_text(content), kind, digest)
        case FileKind.EMAIL:
            text, day = _decode_mail(content)
            return Decoded(text, kind, digest, day)
        case _:
            found = _ask_child(kind, content)
            return Decoded(found["text"] or "", kind, digest, found.get("published_on"))


def decode_text(content: bytes) -> str:
    """Bytes as text: by the mark at its beginning, as UTF-8, or else as Windows-1252."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _decode_mail(content: bytes) -> tuple[str, str | None]:
    """The subject and the text of an e-mail, and the day that it was sent."""
    mail = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(content)
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        raise Refused(RefusalCode.NO_TEXT_IN_FILE, "the e-mail has no text; paste the article")
    try:
        text = str(body.get_content())
    except (LookupError, KeyError) as error:
        raise Refused(
            RefusalCode.BROKEN_FILE, "the e-mail's text cannot be decoded; paste the article"
        ) from error
    day = None
    if body.get_content_type() == "text/html":
        found = _ask_child(FileKind.HTML, text.encode())
        text, day = found["text"] or "", found.get("published_on")
    with suppress(TypeError, ValueError):  # an e-mail without a readable day states none
        day = day or parsedate_to_datetime(str(mail["date"])).date().isoformat()
    subject = str(mail["subject"] or "").strip()
    return (f"{subject}\n\n{text}" if subject else text), day


def _ask_child(kind: FileKind, content: bytes) -> dict[str, str | None]:
    """What the child process makes of a file; see `child`."""
    command = [*CHILD, kind.value, str(SECONDS), str(MEMORY)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS + 5)
    except subprocess.TimeoutExpired as error:
        raise _too_long() from error
    if done.returncode != 0:
        # Killed by a limit, or out of memory: the child has nothing to say about it.
        raise _too_long()
    answer: dict[str, str | None] = json.loads(done.stdout)
    if code := answer.get("code"):
        raise Refused(RefusalCode(code), answer.get("message") or "")
    return answer


def _too_long() -> Refused:
    return Refused(
        RefusalCode.TOOK_TOO_LONG,
        f"the file took more than {SECONDS} seconds or {MEMORY // 1024**2:,} MB to open; "
        "save the text alone",
    )
