"""Who does what a verb tells: its clause, and the actors that are its subject."""

from collections.abc import Sequence
from itertools import pairwise

from intake.claims.sources import Sources
from intake.claims.triggers import Trigger
from intake.lexicon import Lexicon
from intake.names.actors import Actor, Form
from intake.text.segments import Sentence

_NEAR = 8
"""Characters behind "commitment of" within which its owner begins."""


class SubjectFinder:
    """Finds clauses and subjects in the sentences of one text."""

    def __init__(self, sources: Sources, lexicon: Lexicon) -> None:
        """Takes the words of the lexicon that divide and join clauses."""
        self.text, self.sources = sources.text, sources
        self._clauses = lexicon.regexes("clauses")
        self._say = lexicon.any_of("say")
        self._relatives = lexicon.words("relative_pronoun")
        self._before_verb = lexicon.words("before_verb") | {""}

    def find_clause(self, number: int, sentence: Sentence, trigger: Trigger, quote: int) -> int:
        """Where the clause of the verb begins: behind "that", "who", "said", or in a quote that
        begins at `quote`.
        """
        begin = max(sentence.start, quote)
        for match in self._clauses["boundary"].finditer(self.text, begin, trigger.start):
            relative = match[0].lower().strip(" ,") in self._relatives
            begin = match.start() if relative else match.end()
        for verb in self._say.finditer(self.text, begin, trigger.start):
            if self.sources.is_aside(verb.start()):
                continue
            following = self.text[verb.end() : trigger.start].strip()
            names_somebody = any(
                verb.end() <= a.start < trigger.start for a in self.sources.actors[number]
            )
            opens = self._clauses["subject-begins"].match(following)
            if following and (names_somebody or opens):
                begin = verb.end()
        return begin

    def find_subject(
        self, number: int, sentence: Sentence, trigger: Trigger, begin: int
    ) -> tuple[Actor, ...]:
        """The actors that are the subject of the verb, in the clause that begins at `begin`; none
        if a thing is.
        """
        actors = self.sources.actors[number]
        if trigger.pattern.subject == "owner" and (owner := self._find_owner(actors, trigger)):
            return (owner,)
        if trigger.is_a("told"):
            return self._find_teller(actors, sentence, trigger)
        if trigger.pattern.subject == "agent":
            return self._find_giver(actors, trigger)
        may_have_agent = trigger.pattern.subject in ("passive", "owner")
        if may_have_agent and (agent := self._find_agent(actors, trigger)):
            return (agent,)
        if trigger.is_a("quoted"):
            within = [a for a in actors if trigger.start <= a.start < trigger.end]
            return tuple(within[:1])
        if trigger.pattern.subject == "after":
            after = [a for a in actors if a.start >= trigger.end - 12 and a.end > trigger.end]
            return tuple(after[:1])
        if antecedent := self._find_antecedent(actors, sentence, trigger):
            return (antecedent,)
        contracted = [a for a in actors if a.start == trigger.start]  # "we'll"
        if contracted:
            return (contracted[0],)
        within = [
            a
            for a in actors
            if begin <= a.start
            and a.end <= trigger.start + 3
            and not a.is_oblique
            and not a.is_possessive
            and not self.sources.is_aside(a.start)
        ]
        if within:
            between = self.text[within[-1].end : trigger.start]
            if self._clauses["joined-verb"].fullmatch(between):
                within = within[:1]  # "X met Y and assured": Y is the object of the first verb
            return self._add_coordinated(within)
        if owner := self._find_owner_of_thing(actors, trigger, begin):
            return (owner,)
        return self._find_subject_before(actors, sentence, trigger, begin)

    def _find_giver(self, actors: Sequence[Actor], trigger: Trigger) -> tuple[Actor, ...]:
        """Whose pledge it is in "a pledge by the mill to"."""
        giver = self._clauses["giver"].search(self.text, trigger.start, trigger.end)
        behind = giver.end() if giver else trigger.end
        return tuple([a for a in actors if 0 <= a.start - behind < _NEAR][:1])

    def _find_agent(self, actors: Sequence[Actor], trigger: Trigger) -> Actor | None:
        """Who does what is told in the passive: "The gate will be opened by the mill"."""
        agent = self._clauses["agent-follows"].match(self.text, trigger.end)
        if agent is None:
            return None
        return next((a for a in actors if 0 <= a.start - agent.end() < _NEAR and a.entities), None)

    def _find_owner_of_thing(
        self, actors: Sequence[Actor], trigger: Trigger, begin: int
    ) -> Actor | None:
        """The party whose people or vehicles do it: "The mill's lorries will stop at night"."""
        if not trigger.tells_future or trigger.pattern.subject != "before":
            return None
        for actor in reversed(actors):
            if begin <= actor.start and actor.end < trigger.start and actor.is_possessive:
                thing = self._clauses["thing-of-owner"]
                return actor if thing.fullmatch(self.text, actor.end, trigger.start) else None
        return None

    def _find_owner(self, actors: Sequence[Actor], trigger: Trigger) -> Actor | None:
        """Whose commitment it is: "the firm's commitment", "a commitment of the firm"."""
        owners = [a for a in actors if trigger.start <= a.start < trigger.end and a.is_possessive]
        if owners and owners[-1].form is not Form.PRONOUN:
            return owners[-1]
        if self._clauses["agent-behind"].search(trigger.words):
            return next((a for a in actors if 0 <= a.start - trigger.end < _NEAR), None)
        return None

    def _find_teller(
        self, actors: Sequence[Actor], sentence: Sentence, trigger: Trigger
    ) -> tuple[Actor, ...]:
        """Who promises where only those are told of who hear it: "The miners were told by the firm
        that", "… were told that the firm will".
        """
        agent = self._clauses["agent"].search(self.text, trigger.start, sentence.end)
        behind = agent.end() if agent else sentence.end
        by = [a for a in actors if 0 <= a.start - behind < _NEAR and a.entities]
        if by:
            return (by[0],)
        inside = [
            a
            for a in actors
            if trigger.start < a.start < trigger.end and not a.is_oblique and not a.is_possessive
        ]
        return tuple(inside[-1:])

    def _find_antecedent(
        self, actors: Sequence[Actor], sentence: Sentence, trigger: Trigger
    ) -> Actor | None:
        """The party that a whole clause describes before the verb: "The firm that is building the
        road has promised", and neither the road nor what stands before it.
        """
        verb = trigger.start
        if auxiliary := self._clauses["ends-in-auxiliary"].search(
            self.text[max(sentence.start, verb - 12) : verb]
        ):
            verb -= len(auxiliary[0])
        elif not trigger.tells_future:
            return None
        for actor in reversed([a for a in actors if a.end < verb]):
            within = self.text[actor.end : verb]
            if self._clauses["describing"].fullmatch(within) and not actor.is_possessive:
                return None if actor.is_oblique else actor
        return None

    def _find_subject_before(
        self, actors: Sequence[Actor], sentence: Sentence, trigger: Trigger, begin: int
    ) -> tuple[Actor, ...]:
        """The subject of a clause that has none of its own: "the firm, which will"."""
        if self._clauses["relative"].match(self.text[begin : trigger.start]):
            return tuple([a for a in actors if a.end <= begin + 1][-1:])
        gap = self.text[begin : trigger.start].strip(" ,").lower()
        lead = self.text[max(sentence.start, begin - 6) : begin].lower()
        plain = begin > sentence.start and gap in self._before_verb
        if not plain or not self._clauses["goes-on-with-verb"].search(lead):
            return ()
        before = [
            a
            for a in actors
            if a.end <= begin
            and not a.is_oblique
            and not a.is_possessive
            and not self.sources.is_aside(a.start)
        ]
        return tuple(before[:1])

    def _add_coordinated(self, chosen: Sequence[Actor]) -> tuple[Actor, ...]:
        """The last actor before the verb, with those that "and" joins to it."""
        chain = [chosen[-1]]
        # "President Viktor Orlan": the title is no actor of its own.
        titles = {
            id(one)
            for one, name in pairwise(chosen)
            if one.entities[:1] == name.entities[:1] and self.text[one.end : name.start] == " "
        }
        for actor in reversed([a for a in chosen[:-1] if id(a) not in titles]):
            between = self.text[actor.end : chain[0].start]
            if len(chain) == 1 and not self._clauses["joined"].search(between):
                break  # "Pressed by A, B agreed"
            if not self._clauses["joined-subjects"].fullmatch(between):
                break
            chain.insert(0, actor)
        return tuple(chain)
