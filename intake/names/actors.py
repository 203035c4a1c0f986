"""What stands for a party in a sentence: names, "the company", "he"; and who is meant.

Sentences are read in order, because a noun or a pronoun means somebody who was named before.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from intake.lexicon import Lexicon
from intake.names.directory import STATE, Directory
from intake.names.entities import Entity, Names
from intake.text.segments import Part, Segments, Sentence
from intake.text.tokens import Token
from store.records.parties import PartyKind
from store.records.plurals import singular as singular_of

_STEM = 7
"""Letters that an office and its body have in common: "commission", "commissioner"."""

_LONGEST_NAME = 120
"""Characters of a name, at most, for look-ups."""

_PRIVATE = frozenset({PartyKind.COMPANY, PartyKind.PLATFORM, None})


class Form(StrEnum):
    """How a party is spoken of."""

    NAME = "NAME"
    NOUN = "NOUN"
    PRONOUN = "PRONOUN"
    FIRST_PERSON = "FIRST_PERSON"
    """We, I, our: whoever is quoted."""
    JOINT = "JOINT"
    """Both sides."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Words that stand for parties, and the parties, likeliest first; none if it is not known."""

    start: int
    end: int
    form: Form
    surface: str
    entities: tuple[Entity, ...]
    is_possessive: bool = False
    is_oblique: bool = False
    """Whether it stands behind a preposition, and so does nothing itself."""
    is_singular_person: bool = False


@dataclass
class Sides:
    """The two sides of what a text tells: a body outside the state, and the state."""

    private: Entity | None
    state: Entity | None


def side_of(entity: Entity, directory: Directory) -> tuple[str, str]:
    """Which side a party is on: two parties of a side speak for each other."""
    body = entity
    for _ in range(3):
        if body.is_person and body.organization is not None:
            body = body.organization
    if body.is_office or body.kind in STATE or (body.is_person and entity.is_office):
        return "STATE", body.country or ""
    key = body.key
    while key and (parent := directory.parent_of(key)):
        key = parent
    return "BODY", key or body.name


def is_same_side(one: Entity, other: Entity, directory: Directory) -> bool:
    """Whether two parties are on one side; states whose country is not known are one."""
    a, b = side_of(one, directory), side_of(other, directory)
    if a[0] == b[0] == "STATE":
        return a[1] == b[1] or not a[1] or not b[1]
    return a == b


