"""Tells the language of a text by its letters and its most common words."""

import re
from collections import Counter

from intake.lexicon import load_lexicon

_WORD = re.compile(r"[^\W\d_]+")
_MOST_READ = 20_000
_LEAST_SHARE = 0.2
"""Of English prose, two words in five are function words; of lists of names, fewer."""

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


def find_language(text: str) -> str:
    """A BCP 47 tag: `en`, another language that its letters tell, or `und`."""
    sample = text[:_MOST_READ]
    letters = Counter(
        next((tag for tag, script in _SCRIPTS if script.match(c)), "Latn")
        for c in sample
        if c.isalpha()
    )
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
    shared = sum(w in common for w in words)
    return "en" if shared >= _LEAST_SHARE * len(words) else "und"
