"""Files to text, within limits; what cannot be read is refused with its code."""

import sys

import pytest

from intake import decoding
from intake.decoding import FileKind, decode
from intake.refusals import RefusalCode, Refused

MAIL = b"""From: a@example.org\r
To: b@example.org\r
Subject: Mill pledges clean water\r
Date: Tue, 04 May 2021 10:00:00 +0000\r
Message-ID: <1@example.org>\r
Content-Type: text/plain; charset=utf-8\r
\r
The mill pledged to clean the river.\r
"""

PAGE = b"""<!doctype html><html><head><title>Mill pledges clean water</title></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Mill pledges clean water</h1>
<p>The mill at Orsk has pledged to clean the river by spring, its owner said on Monday evening.</p>
<p>The town council welcomed the promise and asked for a timetable. Fishers had complained for years
about foam below the mill, and about fish that died in the summer months of each dry year.</p>
</article><footer>Copyright The Example</footer></body></html>"""


def _pdf(text: str) -> bytes:
    """A PDF of one page with this line."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    found, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(found))
        found += b"%d 0 obj%sendobj\n" % (number, part)
    table = len(found)
    found += b"xref\n0 6\n0000000000 65535 f \n"
    found += b"".join(b"%010d 00000 n \n" % place for place in places)
    return found + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % table


def _code_of(content: bytes) -> RefusalCode:
    with pytest.raises(Refused) as refused:
        decode(content)
    assert str(refused.value)
    return refused.value.code


def test_text_is_read_by_its_mark_or_as_utf_8_or_windows() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert decode("Café – “yes”".encode(encoding)).text == "Café – “yes”", encoding


def test_the_digest_is_that_of_the_file() -> None:
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert decode(b"abc").source_sha256 == digest


def test_a_mail_has_its_subject_text_and_day() -> None:
    found = decode(MAIL)
    assert found.kind is FileKind.EMAIL
    assert found.text.split() == [
        "Mill",
        "pledges",
        "clean",
        "water",
        "The",
        "mill",
        "pledged",
        "to",
        "clean",
        "the",
        "river.",
    ]
    assert found.published_on == "2021-05-04"


def test_a_text_with_colons_is_no_mail() -> None:
    assert decode(b"Mill: a promise\nOwner: Ann\nTown: Orsk\n\nThe text.").kind is FileKind.TEXT


def test_a_page_is_read_without_its_menus() -> None:
    found = decode(PAGE)
    assert found.kind is FileKind.HTML
    assert found.text.startswith("Mill pledges clean water")
    assert "has pledged to clean the river" in found.text
    assert "Sport" not in found.text


def test_a_pdf_is_read() -> None:
    found = decode(_pdf("The mill pledged to clean the river."))
    assert found.kind is FileKind.PDF
    assert found.text == "The mill pledged to clean the river."


def test_what_cannot_be_opened_is_refused() -> None:
    assert _code_of(b"%PDF-1.4\nno such thing") is RefusalCode.BROKEN_FILE
    assert _code_of(_pdf("")) is RefusalCode.NO_TEXT_IN_FILE
    assert _code_of(b"PK\x03\x04\x00\x00\x00") is RefusalCode.UNKNOWN_FORMAT
    assert _code_of(b"<html><body></body></html>") is RefusalCode.EMPTY_TEXT


def test_a_file_of_too_many_bytes_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_BYTES", 10)
    assert _code_of(b"x" * 11) is RefusalCode.TOO_LARGE


def test_tags_in_tags_without_end_are_survived() -> None:
    """Either its text is read, or it is refused; this process lives on."""
    nested = b"<html><body>" + b"<div>" * 100_000 + b"The mill." + b"</div>" * 100_000
    try:
        assert "mill" in decode(nested).text
    except Refused as refused:
        assert refused.code in (RefusalCode.EMPTY_TEXT, RefusalCode.TOOK_TOO_LONG)


def test_a_child_that_takes_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MEMORY", 24 * 1024 * 1024)
    assert _code_of(PAGE) is RefusalCode.TOOK_TOO_LONG


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = "import sys; sys.modules['trafilatura'] = None; sys.modules['pypdfium2'] = None; "
    run = (
        bare
        + "sys.argv[1:]; from intake.decoding.child import main; main('HTML', '20', '999999999')"
    )
    monkeypatch.setattr(decoding, "CHILD", [sys.executable, "-c", run])
    assert _code_of(PAGE) is RefusalCode.NOT_INSTALLED


@pytest.mark.parametrize(
    "stated",
    [
        b'<meta property="article:published_time" content="2021-05-04T10:00:00+02:00">',
        b'<meta name="Date" content="2021-05-04">',
        b'<script type="application/ld+json">{"datePublished": "2021-05-04T08:00Z"}</script>',
    ],
)
def test_a_page_has_the_day_that_its_head_states(stated: bytes) -> None:
    page = PAGE.replace(b"<title>", stated + b"<title>")
    assert decode(page).published_on == "2021-05-04"


def test_no_day_of_a_page_is_guessed() -> None:
    page = PAGE.replace(b"<title>", b'<meta name="date" content="yesterday"><title>')
    page = page.replace(b"The Example</footer>", b"The Example 2021-05-04</footer>")
    assert decode(page).published_on is None
