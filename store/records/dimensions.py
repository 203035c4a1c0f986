"""The dimensions by which records are counted and grouped, each declared once, at the end. Pure.

From `DIMENSIONS` follow the facets of the lists and their enums, the counters that are kept with
the writes, and what statistics of commitments group by. Where it is said what a dimension is for
MongoDB, this is in the same declaration as what it is for Python.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import chain
from typing import Any, TypeAlias

from store.records.base import PartyKey
from store.records.commitments import Attribution, Strength, Term
from store.records.expressions import (
    add_wider_topics,
    distinct_values,
    parties_in_role,
    segment_on,
    year,
)
from store.records.history.statuses import StatusValue, Verification

Document: TypeAlias = Mapping[str, Any]
Values: TypeAlias = Callable[[Document], Iterable[Any]]
"""A document's values; the same one may be among them twice."""

Expression: TypeAlias = Any
"""For MongoDB: a document's value, or its values, each once. Null is no value."""


class Counting(Enum):
    """Where the store keeps how many listed records have each value."""

    TOGETHER = auto()
    """In the counter of the noun: there are few values."""

    EACH = auto()
    """In a counter for each value: there may be as many as there are parties."""

    BY_DAY = auto()
    """In counters of years, months and days: the value changes with the status history."""

    BY_TARGET = auto()
    """With the record that is the value, which knows how many follow-ups it has."""


class Nesting(Enum):
    """Of which sort a dimension's values are if a chosen one takes in others."""

    TOPIC = auto()
    """A topic takes in the narrower ones, and what is about these counts as about it."""

    PARTY = auto()
    """A body takes in what belongs to it, where the filter says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Something to count records by, such as the year in which a commitment was made.

    `values` are those of a document, worked out in Python; `expression` is the same for MongoDB,
    and `reads` the paths that both of them read. Where the value changes with the day, `values`
    are those of a segment of the status history, and `segment` is the member that holds it.

    `chosen_by` are the members of the noun's filter that choose among the values, as `status.in`
    where one lies within another. `may_choose` are members that sometimes do, each with what makes
    of what it was given a choice of values, or None if it means more than that. `ranks` are the
    values from least to most, for members that choose a least one.

    `groups_as` is what a value is in the statistics that are grouped by it: an enum, a party's key,
    `int` for a year, or `str`. None: no statistics are.
    """

    name: str
    description: str
    values: Values
    expression: Expression = None
    reads: tuple[str, ...]
    counting: Counting = Counting.TOGETHER
    segment: str = ""
    nesting: Nesting | None = None
    chosen_by: tuple[str, ...]
    may_choose: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    ranks: tuple[str, ...] = ()
    groups_as: Any = None

    @property
    def by_day(self) -> bool:
        """Whether a document's value may be another one on another day."""
        return self.counting is Counting.BY_DAY

    def expression_on(self, day: str) -> Expression:
        """The expression for the values of a document on a day."""
        if not self.by_day:
            return self.expression
        return {"$toString": {"$getField": {"field": self.segment, "input": segment_on(day)}}}


# --- Kinds of dimensions -------------------------------------------------------------------------


def wider_topics(topic: str) -> list[str]:
    """The topic and those that it lies in, widest first: `a`, `a/b` and `a/b/c` of `a/b/c`."""
    parts = topic.split("/")
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def _values_at(path: str) -> Values:
    """Reads what is at a path, and of a list on the way each of its elements."""
    member, _, rest = path.partition(".")
    inner = _values_at(rest) if rest else None

    def values(document: Document) -> Iterable[Any]:
        value = document.get(member)
        found = () if value is None else value if isinstance(value, list | tuple) else (value,)
        return found if inner is None else chain.from_iterable(map(inner, found))

    return values


def value_dimension(name: str, description: str, path: str, *also: str, **more: Any) -> Dimension:
    """By the value at a path. The filter's member that chooses it is named as the path ends; `also`
    are other ones.
    """
    return Dimension(
        name=name,
        description=description,
        values=_values_at(path),
        reads=(path,),
        chosen_by=(path.rpartition(".")[2], *also),
        **{"expression": f"${path}", **more},
    )


