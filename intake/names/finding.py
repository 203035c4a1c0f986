"""Finds whom a text names: what is sure first, which helps to tell the rest."""

from collections import Counter
from collections.abc import Sequence

from intake.lexicon import Lexicon
from intake.names.bodies import Bodies
from intake.names.directory import STATE, Directory, fold_words, subject_words
from intake.names.entities import Entity, Names
from intake.text.segments import Segments
from store.records.parties import PartyKind

_MOST_NAME = 5


def find_names(
    segments: Segments, directory: Directory, lexicon: Lexicon, day: str | None
) -> Names:
    """Whom the text names, with the stored parties meant on the day of the text."""
    return Finder(segments, directory, lexicon, day).find()


class Finder(Bodies):
    """One pass over a text."""

    def find(self) -> Names:
        """All that is named, the first first."""
        self._skip_dateline()
        self._find_stored()
        self._find_described_bodies()
        self._find_titled_people()
        self._find_bylines()
        self._find_runs()
        self._find_evident_people()
        self._find_short_forms()
        self._describe_bodies()
        self.mentions.sort(key=lambda m: (m.start, -m.end))
        self._find_states()
        self._assign_organizations()
        country = self.countries.most_common(1)[0][0] if self.countries else None
        used = [e for e in self.entities if e.count or e.implied]
        used.sort(key=lambda e: e.first)
        return Names(used, self.mentions, country, frozenset(self.countries), self.tokens)

    def _find_stored(self) -> None:
        """Every name of a stored party that stands in the text."""
        i = 0
        while i < len(self.tokens):
            i += self._match_stored(i) or 1

    def _match_stored(self, i: int) -> int:
        if not self.directory.parties:
            return 0
        most = self.directory.most_by_first.get(self.folded[i], 0)
        for n in range(self._count_unbroken(i, min(most, len(self.tokens) - i)), 0, -1):
            keys = self.directory.find(self.folded[i : i + n], self.day)
            keys = [k for k in keys if self._may_be_stored(k, i, n)]
            if keys:
                key = self._choose(keys)
                self._mention(self.stored(key, keys), i, i + n - 1)
                return n
        return 0

    def _may_be_stored(self, key: str, i: int, n: int) -> bool:
        party = self.directory.parties[key]
        first = self.tokens[i]
        if party.kind is PartyKind.GROUP:
            return n > 1 or len(first.text) > 5
        if n == 1 and party.kind is PartyKind.PERSON:
            return False  # a surname alone: only after the full name
        small_letters = n > 1 and party.kind in STATE and not first.is_capital
        if small_letters:
            return self.directory.fits_countries(key, frozenset(self.countries))
        capital = first.is_capital and (n == 1 or self.tokens[i + n - 1].is_capital)
        if n == 1 and capital and self.lower[first.low] > 2:
            return False
        return capital and self.directory.fits_countries(key, frozenset(self.countries))

    def _choose(self, keys: Sequence[str]) -> str:
        """Of several parties with the name: on an unknown day, the one that is not yet renamed."""
        if len(keys) == 1 or self.day is not None:
            return keys[0]
        renamed = self.directory.parties[keys[0]]
        present = fold_words(renamed.name)
        return keys[1] if self._holds(present) else keys[0]

    def _find_evident_people(self) -> None:
        """Runs that speech, a comma or a later surname shows to be people; else bodies."""
        for first, last in self.pending_names:
            if not self.taken[first]:
                self._person(first, last, None, None)
        alone = Counter(self.folded[f] for f, last in self.pending if f == last)
        later: list[tuple[int, int]] = []
        for first, last in self.pending:
            if self.taken[first]:
                continue
            if first < last and last - first < _MOST_NAME and self._is_personal(first, last, alone):
                self._person(first, last, None, None)
            else:
                later.append((first, last))
        for first, last in later:
            if self.taken[first]:
                continue
            form = "".join(self.folded[first : last + 1])
            if form in self.by_form and not self.by_form[form].is_person:
                self._mention(self.by_form[form], first, last)
                continue
            known = self._known_person(first, last)
            if known is not None:
                self._mention(known, first, last)
            elif first == last and self._is_actor(first):
                self._body(first, last)

    def _known_person(self, first: int, last: int) -> Entity | None:
        words = [self.folded[i] for i in range(first, last + 1)]
        for entity in self.entities:
            if not entity.is_person or entity.first >= self.tokens[first].start:
                continue
            stored = self.directory.names_of(entity.key) if entity.key else []
            if set(words) <= set(fold_words(entity.name)) or tuple(words) in stored:
                return entity
        return None

    def _is_personal(self, first: int, last: int, alone: Counter[str]) -> bool:
        words = [self.tokens[i] for i in range(first, last + 1)]
        if any(self.lower[t.low] > 0 and t.low not in self.particles for t in words):
            return False
        if any(t.low in self.subjects or t.low in self.common or t.is_acronym for t in words):
            return False
        if any(self._country_at(i) for i in range(first, last + 1)):
            return False
        if self._find_person([self.folded[i] for i in range(first, last + 1)], first):
            return True
        before = self.tokens[first - 1].low if first else ""
        after = self.tokens[last + 1].low if last + 1 < len(self.tokens) else ""
        gap_after = self._gap(last) if last + 1 < len(self.tokens) else ""
        speaks = (before in self.say and self._gap(first - 1) in (" ", " : ")) or (
            after in self.say and gap_after in (" ", ", ")
        )
        told = gap_after == ", " and (after in ("who", "whose", "aged") or after.isdigit())
        told = told or self._is_told_with_job(first)
        acts = after in self.lexicon.words("person_verb") and gap_after == " "
        surname = (
            any(self.folded[i] in alone for i in (first, last))
            and alone[self.folded[last]] + alone[self.folded[first]] > 0
        )
        from_body = after in ("from", "of") and any(
            self.taken[i] and not self._is_person_mention(i)
            for i in range(last + 2, last + 4)
            if i < len(self.tokens)
        )
        from_body = from_body or (after in ("from", "of") and self._is_noun_of_body(last + 2))
        by_account = before == "to" and first > 1 and self.tokens[first - 2].low == "according"
        return speaks or told or acts or surname or from_body or by_account

    def _is_told_with_job(self, first: int) -> bool:
        """Whether a verb of saying and what somebody does stand before: "said crane driver X"."""
        for at in range(first - 1, max(-1, first - 4), -1):
            if self._gap(at) != " " or self.tokens[at].is_capital:
                return False
            if self.tokens[at].low in self.say:
                return first - at > 1
        return False

    def _is_noun_of_body(self, at: int) -> bool:
        """Whether "the drivers' association" or the like begins at a word."""
        row = self.tokens[at : at + 4]
        return any(not t.is_capital and t.low in self.body_nouns for t in row)

    def _find_short_forms(self) -> None:
        """Later mentions: surnames, acronyms from brackets, names in headlines."""
        self._link_acronyms()
        self._link_initials()
        self._link_first_words()
        self._link_surnames()
        self._link_ministries()
        short = self._lone_surnames()
        for entity in self.entities:
            if entity.is_person and (entity.count or entity.key):
                words = [w for w in fold_words(entity.name) if w not in self.titles]
                names = [words]
                if entity.key:
                    names += [list(n) for n in self.directory.names_of(entity.key)]
                for name in names:
                    for word in name[-1:] + name[:1]:
                        if len(word) > 2:
                            short.setdefault(word, entity)
            elif entity.count:
                form = fold_words(entity.name)
                short.setdefault("".join(form), entity)
                if self._is_known_by_first_word(entity, form):
                    short.setdefault(form[0], entity)
        for i, token in enumerate(self.tokens):
            if self.taken[i] or not token.is_capital or token.low in self.calendar:
                continue
            meant = short.get(self.folded[i])
            if meant is None or (i in self.openings and self.lower[token.low] > 1):
                continue
            if not meant.is_person or meant.first < token.start or self._is_skipped(token.start):
                self._mention(meant, i, i)

    def _is_known_by_first_word(self, body: Entity, words: Sequence[str]) -> bool:
        """Whether a firm is also called by the first word of its name: "Norvik" of "Norvik Inc"."""
        firm = body.kind in (None, PartyKind.COMPANY, PartyKind.PLATFORM)
        if body.key or not firm or len(words) not in (2, 3):
            return False
        said = body.name.lower().split()[0]
        plain = self.common | self.roles | self.modifiers | self.subjects | self.org_words
        return len(said) > 2 and said not in plain | self.calendar and said not in self.places

    def _lone_surnames(self) -> dict[str, Entity]:
        """Stored people who are known by a surname alone, where their body is named, too."""
        found: dict[str, Entity] = {}
        named = {e.key for e in self.entities if e.key and e.count}
        words = {self.folded[f] for f, last in self.pending if f == last}
        for word in words:
            keys = [
                k
                for k in self.directory.find([word], self.day)
                if self.directory.parties[k].kind is PartyKind.PERSON
                and set(self.directory.organizations_of(k, None)) & named
            ]
            if len(keys) == 1:
                found[word] = self.stored(keys[0], keys)
                found[word].first = -1
                wrong = self.by_form.get(word)
                if wrong is not None and not wrong.is_person and wrong.key is None:
                    self._merge(wrong, found[word])
        return found

    def _link_acronyms(self) -> None:
        """An acronym in brackets behind a name is that body."""
        ends = {m.end: m.entity for m in self.mentions if not m.entity.is_person}
        for mention in list(self.mentions):
            before = self.text[max(0, mention.start - 2) : mention.start]
            if before.endswith("(") and self.text[mention.end : mention.end + 1] == ")":
                owner = ends.get(mention.start - 2) or ends.get(mention.start - 1)
                if owner is not None and owner is not mention.entity and not mention.entity.key:
                    self._merge(mention.entity, owner)
                elif owner is not None and owner is not mention.entity and not owner.key:
                    self._merge(owner, mention.entity)

    def _link_first_words(self) -> None:
        """A body's first word alone is that body: "Norvik" after "Norvik Hydro"."""
        whole = {
            fold_words(e.name)[0]: e
            for e in reversed(self.entities)
            if e.count and not e.is_person and len(fold_words(e.name)) in (2, 3) and not e.key
        }
        for entity in list(self.entities):
            words = fold_words(entity.name)
            if entity.is_person or entity.key or not entity.count or len(words) != 1:
                continue
            body = whole.get(words[0])
            if body is not None and body is not entity and body.first < entity.first:
                self._merge(entity, body)

    def _link_ministries(self) -> None:
        """ "Interior Ministry" and "Ministry of Interior" are one, by the name that comes first."""
        found: dict[frozenset[str], Entity] = {}
        ministries = [e for e in self.entities if e.kind is PartyKind.MINISTRY and not e.key]
        for entity in sorted(ministries, key=lambda e: (not e.count, e.first)):
            about = subject_words(fold_words(entity.name))
            if not about or not (entity.count or entity.implied):
                continue
            kept = found.setdefault(about, entity)
            if kept is not entity:
                kept.is_office, kept.country = True, kept.country or entity.country
                self._merge(entity, kept)

    def _link_surnames(self) -> None:
        """Who is first told by a surname, "Ms Oduya", and in full later, is one person."""
        whole: dict[str, list[Entity]] = {}
        for entity in self.entities:
            words = fold_words(entity.name)
            if entity.is_person and entity.count and len(words) > 1:
                whole.setdefault(words[-1], []).append(entity)
        for entity in list(self.entities):
            words = fold_words(entity.name)
            if not entity.is_person or entity.key or not entity.count:
                continue
            named = [w for w in words if w not in self.titles]
            people = whole.get(named[0], []) if len(named) == 1 else []
            if len(people) == 1 and people[0] is not entity and people[0].first > entity.first:
                people[0].is_she = entity.is_she if people[0].is_she is None else people[0].is_she
                self._merge(entity, people[0])

    def _link_initials(self) -> None:
        """An acronym is the body whose name has these initials."""
        named = [e for e in self.entities if e.count and not e.is_person and " " in e.name]
        for entity in list(self.entities):
            if entity.key or entity.is_person or not entity.name.isupper() or not entity.count:
                continue
            for body in named:
                initials = "".join(w[0] for w in body.name.split() if w[0].isupper())
                if initials == entity.name:
                    self._merge(entity, body)
                    break

    def _assign_organizations(self) -> None:
        """For stored people, whom the store says that they act for, if the text does not say."""
        for entity in list(self.entities):
            if entity.is_person and entity.key:
                bodies = self.directory.organizations_of(entity.key, self.day) or (
                    self.directory.organizations_of(entity.key, None)
                )
                kinds = {self.directory.parties[b].kind for b in bodies}
                if bodies and (entity.organization is None or entity.organization.key is None):
                    body = self.stored(bodies[0], bodies)
                    body.implied = body.count == 0
                    entity.organization = body
                if entity.organization and fold_words(entity.name)[0] in self.roles:
                    entity.organization.count += entity.count  # known by office, which names it
                entity.is_office = entity.is_office or bool(kinds & STATE)
