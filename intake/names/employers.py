"""For whom people act whose title names nobody: "chief executive", "a spokesman"."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from intake.lexicon import Lexicon
from intake.names.directory import STATE
from intake.names.entities import Entity, Mention, Names
from intake.names.sides import Sides
from intake.text.segments import Part, Segments
from store.records.parties import PartyKind

_OWNED = re.compile(r"(?:['’]s?)?\s+([^\W\d_]+)")
"""What stands behind a possessive."""
_STEM = 7
"""Letters that an office and its body have in common: "commission", "commissioner"."""


def assume_employers(names: Names, sides: Sides, lexicon: Lexicon, segments: Segments) -> None:
    """Says of people whose title names no body whom they act for, where one body fits."""
    employers = _Employers(names, sides, lexicon, segments)
    for entity in list(names.entities):
        if not entity.is_person or not entity.role:
            continue
        if entity.organization is None:
            employers.assume(entity, entity.role)
        elif entity.role.lower().startswith("vice president of "):
            employers.correct(entity, entity.role)


@dataclass
class _Employers:
    names: Names
    sides: Sides
    lexicon: Lexicon
    segments: Segments

    def assume(self, person: Entity, title: str) -> None:
        words = self.lexicon.words
        of_state = words("ministry_noun") | words("government_noun") | words("regulator_noun")
        role = {w.removesuffix("’s").removesuffix("'s") for w in title.lower().split()}
        first = title.split()[0].lower()
        if first.endswith(("'s", "’s")) and first[:-2] not in of_state | self._of_firm():
            return  # "the families' lawyer"
        if body := self._find_body_named(title):
            person.organization = body
            return
        heads = words("head_of_body")
        last = title.lower().split()[-1]
        if last in heads and (owner := self._find_owner_of_role(person, last)):
            person.organization = owner
            return
        # "Its spokesman, X," at the begin of a sentence: of the body of the sentence before.
        opens_with_its = title[0].isupper() and first in words("its")
        described = role & (words("working_group_noun") | words("company_noun"))
        if described and (body := self._find_body_with(described)):
            person.organization = body
        elif named := role & (of_state | words("working_group_noun")):
            body = self._find_body_with(named) or self._assume_body(named)
            person.organization = None if body is person else body
        elif person.is_office and (body := self._find_body_of_office(role)):
            person.organization = body
        elif role & words("minister_noun") and person.is_office:
            person.organization = _only_one(
                [e for e in self.names.entities if e.kind is PartyKind.MINISTRY]
            )
        elif person.is_office and not role & words("head_of_state"):
            person.organization = _only_one(
                [e for e in self.names.entities if e.kind in STATE and e.count]
            )
        elif opens_with_its and not role & words("company_head"):
            person.organization = self._find_body_spoken_of(person) or self.sides.private
        elif role & words("its") or (role & self._of_firm() and not person.is_office):
            person.organization = self.sides.private
        elif role - words("role_modifier") <= heads:
            person.organization = self._find_body_spoken_of(person)

    def _find_body_spoken_of(self, person: Entity) -> Entity | None:
        """The body of the sentence before, of which a bare "chairman X" is the chairman: the one
        that says so at its end, or the first.
        """
        sentences = self.segments.sentences
        number = bisect_right(sentences, person.first, key=lambda s: s.start) - 1
        if number < 1 or sentences[number - 1].part is not Part.BODY:
            return None
        before = sentences[number - 1]
        bodies = [
            m
            for m in self.names.within(before.start, before.end)
            if not m.entity.is_person and m.entity.kind not in (None, PartyKind.MEDIA)
        ]
        if bodies and self._says_at_end(bodies[-1]):
            return bodies[-1].entity
        return bodies[0].entity if bodies else None

    def _find_owner_of_role(self, person: Entity, role: str) -> Entity | None:
        """Whose spokesman somebody is whom the text calls "the spokesman": the governor's, if it
        has told of "the governor's spokesman" before.
        """
        mention = self._owners_of_roles.get(role)
        if mention is None or mention.start >= person.first or mention.entity is person:
            return None
        return mention.entity.organization or mention.entity

    @cached_property
    def _owners_of_roles(self) -> dict[str, Mention]:
        """By the word that stands behind it, the first name that owns it."""
        found: dict[str, Mention] = {}
        for mention in self.names.mentions:
            if mention.is_possessive and (word := _OWNED.match(self.segments.text, mention.end)):
                found.setdefault(word[1].lower(), mention)
        return found

    def _says_at_end(self, mention: Mention) -> bool:
        """Whether a verb of saying stands right behind, as in "…, the port authority said"."""
        verb = self.lexicon.any_of("say").match(self.segments.text, mention.end + 1)
        return verb is not None

    def correct(self, person: Entity, title: str) -> None:
        """A vice president is one of the state only where the title names no other body."""
        body = self._find_body_named(title)
        if body is not None and body.kind not in STATE:
            person.organization, person.is_office = body, False

    def _assume_body(self, named: set[str]) -> Entity | None:
        """The body that a title names by its noun alone: a league's president is of the league."""
        groups = named & self.lexicon.words("working_group_noun")
        if not groups:
            return self.sides.state
        noun = min(groups)
        made = Entity(PartyKind.CIVIL_SOCIETY, noun, 10**9, noun=noun)
        self.names.entities.append(made)
        return made

    def _of_firm(self) -> frozenset[str]:
        """Words that show an employee."""
        names = ("company_role", "company_noun", "working_group_noun", "group_noun")
        return frozenset().union(*(self.lexicon.words(name) for name in names))

    def _find_body_of_office(self, role: set[str]) -> Entity | None:
        """The body of an office that bears its name: a commissioner's commission; or
        the central bank of a governor.
        """
        bank = self.lexicon.words("bank") if role & self.lexicon.words("head_of_bank") else set()
        for entity in self.names.entities:
            if entity.kind in STATE and entity.count and bank & set(entity.name.lower().split()):
                return entity
        for word in role & self.lexicon.words("state_role"):
            for entity in self.names.entities:
                words = entity.name.lower().split()
                alike = any(w.startswith(word[:_STEM]) and w != word for w in words)
                if entity.kind in STATE and entity.count and len(word) > _STEM and alike:
                    return entity
        return None

    def _find_body_named(self, title: str) -> Entity | None:
        """The body whose name ends a title: "Vice President of Brevo"."""
        for entity in self.names.entities:
            named = f" of {entity.name}", f" at {entity.name}", f" for {entity.name}"
            if not entity.is_person and entity.count and title.endswith(named):
                return entity
        return None

    def _find_body_with(self, words: set[str]) -> Entity | None:
        """The first body that has one of these words in its name."""
        for entity in self.names.entities:
            told = {*entity.name.lower().split(), entity.noun}
            if not entity.is_person and words & told:
                return entity
        return None


def _only_one(entities: Sequence[Entity]) -> Entity | None:
    return entities[0] if len(entities) == 1 else None
