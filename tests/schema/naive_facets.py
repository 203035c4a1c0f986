"""What facets count, leave out and select, worked out in plain Python as in `naive`."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from store.records.commitments import Strength
from store.records.history.statuses import Verification
from tests.schema.naive import Given, World

Values = Callable[[World, Any, str], Iterable[Any]]
Taken = tuple[Any, list[Any], list[tuple[str, str]]]
"""What stays of a member, the values that it names, and the years that it reaches from and to."""


class Wide(str):
    """A value that is chosen with all that lies within it."""


OWN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "commitments": {
        "STATUS": ("status",),
        "CONTESTED": ("status", "contested"),
        "VERIFICATION": ("status",),
        "PROMISOR": ("promisor", "party"),
        "PROMISOR_KIND": ("promisorKind", "party"),
        "ADDRESSEE": ("addressee", "party"),
        "LEAD": ("lead", "party"),
        "TOPIC": ("topic",),
        "STRENGTH": ("strength", "strengthAtLeast"),
        "TERM": ("term",),
        "ATTRIBUTION": ("attribution",),
        "MADE_YEAR": ("madeOn",),
    },
    "requests": {
        "STATUS": ("status",),
        "ANSWER": ("status",),
        "CONTESTED": ("status", "contested"),
        "VERIFICATION": ("status",),
        "ASKER": ("asker", "party"),
        "ASKED": ("asked", "party"),
        "TOPIC": ("topic",),
        "STRENGTH": ("strength", "strengthAtLeast"),
        "MADE_YEAR": ("madeOn",),
    },
    "follow_ups": {
        "KIND": ("kind",),
        "TARGET": ("target",),
        "INDEPENDENCE": ("independence",),
        "CONFIDENCE": ("confidence",),
        "YEAR": ("occurredOn",),
    },
    "meetings": {
        "KIND": ("kind",),
        "STATE": ("state",),
        "TOPIC": ("topic",),
        "YEAR": ("date",),
    },
    "articles": {
        "PUBLISHER": ("publisher", "hasPublisher"),
        "LANGUAGE": ("inLanguage",),
        "YEAR": ("datePublished",),
    },
    "parties": {"KIND": ("kind",), "COUNTRY": ("country",)},
}
"""The members of a filter that choose, or may choose, in the dimension of each facet."""

PARTIES = ("PROMISOR", "ADDRESSEE", "LEAD", "ASKER", "ASKED")
DATED = ("STATUS", "CONTESTED", "VERIFICATION", "ANSWER")


def day_of(given: Given, today: str) -> str:
    """The day that the filter itself asks for, or what is joined to it by `and`."""
    return next(_days(given), today)


def _days(given: Given) -> Any:
    if (given.get("status") or {}).get("asOf") is not None:
        yield given["status"]["asOf"]
    for part in given.get("and") or ():
        yield from _days(part)


def facet(
    world: World, noun: str, name: str, given: Given, day: str
) -> list[tuple[str, int, bool, bool]]:
    """The values of a facet on a day, with counts, whether they are selected, and included."""
    left, named, years = _without(world, noun, name, given, day)
    listed = (world.records[noun][key] for key in world.matching(noun, left))
    counted = Counter(str(v) for record in listed for v in set(_values(world, name, record, day)))
    chosen = {str(value) for value in named}
    shown = {**dict.fromkeys(chosen, 0), **counted}
    return [
        (
            value,
            n,
            value in chosen or any(a <= value <= b for a, b in years),
            any(_lies_within(world, name, value, v) for v in named if isinstance(v, Wide)),
        )
        for value, n in sorted(shown.items(), key=lambda item: (-item[1], item[0]))
    ]


def _lies_within(world: World, name: str, value: str, wide: str) -> bool:
    if name == "TOPIC":
        return value.startswith(f"{wide}/")
    party = world.records["parties"].get(value)
    return party is not None and value != wide and wide in world.above(party)


def _without(
    world: World, noun: str, name: str, given: Given, day: str
) -> tuple[Given, list[Any], list[tuple[str, str]]]:
    left: dict[str, Any] = {}
    named: list[Any] = []
    years: list[tuple[str, str]] = []
    for member, value in given.items():
        if member == "and" and value is not None:
            inner = [_without(world, noun, name, part, day) for part in value]
            left["and"] = [part for part, _, _ in inner]
            named += [v for _, values, _ in inner for v in values]
            years += [r for _, _, ranges in inner for r in ranges]
        elif value is not None and member in OWN[noun][name]:
            left[member], values, ranges = _taken(world, name, member, value, day)
            named += values
            years += ranges
        else:
            left[member] = value
    return left, named, years


def _taken(world: World, name: str, member: str, value: Any, day: str) -> Taken:
    stays: Taken = value, [], []
    if name in DATED:
        told = value.get("asOf") if member == "status" else None
        if (told or world.today) != day:
            return stays
        if member == "contested":
            return None, [str(value).lower()], []
        within = {"STATUS": "in", "CONTESTED": "contested", "VERIFICATION": "verificationAtLeast",
                  "ANSWER": "answer"}  # fmt: skip
        choice = value.get(within[name])
        return {**value, within[name]: None}, _of_status(name, choice), []
    match member:
        case "hasPublisher":
            return None, [], []
        case "party":
            kind, country, role = (value.get(n) for n in ("kind", "country", "role"))
            keyed = value.get("eq") is not None or value.get("in") is not None
            if country is not None or role is None or not role:
                return stays
            if {*role} == {name} and kind is None:
                return None, _parties(world, value), []
            if {f"{r}_KIND" for r in role} == {name} and not keyed:
                return None, kind or [], []
            return stays
        case "promisor" | "addressee" | "lead" | "asker" | "asked" | "publisher":
            return None, _parties(world, value), []
        case "target":
            return None, _keys(world.living(value, "commitments", "requests")), []
        case "topic":
            return None, [Wide(topic) for topic in _keys(value)], []
        case "strengthAtLeast":
            return None, list(Strength)[list(Strength).index(value) :], []
        case "attribution":
            return None, [*(value.get("any") or []), *(value.get("all") or [])], []
        case "madeOn" | "occurredOn" | "date" | "datePublished":
            first, last = value.get("from") or "0000", value.get("to") or "9999"
            return None, [], [(first[:4], last[:4])]
    return None, value if isinstance(value, list) else [value], []


def _of_status(name: str, choice: Any) -> list[Any]:
    if choice is None:
        return []
    match name:
        case "STATUS" | "ANSWER":
            return list(choice)
        case "CONTESTED":
            return [str(choice).lower()]
    return list(Verification)[list(Verification).index(choice) :]


def _parties(world: World, given: Given) -> list[str]:
    keys = _keys(world.living(given, "parties"))
    return [Wide(key) for key in keys] if given.get("includeSubordinates") else keys


def _keys(given: Given) -> list[str]:
    eq, in_ = given.get("eq"), given.get("in")
    if eq is None:
        return list(in_ or ())
    return [eq] if in_ is None or eq in in_ else []


def _values(world: World, name: str, record: Any, day: str) -> list[Any]:
    if name in DATED:
        standing = world.standing(record, day)
        if standing is None:
            return []
        found = {"STATUS": standing.value, "CONTESTED": str(standing.contested).lower(),
                 "VERIFICATION": standing.verification, "ANSWER": standing.answer}  # fmt: skip
        return [found[name]]
    if name in PARTIES:
        return [party.key for role, party in world.roles(record) if role == name]
    match name:
        case "PROMISOR_KIND":
            return [party.kind for role, party in world.roles(record) if role == "PROMISOR"]
        case "TOPIC":
            paths = [topic.split("/") for topic in record.topics]
            return ["/".join(path[:n]) for path in paths for n in range(1, len(path) + 1)]
        case "ATTRIBUTION":
            return [promisor.attribution for promisor in record.promisors]
        case "TARGET":
            return [world.target(record).key]
        case "PUBLISHER":
            return [world.alive("parties", record.publisher).key] if record.publisher else []
        case "LANGUAGE":
            return [record.in_language]
        case "YEAR" | "MADE_YEAR":
            dates = ("made_on", "occurred_on", "date_published", "date")
            date = next(getattr(record, n) for n in dates if hasattr(record, n))
            return [date.earliest[:4]] if date.earliest else []
    value = getattr(record, name.lower())
    return [value] if value is not None else []
