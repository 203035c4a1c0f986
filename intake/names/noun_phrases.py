"""Nouns that stand for a party: "the Chinese video giant", "officials"; where they end."""

from collections.abc import Sequence

from intake.lexicon import Lexicon, countries_by_name
from intake.names.entities import Names
from intake.text.segments import Segments
from intake.text.tokens import Token
from store.records.plurals import singular as singular_of

_LONGEST_NAME = 120
"""Characters of a name, at most, for look-ups."""

_MOST_WORDS = 6
"""Words of a noun phrase behind its determiner."""

_MOST_OF_TITLE = 4
"""Words between a body and the word for who acts for it."""

_MOST_BEFORE = 8
"""Words between a preposition and the noun that it governs."""


class NounPhrases:
    """Finds nouns for parties in the words of one text."""

    def __init__(self, names: Names, segments: Segments, lexicon: Lexicon) -> None:
        """Takes the words of the classes once, because every word of the text is asked for."""
        self.names, self.segments = names, segments
        words = lexicon.words
        self.company = words("company_noun") | words("working_group_noun")
        self.government = words("government_noun")
        self.ministry = words("ministry_noun")
        self.regulator = words("regulator_noun")
        self.group = words("group_noun")
        self.person = words("person_noun")
        self.local = words("local_noun")
        self.determiners = words("determiner")
        self._bodies = self.company | self.government | self.ministry | self.regulator
        self._known = self._bodies | self.group | self.person | self.local
        self._titles = words("role_head") | words("role_modifier") | words("honorific")
        self._bare = words("bare_party_noun")
        self._prepositions = words("preposition")
        self._conjunctions = words("conjunction_or_preposition")
        self._acting = words("express") | words("pledge_verb") | words("assure") | words("acting")
        self._passed_over = words("between_preposition_and_noun")
        self._adjective_endings = tuple(words("adjective_ending"))
        self._owner = words("owner")
        self._not_adjectives = words("no_adjective")
        self._function_words = words("function_word")
        self._indefinite = words("indefinite")
        self._coordinator = words("coordinator")
        self._also_adjective = words("noun_and_adjective")
        self._behind_adjective = words("of_government")

    def find_head(self, tokens: Sequence[Token], i: int, *, opens: bool = False) -> int | None:
        """Where the noun for a party stands that begins at word `i`: "the Chinese video giant".
        `opens` is whether it may begin without a determiner, as in headlines.
        """
        starts = tokens[i].low in self.determiners
        if not starts and not opens and not self._stands_bare(tokens, i):
            return None
        head = self._find_last_noun(tokens, i + 1 if starts else i)
        if head is None or self.is_named(tokens[head]):
            return None
        low = tokens[head].low
        if tokens[i].low in self._indefinite and low in self.company | self.regulator | self.group:
            return None  # "an office", "a platform": what is spoken of for the first time
        return None if self._describes_next(tokens, head) else head

    def find_delegate(self, tokens: Sequence[Token], owner: int) -> int:
        """Where the word for those who act for a body stands, behind the body's possessive: "the
        chain's purchasing director". The owner itself, if there is none.
        """
        for at in range(owner + 1, min(owner + 2 + _MOST_OF_TITLE, len(tokens))):
            if self._gap(tokens, at - 1) not in (" ", "-"):
                break
            if tokens[at].low in self._function_words:
                break
            low = tokens[at].low
            if {low, singular_of(low)} & (self.group | self.person) or low in self._owner:
                goes_on = at + 1 < len(tokens) and self._gap(tokens, at) in (" ", "-")
                if goes_on and self.is_office(tokens[at + 1]):
                    continue  # "vice president", "executive director"
                # "Brevo's director Jonas Falk" is a person.
                is_title = goes_on and tokens[at + 1].is_capital and self.is_named(tokens[at + 1])
                return owner if is_title else at
            if tokens[at].is_possessive or self.is_named(tokens[at]):
                break
        return owner

    def _stands_bare(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether a noun may stand for a party without a determiner: "officials", "Regulator"."""
        token = tokens[i]
        return (
            token.low in self._bare
            or (token.is_capital and token.low in self._known)
            or (i == 0 and singular_of(token.low) in self._known)
            or self.is_people(token)
        )

    def _find_last_noun(self, tokens: Sequence[Token], begin: int) -> int | None:
        """The last noun for a party in an unbroken row of words."""
        head = None
        for j in range(begin, min(begin + _MOST_WORDS, len(tokens))):
            if j > begin and self._gap(tokens, j - 1) not in (" ", "-"):
                break
            low = tokens[j].low
            if low in self._known or singular_of(low) in self._known:
                head = j
                if tokens[j].is_possessive:
                    break
                continue
            ends = low in self._prepositions or low in self._function_words
            if ends or (tokens[j].is_possessive and tokens[j].is_capital) or head is not None:
                break
        return head

    def _describes_next(self, tokens: Sequence[Token], head: int) -> bool:
        """Whether the noun only describes the next one: "government departments"."""
        if head + 1 >= len(tokens) or tokens[head].is_possessive:
            return False
        return (
            tokens[head].low in self._also_adjective
            and self._gap(tokens, head) == " "
            and tokens[head + 1].low in self._behind_adjective
        )

    def _gap(self, tokens: Sequence[Token], i: int) -> str:
        return self.segments.text[tokens[i].whole_end : tokens[i + 1].start]

    def is_oblique(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether a preposition governs what begins at a word: "of the two companies"."""
        at = first - 1
        while at >= 0 and first - at <= _MOST_BEFORE:
            token = tokens[at]
            if token.low in self._coordinator and at and tokens[at - 1].is_capital:
                return self.is_oblique(tokens, _start_of_name(tokens, at - 1))
            if token.low in self._conjunctions and self._acts(tokens, first):
                return False  # "after the minister gave"
            if token.low in self._prepositions:
                return "," not in self.segments.text[token.end : tokens[first].start]
            adjective = not token.is_capital and self._is_adjective(token.low)
            noun = token.low in self._titles or token.low in self._bodies or self.is_people(token)
            if not (token.low in self._passed_over or adjective or noun):
                return False
            at -= 1
        return False

    def _acts(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether a verb stands behind the words for a party that begin at a word."""
        for at in range(first + 1, min(first + 2 + _MOST_WORDS, len(tokens))):
            if self._gap(tokens, at - 1) != " ":
                return False
            if tokens[at].low in self._acting:
                return True
        return False

    def _is_adjective(self, low: str) -> bool:
        return low.endswith(self._adjective_endings) and low not in self._not_adjectives

    def is_office(self, token: Token) -> bool:
        """Whether a small word is one for people who hold an office."""
        return not token.is_capital and singular_of(token.low) in self.person

    def is_named(self, token: Token) -> bool:
        """Whether a word is a part of a name."""
        return any(
            m.start <= token.start < m.end
            for m in self.names.within(max(0, token.start - _LONGEST_NAME), token.end)
        )

    def is_people(self, token: Token) -> bool:
        """Whether a word is a country or a people."""
        known = countries_by_name().get(token.low, ("", ""))[1]
        return token.is_capital and known in ("PEOPLE", "NAME")


def _start_of_name(tokens: Sequence[Token], at: int) -> int:
    while at > 0 and tokens[at - 1].is_capital:
        at -= 1
    return at
