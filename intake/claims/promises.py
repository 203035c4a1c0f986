"""Finds promises: the sentence, who promises, through whose words it is known, how firmly."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from intake.claims.sources import Source, Sources
from intake.lexicon import Lexicon, Pattern
from intake.names.actors import Actor, Cast, Form, Sides, is_same_side
from intake.names.entities import Entity
from intake.text.segments import Part, Sentence
from intake.text.tokens import fold_word
from store.records.commitments import Attribution, Strength
from store.records.parties import PartyKind
from store.records.plurals import singular

_NOT_AGAIN = 2
"""Sentences after a promise in which what it is about may be explained."""


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


@dataclass(frozen=True, slots=True)
class _Trigger:
    pattern: Pattern
    start: int
    end: int
    words: str


@dataclass
class PromiseFinder:
    """Finds the promises of one text whose sentences and sources are read."""

    sources: Sources
    cast: Cast
    lexicon: Lexicon

    def __post_init__(self) -> None:
        self.text = self.sources.text
        self._patterns = self.lexicon.patterns["commitments"]
        self._clause = re.compile(
            r"[;:]|\s[—–]\s|\bthat\b|,?\s*\b(?:which|who|whom|whose|while|whereas|because|although|though|"
            r"adding|saying|noting|as)\b|,\s*(?:and|but|or|so)\b",
            re.IGNORECASE,
        )
        self._say = self.lexicon.any_of("say")
        self._speech_acts = self.lexicon.words("speech_act")
        self._of_future = self.lexicon.words("future")

    def find(self) -> list[Promise]:
        """The promises, in the order of the text, each with all sentences that tell it."""
        found: list[Promise] = []
        for number, sentence in enumerate(self.sources.sentences):
            if sentence.part in (Part.BOILERPLATE, Part.HEADER) or sentence.text.endswith("?"):
                continue
            promises = list(self._read_sentence(number, sentence))
            if promises:
                found += promises
            elif explained := self._explains(number, sentence, found):
                explained.spans.append((sentence.start, sentence.end))
        return _join_headlines(found)

    # -- One sentence -----------------------------------------------------------------------------

    def _read_sentence(self, number: int, sentence: Sentence) -> Iterator[Promise]:
        seen: list[frozenset[int]] = []
        found: list[tuple[bool, int, Promise]] = []
        for trigger in self._find_triggers(number, sentence):
            promise = self._read_trigger(number, sentence, trigger)
            if promise is None:
                continue
            parties = frozenset(id(p) for p in promise.promisors)
            if any(parties <= other or other <= parties for other in seen):
                continue
            if seen and trigger.pattern.name not in self._of_future:
                continue
            seen.append(parties)
            found.append((promise.is_vague, trigger.start, promise))
        yield from (promise for _, _, promise in sorted(found, key=lambda f: f[:2]))

    def _find_triggers(self, number: int, sentence: Sentence) -> list[_Trigger]:
        found = []
        void = self.lexicon.words("void_gap")
        is_headline = sentence.part in (Part.HEADLINE, Part.HEADING)
        for pattern in self._patterns:
            if pattern.name.startswith("headline") and not is_headline:
                continue  # in prose, a bare "promises" is as often a noun
            for match in pattern.regex.finditer(self.text, sentence.start, sentence.end):
                inside = set(match[0].lower().split())
                if pattern.name.startswith("express") and inside & void - {"that"}:
                    continue
                if self._is_noun(sentence, match, pattern):
                    continue
                found.append(_Trigger(pattern, match.start(), match.end(), match[0]))
        if not found and sentence.part in (Part.HEADLINE, Part.HEADING):
            found += self._headline_infinitive(number, sentence)
        # What is said to be promised comes before what would then be done.
        found.sort(key=lambda t: (t.pattern.name in self._of_future, t.start))
        return found

    def _is_noun(self, sentence: Sentence, match: re.Match[str], pattern: Pattern) -> bool:
        """Whether a word that may be a verb is a noun here: "its pledges to", "no plans to"; or
        only may happen: "can agree".
        """
        modal = self.lexicon.words("modal")
        if pattern.name not in self._of_future and pattern.subject != "after":
            last = self.text[max(sentence.start, match.start() - 12) : match.start()].split()
            if last and last[-1].lower() in modal:
                return True
        if not pattern.name.startswith(("pledge", "plan", "committed", "resolve", "agree-to")):
            return False
        before = self.text[max(sentence.start, match.start() - 24) : match.start()].split()
        if pattern.name == "plan-to" and match[0].lower().startswith("planned"):
            return not before or before[-1].lower() not in ("has", "had", "have", "also", "is")
        return bool(before) and before[-1].lower() in self.lexicon.words("noun_before")

    def _headline_infinitive(self, number: int, sentence: Sentence) -> Iterator[_Trigger]:
        """ "Mill to open school": in headlines, "to" tells what will be done."""
        actors = self.sources.actors[number]
        if not actors or actors[0].start - sentence.start > 25:
            return
        for actor in actors[:3]:
            found = re.match(
                r"\s+to\s+(?!the\b|a\b|an\b)[^\W\d_]+", self.text[actor.end : sentence.end], re.I
            )
            if found and not actor.is_oblique:
                future = next(p for p in self._patterns if p.name == "set-to")
                yield _Trigger(future, actor.end, actor.end + found.end(), found[0].strip())
                return

    def _read_trigger(self, number: int, sentence: Sentence, trigger: _Trigger) -> Promise | None:
        speech = self.sources.speech_at(trigger.start)
        speaker = self.sources.speakers.get(speech) if speech else None
        # “…, said it "will never do that"”: the subject stands before the quote.
        is_tail_of = speech is not None and trigger.start - speech.start <= 2
        begin = self._clause_start(
            number, sentence, trigger, speech.start if speech and not is_tail_of else None
        )
        clause = self.text[begin : trigger.start]
        if re.search(r"\b(?:if|unless|whether)\b", clause, re.I):
            return None
        if self._is_wished(sentence, begin, trigger):
            return None
        if begin > sentence.start and re.match(r"\s*(?:when|how|why|what|where)\b", clause, re.I):
            return None  # "nobody could say when they would meet"
        subject = self._find_subject(number, sentence, trigger, begin)
        source = (
            speaker if speech else self.sources.find_source(number, (trigger.start, trigger.end))
        )
        if (
            trigger.words.lower().startswith("would")
            and not speech
            and not self._is_reported(number, trigger, source)
        ):
            return None
        promisors, doubt = self._who_promises(
            number, trigger, subject, speaker, source, speech is not None
        )
        if promisors is None:
            return None
        attribution, reason = self._attribute(
            number, sentence, trigger, subject, promisors, source, speech is not None
        )
        strength = self._grade(sentence, trigger)
        candidates = self._rank_candidates(promisors, subject, source, number)
        reasons = [f"“{_shorten(trigger.words)}”", reason, *doubt]
        return Promise(
            spans=[(sentence.start, sentence.end)],
            promisors=promisors,
            candidates=candidates,
            addressees=self._find_addressees(number, trigger, promisors),
            strength=strength,
            attribution=attribution,
            source=source,
            reasons=[r for r in reasons if r],
            part=sentence.part,
            number=number,
            pattern=trigger.pattern.name,
            is_quoted=speech is not None,
            is_vague=not subject and trigger.pattern.subject == "passive",
            words=content_words(sentence.text, self.lexicon),
        )

    # -- Who --------------------------------------------------------------------------------------

    def _is_wished(self, sentence: Sentence, begin: int, trigger: _Trigger) -> bool:
        """Whether the clause of the verb is hoped for or asked: "She hoped that it will open"."""
        if trigger.pattern.name not in self._of_future:
            return False
        lead = self.text[max(sentence.start, begin - 60) : begin].lower()
        if not lead.rstrip().endswith("that"):
            return False
        words = re.findall(r"[^\W\d_]+", lead)[-4:-1]
        return bool(self.lexicon.words("wish") & set(words))

    def _clause_start(
        self, number: int, sentence: Sentence, trigger: _Trigger, quote: int | None
    ) -> int:
        """Where the clause of the verb begins: behind "that", "who", "said", or in a quote."""
        begin = max(sentence.start, quote or 0)
        for match in self._clause.finditer(self.text, begin, trigger.start):
            begin = match.end()
            if match[0].lower().strip(" ,") in ("which", "who", "whose", "whom"):
                begin = match.start()
        for verb in self._say.finditer(self.text, begin, trigger.start):
            following = self.text[verb.end() : trigger.start].strip()
            if (
                following
                and any(verb.end() <= a.start < trigger.start for a in self.sources.actors[number])
            ) or (following and re.match(r"(?:the|a|an|this|these|its|their)\b", following, re.I)):
                begin = verb.end()
        return begin

    def _find_subject(
        self, number: int, sentence: Sentence, trigger: _Trigger, begin: int
    ) -> tuple[Actor, ...]:
        """The actors that are the subject of the verb; none if a thing is."""
        actors = self.sources.actors[number]
        if trigger.pattern.subject == "owner":
            owners = [
                a for a in actors if trigger.start <= a.start < trigger.end and a.is_possessive
            ]
            if owners and owners[-1].form is not Form.PRONOUN:
                return (owners[-1],)
            if trigger.words.lower().endswith((" by", " of")):
                after = [a for a in actors if 0 <= a.start - trigger.end < 8]
                if after:
                    return (after[0],)
        if trigger.pattern.subject == "after":
            after = [a for a in actors if a.start >= trigger.end - 12 and a.end > trigger.end]
            return tuple(after[:1])
        in_clause = [
            a
            for a in actors
            if begin <= a.start
            and a.end <= trigger.start + 3
            and not a.is_oblique
            and not a.is_possessive
        ]
        contracted = [a for a in actors if a.start == trigger.start]
        if contracted:
            return (contracted[0],)
        if in_clause:
            verb_behind_and = re.fullmatch(
                r"\s*,?\s*(?:and|but)\s*", self.text[in_clause[-1].end : trigger.start], re.I
            )
            if verb_behind_and:  # "X met Y and assured": Y is the object of the first verb
                in_clause = in_clause[:1]
            return self._with_coordinated(in_clause, actors)
        relative = re.match(r",?\s*\b(?:which|who)\b", self.text[begin : trigger.start], re.I)
        if relative:
            before = [a for a in actors if a.end <= begin + 1]
            return tuple(before[-1:])
        gap = self.text[begin : trigger.start].strip(" ,").lower()
        lead = self.text[max(sentence.start, begin - 6) : begin].lower()
        plain = gap in (
            "",
            "also",
            "has",
            "have",
            "had",
            "is",
            "are",
            "further",
            "has also",
            "have also",
            "it",
            "was",
            "then",
        )
        if (
            begin > sentence.start
            and plain
            and re.search(r"(?:and|but|or|so|adding|saying)\s*$", lead)
        ):
            before = [
                a for a in actors if a.end <= begin and not a.is_oblique and not a.is_possessive
            ]
            return tuple(before[:1])
        return ()

    def _with_coordinated(
        self, chosen: Sequence[Actor], actors: Sequence[Actor]
    ) -> tuple[Actor, ...]:
        """The last actor before the verb, with those that "and" joins to it."""
        chain = [chosen[-1]]
        for actor in reversed(chosen[:-1]):
            between = self.text[actor.end : chain[0].start]
            if len(chain) == 1 and not re.search(r"\band\b|&", between):
                break  # "Pressed by A, B agreed"
            if re.fullmatch(
                r"\s*(?:\([^)]*\)\s*)?,?\s*(?:and|&|,)\s*(?:the\s+)?(?:[\w-]+\s+){0,2}", between
            ):
                chain.insert(0, actor)
            elif (
                re.fullmatch(r"[’']?s?\s*(?:[\w’'-]+[\s,]+){0,6}", between)
                and chain[0].is_singular_person
                and (chain[0].form is Form.NAME and not actor.is_singular_person)
            ):
                break
            else:
                break
        return tuple(chain)

    def _who_promises(
        self,
        number: int,
        trigger: _Trigger,
        subject: Sequence[Actor],
        speaker: Source | None,
        source: Source | None,
        quoted: bool,
    ) -> tuple[tuple[Entity, ...] | None, list[str]]:
        """The parties that promise, and what is doubtful about that; None if nobody does."""
        sides = self.cast.sides
        if any(a.form is Form.JOINT for a in subject):
            return self._joint(sides), []
        if trigger.pattern.subject == "joint" and not quoted:
            named = [e for a in subject for e in a.entities[:1]]
            return self._joint(sides, named), []
        if not subject:
            inner = self._inner_sayer(number, trigger, speaker) if quoted else []
            if trigger.pattern.subject == "passive" and inner:
                return self._bodies(inner, first_person=False), ["as told by others"]
            if trigger.pattern.subject == "passive" and source is not None and source.entity:
                return self._bodies([source.entity], first_person=False), [
                    "who does it is not said"
                ]
            if trigger.pattern.name in self._speech_acts or trigger.pattern.name == "on-assurances":
                if self._joint_frame(number, trigger):
                    return self._joint(sides), []
                if trigger.pattern.subject == "owner":
                    return self._owner_of_thing(number, trigger)
                return (), ["who promises is not said"]
            return None, []
        if any(a.form is Form.FIRST_PERSON for a in subject):
            if trigger.pattern.name == "agree-that" and " with " in trigger.words.lower():
                return None, []  # "we agreed with them that they will": they promise
            if not quoted:
                if source is None or source.entity is None:
                    return None, []
                return self._bodies([source.entity], first_person=False), []
            if speaker is None or speaker.entity is None:
                return (), ["who is quoted is not said"]
            first = subject[-1].surface.lower()
            return self._bodies([speaker.entity], first_person=first.startswith("i")), []
        named = [e for a in subject for e in a.entities[:1]]
        if not named and subject[-1].surface.lower().split()[-1] in self.lexicon.words("several"):
            return self._joint(sides), []
        quote = self.sources.speech_at(trigger.start)
        inside = quote is not None and subject[-1].start >= quote.start
        if inside and subject[-1].form is Form.PRONOUN and not subject[-1].is_singular_person:
            named = self._others(named, speaker)
        if not named:
            stated = subject[-1]
            return (), [f"“{_shorten(stated.surface)}” is not named"]
        return self._bodies(named, first_person=False), []

    def _inner_sayer(self, number: int, trigger: _Trigger, speaker: Source | None) -> list[Entity]:
        """Within a quote, who is told to have said it: "They told us that a team will be there"."""
        quote = self.sources.speech_at(trigger.start)
        begin = quote.start if quote else trigger.start
        for actor in self.sources.actors[number]:
            if not begin <= actor.start < trigger.start or not actor.entities or actor.is_oblique:
                continue
            following = self.text[actor.end : min(actor.end + 30, trigger.start)].split()[:2]
            if any(self._say.fullmatch(word) for word in following):
                return self._others([actor.entities[0]], speaker)
        return []

    def _others(self, named: list[Entity], speaker: Source | None) -> list[Entity]:
        """Who is meant by "they" in a quote: not the side of whoever speaks."""
        if speaker is None or speaker.entity is None:
            return named
        directory = self.cast.directory
        if named and not is_same_side(named[0], speaker.entity, directory):
            return named
        sides = (self.cast.sides.private, self.cast.sides.state)
        others = [s for s in sides if s and not is_same_side(s, speaker.entity, directory)]
        return others[:1] or named

    def _owner_of_thing(
        self, number: int, trigger: _Trigger
    ) -> tuple[tuple[Entity, ...] | None, list[str]]:
        """ "The meeting stressed its commitment": nobody in particular."""
        inside = [
            a
            for a in self.sources.actors[number]
            if trigger.start <= a.start < trigger.end and a.entities
        ]
        if inside:
            return self._bodies([inside[-1].entities[0]], first_person=False), []
        return (), ["who promises is not said"]

    def _bodies(self, entities: Sequence[Entity], *, first_person: bool) -> tuple[Entity, ...]:
        """People count for whom they act, unless they speak of themselves."""
        found = []
        for entity in entities:
            body = entity.organization if entity.is_person else None
            if body is None or first_person:
                found.append(entity)
            elif body.implied and body.key is None and body.kind is PartyKind.MINISTRY:
                # No ministry is named: the minister speaks for the government.
                found.append(self.cast.government() or body)
            else:
                found.append(body)
        return tuple(dict.fromkeys(found))

    def _joint(self, sides: Sides, named: Sequence[Entity] = ()) -> tuple[Entity, ...]:
        bodies = list(self._bodies(named, first_person=False))
        for side in (sides.private, sides.state):
            if side is not None and not any(
                is_same_side(side, body, self.cast.directory) for body in bodies
            ):
                bodies.append(side)
        return tuple(dict.fromkeys(bodies))

    def _joint_frame(self, number: int, trigger: _Trigger) -> bool:
        return any(
            a.form is Form.JOINT and a.start <= trigger.start for a in self.sources.actors[number]
        )

    def _rank_candidates(
        self,
        promisors: Sequence[Entity],
        subject: Sequence[Actor],
        source: Source | None,
        number: int,
    ) -> tuple[Entity, ...]:
        ranked: list[Entity] = list(promisors)
        for actor in subject:
            ranked += actor.entities
        ranked += [p.organization for p in list(ranked) if p.organization is not None]
        if source and source.entity:
            ranked += self._bodies([source.entity], first_person=False)
            ranked.append(source.entity)
        sides = self.cast.sides
        ranked += [s for s in (sides.private, sides.state) if s is not None]
        for actor in self.sources.actors[number]:
            ranked += actor.entities[:1]
        return tuple(dict.fromkeys(ranked))[:5]

    def _find_addressees(
        self, number: int, trigger: _Trigger, promisors: Sequence[Entity]
    ) -> tuple[Entity, ...]:
        """The first party of another side behind the verb."""
        if not promisors:
            return ()
        for actor in self.sources.actors[number]:
            if actor.start < trigger.start or not actor.entities:
                continue
            entity = actor.entities[0]
            if not is_same_side(entity, promisors[0], self.cast.directory):
                return (entity,)
        return ()

    # -- Through whose words ----------------------------------------------------------------------

    def _is_reported(self, number: int, trigger: _Trigger, source: Source | None) -> bool:
        """Whether "would" tells what somebody said, and not what might be."""
        if source is not None:
            return True
        sentence = self.sources.sentences[number]
        return any(
            p.regex.search(self.text, sentence.start, trigger.start)
            for p in self._patterns
            if p.name in self._speech_acts
        ) or self._joint_frame(number, trigger)

    def _attribute(
        self,
        number: int,
        sentence: Sentence,
        trigger: _Trigger,
        subject: Sequence[Actor],
        promisors: Sequence[Entity],
        source: Source | None,
        quoted: bool,
    ) -> tuple[Attribution, str]:
        """Through whose words the promise is known, and the reason in words."""
        said = source.words if source else ""
        differs = bool(
            source
            and source.entity
            and promisors
            and not any(is_same_side(source.entity, p, self.cast.directory) for p in promisors)
        )
        if differs and source and source.entity and self._may_speak_for(source.entity, promisors):
            differs = False
        if said.lower().startswith(("its ", "their ")):
            differs = False  # "…, their association said"
        first_person = any(a.form is Form.FIRST_PERSON for a in subject)
        both = self._are_both_sides(promisors)
        if quoted:
            if first_person or (source and source.entity and not differs and promisors):
                return (
                    Attribution.SELF_QUOTED,
                    f"in quotation marks, said by {said or 'somebody not named'}",
                )
            if both and not differs:
                return (
                    Attribution.JOINT_STATEMENT,
                    f"said of both sides by {said or 'somebody not named'}",
                )
            return (
                Attribution.COUNTERPART_CLAIM,
                f"said of others, in a quote of {said or 'somebody not named'}",
            )
        if trigger.pattern.subject == "after":
            return Attribution.COUNTERPART_CLAIM, "assurances that the other side speaks of"
        if (
            any(a.form is Form.JOINT for a in subject)
            or self._several_agree(trigger, subject)
            or self._joint_frame(number, trigger)
            or (trigger.pattern.subject == "joint")
        ):
            return Attribution.JOINT_STATEMENT, "told as agreed by both sides"
        if source and source.is_hearsay and source.entity is None:
            return Attribution.REPORTER_GLOSS, "told as hearsay"
        if differs:
            return Attribution.COUNTERPART_CLAIM, f"only the other side says so: {said}"
        if both:
            return Attribution.JOINT_STATEMENT, "promised by both sides"
        if sentence.part is Part.HEADLINE and source is None:
            return Attribution.HEADLINE_ONLY, "only the headline says so"
        if source and source.entity and promisors:
            return Attribution.SELF_PARAPHRASED, f"told in the words of {said}"
        return self._without_source(trigger, subject, promisors, sentence)

    def _may_speak_for(self, speaker: Entity, promisors: Sequence[Entity]) -> bool:
        """Whether a person of no known body speaks of a body without a name: "the committee"."""
        unnamed = all(p.key is None and p.name.islower() and p.is_office for p in promisors)
        return speaker.is_person and speaker.organization is None and unnamed

    def _several_agree(self, trigger: _Trigger, subject: Sequence[Actor]) -> bool:
        """Whether several, "the ministers of A and B", agree with each other."""
        agrees = trigger.pattern.name.startswith("agree") or trigger.pattern.subject == "joint"
        last = subject[-1].surface.lower().split()[-1] if subject else ""
        nobody = not any(a.entities for a in subject)
        return (agrees or nobody) and last in self.lexicon.words("several")

    def _without_source(
        self,
        trigger: _Trigger,
        subject: Sequence[Actor],
        promisors: Sequence[Entity],
        sentence: Sentence,
    ) -> tuple[Attribution, str]:
        """Of what the reporter tells: a speech act of the promisor, of another, or of nobody."""
        before = self.text[max(sentence.start, trigger.start - 20) : trigger.start].split()
        is_state = trigger.pattern.name in ("committed-to", "dedicated-to", "willing-to") and bool(
            before
            and before[-1].lower().strip("’'")
            in {
                *self.lexicon.words("be"),
                "remain",
                "remains",
                "remained",
                "fully",
                "deeply",
                "firmly",
                "strongly",
                "still",
            }
        )
        speech_act = (
            trigger.pattern.name in self._speech_acts
            or (trigger.pattern.name == "committed-to" and not is_state)
            or trigger.pattern.name == "plan-to"
        )
        if not speech_act:
            return Attribution.REPORTER_GLOSS, "nobody is named as saying so"
        if trigger.pattern.subject == "owner":
            doer = self._doer_of(trigger, sentence)
            if doer is None:
                return Attribution.REPORTER_GLOSS, "no party is named as saying so"
            if promisors and not any(is_same_side(doer, p, self.cast.directory) for p in promisors):
                return Attribution.COUNTERPART_CLAIM, f"only the other side says so: {doer.name}"
        return Attribution.SELF_PARAPHRASED, "the promisor's words, reported"

    def _doer_of(self, trigger: _Trigger, sentence: Sentence) -> Entity | None:
        number = self.sources.sentence_at(trigger.start)
        before = [
            a
            for a in self.sources.actors[number]
            if a.end <= trigger.start and not a.is_oblique and not a.is_possessive and a.entities
        ]
        if before and re.search(r"\band\s*$", self.text[before[-1].end : trigger.start]):
            return before[0].entities[0]  # "X thanked Y and reiterated"
        return before[-1].entities[0] if before else None

    def _are_both_sides(self, promisors: Sequence[Entity]) -> bool:
        return len(promisors) > 1 and not all(
            is_same_side(promisors[0], p, self.cast.directory) for p in promisors[1:]
        )

    # -- How firmly -------------------------------------------------------------------------------

    def _grade(self, sentence: Sentence, trigger: _Trigger) -> Strength:
        """The strength of the wording: what the verb says, less or more by what follows it."""
        says = Strength(trigger.pattern.says)
        if says is not Strength.PLEDGED:
            return says
        words = self.lexicon.words
        follow = self.text[
            max(trigger.start, trigger.end - 24) : min(sentence.end, trigger.end + 60)
        ].lower()
        following = re.findall(r"[^\W\d_]+", follow)
        if trigger.pattern.name.startswith(("agree", "plan", "sign")) and words("consider") & set(
            following[:6]
        ):
            return Strength.WILLING
        near = set(re.findall(r"[^\W\d_]+", trigger.words.lower())) | set(following[:5])
        if near & words("go_on"):
            return Strength.CONTINUING
        if any(p.regex.search(sentence.text) for p in self.lexicon.patterns["measures"]):
            return Strength.SPECIFIC
        if set(following[:6]) & words("concrete"):
            return Strength.SPECIFIC
        return Strength.PLEDGED

    # -- Several sentences of one promise ---------------------------------------------------------

    def _explains(
        self, number: int, sentence: Sentence, found: Sequence[Promise]
    ) -> Promise | None:
        """The promise that a sentence goes on with: "The lab will …" after a lab was promised."""
        for match in re.finditer(
            r"\b(?:the|this|such an?)\s+(?:new\s+)?([^\W\d_]+)\s+(?:will|would)\s+(?!be\b)",
            sentence.text,
            re.I,
        ):
            thing = singular(fold_word(match[1]))
            for promise in reversed(found[-3:]):
                near = number - promise.number <= _NOT_AGAIN + 1
                if (
                    near
                    and thing in promise.words
                    and not self._names_party(number, sentence, match)
                ):
                    return promise
        return None

    def _names_party(self, number: int, sentence: Sentence, match: re.Match[str]) -> bool:
        place = sentence.start + match.start(1)
        return any(a.start <= place < a.end for a in self.sources.actors[number])


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


def content_words(text: str, lexicon: Lexicon) -> frozenset[str]:
    """What a text is about: its words in the singular, without those that say nothing."""
    empty = lexicon.words("function_word") | lexicon.words("empty_word")
    return frozenset(
        singular(fold_word(w)) for w in re.findall(r"[^\W\d_]{3,}", text) if w.lower() not in empty
    ) - {""}


def _shorten(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 60 else f"{flat[:59]}…"


def with_promisors(promise: Promise, promisors: Sequence[Entity]) -> Promise:
    """The same promise by others."""
    return replace(promise, promisors=tuple(promisors))
