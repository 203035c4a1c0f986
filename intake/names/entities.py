"""Finds who a text names: people with their titles, bodies, countries, and every later mention."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from intake.lexicon import Lexicon, countries_by_name
from intake.names.directory import STATE, Directory, fold_words, subject_words
from intake.text.segments import Part, Segments, Sentence
from intake.text.tokens import Token, find_tokens
from store.records.parties import PartyKind


@dataclass(slots=True, eq=False)
class Entity:
    """A party that a text names. `key` is the stored one it means, `candidates` all that it may
    mean, likeliest first. A person's `organization` is whom the text, or the store, says that they
    act for. `implied` is a ministry that only a minister's title names.
    """

    kind: PartyKind | None
    name: str
    first: int
    key: str | None = None
    candidates: tuple[str, ...] = ()
    role: str | None = None
    organization: "Entity | None" = None
    country: str | None = None
    implied: bool = False
    forms: set[str] = field(default_factory=set)
    count: int = 0
    is_office: bool = False
    """Whether it is known by an office of state: a minister, a president."""

    @property
    def is_person(self) -> bool:
        return self.kind is PartyKind.PERSON

    @property
    def reference(self) -> str:
        """The key of the stored party, or the name."""
        return self.key or self.name


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that stand for a party: its name, or a noun or pronoun that means it."""

    start: int
    end: int
    entity: Entity
    surface: str
    is_possessive: bool = False


@dataclass
class Names:
    """Whom a text names, in order, and where."""

    entities: list[Entity]
    mentions: list[Mention]
    country: str | None
    countries: frozenset[str]
    tokens: list[Token]

    def within(self, start: int, end: int) -> list[Mention]:
        """The mentions that begin within a span."""
        first = bisect_left(self.mentions, start, key=lambda m: m.start)
        last = bisect_left(self.mentions, end, key=lambda m: m.start)
        return self.mentions[first:last]

    def tokens_within(self, start: int, end: int) -> list[Token]:
        first = bisect_left(self.tokens, start, key=lambda t: t.start)
        last = bisect_left(self.tokens, end, key=lambda t: t.start)
        return self.tokens[first:last]


def find_names(
    segments: Segments, directory: Directory, lexicon: Lexicon, day: str | None
) -> Names:
    """Whom the text names, with the stored parties meant on the day of the text."""
    return _Finder(segments, directory, lexicon, day).find()


_KINDS_BY_WORD = (
    PartyKind.MINISTRY,
    PartyKind.REGULATOR,
    PartyKind.GOVERNMENT,
    PartyKind.PUBLIC_BODY,
    PartyKind.MEDIA,
    PartyKind.COMPANY,
    PartyKind.CIVIL_SOCIETY,
)
_RETIRED = frozenset({"r", "retd", "rtd", "retired"})
"""In brackets between a rank and a name."""

_MOST_RUN = 14
_MOST_NAME = 5
_MOST_TITLE = 7


