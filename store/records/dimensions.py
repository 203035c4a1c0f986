"""The dimensions by which records are counted and grouped. Pure.

Each is declared once, in `_DECLARED` at the end, for Python and for MongoDB together. The facets of
lists and their enums, the counters, and the groups of statistics follow from `DIMENSIONS`.
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
"""Gives the values of a document, perhaps with repeats."""

Expression: TypeAlias = Any
"""MongoDB's expression for a document's value, or for its distinct values. Null is no value."""


class Counting(Enum):
    """Where the store keeps how many listed records have each value."""

    TOGETHER = auto()
    """In the counter of the noun: for few values."""

    EACH = auto()
    """In a counter for each value: for as many values as there are parties."""

    BY_DAY = auto()
    """In counters of years, months and days: for values that change with the status history."""

    BY_TARGET = auto()
    """In the record that is the value, which keeps the number of its follow-ups."""


class Nesting(Enum):
    """How the values of a dimension nest: a chosen value can include others."""

    TOPIC = auto()
    """A topic includes the narrower ones; records about these count as about it."""

    PARTY = auto()
    """A body includes those below it, if the filter says so (`includeSubordinates`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Something to count records by, such as the year in which a commitment was made.

    `values` computes a document's values in Python; `expression` is the same for MongoDB, and
    `reads` are the paths that both read. If the value changes with the day, `values` is given a
    segment of the status history, and `segment` is the member of it that holds the value.

    `chosen_by` are the members of the noun's filter that choose among the values, such as
    `status.in`. `may_choose` are members that choose only sometimes, each with a function from what
    it was given to the choice, or to None if it means more than a choice. `ranks` are the values
    from least to most, for members that choose a least value.

    `groups_as` is the type of a value in grouped statistics: an enum, a party's key, `int` for a
    year, or `str`. None if statistics do not group by this dimension.
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
        """Whether the value of a document changes with the day."""
        return self.counting is Counting.BY_DAY

    def expression_on(self, day: str) -> Expression:
        """MongoDB's expression for the values of a document on a day."""
        if not self.by_day:
            return self.expression
        return {"$toString": {"$getField": {"field": self.segment, "input": segment_on(day)}}}


# --- Kinds of dimensions -------------------------------------------------------------------------


def wider_topics(topic: str) -> list[str]:
    """The topic and the wider ones, widest first: `a`, `a/b` and `a/b/c` for `a/b/c`."""
    parts = topic.split("/")
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def _values_at(path: str) -> Values:
    """Gives a function that reads the values at a path, through each item of lists on the way."""
    member, _, rest = path.partition(".")
    inner = _values_at(rest) if rest else None

    def values(document: Document) -> Iterable[Any]:
        value = document.get(member)
        found = () if value is None else value if isinstance(value, list | tuple) else (value,)
        return found if inner is None else chain.from_iterable(map(inner, found))

    return values


def value_dimension(name: str, description: str, path: str, *also: str, **more: Any) -> Dimension:
    """A dimension by the value at a path.

    The filter's member with the name of the path's last part chooses it, and so do those in `also`.
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
    """As `value_dimension`, for a path through a list: by the value of each item."""
    return value_dimension(
        name, description, path, *also, expression=distinct_values(f"${path}"), **more
    )


def year_dimension(name: str, description: str, path: str, **more: Any) -> Dimension:
    """A dimension by the first possible year of the date at a path, whose name the filter has."""
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
    """A dimension by topic; a topic also counts records about narrower ones."""
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
    """A dimension by the keys of the parties in a role, with merges resolved."""
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
    """A dimension by the kinds of the parties in a role."""
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
    """What the filter's `party` chooses if it has just this role and no members but these."""

    def choose(given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        others = {name: value for name, value in given.items() if value is not None}
        roles = others.pop("role", None) or ()
        return others if set(roles) == {role} and others.keys() <= members else None

    return choose


def status_dimension(
    name: str, description: str, segment: str, *chosen_by: str, **more: Any
) -> Dimension:
    """A dimension by a member of the status on a day, such as `contested`."""
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
        "How well the status on the day is verified.",
        "verification",
        "status.verificationAtLeast",
        ranks=tuple(map(str, Verification)),
        groups_as=Verification,
    ),
)
_ABOUT = topic_dimension("The topic; it counts in the wider topics above it, too.", groups_as=str)
_MADE_YEAR = year_dimension(
    "MADE_YEAR",
    "The year of the first day on which it may have been made.",
    "madeOn",
    groups_as=int,
)

