"""Who says what stands in a sentence: speakers of quotes, statements, "…, the minister said"."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from intake.lexicon import Lexicon, compile_pattern
from intake.names.actors import Actor, Cast, Form
from intake.names.entities import Entity
from intake.text.segments import Part, Quote, Segments, Sentence
from store.records.parties import PartyKind

LEAST_WORDS_OF_SPEECH = 4
"""Fewer words in quotation marks are a title or a term, and nobody's speech."""

_MOST_BEHIND = 90
"""Characters behind "…, X said": more are what is said."""

_MOST_IN_COLON = 6
"""Words behind a headline's colon that name who says it."""

_GOES_ON = re.compile(r"\s+(?:that|it|he|she|they|the\s+\w+\s+(?:will|would|is|was))\b")
_BEHIND_COMMA = re.compile(r"[,”\"]\s*(?:[\w’'-]+\s+){0,5}$")
_ENDS_IN_COMMA = re.compile(r"[,”\"]\s*$")


@dataclass(frozen=True, slots=True)
class Source:
    """Whoever says something: a party, or a document or hearsay whose party may not be known."""

    entity: Entity | None
    words: str
    is_hearsay: bool = False
    is_tail: bool = False


@dataclass
class Sources:
    """Finds sources in the sentences of one text, whose actors are read already."""

    segments: Segments
    cast: Cast
    lexicon: Lexicon
    sentences: Sequence[Sentence]
    actors: Sequence[Sequence[Actor]]
    issuer: Entity | None = field(init=False)
    speakers: dict[Quote, Source] = field(init=False)
    _issued_at: int = 0
    _told: dict[Quote, Source] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.text = self.segments.text
        self._say = self.lexicon.any_of("say")
        self._hearsay = self.lexicon.any_of("hearsay")
        self._document = self.lexicon.any_of("document")
        self._issued = compile_pattern("{document} ~5 (by|from|of|on)", self.lexicon.classes)
        self._starts = [s.start for s in self.sentences]
        self.issuer = self._find_issuer()
        self.speakers = self._find_speakers()

    def sentence_at(self, place: int) -> int:
        """The number of the sentence that a place is in."""
        return max(0, bisect_right(self._starts, place) - 1)

    def speech_at(self, place: int) -> Quote | None:
        """The quoted speech that a place is in; no titles or single words."""
        quote = self.segments.find_quote(place)
        if quote is None or len(self.text[quote.start : quote.end].split()) < LEAST_WORDS_OF_SPEECH:
            return None
        return quote

    # -- Statements -------------------------------------------------------------------------------

    def _find_issuer(self) -> Entity | None:
        """The party whose statement the text rests on, by the first that is named as its source."""
        for number, sentence in enumerate(self.sentences):
            for match in self._document.finditer(self.text, sentence.start, sentence.end):
                if found := self._issuer_near(number, match):
                    self._issued_at = number
                    return found
        return None

    def _issuer_near(self, number: int, match: re.Match[str]) -> Entity | None:
        """Who issued a document: "a statement by X", "X's statement", "X said in a statement"."""
        sentence, actors = self.sentences[number], self.actors[number]
        behind = self._issued.match(self.text, match.start(), sentence.end)
        if behind:
            after = [a for a in actors if 0 <= a.start - behind.end() < 40 and a.entities]
            if after:
                return after[0].entities[0]
        before = [a for a in actors if a.end <= match.start() and a.entities]
        if (
            before
            and before[-1].is_possessive
            and re.fullmatch(
                r"['’]?s?\s+(?:[\w-]+\s+){0,2}", self.text[before[-1].end : match.start()]
            )
        ):
            return before[-1].entities[0]
        lead = self.text[max(sentence.start, match.start() - 60) : match.start()]
        after_text = self.text[match.end() : match.end() + 60]
        inside = [a for a in actors if a.start >= match.end() and a.start - match.end() < 24]
        if (
            inside
            and inside[0].entities
            and re.match(
                r"\s*,?\s*(?:on \w+\s*,?\s*)?(?:the\s+)?$",
                after_text[: inside[0].start - match.end()],
            )
        ) and re.search(r"\bin\s+(?:a|an|its|his|her)\s+(?:\w+\s+)?$", lead, re.IGNORECASE):
            return inside[0].entities[0]
        if re.search(r"\bin\s+(?:a|an|its|his|her|their)\s+(?:[\w-]+\s+)?$", lead, re.IGNORECASE):
            said = [a for a in before if not a.is_oblique and not a.is_possessive]
            if said and self._say.search(self.text, said[-1].end, match.start()):
                return said[-1].entities[0]
        return None

    # -- Quotes -----------------------------------------------------------------------------------

    def _find_speakers(self) -> dict[Quote, Source]:
        found = self._told
        quotes = self.segments.quotes
        before: Quote | None = None
        for quote in quotes:
            if self.speech_at(quote.start) is None:
                continue
            source = self._speaker_beside(quote)
            if source is not None and source.words.lower() == "it" and before in found:
                source = found[before]
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

    def _opens_paragraph(self, quote: Quote) -> bool:
        return (
            quote.start < 2
            or self.text[max(0, quote.start - 2)] == "\n"
            or (self.text[: quote.start - 1].rstrip(" ").endswith("\n"))
        )

    def _speaker_beside(self, quote: Quote) -> Source | None:
        """The speaker in the words behind a quote, or in those before it."""
        number = self.sentence_at(quote.end)
        sentence = self.sentences[number]
        behind_end = min(sentence.end, quote.end + 260)
        if next_quote := next((q for q in self.segments.quotes if q.start > quote.end), None):
            behind_end = min(behind_end, next_quote.start)
        if sentence.start < quote.end + 2 < behind_end:
            source = self.find_sayer(number, quote.end, behind_end, inverted=True)
            if source is not None:
                return source
        number = self.sentence_at(max(0, quote.start - 1))
        sentence = self.sentences[number]
        if sentence.start < quote.start - 1:
            lead = self.text[sentence.start : quote.start - 1]
            return self.find_sayer(
                number, sentence.start, sentence.start + len(lead), inverted=False
            )
        return self._tweeter(quote)

    def _tweeter(self, quote: Quote) -> Source | None:
        """The name behind a dash and before a handle, as a shown post ends."""
        after = self.text[quote.end : quote.end + 80]
        if found := re.match(r"\s*[—–-]\s*[^\n(]{2,40}\(@\w+\)", after):
            number = self.sentence_at(quote.end + found.end() - 1)
            for actor in self.actors[number]:
                if actor.entities:
                    return Source(actor.entities[0], actor.surface)
        return None

    def _speaker_before(self, quote: Quote) -> Source | None:
        """The speaker that the end of the paragraph before announces."""
        number = self.sentence_at(max(0, quote.start - 1))
        if number == 0 or self.sentences[number].start < quote.start - 2:
            return None
        if self.sentences[number].start >= quote.start - 2:
            number -= 1
        sentence = self.sentences[number]
        if sentence.paragraph != quote.paragraph - 1 or self.text[sentence.end - 1] not in ":,":
            return None
        return self.find_sayer(number, sentence.start, sentence.end, inverted=False)

    # -- Frames -----------------------------------------------------------------------------------

    def find_sayer(self, number: int, start: int, end: int, *, inverted: bool) -> Source | None:
        """The subject of the last verb of saying within a span: before it, or behind it."""
        actors = [a for a in self.actors[number] if start <= a.start < end]
        found: Source | None = None
        according = re.search(r"\baccording to\b", self.text[start:end], re.IGNORECASE)
        if according:
            at = start + according.end()
            after = [a for a in actors if 0 <= a.start - at < 60]
            if after and (not after[0].is_possessive or after[0].is_singular_person):
                found = Source(
                    after[0].entities[0] if after[0].entities else None, after[0].surface
                )
            else:
                found = self._document_source(number, at, min(end, at + 60))
            if found is None:
                found = Source(None, self.text[at : at + 30].strip(), is_hearsay=True)
        for verb in self._say.finditer(self.text, start, end):
            if self.speech_at(verb.start()) is not None:
                continue
            source = self._subject_of_saying(number, actors, verb, start, end, inverted)
            if source is not None:
                found = source
                if inverted:
                    break
        return found

    def _subject_of_saying(
        self,
        number: int,
        actors: Sequence[Actor],
        verb: re.Match[str],
        start: int,
        end: int,
        inverted: bool,
    ) -> Source | None:
        behind = [a for a in actors if 0 <= a.start - verb.end() < 90 and not a.is_possessive]
        before = [
            a for a in actors if a.end <= verb.start() and not a.is_oblique and not a.is_possessive
        ]
        document = self._document_source(number, start, verb.start()) or (
            self._document_source(number, verb.end(), min(end, verb.end() + 60))
            if inverted
            else None
        )
        if inverted and not before:
            if document is not None:
                return document
            if behind and re.match(
                r"[\s,]*(?:[\w’'.-]+\s+){0,9}$", self.text[verb.end() : behind[0].start]
            ):
                return self._as_source(self._head_of(behind))
            return None
        if before:
            nearest = before[-1]
            between = self.text[nearest.end : verb.start()]
            if document is not None and self._document.search(between):
                return document
            if len(between) < 160:
                return self._as_source(nearest)
        return document

    def _head_of(self, actors: Sequence[Actor]) -> Actor:
        """Of a title and a name that follow each other, the name."""
        first = actors[0]
        if len(actors) > 1 and actors[1].start - first.end < 60 and not actors[1].is_oblique:
            between = self.text[first.end : actors[1].start]
            if (
                (
                    re.fullmatch(r"[\s,]*(?:[\w’'.()-]+[\s,]+){0,7}", between)
                    and " and " not in between
                )
                and actors[1].is_singular_person
                and actors[1].form is Form.NAME
            ):
                return actors[1]
        return first

    def _as_source(self, actor: Actor) -> Source | None:
        if actor.form is Form.FIRST_PERSON:
            return None
        if actor.form is Form.PRONOUN and not actor.is_singular_person:
            # “…”, it added: whoever said what stands before.
            quote = self.segments.find_quote(max(0, actor.start - 4))
            if quote is not None and quote in self._told:
                return self._told[quote]
        words = actor.surface.lower().split()
        hearsay = not actor.entities and bool({"source", "sources", "insiders"} & set(words))
        entity = actor.entities[0] if actor.entities else None
        return Source(entity, actor.surface, is_hearsay=hearsay)

    def _document_source(self, number: int, start: int, end: int) -> Source | None:
        """A statement as the one that says something, with the party that issued it."""
        matches = list(self._document.finditer(self.text, start, end))
        if not matches:
            return None
        match = matches[-1]
        issuer = self._issuer_near(number, match) or self.issuer
        return Source(issuer, match[0])

    def find_source(self, number: int, trigger: tuple[int, int]) -> Source | None:
        """Who says what a sentence tells at a place outside quotes; None if the reporter does."""
        sentence = self.sentences[number]
        hearsay = self._hearsay.search(self.text, sentence.start, trigger[1])
        tail = self._find_tail(number, trigger[1])
        if tail is not None:
            return tail
        if sentence.part is Part.HEADLINE:
            named = self._before_colon(number, trigger[0]) or self._behind_colon(number, trigger[1])
            if named is not None:
                return named
        if hearsay is not None:
            issuer = self.issuer if self._issued_at < number else None
            return Source(issuer, hearsay[0], is_hearsay=True)
        return self.find_sayer(number, sentence.start, trigger[0], inverted=False)

    def _before_colon(self, number: int, end: int) -> Source | None:
        """Who says it in a headline such as "Minister: mill to open again"."""
        sentence = self.sentences[number]
        colon = self.text.find(":", sentence.start, end)
        before = [a for a in self.actors[number] if a.end <= colon and a.entities]
        if colon < 0 or not before or colon - before[-1].end > 2:
            return None
        return self._as_source(before[-1])

    def _behind_colon(self, number: int, begin: int) -> Source | None:
        """Who says it in a headline such as "Mill to open again: minister"."""
        sentence = self.sentences[number]
        colon = self.text.rfind(":", begin, sentence.end)
        behind = [a for a in self.actors[number] if a.start > colon >= 0]
        if not behind or len(self.text[colon : sentence.end].split()) > _MOST_IN_COLON:
            return None
        return self._as_source(behind[0])

    def _find_tail(self, number: int, after: int) -> Source | None:
        """Who says it in words at the end: "…, the minister said", "…, said a release of X"."""
        sentence = self.sentences[number]
        for verb in reversed(list(self._say.finditer(self.text, after, sentence.end))):
            if self.speech_at(verb.start()) is not None:
                continue
            rest = self.text[verb.end() : sentence.end]
            if _GOES_ON.match(rest):
                continue
            source = self._tail_before(number, after, verb) or self._tail_behind(
                number, after, verb
            )
            if source is not None and not self._is_media(source):
                return replace(source, is_tail=True)
        return self._according_to(number, after)

    def _tail_before(self, number: int, after: int, verb: re.Match[str]) -> Source | None:
        """ "…, X said": X begins right behind a comma or closing mark."""
        sentence = self.sentences[number]
        if len(self.text[verb.end() : sentence.end].strip(' .”"')) >= _MOST_BEHIND:
            return None
        before = self.text[after : verb.start()]
        begins = [
            a
            for a in self.actors[number]
            if after <= a.start
            and a.end <= verb.start()
            and _BEHIND_COMMA.search(self.text[max(after, a.start - 60) : a.start])
            and not a.is_possessive
            and not a.is_oblique
        ]
        inverted = _ENDS_IN_COMMA.search(before)
        if begins and inverted and not self._is_apposition(begins[-1], verb, number):
            begins = []
        if begins:
            near = begins[-1]
            return self._as_source(near)
        if inverted:
            return None
        comma = before.rfind(",")
        if comma >= 0:
            return self._document_source(number, after + comma, verb.start())
        return None

    def _is_apposition(self, actor: Actor, verb: re.Match[str], number: int) -> bool:
        """Whether "X, Y, said" ends here, and not "…, said Z"."""
        behind = [a for a in self.actors[number] if a.start >= verb.end()]
        follows = behind and re.fullmatch(
            r"\s+(?:[\w’'.-]+\s+){0,5}", self.text[verb.end() : behind[0].start]
        )
        if not follows:
            return verb.start() - actor.end < 2 * _MOST_BEHIND
        ends = re.fullmatch(r"[^,]{0,80},\s*", self.text[actor.end : verb.start()])
        pronoun = actor.form is Form.PRONOUN
        return bool(ends) and not (follows and not behind[0].is_oblique and pronoun)

    def _tail_behind(self, number: int, after: int, verb: re.Match[str]) -> Source | None:
        """ "…, said X"."""
        if not _ENDS_IN_COMMA.search(self.text[max(after, verb.start() - 3) : verb.start()]):
            return None
        sentence = self.sentences[number]
        behind = [a for a in self.actors[number] if a.start >= verb.end() and not a.is_possessive]
        document = self._document_source(number, verb.end(), sentence.end)
        if document is not None and (not behind or behind[0].start > verb.end() + 12):
            return document
        if behind and behind[0].start - verb.end() < 90:
            return self._as_source(self._head_of(behind))
        return document

    def _according_to(self, number: int, after: int) -> Source | None:
        sentence = self.sentences[number]
        according = re.search(r",\s*(?:according to|as per)\b", self.text[after : sentence.end])
        if not according:
            return None
        at = after + according.end()
        document = self._document_source(number, at, min(sentence.end, at + 40))
        if document is not None:
            return replace(document, is_tail=True)
        behind = [a for a in self.actors[number] if a.start >= at]
        if behind and behind[0].entities and behind[0].start - at < 40:
            return replace(Source(behind[0].entities[0], behind[0].surface), is_tail=True)
        return None

    def _is_media(self, source: Source) -> bool:
        """Whether it is a paper or station, which only passes on what somebody says."""
        return source.entity is not None and source.entity.kind is PartyKind.MEDIA
