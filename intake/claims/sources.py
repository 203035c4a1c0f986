"""Who says what stands in a sentence: speakers of quotes, statements, "…, the minister said"."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from intake.claims.frames import Frames, Source
from intake.claims.speakers import Speakers
from intake.lexicon import Lexicon
from intake.names.actors import Actor, Form
from intake.names.cast import Cast
from intake.text.segments import Part, Quote, Segments, Sentence
from store.records.parties import PartyKind

_MOST_BEHIND = 90
"""Characters behind "…, X said": more are what is said."""

_MOST_IN_COLON = 6
"""Words behind a headline's colon that name who says it."""

_LEAST_SPOKEN = 2
"""Sentences that say "we" or "I" of themselves, from which on a text is in the first person."""

_HEAD = 8
"""Sentences at the begin of a text that may say who speaks in it."""

_BEHIND_COMMA = re.compile(r"[,”\"]\s*(?:[\w’'-]+\s+){0,5}$")
_ENDS_IN_COMMA = re.compile(r"[,”\"]\s*$")


class Sources(Frames):
    """Finds who says what a text tells, sentence by sentence."""

    def __init__(
        self,
        segments: Segments,
        cast: Cast,
        lexicon: Lexicon,
        sentences: Sequence[Sentence],
        actors: Sequence[Sequence[Actor]],
    ) -> None:
        """Finds the speakers of all quotes first."""
        super().__init__(segments, cast, lexicon, sentences, actors)
        self._hearsay = lexicon.any_of("hearsay")
        self._promising = lexicon.words("pledge_verb")
        self._infinitive = lexicon.regexes("clauses")["infinitive-follows"]
        self.speakers = Speakers(self).find()
        self._asides = self._find_asides()
        self.author = self._find_author()

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
        sayer = self.find_sayer(number, sentence.start, trigger[0], inverted=False)
        return sayer or self._author_of(number)

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
        for verb in reversed(list(self.find_says(after, sentence.end))):
            if self.speech_at(verb.start()) is not None:
                continue
            rest = self.text[verb.end() : sentence.end]
            if self._frames["goes-on"].match(rest):
                continue
            source = self._tail_before(number, after, verb) or self._tail_behind(
                number, after, verb
            )
            if source is not None and not self._is_media(source):
                return replace(source, is_tail=True)
        return self._according_to(number, after) or self._told_by_group(number, after)

    def _told_by_group(self, number: int, after: int) -> Source | None:
        """ "…, tenants say": people who are no party, at the end of a sentence."""
        sentence = self.sentences[number]
        found = self._frames["group-says"].search(self.text, after, sentence.end)
        return Source(None, found["group"], is_tail=True) if found else None

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
        according = self._frames["according-to-behind"].search(self.text, after, sentence.end)
        if not according:
            return None
        at = according.end()
        document = self._document_source(number, at, min(sentence.end, at + 40))
        if document is not None:
            return replace(document, is_tail=True)
        behind = [a for a in self.actors[number] if a.start >= at]
        if behind and behind[0].entities and behind[0].start - at < 40:
            return replace(Source(behind[0].entities[0], behind[0].surface), is_tail=True)
        return None

    # -- Asides, and what is told to the speaker --------------------------------------------------

    def _find_asides(self) -> list[tuple[int, int]]:
        """Where words say who says it between commas: "The library, she added, will open"."""
        found = []
        for number, sentence in enumerate(self.sentences):
            for verb in self.find_says(sentence.start, sentence.end):
                begin = self.text.rfind(",", max(sentence.start, verb.start() - 60), verb.start())
                end = self.text.find(",", verb.end(), min(sentence.end, verb.end() + 40))
                if begin < 0 or end < 0 or sentence.end - end < 12:
                    continue
                inside = [a for a in self.actors[number] if begin < a.start < verb.start()]
                opens = inside and len(self.text[begin : inside[0].start].split()) < 3
                if self._opens_quote_within(verb.end(), end):
                    continue  # ", the minister said “we will,”"
                if verb[0].lower() in self._promising and end - verb.end() > 1:
                    continue  # ", and he promised me an offer,"
                if opens and not self._infinitive.match(self.text, verb.end()):
                    found.append((begin, end))
        return found

    def _opens_quote_within(self, start: int, end: int) -> bool:
        """Whether a quote begins in a span: then what stands there is said."""
        quotes = self.segments.quotes
        at = bisect_right(quotes, start, key=lambda quote: quote.start)
        return at < len(quotes) and quotes[at].start < end

    def is_aside(self, place: int) -> bool:
        """Whether a place is in words between commas that only say who says it."""
        at = bisect_right(self._asides, place, key=lambda aside: aside[0]) - 1
        return at >= 0 and place < self._asides[at][1]

    def is_told_to_speaker(self, speech: Quote, sentence: Sentence, end: int) -> bool:
        """Whether a quoted sentence tells, before a place in it, what others told its speaker."""
        begin = max(speech.start, sentence.start)
        return self._frames["told-to-speaker"].search(self.text, begin, end + 6) is not None

    # -- Texts in the first person ----------------------------------------------------------------

    def _find_author(self) -> Source | None:
        """Who speaks in a text that says "we" without quotation marks: who is interviewed, or who
        wrote it and says for whom they act. None if it is a report like any other.
        """
        spoken = sum(
            any(
                a.form is Form.FIRST_PERSON for a in actors if not self.segments.find_quote(a.start)
            )
            for sentence, actors in zip(self.sentences, self.actors, strict=True)
            if sentence.part is Part.BODY and not sentence.text.endswith("?")
        )
        if spoken < _LEAST_SPOKEN:
            return None
        for sentence in self.sentences[:_HEAD]:
            interview = self._frames["interview-with"].search(sentence.text)
            byline = sentence.part is Part.HEADER
            if sentence.part is Part.BODY or not (interview or byline):
                continue
            begin = sentence.start + (interview.end() if interview else 0)
            for mention in self.cast.names.within(begin, sentence.end):
                if mention.entity.is_person and (interview or mention.entity.organization):
                    return Source(mention.entity, mention.surface)
        return None

    def _author_of(self, number: int) -> Source | None:
        return self.author if self.sentences[number].part is Part.BODY else None

    def _is_media(self, source: Source) -> bool:
        """Whether it is a paper or station, which only passes on what somebody says."""
        return source.entity is not None and source.entity.kind is PartyKind.MEDIA
