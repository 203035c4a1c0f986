"""Cleans a text so that words can be found in it, and keeps where each character came from."""

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.refusals import RefusalCode, Refused

MOST_CHARACTERS = 200_000
"""The most characters of a text that is read."""

_INVISIBLE: Mapping[str, str] = {
    **dict.fromkeys("\u00ad", "soft hyphens"),
    **dict.fromkeys("\u200b\u2060\ufeff\u180e", "zero-width characters"),
    **dict.fromkeys("\u200c\u200d", "joiners"),
    **dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e", "direction marks"),
    **dict.fromkeys("\u2066\u2067\u2068\u2069", "direction marks"),
}
_REMOVED = re.compile(
    rf"[{''.join(_INVISIBLE)}]"
    r"|(?<=[a-z])[-\u2010]\r?\n(?=[a-z])"
    r"|\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]"
)
_JOINERS = "\u200c\u200d"
_BLANKS = str.maketrans(
    dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
        " ",
    )
)
"""Blanks that do not break, or of another width: one character each before and after."""
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_LIGATURE = re.compile("[\ufb00-\ufb06]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as it is read. `origins[i]` is where character i stood in what was given, and one
    more for the end; `removed` counts what was taken out, by what it is called.
    """

    text: str
    origins: Sequence[int]
    removed: Mapping[str, int]

    def find_origin(self, start: int, end: int) -> tuple[int, int]:
        """A span of the cleaned text as a span of what was given."""
        return self.origins[start], self.origins[end - 1] + 1 if end > start else self.origins[end]


def clean(text: str) -> Cleaned:
    """The text in NFC, with words joined that a line end divides, and without what is invisible.

    Raises Refused with TOO_LONG before anything is looked for.
    """
    if len(text) > MOST_CHARACTERS:
        raise Refused(
            RefusalCode.TOO_LONG,
            f"the text has {len(text):,} characters, at most {MOST_CHARACTERS:,} are read; "
            "give the article alone, or its parts one by one",
        )
    removed: Counter[str] = Counter()
    pieces: list[str] = []
    origins = array("L")
    for start, piece in _kept(text, removed):
        for at, part in _normalize(piece):
            pieces.append(part)
            if len(part) == 1:
                origins.append(start + at)
            else:
                origins.extend(range(start + at, start + at + len(part)))
    origins.append(len(text))
    return Cleaned("".join(pieces), origins, dict(removed))


def _kept(text: str, removed: Counter[str]) -> Iterator[tuple[int, str]]:
    """The parts of a text that stay, with where they begin; counts what does not."""
    begin = 0
    for match in _REMOVED.finditer(text):
        found = match[0]
        if found in _JOINERS and _joins_letters(text, match.start()):
            continue
        yield begin, text[begin : match.start()]
        begin = match.end()
        if found in _INVISIBLE:
            removed[_INVISIBLE[found]] += 1
        elif found[0] in "-\u2010":
            removed["hyphens at line ends"] += 1
        elif found[0] in "\r\u0085\u2028\u2029\x0b\x0c":
            yield match.start(), "\n"
        else:
            removed["control characters"] += 1
    yield begin, text[begin:]


def _joins_letters(text: str, place: int) -> bool:
    """Whether a joiner shapes letters, as it does in Persian, Urdu and Hindi."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return len(around) == 2 and all(c.isalpha() and ord(c) > 0x5FF for c in around)


def _normalize(piece: str) -> Iterator[tuple[int, str]]:
    """The piece in NFC, with plain blanks and letters, in parts with where each begins. A part has
    as many characters as it had before, unless it is a letter with its marks or a ligature: its
    characters all come from where it begins.
    """
    piece = piece.translate(_BLANKS)
    begin = 0
    for match in _LIGATURE.finditer(piece):
        yield from _compose(piece, begin, match.start())
        for letter in _LIGATURES[match[0]]:
            yield match.start(), letter
        begin = match.end()
    yield from _compose(piece, begin, len(piece))


def _compose(piece: str, begin: int, end: int) -> Iterator[tuple[int, str]]:
    """A part of a piece in NFC, as `_normalize` has it."""
    if unicodedata.is_normalized("NFC", piece[begin:end]):
        if begin < end:
            yield begin, piece[begin:end]
        return
    last = end
    while begin < last:
        end = begin + 1
        while end < last and unicodedata.combining(piece[end]):
            end += 1
        for letter in unicodedata.normalize("NFC", piece[begin:end]):
            yield begin, letter
        begin = end
