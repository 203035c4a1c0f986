"""Spans: found from words, checked by hash, counted in code points."""

import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from store.records import rules
from store.records.articles import Article
from store.records.articles import check as check_article
from store.records.base import Record
from store.records.evidence import (
    Selector,
    WordsNotFound,
    WordsStandTwice,
    check_letters,
    check_span,
    digest,
    find_nearest,
    find_words,
    is_inside_letter,
    locate,
    move_span,
)
from tests.store.samples import article, follow_up, party, record

TEXT = "Zorána 🜁 said: the river, the river."


def span(start: int, end: int, exact: str | None = None) -> Selector:
    return Selector(start=start, end=end, exact=exact, exact_sha256=digest(TEXT[start:end]))


@given(st.text(min_size=1), st.data())
def test_every_span_of_every_text_holds(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    exact = text[start:end]
    whole = locate(Selector(start=start, end=end, exact_sha256=digest(exact)), text)
    assert (whole.exact, whole.exact_sha256) == (exact, digest(exact))
    assert locate(whole, text) == whole
    assert check_span(whole, "a", text) == []


@given(st.text(min_size=1), st.text(), st.text())
def test_words_that_stand_once_are_found(exact: str, before: str, after: str) -> None:
    text = before + exact + after
    assume(text.find(exact, text.find(exact) + 1) < 0)
    found = locate(Selector(exact=exact), text)
    assert text[found.start : found.end] == exact
    assert found.start == len(before)


@given(st.text(min_size=2), st.data())
def test_a_changed_text_is_always_seen(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    kept = locate(Selector(start=start, end=len(text), exact=text[start:]), text)
    at = data.draw(st.integers(start, len(text) - 1))
    other = data.draw(st.characters(exclude_characters=text[at]))
    changed = text[:at] + other + text[at + 1 :]
    assert len(check_span(kept, "a", changed)) == 1


def test_code_points_are_counted() -> None:
    assert locate(Selector(exact="said"), TEXT).start == 9
    assert (TEXT[7:8], locate(span(7, 8), TEXT).exact) == ("🜁", "🜁")


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        (Selector(exact="no such words"), "the text does not hold 'no such words'"),
        (Selector(exact="the river"), "more than once; give start and end"),
        (Selector(exact="aa"), "does not hold"),
        (span(0, 7, "Zorana "), "span [0,7) holds 'Zorána ', expected 'Zorana '"),
        (Selector(start=30, end=99, exact="x"), "ends beyond the text, which has 36 code points"),
        (Selector(start=0, end=6, exact_sha256="0" * 64), "is not the expected 000000"),
    ],
)
def test_what_does_not_fit_is_said(selector: Selector, words: str) -> None:
    (problem,) = check_span(selector, "a1", TEXT)
    assert words in problem.message
    assert problem.message.startswith("article a1: ")


def test_words_that_overlap_themselves_stand_more_than_once() -> None:
    with pytest.raises(ValueError, match="more than once"):
        locate(Selector(exact="anana"), "bananana")


@pytest.mark.parametrize(
    "members",
    [
        {"exact": ""},
        {"start": 0},
        {"end": 3, "exact": "abc"},
        {"start": 3, "end": 3, "exact": "a"},
        {"start": 4, "end": 3, "exact": "a"},
        {"start": -1, "end": 3, "exact": "a"},
        {"start": 0, "end": 3},
        {"start": 0, "end": 3, "exactSha256": "x"},
        {"start": 0, "end": 3, "exactSha256": digest("abc").upper()},
        {"exact": "abc", "prefix": "x"},
    ],
)
def test_selectors_that_select_nothing_are_refused(members: dict) -> None:
    with pytest.raises(ValidationError):
        Selector.model_validate(members)


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAGS = "\U0001f1f5\U0001f1f0\U0001f1fa\U0001f1f8"  # Pakistan, United States
CUT = [
    ("about cafe\u0301 now", "about cafe", "about cafe\u0301"),
    (f"They are {FAMILY} here", "They are \U0001f468", f"They are {FAMILY}"),
    (f"They are {FAMILY} here", "\U0001f467 here", f"{FAMILY} here"),
    ("A wave \U0001f44b\U0001f3fd", "wave \U0001f44b", "wave \U0001f44b\U0001f3fd"),
    (f"From {FLAGS}!", "From \U0001f1f5", "From \U0001f1f5\U0001f1f0"),
    ("hand\r\nfoot", "hand\r", "hand\r\n"),
    ("\u0915\u093f\u0924\u093e\u092c", "\u0915", "\u0915\u093f"),
    ("\u1112\u1161\u11ab", "\u1112", "\u1112\u1161\u11ab"),
    ("A heart \u2764\ufe0f", "heart \u2764", "heart \u2764\ufe0f"),
]


@pytest.mark.parametrize(("text", "exact", "whole"), CUT)
def test_half_a_letter_is_no_evidence(text: str, exact: str, whole: str) -> None:
    start = text.index(exact)
    (problem,) = check_letters(
        Selector(start=start, end=start + len(exact), exact=exact), "a", text
    )
    first = text.index(whole)
    assert f"[{first},{first + len(whole)}) has the whole" in problem.message
    assert (
        check_letters(Selector(start=first, end=first + len(whole), exact=whole), "a", text) == []
    )


