"""The words around a verb of saying, and around a statement: whose words a sentence tells."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.lexicon import Lexicon
from intake.names.actors import Actor, Form
from intake.names.cast import Cast
from intake.names.entities import Entity
from intake.text.segments import Quote, Segments, Sentence

_LEAST_NESTED = 2
"""Verbs of saying, where one tells what another said."""

LEAST_WORDS_OF_SPEECH = 4
"""Fewer words in quotation marks are a title or a term, and nobody's speech."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whoever says something: a party, or a document or hearsay whose party may not be known."""

    entity: Entity | None
    words: str
    is_hearsay: bool = False
    is_tail: bool = False


class Frames:
    """Finds who says something in the sentences of one text, whose actors are read already."""

    def __init__(
        self,
        segments: Segments,
        cast: Cast,
        lexicon: Lexicon,
        sentences: Sequence[Sentence],
        actors: Sequence[Sequence[Actor]],
    ) -> None:
        """Finds the party whose statement the text rests on. `actors` are those of each sentence;
        `told` will have the speakers of quotes, by and by.
        """
        self.segments, self.text = segments, segments.text
        self.cast, self.lexicon = cast, lexicon
        self.sentences, self.actors = sentences, actors
        self.told: dict[Quote, Source] = {}
        self._say = lexicon.any_of("say")
        self._document = lexicon.any_of("document")
        self._frames = lexicon.regexes("sources")
        self._modal = (lexicon.words("will") | lexicon.words("modal")) - lexicon.words("to")
        self._joined = lexicon.regexes("clauses")["joined"]
        self._hearsay_nouns = lexicon.words("hearsay_noun")
        self._starts = [s.start for s in sentences]
        self._issued_at = 0
        self.issuer: Entity | None = None
        self.issuer = self._find_issuer()

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
        behind = self._frames["document-of"].match(self.text, match.start(), sentence.end)
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
            and self._frames["day-behind-document"].match(
                after_text[: inside[0].start - match.end()]
            )
        ) and self._frames["in-a-document"].search(lead):
            return inside[0].entities[0]
        if self._frames["in-their-document"].search(lead):
            said = [a for a in before if not a.is_oblique and not a.is_possessive]
            if said and self._say.search(self.text, said[-1].end, match.start()):
                return said[-1].entities[0]
        return None

    # -- Verbs of saying --------------------------------------------------------------------------

    def find_says(self, start: int, end: int) -> Iterator[re.Match[str]]:
        """The verbs of saying in a span that tell what was said, and not what "will tell"."""
        for verb in self._say.finditer(self.text, start, end):
            before = self.text[max(start, verb.start() - 12) : verb.start()].lower().split()
            if not before or before[-1] not in self._modal:
                yield verb

    def find_sayer(self, number: int, start: int, end: int, *, inverted: bool) -> Source | None:
        """The subject of the last verb of saying within a span: before it, or behind it."""
        actors = [a for a in self.actors[number] if start <= a.start < end]
        found: Source | None = None
        according = self._frames["according-to"].search(self.text, start, end)
        if according:
            at = according.end()
            after = [a for a in actors if 0 <= a.start - at < 60]
            if after and (not after[0].is_possessive or after[0].is_singular_person):
                found = Source(
                    after[0].entities[0] if after[0].entities else None, after[0].surface
                )
            else:
                found = self._document_source(number, at, min(end, at + 60))
            if found is None:
                found = Source(None, self.text[at : at + 30].strip(), is_hearsay=True)
        for verb in self.find_says(start, end):
            if self.speech_at(verb.start()) is not None:
                continue
            source = self._subject_of_saying(number, actors, verb, start, end, inverted)
            if source is not None:
                found = source
                if inverted:
                    break
        return found

    def find_outer_sayer(self, number: int, end: int) -> Source | None:
        """Who says, before a place, that somebody else said it: the minister of "The minister said
        the firm had told her that". None if one alone says it.
        """
        sentence = self.sentences[number]
        outside = (v for v in self.find_says(sentence.start, end) if not self.speech_at(v.start()))
        says = list(outside)
        if len(says) < _LEAST_NESTED:
            return None
        outer, inner = says[-2:]
        if not self._frames["nested"].fullmatch(self.text, outer.end(), inner.start()):
            return None
        actors = self.actors[number]
        if not any(outer.end() <= a.start and a.end <= inner.start() for a in actors):
            return None
        before = [a for a in actors if a.end <= outer.start()]
        return self._subject_of_saying(number, before, outer, sentence.start, end, inverted=False)

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
                    and not self._joined.search(between)
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
            if quote is not None and quote in self.told:
                return self.told[quote]
        words = actor.surface.lower().split()
        hearsay = not actor.entities and bool(self._hearsay_nouns & set(words))
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
