"""The queries and what they are asked with: requests, drawn so that some things are popular."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import orjson

from benchmarks.generate import BLOCK
from benchmarks.invention import COMMON, FIRST_DAY, LAST_DAY, TOPICS, zipf
from store.mongodb.driver import Database
from store.records.text_search import parse_query

QUERIES = Path(__file__).parent / "queries"
DRAWN = 2_000
"""How many requests of a query are drawn; the driver goes round them."""

NAMES = ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8")

VARIANTS = {
    "new": "every request with a document of its own, as nobody sent it before",
    "out": "with introspection beside the data, so that no plan is made of it",
}
MIX = "mix"
"""All queries by turns, drawn at random, with one write for every hundred requests."""

BY_DAY = "Q5-day"
"""Q5 by status at a day alone, which only the index of the histories narrows."""

OF_VARIANTS = ("Q1", "Q2", "Q3")
ALSO = (*(f"{name}-{variant}" for variant in VARIANTS for name in OF_VARIANTS), BY_DAY, MIX)
"""What can be asked for beside the queries as they are."""

_STATUSES = (
    ["IN_PROGRESS", "PARTLY_FULFILLED"],
    ["REAFFIRMED", "NO_FOLLOW_UP"],
    ["FULFILLED"],
    ["BROKEN", "STALLED", "WITHDRAWN"],
)


_TOPICS = sorted({topic.partition("/")[0] for topic in TOPICS})
"""Wide ones, each with a sixth of all commitments."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Every query's bodies, as they are posted."""

    bodies: Mapping[str, Sequence[bytes]]

    @classmethod
    async def drawn(
        cls, database: Database, size: int, names: Sequence[str], seed: int
    ) -> "Workload":
        """Draws for a store of so many commitments; the same every time."""
        targets = await database.find(
            "follow_ups",
            {"derived.restatedAs": {"$exists": True}, "_id": {"$lt": "b001"}},
            fields={"derived.target": 1},
            sort=[("_id", 1)],
            limit=BLOCK,
        )
        roots = sorted({row["derived"]["target"] for row in targets})
        headlines = await database.find(
            "articles", {"_id": {"$lt": "b001"}}, fields={"headline": 1}, sort=[("_id", 1)]
        )
        words = {word for row in headlines for word in row["headline"].split() if _plain(word)}
        known = _Known(size, roots, sorted(words), Random(seed))
        return cls({name: [_any_body(name, known, n) for n in range(DRAWN)] for name in names})


class _Known:
    """What can be asked about. Keys of the first block are those of every whole block."""

    def __init__(self, size: int, roots: Sequence[str], words: Sequence[str], rng: Random) -> None:
        in_block = min(size, BLOCK)
        self.rng = rng
        self._blocks = max(size // BLOCK, 1)
        self._key = zipf(_shuffled((f"c{i:06}" for i in range(in_block)), rng))
        self._root = zipf(_shuffled((root[5:] for root in roots), rng))
        # Parties were used after Zipf already, the first most.
        self._party = zipf([f"p{i:06}" for i in range(max(in_block // 10, 5))])
        self._from = zipf(_shuffled(range(FIRST_DAY, LAST_DAY - 365), rng))
        self._word = zipf(_shuffled(words, rng))

    def key(self) -> str:
        """A commitment."""
        return self._somewhere(self._key.draw(self.rng))

    def root(self) -> str:
        """A commitment that another restates, so that its trail goes on."""
        return self._somewhere(self._root.draw(self.rng))

    def party(self) -> str:
        """A party."""
        return self._somewhere(self._party.draw(self.rng))

    def day(self) -> date:
        """A day from which a page starts."""
        return date.fromordinal(self._from.draw(self.rng))

    def years(self) -> tuple[int, int]:
        """A first and a last year, two to six apart."""
        first = self.rng.randint(2012, 2020)
        return first, first + self.rng.randint(2, 6)

    def word(self) -> str:
        """A word of articles."""
        return self._word.draw(self.rng)

    def _somewhere(self, name: str) -> str:
        return f"b{self.rng.randrange(self._blocks):03}-{name}"


def _shuffled(items: Any, rng: Random) -> list[Any]:
    found = list(items)
    rng.shuffle(found)
    return found


def _plain(word: str) -> bool:
    """Whether a word tells anything, and stands in `$text` as it was typed."""
    return word not in COMMON and parse_query(word).as_text_search() == word


def _filtered(known: _Known) -> dict[str, Any]:
    first, last = known.years()
    return {
        "party": known.party(),
        "status": known.rng.choice(_STATUSES),
        "asOf": f"{last}-06-30",
        "from": f"{first}-01-01",
        "to": f"{last}-12-31",
    }


def _by_day(known: _Known) -> dict[str, Any]:
    _, last = known.years()
    return {"status": known.rng.choice(_STATUSES), "asOf": f"{last}-06-30"}


def _counted(known: _Known) -> dict[str, Any]:
    first, last = known.years()
    made = {"from": f"{first}-01-01", "to": f"{last}-12-31"}
    # Most of what was made in these years had been followed by then.
    return {"topic": known.rng.choice(_TOPICS), **made, "asOf": f"{last + 1}-06-30"}


def _over_time(known: _Known) -> dict[str, Any]:
    first, last = known.years()
    return {"party": known.party(), "from": f"{first}-01-01", "to": f"{last}-12-31"}


_VARIABLES: Mapping[str, Callable[[_Known], dict[str, Any]]] = {
    "Q1": lambda known: {"key": known.key()},
    "Q2": lambda known: {"from": known.day().isoformat()},
    "Q3": lambda known: {"key": known.root()},
    "Q4": lambda known: {"words": known.word()},
    "Q5": _filtered,
    BY_DAY: _by_day,
    "Q6": lambda _: {},
    "Q7": _counted,
    "Q8": _over_time,
}


def _any_body(name: str, known: _Known, number: int) -> bytes:
    if name == MIX:
        return _body(known.rng.choice(NAMES), known)
    plain, _, variant = name.partition("-")
    if variant not in VARIANTS:
        return _body(name, known)
    return _body(plain, known, variant, number)


def _body(name: str, known: _Known, variant: str = "", number: int = 0) -> bytes:
    query = (QUERIES / f"{name.lower()}.graphql").read_text(encoding="utf-8")
    operation = name.title().replace("-", "")
    if variant == "new":
        query = query.replace("  commitment", f"  a{number}: commitment", 1)
    elif variant == "out":
        query = query.rstrip().removesuffix("}") + "  __schema { queryType { name } }\n}\n"
    return orjson.dumps(
        {"query": query, "operationName": operation, "variables": _VARIABLES[name](known)}
    )
