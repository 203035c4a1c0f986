"""Words: cutting up texts, reading queries, and finding fragments."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records.text_search import LONGEST_FRAGMENT, find_fragments, line, parse_query, words


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Facebook\u2019s regulators", " facebook regulator "),
        ("Ministry of IT, ministries", " ministry of it ministry "),
        ("Séance; promises, classes, searches, news", " seance promise class search news "),
        ("Hafeez-ur-Rehman (PTA)", " hafeez ur rehman pta "),
        ("status, address, bus", " status address bus "),
        ("وزارتِ داخلہ", " وزارت داخله "),
        ("com\u00admit\u00adment\u00ad, \u00ad \u200bMeta", " commitment meta "),
        ("… — !", "  "),
    ],
)
def test_a_text_is_kept_as_words(text: str, kept: str) -> None:
    assert line(text) == kept


def test_a_soft_hyphen_is_part_of_the_word_that_it_stands_in() -> None:
    (word,) = words(" com\u00admit ")
    assert (word.start, word.end, word.word) == (1, 8, "commit")
    assert parse_query("com\u00admit") == parse_query("commit")


@pytest.mark.slow
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
    assert parse_query(typed).as_text_search() == sent


@given(st.text(alphabet=st.characters(), max_size=60))
def test_of_what_was_typed_only_words_are_sent(typed: str) -> None:
    try:
        asked = parse_query(typed)
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
        parse_query(typed)


@given(
    st.lists(
        st.sampled_from(["child", "safety", "Säfety", "lab", "and", "children's"]), max_size=99
    ),
    st.sampled_from([("child",), ("child", "safety"), ("lab",), ("safety", "lab", "and")]),
)
def test_fragments_hold_what_was_wanted(parts: list[str], phrase: tuple[str, ...]) -> None:
    text = " ".join(parts)
    found = find_fragments(text, [phrase])
    assert bool(found) == (f" {' '.join(phrase)} " in line(text))
    for fragment in found:
        assert text[fragment.start : fragment.start + len(fragment.text)] == fragment.text
        assert len(fragment.text) <= LONGEST_FRAGMENT + 60
        assert fragment.found
        for start, end in fragment.found:
            # Neighbours that overlap are one range, which then begins with the phrase.
            there = line(fragment.text[start:end]).split()
            assert tuple(there[: len(phrase)]) == phrase


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("国家主席习近平发表讲话，承诺扩大开放。", "习近平", ["习近平"]),
        ("增加税收，减少税负", "税", ["税", "税"]),
        ("根据第5条规定", "第5条", ["第", "5", "条"]),
        ("経済産業省の山田太郎", "経済産業 山田", ["経済産業", "山田"]),
        ("新しいサーバーを", "サーバー", ["サーバー"]),
        ("과학기술정보통신부는", "과학기술", ["과학기술"]),
        ("พรรคภูมิใจไทยลดภาษี", "ภูมิใจ ภาษี", ["ภูมิใจ", "ภาษี"]),
        ("ដំណើរការនៅកម្ពុជា", "កម្ពុជា", ["កម្ពុជា"]),
        ("新COVID疫苗", "covid", ["COVID"]),
        ("Jamaʿat Trust", "Jamaat", ["Jamaʿat"]),
        ("می\u200cشود", "میشود", ["می\u200cشود"]),
        ("the U.N. said", "UN", ["U.N"]),
        ("O’Brien’s", "OBrien", ["O’Brien"]),
        ("cafe\u0301s", "café", ["cafe\u0301s"]),
    ],
)
def test_what_is_found_is_marked_where_it_stands(text: str, typed: str, marked: list[str]) -> None:
    asked = parse_query(typed)
    assert all(f" {' '.join(phrase)} " in line(text) for phrase in asked.wanted)
    (fragment,) = find_fragments(text, asked.wanted)
    assert [fragment.text[start:end] for start, end in fragment.found] == marked


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("国家主席", "家国"),
        ("国家 主席", "国家主席"),
        ("ค่าแรง", "คาแรง"),
        ("Meta", "\u2708\ufe0f Meta x"),
    ],
)
def test_what_is_not_there_is_not_found(text: str, typed: str) -> None:
    asked = parse_query(typed)
    assert not all(f" {' '.join(phrase)} " in line(text) for phrase in asked.wanted)


@pytest.mark.parametrize("typed", ["\u2708\ufe0f", "\U0001f44d\U0001f3fd", "\ufe0f", "\u200d"])
def test_emoji_and_what_is_not_seen_are_no_words(typed: str) -> None:
    with pytest.raises(ValueError, match="of letters or digits"):
        parse_query(typed)


def test_letters_that_stand_together_count_as_one_word() -> None:
    assert parse_query("国" * 100).wanted == (("国国",) * 99,)
    with pytest.raises(ValueError, match="at most 20 words"):
        parse_query(" ".join(["国家"] * 21))


def test_a_single_letter_is_left_out_by_itself_only() -> None:
    assert parse_query("开放 -税").unwanted == (("税",),)
    with pytest.raises(ValueError, match="leave each out by itself"):
        parse_query("开放 -第5条")


SEARCHED = st.text(
    st.characters(categories=("L", "M", "N", "Zs"), include_characters="\u200d\u00ad\ufe0f'"),
    max_size=18,
)


@given(SEARCHED, st.data())
def test_a_text_is_found_and_marked_by_its_own_words(text: str, data: st.DataObject) -> None:
    parts = [part for part in text.split() if line(part).strip()]
    if not parts:
        return
    typed = " ".join(data.draw(st.lists(st.sampled_from(parts), min_size=1, unique=True)))
    change = data.draw(st.sampled_from([str, str.upper, str.lower]))
    asked = parse_query(change(typed))
    assert all(f" {' '.join(phrase)} " in line(text) for phrase in asked.wanted)
    for phrase in asked.wanted:
        found = find_fragments(text, [phrase])
        assert found
        for fragment in found:
            for start, end in fragment.found:
                assert f" {' '.join(phrase)} " in line(fragment.text[start:end])


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("The Ministry of IT", "minis", ["Ministry"]),
        ("ministries and ministers", "ministri", ["ministries"]),
        ("for children", "childr", ["children"]),
        ("child-safety first", "child-saf", ["child-safety"]),
        ("safe spaces", "safe sp", ["safe", "spaces"]),
        ("Łódzki region", "lod", ["Łódzki"]),
    ],
)
def test_the_beginning_of_the_last_word_is_marked(text: str, typed: str, marked: list[str]) -> None:
    asked = parse_query(typed, beginning=True)
    (fragment,) = find_fragments(text, asked.wanted, beginning=True)
    assert [fragment.text[start:end] for start, end in fragment.found] == marked


def test_a_beginning_is_the_last_word_unless_that_is_left_out() -> None:
    assert parse_query("safe minis", beginning=True).begun == "mini"
    assert not parse_query("safe -minis", beginning=True).beginning
    assert not parse_query("习近", beginning=True).beginning


@pytest.mark.slow
def test_texts_of_unlike_words_take_bounded_memory() -> None:
    """Pairs of letters are many words of a short chunk."""
    tracemalloc.start()
    try:
        for number in range(8_000):
            assert len([*words(f"{number:05}" + "".join(map(chr, range(0x4E00, 0x4E1A))))]) == 26
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 24_000_000
