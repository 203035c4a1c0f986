"""What is odd about a text as a whole, for whoever judges what is proposed from it."""

from collections.abc import Iterator

from intake.dates import find_days
from intake.lexicon import Lexicon
from intake.text.segments import Part, Segments, find_datelines


def note_oddities(segments: Segments, lexicon: Lexicon) -> Iterator[str]:
    """Says that a text corrects an earlier one, and that it looks like several articles."""
    corrections = lexicon.patterns["corrections"]
    for sentence in segments.sentences:
        if any(p.regex.search(sentence.text) for p in corrections):
            yield (
                "the text corrects or adds to an earlier version of itself; see whether that is "
                "stored"
            )
            break
    if _count_articles(segments, lexicon) > 1:
        yield "the text looks like several articles; give them one by one, for each has its own day"


def _count_articles(segments: Segments, lexicon: Lexicon) -> int:
    """How many datelines a text has, or days that stand alone on a line, if these are more."""
    alone = set()
    for sentence in segments.sentences:
        if sentence.part is Part.BODY or len(sentence.text) > 40:
            continue
        for day in find_days(segments.text, lexicon, sentence.start, sentence.end):
            if sentence.text.strip() == day.stated_as:
                alone.add(day.edtf)
    return max(len(alone), len(list(find_datelines(segments))))