def list_dimension(name: str, description: str, path: str, *also: str, **more: Any) -> Dimension:
    """As `value_dimension`, by each value at a path that goes through a list."""
    return value_dimension(
        name, description, path, *also, expression=distinct_values(f"${path}"), **more
    )


def year_dimension(name: str, description: str, path: str, **more: Any) -> Dimension:
    """By the first year of the date at a path; the filter's member is named as the path."""
    first_days = _values_at(f"{path}.earliest")
    return Dimension(
        name=name,
        description=description,
        values=lambda document: (day[:4] for day in first_days(document)),
        expression=year(f"{path}.earliest"),
        reads=(f"{path}.earliest",),
        chosen_by=(path,),
        **more,
    )


def topic_dimension(description: str, **more: Any) -> Dimension:
    """By topic: each counts what is about it or about a narrower one."""
    return Dimension(
        name="TOPIC",
        description=description,
        values=lambda document: chain.from_iterable(map(wider_topics, document["topics"])),
        expression=add_wider_topics("topics"),
        reads=("topics",),
        nesting=Nesting.TOPIC,
        chosen_by=("topic",),
        **more,
    )


def party_dimension(role: str, description: str, **more: Any) -> Dimension:
    """By the key of each party in a role, with merges resolved."""
    return Dimension(
        name=role,
        description=description,
        values=_values_in_role(role, "party"),
        expression=distinct_values(parties_in_role(role)),
        reads=("derived.roles.role", "derived.roles.party"),
        counting=Counting.EACH,
        nesting=Nesting.PARTY,
        chosen_by=(role.lower(),),
        may_choose={"party": _only_role(role, {"eq", "in", "includeSubordinates"})},
        **more,
    )


def party_kind_dimension(role: str, description: str) -> Dimension:
    """By what kinds of parties are in a role."""
    return Dimension(
        name=f"{role}_KIND",
        description=description,
        values=_values_in_role(role, "kind"),
        expression=distinct_values(parties_in_role(role, "kind")),
        reads=("derived.roles.role", "derived.roles.kind"),
        chosen_by=(f"{role.lower()}Kind",),
        may_choose={"party": _only_role(role, {"kind", "includeSubordinates"})},
    )


def _values_in_role(role: str, member: str) -> Values:
    roles = _values_at("derived.roles")
    return lambda document: (held[member] for held in roles(document) if held["role"] == role)