_STRENGTH = value_dimension(
    "STRENGTH",
    "How demanding the wording is.",
    "strength",
    "strengthAtLeast",
    ranks=tuple(map(str, Strength)),
    groups_as=Strength,
)

_DECLARED: Mapping[str, tuple[Dimension, ...]] = {
    "articles": (
        value_dimension(
            "PUBLISHER",
            "Who published it.",
            "derived.publisher",
            counting=Counting.EACH,
            # It chooses only whether there is a publisher, so no value of its own.
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
        value_dimension("STATE", "Whether it was held.", "state"),
        topic_dimension("The topic; it counts in the wider topics above it, too."),
        year_dimension("YEAR", "The year of the first day on which it may have been held.", "date"),
    ),
    "commitments": (
        *_OF_THE_DAY,
        party_dimension("PROMISOR", "Who promised.", groups_as=PartyKey),
        party_kind_dimension("PROMISOR", "What sort of party promised."),
        party_dimension("ADDRESSEE", "To whom it was promised.", groups_as=PartyKey),
        party_dimension("LEAD", "Who is to lead in carrying it out.", groups_as=PartyKey),
        _ABOUT,
        _STRENGTH,
        value_dimension(
            "TERM",
            "Whether it is done once, holds from then on, or is a lasting effort.",
            "term",
            groups_as=Term,
        ),
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
        status_dimension("ANSWER", "How it was answered by the day.", "answer", "status.answer"),
        party_dimension("ASKER", "Who asked.", groups_as=PartyKey),
        party_dimension("ASKED", "Who was asked.", groups_as=PartyKey),
        _ABOUT,
        _STRENGTH,
        _MADE_YEAR,
    ),
    "follow_ups": (
        value_dimension("KIND", "What the event did to the commitment or request.", "kind"),
        value_dimension(
            "TARGET",
            "The commitment or request that it follows up.",
            "derived.target",
            counting=Counting.BY_TARGET,
        ),
        value_dimension(
            "INDEPENDENCE",
            "Who reports it: the promisor, the other side, a third party or a document.",
            "independence",
        ),
        value_dimension(
            "CONFIDENCE", "How sure the curator is that it belongs to its target.", "confidence"
        ),
        year_dimension(
            "YEAR", "The year of the first day on which it may have happened.", "occurredOn"
        ),
    ),
}
DIMENSIONS: Mapping[str, Mapping[str, Dimension]] = {
    noun: {dimension.name: dimension for dimension in dimensions}
    for noun, dimensions in _DECLARED.items()
}
"""The dimensions of each noun by name, in the order of the API."""

GROUPS_OF: Mapping[str, Mapping[str, Dimension]] = {
    noun: {name: of for name, of in DIMENSIONS[noun].items() if of.groups_as is not None}
    for noun in ("commitments", "requests")
}
"""By noun, the dimensions by which its statistics can be grouped."""

GROUPS = GROUPS_OF["commitments"]


# --- Dimensions that go together -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two dimensions whose values belong together in pairs when statistics group by both.

    `values` gives a document's pairs in Python, `expression` is the same for MongoDB.
    """

    names: tuple[str, str]
    values: Callable[[Document], Iterable[tuple[str, str]]]
    expression: Expression


def _pair_attributions(document: Document) -> Iterable[tuple[str, str]]:
    """Each promisor with its attribution.

    The promisor is the party in which it lives on, or the one that was named if two were merged.
    """
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
"""Each promisor is paired with its own attribution, not with that of another promisor."""
