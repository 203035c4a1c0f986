"""Letters: one folding of written text for search, names, sorting and highlights. Pure.

docs/decisions/0026-one-folding-of-letters.md says what is folded and what is not.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# --- Letters -------------------------------------------------------------------------------------

_BREAK, _BLANK = " ", "\n"
"""In a folded text, what separates words, and what stands for white space. Besides these it has
only letters, digits, marks, `'` and `.`."""

_APOSTROPHES = frozenset(
    "'`\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02ee"
    "\u2018\u2019\u201b\u2032\u2035\ua78b\ua78c\uff07"
)
"""Apostrophes, and letters of transliterations that people type as an apostrophe."""

_ALIKE = {
    # Latin letters that Unicode does not describe as another letter with something added.
    "ı": "i",
    "ȷ": "j",
    "ð": "d",
    "þ": "th",
    "ŋ": "n",
    "ə": "a",
    "ǝ": "e",
    "ɛ": "e",
    "ɔ": "o",
    "ɣ": "g",
    "ʊ": "u",
    "ʋ": "v",
    "ĸ": "k",
    "ƿ": "w",
    "ȝ": "z",
    "ʒ": "z",
    "ʃ": "s",
    # Arabic, Persian and Urdu keyboards have different letters for the same (as in Lucene).
    "\u0649": "\u064a",  # alef maksura: yeh
    "\u06cc": "\u064a",  # Farsi yeh
    "\u06d2": "\u064a",  # yeh barree
    "\u06a9": "\u0643",  # keheh: kaf
    "\u06aa": "\u0643",  # swash kaf
    "\u0629": "\u0647",  # teh marbuta: heh
    "\u06be": "\u0647",  # heh doachashmee
    "\u06c1": "\u0647",  # heh goal
    "\u06c3": "\u0647",  # teh marbuta goal
    "\u06d5": "\u0647",  # ae
    "\u0671": "\u0627",  # alef wasla: alef
    "\u0640": "",  # tatweel
    "\u0582": "\u057e",  # Armenian yiwn: vew, for the capitals of the ligature of ech and yiwn
    # Invisible letters.
    "\u115f": "",
    "\u1160": "",
    "\u17b4": "",
    "\u17b5": "",
    "\u034f": "",
}
_WITH = re.compile(r"(?P<script>LATIN|CYRILLIC) (?P<letter>.*?)(?: WITH .+)?")
_OWN_LETTERS = re.compile(
    r"(?:SMALL LETTER|SMALL LIGATURE|LETTER SMALL CAPITAL) "
    r"(?:(?:DOTLESS|TURNED|REVERSED|BARRED|OPEN|INSULAR|SCRIPT|LONG|SIDEWAYS) )*(?P<own>[A-Z]{1,2})"
)
_VARIATION_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_VOWELS = frozenset((84, 91, 129, 130, 132))
"""Combining classes of marks that are not diacritics: vowels of Telugu and Tibetan. (Vowels of
other Indic scripts have class 0, and scripts without blanks keep all marks.)"""


class _Folding(dict[int, str]):
    """The folding of each code point, after NFKD and case folding; filled on demand."""

    _MOST = 20_000

    def __missing__(self, code: int) -> str:
        found = _fold_one(chr(code))
        if len(self) < self._MOST:
            self[code] = found
        return found


_FOLDING = _Folding()


def _fold_one(letter: str) -> str:
    if letter in _APOSTROPHES:
        return "'"
    if letter in _ALIKE:
        return _ALIKE[letter]
    if letter == ".":
        return "."
    category = unicodedata.category(letter)
    if category in ("Cf", "Me") or _VARIATION_SELECTORS.match(letter):
        return ""
    if category[0] == "M":
        optional = unicodedata.combining(letter) not in (0, *_VOWELS)
        return "" if optional and not is_unspaced(letter) else letter
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category == "Lm" and "\u02b0" <= letter <= "\u02ff":
        return ""
    if letter.isalnum():
        return letter if letter.isascii() else _strip_strokes(letter)
    return _BLANK if letter.isspace() else _BREAK


def _strip_strokes(letter: str) -> str:
    """A Latin or Cyrillic letter without its additions, by its Unicode name: `o` for `ø`."""
    named = _WITH.fullmatch(unicodedata.name(letter, ""))
    if named is None:
        return letter
    if named["script"] == "LATIN" and (own := _OWN_LETTERS.fullmatch(named["letter"])):
        return own["own"].lower()
    try:
        plain = unicodedata.lookup(f"{named['script']} {named['letter']}")
    except KeyError:
        return letter
    return _ALIKE.get(plain, unicodedata.normalize("NFKD", plain)[0])


def _is_added(character: str) -> bool:
    """Whether a character only modifies the letter before it."""
    return _is_mark(character) or unicodedata.category(character) == "Lm"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


@lru_cache(maxsize=4096)
def _fold_short(sequence: str) -> str:
    return _fold_sequence(sequence)


def _fold_sequence(sequence: str) -> str:
    """The folding of a letter with its marks."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sequence).casefold())
    folded = unicodedata.normalize("NFC", plain.translate(_FOLDING))
    # NFKD turns some accents that stand alone into a blank with an accent.
    return folded if sequence[0].isspace() else folded.replace(_BLANK, _BREAK)


