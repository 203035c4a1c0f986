"""Tells the language of a text by its letters and its most common words."""

import re
from collections import Counter
from collections.abc import Iterator

from intake.lexicon import load_lexicon

_WORD = re.compile(r"[^\W\d_]+")
_MOST_READ = 20_000
_LEAST_SHARE = 0.2
"""Of English prose, two words in five are function words; of lists of names, fewer."""

_LEAST_LONG = 0.08
"""And of those with three letters or more."""

_SCRIPTS = (
    ("ur", re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
)
_NOT_LATIN = re.compile("|".join(script.pattern for _, script in _SCRIPTS))


def find_foreign_lines(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the lines whose letters are mostly not Latin."""
    for line in re.finditer(r"[^\n]+", text):
        if line[0].isascii():
            continue
        foreign = sum(c.isalpha() for c in "".join(_NOT_LATIN.findall(line[0])))
        if foreign and foreign * 2 > sum(c.isalpha() for c in line[0]):
            yield line.span()


def find_language(text: str) -> str:
    """A BCP 47 tag: `en`, another language that its letters tell, or `und`."""
    sample = text[:_MOST_READ]
    letters: Counter[str] = Counter()
    for letter, times in Counter(sample).items():  # a text has thousands, an alphabet some dozens
        if letter.isalpha():
            tag = next((tag for tag, script in _SCRIPTS if script.match(letter)), "Latn")
            letters[tag] += times
    if not letters:
        return "und"
    arabic = letters["ur"] + letters["ar"]
    if arabic * 2 > letters.total():
        return "ur" if letters["ur"] * 30 > arabic else "ar"
    most, count = letters.most_common(1)[0]
    if most != "Latn" and count * 2 > letters.total():
        return most
    words = [w.lower() for w in _WORD.findall(sample)]
    common = load_lexicon("en").words("function_word")
    # Short ones, as "a", "no" and "me", are words of other languages as well.
    long = sum(len(w) > 2 and w in common for w in words)
    shared = sum(w in common for w in words)
    enough = shared >= _LEAST_SHARE * len(words) or long >= _LEAST_LONG * len(words)
    return "en" if enough and long else "und"
