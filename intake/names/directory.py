"""The stored parties by all their names: which party a name means on a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from intake.text.tokens import find_tokens, fold_word
from store.records.base import is_accepted
from store.records.dates import FuzzyDate
from store.records.parties import NameKind, Organization, Party, PartyKind, Person

STATE = frozenset(
    {
        PartyKind.GOVERNMENT,
        PartyKind.MINISTRY,
        PartyKind.REGULATOR,
        PartyKind.PUBLIC_BODY,
        PartyKind.WORKING_GROUP,
    }
)
"""Kinds of parties that act for a state."""

_MOST_WORDS = 10
_SAME = {
    "telecom": "telecommunication",
    "telecoms": "telecommunication",
    "telecommunications": "telecommunication",
    "communications": "communication",
    "centre": "center",
    "programme": "program",
    "organisation": "organization",
    "organisations": "organization",
    "organizations": "organization",
    "defence": "defense",
    "labour": "labor",
    "affairs": "affair",
    "rights": "right",
}
_SMALL = frozenset({"the", "of", "for", "and", "on", "federal", "a", "in"})
_BODY_HEADS = frozenset({"ministry", "department"})


@dataclass(frozen=True, slots=True)
class _Form:
    """A name of a party, and from when to when it was its name."""

    party: str
    kind: NameKind | None
    valid_from: FuzzyDate | None = None
    valid_to: FuzzyDate | None = None

    def is_valid(self, day: str | None) -> bool:
        """Whether it may have been the name on a day; on an unknown day it may."""
        if day is None:
            return True
        starts = self.valid_from.earliest if self.valid_from else None
        ends = self.valid_to.latest if self.valid_to else None
        return (starts is None or starts <= day) and (ends is None or day <= ends)


@lru_cache(maxsize=32_768)
def fold_words(name: str) -> tuple[str, ...]:
    """The words of a name, folded, in the spelling that the directory uses."""
    return tuple(_fold(token.text if token.text != "&" else "and") for token in find_tokens(name))


def _fold(word: str) -> str:
    folded = fold_word(word).replace(" ", "")  # hyphens: "start-ups" is "startups"
    return _SAME.get(folded, folded)


def subject_words(words: Iterable[str]) -> frozenset[str]:
    """What a ministry is about, without small words; "information technology" is "it"."""
    found = set(words) - _SMALL - _BODY_HEADS - {"minister", "ministers", "secretary", "state"}
    if {"information", "technology"} <= found and "communication" not in found:
        found = (found - {"information", "technology"}) | {"it"}
    return frozenset(found)


@dataclass
class Directory:
    """The accepted parties of a store, found by name."""

    parties: Mapping[str, Party]
    _forms: dict[tuple[str, ...], list[_Form]] = field(default_factory=lambda: defaultdict(list))
    _letters: dict[str, list[_Form]] = field(default_factory=lambda: defaultdict(list))
    _surnames: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _ministries: list[tuple[frozenset[str], str]] = field(default_factory=list)
    most_by_first: dict[str, int] = field(default_factory=dict)
    """By the first word of a name, how many words the longest such name has."""
    survivors: Mapping[str, str] = field(default_factory=dict)
    """By the key of each accepted party, merged or not, the one that lives on."""

    def find(self, words: Sequence[str], day: str | None = None) -> list[str]:
        """The keys of the parties that these folded words name on a day, likeliest first."""
        forms = [f for f in self._forms.get(tuple(words), ()) if f.is_valid(day)]
        return _ranked(forms)

    def find_by_letters(self, name: str, day: str | None = None) -> list[str]:
        """The same by letters alone, for names that are spaced or hyphenated in another way."""
        letters = "".join(fold_words(name))
        return _ranked([f for f in self._letters.get(letters, ()) if f.is_valid(day)])

    def find_person(self, words: Sequence[str], titles: frozenset[str]) -> list[str]:
        """The people whose name has these words but for titles, or is a part of them."""
        given = [w for w in words if w not in titles]
        if not given:
            return []
        found = []
        for key in self._surnames.get(given[-1], ()):
            for name in self.names_of(key):
                known = [w for w in name if w not in titles]
                if (
                    len(given) > 1
                    and len(known) > 1
                    and (_is_part(given, known) or _is_part(known, given))
                ):
                    found.append(key)
                    break
                if known == given:
                    found.append(key)
                    break
        return list(dict.fromkeys(found))

    def find_ministries(self, subject: frozenset[str], countries: frozenset[str]) -> list[str]:
        """The ministries of these countries whose subject is a part of a minister's."""
        found = [
            (len(about), key)
            for about, key in self._ministries
            if about and about <= subject and self.fits_countries(key, countries)
        ]
        return list(dict.fromkeys(key for _, key in sorted(found, reverse=True)))

    def fits_countries(self, key: str, countries: frozenset[str]) -> bool:
        """Whether a party may be meant in a text about these countries."""
        party = self.parties[key]
        return (
            party.kind not in STATE
            or party.country is None
            or not countries
            or party.country in countries
        )

    def find_governments(self, country: str) -> list[str]:
        """The governments of a country."""
        return [
            key
            for key, party in self.parties.items()
            if party.kind is PartyKind.GOVERNMENT and party.country == country
        ]

    def organizations_of(self, key: str, day: str | None) -> list[str]:
        """Those that a person belongs to on a day, as far as that is known."""
        found = []
        for membership in self.parties[key].memberships:
            start = membership.start.earliest if membership.start else None
            end = membership.end.latest if membership.end else None
            if day is None or ((start is None or start <= day) and (end is None or day <= end)):
                found.append(self.survivors.get(membership.organization, membership.organization))
        return [key for key in dict.fromkeys(found) if key in self.parties]

    def parent_of(self, key: str) -> str | None:
        """The body that a body belongs to, or the company that owns it."""
        party = self.parties[key]
        parent = party.parent if isinstance(party, Organization) else None
        return self.survivors.get(parent) if parent else None

    def names_of(self, key: str) -> list[tuple[str, ...]]:
        """All names of a party as folded words."""
        party = self.parties[key]
        return [fold_words(n) for n in (party.name, *(name.value for name in party.names))]