_LONGEST_SEQUENCE = 32
"""The most code points of a letter with its marks. Sorting more marks takes long (UAX 15,
Stream-Safe Text)."""


def _sequences(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each letter together with its marks."""
    start, n = 0, len(text)
    while start < n:
        end, most = start + 1, min(n, start + _LONGEST_SEQUENCE)
        while end < most and _follows(text[end]):
            end += 1
        yield start, end
        start = end


def _follows(character: str) -> bool:
    """Whether a character belongs to the letter before it."""
    return not character.isascii() and (
        unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")
        # The later parts of a Hangul syllable, and the voicing marks of half-width kana.
        or "\u1160" <= character <= "\u11ff"
        or "\ud7b0" <= character <= "\ud7fb"
        or character in "\uff9e\uff9f"
    )


class Letters(NamedTuple):
    """Folded letters with their origin: letter `i` comes from `starts[i]:ends[i]` of the text."""

    text: str
    starts: list[int]
    ends: list[int]


def _fold(text: str) -> Letters:
    """A text folded to letters, digits, marks, `'`, `.`, `_BREAK` and `_BLANK`."""
    if text.isascii():
        n = len(text)
        return Letters(text.lower().translate(_FOLDING), [*range(n)], [*range(1, n + 1)])
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _sequences(text):
        sequence = text[start:end]
        for letter in _fold_short(sequence) if end - start <= 4 else _fold_sequence(sequence):
            # A mark is kept only after a letter that is not ASCII; MongoDB would drop others.
            after_letter = letters and not letters[-1].isascii()
            if letter.isascii() or after_letter or not _is_added(letter):
                letters.append(letter)
                starts.append(start)
                ends.append(end)
    return Letters("".join(letters), starts, ends)


# --- Words ---------------------------------------------------------------------------------------

_LETTER = "[^\\W\\d_][\u0300-\u036f]*"


def chunk_pattern(ink: str = r"\S") -> str:
    """The pattern of a chunk: text without white space, but with the blanks between initials."""
    return rf"(?:{_LETTER}\.\s(?={_LETTER}\.))*{ink}+"


_CHUNK = re.compile(chunk_pattern())

_INITIAL = "[^ .'\n0-9]"
_TOKEN = re.compile(
    # Initials; else letters, with apostrophes between them.
    rf"(?<![^ .\n]){_INITIAL}(?:\.\n?{_INITIAL})+(?![^ .'\n])|[^ .'\n]+(?:'[^ .'\n]+)*"
)

_ELISIONS = frozenset(
    re.findall(
        r"\w+",
        "l d j m t s n c qu lorsqu puisqu jusqu quoiqu quelqu presqu "
        "un all dall dell nell sull coll quell bell sant",
    )
)
"""Elided words of French, Italian and Catalan: after their apostrophe a new word begins."""
_LATIN_END = re.compile(r"[a-z0-9]*\Z")
_ELIDED_BEFORE = frozenset("aeiouyh")

_CONTRACTED = frozenset(["ll", "re", "ve", "d", "m"])
_PRONOUNS = frozenset(["i", "you", "he", "she", "it", "we", "they", "who", "that", "there"])


class FoldedWord(NamedTuple):
    """A folded word. `genitive` marks an English 's, which does not count as a word in searches."""

    letters: Letters
    genitive: bool


def chunks(text: str) -> Iterator[tuple[int, str]]:
    """The chunks of a text, which are split into words one by one, with their offsets."""
    return ((chunk.start(), chunk[0]) for chunk in _CHUNK.finditer(text))


def split_chunks(text: str) -> list[str]:
    """The chunks of a text, in order."""
    found: list[str] = _CHUNK.findall(text)
    return found


def parse_words(chunk: str) -> Iterator[FoldedWord]:
    """The words of a chunk, in order."""
    folded = _fold(chunk)
    for token in _TOKEN.finditer(folded.text):
        start, end = token.span()
        found = token[0]
        if "'" in found:
            yield from _part_at_apostrophes(folded, start, found)
        elif "." in found:
            yield FoldedWord(_join_letters(folded, start, end), False)
        else:
            alone_s = found == "s" and start > 0 and folded.text[start - 1] == "'"
            yield FoldedWord(_part(folded, start, end), alone_s)


def _part_at_apostrophes(folded: Letters, start: int, token: str) -> Iterator[FoldedWord]:
    parts = token.split("'")
    begin, at = start, start
    for i, part in enumerate(parts):
        end = at + len(part)
        following = parts[i + 1] if i + 1 < len(parts) else None
        # Only as much as is needed to recognise an elision: the whole takes long in "a'a'a...".
        tail = folded.text[max(begin, end - 20) : end].replace("'", "")
        before = _LATIN_END.findall(tail)[0]
        if following is None or _ends_word(before, following, i + 2 == len(parts)):
            genitive = following is None and begin > start and part == "s"
            yield FoldedWord(_join_letters(folded, begin, end), genitive)
            begin = end + 1
        at = end + 1


def _ends_word(before: str, after: str, last: bool) -> bool:
    """Whether an apostrophe ends a word, rather than being part of it."""
    return (
        (before in _ELISIONS and after[0] in _ELIDED_BEFORE)
        or before[-1:].isdigit()
        or after[0].isdigit()
        or (last and after == "s")
        or (last and after in _CONTRACTED and before in _PRONOUNS)
        or (last and after == "t" and before[-1:] == "n")
    )


def _part(letters: Letters, start: int, end: int) -> Letters:
    return Letters(letters.text[start:end], letters.starts[start:end], letters.ends[start:end])


def _join_letters(letters: Letters, start: int, end: int) -> Letters:
    kept = [i for i in range(start, end) if letters.text[i] not in "'.\n"]
    return Letters(
        "".join(letters.text[i] for i in kept),
        [letters.starts[i] for i in kept],
        [letters.ends[i] for i in kept],
    )


def fold_name(name: str) -> str:
    """A name for look-ups and sorting: its words, folded, with single blanks."""
    words: list[str] = []
    for _, chunk in chunks(name):
        for word in parse_words(chunk):
            # Names are also written without the apostrophe: Sotheby's, Sothebys.
            if word.genitive and words:
                words[-1] += word.letters.text
            else:
                words.append(word.letters.text)
    return " ".join(words)


# --- Scripts without blanks ----------------------------------------------------------------------

_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Myanmar
    "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7fb"  # Hangul
    "\u1780-\u17ff"  # Khmer
    "\u1950-\u19df\u1a20-\u1aaf\uaa80-\uaadf"  # Tai
    "\u1b00-\u1b7f\ua980-\ua9df"  # Balinese, Javanese
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"  # Han
    "\u3040-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"  # Hiragana, Katakana
    "\u3100-\u312f\u31a0-\u31bf\ua000-\ua4cf"  # Bopomofo, Yi
)
_STRETCH = re.compile(f"(?P<unspaced>[{_UNSPACED}]+)|[^{_UNSPACED}]+")
_IN_UNSPACED = re.compile(f"[{_UNSPACED}]")
_LENGTHENING = "\u30fc"


def is_unspaced(word: str) -> bool:
    """Whether a word is in a script without blanks between words."""
    return not word.isascii() and _IN_UNSPACED.match(word) is not None


def has_unspaced(text: str) -> bool:
    """Whether any letter of a text is of a script without blanks between words."""
    return not text.isascii() and _IN_UNSPACED.search(text) is not None


def stretches(word: str) -> Iterator[tuple[int, int, bool]]:
    """The start and end of each part of a word, and whether its script has no blanks."""
    if word.isascii():
        yield 0, len(word), False
        return
    for stretch in _STRETCH.finditer(word):
        start, end = stretch.span()
        while start < end and _is_mark(word[start]):  # of a letter of another script
            start += 1
        if start < end:
            yield start, end, stretch["unspaced"] is not None


def letters_of(stretch: str) -> list[tuple[int, int]]:
    """The start and end of each letter of a stretch, with its marks."""
    begins = [
        i
        for i, character in enumerate(stretch)
        if i == 0 or not (character == _LENGTHENING or _is_mark(character))
    ]
    return [*zip(begins, [*begins[1:], len(stretch)], strict=True)]