@dataclass
class Cast:
    """Reads the actors of sentences, in order, and keeps who was spoken of last."""

    names: Names
    segments: Segments
    directory: Directory
    lexicon: Lexicon
    sides: Sides = field(init=False)
    last_person: Entity | None = None
    last_body: Entity | None = None
    last_ministry: Entity | None = None
    last_by_word: dict[str, Entity] = field(default_factory=dict)
    last_by_role: dict[str, Entity] = field(default_factory=dict)
    _subject_body: Entity | None = None
    _oblique_body: Entity | None = None
    _subject_person: Entity | None = None

    def __post_init__(self) -> None:
        self.sides = self._find_sides()
        words = self.lexicon.words
        self._company = words("company_noun") | words("working_group_noun")
        self._government = words("government_noun")
        self._ministry = words("ministry_noun")
        self._regulator = words("regulator_noun")
        self._group = words("group_noun")
        self._person = words("person_noun")
        self._titles = words("role_head") | words("role_modifier") | words("honorific")
        self._local = words("local_noun")
        self._bodies = self._company | self._government | self._ministry | self._regulator
        self._joint = self.lexicon.any_of("joint_subject")
        self._assume_employers()
        self._prepositions = words("preposition")
        self._openers = words("determiner")

    def _assume_employers(self) -> None:
        """Those with the title of an employee, of nobody in particular, are of the firm at hand."""
        words = self.lexicon.words
        of_state = words("ministry_noun") | words("government_noun") | words("regulator_noun")
        for entity in self.names.entities:
            if not entity.is_person or entity.organization is not None or not entity.role:
                continue
            role = {w.removesuffix("’s").removesuffix("'s") for w in entity.role.lower().split()}
            if named := role & (of_state | words("working_group_noun")):
                entity.organization = self._body_with(named) or self.sides.state
            elif entity.is_office and (body := self._body_of_office(role)):
                entity.organization = body
            elif role & {"minister", "secretary"} and entity.is_office:
                ministries = [e for e in self.names.entities if e.kind is PartyKind.MINISTRY]
                entity.organization = ministries[0] if len(ministries) == 1 else None
            elif entity.is_office and not role & {"president", "premier", "king", "queen"}:
                bodies = [e for e in self.names.entities if e.kind in STATE and e.count]
                entity.organization = bodies[0] if len(bodies) == 1 else None
            elif role & {"its", "their"} or (
                role & (words("company_role") | self._company | words("group_noun"))
                and not entity.is_office
            ):
                entity.organization = self.sides.private

    def _body_of_office(self, role: set[str]) -> Entity | None:
        """The body of an office that bears its name: a commissioner's commission."""
        for word in role & self.lexicon.words("state_role"):
            for entity in self.names.entities:
                words = entity.name.lower().split()
                alike = any(w.startswith(word[:_STEM]) and w != word for w in words)
                if entity.kind in STATE and entity.count and len(word) > _STEM and alike:
                    return entity
        return None

    def _body_with(self, words: set[str]) -> Entity | None:
        """The first body that has one of these words in its name."""
        for entity in self.names.entities:
            if not entity.is_person and words & set(entity.name.lower().split()):
                return entity
        return None

    def _find_sides(self) -> Sides:
        """Those named most, people counted for whom they act; of the state, bodies at the table."""
        weight: dict[int, float] = {}
        seen: dict[int, Entity] = {}
        for entity in self.names.entities:
            body = entity.organization if entity.is_person and entity.organization else entity
            if body.is_person and not body.is_office:
                continue
            seen[id(body)] = body
            weight[id(body)] = weight.get(id(body), 0) + entity.count - entity.first / 1e6
        ranked = sorted(seen.values(), key=lambda e: -weight[id(e)])
        private = [
            e
            for e in ranked
            if not e.is_person
            and side_of(e, self.directory)[0] == "BODY"
            and e.kind in (PartyKind.COMPANY, PartyKind.PLATFORM)
        ] or [
            e
            for e in ranked
            if side_of(e, self.directory)[0] == "BODY" and e.kind in _PRIVATE and not e.is_person
        ]
        state = [e for e in ranked if side_of(e, self.directory)[0] == "STATE"]
        return Sides(private[0] if private else None, state[0] if state else None)

    # -- One sentence -----------------------------------------------------------------------------

    def read(self, sentence: Sentence) -> list[Actor]:
        """The actors of a sentence, in order."""
        found: list[Actor] = []
        self._subject_body = self._oblique_body = self._subject_person = None
        begin = max(sentence.start, self.segments.lead_end)  # the agency of a dateline does nothing
        tokens = self.names.tokens_within(
            begin if begin < sentence.end else sentence.start, sentence.end
        )
        named = {m.start: m for m in self.names.within(sentence.start, sentence.end)}
        joint = [
            m.span() for m in self._joint.finditer(self.segments.text, sentence.start, sentence.end)
        ]
        i = 0
        while i < len(tokens):
            token = tokens[i]
            actor = None
            step = 1
            span = next((s for s in joint if s[0] == token.start), None)
            if span and self.segments.text[span[1] : span[1] + 1] == "-":
                span = None  # "the two-day visit"
            if span:
                actor = Actor(*span, Form.JOINT, self.segments.text[slice(*span)], self._both())
                step = sum(1 for t in tokens[i:] if t.start < span[1])
            elif token.start in named:
                mention = named[token.start]
                step = max(1, sum(1 for t in tokens[i:] if t.start < mention.end))
                actor, more = self._read_named(
                    tokens, i, step, mention.entity, mention.is_possessive
                )
                step += more
            else:
                begins = i == 0 or self.segments.text[tokens[i - 1].end] in ",:"
                opens = begins and sentence.part in (Part.HEADLINE, Part.HEADING)
                # "Fisheries ministers of the five states …"
                opens = opens or (i == 0 and len(tokens) > 1 and self._is_office(tokens[1]))
                actor, step = self._read_noun(tokens, i, found, opens=opens)
            if actor is not None:
                found.append(actor)
                if actor.form is not Form.PRONOUN:
                    self._remember(actor, sentence)
                elif not actor.is_singular_person and not actor.is_possessive and actor.entities:
                    self._subject_body = self._subject_body or actor.entities[0]
            i += step
        self.last_person = self._subject_person or self.last_person
        return found

    def _make(
        self,
        tokens: Sequence[Token],
        first: int,
        last: int,
        form: Form,
        entities: Sequence[Entity],
        possessive: bool,
        *,
        person: bool = False,
    ) -> Actor:
        start, end = tokens[first].start, tokens[last].end
        nominative = tokens[first].low.split("'")[0] in ("i", "we", "he", "she", "they") or (
            tokens[first].low == "us"
            and first > 1
            and tokens[first - 2].low in ("all", "both", "each", "none", "most")
        )
        return Actor(
            start,
            end,
            form,
            self.segments.text[start:end],
            tuple(entities),
            possessive,
            not nominative and self._is_oblique(tokens, first),
            person,
        )

    def _is_oblique(self, tokens: Sequence[Token], first: int) -> bool:
        at = first - 1
        while at >= 0 and first - at < 9:
            low = tokens[at].low
            if low == "and" and at and tokens[at - 1].is_capital:
                return self._is_oblique(tokens, self._start_of_name(tokens, at - 1))
            if low in self._prepositions:
                return "," not in self.segments.text[tokens[at].end : tokens[first].start]
            if low in (
                "the",
                "a",
                "an",
                "its",
                "their",
                "his",
                "her",
                "this",
                "these",
                "both",
                "several",
                "federal",
                "former",
            ) or (
                tokens[at].is_capital is False and low.endswith(("al", "ese", "ish", "an", "ive"))
            ):
                at -= 1
                continue
            if low in self._titles or low in self._bodies or self._is_people(tokens[at]):
                at -= 1
                continue
            return False
        return False

    def _start_of_name(self, tokens: Sequence[Token], at: int) -> int:
        while at > 0 and tokens[at - 1].is_capital:
            at -= 1
        return at

    def _read_named(
        self, tokens: Sequence[Token], i: int, step: int, entity: Entity, possessive: bool
    ) -> tuple[Actor, int]:
        """A name; with "officials", "delegation" and the like behind it, those of that body."""
        last = i + step - 1
        more = 0
        after = tokens[last + 1].low if last + 1 < len(tokens) else ""
        whole_possessive = possessive
        if not entity.is_person and after in self._group | self._person | {
            "authorities",
            "officials",
            "executives",
            "side",
            "parent",
            "users'",
        }:
            gap = self.segments.text[tokens[last].whole_end : tokens[last + 1].start]
            nxt = self.names.within(tokens[last + 1].end, tokens[last + 1].end + 3)
            if gap == " " and not nxt:
                more = 1
                whole_possessive = tokens[last + 1].is_possessive
        actor = self._make(
            tokens, i, last + more, Form.NAME, [entity], whole_possessive, person=entity.is_person
        )
        return actor, more

    def _read_noun(
        self, tokens: Sequence[Token], i: int, found: Sequence[Actor], *, opens: bool
    ) -> tuple[Actor | None, int]:
        token = tokens[i]
        low = token.low
        owns = low in ("his", "her", "its", "their", "my")
        owned = self._noun_head(tokens, i) if owns else None
        if owned is not None and tokens[owned].low not in self._person:
            entities = self._meant_by(tokens, i, owned)
            possessive = tokens[owned].is_possessive
            actor = self._make(tokens, i, owned, Form.NOUN, entities, possessive)
            return actor, owned - i + 1
        if low in (
            "we",
            "us",
            "our",
            "i",
            "my",
            "i'm",
            "we're",
            "we'll",
            "i'll",
            "we've",
            "i've",
            "ourselves",
        ):
            team = self._noun_head(tokens, i) if low in ("our", "my") else None
            if team is not None:
                return self._make(tokens, i, team, Form.FIRST_PERSON, [], False), team - i + 1
            return self._make(tokens, i, i, Form.FIRST_PERSON, [], low in ("our", "my")), 1
        if low in (
            "he",
            "she",
            "his",
            "her",
            "him",
            "himself",
            "herself",
            "he's",
            "she's",
            "he'll",
            "she'll",
        ):
            he = [self.last_person] if self.last_person else []
            return self._make(tokens, i, i, Form.PRONOUN, he, low in ("his", "her"), person=True), 1
        if low in ("it", "its", "itself", "it's", "it'll"):
            body = self._body_meant()
            return self._make(tokens, i, i, Form.PRONOUN, [body] if body else [], low == "its"), 1
        if low == "they" and (both := self._coordinated(found)):
            start, end = token.start, token.end
            return Actor(start, end, Form.JOINT, token.text, both), 1
        if low in ("they", "their", "them", "they're", "they'll", "themselves", "they've"):
            body = self._body_meant()
            return self._make(tokens, i, i, Form.PRONOUN, [body] if body else [], low == "their"), 1
        head = self._noun_head(tokens, i, opens=opens)
        if head is None:
            return None, 1
        entities = self._meant_by(tokens, i, head)
        person = tokens[head].low in self._person
        after = tokens[head + 1].low if head + 1 < len(tokens) else ""
        if tokens[head].is_possessive and {after, singular_of(after)} & (
            self._group | self._person
        ):
            head += 1  # "the company's management"
        return self._make(
            tokens, i, head, Form.NOUN, entities, tokens[head].is_possessive, person=person
        ), head - i + 1

    def _coordinated(self, found: Sequence[Actor]) -> tuple[Entity, ...]:
        """The parties of two sides that "and" joins as the subject of a sentence."""
        named = [a for a in found if a.entities and not a.is_possessive and a.form is Form.NAME]
        for one, other in pairwise(named):
            between = self.segments.text[one.end : other.start]
            joined = re.fullmatch(r"\s+and\s+(?:[\w’'-]+\s+){0,6}", between)
            sides = {side_of(a.entities[0], self.directory) for a in (one, other)}
            if joined and not one.is_oblique and len(sides) > 1:
                return one.entities[0], other.entities[0]
        return ()

    def _body_meant(self) -> Entity | None:
        """What "it" and "they" mean: the subject of the sentence, of the one before, or another."""
        person = self.last_person.organization if self.last_person else None
        return (
            self._subject_body
            or self._oblique_body
            or self.last_body
            or person
            or self.sides.private
        )

    def _noun_head(self, tokens: Sequence[Token], i: int, *, opens: bool = False) -> int | None:
        """Where the noun for a party stands that begins here: "the Chinese video giant"."""
        starts = tokens[i].low in self._openers
        known = (
            self._company
            | self._government
            | self._ministry
            | self._regulator
            | self._group
            | self._person
            | self._local
        )
        begin = i + 1 if starts else i
        plain = not starts and (
            tokens[i].low
            in (
                "authorities",
                "officials",
                "government",
                "representatives",
                "executives",
                "ministers",
                "regulators",
                "sources",
                "insiders",
            )
            or (tokens[i].is_capital and tokens[i].low in known)
            or (i == 0 and singular_of(tokens[i].low) in known)
            or self._is_people(tokens[i])
        )
        if not starts and not plain and not opens:
            return None
        head = None
        for j in range(begin, min(begin + 6, len(tokens))):
            if j > begin and self.segments.text[tokens[j - 1].whole_end : tokens[j].start] not in (
                " ",
                "-",
            ):
                break
            low = tokens[j].low
            singular = low if low in known else singular_of(low)
            if low in known or singular in known:
                head = j
                if tokens[j].is_possessive:
                    break
                continue
            if (
                low in self._prepositions
                or low in self.lexicon.words("function_word")
                or (tokens[j].is_possessive and tokens[j].is_capital)
            ):
                break
            if head is not None:
                break
        if head is None or self._is_named(tokens[head]):
            return None
        thing = self._company | self._regulator | self._group
        if tokens[i].low in ("a", "an") and tokens[head].low in thing:
            return None  # "an office", "a platform": what is spoken of for the first time
        after = tokens[head + 1] if head + 1 < len(tokens) else None
        if (
            after is not None
            and not tokens[head].is_possessive
            and tokens[head].low
            in (
                "government",
                "platform",
                "company",
                "state",
                "network",
                "industry",
                "app",
                "service",
            )
        ):
            gap = self.segments.text[tokens[head].whole_end : after.start]
            if gap == " " and after.low in self.lexicon.words("of_government"):
                return None
        return head

    def _is_office(self, token: Token) -> bool:
        """Whether a small word is one for people who hold an office."""
        return not token.is_capital and singular_of(token.low) in self._person

    def _is_named(self, token: Token) -> bool:
        """Whether a word is a part of a name."""
        return any(
            m.start <= token.start < m.end
            for m in self.names.within(max(0, token.start - _LONGEST_NAME), token.end)
        )

    def _is_people(self, token: Token) -> bool:
        from intake.lexicon import countries_by_name

        return token.is_capital and countries_by_name().get(token.low, ("", ""))[1] in (
            "PEOPLE",
            "NAME",
        )

    def _meant_by(self, tokens: Sequence[Token], first: int, head: int) -> list[Entity]:
        """Who is meant by a noun, likeliest first."""
        low = tokens[head].low
        singular = singular_of(low)
        inner = list(tokens[first : head + 1])
        named = [m.entity for m in self.names.within(tokens[first].start, tokens[head].end)]
        after = self._behind(tokens, head)
        if low == "group" and any(t.low == "working" for t in inner):
            groups = [e for e in self.names.entities if "working group" in e.name.lower()]
            return groups[:1] or [self._unnamed(inner, PartyKind.WORKING_GROUP)]
        if low in self._local:
            return [self._unnamed(inner, PartyKind.PUBLIC_BODY)]
        if low in self._government:
            government = self._government_of(inner)
            government.count += low == "government"
            return [government]
        if low in self._ministry:
            ministry = self.last_ministry or next(
                (e for e in self.names.entities if e.kind is PartyKind.MINISTRY), None
            )
            if ministry:
                ministry.count += 1
            return [ministry] if ministry else [self._unnamed(inner, PartyKind.MINISTRY)]
        if named or after:
            return [*named, *after][:1]
        if low in self._regulator:
            return self._recent_regulator(low) or [self._unnamed(inner, PartyKind.REGULATOR)]
        if (
            low in self._group
            or singular in self._group
            or low in ("officials", "executives", "managers")
        ):
            if any(self._is_people(t) for t in inner):
                return [self._government_of(inner)]
            return [self.sides.private] if self.sides.private else []
        if low in self._person or singular in self._person:
            return self._person_by_role(low, inner)
        if singular in self.lexicon.words("company_role") and self.sides.private:
            return [self.sides.private]
        plural = low.endswith("s") and singular in self._company
        if (plural and low not in self._company) or low == "chains":
            return [self._unnamed(inner, PartyKind.GROUP)]
        return self._recent_company(low) or [self._unnamed(inner, PartyKind.COMPANY)]

    def _unnamed(self, inner: Sequence[Token], kind: PartyKind) -> Entity:
        """A party that the text does not name, by the words that stand for it."""
        words = [t for t in inner if t.low not in self._openers]
        head = words[-1].low
        for known, entity in self.last_by_word.items():
            if known == head:
                return entity
        name = " ".join(t.text for t in words)
        made = self._entity_named(name, kind)
        self.last_by_word[head] = made
        return made

    def _behind(self, tokens: Sequence[Token], head: int) -> list[Entity]:
        """The body named behind "of" or "from"."""
        behind = head + 2
        if behind < len(tokens) and tokens[head + 1].low in ("of", "from", "for", "at", "in"):
            at = tokens[head + 1].end
            country = tokens[behind].is_capital and tokens[behind].is_possessive
            behind += country and not self._is_named(tokens[behind])  # "of Tessaly's authority"
            noun = self._noun_head(tokens, behind, opens=country) if behind < len(tokens) else None
            if noun is not None and tokens[noun].low not in self._person:
                return self._meant_by(tokens, behind, noun)[:1]
            for mention in self.names.within(at, at + 24):
                if not mention.entity.is_person:
                    return [mention.entity]
        return []

    def _government_of(self, inner: Sequence[Token]) -> Entity:
        from intake.lexicon import countries_by_name

        for token in inner:
            if self._is_people(token):
                code = countries_by_name()[token.low][0]
                return self._government_entity(code)
        if self.names.country:
            return self._government_entity(self.names.country)
        return self._entity_named("government", PartyKind.GOVERNMENT)

    def government(self) -> Entity | None:
        """The government of the country that the text is of, if it names one."""
        return self._government_entity(self.names.country) if self.names.country else None

    def _government_entity(self, code: str) -> Entity:
        for entity in self.names.entities:
            if entity.kind is PartyKind.GOVERNMENT and entity.country == code:
                return entity
        keys = self.directory.find_governments(code)
        if keys:
            party = self.directory.parties[keys[0]]
            made = Entity(
                party.kind, party.name, 10**9, party.key, tuple(keys), country=code, is_office=True
            )
        else:
            from intake.lexicon import load_countries

            name = next(c.names[0] for c in load_countries() if c.code == code)
            made = Entity(
                PartyKind.GOVERNMENT, f"Government of {name}", 10**9, country=code, is_office=True
            )
        self.names.entities.append(made)
        return made

    def _entity_named(self, name: str, kind: PartyKind) -> Entity:
        for entity in self.names.entities:
            if entity.name == name and entity.kind is kind:
                return entity
        made = Entity(kind, name, 10**9, is_office=kind in STATE)
        self.names.entities.append(made)
        return made

    def _recent_regulator(self, low: str) -> list[Entity]:
        if low in self.last_by_word:
            return [self.last_by_word[low]]
        fitting = [e for e in self.names.entities if low in e.name.lower() and not e.is_person]
        bodies = [
            e for e in self.names.entities if e.kind in (PartyKind.REGULATOR, PartyKind.PUBLIC_BODY)
        ]
        return [*fitting, *bodies][:2]

    def _recent_company(self, low: str) -> list[Entity]:
        speaker = self._subject_person.organization if self._subject_person else None
        if speaker is not None and side_of(speaker, self.directory)[0] == "BODY":
            return [speaker]
        if low in self.last_by_word:
            return [self.last_by_word[low]]
        if low in self.lexicon.words("working_group_noun"):
            fitting = [
                e
                for e in self.names.entities
                if low.split("-")[0] in e.name.lower() and not e.is_person
            ]
            if fitting:
                return fitting[:1]
        return [self.sides.private] if self.sides.private else []

    def _person_by_role(self, low: str, inner: Sequence[Token]) -> list[Entity]:
        if any(self._is_people(t) for t in inner) and low in self.lexicon.words("state_role") | {
            "officials"
        }:
            return [self._government_of(inner)]
        singular = singular_of(low)
        if singular in self.last_by_role:
            return [self.last_by_role[singular]]
        people = [
            e for e in self.names.entities if e.is_person and e.role and singular in e.role.lower()
        ]
        if people:
            if self.last_person in people and self.last_person is not None:
                return [self.last_person]
            return people[:1]
        if singular == "official" and self.sides.state:
            return [self.sides.state]
        if low in ("official", "spokesperson", "spokesman", "spokeswoman"):
            body = self._subject_body or self.last_body
            return [body] if body else []
        if singular in self.lexicon.words("company_role") and self.sides.private:
            return [self.sides.private]
        if singular in self.lexicon.words("state_role"):
            office = self._entity_named(singular, PartyKind.PERSON)
            office.is_office = True
            return [office]
        return []

    def _both(self) -> tuple[Entity, ...]:
        return tuple(e for e in (self.sides.private, self.sides.state) if e is not None)

    def _remember(self, actor: Actor, sentence: Sentence) -> None:
        if not actor.entities or actor.form is Form.JOINT:
            return
        entity = actor.entities[0]
        self._remember_role(actor, entity)
        if not entity.is_person and not actor.is_possessive:
            if not actor.is_oblique:
                self._subject_body = self._subject_body or entity
            else:
                self._oblique_body = self._oblique_body or entity
        if entity.is_person:
            if not actor.is_oblique:
                self._subject_person = self._subject_person or entity
            if not actor.is_oblique or self.last_person is None:
                self.last_person = entity
            body = entity.organization
            if body is not None and body.kind is PartyKind.MINISTRY:
                self.last_ministry = body
            return
        if entity.kind is PartyKind.MINISTRY:
            self.last_ministry = entity
        if not actor.is_possessive and (self._subject_body is entity or self.last_body is None):
            self.last_body = entity
        if sentence.part in (Part.BODY, Part.HEADLINE):
            for word in entity.name.lower().split():
                if word in self._regulator or word in self._company:
                    self.last_by_word[word] = entity

    def _remember_role(self, actor: Actor, entity: Entity) -> None:
        """ "A senior official of the bank": later, the official is of the bank."""
        words = actor.surface.lower().split()
        if actor.form is Form.NOUN and words[-1] in self._person and not entity.is_person:
            self.last_by_role[words[-1]] = entity


def actors_before(actors: Sequence[Actor], place: int) -> Sequence[Actor]:
    """Those that begin before a place."""
    return actors[: bisect_left(actors, place, key=lambda a: a.start)]
