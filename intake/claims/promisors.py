"""Who promises: by the subject of the verb, by the speaker of a quote, by whom people act for."""

from collections.abc import Sequence
from itertools import combinations

from intake.claims.frames import Source
from intake.claims.sources import Sources
from intake.claims.triggers import Saying, Trigger
from intake.claims.wording import shorten
from intake.lexicon import Lexicon
from intake.names.actors import Actor, Form
from intake.names.cast import Cast
from intake.names.entities import Entity
from intake.names.sides import is_same_side
from store.records.parties import PartyKind

_MOST_CANDIDATES = 5
_NEAR_BEGIN = 2
"""Characters of a sentence before its first word."""
_MOST_BACK = 12
"""Sentences before "the ministers … they agreed" that may name whose ministers they are."""


class PromisorFinder:
    """Finds who promises in the clauses of one text."""

    def __init__(self, sources: Sources, cast: Cast, lexicon: Lexicon) -> None:
        """Takes what the sentences of the text tell of sources and actors."""
        self.text, self.sources, self.cast = sources.text, sources, cast
        self._clauses = lexicon.regexes("clauses")
        self._say = lexicon.any_of("say")
        self._effects = lexicon.words("effect_verb")
        self._several = lexicon.words("several")
        self._groups = lexicon.words("group_noun") | lexicon.words("of_a_body")
        self._they = lexicon.words("nominative_pronoun") & lexicon.words("they")
        self._single = lexicon.any_of("first_person_singular")

    def find(self, saying: Saying) -> tuple[tuple[Entity, ...] | None, list[str]]:
        """The parties that promise, and what is doubtful about that; None if nobody does."""
        subject, trigger = saying.subject, saying.trigger
        if any(a.form is Form.JOINT for a in subject):
            return self._both_sides(), []
        if trigger.pattern.subject == "joint" and saying.speech is None:
            return self._both_sides([e for a in subject for e in a.entities[:1]]), []
        if not subject:
            return self._find_without_subject(saying)
        if any(a.form is Form.FIRST_PERSON for a in subject):
            return self._find_first_person(saying)
        named = [e for a in subject for e in a.entities[:1]]
        if not named and subject[-1].surface.lower().split()[-1] in self._several:
            return self._both_sides(), []
        if self._goes_on_of_both(saying):
            return self._both_sides(), []
        if (trigger.is_a("agreed") or self._is_said_by_several(saying)) and (
            both := self._find_each_other(saying)
        ):
            return both, []
        if self._means_others(saying):
            named = self._not_of_speaker(named, saying.speaker)
        if not named:
            return (), [f"“{shorten(subject[-1].surface)}” is not named"]
        return self.bodies_of(named), []

    def _means_others(self, saying: Saying) -> bool:
        """Whether the subject within a quote means another side than the speaker's: "they", and
        whoever "told us".
        """
        subject = saying.subject[-1]
        if saying.speech is None or subject.start < saying.speech.start:
            return False
        if subject.form is Form.PRONOUN and not subject.is_singular_person:
            return True
        speaker = saying.speaker.entity if saying.speaker else None
        if subject.form is Form.PRONOUN and subject.entities[:1] == (speaker,):
            return True  # nobody says "she" of herself
        return subject.form is not Form.NAME and self.sources.is_told_to_speaker(
            saying.speech, saying.sentence, saying.trigger.end
        )

    def _goes_on_of_both(self, saying: Saying) -> bool:
        """Whether "they" goes on with a sentence of both sides: "The two sides will …. They also
        undertook to".
        """
        they, before = saying.subject[-1], saying.number - 1
        if saying.speech or they.form is not Form.PRONOUN or they.surface.lower() not in self._they:
            return False
        if before < 0 or they.start - saying.sentence.start > _NEAR_BEGIN:
            return False
        return any(a.form is Form.JOINT for a in self.sources.actors[before][:1])

    def _is_said_by_several(self, saying: Saying) -> bool:
        """Whether "both ministers said they would"."""
        words = saying.source.words.lower().split() if saying.source else []
        return bool(words) and words[-1] in self._several

    def _find_each_other(self, saying: Saying) -> tuple[Entity, ...]:
        """The two parties that "they agreed" joins, if this sentence and the one before tell of
        two sides and of no group that "they" may mean.
        """
        they = saying.subject[-1]
        if saying.speech or they.form is not Form.PRONOUN or they.surface.lower() not in self._they:
            return ()
        before = self._actors_before(they, saying.number - 1)
        last_words = {surface_of([a]) for a in before}
        if last_words & self._several:
            before = self._actors_before(they, saying.number - _MOST_BACK)
        elif last_words & self._groups:
            return ()
        parties = [e for a in before for e in a.entities[:1]]
        bodies = list(dict.fromkeys(self.bodies_of(parties)))
        for one, other in combinations(bodies, 2):
            if not is_same_side(one, other, self.cast.directory):
                return one, other
        return ()

    def _actors_before(self, actor: Actor, first: int) -> list[Actor]:
        """Those whom the sentences from number `first` on name before an actor."""
        return [
            a
            for actors in self.sources.actors[
                max(0, first) : self.sources.sentence_at(actor.start) + 1
            ]
            for a in actors
            if a.start < actor.start and a.form is not Form.PRONOUN
        ]

    def _find_without_subject(self, saying: Saying) -> tuple[tuple[Entity, ...] | None, list[str]]:
        trigger, source = saying.trigger, saying.source
        if trigger.is_a("told"):
            return self._find_unnamed_teller(saying)
        if trigger.pattern.subject == "passive" or self._is_deed_of_thing(saying):
            if inner := self._find_inner_sayer(saying):
                return self.bodies_of(inner), ["as told by others"]
            if saying.speech and self.sources.is_told_to_speaker(
                saying.speech, saying.sentence, trigger.end
            ):
                return self.bodies_of(self._not_of_speaker([], saying.speaker)), [
                    "as told by others"
                ]
            if source is not None and source.is_tail and saying.speech is None:
                source = self._find_told_by_tail(saying) or source
            if source is not None and source.entity:
                return self.bodies_of([source.entity]), ["who does it is not said"]
        if not trigger.is_a("speech-act") and not trigger.is_a("assured"):
            return None, []
        if self.is_framed_as_joint(saying.number, trigger):
            return self._both_sides(), []
        if trigger.pattern.subject == "owner":
            return self._owner_of_thing(saying.number, trigger)
        return (), ["who promises is not said"]

    def _is_deed_of_thing(self, saying: Saying) -> bool:
        """Whether somebody says what a thing of theirs will do, "a team will work day and night",
        and not what will come of something: "the law will help".
        """
        source, trigger = saying.source, saying.trigger
        if not trigger.tells_future or source is None or source.entity is None:
            return False
        return trigger.words.lower().split()[-1] not in self._effects

    def _find_unnamed_teller(self, saying: Saying) -> tuple[tuple[Entity, ...], list[str]]:
        """Who told it, where only those who were told are named: the other side."""
        if any(
            a.form is Form.FIRST_PERSON and a.end <= saying.trigger.start
            for a in self.sources.actors[saying.number]
        ):
            return self.bodies_of(self._not_of_speaker([], saying.speaker)), ["told to the speaker"]
        hearers = [
            a.entities[0]
            for a in self.sources.actors[saying.number]
            if a.end <= saying.trigger.start and a.entities and not a.is_oblique
        ]
        if not hearers and saying.speaker is not None and saying.speaker.entity is not None:
            hearers.append(saying.speaker.entity)
        sides = (self.cast.sides.private, self.cast.sides.state)
        others = [
            side
            for side in sides
            if side and hearers and not is_same_side(side, hearers[0], self.cast.directory)
        ]
        return tuple(others[:1]), ["who promises is not said"]

    def _find_first_person(self, saying: Saying) -> tuple[tuple[Entity, ...] | None, list[str]]:
        """Who is meant by "we" and "I": whoever is quoted."""
        trigger, source, speaker = saying.trigger, saying.source, saying.speaker
        if trigger.is_a("agreed-that") and self._clauses["agreed-with"].search(trigger.words):
            return None, []  # "we agreed with them that they will": they promise
        if saying.speech is None:
            if source is None or source.entity is None:
                return None, []
            return self.bodies_of([source.entity]), []
        if speaker is None or speaker.entity is None:
            return (), ["who is quoted is not said"]
        single = self._single.match(saying.subject[-1].surface) is not None
        return ((speaker.entity,) if single else self.bodies_of([speaker.entity])), []

    def _find_told_by_tail(self, saying: Saying) -> Source | None:
        """Who told it in "The firm had told her that the gate will be opened, she said"."""
        begin, end = saying.sentence.start, saying.trigger.start
        inner = self.sources.find_sayer(saying.number, begin, end, inverted=False)
        return inner if inner and inner.entity else None

    def _find_inner_sayer(self, saying: Saying) -> list[Entity]:
        """Within a quote, who is told to have said it: "They told us that a team will be there"."""
        quote, end = saying.speech, saying.trigger.start
        if quote is None:
            return []
        says = [m.start() for m in self._say.finditer(self.text, quote.start, end)]
        for actor in self.sources.actors[saying.number]:
            if not quote.start <= actor.start < end or not actor.entities or actor.is_oblique:
                continue
            if actor.form is not Form.FIRST_PERSON and any(at >= actor.end for at in says):
                return self._not_of_speaker([actor.entities[0]], saying.speaker)
        return []

    def _not_of_speaker(self, named: list[Entity], speaker: Source | None) -> list[Entity]:
        """Who is meant by "they" in a quote: not the side of whoever speaks."""
        if speaker is None or speaker.entity is None:
            return named
        directory, sides = self.cast.directory, self.cast.sides
        if named and not is_same_side(named[0], speaker.entity, directory):
            return named
        others = [
            side
            for side in (sides.private, sides.state)
            if side and not is_same_side(side, speaker.entity, directory)
        ]
        return others[:1] or named

    def _owner_of_thing(
        self, number: int, trigger: Trigger
    ) -> tuple[tuple[Entity, ...] | None, list[str]]:
        """ "The meeting stressed its commitment": nobody in particular."""
        inside = [
            a
            for a in self.sources.actors[number]
            if trigger.start <= a.start < trigger.end and a.entities
        ]
        if inside:
            return self.bodies_of([inside[-1].entities[0]]), []
        return (), ["who promises is not said"]

    def bodies_of(self, entities: Sequence[Entity]) -> tuple[Entity, ...]:
        """The parties; for people, whom they act for."""
        found = []
        for entity in entities:
            body = entity.organization if entity.is_person else None
            if body is None:
                found.append(entity)
            elif body.implied and body.key is None and body.kind is PartyKind.MINISTRY:
                # No ministry is named: the minister speaks for the government.
                found.append(self.cast.government() or body)
            else:
                found.append(body)
        return tuple(dict.fromkeys(found))

    def _both_sides(self, named: Sequence[Entity] = ()) -> tuple[Entity, ...]:
        """Those named, with the sides that none of them is on."""
        bodies = list(self.bodies_of(named))
        for side in (self.cast.sides.private, self.cast.sides.state):
            if side is not None and not any(
                is_same_side(side, body, self.cast.directory) for body in bodies
            ):
                bodies.append(side)
        return tuple(dict.fromkeys(bodies))

    def is_framed_as_joint(self, number: int, trigger: Trigger) -> bool:
        """Whether both sides stand before the verb: "It was agreed that the firm would"."""
        return any(
            a.form is Form.JOINT and a.start <= trigger.start for a in self.sources.actors[number]
        )

    def rank_candidates(self, promisors: Sequence[Entity], saying: Saying) -> tuple[Entity, ...]:
        """Who else it may be, likeliest first, the promisors themselves before."""
        ranked: list[Entity] = list(promisors)
        for actor in saying.subject:
            ranked += actor.entities
        ranked += [p.organization for p in list(ranked) if p.organization is not None]
        if saying.source and saying.source.entity:
            ranked += self.bodies_of([saying.source.entity])
            ranked.append(saying.source.entity)
        ranked += [s for s in (self.cast.sides.private, self.cast.sides.state) if s is not None]
        for actor in self.sources.actors[saying.number]:
            ranked += actor.entities[:1]
        return tuple(dict.fromkeys(ranked))[:_MOST_CANDIDATES]

    def find_addressees(self, promisors: Sequence[Entity], saying: Saying) -> tuple[Entity, ...]:
        """The first party of another side behind the verb."""
        if not promisors:
            return ()
        for actor in self.sources.actors[saying.number]:
            if actor.start < saying.trigger.start or not actor.entities:
                continue
            if not is_same_side(actor.entities[0], promisors[0], self.cast.directory):
                return (actor.entities[0],)
        return ()


def are_both_sides(promisors: Sequence[Entity], cast: Cast) -> bool:
    """Whether parties of two sides promise."""
    return len(promisors) > 1 and not all(
        is_same_side(promisors[0], p, cast.directory) for p in promisors[1:]
    )


def surface_of(subject: Sequence[Actor]) -> str:
    """The last word of a subject, in small letters: "ministers" of "the two ministers"."""
    return subject[-1].surface.lower().split()[-1] if subject else ""
