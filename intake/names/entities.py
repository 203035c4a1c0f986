"""The parties that a text names, and every place that names them."""

from bisect import bisect_left
from dataclasses import dataclass, field

from intake.text.tokens import Token
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
    noun: str | None = None
    """Of a body, the word that describes it where it is named: "union" of "the union GLO"."""
    is_she: bool | None = None
    """Of a person, whether "Mrs" or "Mr" stands before the name; None if neither does."""

    @property
    def is_person(self) -> bool:
        """Whether it is a person, and no body."""
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
        """The words that begin within a span."""
        first = bisect_left(self.tokens, start, key=lambda t: t.start)
        last = bisect_left(self.tokens, end, key=lambda t: t.start)
        return self.tokens[first:last]