@given(st.text(min_size=1), st.data())
def test_the_span_that_is_suggested_for_half_a_letter_is_accepted(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    given_ = Selector(start=start, end=end, exact=text[start:end])
    for problem in check_letters(given_, "a", text):
        if found := re.search(r"\[(\d+),(\d+)\) has the whole", problem.message):
            first, last = int(found[1]), int(found[2])
            assert first <= start < end <= last
            wider = Selector(start=first, end=last, exact=text[first:last])
            assert check_letters(wider, "a", text) == []
        else:
            assert not text[start:end].strip()


def test_flags_are_cut_between_pairs_only() -> None:
    assert [place for place in range(1, 4) if is_inside_letter(FLAGS, place)] == [1, 3]


@pytest.mark.parametrize("blanks", [" ", "  ", "\n", "\u3000\t"])
def test_blanks_are_no_evidence(blanks: str) -> None:
    (problem,) = check_letters(Selector(exact=blanks), "a", f"one{blanks}two")
    assert "white space only" in problem.message


@pytest.mark.parametrize(
    ("text", "exact", "how"),
    [
        ("a cafe\u0301 here", "caf\u00e9", "NFC or NFD"),
        ("a caf\u00e9 here", "cafe\u0301", "NFC or NFD"),
        ("one\ntwo three", "one\r\ntwo", "CRLF or LF"),
        ("one\r\ntwo three", "one\ntwo", "CRLF or LF"),
        ("one\u00a0two", "one two", "other white space"),
    ],
)
def test_words_that_look_alike_are_told_apart(text: str, exact: str, how: str) -> None:
    (problem,) = check_span(Selector(exact=exact), "a", text)
    assert how in problem.message and ascii(exact) in problem.message
    start, end = 0, len(text)
    (problem,) = check_span(Selector(start=start, end=end, exact=text + "x"), "a", text)
    assert how not in problem.message


def test_a_span_that_looks_alike_shows_both_sides() -> None:
    text = "cafe\u0301"
    (problem,) = check_span(Selector(start=0, end=5, exact="caf\u00e9"), "a", text)
    assert r"'cafe\u0301'" in problem.message and r"'caf\xe9'" in problem.message


def test_offsets_of_others_hold_in_a_text_that_begins_with_white_space() -> None:
    text = "\n\n  The river.\n"
    kept = article("a1", text=text, mentions=[{"surface": "The", "party": "p",
                   "span": {"start": 4, "end": 7, "exact": "The"}}])  # fmt: skip
    assert isinstance(kept, Article)
    assert kept.text == "\n\n  The river."
    assert check_article(kept) == []
    with pytest.raises(ValidationError, match="text has words"):
        article("a1", text=" \n ")


# --- Words that move, and words that are not there -----------------------------------------------


def span_of(words: str, text: str) -> Selector:
    start = text.index(words)
    return Selector(start=start, end=start + len(words), exact=words)


def test_span_moves_to_its_words() -> None:
    moved = move_span(span_of("was done", "It was done."), "It was done.", "Much was done since.")
    assert (moved.start, moved.end) == (5, 13)


def test_of_several_places_the_one_with_most_of_the_same_around() -> None:
    old = "A: it was done. B: it was done."
    second = Selector(start=19, end=31, exact="it was done.")
    moved = move_span(second, old, "New. A: it was done. New. B: it was done.")
    assert moved.start == 29


def test_span_that_could_be_in_two_places_is_refused() -> None:
    with pytest.raises(WordsStandTwice) as refused:
        move_span(span_of("done", "x done y"), "x done y", "a done b, c done d")
    assert len(refused.value.around) == 2


@pytest.mark.parametrize(
    "how",
    [
        {"occurrence": 2},
        {"prefix": "b "},
        {"suffix": " c"},
        {"prefix": "b", "suffix": "c"},
        {"prefix": "b", "occurrence": 1},
    ],
)
def test_words_by_what_stands_around(how: dict[str, Any]) -> None:
    assert find_words("done", "a done b done c", **how) == 9


@pytest.mark.parametrize("how", [{"occurrence": 3}, {"occurrence": 0}, {"prefix": "z"}])
def test_words_that_are_not_there_so(how: dict[str, Any]) -> None:
    with pytest.raises(WordsNotFound):
        find_words("done", "a done b done c", **how)


def test_nearest_are_sentences_most_alike_first() -> None:
    text = "Nothing here. It was done in May. It was done in June 2021.\nWater fell."
    found = find_nearest("It was done in June.", text)
    assert found[0] == "It was done in June 2021."
    assert "Water fell." not in found


# --- Evidence by title alone ---------------------------------------------------------------------

TITLE = {"textKind": "TITLE", "headline": "Gauge ordered", "url": "https://example.org/1"}


def titled(**members: Any) -> Record:
    given = {"datePublished": "2022", **TITLE, **members}
    return record("articles", "t1", **{n: v for n, v in given.items() if v is not None})


def test_the_text_of_an_article_known_by_its_title_is_that() -> None:
    assert titled() == titled(text="Gauge ordered")
    assert getattr(titled(), "text") == "Gauge ordered"  # noqa: B009


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"text": "Something else."}, "is its headline"),
        ({"headline": None, "text": "Gauge ordered"}, "is its headline"),
        ({"url": None}, "a url or a publisher"),
    ],
)
def test_a_title_is_the_text_and_has_an_address(members: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        titled(**members)


def test_only_evidence_by_title_needs_no_span() -> None:
    articles = {"t1": titled(), "a1": article("a1")}

    def look_up(noun: str, key: str) -> Record | None:
        return articles.get(key) if noun == "articles" else party(key)

    def spans(key: str) -> list[str]:
        draft = follow_up("f1", evidence=[{"article": key, "mode": "HEADLINE"}])
        found = rules.check("follow_ups", draft, look_up)
        return [p.message for p in found if "selector" in p.path]

    assert spans("t1") == []
    assert spans("a1") == ["give start, end and exactSha256, or the exact words"]


def test_evidence_by_title_spans_all_of_it() -> None:
    whole = locate(Selector(), "Gauge ordered")
    assert (whole.start, whole.end, whole.exact) == (0, 13, "Gauge ordered")
