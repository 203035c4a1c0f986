"""Texts in other languages: what is told of one that is not read; lines between English ones."""

import pytest

from intake.lexicon import has_rules, load_lexicon
from intake.reading import read_article
from intake.refusals import RefusalCode, Refused
from tests.intake.conftest import ARTICLES, known_of, read_article_file

URDU = "اسلام آباد (۴ مئی ۲۰۲۱): فیس بک کے وفد نے وزیر سے ملاقات کی اور مل کر کام کرنے کی بات کی۔"
ENGLISH = read_article_file(ARTICLES[0])["text"]


def _refuse(text: str) -> Refused:
    with pytest.raises(Refused) as refused:
        read_article(text, known_of("meta-pakistan"))
    assert refused.value.code is RefusalCode.LANGUAGE_NOT_SUPPORTED
    return refused.value


def test_an_urdu_text_is_refused_with_its_day_and_stored_names() -> None:
    refused = _refuse(f"وفد کی ملاقات\n\n{URDU}")
    assert refused.published == "2021-05-04"
    assert refused.parties
    assert "2021-05-04" in str(refused)
    assert "فیس بک" in str(refused)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("تاریخ اشاعت: 4 مئی، 2021", "2021-05-04"),
        ("منگل ۴ مئی ۲۰۲۱", "2021-05-04"),
        ("date 2021-05-04", "2021-05-04"),
        ("وزیر نے کہا کہ وہ ۴ مئی ۲۰۲۱ کو آئے تھے اور سب سے ملے تھے۔", None),
        ("وزیر جمعہ کو آئیں گے۔", None),
    ],
)
def test_an_urdu_day_is_stated_or_not_known(line: str, day: str | None) -> None:
    first = line if line.startswith("date") else f"خبر\n{line}"
    assert _refuse(f"{first}\nوزیر نے وفد سے ملاقات کی اور تعاون پر بات ہوئی۔").published == day


def test_urdu_has_words_for_days_and_no_rules() -> None:
    assert not has_rules("ur")
    assert has_rules("en")
    assert len(load_lexicon("ur").classes["month_of_year"]) == 12
    assert len(load_lexicon("ur").classes["weekday_of_week"]) == 7


def test_english_between_urdu_lines_is_read_and_the_rest_is_noted() -> None:
    alone = read_article(ENGLISH, known_of("invented"))
    mixed = read_article(f"{ENGLISH}\n\n" + "\n".join([URDU] * 40), known_of("invented"))
    assert [p.spans for p, _, _ in mixed.promises] == [p.spans for p, _, _ in alone.promises]
    assert any("40 lines" in warning for warning in mixed.warnings)
    assert not any("lines" in warning for warning in alone.warnings)


def test_days_that_compete_are_told() -> None:
    text = f"Published: 3 May 2021\n\n{ENGLISH}"
    reading = read_article(text, known_of("invented"), "2021-05-04")
    assert reading.published is not None
    assert reading.published.edtf == "2021-05-04"
    assert any("2021-05-03" in w and "2021-05-04" in w for w in reading.warnings)
    assert read_article(text, known_of("invented"), "2021-05-03").warnings == []
