"""Whom a text has spoken of up to a place, and as what: the subject, in a quote, by which noun."""

from dataclasses import dataclass, field

from intake.lexicon import Lexicon
from intake.names.actors import Actor, Form
from intake.names.directory import Directory
from intake.names.entities import Entity, Names
from intake.names.noun_phrases import NounPhrases
from intake.names.sides import Sides
from intake.text.segments import Part, Sentence
from store.records.parties import PartyKind


@dataclass
class SpokenOf:
    """Remembers whom a text has spoken of, sentence by sentence."""

    names: Names
    directory: Directory
    lexicon: Lexicon
    phrases: NounPhrases
    sides: Sides
    last_person: Entity | None = None
    last_body: Entity | None = None
    last_ministry: Entity | None = None
    last_by_word: dict[str, Entity] = field(default_factory=dict)
    last_by_role: dict[str, Entity] = field(default_factory=dict)
    _subject_body: Entity | None = None
    _oblique_body: Entity | None = None
    _quoted_body: Entity | None = None
    _subject_person: Entity | None = None
    _quoted_person: Entity | None = None
    _other_person: Entity | None = None
    _last_quoted_person: Entity | None = None
    _recent: list[Entity] = field(default_factory=list)

    def begin_sentence(self) -> None:
        """Forgets the subject of the sentence before."""
        self._subject_body = self._oblique_body = self._quoted_body = None
        self._subject_person = self._quoted_person = self._other_person = None

    def end_sentence(self) -> None:
        """The sentence's subject is who "he" and "she" mean in the next one."""
        self._last_quoted_person = self._quoted_person
        self.last_person = (
            self._subject_person or self._quoted_person or self._other_person or self.last_person
        )

    def remember(self, actor: Actor, sentence: Sentence, *, is_quoted: bool) -> None:
        """Keeps who was spoken of, so that what follows may mean them. Whom a quote speaks of is
        nobody whom the report goes on with, if it names somebody itself.
        """
        if not actor.entities or actor.form is Form.JOINT:
            return
        entity = actor.entities[0]
        if actor.form is Form.PRONOUN:
            if entity.is_person and not (is_quoted or actor.is_oblique or actor.is_possessive):
                self._subject_person = self._subject_person or entity
            if not actor.is_singular_person and not actor.is_possessive:
                self._subject_body = self._subject_body or entity
            return
        self._remember_role(actor, entity)
        if entity.is_person:
            self._remember_person(actor, entity, is_quoted=is_quoted)
        else:
            self._remember_body(actor, entity, sentence, is_quoted=is_quoted)

    def _remember_person(self, actor: Actor, person: Entity, *, is_quoted: bool) -> None:
        if not actor.is_oblique and is_quoted:
            self._quoted_person = self._quoted_person or person
        elif not actor.is_oblique:
            self._subject_person = self._subject_person or person
        elif not is_quoted:
            self._other_person = person
        if self.last_person is None or not (actor.is_oblique or is_quoted):
            self.last_person = person
        if person in self._recent:
            self._recent.remove(person)
        self._recent.append(person)
        body = person.organization
        if body is not None and body.kind is PartyKind.MINISTRY:
            self.last_ministry = body

    def _remember_body(
        self, actor: Actor, body: Entity, sentence: Sentence, *, is_quoted: bool
    ) -> None:
        if body.kind is PartyKind.MEDIA:
            return  # who only passes on what others say
        if not actor.is_possessive:
            if not actor.is_oblique:
                self._subject_body = self._subject_body or body
            elif is_quoted:
                self._quoted_body = self._quoted_body or body
            else:
                self._oblique_body = self._oblique_body or body
        if body.kind is PartyKind.MINISTRY:
            self.last_ministry = body
        if not actor.is_possessive and (self._subject_body is body or self.last_body is None):
            self.last_body = body
        if sentence.part in (Part.BODY, Part.HEADLINE):
            for word in (*body.name.lower().split(), body.noun or ""):
                if word in self.phrases.regulator or word in self.phrases.company:
                    self.last_by_word[word] = body

    def _remember_role(self, actor: Actor, entity: Entity) -> None:
        """ "A senior official of the bank": later, the official is of the bank."""
        words = actor.surface.lower().split()
        if actor.form is Form.NOUN and words[-1] in self.phrases.person and not entity.is_person:
            self.last_by_role[words[-1]] = entity
