"""Finds promises: the sentence, who promises, through whose words it is known, how firmly."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from intake.claims.attribution import Attributor
from intake.claims.frames import Source
from intake.claims.lists import find_items
from intake.claims.promisors import PromisorFinder
from intake.claims.sources import Sources
from intake.claims.strength import grade_strength
from intake.claims.subjects import SubjectFinder
from intake.claims.triggers import Saying, Trigger, TriggerFinder
from intake.claims.wording import content_words, shorten
from intake.lexicon import Lexicon
from intake.names.cast import Cast
from intake.names.entities import Entity
from intake.text.segments import Part, Quote, Sentence
from intake.text.tokens import fold_word
from store.records.commitments import Attribution, Strength
from store.records.plurals import singular

_MOST_BETWEEN = 3
"""Sentences behind a promise within which what it is about may be explained."""

_QUOTE_TAIL = 2
"""Characters behind the opening mark within which a verb goes on with the words before it."""


@dataclass(slots=True)
class Promise:
    """A promise in a text. `promisors` are those who promise, `candidates` who else it may be;
    both are empty if the text does not say. `spans` has the sentences, the first of them first.
    """

    spans: list[tuple[int, int]]
    promisors: tuple[Entity, ...]
    candidates: tuple[Entity, ...]
    addressees: tuple[Entity, ...]
    strength: Strength
    attribution: Attribution
    source: Source | None
    reasons: list[str]
    part: Part
    number: int
    pattern: str
    is_quoted: bool = False
    is_vague: bool = False
    """Whether it says what will be done, and not by whom."""
    words: frozenset[str] = field(default_factory=frozenset)


class PromiseFinder:
    """Finds the promises of one text whose sentences and sources are read."""

    def __init__(self, sources: Sources, cast: Cast, lexicon: Lexicon) -> None:
        """Makes the finders of what each promise consists of."""
        self.text, self.sources = sources.text, sources
        self.cast, self.lexicon = cast, lexicon
        self._triggers = TriggerFinder(sources, lexicon)
        self._subjects = SubjectFinder(sources, lexicon)
        self._promisors = PromisorFinder(sources, cast, lexicon)
        self._attributor = Attributor(sources, cast, self._promisors, lexicon)
        self._clauses = lexicon.regexes("clauses")
        self._list_patterns = {
            p.name for p in lexicon.patterns["commitments"] if "list" in p.traits
        }
        self._earlier = [p for p in lexicon.patterns["corrections"] if "earlier" in p.traits]
        self._quote_subjects = (
            lexicon.words("function_word") - lexicon.words("be") - {"has", "have"}
        )
        self._conditional = lexicon.any_of("conditional")

    def find(self) -> list[Promise]:
        """The promises, in the order of the text, each with all sentences that tell it."""
        found: list[Promise] = []
        for number, sentence in enumerate(self.sources.sentences):
            if sentence.part in (Part.BOILERPLATE, Part.HEADER) or sentence.text.endswith("?"):
                continue
            if any(p.regex.search(sentence.text) for p in self._earlier):
                continue  # what an earlier version said
            promises = list(self._read_sentence(number, sentence))
            if promises and sentence.text.endswith(":"):
                promises = list(self._read_list(number, promises))
            if promises:
                found += promises
            elif explained := self._find_explained(number, sentence, found):
                explained.spans.append((sentence.start, sentence.end))
        return _join_headlines(found)

    def _read_sentence(self, number: int, sentence: Sentence) -> Iterator[Promise]:
        """The promises of a sentence, each of other parties; those that say by whom first."""
        seen: list[frozenset[int]] = []
        found: list[tuple[bool, int, Promise]] = []
        for trigger in self._triggers.find(number, sentence):
            saying = self._read_saying(number, sentence, trigger)
            promise = self._make_promise(saying) if saying is not None else None
            if promise is None:
                continue
            parties = frozenset(id(p) for p in promise.promisors)
            if any(parties <= other or other <= parties for other in seen):
                continue
            if seen and not trigger.tells_future:
                continue
            seen.append(parties)
            found.append((promise.is_vague, trigger.start, promise))
        yield from (promise for _, _, promise in sorted(found, key=lambda f: f[:2]))

    def _read_list(self, number: int, promises: Sequence[Promise]) -> Iterator[Promise]:
        """Of promises whose deeds stand in a list behind them, one for each item; others as they
        are.
        """
        for promise in promises:
            if promise.pattern not in self._list_patterns:
                yield promise
                continue
            for item in find_items(self.sources.sentences, number):
                words = content_words(item.text, self.lexicon)
                yield replace(promise, spans=[(item.start, item.end)], words=words)

    def _read_saying(self, number: int, sentence: Sentence, trigger: Trigger) -> Saying | None:
        """Who does what a trigger tells, and who says so; None if nothing is promised by it."""
        speech = self.sources.speech_at(trigger.start)
        speaker = self.sources.speakers.get(speech) if speech else None
        # “…, said it "will never do that"”: the subject stands before the quote.
        is_tail = speech is not None and (
            trigger.start - speech.start <= _QUOTE_TAIL or self._goes_on(speech, sentence)
        )
        begin = self._subjects.find_clause(
            number, sentence, trigger, speech.start if speech and not is_tail else 0
        )
        clause = self.text[begin : trigger.start]
        if self._clauses["condition"].search(clause):
            return None
        if self._triggers.is_wished(sentence, begin, trigger):
            return None
        asks = begin > sentence.start and self._clauses["question"].match(clause)
        if asks and trigger.pattern.subject != "agent":
            return None  # "nobody could say when they would meet"
        subject = self._subjects.find_subject(number, sentence, trigger, begin)
        source = (
            speaker if speech else self.sources.find_source(number, (trigger.start, trigger.end))
        )
        saying = Saying(number, sentence, trigger, subject, source, speech, speaker)
        may_be = trigger.is_a("conditional") or self._conditional.match(trigger.words)
        if may_be and not self._is_reported(saying):
            return None
        return saying

    def _goes_on(self, speech: Quote, sentence: Sentence) -> bool:
        """Whether a quote goes on with its sentence: said the firm “reacted and has agreed”."""
        first = self.text[speech.start : speech.end].lstrip("“\"‘'").partition(" ")[0]
        return (
            first[:1].islower()
            and speech.start - sentence.start > 1
            and re.split("[’']", first.lower())[0] not in self._quote_subjects  # "we've"
        )

    def _is_reported(self, saying: Saying) -> bool:
        """Whether "would" tells what somebody said, and not what might be."""
        return (
            saying.speech is not None
            or saying.source is not None
            or self._triggers.tells_speech_act(saying.sentence, saying.trigger.start)
            or self._promisors.is_framed_as_joint(saying.number, saying.trigger)
        )

    def _make_promise(self, saying: Saying) -> Promise | None:
        promisors, doubts = self._promisors.find(saying)
        if promisors is None:
            return None
        sentence, trigger = saying.sentence, saying.trigger
        attribution, reason = self._attributor.attribute(saying, promisors)
        reasons = [f"“{shorten(trigger.words)}”", reason, *doubts]
        return Promise(
            spans=[(sentence.start, sentence.end)],
            promisors=promisors,
            candidates=self._promisors.rank_candidates(promisors, saying),
            addressees=self._promisors.find_addressees(promisors, saying),
            strength=grade_strength(self.text, sentence, trigger, self.lexicon),
            attribution=attribution,
            source=saying.source,
            reasons=[r for r in reasons if r],
            part=sentence.part,
            number=saying.number,
            pattern=trigger.pattern.name,
            is_quoted=saying.speech is not None,
            is_vague=not saying.subject and trigger.pattern.subject == "passive",
            words=content_words(sentence.text, self.lexicon),
        )

    # -- Several sentences of one promise ---------------------------------------------------------

    def _find_explained(
        self, number: int, sentence: Sentence, found: Sequence[Promise]
    ) -> Promise | None:
        """The promise that a sentence goes on with: "The lab will …" after a lab was promised."""
        for match in self._clauses["thing-goes-on"].finditer(sentence.text):
            thing = singular(fold_word(match[1]))
            place = sentence.start + match.start(1)
            if any(a.start <= place < a.end for a in self.sources.actors[number]):
                continue
            for promise in reversed(found[-3:]):
                if number - promise.number <= _MOST_BETWEEN and thing in promise.words:
                    return promise
        return None


def _join_headlines(found: list[Promise]) -> list[Promise]:
    """A promise in the headline that the body tells, too, is one, known as the body knows it."""
    heads = [p for p in found if p.part in (Part.HEADLINE, Part.HEADING)]
    bodies = [p for p in found if p.part is Part.BODY]
    for head in heads:
        alike = [
            (len(head.words & body.words), -body.number, body)
            for body in bodies
            if len(head.words & body.words) >= 2
            and (not head.promisors or set(head.promisors) & set(body.candidates))
        ]
        if alike:
            body = max(alike, key=lambda a: a[:2])[2]
            body.spans.append(head.spans[0])
            found = [p for p in found if p is not head]
    return found
