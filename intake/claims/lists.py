"""The items of a list behind "The firm will:", each of which is promised."""

import re
from collections.abc import Sequence

from intake.text.segments import Sentence

_ITEM = re.compile(r"(?:[•·‣▪◦*–—-]\s*|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+)\S|[a-z]")
_MOST_ITEMS = 40
_MARK = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z])[.)]")


def find_items(sentences: Sequence[Sentence], lead: int) -> list[Sentence]:
    """The paragraphs right behind sentence number `lead` that begin as items of a list do: with a
    bullet, a number, or a small letter. Of each, its first sentence that says something.
    """
    found: list[Sentence] = []
    paragraph = sentences[lead].paragraph
    for sentence in sentences[lead + 1 :]:
        if len(found) == _MOST_ITEMS or sentence.paragraph > paragraph + 1:
            break
        if sentence.paragraph == paragraph:
            if found and _MARK.fullmatch(found[-1].text):
                found[-1] = sentence  # "1." was taken for a sentence of its own
            continue
        if not _ITEM.match(sentence.text) and not _MARK.fullmatch(sentence.text):
            break
        paragraph = sentence.paragraph
        found.append(sentence)
    return found
