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
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from store.records.statuses import OPEN_END

Document: TypeAlias = Mapping[str, Any]
Place: TypeAlias = tuple[str, str]
"""A number among the counters: the document's key, and the path in it."""

Tally: TypeAlias = Counter[Place]

_YEAR, _MONTH, _DAY = 4, 7, 10


def wider(topic: str) -> list[str]:
    """The topic and those that it lies in, widest first."""
    parts = topic.split("/")
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def _at(path: str) -> Callable[[Document], Iterable[str]]:
    return lambda document: [value] if (value := document.get(path)) is not None else []


def _year(path: str) -> Callable[[Document], Iterable[str]]:
    return lambda document: [d["earliest"][:4]] if (d := document[path]).get("earliest") else []


def _topics(document: Document) -> Iterable[str]:
    return (topic for narrow in document["topics"] for topic in wider(narrow))


def _attributions(document: Document) -> Iterable[str]:
    return (promisor["attribution"] for promisor in document["promisors"])


def _held(role: str, member: str) -> Callable[[Document], Iterable[str]]:
    def values(document: Document) -> Iterable[str]:
        roles = document.get("derived", {}).get("roles", ())
        return (r[member] for r in roles if r["role"] == role)

    return values


def _publisher(document: Document) -> Iterable[str]:
    publisher = document.get("derived", {}).get("publisher")
    return [publisher] if publisher is not None else []


BY: Mapping[str, Mapping[str, Callable[[Document], Iterable[str]]]] = {
    "articles": {"YEAR": _year("datePublished"), "LANGUAGE": _at("inLanguage")},
    "parties": {"KIND": _at("kind"), "COUNTRY": _at("country")},
    "meetings": {"KIND": _at("kind"), "TOPIC": _topics, "YEAR": _year("date")},
    "commitments": {
        "PROMISOR_KIND": _held("PROMISOR", "kind"),
        "TOPIC": _topics,
        "STRENGTH": _at("strength"),
        "TERM": _at("term"),
        "ATTRIBUTION": _attributions,
        "MADE_YEAR": _year("madeOn"),
    },
    "requests": {"TOPIC": _topics, "MADE_YEAR": _year("madeOn")},
    "follow_ups": {
        "KIND": _at("kind"),
        "INDEPENDENCE": _at("independence"),
        "CONFIDENCE": _at("confidence"),
        "YEAR": _year("occurredOn"),
    },
}
"""Per noun, the dimensions that listed records are counted by, and a record's values in each."""

EACH: Mapping[str, Mapping[str, Callable[[Document], Iterable[str]]]] = {
    "articles": {"PUBLISHER": _publisher},
    "commitments": {
        "PROMISOR": _held("PROMISOR", "party"),
        "ADDRESSEE": _held("ADDRESSEE", "party"),
    },
    "requests": {"ASKER": _held("ASKER", "party"), "ASKED": _held("ASKED", "party")},
}
"""As `BY`, the dimensions of which each value has a counter of its own."""

BY_DAY: Mapping[str, Mapping[str, str]] = {
    noun: {"STATUS": "value", "CONTESTED": "contested", "VERIFICATION": "verification"}
    for noun in ("commitments", "requests")
}
"""Per noun, the dimensions that hang on the day, and the member of a segment that has the value."""

_ALWAYS = ("curation", "mergedInto")
_OF_TRACKABLES = (
    *(f"derived.segments.{name}" for name in ("since", "until", *BY_DAY["commitments"].values())),
    *("topics", "madeOn.earliest", "derived.roles.role", "derived.roles.party"),
)
READ: Mapping[str, tuple[str, ...]] = {
    "articles": (*_ALWAYS, "datePublished.earliest", "inLanguage", "derived.publisher"),
    "parties": (*_ALWAYS, "kind", "country"),
    "meetings": (*_ALWAYS, "kind", "topics", "date.earliest"),
    "commitments": (
        *_ALWAYS,
        *_OF_TRACKABLES,
        *("derived.roles.kind", "strength", "term", "promisors.attribution"),
    ),
    "requests": (*_ALWAYS, *_OF_TRACKABLES),
    "follow_ups": (*_ALWAYS, "kind", "independence", "confidence", "occurredOn.earliest"),
    "assessments": _ALWAYS,
    "check_logs": _ALWAYS,
}
"""Per noun, the paths that a tally reads."""

OF_DERIVED = frozenset(
    noun for noun, paths in READ.items() if any(path.startswith("derived.") for path in paths)
)
"""The nouns of which a tally reads something derived."""


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
    for dimension, values_of in BY.get(noun, {}).items():
        for value in set(values_of(document)):
            found[noun, f"by.{dimension}.{value}"] = 1
    for dimension, values_of in EACH.get(noun, {}).items():
        for value in set(values_of(document)):
            found[f"{noun}/{dimension}/{value}", "n"] = 1
    if noun in BY_DAY:
        for segment in document.get("derived", {}).get("segments", ()):
            _add_period(found, noun, segment)
    return found


def _add_period(found: Tally, noun: str, segment: Document) -> None:
    for dimension, member in BY_DAY[noun].items():
        value = named(segment[member])
        for day, n in ((segment["since"], 1), (segment["until"], -1)):
            if day != OPEN_END:
                for key, period in _periods(noun, day):
                    found[key, f"turns.{period}.{dimension}.{value}"] += n


def _periods(noun: str, day: str) -> Iterable[tuple[str, str]]:
    """The document and the period in it, by year, by month and by day."""
    yield noun, day[:_YEAR]
    yield f"{noun}/{day[:_YEAR]}", day[:_MONTH]
    yield f"{noun}/{day[:_MONTH]}", day


def named(value: Any) -> str:
    """A value as counters name it: no Boolean can be a name."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def difference(before: Tally, after: Tally) -> Tally:
    """What is to be added to the counters where `before` becomes `after`."""
    found = Counter(after)
    found.subtract(before)
    return Counter({place: n for place, n in found.items() if n})


def named_by(key: str) -> dict[str, str]:
    """What a counter of one value says of itself, which its key says, too; other keys nothing."""
    of, _, value = key.rpartition("/")
    return {"of": of, "value": value} if "/" in of else {}


def as_documents(tally: Tally) -> dict[str, dict[str, Any]]:
    """The counters that a tally of everything makes, by key."""
    found: dict[str, dict[str, Any]] = {}
    for (key, path), n in tally.items():
        if n:
            *parts, last = path.split(".")
            at = found.setdefault(key, {"_id": key, **named_by(key)})
            for part in parts:
                at = at.setdefault(part, {})
            at[last] = n
    return found


# --- Reading -------------------------------------------------------------------------------------


def documents_for(noun: str, day: str) -> list[str]:
    """The keys of the counters that say how things stood on a day."""
    return [noun, f"{noun}/{day[:_YEAR]}", f"{noun}/{day[:_MONTH]}"]


def standing(
    counters: Mapping[str, Document], noun: str, dimension: str, day: str
) -> dict[str, int]:
    """How many stood so on a day, by value; values that nothing has are left out."""
    whole, year, month = (counters.get(key, {}) for key in documents_for(noun, day))
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