def _find_survivor(key: str, parties: Mapping[str, Party]) -> str:
    """The party that one was merged into, through all mergers."""
    seen = {key}
    while (into := parties[key].merged_into) and into in parties and into not in seen:
        key = into
        seen.add(key)
    return key


def _ranked(forms: Sequence[_Form]) -> list[str]:
    """Names with a time of their own first: they were given for that time."""
    ordered = sorted(forms, key=lambda f: f.valid_from is None and f.valid_to is None)
    return list(dict.fromkeys(f.party for f in ordered))


def _is_part(words: Sequence[str], of: Sequence[str]) -> bool:
    """Whether words stand in others, in order, with at least two of them."""
    rest = iter(of)
    return all(word in rest for word in words)


def make_directory(parties: Iterable[Party]) -> Directory:
    """The directory of the accepted parties. The names of a merged one are of its survivor."""
    accepted = {party.key: party for party in parties if is_accepted(party)}
    directory = Directory({key: p for key, p in accepted.items() if p.merged_into is None})
    directory.survivors = {key: _find_survivor(key, accepted) for key in accepted}
    for merged, party in accepted.items():
        key = directory.survivors[merged]
        if key not in directory.parties:
            continue
        stated = {name.value: name for name in party.names}
        for value in dict.fromkeys((party.name, *stated)):
            name = stated.get(value)
            form = _Form(
                key,
                name.kind if name else None,
                name.valid_from if name else None,
                name.valid_to if name else None,
            )
            words = fold_words(value)
            _add(directory, words, form)
            _add_generated(directory, party, words, form)
            if isinstance(party, Person):
                directory._surnames[words[-1] if words else ""].append(key)
    return directory


def _add(directory: Directory, words: tuple[str, ...], form: _Form) -> None:
    if not words or len(words) > _MOST_WORDS:
        return
    if words[0] == "the":
        words = words[1:]
    directory._forms[words].append(form)
    directory._letters["".join(words)].append(form)
    directory.most_by_first[words[0]] = max(directory.most_by_first.get(words[0], 0), len(words))


def _add_generated(directory: Directory, party: Party, words: tuple[str, ...], form: _Form) -> None:
    """Ministry of X and X ministry; the government of a country in its usual forms."""
    if party.kind is not PartyKind.MINISTRY:
        return
    about = subject_words(words)
    directory._ministries.append((about, party.key))
    for head in _BODY_HEADS & set(words):
        rest = tuple(w for w in words if w != head)
        plain = rest[1:] if rest[:1] in (("of",), ("for",)) else rest
        if plain:
            _add(directory, (head, "of", *plain), form)
            _add(directory, (head, "for", *plain), form)
            _add(directory, (head, "of", "the", *plain), form)
            _add(directory, (*plain, head), form)
