"""Reads who acts in the sentences of a text, in order: a noun or pronoun means somebody earlier."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from intake.lexicon import Lexicon
from intake.names.actors import Actor, Form
from intake.names.directory import Directory
from intake.names.employers import assume_employers
from intake.names.entities import Entity, Mention, Names
from intake.names.noun_phrases import NounPhrases
from intake.names.referents import Referents
from intake.names.sides import find_sides, side_of
from intake.text.segments import Part, Segments, Sentence
from intake.text.tokens import Token

_APPOSITION = 30
"""Characters behind a comma within which a noun is named."""

_NEAR = 3
"""Characters behind a word within which a name goes on."""


class Cast:
    """The actors of one text; reads each sentence once, from the first to the last."""

    def __init__(
        self, names: Names, segments: Segments, directory: Directory, lexicon: Lexicon
    ) -> None:
        """Finds the two sides first, which tell who "the company" and "officials" may be."""
        self.names, self.segments = names, segments
        self.directory, self.lexicon = directory, lexicon
        self.sides = find_sides(names.entities, directory)
        self.phrases = NounPhrases(names, segments, lexicon)
        assume_employers(names, self.sides, lexicon, segments)
        self.referents = Referents(names, directory, lexicon, self.phrases, self.sides)
        self._joint = lexicon.any_of("joint_subject")
        self._clauses = lexicon.regexes("clauses")
        words = lexicon.words
        self._first_person = words("first_person")
        self._team_owners = words("first_person_possessive")
        self._she = words("she")
        self._counterparts = words("counterpart")
        self._he, self._his = words("he"), words("his")
        self._it, self._its = words("it"), words("its")
        self._they = words("they")
        self._conjunctions = words("conjunction_or_preposition") | words("once")
        self._promising = words("pledge_verb") | words("promising")
        self._country = words("country_noun")
        self._neuter = words("it_itself")
        self._empty = lexicon.regexes("clauses")["expletive"]
        self._owners = self._his | self._its | words("my")
        self._nominative = words("nominative_pronoun")
        self._of_them = words("quantifier_of_people")
        self._of = words("of_itself")
        self._us = words("first_person_object")
        self._of_a_body = self.phrases.group | self.phrases.person | words("of_a_body")

    def government(self) -> Entity | None:
        """The government of the country that the text is of, if it names one."""
        return self.referents.government()

    # -- One sentence -----------------------------------------------------------------------------

    def read(self, sentence: Sentence) -> list[Actor]:
        """The actors of a sentence, in order."""
        found: list[Actor] = []
        self.referents.begin_sentence()
        begin = max(sentence.start, self.segments.lead_end)  # the agency of a dateline does nothing
        tokens = self.names.tokens_within(
            begin if begin < sentence.end else sentence.start, sentence.end
        )
        named = {m.start: m for m in self.names.within(sentence.start, sentence.end)}
        joint = {
            m.start(): m.end()
            for m in self._joint.finditer(self.segments.text, sentence.start, sentence.end)
        }
        i = 0
        while i < len(tokens):
            actor, step = self._read_words(tokens, i, found, joint, named, sentence)
            if actor is not None:
                found.append(actor)
                self.referents.remember(actor, sentence, is_quoted=self._is_quoted(actor))
            i += step
        self.referents.end_sentence()
        return found

    def _is_quoted(self, actor: Actor) -> bool:
        return self.segments.find_quote(actor.start) is not None

    def _read_words(
        self,
        tokens: Sequence[Token],
        i: int,
        found: Sequence[Actor],
        joint: Mapping[int, int],
        named: Mapping[int, Mention],
        sentence: Sentence,
    ) -> tuple[Actor | None, int]:
        """The actor that the words at word `i` stand for, and how many words it has."""
        start = tokens[i].start
        # "The two-day visit" is of nobody.
        if start in joint and not self.segments.text.startswith("-", joint[start]):
            return self._read_joint(tokens, i, joint[start])
        if start in named:
            return self._read_named(tokens, i, named[start])
        return self._read_noun(tokens, i, found, opens=self._may_open(tokens, i, sentence))

    def _may_open(self, tokens: Sequence[Token], i: int, sentence: Sentence) -> bool:
        """Whether a noun may stand here without a determiner: in headlines, and before offices, as
        in "Fisheries ministers of the five states".
        """
        if self._is_behind_state(tokens, i):
            return True
        begins = i == 0 or self.segments.text[tokens[i - 1].end] in ",:"
        if begins and sentence.part in (Part.HEADLINE, Part.HEADING):
            return True
        return i == 0 and len(tokens) > 1 and self.phrases.is_office(tokens[1])

    def _is_behind_state(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether a regulator or ministry follows the possessive of a name: "Estmark's consumer
        protection board".
        """
        if i == 0 or not (tokens[i - 1].is_possessive and tokens[i - 1].is_capital):
            return False
        head = self.phrases.find_head(tokens, i, opens=True)
        return head is not None and tokens[head].low in self.phrases.regulator

    def _make(
        self,
        tokens: Sequence[Token],
        words: tuple[int, int],
        form: Form,
        entities: Sequence[Entity],
        *,
        possessive: bool = False,
        person: bool = False,
    ) -> Actor:
        """The actor from the first to the last of `words`."""
        first, last = words
        start, end = tokens[first].start, tokens[last].end
        low = tokens[first].low
        # "all of us will", "three of the firms will"
        nominative = low.split("'")[0] in self._nominative or (
            low not in self._team_owners and self._is_one_of(tokens, first)
        )
        return Actor(
            start,
            end,
            form,
            self.segments.text[start:end],
            tuple(entities),
            possessive,
            not nominative and self.phrases.is_oblique(tokens, first),
            person,
        )

    # -- Names and both sides ---------------------------------------------------------------------

    def _read_joint(self, tokens: Sequence[Token], i: int, end: int) -> tuple[Actor, int]:
        both = tuple(e for e in (self.sides.private, self.sides.state) if e is not None)
        start = tokens[i].start
        actor = Actor(start, end, Form.JOINT, self.segments.text[start:end], both)
        return actor, sum(t.start < end for t in tokens[i:])

    def _read_named(self, tokens: Sequence[Token], i: int, mention: Mention) -> tuple[Actor, int]:
        """A name; with "officials", "delegation" and the like behind it, those of that body."""
        step = max(1, sum(t.start < mention.end for t in tokens[i:]))
        last, possessive = i + step - 1, mention.is_possessive
        if not mention.entity.is_person and self._goes_on(tokens, last):
            last += 1
            possessive = tokens[last].is_possessive
        elif not mention.entity.is_person and possessive:
            last = self.phrases.find_delegate(tokens, last)
            possessive = tokens[last].is_possessive
        actor = self._make(
            tokens,
            (i, last),
            Form.NAME,
            [mention.entity],
            possessive=possessive,
            person=mention.entity.is_person,
        )
        return actor, last - i + 1

    def _goes_on(self, tokens: Sequence[Token], last: int) -> bool:
        """Whether a word behind a body's name is for those who act for it: "Brevo executives"."""
        if last + 1 >= len(tokens) or tokens[last + 1].low not in self._of_a_body:
            return False
        end = tokens[last + 1].end
        gap = self.segments.text[tokens[last].whole_end : tokens[last + 1].start]
        return gap == " " and not self.names.within(end, end + _NEAR)

    # -- Nouns and pronouns -----------------------------------------------------------------------

    def _read_noun(
        self, tokens: Sequence[Token], i: int, found: Sequence[Actor], *, opens: bool
    ) -> tuple[Actor | None, int]:
        """The actor that a noun or pronoun at word `i` stands for, and how many words it has."""
        low = tokens[i].low
        if low in self._his and (country := self._read_their_country(tokens, i)):
            return country, 2
        if low in self._owners and (owned := self._read_owned(tokens, i)):
            return owned
        if low in self._first_person:
            return self._read_first_person(tokens, i)
        pronoun = self._read_pronoun(tokens, i, found)
        if pronoun is not None:
            return pronoun, 1
        head = self.phrases.find_head(tokens, i, opens=opens)
        if head is None:
            return None, 1
        entities = self._named_before(tokens, i, head, found)
        entities = entities or self.referents.meant_by(tokens, i, head)
        person = tokens[head].low in self.phrases.person
        if tokens[head].is_possessive:
            head = self.phrases.find_delegate(tokens, head)  # "the company's management"
        possessive = tokens[head].is_possessive
        actor = self._make(
            tokens, (i, head), Form.NOUN, entities, possessive=possessive, person=person
        )
        return actor, head - i + 1

    def _named_before(
        self, tokens: Sequence[Token], i: int, head: int, found: Sequence[Actor]
    ) -> Sequence[Entity]:
        """The body that a noun between commas describes: "Norvik, the region's first bank,"."""
        if not found or found[-1].form is not Form.NAME or found[-1].is_possessive:
            return ()
        described = self.phrases.company | self.phrases.regulator
        if tokens[head].low not in described or found[-1].is_singular_person:
            return ()
        text = self.segments.text
        set_off = text[found[-1].end : tokens[i].start] == ", "
        ends = text[tokens[head].whole_end : tokens[head].whole_end + 1] in (",", ".", ")")
        return found[-1].entities if set_off and ends else ()

    def _read_owned(self, tokens: Sequence[Token], i: int) -> tuple[Actor, int] | None:
        """ "Its subsidiary", "their association": a body by whose it is."""
        head = self.phrases.find_head(tokens, i)
        if head is None:
            return None
        if tokens[head].low in self.phrases.person:
            return self._read_their_person(tokens, i, head)
        entities = self.referents.meant_by(tokens, i, head)
        possessive = tokens[head].is_possessive
        actor = self._make(tokens, (i, head), Form.NOUN, entities, possessive=possessive)
        return actor, head - i + 1

    def _read_their_country(self, tokens: Sequence[Token], i: int) -> Actor | None:
        """ "Her country", of somebody who speaks for it: whom they act for."""
        behind = tokens[i + 1 : i + 2]
        if not behind or behind[0].low not in self._country or behind[0].is_possessive:
            return None
        person = self.referents.person_meant(is_she=tokens[i].low in self._she, is_quoted=False)
        body = person.organization or person if person else None
        return self._make(tokens, (i, i + 1), Form.NOUN, [body] if body else [])

    def _read_their_person(
        self, tokens: Sequence[Token], i: int, head: int
    ) -> tuple[Actor, int] | None:
        """ "Their engineer", who is not named: the body that "they" means."""
        if tokens[head].low in self._counterparts:
            behind = self.referents.find_behind(tokens, head)
            return self._make(tokens, (i, head), Form.NOUN, behind), head - i + 1
        body = self.referents.body_meant() if tokens[i].low in self._its else None
        end = tokens[head].end
        told_behind = _APPOSITION if self.segments.text.startswith(", ", end) else _NEAR
        named = [m for m in self.names.within(end, end + told_behind) if m.entity.is_person]
        if body is None or named:
            return None  # "their spokesman, Mayor Jochen Kraft"
        possessive = tokens[head].is_possessive
        actor = self._make(tokens, (i, head), Form.PRONOUN, [body], possessive=possessive)
        return actor, head - i + 1

    def _read_first_person(self, tokens: Sequence[Token], i: int) -> tuple[Actor, int]:
        owns = tokens[i].low in self._team_owners
        team = self.phrases.find_head(tokens, i) if owns else None
        if team is not None:
            return self._make(tokens, (i, team), Form.FIRST_PERSON, []), team - i + 1
        actor = self._make(tokens, (i, i), Form.FIRST_PERSON, [], possessive=owns)
        return replace(actor, is_oblique=actor.is_oblique or self._is_object(tokens, i)), 1

    def _is_object(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether "us" is told or given something, and is not "all of us"."""
        return tokens[i].low in self._us and not self._is_one_of(tokens, i)

    def _is_one_of(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether words stand behind "all of", "three of": then they are a subject, too."""
        return (
            first > 1
            and tokens[first - 1].low in self._of
            and tokens[first - 2].low in self._of_them
        )

    def _read_pronoun(
        self, tokens: Sequence[Token], i: int, found: Sequence[Actor]
    ) -> Actor | None:
        low = tokens[i].low
        if low in self._he:
            quoted = self.segments.find_quote(tokens[i].start) is not None
            person = self.referents.person_meant(is_she=low in self._she, is_quoted=quoted)
            return self._make(
                tokens,
                (i, i),
                Form.PRONOUN,
                [person] if person else [],
                possessive=low in self._his,
                person=True,
            )
        if low in self._nominative and low in self._they and (both := self._coordinated(found)):
            return Actor(tokens[i].start, tokens[i].end, Form.JOINT, tokens[i].text, both)
        if low in self._neuter and self._is_expletive(tokens, i):
            return None
        if low in self._it or low in self._they:
            quoted = self.segments.find_quote(tokens[i].start) is not None
            body = self._object_before(tokens, i, found) or self.referents.body_meant(
                is_quoted=quoted
            )
            owns = low in self._its
            return self._make(tokens, (i, i), Form.PRONOUN, [body] if body else [], possessive=owns)
        return None

    def _object_before(
        self, tokens: Sequence[Token], i: int, found: Sequence[Actor]
    ) -> Entity | None:
        """Whom "it" means in "lifted the ban on the firm after it promised": whoever was dealt
        with, for who acts would not promise itself anything.
        """
        begins = i > 0 and tokens[i - 1].low in self._conjunctions
        if not begins or i + 1 >= len(tokens) or tokens[i + 1].low not in self._promising:
            return None
        parties = [a for a in found if a.entities and a.form is not Form.PRONOUN]
        if len(parties) < 2 or parties[-1].is_possessive:
            return None
        last = parties[-1].entities[0]
        return None if last.is_person or last is parties[0].entities[0] else last

    def _is_expletive(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether "it" is nobody: "It was not the first time that the firm promised"."""
        return self._empty.match(self.segments.text, tokens[i].end) is not None

    def _coordinated(self, found: Sequence[Actor]) -> tuple[Entity, ...]:
        """The parties of two sides that "and" joins as the subject of a sentence."""
        named = [a for a in found if a.entities and not a.is_possessive and a.form is Form.NAME]
        for one, other in pairwise(named):
            between = self.segments.text[one.end : other.start]
            joined = self._clauses["joined-names"].fullmatch(between)
            sides = {side_of(a.entities[0], self.directory) for a in (one, other)}
            if joined and not one.is_oblique and len(sides) > 1:
                return one.entities[0], other.entities[0]
        return ()
