"""What each record adds to the counters that are kept with the writes. Pure.

A counter answers "how many, by this dimension" without looking at the records: as they are, or
on any day. For days it holds differences: plus one on the day on which a period begins, minus one
on the day on which it ends. They are added up by year, by month and by day, each in documents of
their own, so that a day's standing is in three documents, however long the history is:

    commitments            total, curation, listed, by: {STRENGTH: {PLEDGED: 7}}, and the years
                           turns: {2017: {STATUS: {NO_FOLLOW_UP: 2}}}
    commitments/2017       the months of a year   turns: {2017-07: {...}}
    commitments/2017-07    the days of a month    turns: {2017-07-07: {...}}

A dimension with as many values as there are parties has a document for each of them, so that an
index gives the most frequent ones:

    commitments/PROMISOR/meta    of: commitments/PROMISOR, value: meta, n: 7
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

from store.records.dimensions import DIMENSIONS, Counting, Dimension, Document
from store.records.history.statuses import OPEN_END
from store.records.nouns import NOUNS

Place: TypeAlias = tuple[str, str]
"""A number among the counters: the document's key, and the path in it."""

Tally: TypeAlias = Counter[Place]

_YEAR, _MONTH, _DAY = 4, 7, 10

_ALWAYS = ("curation", "mergedInto")
READ: Mapping[str, tuple[str, ...]] = {
    noun: (
        *_ALWAYS,
        *dict.fromkeys(
            path
            for dimension in DIMENSIONS.get(noun, {}).values()
            if dimension.counting is not Counting.BY_TARGET
            for path in dimension.reads
        ),
    )
    for noun in NOUNS
}
"""Per noun, the paths that a tally reads."""

COUNTED = [
    f"{noun}/{dimension.name} {dimension.counting.name} {' '.join(dimension.reads)}"
    for noun, dimensions in sorted(DIMENSIONS.items())
    for dimension in sorted(dimensions.values(), key=attrgetter("name"))
]
"""What there are counters of and how, such as `parties/KIND TOGETHER kind`: stated in each store,
so that a program with other dimensions counts it again.
"""

OF_DERIVED = frozenset(
    noun for noun, paths in READ.items() if any(path.startswith("derived.") for path in paths)
)
"""The nouns of which a tally reads something derived."""


_BY_COUNTING: Mapping[tuple[str, Counting], Sequence[Dimension]] = {
    (noun, counting): [d for d in dimensions.values() if d.counting is counting]
    for noun, dimensions in DIMENSIONS.items()
    for counting in Counting
}


def _dimensions_of(noun: str, counting: Counting) -> Sequence[Dimension]:
    return _BY_COUNTING.get((noun, counting), ())


def tally(noun: str, document: Document | None) -> Tally:
    """What a document adds; nothing if there is none."""
    found: Tally = Counter()
    if document is None:
        return found
    found[noun, "total"] = 1
    found[noun, f"curation.{document['curation']}"] = 1
    if document["curation"] != "ACCEPTED" or document.get("mergedInto") is not None:
        return found
    found[noun, "listed"] = 1
    for dimension in _dimensions_of(noun, Counting.TOGETHER):
        for value in set(dimension.values(document)):
            found[noun, f"by.{dimension.name}.{counter_name(value)}"] = 1
    for dimension in _dimensions_of(noun, Counting.EACH):
        for value in set(dimension.values(document)):
            found[f"{noun}/{dimension.name}/{value}", "n"] = 1
    if dated := _dimensions_of(noun, Counting.BY_DAY):
        for segment in document.get("derived", {}).get("segments", ()):
            _add_period(found, noun, segment, dated)
    return found


def _add_period(
    found: Tally, noun: str, segment: Document, dimensions: Iterable[Dimension]
) -> None:
    periods = [
        (key, period, n)
        for day, n in ((segment["since"], 1), (segment["until"], -1))
        if day != OPEN_END
        for key, period in _periods(noun, day)
    ]
    for dimension in dimensions:
        value = counter_name(segment[dimension.segment])
        for key, period, n in periods:
            found[key, f"turns.{period}.{dimension.name}.{value}"] += n


def _periods(noun: str, day: str) -> Iterable[tuple[str, str]]:
    """The document and the period in it, by year, by month and by day."""
    yield noun, day[:_YEAR]
    yield f"{noun}/{day[:_YEAR]}", day[:_MONTH]
    yield f"{noun}/{day[:_MONTH]}", day


def counter_name(value: Any) -> str:
    """A value as counters name it: no Boolean can be a name."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def difference(before: Tally, after: Tally) -> Tally:
    """What is to be added to the counters where `before` becomes `after`."""
    found = Counter(after)
    found.subtract(before)
    return Counter({place: n for place, n in found.items() if n})


def parse_counter_key(key: str) -> dict[str, str]:
    """What a counter of one value says of itself, which its key says, too; other keys nothing."""
    of, _, value = key.rpartition("/")
    return {"of": of, "value": value} if "/" in of else {}


def as_documents(tally: Tally) -> dict[str, dict[str, Any]]:
    """The counters that a tally of everything makes, by key."""
    found: dict[str, dict[str, Any]] = {}
    for (key, path), n in tally.items():
        if n:
            *parts, last = path.split(".")
            at = found.setdefault(key, {"_id": key, **parse_counter_key(key)})
            for part in parts:
                at = at.setdefault(part, {})
            at[last] = n
    return found


# --- Reading -------------------------------------------------------------------------------------


def counter_keys(noun: str, day: str) -> list[str]:
    """The keys of the counters that say how things stood on a day."""
    return [noun, f"{noun}/{day[:_YEAR]}", f"{noun}/{day[:_MONTH]}"]


def count_on_day(
    counters: Mapping[str, Document], noun: str, dimension: str, day: str
) -> dict[str, int]:
    """How many stood so on a day, by value; values that nothing has are left out."""
    whole, year, month = (counters.get(key, {}) for key in counter_keys(noun, day))
    found: dict[str, int] = {}
    for document, end in ((whole, day[:_YEAR]), (year, day[:_MONTH])):
        _add(found, document, dimension, lambda period, end=end: period < end)  # type: ignore[misc]
    _add(found, month, dimension, lambda period: period <= day)
    return {value: n for value, n in found.items() if n}


def _add(
    found: dict[str, int], document: Document, dimension: str, wanted: Callable[[str], bool]
) -> None:
    for period, turns in document.get("turns", {}).items():
        if wanted(period):
            for value, n in turns.get(dimension, {}).items():
                found[value] = found.get(value, 0) + n
