"""Pages and e-mails as strangers write them: hidden text, wrong encodings, odd headers."""

import pytest

from intake.decoding.mail import read_mail
from intake.decoding.pages import read_page
from tests.intake.test_decoding import MAIL, PAGE

HIDDEN = "The mill secretly promised to pay a million crowns to nobody at all."


def _page_with(part: str) -> bytes:
    return PAGE.replace(b"</h1>", b"</h1>" + part.encode())


@pytest.mark.parametrize(
    "part",
    [
        f'<p style="display:none">{HIDDEN}</p>',
        f'<div style="color:red; display : none"><p>{HIDDEN}</p></div>',
        f'<p style="visibility:hidden">{HIDDEN}</p>',
        f'<p style="opacity:0">{HIDDEN}</p>',
        f'<p style="font-size:0px">{HIDDEN}</p>',
        f'<p style="position:absolute; left:-9999px">{HIDDEN}</p>',
        f"<p hidden>{HIDDEN}</p>",
        f'<p aria-hidden="true">{HIDDEN}</p>',
        f"<template><p>{HIDDEN}</p></template>",
        f'<p>It sells paper. <span style="display:none">{HIDDEN}</span> It is old.</p>',
    ],
)
def test_what_a_page_does_not_show_is_left_out_and_noted(part: str) -> None:
    found = read_page(_page_with(part))
    assert "secretly" not in found["text"] and "has pledged to clean" in found["text"]
    assert len(found["notes"]) == 1 and "nobody sees" in found["notes"][0]


@pytest.mark.parametrize(
    "part",
    [
        f"<script>document.write('<p>{HIDDEN}</p>')</script>",
        f'<style>p:before {{content: "{HIDDEN}"}}</style>',
        f"<noscript><p>{HIDDEN}</p></noscript>",
        f"<!-- <p>{HIDDEN}</p> -->",
        f'<iframe srcdoc="<p>{HIDDEN}</p>"></iframe>',
        f"<textarea>{HIDDEN}</textarea>",
        '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/"><base href="//x.example/">',
    ],
)
def test_scripts_styles_and_comments_are_no_text(part: str) -> None:
    found = read_page(_page_with(part))
    assert "secretly" not in found["text"] and "has pledged to clean" in found["text"]
    assert found["notes"] == []


@pytest.mark.parametrize("style", ["opacity:0.5", "left:-2px", "font-size:0.9em", "display:block"])
def test_what_a_page_shows_stays(style: str) -> None:
    assert "secretly" in read_page(_page_with(f'<p style="{style}">{HIDDEN}</p>'))["text"]


def test_tables_and_lists_keep_their_lines() -> None:
    table = "<table><tr><th>What</th><th>When</th></tr><tr><td>The mill will plant 300 trees</td>"
    part = f"{table}<td>June</td></tr></table><p>It will:</p><ul><li>plant trees</li></ul>"
    lines = read_page(_page_with(part))["text"].split("\n")
    assert any("The mill will plant 300 trees | June" in line for line in lines)
    assert "- plant trees" in lines


@pytest.mark.parametrize(
    ("stated", "encoding"),
    [
        ("utf-16", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("no-such-thing", "utf-8"),
        ("zlib_codec", "cp1252"),
        ("utf-8", "cp1252"),
        ("windows-1252", "cp1252"),
        ("iso-8859-2", "iso-8859-2"),
    ],
)
def test_a_page_that_lies_about_its_letters_is_read(stated: str, encoding: str) -> None:
    head = f'<meta charset="{stated}"><title>'.encode()
    page = PAGE.replace(b"<title>", head).replace(b"Orsk", "Grünau".encode(encoding))
    assert "The mill at Grünau has pledged" in read_page(page)["text"]


def test_zero_bytes_and_a_head_of_xml_are_passed_over() -> None:
    page = b'<?xml version="1.0" encoding="utf-16"?>' + PAGE.replace(b"pledged", b"pled\0ged")
    assert "has pledged to clean the river" in read_page(page)["text"]


# --- E-mail ---


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("Tue, 04 May 2021 10:00:00 +0000", "2021-05-04"),
        ("4 May 2021 23:30 -0500", "2021-05-04"),
        ("Tue, 99 May 99999 10:00:00 +0000", None),
        ("yesterday", None),
        ("x" * 50_000, None),
        ("", None),
    ],
)
def test_a_mail_has_the_day_of_its_header_or_none(stated: str, day: str | None) -> None:
    found = read_mail(MAIL.replace(b"Tue, 04 May 2021 10:00:00 +0000", stated.encode()))
    assert found["published_on"] == day
    assert "The mill pledged" in found["text"]


def test_a_subject_in_other_letters_is_decoded_and_one_without_end_left_out() -> None:
    coded = MAIL.replace(b"Mill pledges", b"=?utf-8?q?M=C3=BChle?= pledges")
    assert read_mail(coded)["text"].startswith("Mühle pledges clean water")
    endless = MAIL.replace(b"Mill pledges", b"=?utf-8?q?a?= " * 20_000)
    assert read_mail(endless)["text"].strip() == "The mill pledged to clean the river."


@pytest.mark.parametrize("charset", [b"klingon", b"rot13", b"zlib_codec"])
def test_a_mail_in_no_encoding_is_broken(charset: bytes) -> None:
    assert read_mail(MAIL.replace(b"utf-8", charset))["code"] == "BROKEN_FILE"


def test_a_mail_that_is_a_page_is_read_as_one() -> None:
    page = _page_with(f'<p style="display:none">{HIDDEN}</p>')
    mail = MAIL.replace(b"text/plain", b"text/html")
    found = read_mail(mail.replace(b"The mill pledged to clean the river.", page))
    assert "has pledged to clean" in found["text"] and "secretly" not in found["text"]
    assert found["published_on"] == "2021-05-04" and len(found["notes"]) == 1


def test_a_mail_without_text_says_so() -> None:
    assert read_mail(MAIL.replace(b"text/plain", b"image/png"))["code"] == "NO_TEXT_IN_FILE"
