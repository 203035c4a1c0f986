"""Words: cutting up texts, reading queries, and finding fragments."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records.words import LONGEST_FRAGMENT, fragments, line, query, words


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Facebook\u2019s regulators", " facebook regulator "),
        ("Ministry of IT, ministries", " ministry of it ministry "),
        ("Séance; promises, classes, searches, news", " seance promise class search new "),
        ("Hafeez-ur-Rehman (PTA)", " hafeez ur rehman pta "),
        ("status, address, bus", " status address bus "),
        ("وزارتِ داخلہ", " وزارت داخلہ "),
        ("com\u00admit\u00adment\u00ad, \u00ad \u200bMeta", " commitment meta "),
        ("… — !", "  "),
    ],
)
def test_a_text_is_kept_as_words(text: str, kept: str) -> None:
    assert line(text) == kept


def test_a_soft_hyphen_is_part_of_the_word_that_it_stands_in() -> None:
    (word,) = words(" com\u00admit ")
    assert (word.start, word.end, word.word) == (1, 8, "commit")
    assert query("com\u00admit") == query("commit")


def test_long_texts_without_blanks_take_no_memory() -> None:
    """Each as long as a query may be, and of as many words as that can hold."""
    tracemalloc.start()
    try:
        for number in range(1_000):
            assert len(list(words(f"{number:010}" + "-a" * 145))) == 146
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 1_000_000


@given(st.text())
def test_words_say_where_they_stand(text: str) -> None:
    for start, end, _ in words(text):
        assert 0 <= start < end <= len(text) and not text[start:end].isspace()


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Facebook", "facebook"),
        ("safe spaces", '" safe " " space "'),
        ('"child safety" lab', '" child safety " " lab "'),
        ("child-safety", '" child safety "'),
        ('meta -facebook -"own standards"', 'meta -" facebook " -" own standard "'),
        ("“curly quotes”", '" curly quote "'),
        ('"never closed', '" never closed "'),
        ('a"b', '" a " " b "'),
        ("- meta", "meta"),
        ("meta meta", "meta"),
    ],
)
def test_a_query_is_read(typed: str, sent: str) -> None:
    assert query(typed).as_text_search() == sent


@given(st.text(alphabet=st.characters(), max_size=60))
def test_of_what_was_typed_only_words_are_sent(typed: str) -> None:
    try:
        asked = query(typed)
    except ValueError:
        return
    sent = asked.as_text_search()
    kept = {word for phrase in (*asked.wanted, *asked.unwanted) for word in phrase}
    assert all(part in {*kept, '"', '-"'} for part in sent.split(" ") if part)
    assert all(w == "".join(c for c in w if c not in '"-$\\ ') for w in kept)


@pytest.mark.parametrize("typed", ["", "  ", "-only", '"…"', "x" * 301, " ".join(["ab"] * 9 + [
    f"w{i}" for i in range(20)])])  # fmt: skip
def test_what_cannot_be_searched_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"at (least|most)"):
        query(typed)


@given(
    st.lists(
        st.sampled_from(["child", "safety", "Säfety", "lab", "and", "children's"]), max_size=99
    ),
    st.sampled_from([("child",), ("child", "safety"), ("lab",), ("safety", "lab", "and")]),
)
def test_fragments_hold_what_was_wanted(parts: list[str], phrase: tuple[str, ...]) -> None:
    text = " ".join(parts)
    found = fragments(text, [phrase])
    assert bool(found) == (f" {' '.join(phrase)} " in line(text))
    for fragment in found:
        assert text[fragment.start : fragment.start + len(fragment.text)] == fragment.text
        assert len(fragment.text) <= LONGEST_FRAGMENT + 60
        assert fragment.found
        for start, end in fragment.found:
            # Neighbours that overlap are one range, which then begins with the phrase.
            there = line(fragment.text[start:end]).split()
            assert tuple(there[: len(phrase)]) == phrase
