"""Fingerprints of texts: hashes of all sequences of four words, and how many two texts share."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import blake2b

from store.records.letters import chunks, parse_words

WORDS = 4
"""Words in a sequence."""

SAME_TEXT = 0.8
"""From this share of common sequences on, two texts are nearly the same."""

SAME_MEETING = 0.10
"""From this share on, two articles most probably report the same meeting."""

_LETTERS = re.compile(r"[^\W_]+")


def take_fingerprint(text: str) -> frozenset[int]:
    """The hashes (of 32 bits) of the sequences of four words. The text cannot be read from them."""
    words = _LETTERS.findall(_fold(text))
    return frozenset(
        int.from_bytes(blake2b(" ".join(words[i : i + WORDS]).encode(), digest_size=4).digest())
        for i in range(len(words) - WORDS + 1)
    )


def _fold(text: str) -> str:
    """What `fold_name` makes of a text; a text has the same words again and again."""
    words: list[str] = []
    for _, chunk in chunks(text):
        for letters, genitive in _fold_chunk(chunk):
            if genitive and words:
                words[-1] += letters
            else:
                words.append(letters)
    return " ".join(words)


@lru_cache(maxsize=16_384)
def _fold_chunk(chunk: str) -> tuple[tuple[str, bool], ...]:
    return tuple((word.letters.text, word.genitive) for word in parse_words(chunk))


def share_of_common(one: Collection[int], other: Collection[int]) -> float:
    """The share of the sequences of the smaller fingerprint that the other has too, 0 to 1."""
    if not one or not other:
        return 0.0
    return len(frozenset(one) & frozenset(other)) / min(len(one), len(other))


def rank_by_wording(
    one: Collection[int], others: Iterable[tuple[str, Collection[int]]], least: float
) -> list[tuple[float, str]]:
    """The keys of texts that share at least this much, those that share most first."""
    found = [(share_of_common(one, other), key) for key, other in others]
    return sorted(((share, key) for share, key in found if share >= least), key=lambda f: -f[0])
