"""Who is meant by "the company", "the regulator", "he" and "it": whoever was spoken of last."""

from collections.abc import Sequence

from intake.lexicon import countries_by_name, load_countries
from intake.names.directory import STATE
from intake.names.entities import Entity
from intake.names.sides import side_of
from intake.names.spoken_of import SpokenOf
from intake.text.tokens import Token
from store.records.parties import PartyKind
from store.records.plurals import singular as singular_of

_FIRMS = (PartyKind.COMPANY, PartyKind.PLATFORM)
_REGULATORS = (PartyKind.REGULATOR, PartyKind.PUBLIC_BODY)
_CHARACTERS_BEHIND = 24
"""Within which a body is named behind "of"."""


class Referents(SpokenOf):
    """Tells who is meant, by whom the text has spoken of before."""

    # -- Pronouns ---------------------------------------------------------------------------------

    def person_meant(self, *, is_she: bool, is_quoted: bool) -> Entity | None:
        """Who "he" or "she" means: whoever was spoken of last, in a quote by those who are quoted,
        unless a title says otherwise.
        """
        quoted = self._quoted_person or self._last_quoted_person
        last = (quoted if is_quoted else None) or self.last_person
        if last is None or last.is_she in (None, is_she):
            return last
        fitting = [p for p in self._recent if p.is_she in (None, is_she)]
        return fitting[-1] if fitting else last

    def body_meant(self, *, is_quoted: bool = False) -> Entity | None:
        """What "it" and "they" mean: the subject of the sentence, of the one before, or another.
        What a quote speaks of is meant within that quote alone.
        """
        person = self.last_person.organization if self.last_person else None
        return (
            self._subject_body
            or self._oblique_body
            or (self._quoted_body if is_quoted else None)
            or self.last_body
            or person
            or self.sides.private
        )

    # -- Nouns ------------------------------------------------------------------------------------

    def meant_by(self, tokens: Sequence[Token], first: int, head: int) -> list[Entity]:
        """Who is meant by the noun from word `first` to word `head`, likeliest first."""
        words, phrases = self.lexicon.words, self.phrases
        low, singular = tokens[head].low, singular_of(tokens[head].low)
        inner = list(tokens[first : head + 1])
        named = [m.entity for m in self.names.within(tokens[first].start, tokens[head].end)]
        behind = self.find_behind(tokens, head)
        if low in words("working_group_head") and any(t.low in words("working") for t in inner):
            return [self._working_group(inner)]
        if low in phrases.local:
            return [self._unnamed(inner, PartyKind.PUBLIC_BODY)]
        if low in phrases.government:
            government = self._government_of(inner)
            government.count += low in words("government_itself")
            return [government]
        if low in phrases.ministry:
            return [self._ministry(inner)]
        if named or behind:
            return [*named, *behind][:1]
        if low in phrases.regulator:
            if (
                low in words("board")
                and first == head
                and (firm := self._firm_before(tokens, head))
            ):
                return [firm]
            if first and tokens[first - 1].is_possessive and low not in self.last_by_word:
                return [self._unnamed(inner, PartyKind.REGULATOR)]  # "Estmark's protection board"
            return self._recent_regulator(low) or [self._unnamed(inner, PartyKind.REGULATOR)]
        if {low, singular} & phrases.group or low in words("officials"):
            if any(phrases.is_people(t) for t in inner):
                return [self._government_of(inner)]
            of_firm = any(t.low in words("of_firm") for t in inner)
            if low in words("officials_of_state") and self.sides.state and not of_firm:
                return [self.sides.state]
            return [self.sides.private] if self.sides.private else []
        if {low, singular} & phrases.person:
            return self._person_by_role(low, inner)
        if singular in words("company_role") and self.sides.private:
            return [self.sides.private]
        plural = singular in phrases.company and low != singular and low not in phrases.company
        if plural or low in words("plural_company"):
            return [self._unnamed(inner, PartyKind.GROUP)]
        return self._recent_company(low) or [self._unnamed(inner, PartyKind.COMPANY)]

    def _firm_before(self, tokens: Sequence[Token], first: int) -> Entity | None:
        """The firm whose possessive stands before a word: its board is the firm."""
        if not first or not tokens[first - 1].is_possessive:
            return None
        for mention in self.names.within(tokens[0].start, tokens[first].start):
            if mention.end >= tokens[first - 1].end and mention.entity.kind in (None, *_FIRMS):
                return mention.entity
        return None

    def _working_group(self, inner: Sequence[Token]) -> Entity:
        for entity in self.names.entities:
            if entity.kind is PartyKind.WORKING_GROUP:
                return entity
        return self._unnamed(inner, PartyKind.WORKING_GROUP)

    def _ministry(self, inner: Sequence[Token]) -> Entity:
        ministry = self.last_ministry or next(
            (e for e in self.names.entities if e.kind is PartyKind.MINISTRY), None
        )
        if ministry is None:
            return self._unnamed(inner, PartyKind.MINISTRY)
        ministry.count += 1
        return ministry

    def _unnamed(self, inner: Sequence[Token], kind: PartyKind) -> Entity:
        """A party that the text does not name, by the words that stand for it."""
        words = [t for t in inner if t.low not in self.phrases.determiners]
        head = words[-1].low
        if head not in self.last_by_word:
            self.last_by_word[head] = self._entity_named(" ".join(t.text for t in words), kind)
        return self.last_by_word[head]

    def find_behind(self, tokens: Sequence[Token], head: int) -> list[Entity]:
        """The body named behind "of" or "from"."""
        behind = head + 2
        if behind >= len(tokens) or tokens[head + 1].low not in self.lexicon.words("of"):
            return []
        place = tokens[head + 1].low in self.lexicon.words("at")
        if place and tokens[head].low in self.lexicon.words("state_role"):
            return []  # "received the minister at the secretariat"
        at = tokens[head + 1].end
        country = tokens[behind].is_capital and tokens[behind].is_possessive
        behind += country and not self.phrases.is_named(tokens[behind])  # "of Tessaly's authority"
        noun = (
            self.phrases.find_head(tokens, behind, opens=country) if behind < len(tokens) else None
        )
        office = tokens[head].low in self.lexicon.words("state_role")
        if noun is not None and office and tokens[noun].low in self.phrases.company:
            return []  # "told the governor of the company's plans"
        if noun is not None and tokens[noun].low not in self.phrases.person:
            return self.meant_by(tokens, behind, noun)[:1]
        for mention in self.names.within(at, at + _CHARACTERS_BEHIND):
            if not mention.entity.is_person:
                return [mention.entity]
        return []

    def _recent_regulator(self, low: str) -> list[Entity]:
        if low in self.last_by_word:
            return [self.last_by_word[low]]
        fitting = [e for e in self.names.entities if low in e.name.lower() and not e.is_person]
        return [*fitting, *(e for e in self.names.entities if e.kind in _REGULATORS)][:2]

    def _recent_company(self, low: str) -> list[Entity]:
        speaker = self._subject_person.organization if self._subject_person else None
        if speaker is not None and side_of(speaker, self.directory)[0] == "BODY":
            return [speaker]
        said = self._subject_body
        if said is not None and low in self.lexicon.words("company_noun"):
            speaks = said in self.last_by_role.values()
            if said.kind in _FIRMS or (
                speaks and side_of(said, self.directory)[0] == "BODY" and said.name[:1].isupper()
            ):
                return [said]  # "A spokeswoman for Bonprix said the chain"
        if low in self.last_by_word:
            return [self.last_by_word[low]]
        if low in self.lexicon.words("working_group_noun"):
            stem = low.split("-")[0]
            fitting = [e for e in self.names.entities if stem in e.name.lower() and not e.is_person]
            if fitting:
                return fitting[:1]
            return []  # a firm is no union
        return [self.sides.private] if self.sides.private else []

    def _body_beside(self, inner: Sequence[Token]) -> Entity | None:
        """The body whose noun stands before "spokesman": the ministry of "a ministry spokesman"."""
        for token in inner[:-1]:
            if token.low in self.phrases.ministry:
                return self._ministry([token])
            if token.low in self.phrases.government:
                return self._government_of([token])
            if token.low in self.phrases.regulator:
                return next(iter(self._recent_regulator(token.low)), None)
        return None

    def _person_by_role(self, low: str, inner: Sequence[Token]) -> list[Entity]:
        words, singular = self.lexicon.words, singular_of(low)
        of_country = any(self.phrases.is_people(t) for t in inner)
        if of_country and low in words("state_role") | words("officials_of_state"):
            return [self._government_of(inner)]
        if low in words("spokesperson") and (body := self._body_beside(inner)):
            return [body]
        if singular in self.last_by_role:
            return [self.last_by_role[singular]]
        people = [
            e for e in self.names.entities if e.is_person and e.role and singular in e.role.lower()
        ]
        if people:
            last = self.last_person
            return [last] if last is not None and last in people else people[:1]
        if singular in words("official") and self.sides.state:
            return [self.sides.state]
        of_firm = any(t.low in words("of_firm") for t in inner)
        if singular in words("official") and self.last_ministry and not of_firm:
            return [self.last_ministry]
        if low in words("official") | words("spokesperson"):
            body = self._subject_body or self.last_body
            return [body] if body else []
        if singular in words("company_role") and self.sides.private:
            return [self.sides.private]
        if singular in words("state_role"):
            office = self._entity_named(singular, PartyKind.PERSON)
            office.is_office = True
            return [office]
        return []

    # -- Governments, and parties without a name --------------------------------------------------

    def government(self) -> Entity | None:
        """The government of the country that the text is of, if it names one."""
        return self._government_entity(self.names.country) if self.names.country else None

    def _government_of(self, inner: Sequence[Token]) -> Entity:
        for token in inner:
            if self.phrases.is_people(token):
                return self._government_entity(countries_by_name()[token.low][0])
        return self.government() or self._entity_named("government", PartyKind.GOVERNMENT)

    def _government_entity(self, code: str) -> Entity:
        for entity in self.names.entities:
            if entity.kind is PartyKind.GOVERNMENT and entity.country == code:
                return entity
        made = self._stored_government(code) or Entity(
            PartyKind.GOVERNMENT,
            f"Government of {next(c.names[0] for c in load_countries() if c.code == code)}",
            10**9,
            country=code,
            is_office=True,
        )
        self.names.entities.append(made)
        return made

    def _stored_government(self, code: str) -> Entity | None:
        keys = self.directory.find_governments(code)
        if not keys:
            return None
        party = self.directory.parties[keys[0]]
        return Entity(
            party.kind, party.name, 10**9, party.key, tuple(keys), country=code, is_office=True
        )

    def _entity_named(self, name: str, kind: PartyKind) -> Entity:
        for entity in self.names.entities:
            if entity.name == name and entity.kind is kind:
                return entity
        made = Entity(kind, name, 10**9, is_office=kind in STATE)
        self.names.entities.append(made)
        return made