class _Finder:
    """One pass over a text. What is found first, names with titles, helps to find the rest."""

    def __init__(
        self, segments: Segments, directory: Directory, lexicon: Lexicon, day: str | None
    ) -> None:
        self.segments, self.directory, self.lexicon, self.day = segments, directory, lexicon, day
        self.text = segments.text
        self.tokens = find_tokens(self.text)
        self.folded = [fold_words(t.text)[0] if t.text != "&" else "and" for t in self.tokens]
        self.entities: list[Entity] = []
        self.mentions: list[Mention] = []
        self.by_form: dict[str, Entity] = {}
        self.pending_names: list[tuple[int, int]] = []
        self.by_key: dict[str, Entity] = {}
        self.taken: list[bool] = [False] * len(self.tokens)
        self.roles = lexicon.words("role_head")
        self.modifiers = lexicon.words("role_modifier")
        self.subjects = lexicon.words("subject_word")
        self.honorifics = lexicon.words("honorific")
        self.particles = lexicon.words("particle")
        self.org_words = lexicon.words("org_word")
        self.say = lexicon.words("say")
        self.body_nouns = (
            lexicon.words("company_noun")
            | lexicon.words("regulator_noun")
            | lexicon.words("ministry_noun")
            | lexicon.words("government_noun")
            | lexicon.words("working_group_noun")
            | lexicon.words("local_noun")
        )
        self.common = lexicon.words("function_word") | lexicon.words("common_opening")
        self.calendar = lexicon.words("month") | lexicon.words("weekday")
        self.openings = self._find_openings()
        self.lower = Counter(t.low for t in self.tokens if not t.is_capital)
        self.places = countries_by_name()
        self.skipped = self._find_skipped()
        self.countries = self._count_countries()
        self.titles = self.honorifics | frozenset({"senator", "captain", "retired", "dr"})

    # -- What kinds of words there are ------------------------------------------------------------

    def _find_openings(self) -> set[int]:
        """Words that open a sentence, where a capital means nothing."""
        opened: set[int] = set()
        for sentence in self.segments.sentences:
            at = bisect_left(self.tokens, sentence.start, key=lambda t: t.start)
            opened.add(at)
        if self.segments.lead_end:
            opened.add(bisect_left(self.tokens, self.segments.lead_end, key=lambda t: t.start))
        for i, token in enumerate(self.tokens):
            if token.start and self.text[token.start - 1] in '“"':
                opened.add(i)
        return opened

    def _find_skipped(self) -> list[tuple[int, int]]:
        """Lines in which all words have capitals, or that the site adds: nothing new is named."""
        skipped = []
        for sentence in self.segments.sentences:
            if sentence.part is Part.BOILERPLATE:
                skipped.append((sentence.start, sentence.end))
            elif sentence.part in (Part.HEADLINE, Part.HEADING, Part.HEADER):
                words = [t for t in self._tokens_of(sentence) if len(t.text) > 3]
                if sum(t.is_capital for t in words) * 10 >= len(words) * 7:
                    skipped.append((sentence.start, sentence.end))
        return skipped

    def _tokens_of(self, sentence: Sentence) -> list[Token]:
        first = bisect_left(self.tokens, sentence.start, key=lambda t: t.start)
        last = bisect_left(self.tokens, sentence.end, key=lambda t: t.start)
        return self.tokens[first:last]

    def _is_skipped(self, place: int) -> bool:
        at = bisect_right(self.skipped, place, key=lambda s: s[0]) - 1
        return at >= 0 and place < self.skipped[at][1]

    def _count_countries(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for i in range(len(self.tokens)):
            if known := self._country_at(i):
                found[known[0]] += 2 if known[2] == "NAME" else 1
        if self.segments.dateline:
            place = self.text[slice(*self.segments.dateline)].lower()
            if place in self.places:
                found[self.places[place][0]] += 3
        return found

    def _country_at(self, i: int) -> tuple[str, int, str] | None:
        """The country named at a word: its code, how many words, and what sort of name."""
        if not self.tokens[i].is_capital:
            return None
        for n in (3, 2, 1):
            if i + n > len(self.tokens):
                continue
            name = self.text[self.tokens[i].start : self.tokens[i + n - 1].end].lower()
            if name == "us" and self.tokens[i].text != "US":
                continue
            if name in self.places and not (n == 1 and name in ("male", "victoria", "kingston")):
                code, sort = self.places[name]
                return code, n, sort
        return None

    # -- Entities ---------------------------------------------------------------------------------

    def find(self) -> Names:
        self._skip_dateline()
        self._find_stored()
        self._find_described_bodies()
        self._find_titled_people()
        self._find_bylines()
        self._find_runs()
        self._find_evident_people()
        self._find_short_forms()
        self.mentions.sort(key=lambda m: (m.start, -m.end))
        self._assign_organizations()
        country = self.countries.most_common(1)[0][0] if self.countries else None
        used = [e for e in self.entities if e.count or e.implied]
        used.sort(key=lambda e: e.first)
        return Names(used, self.mentions, country, frozenset(self.countries), self.tokens)

    def _gap(self, i: int) -> str:
        """What stands between a word and the next one."""
        if i + 1 >= len(self.tokens):
            return "\n"
        gap = self.text[self.tokens[i].whole_end : self.tokens[i + 1].start]
        return " " if gap == "  " else gap

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

    def _skip_dateline(self) -> None:
        if self.segments.dateline:
            start, end = self.segments.dateline[0], self.segments.lead_end
            for i, token in enumerate(self.tokens[:60]):
                if start <= token.start < end:
                    self.taken[i] = True

    # -- Bodies that are described ----------------------------------------------------------------

    def _find_described_bodies(self) -> None:
        """Bodies that a noun or their own words show: "the drug maker Helixor", "Corvia Bank"."""
        company = self.lexicon.words("company_noun")
        for i, token in enumerate(self.tokens):
            if self.taken[i] or not token.is_capital or self._is_skipped(token.start):
                continue
            described = (
                i > 0
                and self.tokens[i - 1].low in company
                and not self.tokens[i - 1].is_capital
                and self._gap(i - 1) == " "
            )
            if described and token.low not in self.common | self.calendar:
                self._body(i, self._end_of_described(i), PartyKind.COMPANY)
                continue
            last_of_run = self._run_end(i)
            if last_of_run is None or (
                i and self.tokens[i - 1].is_capital and self._gap(i - 1) == " "
            ):
                continue
            lows = [t.low for t in self.tokens[i : last_of_run + 1]]
            titled = any(low in self.roles for low in lows)
            if not titled and any(low in self.org_words for low in lows):
                self._read_run(i, last_of_run)

    # -- Stored names -----------------------------------------------------------------------------

    def _end_of_described(self, first: int) -> int:
        last = first
        while (
            last + 1 < len(self.tokens)
            and self._gap(last) == " "
            and last - first < 3
            and self.tokens[last + 1].is_capital
            and not self.tokens[last].is_possessive
            and self.tokens[last + 1].low not in self.roles | self.calendar
        ):
            last += 1
        return last

    def _find_stored(self) -> None:
        """Every name of a stored party that stands in the text."""
        i = 0
        while i < len(self.tokens):
            i += self._match_stored(i) or 1

    def _match_stored(self, i: int) -> int:
        if not self.directory.parties:
            return 0
        for n in range(min(self.directory.most_words, len(self.tokens) - i), 0, -1):
            if not self._is_unbroken(i, n):
                continue
            keys = self.directory.find(self.folded[i : i + n], self.day)
            keys = [k for k in keys if self._may_be_stored(k, i, n)]
            if keys:
                key = self._choose(keys)
                self._mention(self.stored(key, keys), i, i + n - 1)
                return n
        return 0

    def _is_unbroken(self, i: int, n: int) -> bool:
        return all(
            self._gap(j) in (" ", "", "-", " -", ". ") and not self.tokens[j].is_possessive
            for j in range(i, i + n - 1)
        )

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

    def _holds(self, words: tuple[str, ...]) -> bool:
        n = len(words)
        return any(
            tuple(self.folded[i : i + n]) == words and self.tokens[i].is_capital
            for i in range(len(self.tokens) - n + 1)
        )

    # -- People with titles -----------------------------------------------------------------------

    def _find_titled_people(self) -> None:
        for i, token in enumerate(self.tokens):
            if self._is_skipped(token.start):
                continue
            if token.low in self.roles and not self.tokens[i].is_possessive:
                self._read_title(i)
            elif (
                token.low in self.honorifics
                and token.is_capital
                and not self._country_at(i)
                and self._gap(i) in (" ", ". ")
                and (found := self._read_name(i + 1))
            ):
                self._person(found[0], found[1], None, None)

    def _read_title(self, i: int) -> None:
        """A person named after a title, or, where the title stands behind a comma, before it."""
        start = self._title_start(i)
        at, inside = self._subject_end(i + 1)
        if at < len(self.tokens):
            comma = self._gap(at - 1).replace(" (", " ").replace(") ", " ")
            name = self._read_name(at) if comma in (" ", ", ", ". ", " (") else None
            # After a comma it must look like a name of several words.
            if name and (comma != ", " or name[1] > name[0]):
                self._person(name[0], name[1], (start, at - 1), inside)
                return
        loose = self._loose_end(at)
        name = self._read_name(loose) if loose else None
        if loose and name and name[1] > name[0]:
            self._person(name[0], name[1], (start, loose - 1), inside)
            return
        self._read_title_behind(start, i, at, inside)

    def _loose_end(self, at: int) -> int | None:
        """Where the name begins behind a title in plain words, or a body, and a comma:
        "head of sales, Dana Weiss"; "vice president, Meta, Simon Milner".
        """
        begin = at
        while at < len(self.tokens) and at - begin < _MOST_TITLE:
            gap, token = self._gap(at - 1), self.tokens[at]
            if gap == ", " and at > begin and token.is_capital and not self.taken[at]:
                return at
            if gap != " " and not (gap == ", " and self.taken[at]):
                return None
            if token.low in self.say or (token.is_capital and not self.taken[at]):
                return None
            at += 1
        return None

    def _title_start(self, i: int) -> int:
        start = i
        while (
            start > 0
            and self._gap(start - 1) in (" ", "-")
            and not self.tokens[start - 1].is_possessive
            and (
                self.tokens[start - 1].low in self.modifiers
                or self.tokens[start - 1].low in self.roles
                or self.tokens[start - 1].low in self.subjects
                or (self.tokens[start - 1].low in self.body_nouns and not self.taken[start - 1])
                or (
                    self.tokens[start - 1].low == "and"
                    and start > 1
                    and self.tokens[start - 2].low in self.subjects
                )
            )
        ):
            start -= 1
        return start

    def _subject_end(self, at: int) -> tuple[int, list[int]]:
        """Where what a title is about ends: "for Trade and Industry", "of Global Affairs at Meta".
        With the words in it that begin a body or a country.
        """
        inside: list[int] = []
        begin = at
        while at < len(self.tokens) and at - begin < 16:
            token = self.tokens[at]
            if self._gap(at - 1) not in (" ", " & ", "-", ", ") or (
                self._gap(at - 1) == ", " and token.low not in self.subjects
            ):
                break
            if self.tokens[at - 1].is_possessive:
                break
            named = self.taken[at] or self._country_at(at) is not None
            if named:
                inside.append(at)
            connects = token.low in ("of", "for", "at", "and", "in", "the", "to", "from", "on", "&")
            known = (
                token.low in self.subjects
                or token.low in self.modifiers
                or token.low in self.roles
                or token.low in self.lexicon.words("region_word")
                or (token.low in self.org_words and token.low not in self.honorifics)
                or token.is_acronym
            )
            following = self.tokens[at + 1].low if at + 1 < len(self.tokens) else ""
            known = known or (token.is_capital and following in self.subjects)
            known = known or token.low in self.body_nouns or self._is_described(at)
            if not (named or connects or known):
                if self._is_place_of_title(at):
                    at += 1
                    continue
                break
            at += 1
        while at > begin and self.tokens[at - 1].low in (
            "and",
            "in",
            "to",
            "from",
            "on",
            "at",
            "the",
            "of",
            "for",
        ):
            at -= 1
        return at, inside

    def _is_described(self, at: int) -> bool:
        """Whether a small word describes a body: "head of the private waterworks"."""
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        small = not self.tokens[at].is_capital and self.tokens[at].low not in self.common
        return small and following is not None and following.low in self.body_nouns

    def _is_place_of_title(self, at: int) -> bool:
        """Whether an unknown name ends a title: "mayor of Orsk, Ada Kern"."""
        if not self.tokens[at].is_capital or self.tokens[at - 1].low not in ("of", "for", "at"):
            return False
        if at + 1 >= len(self.tokens) or self._gap(at) != ", ":
            return False
        name = self._read_name(at + 1)
        return name is not None and name[1] > name[0]

    def _read_name(self, at: int) -> tuple[int, int] | None:
        """The words of a person's name from here on."""
        start = at
        while (
            at < len(self.tokens)
            and self.tokens[at].low in self.honorifics
            and self.tokens[at].is_capital
        ):
            if self._gap(at) not in (" ", ". ", " (", ") "):
                break
            at += 1
        while at < len(self.tokens) and self.tokens[at].low in _RETIRED:
            at += 1
        first, last = at, at - 1
        while at < len(self.tokens) and at - first < _MOST_NAME:
            token = self.tokens[at]
            particle = token.low in self.particles and at > first and at + 1 < len(self.tokens)
            if particle and not token.is_capital:
                at += 1
                continue
            if not self._is_name_word(at):
                break
            last = at
            if token.is_possessive or self._gap(at) not in (" ", ". ", "-"):
                break
            if self._gap(at) == ". " and len(token.text) > 1:
                break
            at += 1
        if last < first:
            return None
        return max(start, first), last

    def _is_name_word(self, i: int) -> bool:
        token = self.tokens[i]
        if len(token.text) == 1 and self.text[token.end : token.end + 1] != ".":
            return False
        if not token.is_capital or not token.text[0].isalpha() or self._is_calendar(i):
            return False
        if self.taken[i] and not self._is_person_mention(i):
            return False
        if token.low in self.org_words and token.low not in ("post", "price", "power", "bank"):
            return False
        if token.low in self.common or token.low in self.roles or token.low in self.modifiers:
            return False
        known = self._country_at(i)
        return not (token.is_acronym and len(token.text) > 2) and not (
            known and known[2] != "CAPITAL"
        )

    def _is_calendar(self, i: int) -> bool:
        """Whether a word is a day or month; "Jun Tanaka", "April Jones" are people."""
        if self.tokens[i].low not in self.calendar:
            return False
        following = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        return following is None or self._gap(i) != " " or not following.is_capital

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
        if title is not None and entity.role is None:
            start, end = title
            start -= start > 0 and self.tokens[start - 1].low in ("its", "their")
            entity.role = self.text[self.tokens[start].start : self.tokens[end].whole_end]
            self._read_affiliation(entity, start, end, inside or [])
        return entity

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

    def _read_affiliation(self, person: Entity, start: int, end: int, inside: list[int]) -> None:
        """Whom a title says that a person acts for: a body named in it or before it, or a state."""
        for i in [*inside, start - 1, start - 2]:
            if i < 0:
                continue
            if i < start and self._gap(i) not in (" ", "-"):
                break
            if named := self._named_at(i):
                if not named.is_person:
                    person.organization = named
                    break
            elif i == start - 1 and self._is_new_body(i):
                person.organization = self._body(i, i)
                break
        low = {self.tokens[i].low for i in range(max(0, start), end + 1)}
        state = low & self.lexicon.words("state_role")
        before = self.tokens[start - 1].low if start else ""
        named = person.organization
        if before in self.lexicon.words("company_noun") or (
            named is not None and named.kind in (PartyKind.COMPANY, PartyKind.PLATFORM)
        ):
            state = set()  # the president of a firm
        if state:
            person.is_office = True
        if low & {"minister", "ministers", "secretary"} and person.organization is None:
            person.organization = self._ministry_of(start, end)
        if (
            person.organization is None
            and low & {"president", "premier", "pm", "governor"}
            and state
        ):
            person.organization = self._government(person)

    def _named_at(self, i: int) -> Entity | None:
        place = self.tokens[i].start
        for mention in self.mentions:
            if mention.start <= place < mention.end:
                return mention.entity
        return None

    def _is_new_body(self, i: int) -> bool:
        token = self.tokens[i]
        if not token.is_capital or token.low in self.common or token.low in self.subjects:
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
                self.tokens[i].text
                for i in range(begin, end + 1)
                if self.tokens[i].low in self.subjects
                or (self.tokens[i].low == "and" and begin < i < end)
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
        from intake.lexicon import load_countries

        name = next(c.names[0] for c in load_countries() if c.code == country)
        full = f"Government of {name}"
        form = "".join(fold_words(full))
        if form not in self.by_form:
            made = Entity(PartyKind.GOVERNMENT, full, len(self.text), implied=True, country=country)
            made.is_office = True
            self._add(made, fold_words(full))
        return self.by_form[form]

    def _read_title_behind(self, start: int, i: int, at: int, inside: list[int]) -> None:
        """A title behind a name: "Jane Doe, head of policy at the bank"."""
        begin = start
        # The body may stand before the title: "Jane Doe, the bank's head of policy".
        while begin > 0 and self._gap(begin - 1) in (" ", "’s ", "'s ") and start - begin < 6:
            begin -= 1
        if begin == 0 or self._gap(begin - 1) != ", ":
            return
        last = begin - 1
        first = last
        while (
            first > 0
            and self._gap(first - 1) in (" ", ". ", "-")
            and (self._is_name_word(first - 1) or self.tokens[first - 1].low in self.particles)
            and last - first < _MOST_NAME - 1
        ):
            first -= 1
        while first < last and (
            self.tokens[first].low in self.honorifics or not self._is_name_word(first)
        ):
            first += 1
        if first >= last and not self._is_person_mention(last):
            return
        if self.tokens[first].low in self.modifiers:
            return
        if not all(
            self._is_name_word(j) or self.tokens[j].low in self.particles
            for j in range(first, last + 1)
        ):
            return
        person = self._person(first, last, None, None)
        if person.role is None:
            person.role = self.text[self.tokens[begin].start : self.tokens[at - 1].whole_end]
            self._read_affiliation(person, start, at - 1, [*range(begin, start), *inside])

    # -- Other names ------------------------------------------------------------------------------

    def _find_runs(self) -> None:
        """Runs of words with capitals: bodies, countries, and people still to be told."""
        i = 0
        self.pending: list[tuple[int, int]] = []
        while i < len(self.tokens):
            if self.taken[i] or self._is_skipped(self.tokens[i].start):
                i += 1
                continue
            last = self._run_end(i)
            if last is None:
                i += 1
                continue
            self._read_run(i, last)
            i = last + 1

    def _run_end(self, i: int) -> int | None:
        token = self.tokens[i]
        if not token.is_capital or token.low in self.calendar:
            return None
        if token.low.partition("'")[0] in self.common:  # "I'm", "We'll"
            return None
        if (
            i in self.openings
            and (token.low in self.common or self.lower[token.low] > 0)
            and not (
                token.low in self.org_words
                and self.tokens[i + 1 : i + 2]
                and self.tokens[i + 1].low == "of"
            )
        ):
            return None
        if token.low in self.common:
            return None
        last = i
        connectors = self.lexicon.words("org_connector")
        has_body = token.low in self.org_words
        while last + 1 < len(self.tokens) and last - i < _MOST_RUN:
            if self.tokens[last].is_possessive:
                break
            gap = self._gap(last)
            following = self.tokens[last + 1]
            if gap not in (" ", "-", " & ") and not (
                gap == ". " and len(self.tokens[last].text) == 1
            ):
                break
            if self.taken[last + 1]:
                break
            if following.is_capital and following.low not in self.calendar:
                last += 1
                has_body = has_body or following.low in self.org_words
                continue
            ahead = last + 2
            ahead_of_and = {t.low for t in self.tokens[last + 2 : last + 5]} & self.org_words
            subject = self.tokens[last].low in self.subjects and following.low == "and"
            if following.low in connectors and (has_body or (subject and ahead_of_and)):
                while (
                    ahead < len(self.tokens)
                    and self.tokens[ahead].low in connectors
                    and ahead < last + 4
                ):
                    ahead += 1
                if (
                    ahead < len(self.tokens)
                    and self._gap(ahead - 1) == " "
                    and self.tokens[ahead].is_capital
                    and not self.taken[ahead]
                    and not self.tokens[ahead].is_acronym
                    and (
                        following.low not in ("and", "&", "to", "on", "in")
                        or self._goes_on(ahead, i, last)
                    )
                ):
                    last = ahead
                    continue
            if (
                following.low in self.particles
                and ahead < len(self.tokens)
                and self.tokens[ahead].is_capital
            ) and self._gap(last + 1) in (" ", "-"):
                last = ahead
                continue
            break
        return last

    def _goes_on(self, ahead: int, first: int, last: int) -> bool:
        """Whether a name goes on behind "and": "Centre for Missing and Exploited Children"."""
        inside = {t.low for t in self.tokens[first : last + 1]}
        return (
            bool(inside & {"of", "for"})
            and (
                self.tokens[ahead].low in self.subjects
                or self.tokens[ahead].low not in self.org_words
            )
            and self._country_at(ahead) is None
        )

    def _read_run(self, first: int, last: int) -> None:
        while (
            first < last
            and self._country_at(first) is None
            and (self.tokens[first].low in self.common or self.tokens[first].low in self.honorifics)
        ):
            first += 1
        lows = [t.low for t in self.tokens[first : last + 1]]
        if first == last and lows[0] in self.body_nouns:
            return  # "the Government": a noun, and no name
        country = self._country_at(first)
        if country and country[1] == last - first + 1:
            return
        if first == last and lows[0] in self.org_words - self.lexicon.words("body_public_body"):
            return
        if any(low in self.org_words for low in lows):
            last = self._end_of_body(first, last)
            lows = lows[: last - first + 1]
            self._body(first, last, self._kind_of_body(lows))
            return
        token = self.tokens[first]
        if all(
            low in self.roles or low in self.modifiers or low in self.honorifics for low in lows
        ):
            return
        if first == last:
            if token.is_acronym or self._looks_like_body(first):
                self._body(first, last)
            elif self.tokens[first].low not in self.common and len(token.text) > 2:
                self.pending.append((first, last))
            return
        if country:  # Kenya Power: a body; "Pakistan Monday" is none
            rest = self.tokens[first + country[1] : last + 1]
            if rest and not any(t.low in self.common for t in rest) and country[2] == "NAME":
                self._body(first, last)
            return
        self.pending.append((first, last))

    def _end_of_body(self, first: int, last: int) -> int:
        """The last word of a body's name; behind a title, a person's name may follow it."""
        ends = [i for i in range(first, last + 1) if self.tokens[i].low in self.org_words]
        end = ends[-1]
        while end + 2 <= last and not self.tokens[end + 1].is_capital:
            end += 2  # "Chamber of Mines"
        titled = any(t.low in self.roles for t in self.tokens[max(0, first - 4) : first])
        if titled and last - end >= 2:
            self.pending_names.append((end + 1, last))
            return end
        return last

    def _looks_like_body(self, i: int) -> bool:
        word = self.tokens[i].text
        return any(c.isupper() for c in word[1:]) and any(c.islower() for c in word)

    def _kind_of_body(self, lows: Sequence[str]) -> PartyKind | None:
        if "working" in lows and "group" in lows:
            return PartyKind.WORKING_GROUP
        for kind in _KINDS_BY_WORD:
            words = self.lexicon.words(f"body_{kind.value.lower()}")
            if any(low in words for low in lows):
                return kind
        return None

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
        by_account = before == "to" and first > 1 and self.tokens[first - 2].low == "according"
        return speaks or told or acts or surname or from_body or by_account

    def _is_actor(self, i: int) -> bool:
        """Whether a single name is of somebody who acts, by where its capital means something."""
        word = self.folded[i]
        if not word.isalpha():
            return False
        if self.tokens[i].low in self.subjects or self.lower[self.tokens[i].low] > 0:
            return False
        before = self.tokens[i - 1].low if i else ""
        if (
            before in ("in", "at", "near", "from", "across", "outside", "around", "city", "of")
            and i not in self.openings
        ):
            return self._is_named_elsewhere(word, i)
        return i not in self.openings or self._is_named_elsewhere(word, i)

    def _is_named_elsewhere(self, word: str, but: int) -> bool:
        return (
            any(
                self.folded[f] == word
                and f != but
                and f not in self.openings
                and (not f or self.tokens[f - 1].low not in ("in", "at", "near", "from", "across"))
                for f, last in self.pending
                if f == last
            )
            or word in self.by_form
        )

    def _find_short_forms(self) -> None:
        """Later mentions: surnames, acronyms from brackets, names in headlines."""
        self._link_acronyms()
        self._link_initials()
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
                short.setdefault("".join(fold_words(entity.name)), entity)
        for i, token in enumerate(self.tokens):
            if self.taken[i] or not token.is_capital or token.low in self.calendar:
                continue
            meant = short.get(self.folded[i])
            if meant is None or (i in self.openings and self.lower[token.low] > 1):
                continue
            if not meant.is_person or meant.first < token.start or self._is_skipped(token.start):
                self._mention(meant, i, i)

    def _find_bylines(self) -> None:
        """Who wrote it: "By Ana Perez" in the head."""
        for sentence in self.segments.sentences[:8]:
            if sentence.part is Part.HEADER and sentence.text[:3].lower() == "by ":
                at = bisect_left(self.tokens, sentence.start, key=lambda t: t.start) + 1
                if (name := self._read_name(at)) and name[1] > name[0]:
                    self._person(name[0], name[1], None, None)

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


def iterate_people(names: Names) -> Iterator[Entity]:
    """The people that a text names."""
    return (entity for entity in names.entities if entity.is_person)
