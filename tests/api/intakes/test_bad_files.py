"""Files that cannot be read, each with its code; and the worker reads the next article."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Mapping

import pytest

from store.intake_files import IntakeFiles
from store.mongodb.collections import INTAKE_FILES
from tests.api.intakes.conftest import Curator, find_text
from tests.intake.test_decoding import MAIL, PAGE, _pdf
from tests.schema.commands.conftest import NOW

ARTICLE = find_text("watchdog-and-airline")


def _zip_bomb() -> bytes:
    """A hundred megabytes of nothing in a hundred kilobytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("article.txt", b"\0" * 100_000_000)
    return packed.getvalue()


def _pdf_bomb() -> bytes:
    """A PDF of which one page holds half a gigabyte, packed."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"0 0 m " * 1_000_000) for _ in range(80)) + packer.flush()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    found, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(found))
        found += b"%d 0 obj%sendobj\n" % (number, part)
    table = len(found)
    found += b"xref\n0 5\n0000000000 65535 f \n"
    found += b"".join(b"%010d 00000 n \n" % place for place in places)
    return found + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % table


def _locked_pdf() -> bytes:
    """A PDF that is encrypted with a password that nobody has."""
    words = b"<" + b"ab" * 32 + b">"
    encrypted = b"/Encrypt<</Filter/Standard/V 1/R 2/O%s/U%s/P -4>>" % (words, words)
    identity = b"/ID[<" + b"cd" * 16 + b"><" + b"cd" * 16 + b">]"
    return _pdf("The mill.").replace(b"/Root 1 0 R", b"/Root 1 0 R" + encrypted + identity)


NESTED = b"<html><body>" + b"<div>" * 100_000 + b"The mill." + b"</div>" * 100_000
LONG = b"The firm pledged to pay. " * 8_001

FILES: Mapping[str, tuple[bytes, set[str]]] = {
    "zip bomb": (_zip_bomb(), {"UNKNOWN_FORMAT"}),
    "gzip bomb": (gzip.compress(b"\0" * 100_000_000), {"UNKNOWN_FORMAT"}),
    "PDF bomb": (_pdf_bomb(), {"NO_TEXT_IN_FILE", "TOOK_TOO_LONG"}),
    "locked PDF": (_locked_pdf(), {"LOCKED_FILE"}),
    "broken PDF": (b"%PDF-1.4\nno such thing", {"BROKEN_FILE"}),
    "cut off PDF": (_pdf("The mill.")[:200], {"BROKEN_FILE", "NO_TEXT_IN_FILE"}),
    "scanned PDF": (_pdf(""), {"NO_TEXT_IN_FILE"}),
    "100,000 nested tags": (NESTED, {"EMPTY_TEXT", "TOOK_TOO_LONG", "LANGUAGE_NOT_SUPPORTED"}),
    "empty page": (b"<html><body></body></html>", {"EMPTY_TEXT"}),
    "200,025 characters": (LONG, {"TOO_LONG"}),
    "blanks": (b" \n" * 100, {"EMPTY_TEXT"}),
}


async def _take_in(curator: Curator, content: bytes, name: str = "article") -> dict[str, object]:
    files = IntakeFiles(curator.database)
    # By the clock of this machine it may be long gone, which MongoDB sees to when it likes.
    file = await files.keep(name, content, "TOKEN:Edith", NOW.replace(year=2100))
    key = await curator.submit(file=file.key)
    await curator.worker.work_off()
    found: dict[str, object] = await curator.read(key)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("what", FILES)
async def test_file_has_its_code_and_the_next_article_is_read(curator: Curator, what: str) -> None:
    content, codes = FILES[what]
    found = await _take_in(curator, content, what)
    failure = found["failure"]
    assert found["state"] == "FAILED" and isinstance(failure, dict), found["state"]
    assert failure["code"] in codes and failure["message"]
    assert (await curator.take_in(ARTICLE))["state"] == "READY"


@pytest.mark.parametrize("content", [ARTICLE.encode(), PAGE, MAIL], ids=["text", "page", "mail"])
async def test_file_is_read_and_then_forgotten(curator: Curator, content: bytes) -> None:
    found = await _take_in(curator, content, "An article.txt")
    assert found["state"] == "READY" and found["fileName"] == "An article.txt"
    assert "sourceSha256" in str(found["articleDraft"])
    assert await curator.database.find(INTAKE_FILES, {}) == []


async def test_file_that_was_forgotten_is_asked_for_again(curator: Curator) -> None:
    files = IntakeFiles(curator.database)
    file = await files.keep("a", ARTICLE.encode(), "TOKEN:Edith", NOW.replace(year=2100))
    key = await curator.submit(file=file.key)
    await files.forget(file.key)
    await curator.worker.work_off()
    failure = (await curator.read(key))["failure"]
    assert failure["code"] == "FILE_GONE"


async def test_large_file_is_kept_in_parts_and_comes_back_whole(curator: Curator) -> None:
    files = IntakeFiles(curator.database)
    content = bytes(range(256)) * 40_000
    file = await files.keep("a", content, "TOKEN:Edith", NOW.replace(year=2100))
    assert len(await curator.database.find(INTAKE_FILES, {"file": file.key})) == 3
    assert await files.load(file.key) == content
