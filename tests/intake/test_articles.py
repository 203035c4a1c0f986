"""The invented articles: what each tells is found, but for what is marked as missed."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from intake.lexicon import load_lexicon
from intake.reading import Reading, read_article
from intake.text.segments import divide
from tests.intake.conftest import ARTICLES, known_of, read_article_file


@pytest.fixture(scope="module", params=ARTICLES, ids=lambda file: file.stem)
def told(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Reading]:
    file: Path = request.param
    article = read_article_file(file)
    return article, read_article(article["text"], known_of(article.get("store", "invented")))


def _sentence_with(reading: Reading, words: str) -> tuple[int, int]:
    flat = words.replace("\n", " ")
    assert reading.segments.text.count(flat) == 1, words
    place = reading.segments.text.index(flat)
    return next((s.start, s.end) for s in reading.segments.sentences if s.start <= place < s.end)


def _names(parties: Any) -> set[str]:
    return {"".join(c for c in e.reference.lower() if c.isalnum()) for e in parties}


def test_promises_are_found_with_who_and_through_whose_words(
    told: tuple[dict[str, Any], Reading],
) -> None:
    article, reading = told
    wrong = []
    for wanted in article["commitments"]:
        span = _sentence_with(reading, wanted["words"])
        found = next((p for p, _, _ in reading.promises if span in p.spans), None)
        faults = set()
        if found is None:
            faults.add("found")
        else:
            by = {"".join(c for c in name.lower() if c.isalnum()) for name in wanted["by"]}
            shown = _names(found.promisors)
            if not any(b in s or s in b for b in by for s in shown):
                faults.add("promisor")
            # A headline is known as the sentence is that tells it again.
            attributions = {wanted["attribution"], *wanted.get("also", [])}
            if "same" not in wanted and found.attribution.value not in attributions:
                faults.add("attribution")
        if faults != set(wanted.get("missed", [])):
            wrong.append((wanted["words"], faults))
    assert wrong == []


def test_nothing_else_is_taken_for_a_promise(told: tuple[dict[str, Any], Reading]) -> None:
    article, reading = told
    wanted = {_sentence_with(reading, w["words"]) for w in article["commitments"]}
    allowed = {_sentence_with(reading, words) for words in article.get("doubtful", [])}
    found = {span for p, _, _ in reading.promises for span in p.spans}
    extra = {reading.segments.text[slice(*span)] for span in found - wanted - allowed}
    assert extra == set(article.get("extra", []))


def test_the_day_is_right_or_rightly_not_known(told: tuple[dict[str, Any], Reading]) -> None:
    article, reading = told
    assert (reading.published.edtf if reading.published else None) == article["date"]


def test_people_are_named(told: tuple[dict[str, Any], Reading]) -> None:
    article, reading = told
    named = _names(e for e in reading.names.entities if e.is_person)
    missing = [p for p in article["people"] if not _names_like(p, named)]
    assert missing == article.get("missed_people", [])


def _names_like(person: str, named: set[str]) -> bool:
    flat = "".join(c for c in person.lower() if c.isalnum())
    return any(flat in n or (len(n) > 5 and n in flat) for n in named)


def test_spans_hold_what_they_say(told: tuple[dict[str, Any], Reading]) -> None:
    """Places in the text as given are those of the sentences, whatever was taken out of it."""
    article, reading = told
    for promise, _, _ in reading.promises:
        for start, end in promise.spans:
            first, last = reading.cleaned.find_origin(start, end)
            given = article["text"][first:last].replace("\n", " ")
            assert given == reading.segments.text[start:end]


def test_every_sentence_is_in_one_place() -> None:
    for file in ARTICLES:
        text = read_article_file(file)["text"]
        spans = [(s.start, s.end) for s in divide(text, load_lexicon("en")).sentences]
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans)), file
