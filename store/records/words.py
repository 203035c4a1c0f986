"""Words: how a text is cut up for searching, the same for what is kept and for what is asked.

Pure. Why MongoDB's text index is not left to find the words itself is told in
docs/decisions/0014-search-has-entries-of-its-own.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from store.records.parties import folded, in_word

LONGEST_QUERY = 300
MOST_WORDS = 20

Phrase = tuple[str, ...]
"""Words that stand beside each other, in this order; often one."""


class Word(NamedTuple):
    """A word as it is searched, and where it stands in its text, in code points."""

    start: int
    end: int
    word: str


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for chunk in re.finditer(r"\S+", text):
        offset = chunk.start()
        parts = _kept(chunk[0]) if len(chunk[0]) <= LONGEST_CHUNK else _of_chunk(chunk[0])
        for start, end, word in parts:
            yield Word(offset + start, offset + end, word)


LONGEST_CHUNK = 32
"""That is kept with its words. Longer ones do not come again, unless somebody means harm."""


@lru_cache(maxsize=65_536)
def _kept(chunk: str) -> tuple[Word, ...]:
    return _of_chunk(chunk)


def _of_chunk(chunk: str) -> tuple[Word, ...]:
    found = []
    for inside, run in groupby(enumerate(chunk), key=lambda item: in_word(item[1])):
        characters = list(run)
        start, end = characters[0][0], characters[-1][0] + 1
        if inside and chunk[max(start - 1, 0) : end].lower() not in _GENITIVES:
            found += [Word(start, end, _singular(w)) for w in folded(chunk[start:end]).split()]
    return tuple(found)


_GENITIVES = ("'s", "\u2019s")


def _singular(word: str) -> str:
    """Harman's S-stemmer: it takes off an English plural, and leaves names nearly alone.

    With one rule more, which takes all of `es` off where it was added for the tongue.
    """
    if len(word) < 4 or word[-1] != "s" or not word.isascii():
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "shes", "ches")):
        return word[:-2]
    if word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    return word if word[-2] in "us" else word[:-1]


def line(text: str) -> str:
    """The words of a text as the text index keeps them, each with a blank on both sides.

    So that a phrase, which MongoDB looks for letter by letter, can only be found as whole words.
    """
    return _spaced(word for _, _, word in words(text))


def _spaced(parts: Iterable[str]) -> str:
    return f" {' '.join(parts)} "


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: all of these, and none of those."""

    wanted: tuple[Phrase, ...]
    unwanted: tuple[Phrase, ...] = ()

    def as_text_search(self) -> str:
        """The query in the language of `$text`; of what was typed it holds words only."""
        # Bare words would be alternatives. A phrase has to be there, even if of one word; but then
        # MongoDB looks through every text, which for a single word the index spares it.
        wanted = [f'"{_spaced(phrase)}"' for phrase in self.wanted]
        if len(self.wanted) == 1 and len(self.wanted[0]) == 1 and self.wanted[0][0].isascii():
            wanted = [self.wanted[0][0]]
        return " ".join([*wanted, *(f'-"{_spaced(phrase)}"' for phrase in self.unwanted)])


_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
_PART = re.compile(
    rf"(?P<minus>(?<!\S)-)?(?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]?|"
    rf"(?P<bare>[^\s{_QUOTES}]+))"
)


def query(text: str) -> Query:
    """What a person typed: words, "phrases", and either after a `-` to leave out.

    Raises ValueError for what cannot be searched, with what would be right.
    """
    if len(text) > LONGEST_QUERY:
        raise ValueError(f"at most {LONGEST_QUERY} characters; look for fewer words")
    wanted: dict[Phrase, None] = {}
    unwanted: dict[Phrase, None] = {}
    for part in _PART.finditer(text):
        # Parts of a hyphenated word stand beside each other, too.
        phrase = tuple(word for _, _, word in words(part["quoted"] or part["bare"] or ""))
        if phrase:
            (unwanted if part["minus"] else wanted)[phrase] = None
    if not wanted:
        raise ValueError("at least one word to look for; a word after - only leaves out")
    if sum(map(len, (*wanted, *unwanted))) > MOST_WORDS:
        raise ValueError(f"at most {MOST_WORDS} words")
    return Query(tuple(wanted), tuple(unwanted))


LONGEST_FRAGMENT = 200
MOST_FRAGMENTS = 2
_BEFORE = 60


@dataclass(frozen=True, slots=True)
class Fragment:
    """A short piece of a text, from `start` on, and where in the piece words were found."""

    text: str
    start: int
    found: tuple[tuple[int, int], ...]


def fragments(text: str, wanted: Iterable[Phrase]) -> list[Fragment]:
    """The first pieces of a text that hold what is wanted, cut between words."""
    there = list(words(text))
    spans = _merged(sorted(span for phrase in wanted for span in _spans(there, phrase)))
    pieces: list[Fragment] = []
    while spans and len(pieces) < MOST_FRAGMENTS:
        start, end = _window(text, spans[0])
        inside = [span for span in spans if span[1] <= end]
        spans = spans[len(inside) :]
        found = tuple((a - start, b - start) for a, b in inside)
        pieces.append(Fragment(text[start:end], start, found))
    return pieces


def _spans(there: list[Word], phrase: Phrase) -> Iterator[tuple[int, int]]:
    n = len(phrase)
    for i in range(len(there) - n + 1):
        if there[i].word == phrase[0] and tuple(w.word for w in there[i : i + n]) == phrase:
            yield there[i].start, min(there[i + n - 1].end, there[i].start + LONGEST_FRAGMENT)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A piece around a span: all of a short text, else some of it, cut where a blank is."""
    if len(text) <= LONGEST_FRAGMENT:
        return 0, len(text)
    start = max(0, span[0] - _BEFORE)
    if start > 0:
        start = next((i + 1 for i in range(start, span[0]) if text[i].isspace()), span[0])
    end = min(len(text), max(start + LONGEST_FRAGMENT, span[1]))
    if end < len(text):
        end = next((i for i in range(end, span[1], -1) if text[i].isspace()), span[1])
    return start, end
