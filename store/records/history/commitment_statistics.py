"""Statistics of groups of commitments, added up from what is known of each. Pure."""

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
"""Counts of commitments by name: `count` for all, one for each status such as `FULFILLED`,
`followedUp` and `contested` for the trackable ones, `otherSide` for those of which every promisor
is known only through a claim of the other side, and `unattributed` for those of which no source
tells through whose words."""

Group: TypeAlias = tuple[str | None, ...]
"""A value for each dimension; None where the commitments have none."""

OTHER_SIDE = str(Attribution.COUNTERPART_CLAIM)
UNATTRIBUTED = str(Attribution.UNSTATED)


def figures_of(document: Document, standing: Standing) -> Figures:
    """What one commitment adds to the figures."""
    found: Figures = Counter({"count": 1, str(standing.value): 1})
    if standing.value is not StatusValue.NOT_TRACKABLE:
        found["followedUp"] = int(standing.follow_ups > 0)
        found["contested"] = int(standing.contested)
    known_through = {promisor["attribution"] for promisor in document["promisors"]}
    found["otherSide"] = int(known_through == {OTHER_SIDE})
    found["unattributed"] = int(known_through == {UNATTRIBUTED})
    return found


def groups_of(
    document: Document,
    standing: Standing,
    dimensions: Sequence[str],
    groups: Mapping[str, Dimension] = GROUPS,
) -> Iterator[Group]:
    """The groups to which a commitment belongs, each once; with the dimensions of requests in
    `groups`, a request.
    """
    choices = [_values(document, standing, groups[name]) or [None] for name in dimensions]
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
"""The least and the most days it may have taken; None if the promise's date is open."""


def find_spans(document: Document, edges: Iterable[Edge], day: str) -> Mapping[str, Span]:
    """The spans to the `firstFollowUp` and to the `fulfilment` that had happened by a day."""
    following = (edge for edge in edges if edge.kind is not FollowUpKind.CONTEXT)
    certain = [edge for edge in following if edge.latest <= day]
    fulfilling = [edge for edge in certain if edge.kind is FollowUpKind.FULFILLED]
    wanted = {"firstFollowUp": certain, "fulfilment": fulfilling}
    return {name: _span(document, found) for name, found in wanted.items() if found}


def _span(document: Document, edges: Sequence[Edge]) -> Span:
    made_earliest, made_latest = document["madeOn"].get("earliest"), last_day_made(document)
    if made_earliest is None or made_latest is None:
        return None
    first, last = min(e.earliest for e in edges), min(e.latest for e in edges)
    # A follow-up that overlaps with the promise may have come on the same day.
    least = 0 if first <= made_latest or first == OPEN_START else days_between(made_latest, first)
    most = 0 if last <= made_earliest else days_between(made_earliest, last)
    return least, most


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Quartiles of numbers of days; each is a number that occurs, not one in between."""

    lower: int
    median: int
    upper: int


@dataclass(frozen=True, slots=True)
class Latency:
    """How many days `count` commitments took; for `undated` more, the promise has an open date.

    The true quartiles lie between `at_least`, those of the least days, and `at_most`, those of the
    most days. `exact` is the number of commitments for which both are the same.
    """

    count: int
    undated: int
    exact: int
    at_least: Quartiles | None = None
    at_most: Quartiles | None = None


def compute_latency(found: Mapping[Span, int]) -> Latency:
    """The latency for spans, given with the number of commitments for each."""
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
    """The value at a rank, counted from 1 (quantile by nearest rank)."""
    last = accumulate(n for _, n in ordered)
    return next(days for (days, _), seen in zip(ordered, last, strict=True) if seen >= rank)


# --- Adding up -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Statistics:
    """The figures of all commitments that match, in total and by group."""

    total: Figures = field(default_factory=Counter)
    groups: dict[Group, Figures] = field(default_factory=dict)
    group_count: int = 0
    spans: dict[str, Counter[Span]] = field(default_factory=dict)

    def add(self, group: Group, figures: Mapping[str, int]) -> None:
        """Adds figures to a group."""
        self.groups.setdefault(group, Counter()).update(figures)

    def add_span(self, name: str, span: Span, n: int = 1) -> None:
        """Adds `n` commitments with this span under a name."""
        self.spans.setdefault(name, Counter())[span] += n

    def merge(self, other: "Statistics") -> None:
        """Adds the statistics of other commitments."""
        self.total.update(other.total)
        for group, figures in other.groups.items():
            self.add(group, figures)
        self.group_count = len(self.groups)
        for name, found in other.spans.items():
            self.spans.setdefault(name, Counter()).update(found)

    def most_frequent(self, first: int) -> list[tuple[Group, Figures]]:
        """The `first` largest groups; equal ones by their values, without a value first."""
        ordered = sorted(self.groups.items(), key=lambda g: (-g[1]["count"], _place(g[0])))
        return ordered[:first]


def _place(group: Group) -> tuple[Any, ...]:
    return tuple((value is not None, value or "") for value in group)
