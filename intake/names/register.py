"""The parties found so far in a text, and the places where they are named."""

from collections.abc import Sequence

from intake.lexicon import load_countries
from intake.names.directory import STATE, fold_words, subject_words
from intake.names.entities import Entity, Mention
from intake.names.words import Words
from intake.text.tokens import Token
from store.records.parties import PartyKind


class Register(Words):
    """Keeps parties and mentions: a name that was found before is the same party."""

    def _mention(self, entity: Entity, first: int, last: int) -> None:
        start, end = self.tokens[first].start, self.tokens[last].end
        possessive = self.tokens[last].is_possessive
        self.mentions.append(Mention(start, end, entity, self.text[start:end], possessive))
        entity.count += 1
        entity.first = min(entity.first, start)
        for i in range(first, last + 1):
            self.taken[i] = True

    def _add(self, entity: Entity, words: Sequence[str]) -> Entity:
        form = "".join(words)
        entity.forms.add(form)
        self.by_form.setdefault(form, entity)
        if entity.key:
            self.by_key.setdefault(entity.key, entity)
        self.entities.append(entity)
        return entity

    def stored(self, key: str, candidates: Sequence[str] = ()) -> Entity:
        """The entity of a stored party."""
        if key in self.by_key:
            return self.by_key[key]
        party = self.directory.parties[key]
        entity = Entity(
            party.kind,
            party.name,
            len(self.text),
            key,
            tuple(candidates) or (key,),
            country=party.country,
            is_office=party.kind in STATE,
        )
        return self._add(entity, fold_words(party.name))

    def _named_at(self, i: int) -> Entity | None:
        place = self.tokens[i].start
        for mention in self.mentions:
            if mention.start <= place < mention.end:
                return mention.entity
        return None

    def _is_person_mention(self, i: int) -> bool:
        place = self.tokens[i].start
        return any(m.entity.is_person for m in self.mentions if m.start <= place < m.end)

    def _person(
        self,
        first: int,
        last: int,
        title: tuple[int, int] | None,
        inside: list[int] | None,
    ) -> Entity:
        """The person with this name; new, stored, or named before."""
        words = [self.folded[i] for i in range(first, last + 1)]
        entity = self._find_person(words, first)
        if entity is None:
            name = self.text[self.tokens[first].start : self.tokens[last].end]
            entity = self._add(Entity(PartyKind.PERSON, name, self.tokens[first].start), words)
        if not self.taken[first]:
            self._mention(entity, first, last)
        self._note_honorific(entity, first)
        if title is not None and entity.role is None:
            start, end = title
            owner = self.tokens[start - 1] if start else None
            if owner is not None and (
                owner.low in ("its", "their")
                or (owner.is_possessive and owner.low in self.body_nouns)
            ):
                start -= 1  # "its director", "the retailer's director"
            entity.role = self.text[self.tokens[start].start : self.tokens[end].whole_end]
            self._read_affiliation(entity, start, end, inside or [])
            if owner is not None and owner.is_possessive and entity.organization is None:
                self._note_owner(entity, owner)
        return entity

    def _note_owner(self, person: Entity, owner: Token) -> None:
        """Whose a person is who is of no body: the prime minister's adviser is of the state; the
        families' lawyer is of nobody that is known.
        """
        if owner.low in self.lexicon.words("state_role"):
            person.is_office, person.organization = True, self._government(person)
        elif owner.low not in self.body_nouns:
            person.role = f"{owner.text}’s {person.role}"

    def _note_honorific(self, person: Entity, first: int) -> None:
        """Keeps whether a person is "he" or "she", where a title tells."""
        for i in (first, first - 1):
            if i >= 0 and self.tokens[i].low in self.honorifics_she:
                person.is_she = True
            elif i >= 0 and self.tokens[i].low in self.honorifics_he:
                person.is_she = False

    def _find_person(self, words: list[str], at: int) -> Entity | None:
        titles = self.titles
        found = self.directory.find(words, self.day) or self.directory.find_person(words, titles)
        found = found or self.directory.find_by_letters(" ".join(words), self.day)
        found = [k for k in found if self.directory.parties[k].kind is PartyKind.PERSON]
        if (len(words) > 1 or any(k in self.by_key for k in found)) and len(found) == 1:
            return self.stored(found[0], found)
        if len(words) == 1 and len(found) == 1 and self._is_titled_as_stored(found[0], at):
            return self.stored(found[0], found)
        form = "".join(words)
        if form in self.by_form and self.by_form[form].is_person:
            return self.by_form[form]
        for entity in self.entities:
            if entity.is_person and len(words) > 1 and set(words) <= set(fold_words(entity.name)):
                return entity
        if len(words) == 1:
            for entity in self.entities:
                if entity.is_person and words[0] in fold_words(entity.name):
                    return entity
        return None

    def _is_titled_as_stored(self, key: str, at: int) -> bool:
        """Whether a surname stands behind a title that the store has for that person."""
        roles = {
            w for m in self.directory.parties[key].memberships for w in fold_words(m.role or "")
        }
        before = [w for w in self.folded[max(0, at - 3) : at] if w not in self.titles]
        return bool(before) and all(w in roles for w in before[-2:])

    def _body(self, first: int, last: int, kind: PartyKind | None = None) -> Entity:
        words = [self.folded[i] for i in range(first, last + 1)]
        form = "".join(words)
        entity = self.by_form.get(form)
        if entity is None:
            name = self.text[self.tokens[first].start : self.tokens[last].end]
            entity = self._add(Entity(kind, name, self.tokens[first].start), words)
        if not self.taken[first]:
            self._mention(entity, first, last)
        return entity

    def _is_new_body(self, i: int) -> bool:
        token = self.tokens[i]
        if not token.is_capital or token.low in self.common | self.subjects | self.roles:
            return False
        return (
            (
                self._country_at(i) is None
                and token.low not in self.calendar
                and token.low not in self.modifiers
                and i not in self.openings
            )
            or token.is_acronym
            or (
                i in self.openings
                and self.lower[token.low] == 0
                and self._country_at(i) is None
                and token.low not in self.modifiers
            )
        )

    def _ministry_of(self, start: int, end: int) -> Entity | None:
        """The ministry that a minister's title implies."""
        begin = start
        words = [self.folded[i] for i in range(begin, end + 1)]
        about = subject_words(w for w in words if w not in self.modifiers or w in self.subjects)
        about = frozenset(w for w in about if w not in self.roles)
        if not about:
            return self._government(None)
        keys = self.directory.find_ministries(about, frozenset(self.countries))
        if keys:
            entity = self.stored(keys[0], keys)
            entity.implied = entity.count == 0
            return entity
        subject = (
            " ".join(
                token.text if token.low == "and" else token.text[0].upper() + token.text[1:]
                for i in range(begin, end + 1)
                if (token := self.tokens[i]).low in self.subjects - {"state"}
                or (token.low == "and" and begin < i < end)
            )
            .removeprefix("and ")
            .removesuffix(" and")
        )
        name = f"Ministry of {subject}"
        form = "".join(fold_words(name))
        if form not in self.by_form:
            made = Entity(PartyKind.MINISTRY, name, self.tokens[start].start, implied=True)
            made.country = self.countries.most_common(1)[0][0] if self.countries else None
            made.is_office = True
            self._add(made, fold_words(name))
        return self.by_form[form]

    def _government(self, person: Entity | None) -> Entity | None:
        country = self.countries.most_common(1)[0][0] if self.countries else None
        if country is None:
            return None
        return self.government_of(country)

    def government_of(self, country: str) -> Entity:
        """The government of a country, stored or not."""
        keys = self.directory.find_governments(country)
        if keys:
            entity = self.stored(keys[0], keys)
            entity.implied = entity.count == 0
            return entity

        name = next(c.names[0] for c in load_countries() if c.code == country)
        full = f"Government of {name}"
        form = "".join(fold_words(full))
        if form not in self.by_form:
            made = Entity(PartyKind.GOVERNMENT, full, len(self.text), implied=True, country=country)
            made.is_office = True
            self._add(made, fold_words(full))
        return self.by_form[form]

    def _read_affiliation(self, person: Entity, start: int, end: int, inside: list[int]) -> None:
        """Whom a title says that a person acts for: a body named in it or before it, or a state."""
        country = start > 1 and self._country_at(start - 1) is not None
        for i in [*inside, start - 1, *([start - 2] if country else [])]:
            if i < 0:
                continue
            if i < start and self._gap(i) not in (" ", "-"):
                break
            if named := self._named_at(i):
                if not named.is_person:
                    person.organization = named
                    break
            elif i < start and self._is_new_body(i):
                person.organization = self._body(i, i)
                break
        low = {self.tokens[i].low for i in range(max(0, start), end + 1)}
        state = low & self.lexicon.words("state_role")
        beside = start > 0 and self._gap(start - 1) == " "
        before = self.tokens[start - 1].low if beside else ""
        named = person.organization
        if before in self.lexicon.words("company_noun") or (
            named is not None and named.kind in (PartyKind.COMPANY, PartyKind.PLATFORM)
        ):
            state = set()  # the president of a firm
        if state:
            person.is_office = True
        if (
            named is not None
            and named.kind is None
            and named.key is None
            and (low & self.lexicon.words("of_state_alone"))
        ):
            about = named.name.lower().split()
            is_subject = bool(set(about) & self.subjects)
            named.kind = PartyKind.MINISTRY if is_subject else PartyKind.GOVERNMENT
            named.is_office = person.is_office = True
        if low & {"minister", "ministers", "secretary"} and person.organization is None:
            person.organization = self._ministry_of(start, end)
        if (
            person.organization is None
            and low & {"president", "premier", "pm", "governor"}
            and state
        ):
            person.organization = self._government(person)

    def _merge(self, gone: Entity, kept: Entity) -> None:
        kept.forms |= gone.forms
        for form in gone.forms:
            self.by_form[form] = kept
        self.mentions = [
            Mention(m.start, m.end, kept, m.surface, m.is_possessive) if m.entity is gone else m
            for m in self.mentions
        ]
        kept.count += gone.count
        kept.first = min(kept.first, gone.first)
        gone.count, gone.implied = 0, False
        for entity in self.entities:
            if entity.organization is gone:
                entity.organization = kept
