"""Files to text: what a file is by its first bytes, and its text, within limits.

HTML, PDF and e-mail are opened in a child process, which may use so much time and memory and no
more: they are written by strangers, and their readers are large. HTML and PDF need the extra
`followthrough[intake]`; text and e-mail need nothing.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

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
    """The text of a file; `published_on` is the day that the file itself states, as EDTF; `notes`
    say what is odd about the file.
    """

    text: str
    kind: FileKind
    source_sha256: str
    published_on: str | None = None
    notes: Sequence[str] = ()


_PDF = re.compile(rb"(?:^|\n)%PDF-\d")
_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<!doctype html|<head|<body)", re.I)
_MAIL = re.compile(rb"^(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3,}\r?\n")
_FORMATS = (
    b"{\\rtf",
    b"PK\x03\x04",
    b"%!PS",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"GIF8",
)
"""How files begin that are no text, though their first bytes may look like one."""
_LEAST_PER_CONTROL = 50
"""Characters of a text for each control character in it."""
_MAIL_HEADERS = (b"from:", b"subject:", b"date:", b"message-id:", b"received:")


def find_kind(content: bytes) -> FileKind:
    """What a file is, by its first bytes. Raises Refused for what is none of these."""
    if _PDF.search(content[:1_024]):
        return FileKind.PDF
    if _HTML.match(content[:2_000]):
        return FileKind.HTML
    head = content[:8_000].lower()
    if _MAIL.match(content[:65_536]) and sum(name in head for name in _MAIL_HEADERS) >= 3:
        return FileKind.EMAIL
    if not _is_text(content[:4_000]):
        raise Refused(
            RefusalCode.UNKNOWN_FORMAT,
            "the file is neither text, HTML, PDF nor an e-mail; save the article as one of them",
        )
    return FileKind.TEXT


def _is_text(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a text, and not of a program's own format."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if head.startswith(_FORMATS):
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
    return b"\x00" not in head and controls * _LEAST_PER_CONTROL <= len(head)


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
        case _:
            found = _ask_child(kind, content)
            return Decoded(found["text"], kind, digest, found["published_on"], found["notes"])


def decode_text(content: bytes) -> str:
    """Bytes as text: by the mark at its beginning, as UTF-8, or else as Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _ask_child(kind: FileKind, content: bytes) -> dict[str, Any]:
    """What the child process makes of a file; see `child`."""
    command = [*CHILD, kind.value, str(SECONDS), str(MEMORY)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS + 5)
    except subprocess.TimeoutExpired as error:
        raise _too_long() from error
    if done.returncode != 0:
        # Killed by a limit, or out of memory: the child has nothing to say about it.
        raise _too_long()
    answer: dict[str, Any] = json.loads(done.stdout)
    if code := answer.get("code"):
        raise Refused(RefusalCode(code), answer.get("message") or "")
    return answer


def _too_long() -> Refused:
    return Refused(
        RefusalCode.TOOK_TOO_LONG,
        f"the file took more than {SECONDS} seconds or {MEMORY // 1024**2:,} MB to open; "
        "save the text alone",
    )
