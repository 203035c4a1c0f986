"""Text search: splits texts and queries into words, in the same way for both. Pure.

docs/decisions/0014-search-has-entries-of-its-own.md says why MongoDB's text index does not find the
words itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from store.bounds import Lru
from store.records.letters import (
    Letters,
    chunk_pattern,
    chunks,
    has_unspaced,
    is_unspaced,
    letters_of,
    parse_words,
    split_chunks,
    stretches,
)
from store.records.plurals import singular, singulars_of_begun

LONGEST_QUERY = 300
MOST_WORDS = 20

Phrase = tuple[str, ...]
"""Words that stand next to each other in this order; often only one."""


class Word(NamedTuple):
    """A word as it is searched, and its start and end in the text, in code points.

    In scripts without blanks, a word is a pair of letters, or a letter that stands alone.
    """

    start: int
    end: int
    word: str


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for offset, chunk in chunks(text):
        for start, end, word in _words_of(chunk):
            yield Word(offset + start, offset + end, word)


_KEPT: Lru[str, Sequence[Word]] = Lru("words")

LONGEST_KEPT = 32
"""The most letters of a chunk whose words are cached. Longer ones seldom come again."""


def _words_of(chunk: str) -> Sequence[Word]:
    found = _KEPT.get(chunk)
    if found is None:
        found = tuple(_find_words(chunk))
        if len(chunk) <= LONGEST_KEPT:
            size = 350 + 4 * len(chunk) + sum(250 + 4 * len(word) for _, _, word in found)
            _KEPT.put(chunk, found, size)
    return found


def _find_words(chunk: str) -> Iterator[Word]:
    for folded, unspaced in _stretches(chunk):
        if unspaced:
            yield from _pairs(folded)
        else:
            yield Word(folded.starts[0], folded.ends[-1], singular(folded.text))


def _stretches(chunk: str) -> Iterator[tuple[Letters, bool]]:
    """The words of a chunk, split where a script without blanks begins or ends."""
    for word in parse_words(chunk):
        if not word.genitive:
            text, starts, ends = word.letters
            for start, end, unspaced in stretches(text):
                yield Letters(text[start:end], starts[start:end], ends[start:end]), unspaced


def _pairs(stretch: Letters) -> Iterator[Word]:
    letters = letters_of(stretch.text)
    if len(letters) == 1:
        letters *= 2
    for (start, _), (_, end) in pairwise(letters):
        yield Word(stretch.starts[start], stretch.ends[end - 1], stretch.text[start:end])


def _single_letters(text: str) -> Iterator[Word]:
    """Each letter of scripts without blanks, in order."""
    for offset, chunk in chunks(text):
        if not chunk.isascii():
            for stretch, unspaced in _stretches(chunk):
                for start, end in letters_of(stretch.text) if unspaced else ():
                    at, to = stretch.starts[start], stretch.ends[end - 1]
                    yield Word(offset + at, offset + to, stretch.text[start:end])


def _is_single_letter(word: str) -> bool:
    return is_unspaced(word) and len(letters_of(word)) == 1


def line(text: str) -> str:
    """The words of a text in the form for the text index, each with a blank on both sides.

    MongoDB looks for a phrase letter by letter; with the blanks it finds only whole words. At the
    end come the single letters of the scripts without blanks, each once, to be found, too.
    """
    in_order = split_chunks(text)
    found = {chunk: [word for _, _, word in _words_of(chunk)] for chunk in dict.fromkeys(in_order)}
    kept = [word for chunk in in_order for word in found[chunk]]
    if not has_unspaced(padded := _pad_words(kept)):
        return padded
    letters: dict[str, None] = {}
    there = dict.fromkeys(kept)
    for word in there:
        if is_unspaced(word):
            letters.update((word[a:b], None) for a, b in letters_of(word))
    return _pad_words([*kept, *(letter for letter in letters if letter not in there)])


def whole_words(lines: Iterable[str]) -> set[str]:
    """The words of `line`s for the vocabulary of completions.

    Words of scripts without blanks are left out: any letters in them are found anyway.
    """
    found = {word for kept in lines for word in kept.split()}
    return {word for word in found if len(word) <= LONGEST_QUERY and not is_unspaced(word)}


def _pad_words(parts: Iterable[str]) -> str:
    return f" {' '.join(parts)} "


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for: all `wanted` phrases and none of the `unwanted` ones.

    With `beginning`, the last word of the last phrase may be the beginning of a word.
    """

    wanted: tuple[Phrase, ...]
    unwanted: tuple[Phrase, ...] = ()
    beginning: bool = False

    @property
    def begun(self) -> str:
        """The word that may be the beginning of a word."""
        assert self.beginning
        return self.wanted[-1][-1]

    def as_condition(
        self, fields: Sequence[str], completions: Sequence[str] = ()
    ) -> Mapping[str, Any]:
        """MongoDB's query for documents with these words in these fields.

        `completions` are the words of the vocabulary with the `beginning`.
        """
        asked: dict[str, Any] = {"$search": self.as_text_search(completions)}
        if not all(word.isascii() for word in self._all_words(completions)):
            # MongoDB's own folding would drop marks that are not diacritics.
            asked |= {"$caseSensitive": True, "$diacriticSensitive": True}
        if not self.beginning or (self._is_one_word and "$caseSensitive" not in asked):
            return {"$text": asked}
        # To MongoDB the completions are optional, so the condition requires one of them.
        *before, begun = map(re.escape, self.wanted[-1])
        ends = "|".join(
            (begun, *(f"{re.escape(one)} " for one in sorted(singulars_of_begun(self.begun))))
        )
        there = {"$regex": f" {''.join(f'{word} ' for word in before)}(?:{ends})"}
        return {"$text": asked, "$or": [{field: there} for field in fields]}

    def as_text_search(self, completions: Sequence[str] = ()) -> str:
        """The query in the language of `$text`; of what was typed it contains only the words."""
        # Bare words would be optional, a phrase of one word is required. But for a phrase MongoDB
        # reads every text, so a query of a single word is sent bare: the index is then enough.
        whole = self.wanted[:-1] if self.beginning else self.wanted
        wanted = [f'"{_pad_words(phrase)}"' for phrase in whole]
        if self.beginning:
            wanted += completions
        elif self._is_one_word and self.wanted[0][0].isascii():
            wanted = [self.wanted[0][0]]
        return " ".join([*wanted, *(f'-"{_pad_words(phrase)}"' for phrase in self.unwanted)])

    @property
    def _is_one_word(self) -> bool:
        return len(self.wanted) == 1 and len(self.wanted[0]) == 1

    def _all_words(self, others: Iterable[str]) -> Iterator[str]:
        yield from others
        for phrase in (*self.wanted, *self.unwanted):
            yield from phrase


