"""Answers kept by the version of the data that they were made from.

An answer is given again only while the data has that very version, so it is never older than
what the process knows of writes (`store.feed` states the bound). A write drops the answers
that read what it touched, and the others stay. Bounded in bytes of memory, with all that it takes
to keep one: a client may ask for many small answers, each in a way of its own.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from sys import getsizeof
from typing import TypeAlias

from store.bounds import register_holder
from store.feed import News
from store.reads.read_tracking import ANYTHING, Read
from store.reads.reader import Reader

LARGEST_SHARE = 16
"""One answer takes at most this part of all the room: a few large ones must not drive out the
many."""

MOST_READS = 1_000
"""An answer that read more than that is dropped with every write."""

BYTES_PER_ANSWER = 250
BYTES_PER_READ = 350
"""What it takes to keep an answer, and to remember that it read something, beside the bytes and
texts themselves: measured, as `tests/engine/requests/test_response_cache.py` does again."""

Key: TypeAlias = bytes
"""What an answer is asked for by: short, for it is kept as well."""


@dataclass(frozen=True, slots=True)
class _Answer:
    payload: bytes
    reads: tuple[Read, ...]
    size: int

    @classmethod
    def of(cls, key: Key, payload: bytes, reads: Collection[Read]) -> "_Answer":
        size = BYTES_PER_ANSWER + len(key) + len(payload)
        # The keys of records may be a client's own, and long: what is not there is read as well.
        for read in reads:
            size += BYTES_PER_READ + (0 if isinstance(read, str) else getsizeof(read[1]))
        return cls(payload, tuple(reads), size)


@dataclass(slots=True, weakref_slot=True, eq=False)
class KeptAnswers:
    """An LRU of response bodies of one data version at a time."""

    most_bytes: int
    hits: int = 0
    misses: int = 0
    _version: int | None = None
    _bytes: int = 0
    _answers: OrderedDict[Key, _Answer] = field(default_factory=OrderedDict)
    _readers: dict[Read, set[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        register_holder(self)

    @property
    def bound(self) -> str:
        """Its name among the bounds."""
        return "answers"

    @property
    def taken(self) -> int:
        """The bytes that it takes."""
        return self._bytes

    @property
    def most(self) -> int:
        """The most that it may take."""
        return self.most_bytes

    def get(self, version: int | None, key: Key) -> bytes | None:
        """The answer made from this version; None if there is none, or no version is known."""
        if version is None or version != self._version:
            self.misses += 1
            return None
        answer = self._answers.get(key)
        if answer is None:
            self.misses += 1
            return None
        self.hits += 1
        self._answers.move_to_end(key)
        return answer.payload

    def put(
        self,
        version: int | None,
        key: Key,
        payload: bytes,
        reads: Collection[Read] = (ANYTHING,),
    ) -> None:
        """Keeps an answer that was made from this version, before and after, by these reads."""
        answer = _Answer.of(key, payload, reads if len(reads) <= MOST_READS else (ANYTHING,))
        if version is None or answer.size > self.most_bytes // LARGEST_SHARE:
            return
        if version != self._version:
            self._clear(version)
        if key in self._answers:
            self._drop(key)
        self._answers[key] = answer
        self._bytes += answer.size
        for read in answer.reads:
            self._readers.setdefault(read, set()).add(key)
        while self._bytes > self.most_bytes:
            self._drop(next(iter(self._answers)))

    def hear(self, news: News) -> None:
        """Goes on to another version of the data; what did not read what it touched stays."""
        if news.version == self._version:
            return
        if self._version is None or news.version != self._version + 1 or news.touched is None:
            self._clear(news.version)
            return
        touched: set[Read] = {ANYTHING, *news.lists, *news.touched}
        for read in touched & self._readers.keys():
            # What was dropped for another read may have been the last that read this.
            for key in tuple(self._readers.get(read, ())):
                self._drop(key)
        self._version = news.version

    def _clear(self, version: int) -> None:
        self._answers.clear()
        self._readers.clear()
        self._bytes, self._version = 0, version

    def _drop(self, key: Key) -> None:
        answer = self._answers.pop(key)
        self._bytes -= answer.size
        for read in answer.reads:
            readers = self._readers[read]
            readers.discard(key)
            if not readers:
                del self._readers[read]


def asking(kept: KeptAnswers, reader: Reader) -> Callable[[], Awaitable[int]]:
    """A function that asks the store for its version, and lets `kept` hear of it."""

    async def asked() -> int:
        news = await reader.load_news()
        kept.hear(news)
        return news.version

    return asked
