"""The verbs and nouns that make a sentence a promise, by the patterns of the lexicon."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.claims.frames import Source
from intake.claims.sources import Sources
from intake.lexicon import Lexicon, Pattern
from intake.names.actors import Actor
from intake.text.segments import Part, Quote, Sentence

_MOST_LEAD = 60
"""Characters before a clause in which a verb of hoping may stand."""

_MOST_OPENING = 25
"""Characters of a headline before its subject."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words that a pattern found."""

    pattern: Pattern
    start: int
    end: int
    words: str

    def is_a(self, trait: str) -> bool:
        """Whether the pattern has a trait; commitments.yaml explains them."""
        return trait in self.pattern.traits

    @property
    def tells_future(self) -> bool:
        """Whether it tells what will be done, and no word of promising stands there."""
        return "future" in self.pattern.traits


@dataclass(frozen=True, slots=True)
class Saying:
    """A trigger with what is known of its clause: who does it, and who says so.

    `speech` is the quote that it stands in, and `speaker` whoever is quoted there.
    """

    number: int
    sentence: Sentence
    trigger: Trigger
    subject: tuple[Actor, ...]
    source: Source | None
    speech: Quote | None
    speaker: Source | None


class TriggerFinder:
    """Finds the triggers in the sentences of one text."""

    def __init__(self, sources: Sources, lexicon: Lexicon) -> None:
        """Takes the patterns of promises once, because every sentence is asked for each."""
        self.text, self.sources = sources.text, sources
        self._patterns = lexicon.patterns["commitments"]
        self._infinitive = next(p for p in self._patterns if "infinitive" in p.traits)
        self._clauses = lexicon.regexes("clauses")
        self._void = lexicon.words("void_gap")
        self._be = lexicon.words("be")
        self._neuter = lexicon.words("it_itself")
        self._modal = lexicon.words("modal")
        self._noun_before = lexicon.words("noun_before")
        self._planned = lexicon.words("planned")
        self._had_planned = lexicon.words("had_planned")
        self._denial = lexicon.words("denial")
        self._wish = lexicon.words("wish")

    def find(self, number: int, sentence: Sentence) -> list[Trigger]:
        """The triggers of a sentence, those of promising before those that tell the future."""
        is_headline = sentence.part in (Part.HEADLINE, Part.HEADING)
        found = []
        for pattern in self._patterns:
            if "headline" in pattern.traits and not is_headline:
                continue  # in prose, a bare "promises" is as often a noun
            for match in pattern.regex.finditer(self.text, sentence.start, sentence.end):
                trigger = Trigger(pattern, match.start(), match.end(), match[0])
                if not self._is_void(sentence, trigger) and not self._is_noun(sentence, trigger):
                    found.append(trigger)
        if not found and is_headline:
            found += self._find_infinitive(number, sentence)
        # What is said to be promised comes before what would then be done.
        found.sort(key=lambda t: (t.tells_future, t.start))
        return found

    def tells_speech_act(self, sentence: Sentence, end: int) -> bool:
        """Whether a word of promising stands before a place in its sentence."""
        return any(
            "speech-act" in p.traits and p.regex.search(self.text, sentence.start, end)
            for p in self._patterns
        )

    def is_wished(self, sentence: Sentence, begin: int, trigger: Trigger) -> bool:
        """Whether the clause of the verb is hoped for or asked, "She hoped that it will open"; or
        denied: "denied that it had agreed to".
        """
        lead = self.text[max(sentence.start, begin - _MOST_LEAD) : begin].lower()
        if not self._clauses["ends-in-that"].search(lead):
            return False
        words = set(re.findall(r"[^\W\d_]+", lead)[-4:-1])
        return bool(self._denial & words) or (trigger.tells_future and bool(self._wish & words))

    def _is_void(self, sentence: Sentence, trigger: Trigger) -> bool:
        """Whether a promise is only spoken of, "stressed the lack of a commitment"; or nobody is
        told it: "it was told that".
        """
        before = self.text[max(sentence.start, trigger.start - 24) : trigger.start].lower().split()
        if trigger.is_a("told"):
            return before[-1:] != [] and before[-1] in self._neuter
        if trigger.is_a("quoted"):
            return before[-1:] != [] and before[-1] in self._be
        return trigger.is_a("spoken-of") and bool(self._void & set(trigger.words.lower().split()))

    def _is_noun(self, sentence: Sentence, trigger: Trigger) -> bool:
        """Whether a word that may be a verb is a noun here: "its pledges to", "no plans to"; or
        only may happen: "can agree".
        """
        before = self.text[max(sentence.start, trigger.start - 24) : trigger.start].split()
        near = self.text[max(sentence.start, trigger.start - 12) : trigger.start].split()
        last = before[-1].lower() if before else ""
        is_verb = not trigger.tells_future and trigger.pattern.subject not in ("after", "agent")
        if is_verb and near and near[-1].lower() in self._modal:
            return True
        if not trigger.is_a("noun"):
            return False
        if trigger.is_a("plan") and trigger.words.split()[0].lower() in self._planned:
            return not before or last not in self._had_planned
        return bool(before) and last in self._noun_before

    def _find_infinitive(self, number: int, sentence: Sentence) -> Iterator[Trigger]:
        """ "Mill to open school": in headlines, "to" tells what will be done."""
        actors = self.sources.actors[number]
        if not actors or actors[0].start - sentence.start > _MOST_OPENING:
            return
        for actor in actors[:3]:
            found = self._clauses["headline-infinitive"].match(self.text[actor.end : sentence.end])
            if found and not actor.is_oblique:
                end = actor.end + found.end()
                yield Trigger(self._infinitive, actor.end, end, found[0].strip())
                return
