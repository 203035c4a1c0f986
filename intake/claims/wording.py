"""What a text is about, by its words."""

import re

from intake.lexicon import Lexicon
from intake.text.tokens import fold_word
from store.records.plurals import singular

_MOST_SHOWN = 60


def content_words(text: str, lexicon: Lexicon) -> frozenset[str]:
    """What a text is about: its words in the singular, without those that say nothing."""
    empty = lexicon.words("function_word") | lexicon.words("empty_word")
    return frozenset(
        singular(fold_word(w)) for w in re.findall(r"[^\W\d_]{3,}", text) if w.lower() not in empty
    ) - {""}


def shorten(words: str) -> str:
    """Words of a text as a reason shows them: on one line, 60 characters at most."""
    flat = " ".join(words.split())
    return flat if len(flat) <= _MOST_SHOWN else f"{flat[: _MOST_SHOWN - 1]}…"