_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
_UNQUOTED = chunk_pattern(rf"[^\s{_QUOTES}]")
_PART = re.compile(
    rf"(?P<minus>(?<!\S)-)?(?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<bare>{_UNQUOTED}))"
)


def parse_query(text: str, *, beginning: bool = False) -> Query:
    """Parses what a person typed: words, "phrases", and either after a `-` to exclude it.

    With `beginning`, the last word may be the beginning of a word. Raises ValueError for a text
    that cannot be searched; its message says what would be right.
    """
    if len(text) > LONGEST_QUERY:
        raise ValueError(f"at most {LONGEST_QUERY} characters; look for fewer words")
    wanted: dict[Phrase, None] = {}
    unwanted: dict[Phrase, None] = {}
    count, last = 0, None
    for part in _PART.finditer(text):
        # The parts of a hyphenated word are a phrase.
        found = [*words(part["quoted"] or part["bare"] or "")]
        phrases = [*_phrases(word for _, _, word in found)]
        if part["minus"] and len(phrases) > 1:
            raise ValueError(
                "a single letter of a script without blanks cannot be left out together with what "
                "stands beside it; leave each out by itself"
            )
        if phrases:
            (unwanted if part["minus"] else wanted).update(dict.fromkeys(phrases))
            last = None if part["minus"] else phrases[-1]
        count += _count(found)
    if not wanted:
        raise ValueError(
            "at least one word to look for, of letters or digits; a word after - only leaves out"
        )
    if count > MOST_WORDS or sum(map(len, (*wanted, *unwanted))) > LONGEST_QUERY:
        raise ValueError(f"at most {MOST_WORDS} words")
    if beginning and last is not None and not is_unspaced(last[-1]):
        return Query((*(p for p in wanted if p != last), last), tuple(unwanted), beginning=True)
    return Query(tuple(wanted), tuple(unwanted))


