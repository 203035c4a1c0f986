"""The words of a text, with what the lexicon and their capitals tell of them."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

from intake.lexicon import Lexicon, countries_by_name
from intake.names.directory import Directory, fold_words
from intake.names.entities import Entity, Mention
from intake.text.segments import Part, Segments, Sentence
from intake.text.tokens import Token, find_tokens
from store.records.parties import PartyKind

_KINDS_BY_WORD = (
    PartyKind.MINISTRY,
    PartyKind.REGULATOR,
    PartyKind.GOVERNMENT,
    PartyKind.PUBLIC_BODY,
    PartyKind.MEDIA,
    PartyKind.COMPANY,
    PartyKind.CIVIL_SOCIETY,
)

_SMALL_IN_TITLE_CASE = 2
"""Small words that say something, from which on a line is no row of capitals."""


class Words:
    """The words of one text, and what each may be a part of."""

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
        self.honorifics_he = lexicon.words("honorific_he")
        self.honorifics_she = lexicon.words("honorific_she")
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
        self.calendar = lexicon.words("month") | lexicon.words("weekday") | lexicon.words("feast")
        self.openings = self._find_openings()
        self.lower = Counter(t.low for t in self.tokens if not t.is_capital)
        self.places = countries_by_name()
        self.skipped = self._find_skipped()
        self.countries = self._count_countries()
        self.titles = self.honorifics | frozenset({"senator", "captain", "retired", "dr"})

    def _find_openings(self) -> set[int]:
        """Words that open a sentence, where a capital means nothing."""
        opened: set[int] = set()
        for sentence in self.segments.sentences:
            at = bisect_left(self.tokens, sentence.start, key=lambda t: t.start)
            opened.add(at)
        if self.segments.lead_end:
            opened.add(bisect_left(self.tokens, self.segments.lead_end, key=lambda t: t.start))
        for i, token in enumerate(self.tokens):
            if self.text[max(0, token.start - 2) : token.start].endswith(("“", '"', ": ")):
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
                small = [t for t in words if not t.is_capital and t.low not in self.common]
                mostly = sum(t.is_capital for t in words) * 10 >= len(words) * 7
                if mostly and len(small) < _SMALL_IN_TITLE_CASE:
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
            known = self._country_at(i)
            in_name = i > 0 and self.tokens[i - 1].is_capital and self._gap(i - 1) == " "
            if known and not (known[2] == "CAPITAL" and in_name):  # "Caio Lima" is no Peru
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

    def _gap(self, i: int) -> str:
        """What stands between a word and the next one."""
        if i + 1 >= len(self.tokens):
            return "\n"
        gap = self.text[self.tokens[i].whole_end : self.tokens[i + 1].start]
        return " " if gap == "  " else gap

    def _count_unbroken(self, i: int, most: int) -> int:
        """How many words from word `i` on are an unbroken row, at most so many."""
        for n in range(1, most):
            j = i + n - 1
            if self.tokens[j].is_possessive or self._gap(j) not in (" ", "", "-", " -", ". "):
                return n
        return most

    def _holds(self, words: tuple[str, ...]) -> bool:
        n = len(words)
        return any(
            tuple(self.folded[i : i + n]) == words and self.tokens[i].is_capital
            for i in range(len(self.tokens) - n + 1)
        )

    def _is_calendar(self, i: int) -> bool:
        """Whether a word is a day or month; "Jun Tanaka", "April Jones" are people."""
        if self.tokens[i].low not in self.calendar:
            return False
        following = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        return following is None or self._gap(i) != " " or not following.is_capital

    def _is_described(self, at: int) -> bool:
        """Whether a small word describes a body: "head of the private waterworks"."""
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        small = not self.tokens[at].is_capital and self.tokens[at].low not in self.common
        return small and following is not None and following.low in self.body_nouns

    def _looks_like_body(self, i: int) -> bool:
        word = self.tokens[i].text
        return any(c.isupper() for c in word[1:]) and any(c.islower() for c in word)

    def _kind_of_body(self, lows: Sequence[str]) -> PartyKind | None:
        if "working" in lows and "group" in lows:
            return PartyKind.WORKING_GROUP
        bank, central = self.lexicon.words("bank"), self.lexicon.words("of_central_bank")
        if bank & set(lows) and central & set(lows):
            return PartyKind.REGULATOR
        for kind in _KINDS_BY_WORD:
            words = self.lexicon.words(f"body_{kind.value.lower()}")
            if any(low in words for low in lows):
                return kind
        return None

    def _skip_dateline(self) -> None:
        if self.segments.dateline:
            start, end = self.segments.dateline[0], self.segments.lead_end
            for i, token in enumerate(self.tokens[:60]):
                if start <= token.start < end:
                    self.taken[i] = True