def _only_role(role: str, members: set[str]) -> Callable[[Mapping[str, Any]], Any]:
    """What `party` in a filter chooses where it is of this role and has no other members."""

    def choose(given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        others = {name: value for name, value in given.items() if value is not None}
        roles = others.pop("role", None) or ()
        return others if set(roles) == {role} and others.keys() <= members else None

    return choose


def status_dimension(
    name: str, description: str, segment: str, *chosen_by: str, **more: Any
) -> Dimension:
    """By a member of the segment of the status history that holds on a day."""
    return Dimension(
        name=name,
        description=description,
        values=_values_at(segment),
        reads=tuple(f"derived.segments.{member}" for member in ("since", "until", segment)),
        counting=Counting.BY_DAY,
        segment=segment,
        chosen_by=chosen_by,
        **more,
    )


# --- The dimensions ------------------------------------------------------------------------------

_OF_THE_DAY = (
    status_dimension(
        "STATUS", "The status on the day.", "value", "status.in", groups_as=StatusValue
    ),
    status_dimension(
        "CONTESTED",
        "Whether it is contested on the day.",
        "contested",
        *("contested", "status.contested"),
    ),
    status_dimension(
        "VERIFICATION",
        "How well the day's status is verified.",
        "verification",
        "status.verificationAtLeast",
        ranks=tuple(map(str, Verification)),
        groups_as=Verification,
    ),
)
_ABOUT = topic_dimension(
    "What it is about; a topic counts in those that it lies in, too.", groups_as=str
)
_MADE_YEAR = year_dimension(
    "MADE_YEAR",
    "The year of the first day on which it may have been made.",
    "madeOn",
    groups_as=int,
)

_DECLARED: Mapping[str, tuple[Dimension, ...]] = {
    "articles": (
        value_dimension(
            "PUBLISHER",
            "Who published it.",
            "derived.publisher",
            counting=Counting.EACH,
            # Whether one is stated says nothing of who it is.
            may_choose={"hasPublisher": lambda _: ()},
        ),
        value_dimension("LANGUAGE", "The language, as a BCP 47 tag.", "inLanguage"),
        year_dimension(
            "YEAR",
            "The year of the first day on which it may have been published.",
            "datePublished",
        ),
    ),
    "parties": (
        value_dimension("KIND", "What sort of party it is.", "kind"),
        value_dimension("COUNTRY", "The country.", "country"),
    ),
    "meetings": (
        value_dimension("KIND", "What sort of meeting it was.", "kind"),
        topic_dimension("What it was about; a topic counts in those that it lies in, too."),
        year_dimension("YEAR", "The year of the first day on which it may have been.", "date"),
    ),
    "commitments": (
        *_OF_THE_DAY,
        party_dimension("PROMISOR", "Who promised.", groups_as=PartyKey),
        party_kind_dimension("PROMISOR", "What sort of party promised."),
        party_dimension("ADDRESSEE", "To whom.", groups_as=PartyKey),
        _ABOUT,
        value_dimension(
            "STRENGTH",
            "How demanding the wording is.",
            "strength",
            "strengthAtLeast",
            ranks=tuple(map(str, Strength)),
            groups_as=Strength,
        ),
        value_dimension("TERM", "How it ends.", "term", groups_as=Term),
        list_dimension(
            "ATTRIBUTION",
            "Through whose words it is known.",
            "promisors.attribution",
            groups_as=Attribution,
        ),
        _MADE_YEAR,
    ),
    "requests": (
        *_OF_THE_DAY,
        party_dimension("ASKER", "Who asked."),
        party_dimension("ASKED", "Who was asked."),
        _ABOUT,
        _MADE_YEAR,
    ),
    "follow_ups": (
        value_dimension("KIND", "What it did.", "kind"),
        value_dimension(
            "TARGET", "What it follows.", "derived.target", counting=Counting.BY_TARGET
        ),
        value_dimension("INDEPENDENCE", "Who says so.", "independence"),
        value_dimension("CONFIDENCE", "How sure the link is.", "confidence"),
        year_dimension(
            "YEAR", "The year of the first day on which it may have happened.", "occurredOn"
        ),
    ),
}
DIMENSIONS: Mapping[str, Mapping[str, Dimension]] = {
    noun: {dimension.name: dimension for dimension in dimensions}
    for noun, dimensions in _DECLARED.items()
}
"""Per noun, its dimensions by name, in the order in which the API lists them."""

GROUPS = {name: of for name, of in DIMENSIONS["commitments"].items() if of.groups_as is not None}
"""The dimensions of commitments that statistics group by."""


# --- Dimensions that go together -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two dimensions of which, where statistics group by both, each value of the one goes with its
    own of the other: `values` are a document's pairs in Python, `expression` those for MongoDB.
    """

    names: tuple[str, str]
    values: Callable[[Document], Iterable[tuple[str, str]]]
    expression: Expression


def _pair_attributions(document: Document) -> Iterable[tuple[str, str]]:
    """Each promisor with its attribution; the party in which it lives on, unless two did merge."""
    promisors = document["promisors"]
    parties = [*_values_in_role("PROMISOR", "party")(document)]
    if len(parties) != len(promisors):
        parties = [promisor["party"] for promisor in promisors]
    return zip(parties, (promisor["attribution"] for promisor in promisors), strict=True)


_AS_MANY = {"$eq": [{"$size": parties_in_role("PROMISOR")}, {"$size": "$promisors"}]}
_LIVING = {"$cond": [_AS_MANY, parties_in_role("PROMISOR"), "$promisors.party"]}
PAIRING = Pairing(
    ("PROMISOR", "ATTRIBUTION"),
    _pair_attributions,
    {"$setUnion": [{"$zip": {"inputs": [_LIVING, "$promisors.attribution"]}}]},
)
"""A promisor goes with its own attribution, not with that of another."""
