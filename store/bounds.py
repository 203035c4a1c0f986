"""The memory limit, in bytes, of every cache and queue of a process, all in one table.

Each has a row in `BOUNDS` and reports its size to `measure_usage()`. `/metrics` shows the sizes,
docs/limits.md has the table, and a test finds caches without a row. No client can make a cache
grow past its limit.
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
    """The limit of one cache or queue in one process.

    `most` is the limit in bytes, `holds` says in a sentence what is kept, `where` is the dotted
    name of the cache. `each` is the largest size of an entry, for caches that only count entries.
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
        "Parsed documents of the queries behind the records' addresses.",
        "api.records.routes.Records",
    ),
    "explained documents": Bound(
        4 * MIB,
        "Parsed documents of the operations that GraphiQL had explained.",
        "api.app.create_app",
    ),
    "answers": Bound(
        64 * MIB,
        "Answers by the version of the data: FOLLOWTHROUGH_ANSWERS_MB.",
        "engine.requests.response_cache.ResponseCache._answers",
    ),
    "events": Bound(
        8 * MIB,
        "Events as they were told, for others who ask alike.",
        "engine.requests.subscriptions.Subscriptions._pages",
    ),
    "rendered pages": Bound(
        16 * MIB,
        "Reading pages as they are sent, by the version of the data.",
        "api.pages.reading.ReadingPages._kept",
    ),
    "pictures of pages": Bound(
        8 * MIB,
        "Pictures for link previews, by what is drawn.",
        "api.sharing.cards.Cards._kept",
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
    "subscribers": Bound(
        2_000 * 96 * KIB,
        "WebSockets and streams that are open: FOLLOWTHROUGH_SUBSCRIBERS.",
        "api.subscriptions.live.Live.open",
        each=96 * KIB,
    ),
    "clients": Bound(
        10_000 * 400,
        "When each client may send again, by address or token.",
        "api.auth.clients.Allowance._free_at",
        each=400,
    ),
    "refused clients": Bound(
        10_000 * 400,
        "When each address of which sign-ins were refused may try another.",
        "api.auth.clients.Allowance._free_at",
        each=400,
    ),
    "uploaders": Bound(
        10_000 * 400,
        "When each curator may upload another file.",
        "api.auth.clients.Allowance._free_at",
        each=400,
    ),
    "sign-ins": Bound(
        2 * MIB,
        "Who each credential is of, for seconds, by its digest.",
        "api.auth.sign_ins.SignIns._known",
    ),
    "accept headers": Bound(
        256 * 2 * KIB,
        "What a header asks for.",
        "api.http.endpoint._choose_media_type",
        each=2 * KIB,
    ),
    "words of articles": Bound(
        8_192 * 512,
        "Words as names are looked up by them.",
        "intake.text.tokens.fold_word",
        each=512,
    ),
    "names in words": Bound(
        32_768 * 1_024,
        "Names of parties and of articles as folded words, in the process that reads articles.",
        "intake.names.directory.fold_words",
        each=1_024,
    ),
    "letters of words": Bound(
        16_384 * 512,
        "Words in small letters, and whether they have capitals.",
        "intake.text.tokens._look_at",
        each=512,
    ),
    "characters of articles": Bound(
        16_384 * 512,
        "Pieces of texts as they are compared.",
        "intake.text.fingerprints._fold_chunk",
        each=512,
    ),
    "stems of articles": Bound(
        8_192 * 512,
        "Words without their endings, for likeness.",
        "intake.linking.stem_word",
        each=512,
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
    "staged records": Bound(
        48 * MIB, "Records of a bundle that is imported.", "store.bundles.stage.Stage._parsed"
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
"""By the name that `/metrics` shows. The limits hold for each process."""


class Holder(Protocol):
    """A cache or queue that knows its own size."""

    @property
    def bound(self) -> str:
        """Its name in `BOUNDS`."""
        ...

    @property
    def taken(self) -> int:
        """Its size now, in bytes."""
        ...

    @property
    def most(self) -> int:
        """Its limit, in bytes."""
        ...


_living: WeakSet[Holder] = WeakSet()
_counted: dict[str, Callable[[], int]] = {}


def register_holder(holder: Holder) -> None:
    """Lets `measure_usage` ask the holder while it exists. Raises KeyError if it has no row."""
    BOUNDS[holder.bound]
    _living.add(holder)


def register_count(name: str, entries: Callable[[], int]) -> None:
    """Lets `measure_usage` count the entries of a cache that is limited by their number.

    An `lru_cache` needs no call: it is found by its `where`. Raises KeyError if `name` has no row.
    """
    BOUNDS[name]
    _counted[name] = entries


def measure_usage() -> Mapping[str, tuple[int, int]]:
    """For each row of `BOUNDS`: the size in this process now, and the limit, in bytes."""
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
    """A least-recently-used cache with a limit in bytes.

    `put` is told the size of each value. If a value grows while it is kept, put it in again with
    its new size.
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
        """The values, least recently used first."""
        return (value for value, _ in self._kept.values())

    def get(self, key: _K) -> _V | None:
        """The value of the key, or None; it then counts as just used."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def size_of(self, key: _K) -> int:
        """The size with which the value of the key was put. Raises KeyError."""
        return self._kept[key][1]

    def put(self, key: _K, value: _V, size: int) -> None:
        """Keeps a value, and drops the least recently used ones until all fit.

        `size` is in bytes of memory, including the key. A value larger than the whole cache is not
        kept.
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
        """Forgets the value of the key, if there is one."""
        found = self._kept.pop(key, None)
        if found is not None:
            self.taken -= found[1]

    def clear(self) -> None:
        """Forgets everything."""
        self._kept.clear()
        self.taken = 0
