"""Spans: found from words, checked by hash, counted in code points."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from store.records.evidence import Selector, check_span, digest, located

TEXT = "Zorána 🜁 said: the river, the river."


def span(start: int, end: int, exact: str | None = None) -> Selector:
    return Selector(start=start, end=end, exact=exact, exact_sha256=digest(TEXT[start:end]))


@given(st.text(min_size=1), st.data())
def test_every_span_of_every_text_holds(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    exact = text[start:end]
    whole = located(Selector(start=start, end=end, exact_sha256=digest(exact)), text)
    assert (whole.exact, whole.exact_sha256) == (exact, digest(exact))
    assert located(whole, text) == whole
    assert check_span(whole, "a", text) == []


@given(st.text(min_size=1), st.text(), st.text())
def test_words_that_stand_once_are_found(exact: str, before: str, after: str) -> None:
    text = before + exact + after
    assume(text.find(exact, text.find(exact) + 1) < 0)
    found = located(Selector(exact=exact), text)
    assert text[found.start : found.end] == exact
    assert found.start == len(before)


@given(st.text(min_size=2), st.data())
def test_a_changed_text_is_always_seen(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    kept = located(Selector(start=start, end=len(text), exact=text[start:]), text)
    at = data.draw(st.integers(start, len(text) - 1))
    other = data.draw(st.characters(exclude_characters=text[at]))
    changed = text[:at] + other + text[at + 1 :]
    assert len(check_span(kept, "a", changed)) == 1


def test_code_points_are_counted() -> None:
    assert located(Selector(exact="said"), TEXT).start == 9
    assert (TEXT[7:8], located(span(7, 8), TEXT).exact) == ("🜁", "🜁")


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
        located(Selector(exact="anana"), "bananana")


@pytest.mark.parametrize(
    "members",
    [
        {},
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