def _phrases(found: Iterable[str]) -> Iterator[Phrase]:
    """Joins words to phrases; a single letter of a script without blanks is one of its own."""
    phrase: list[str] = []
    for word in found:
        if not _is_single_letter(word):
            phrase.append(word)
            continue
        if phrase:
            yield tuple(phrase)
            phrase = []
        yield (word,)
    if phrase:
        yield tuple(phrase)


def _count(found: Iterable[Word]) -> int:
    """The number of words; overlapping pairs of letters count as one."""
    count = end = 0
    for word in found:
        count += word.start >= end
        end = word.end
    return count


LONGEST_FRAGMENT = 200
MOST_FRAGMENTS = 2
_BEFORE = 60


@dataclass(frozen=True, slots=True)
class Fragment:
    """A short piece of a text; `start` is its offset, `found` the spans of found words in it."""

    text: str
    start: int
    found: tuple[tuple[int, int], ...]


def find_fragments(
    text: str, wanted: Iterable[Phrase], *, beginning: bool = False
) -> list[Fragment]:
    """The first pieces of a text that hold wanted phrases, at most two, cut between words.

    With `beginning`, the last word of the last phrase may be the beginning of a word.
    """
    there, phrases = list(words(text)), [*wanted]
    found = [span for phrase in phrases for span in _find_spans(there, phrase)]
    if beginning:
        found += _find_begun_spans(there, phrases[-1])
    if letters := {phrase for phrase in phrases if len(phrase) == 1 and _is_single_letter(*phrase)}:
        found += [(start, end) for start, end, word in _single_letters(text) if (word,) in letters]
    spans = _merge_spans(sorted(found))
    pieces: list[Fragment] = []
    while spans and len(pieces) < MOST_FRAGMENTS:
        start, end = _window(text, spans[0])
        inside = [span for span in spans if span[1] <= end]
        spans = spans[len(inside) :]
        found = [(a - start, b - start) for a, b in inside]
        pieces.append(Fragment(text[start:end], start, tuple(found)))
    return pieces


def _find_spans(there: Sequence[Word], phrase: Phrase) -> Iterator[tuple[int, int]]:
    n = len(phrase)
    for i in range(len(there) - n + 1):
        if there[i].word == phrase[0] and tuple(w.word for w in there[i : i + n]) == phrase:
            yield _span(there[i : i + n])


def _find_begun_spans(there: Sequence[Word], phrase: Phrase) -> Iterator[tuple[int, int]]:
    *before, begun = phrase
    n, plurals = len(phrase), singulars_of_begun(begun)
    for i in range(len(there) - n + 1):
        *those, last = there[i : i + n]
        begins = last.word.startswith(begun) or last.word in plurals
        if begins and [w.word for w in those] == before:
            yield _span(there[i : i + n])


def _span(there: Sequence[Word]) -> tuple[int, int]:
    return there[0].start, min(there[-1].end, there[0].start + LONGEST_FRAGMENT)


def _merge_spans(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The start and end of a piece around a span: a short text as a whole, else cut at blanks."""
    if len(text) <= LONGEST_FRAGMENT:
        return 0, len(text)
    start = max(0, span[0] - _BEFORE)
    if start > 0:
        start = next((i + 1 for i in range(start, span[0]) if text[i].isspace()), span[0])
    end = min(len(text), max(start + LONGEST_FRAGMENT, span[1]))
    if end < len(text):
        end = next((i for i in range(end, span[1], -1) if text[i].isspace()), span[1])
    return start, end
