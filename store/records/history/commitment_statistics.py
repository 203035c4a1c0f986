"""What statistics say of a group of commitments, and how what is known of each adds up. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, product
from typing import Any, TypeAlias

from store.records.commitments import Attribution
from store.records.dates import days_between
from store.records.dimensions import GROUPS, PAIRING, Dimension
from store.records.follow_ups import FollowUpKind
from store.records.history.as_known import Document, last_day_made
from store.records.history.statuses import OPEN_START, Edge, Standing, StatusValue

Figures = Counter[str]
"""`count`, each status by name, and of the trackable ones `followedUp` and `contested`; of all,
`otherSide`: every promisor is known only through a claim of the other side."""

Group: TypeAlias = tuple[str | None, ...]
"""A value for each dimension; None where a commitment has none."""

OTHER_SIDE = str(Attribution.COUNTERPART_CLAIM)


def figures_of(document: Document, standing: Standing) -> Figures:
    """What one commitment adds."""
    found: Figures = Counter({"count": 1, str(standing.value): 1})
    if standing.value is not StatusValue.NOT_TRACKABLE:
        found["followedUp"] = int(standing.follow_ups > 0)
        found["contested"] = int(standing.contested)
    known_through = {promisor["attribution"] for promisor in document["promisors"]}
    found["otherSide"] = int(known_through == {OTHER_SIDE})
    return found


def groups_of(document: Document, standing: Standing, dimensions: Sequence[str]) -> Iterator[Group]:
    """The groups that a commitment is in, each once."""
    choices = [_values(document, standing, GROUPS[name]) or [None] for name in dimensions]
    if not set(PAIRING.names) <= set(dimensions):
        yield from product(*choices)
        return
    one, other = (dimensions.index(name) for name in PAIRING.names)
    own = set(PAIRING.values(document))
    yield from (group for group in product(*choices) if (group[one], group[other]) in own)


def _values(document: Document, standing: Standing, dimension: Dimension) -> Sequence[str | None]:
    if dimension.by_day:
        return [str(getattr(standing, dimension.segment))]
    return sorted(set(dimension.values(document)))


# --- Days from promise to follow-up --------------------------------------------------------------

Span: TypeAlias = tuple[int, int] | None
"""The least and the most days that it may have been; None where the promise has no first day."""


def spans(document: Document, edges: Iterable[Edge], day: str) -> Mapping[str, Span]:
    """By `firstFollowUp` and `fulfilment`, how long it took, of what had happened by the day."""
    certain = [edge for edge in edges if edge.latest <= day]
    fulfilling = [edge for edge in certain if edge.kind is FollowUpKind.FULFILLED]
    wanted = {"firstFollowUp": certain, "fulfilment": fulfilling}
    return {name: _span(document, found) for name, found in wanted.items() if found}


def _span(document: Document, edges: Sequence[Edge]) -> Span:
    made_earliest, made_latest = document["madeOn"].get("earliest"), last_day_made(document)
    if made_earliest is None or made_latest is None:
        return None
    first, last = min(e.earliest for e in edges), min(e.latest for e in edges)
    # What overlaps with the promise may have come with it: no days.
    least = 0 if first <= made_latest or first == OPEN_START else days_between(made_latest, first)
    most = 0 if last <= made_earliest else days_between(made_earliest, last)
    return least, most


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Days that a quarter, half and three quarters did not exceed; each of them was one's own."""

    lower: int
    median: int
    upper: int


@dataclass(frozen=True, slots=True)
class Latency:
    """How long it took, of `count` commitments; of `undated` ones the promise has no first day.

    True quartiles lie between those of the least and those of the most days that it may have
    been; `exact` says for how many these are the same.
    """

    count: int
    undated: int
    exact: int
    at_least: Quartiles | None = None
    at_most: Quartiles | None = None


def latency(found: Mapping[Span, int]) -> Latency:
    """The latency of spans with how many there are of each."""
    known = {span: n for span, n in found.items() if span is not None}
    return Latency(
        count=sum(known.values()),
        undated=found.get(None, 0),
        exact=sum(n for (least, most), n in known.items() if least == most),
        at_least=_quartiles((least, n) for (least, _), n in known.items()),
        at_most=_quartiles((most, n) for (_, most), n in known.items()),
    )


def _quartiles(days: Iterable[tuple[int, int]]) -> Quartiles | None:
    ordered = sorted(days)
    total = sum(n for _, n in ordered)
    if total == 0:
        return None
    return Quartiles(*(_value_at_rank(ordered, -(-total * quarter // 4)) for quarter in (1, 2, 3)))


def _value_at_rank(ordered: Sequence[tuple[int, int]], rank: int) -> int:
    """The value at a place, from 1: a quantile by its nearest rank."""
    last = accumulate(n for _, n in ordered)
    return next(days for (days, _), seen in zip(ordered, last, strict=True) if seen >= rank)


# --- Adding up -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Statistics:
    """What is found of all commitments that match, group by group."""

    total: Figures = field(default_factory=Counter)
    groups: dict[Group, Figures] = field(default_factory=dict)
    group_count: int = 0
    spans: dict[str, Counter[Span]] = field(default_factory=dict)

    def add(self, group: Group, figures: Mapping[str, int]) -> None:
        """Adds to a group."""
        self.groups.setdefault(group, Counter()).update(figures)

    def add_span(self, name: str, span: Span, n: int = 1) -> None:
        """Adds how long it took."""
        self.spans.setdefault(name, Counter())[span] += n

    def merge(self, other: "Statistics") -> None:
        """Adds what was found of other commitments."""
        self.total.update(other.total)
        for group, figures in other.groups.items():
            self.add(group, figures)
        self.group_count = len(self.groups)
        for name, found in other.spans.items():
            self.spans.setdefault(name, Counter()).update(found)

    def most_frequent(self, first: int) -> list[tuple[Group, Figures]]:
        """The largest groups, then by their values; what has no value comes first."""
        ordered = sorted(self.groups.items(), key=lambda g: (-g[1]["count"], _place(g[0])))
        return ordered[:first]


def _place(group: Group) -> tuple[Any, ...]:
    return tuple((value is not None, value or "") for value in group)
