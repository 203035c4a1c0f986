"""The text index of the real MongoDB finds what our words say that it finds, and nothing else."""

import random
import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest

from store.mongodb.driver import Database, InsertOne
from store.mongodb.indexes import INDEXES
from store.records.search_entries import ENTRIES
from store.records.text_search import Query, find_fragments, line, parse_query

FIELDS = ("text",)
PIECES = [
    *("Łódź", "lodz", "Kılıç", "O'Brien", "don't", "Jamaʿat", "U.N.", "AIDS", "aids", "news"),
    *("viruses", "Séance", "che\u0301", "Meta\ufe0f", "\u2764\ufe0f", "co\u00adop", "l'eau"),
    *("کراچی", "كراچي", "القاعدة", "می\u200cشود", "میشود", "ශ්\u200dරී", "कर्म", "करम", "नदी"),
    *("习近平", "国家主席", "第5条", "山", "サーバー", "ハス", "バス", "과학기술", "과학"),
    *("ภาษี", "ค่าแรง", "คาแรง", "แม่", "แม", "ປະເທດ", "កម្ពុជា", "မြန်မာ", "שָׁלוֹם", "Ωμέγα", "ΩΜΕΓΑ"),
    *("新COVID疫苗", "ʻOnipaʻa", "x\u07f5y", "a\u0e48b", "²½", "５", "ﬁne", "ǅ", "Ꭰꭰ"),
]
CHANGES = (
    str.upper,
    str.lower,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: unicodedata.normalize("NFC", text),
    lambda text: "".join(c for c in text if unicodedata.category(c) != "Cf"),
)


@pytest.fixture
async def texts(database: Database) -> Mapping[int, str]:
    """Texts by the `_id` under which a collection with the index of entries has their words."""
    rng = random.Random(26)
    made = {i: " ".join(rng.choice(PIECES) for _ in range(rng.randint(1, 5))) for i in range(300)}
    await _indexed(database)
    stored = [InsertOne({"_id": i, "text": [line(text)]}) for i, text in made.items()]
    await database.write("words", stored)
    return made


async def _indexed(database: Database) -> None:
    (index,) = (index for index in INDEXES[ENTRIES] if index.weights)
    await database.command({"createIndexes": "words", "indexes": [index.as_command()]})


async def _found(database: Database, condition: Mapping[str, Any]) -> set[Any]:
    return {found["_id"] for found in await database.find("words", condition, fields={"_id": 1})}


def _is_in(asked: Query, text: str) -> bool:
    kept = line(text)
    return all(f" {' '.join(phrase)} " in kept for phrase in asked.wanted) and not any(
        f" {' '.join(phrase)} " in kept for phrase in asked.unwanted
    )


async def test_it_finds_what_has_the_words(database: Database, texts: Mapping[int, str]) -> None:
    rng = random.Random(27)
    for text in texts.values():
        pieces = [p for p in text.split() if line(p).strip()]
        if not pieces:
            continue
        typed = " ".join(
            rng.choice(CHANGES)(p) for p in rng.sample(pieces, rng.randint(1, len(pieces)))
        )
        asked = parse_query(typed)
        found = await _found(database, asked.as_condition(FIELDS))
        assert found == {i for i, other in texts.items() if _is_in(asked, other)}, typed
        assert text in {texts[i] for i in found}, typed
        for i in found:
            assert find_fragments(texts[i], asked.wanted), (typed, texts[i])


async def test_it_leaves_out_what_has_a_word(database: Database, texts: Mapping[int, str]) -> None:
    for piece in ("lodz", "ค่าแรง", "كراچي", "과학", "obrien"):
        asked = parse_query(f"news -{piece}")
        found = await _found(database, asked.as_condition(FIELDS))
        assert found == {i for i, text in texts.items() if _is_in(asked, text)}
        assert found < await _found(database, parse_query("news").as_condition(FIELDS))


@pytest.mark.slow
async def test_the_text_index_folds_no_letter_that_we_keep(database: Database) -> None:
    """A single word in ASCII is looked up by the index alone, which folds in its own way."""
    await _indexed(database)
    codes = (*range(0x80, 0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x1F000))
    kept = {word for code in codes for word in line(f"q{chr(code)}w").split() if not word.isascii()}
    assert len(kept) > 5_000
    await database.write("words", [InsertOne({"_id": 0, "text": [f" {' '.join(kept)} "]})])
    others = "abcdefghijklmnopqrstuvwxyz0123456789"
    for word in ("q", "w", "qw", *(f"q{c}w" for c in others), *(f"q{c}" for c in others)):
        assert await _found(database, parse_query(word).as_condition(FIELDS)) == set(), word
