"""Through whose words a promise is known: the promisor's, the other side's, the reporter's."""

from collections.abc import Sequence
from dataclasses import replace

from intake.claims.frames import Source
from intake.claims.promisors import PromisorFinder, are_both_sides, surface_of
from intake.claims.sources import Sources
from intake.claims.triggers import Saying
from intake.lexicon import Lexicon
from intake.names.actors import Form
from intake.names.cast import Cast
from intake.names.entities import Entity
from intake.names.sides import is_same_side
from intake.text.segments import Part
from store.records.commitments import Attribution

_MOST_AUXILIARY = 18
"""Characters before a verb in which "had also" stands."""
_UNNAMED = "somebody not named"


class Attributor:
    """Tells through whose words the promises of one text are known."""

    def __init__(
        self, sources: Sources, cast: Cast, promisors: PromisorFinder, lexicon: Lexicon
    ) -> None:
        """Takes who acts in each sentence, and who promises."""
        self.text, self.sources, self.cast = sources.text, sources, cast
        self._promisors = promisors
        self._clauses = lexicon.regexes("clauses")
        self._several = lexicon.words("several")
        self._gatherings = lexicon.words("gathering_noun")
        self._its = lexicon.words("its")
        self._state_adverbs = lexicon.words("be") | lexicon.words("state_adverb")

    def attribute(self, saying: Saying, promisors: Sequence[Entity]) -> tuple[Attribution, str]:
        """Through whose words the promise is known, and the reason in words."""
        if saying.speech is not None:
            return self._attribute_quote(saying, promisors)
        if outer := self.sources.find_outer_sayer(saying.number, saying.trigger.start):
            saying = replace(saying, source=outer) if outer.entity else saying
        source = saying.source
        if saying.trigger.is_a("told"):
            return self._attribute_to_hearer(saying)
        if source is not None and source is self.sources.author and _is_first_person(saying):
            return Attribution.SELF_QUOTED, f"in the first person, by {source.words}"
        if saying.trigger.is_a("quoted"):
            return Attribution.COUNTERPART_CLAIM, "quoted by others"
        if saying.trigger.pattern.subject == "after" or saying.trigger.is_a("assured"):
            return Attribution.COUNTERPART_CLAIM, "assurances that the other side speaks of"
        if self._is_joint(saying):
            return Attribution.JOINT_STATEMENT, "told as agreed by both sides"
        if source and source.is_hearsay and source.entity is None:
            return Attribution.REPORTER_GLOSS, "told as hearsay"
        if self._is_of_other_side(saying, promisors):
            said = source.words if source else ""
            return Attribution.COUNTERPART_CLAIM, f"only the other side says so: {said}"
        if are_both_sides(promisors, self.cast):
            return Attribution.JOINT_STATEMENT, "promised by both sides"
        if source and source.is_tail and source.entity is None and not source.is_hearsay:
            return Attribution.COUNTERPART_CLAIM, f"others say so: {source.words}"
        if saying.sentence.part is Part.HEADLINE and source is None:
            return Attribution.HEADLINE_ONLY, "only the headline says so"
        if source and source.entity and promisors:
            return Attribution.SELF_PARAPHRASED, f"told in the words of {source.words}"
        if source is None and (earlier := self._source_that_goes_on(saying)):
            saying = replace(saying, source=earlier)
            if self._is_of_other_side(saying, promisors):
                return (
                    Attribution.COUNTERPART_CLAIM,
                    f"goes on with what the other side says: {earlier.words}",
                )
            return Attribution.SELF_PARAPHRASED, f"goes on in the words of {earlier.words}"
        return self._attribute_to_reporter(saying, promisors)

    def _source_that_goes_on(self, saying: Saying) -> Source | None:
        """Who said the sentence before, where this one goes on in reported speech: "She said the
        firm had paid. It had also agreed to", "… It would also".
        """
        before = saying.number - 1
        if saying.sentence.part is not Part.BODY or before < 0:
            return None
        sentence = self.sources.sentences[before]
        begin = max(saying.sentence.start, saying.trigger.start - _MOST_AUXILIARY)
        words = self.text[begin : saying.trigger.end]
        if sentence.part is not Part.BODY or not self._clauses["reported-tense"].search(words):
            return None
        source = self.sources.find_source(before, (sentence.end, sentence.end))
        return source if source and source.entity and not source.is_hearsay else None

    def _attribute_quote(
        self, saying: Saying, promisors: Sequence[Entity]
    ) -> tuple[Attribution, str]:
        source = saying.source
        said = (source.words if source else "") or _UNNAMED
        differs = self._is_of_other_side(saying, promisors)
        first_person = _is_first_person(saying)
        told = saying.speech is not None and self.sources.is_told_to_speaker(
            saying.speech, saying.sentence, saying.trigger.end
        )
        if not first_person and (told or saying.trigger.is_a("told")):
            return Attribution.COUNTERPART_CLAIM, f"told to {said}, who speaks of it"
        if first_person or (source and source.entity and not differs and promisors):
            return Attribution.SELF_QUOTED, f"in quotation marks, said by {said}"
        if are_both_sides(promisors, self.cast) and not differs:
            return Attribution.JOINT_STATEMENT, f"said of both sides by {said}"
        return Attribution.COUNTERPART_CLAIM, f"said of others, in a quote of {said}"

    def _attribute_to_hearer(self, saying: Saying) -> tuple[Attribution, str]:
        """Of what somebody was told: they tell it, unless a meeting was told."""
        begin = saying.sentence.start
        before = self.text[begin : saying.trigger.start].lower().split()[-4:]
        if self._gatherings & set(before):
            return Attribution.REPORTER_GLOSS, "told to a meeting"
        return Attribution.COUNTERPART_CLAIM, "known from those who were told"

    def _is_of_other_side(self, saying: Saying, promisors: Sequence[Entity]) -> bool:
        """Whether a party says so that is not on the promisors' side."""
        source = saying.source
        if source is None or source.entity is None or not promisors:
            return False
        if self._its & set(source.words.lower().split()[:1]):
            return False  # "…, their association said"
        if self._several & set(source.words.lower().split()[-1:]) and len(promisors) > 1:
            return False  # "both ministers said they would"
        if any(is_same_side(source.entity, p, self.cast.directory) for p in promisors):
            return False
        return not _may_speak_for(source.entity, promisors)

    def _is_joint(self, saying: Saying) -> bool:
        return (
            any(a.form is Form.JOINT for a in saying.subject)
            or self._do_several_agree(saying)
            or self._promisors.is_framed_as_joint(saying.number, saying.trigger)
            or saying.trigger.pattern.subject == "joint"
        )

    def _do_several_agree(self, saying: Saying) -> bool:
        """Whether several, "the ministers of A and B", agree with each other."""
        trigger = saying.trigger
        agrees = trigger.is_a("agreed") or trigger.pattern.subject == "joint"
        nobody = not any(a.entities for a in saying.subject)
        return (agrees or nobody) and surface_of(saying.subject) in self._several

    def _attribute_to_reporter(
        self, saying: Saying, promisors: Sequence[Entity]
    ) -> tuple[Attribution, str]:
        """Of what the reporter tells: a speech act of the promisor, of another, or of nobody."""
        trigger = saying.trigger
        declared = trigger.is_a("declared") and not self._tells_state(saying)
        if not trigger.is_a("speech-act") and not declared:
            return Attribution.REPORTER_GLOSS, "nobody is named as saying so"
        if trigger.pattern.subject == "owner":
            doer = self._doer_of(saying)
            if doer is None:
                return Attribution.REPORTER_GLOSS, "no party is named as saying so"
            if promisors and not any(is_same_side(doer, p, self.cast.directory) for p in promisors):
                return Attribution.COUNTERPART_CLAIM, f"only the other side says so: {doer.name}"
        return Attribution.SELF_PARAPHRASED, "the promisor's words, reported"

    def _tells_state(self, saying: Saying) -> bool:
        """Whether "is committed", "remains committed" tells how it is, and not what is promised."""
        if not saying.trigger.is_a("state"):
            return False
        begin = max(saying.sentence.start, saying.trigger.start - 20)
        before = self.text[begin : saying.trigger.start].split()
        return bool(before) and before[-1].lower().strip("’'") in self._state_adverbs

    def _doer_of(self, saying: Saying) -> Entity | None:
        """Who welcomes, reiterates or thanks."""
        before = [
            a
            for a in self.sources.actors[saying.number]
            if a.end <= saying.trigger.start
            and not a.is_oblique
            and not a.is_possessive
            and a.entities
        ]
        if not before:
            return None
        between = self.text[before[-1].end : saying.trigger.start]
        # "X thanked Y and reiterated"
        doer = before[0] if self._clauses["ends-in-and"].search(between) else before[-1]
        return doer.entities[0]


def _is_first_person(saying: Saying) -> bool:
    return any(a.form is Form.FIRST_PERSON for a in saying.subject)


def _may_speak_for(speaker: Entity, promisors: Sequence[Entity]) -> bool:
    """Whether a person of no known body speaks of a body without a name: "the committee"."""
    unnamed = all(p.key is None and p.name.islower() and not p.is_person for p in promisors)
    return speaker.is_person and speaker.organization is None and unnamed
