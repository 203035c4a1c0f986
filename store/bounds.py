"""What every cache and queue of a process may take at most, in bytes: stated here and nowhere else.

What has a row in `BOUNDS` tells `measure_usage()` how much it takes; `/metrics` shows it,
docs/limits.md has the table, and a test finds what has no row. Nothing here grows with what clients
send.
"""

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar
from weakref import WeakSet

KIB: Final = 1024
MIB: Final = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Bound:
    """The most bytes of one cache or queue in one process, and what it holds.

    `where` is the module and the name of what keeps to it; `each` is how much one entry may take,
    where only the entries are counted.
    """

    most: int
    holds: str
    where: str
    each: int = 0


BOUNDS: Final[Mapping[str, Bound]] = {
    "documents": Bound(
        32 * MIB,
        "Documents that were parsed and validated, with their plans.",
        "engine.requests.prepared.Documents.kept",
    ),
    "own documents": Bound(
        4 * MIB,
        "The same of the queries behind the records' addresses.",
        "api.records.routes.Records",
    ),
    "answers": Bound(
        64 * MIB,
        "Answers by the version of the data: FOLLOWTHROUGH_ANSWERS_MB.",
        "engine.requests.response_cache.ResponseCache._answers",
    ),
    "registered documents": Bound(
        8 * MIB,
        "Texts of registered documents, by their id.",
        "engine.requests.persisted_documents.Documents._trusted",
    ),
    "sent documents": Bound(
        8 * MIB,
        "Texts that clients sent with their hash, by their id.",
        "engine.requests.persisted_documents.Documents._sent",
    ),
    "outgoing": Bound(
        128 * MIB,
        "Answers longer than 64 KiB that wait for their clients to read on.",
        "api.http.outgoing.Outgoing._waiting",
    ),
    "clients": Bound(
        10_000 * 400,
        "When each client may send again, by address or token.",
        "api.http.rate_limit.Throttle._free_at",
        each=400,
    ),
    "accept headers": Bound(
        256 * 2 * KIB, "What a header asks for.", "api.http.endpoint._best", each=2 * KIB
    ),
    "projections": Bound(
        256 * 16 * KIB,
        "Which members to read, by what is selected.",
        "engine.plan.steps.follow._projection",
        each=16 * KIB,
    ),
    "words": Bound(
        16 * MIB, "How short runs of letters part into words.", "store.records.text_search._KEPT"
    ),
    "letters": Bound(
        4_096 * KIB // 2,
        "Letters with their marks, as they are folded.",
        "store.records.letters._fold_short",
        each=KIB // 2,
    ),
    "dates": Bound(
        4_096 * KIB, "Dates that were read.", "store.records.dates.edtf.parse", each=KIB
    ),
    "operation names": Bound(
        MIB,
        "The names that metrics tell apart.",
        "api.observability.metrics.Metrics._names",
        each=10 * KIB,
    ),
}
"""By name, as `/metrics` has them. Several processes have these each."""


class Holder(Protocol):
    """A cache or queue that knows how much it takes."""

    @property
    def bound(self) -> str:
        """Its name in `BOUNDS`."""
        ...

    @property
    def taken(self) -> int:
        """The bytes that it takes."""
        ...

    @property
    def most(self) -> int:
        """The most that it may take."""
        ...


_living: WeakSet[Holder] = WeakSet()
_counted: dict[str, Callable[[], int]] = {}


def register_holder(holder: Holder) -> None:
    """Lets `measure_usage` ask the holder for as long as it lives. Raises KeyError for one without
    a row.
    """
    BOUNDS[holder.bound]
    _living.add(holder)


def register_count(name: str, entries: Callable[[], int]) -> None:
    """Lets `measure_usage` count the entries of what is bounded in number, and no `lru_cache`, of
    which it knows. Raises KeyError for one without a row.
    """
    BOUNDS[name]
    _counted[name] = entries


def measure_usage() -> Mapping[str, tuple[int, int]]:
    """What each cache and queue of this process takes and may take at most, in bytes."""
    found = {name: (0, bound.most) for name, bound in BOUNDS.items()}
    for name, bound in BOUNDS.items():
        module, _, function = bound.where.rpartition(".")
        info = getattr(getattr(sys.modules.get(module), function, None), "cache_info", None)
        if info is not None:
            found[name] = (info().currsize * bound.each, bound.most)
    for name, entries in _counted.items():
        found[name] = (entries() * BOUNDS[name].each, BOUNDS[name].most)
    for name in {holder.bound for holder in _living}:
        alike = [holder for holder in _living if holder.bound == name]
        found[name] = (sum(h.taken for h in alike), max(h.most for h in alike))
    return found


_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Lru(Generic[_K, _V]):
    """What was used last, as far as it fits into so many bytes.

    Whoever puts something in says what it takes. It may grow while it is kept, which is told by
    putting it in again.
    """

    def __init__(self, bound: str, most: int | None = None) -> None:
        self.bound = bound
        self.most = BOUNDS[bound].most if most is None else most
        self.taken = 0
        self._kept: OrderedDict[_K, tuple[_V, int]] = OrderedDict()
        register_holder(self)

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[_K]:
        return iter(self._kept)

    def values(self) -> Iterator[_V]:
        """What is kept, that which was used longest ago first."""
        return (value for value, _ in self._kept.values())

    def get(self, key: _K) -> _V | None:
        """What is kept under the key, which is used now."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: _K, value: _V, size: int) -> None:
        """Keeps it, and drops what was used longest ago until all fits; too large, it is not kept.

        `size` counts bytes of memory, the key's with it.
        """
        self.drop(key)
        if size > self.most:
            return
        self._kept[key] = (value, size)
        self.taken += size
        while self.taken > self.most:
            _, (_, dropped) = self._kept.popitem(last=False)
            self.taken -= dropped

    def drop(self, key: _K) -> None:
        """Forgets what is kept under the key, if anything is."""
        found = self._kept.pop(key, None)
        if found is not None:
            self.taken -= found[1]

    def clear(self) -> None:
        """Forgets everything."""
        self._kept.clear()
        self.taken = 0
