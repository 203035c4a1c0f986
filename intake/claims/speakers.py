"""Who speaks in quotation marks, in interviews and in shown posts."""

import itertools
import re
from bisect import bisect_right

from intake.claims.frames import Frames, Source
from intake.text.segments import Quote

_MOST_LEAD = 260
"""Characters behind a quote in which its speaker is named."""


class Speakers:
    """Finds the speakers of the quotes of one text."""

    def __init__(self, frames: Frames) -> None:
        """Takes what sentences tell of who says something."""
        self.frames = frames
        self.text, self.segments = frames.text, frames.segments
        self.sentences, self.actors = frames.sentences, frames.actors
        self._interviewers = frames.lexicon.words("interviewer")
        self._neuter = frames.lexicon.words("it_itself")

    def find(self) -> dict[Quote, Source]:
        """The speaker of each quote that has one; they are told to the frames as they are found."""
        found = self.frames.told
        quotes = self.segments.quotes
        before: Quote | None = None
        for quote in quotes:
            if self.frames.speech_at(quote.start) is None:
                continue
            source = self._labelled(quote) if quote.label else self._speaker_beside(quote)
            if source and before and self._is_of_quote_before(source, quote, before):
                source = found.get(before, source)
            if source is None and before is not None and before in found:
                same = before.paragraph == quote.paragraph or before.continued
                near = quote.paragraph - before.paragraph <= 1 and self._opens_paragraph(quote)
                if same or near:
                    source = found[before]
            if source is None and quote.paragraph:
                source = self._speaker_before(quote)
            if source is not None:
                found[quote] = source
            before = quote
        # A quote that goes on through paragraphs is told at its end.
        for earlier, later in reversed(list(itertools.pairwise(quotes))):
            if earlier.continued and later in found and self._speaker_beside(earlier) is None:
                found[earlier] = found[later]
        return found

    def _is_of_quote_before(self, source: Source, quote: Quote, before: Quote) -> bool:
        """Whether “…”, it said, means whoever was quoted before, and no body that the sentence
        before this quote names: "Brevo sees it otherwise. “…”, it said".
        """
        if source.words.lower() not in self._neuter:
            return False
        if source.entity is None or quote.paragraph == before.paragraph:
            return True
        number = self.frames.sentence_at(quote.start) - 1
        if number < 0 or self.sentences[number].paragraph != quote.paragraph:
            return True
        return not any(source.entity in actor.entities for actor in self.actors[number])

    def _opens_paragraph(self, quote: Quote) -> bool:
        return (
            quote.start < 2
            or self.text[max(0, quote.start - 2)] == "\n"
            or (self.text[: quote.start - 1].rstrip(" ").endswith("\n"))
        )

    def _speaker_beside(self, quote: Quote) -> Source | None:
        """The speaker in the words behind a quote, or in those before it."""
        number = self.frames.sentence_at(quote.end)
        sentence = self.sentences[number]
        behind_end = min(sentence.end, quote.end + _MOST_LEAD)
        if next_quote := self._next_quote(quote):
            behind_end = min(behind_end, next_quote.start)
        if sentence.start < quote.end + 2 < behind_end:
            source = self.frames.find_sayer(number, quote.end, behind_end, inverted=True)
            if source is not None:
                return source
        number = self.frames.sentence_at(max(0, quote.start - 1))
        sentence = self.sentences[number]
        if sentence.start < quote.start - 1:
            end = quote.start - 1
            sayer = self.frames.find_sayer(number, sentence.start, end, inverted=False)
            return sayer or self._announced(number, end)
        return self._tweeter(quote)

    def _next_quote(self, quote: Quote) -> Quote | None:
        quotes = self.segments.quotes
        at = bisect_right(quotes, quote.end, key=lambda q: q.start)
        return quotes[at] if at < len(quotes) else None

    def _announced(self, number: int, end: int) -> Source | None:
        """Who speaks behind a colon: "The minister sees it soberly: “We …"."""
        if not self.text[self.sentences[number].start : end].rstrip().endswith(":"):
            return None
        for actor in self.actors[number]:
            if actor.end < end and actor.entities and not (actor.is_oblique or actor.is_possessive):
                return Source(actor.entities[0], actor.surface)
        return None

    def _labelled(self, quote: Quote) -> Source | None:
        """Who speaks in an interview or a play of voices: "Kern: They told us"."""
        assert quote.label is not None
        start, end = quote.label
        words = self.text[start:end]
        number = self.frames.sentence_at(start)
        if set(words.lower().split()) & self._interviewers:
            return Source(None, words)
        for actor in self.actors[number]:
            if start <= actor.start < end and actor.entities:
                return Source(actor.entities[0], words)
        return Source(None, words)

    def _tweeter(self, quote: Quote) -> Source | None:
        """The name behind a dash and before a handle, as a shown post ends."""
        after = self.text[quote.end : quote.end + 80]
        if found := re.match(r"\s*[—–-]\s*[^\n(]{2,40}\(@\w+\)", after):
            number = self.frames.sentence_at(quote.end + found.end() - 1)
            for actor in self.actors[number]:
                if actor.entities:
                    return Source(actor.entities[0], actor.surface)
        return None

    def _speaker_before(self, quote: Quote) -> Source | None:
        """The speaker that the end of the paragraph before announces."""
        number = self.frames.sentence_at(max(0, quote.start - 1))
        if number == 0 or self.sentences[number].start < quote.start - 2:
            return None
        if self.sentences[number].start >= quote.start - 2:
            number -= 1
        sentence = self.sentences[number]
        if sentence.paragraph != quote.paragraph - 1 or self.text[sentence.end - 1] not in ":,":
            return None
        return self.frames.find_sayer(number, sentence.start, sentence.end, inverted=False)
