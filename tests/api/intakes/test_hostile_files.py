"""Files that are made to do harm, one after the other, before one worker: each has its code within
its time, and the worker lives on.
"""

import time
from collections.abc import Mapping

import pytest

from store.intake_files import IntakeFiles
from tests.api.intakes.conftest import Curator, find_text
from tests.intake.test_decoding import MAIL, PAGE, _pdf
from tests.schema.commands.conftest import NOW

ENOUGH_S = 35.0
"""Seconds for a file: the reader's own limit is 20 of processor time, and 25 in all."""

LIMITS = {"TOOK_TOO_LONG", "EMPTY_TEXT", "TOO_LONG"}
FORMAT = {"UNKNOWN_FORMAT"}


def _nested_mail(depth: int) -> bytes:
    """A mail with parts in parts."""
    head = MAIL.split(b"Content-Type")[0]
    opened = (
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i)
        for i in range(depth)
    )
    return head + b"".join(opened) + b"Content-Type: text/plain\r\n\r\nThe mill.\r\n"


def _entities(head: bytes) -> bytes:
    """A page of which one entity is a thousand million letters."""
    names = b"abcdefghij"
    declared = b'<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (names[i], b"&%c;" % names[i - 1] * 10) for i in range(1, 10)
    )
    body = b"<html><body><p>&j;</p></body></html>"
    return head + b"<!DOCTYPE html [" + declared + b"]>" + body


PDF = _pdf("The mill pledged to clean the river by spring, its owner said on Monday.")
FILES: Mapping[str, tuple[bytes, set[str]]] = {
    "RTF": (rb"{\rtf1\ansi The mill promised to clean the river.}", FORMAT),
    "DOCX": (b"PK\x03\x04" + b"a" * 100, FORMAT),
    "old Office": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 500, FORMAT),
    "PNG": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, FORMAT),
    "GIF": (b"GIF89a" + b"x" * 5_000, FORMAT),
    "PostScript": (b"%!PS-Adobe-3.0\n(The mill promised.) show", FORMAT),
    "program": (b"\x7fELF" + b"\2" * 1_000, FORMAT),
    "all bytes": (bytes(range(256)) * 40, FORMAT),
    "UTF-16 without a mark": ("The mill promised.".encode("utf-16-le"), FORMAT),
    "zero bytes": (b"\n" * 5_000 + b"\0" * 50_000, {"EMPTY_TEXT", "UNKNOWN_FORMAT"}),
    "mail, 1,000 deep": (_nested_mail(1_000), {"TOOK_TOO_LONG", "BROKEN_FILE"}),
    "mail in no encoding": (MAIL.replace(b"utf-8", b"klingon"), {"BROKEN_FILE"}),
    "mail with a picture": (MAIL.replace(b"text/plain", b"image/png"), {"NO_TEXT_IN_FILE"}),
    "mail, header of 1 MB": (MAIL.replace(b"To: b", b"To: " + b"b@x.y, " * 150_000), LIMITS),
    "entities": (_entities(b""), LIMITS | {"LANGUAGE_NOT_SUPPORTED"}),
    "entities of XML": (_entities(b'<?xml version="1.0"?>'), LIMITS | {"LANGUAGE_NOT_SUPPORTED"}),
    "comment without end": (b"<html><body><!--" + b"-" * 1_000_000, LIMITS),
    "angles": (b"<html><body><p>" + b"<" * 1_000_000, LIMITS),
    "300,000 nested marks": (b"<html><body><p>" + b"<b>" * 300_000 + b"The mill.", LIMITS),
    "20,000 nested tables": (b"<html><body>" + b"<table><tr><td>" * 20_000 + b"The mill", LIMITS),
    "100,000 attributes": (
        PAGE.replace(b"<body>", b"<body " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">"),
        LIMITS | {"READY"},
    ),
    "attribute of 2 MB": (
        PAGE.replace(b"<nav>", b'<nav x="' + b"a" * 2_000_000 + b'">'),
        {"READY"},
    ),
    "PDF, cut off": (PDF[:300], {"BROKEN_FILE"}),
    "PDF, garbage": (b"%PDF-1.7\n" + bytes(range(256)) * 500, {"BROKEN_FILE"}),
    "PDF, pages in a ring": (PDF.replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"), {"BROKEN_FILE"}),
    "PDF, contents in a ring": (
        PDF.replace(b"/Contents 4 0 R", b"/Contents 3 0 R"),
        {"NO_TEXT_IN_FILE", "BROKEN_FILE"},
    ),
    "PDF, 100,000 pages": (
        PDF.replace(b"/Kids[3 0 R]/Count 1", b"/Kids[" + b"3 0 R " * 100_000 + b"]/Count 100000"),
        {"TOO_LONG"},
    ),
    "PDF, a script that never ends": (
        PDF.replace(
            b"/Type/Catalog",
            b"/Type/Catalog/OpenAction<</S/JavaScript/JS(while\\(true\\){})>>",
        ),
        {"READY"},
    ),
    "PDF, of pictures": (_pdf(""), {"NO_TEXT_IN_FILE"}),
}


@pytest.mark.slow
async def test_each_has_its_code_within_its_time_and_the_worker_lives(curator: Curator) -> None:
    files = IntakeFiles(curator.database)
    wrong = {}
    for name, (content, codes) in FILES.items():
        file = await files.keep(name, content, "TOKEN:Edith", NOW.replace(year=2100))
        key = await curator.submit(file=file.key)
        begun = time.monotonic()
        await curator.worker.work_off()
        took = time.monotonic() - begun
        found = await curator.read(key)
        got = found["failure"]["code"] if found["failure"] else found["state"]
        if got not in codes or took > ENOUGH_S:
            wrong[name] = (got, round(took, 1))
    assert wrong == {}
    assert (await curator.take_in(find_text("watchdog-and-airline")))["state"] == "READY"
