"""The words of a text, with what their letters tell: a capital, a possessive, an acronym."""

import re
from dataclasses import dataclass
from functools import lru_cache

from store.records.letters import fold_name

_WORD = re.compile(r"[^\W_]+(?:[-.’'@][^\W_]+)*|&")
_POSSESSIVE = re.compile(r"(?P<owner>.+)['’][sS]$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word: its span, and its span with a possessive 's; `low` in small letters."""

    start: int
    end: int
    whole_end: int
    text: str
    low: str
    is_capital: bool
    is_acronym: bool

    @property
    def is_possessive(self) -> bool:
        """Whether it ends in a possessive 's."""
        return self.whole_end > self.end


@lru_cache(maxsize=8_192)
def fold_word(word: str) -> str:
    """A word folded for look-ups of names."""
    return fold_name(word)


def find_tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The words of a text, or of a span of it."""
    found = []
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word, finish = match[0], match.end()
        if owner := _POSSESSIVE.match(word):
            word = owner["owner"]
        elif text[finish : finish + 1] in "'’" and text[finish : finish + 1] and word[-1] in "sS":
            after = text[finish + 1 : finish + 2]
            finish += bool(after.isspace())
        low, is_capital, is_acronym = _look_at(word)
        start_of = match.start()
        found.append(
            Token(start_of, start_of + len(word), finish, word, low, is_capital, is_acronym)
        )
    return found


@lru_cache(maxsize=16_384)
def _look_at(word: str) -> tuple[str, bool, bool]:
    """A word in small letters, whether it has a capital, and whether it is an acronym."""
    low = "and" if word == "&" else word.lower()
    return (
        low.replace("’", "'"),
        word[0].isupper() or (len(word) > 2 and word[0].islower() and word[1].isupper()),
        1 < len(word) <= 8
        and sum(c.isupper() for c in word) > 1
        and word[:1].isupper()
        and sum(c.islower() for c in word) <= 2,
    )
