"""The response cache: answers by the version of the data that they were made from.

An answer is given again only while the data has that very version, so it is never older than
what the process knows of writes (`store.feed` states the bound). A write drops the answers
that read what it touched, and the others stay. Bounded in bytes of memory, with all that it takes
to keep one: a client may ask for many small answers, each in a way of its own.

`get` and `put` are for whoever answers, and `hear` for whoever is told of writes. What may be kept,
and under which key, is said here and nowhere else.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from hashlib import blake2b
from sys import getsizeof
from typing import Any, TypeAlias

import orjson

from engine.requests.answer import Answer, Tier
from store.bounds import register_holder
from store.feed import News
from store.reads.read_tracking import ANYTHING, Read
from store.reads.reader import Reader

LARGEST_SHARE = 16
"""One answer takes at most this part of all the room: a few large ones must not drive out the
many."""

LONGEST_KEPT = 20_000
"""Characters of a document, and bytes of the JSON of variables and what else is asked for beside
it: no answer is kept for what is longer."""

LONGEST_KEY = 200
"""Bytes of that JSON that a key has as they are; longer ones are replaced by a digest, which takes
longer to make than all the rest of a key."""

MOST_READS = 1_000
"""An answer that read more than that is dropped with every write."""

BYTES_PER_ANSWER = 250
BYTES_PER_READ = 350
"""What it takes to keep an answer, and to remember that it read something, beside the bytes and
texts themselves: measured, as `tests/engine/requests/test_response_cache.py` does again."""

Key: TypeAlias = bytes
"""What an answer is asked for by: at most `LONGEST_KEY` bytes more than a digest, for it is kept as
well."""

Version: TypeAlias = Callable[[], Awaitable[int | None]]
"""Tells the version of the data, as far as the process knows it; None while that is not certain."""


def digest_operation(query: str, operation_name: str) -> bytes | None:
    """What stands for an operation of a document; None if it is too long to keep its answers."""
    if len(query) > LONGEST_KEPT:
        return None
    # No name has a zero in it. A text may have half a character in it, if nowhere that matters.
    text = f"{operation_name}\0{query}".encode(errors="surrogatepass")
    return blake2b(text, digest_size=32).digest()


def make_key(operation: bytes | None, depends_on: Any) -> Key | None:
    """The key of an operation's answer that depends on this, beside the data; None if none is kept.

    `operation` is of `digest_operation`; `depends_on` is anything that JSON has.
    """
    if operation is None:
        return None
    try:
        asked = orjson.dumps(depends_on)
    except orjson.JSONEncodeError:
        # Variables nest too deep to be written, or to be taken: the executor will say which.
        return None
    if len(asked) > LONGEST_KEPT:
        return None
    return operation + (
        asked if len(asked) <= LONGEST_KEY else blake2b(asked, digest_size=32).digest()
    )


async def _unknown() -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class _Kept:
    payload: bytes
    reads: tuple[Read, ...]
    size: int

    @classmethod
    def of(cls, key: Key, payload: bytes, reads: Collection[Read]) -> "_Kept":
        size = BYTES_PER_ANSWER + len(key) + len(payload)
        # The keys of records may be a client's own, and long: what is not there is read as well.
        for read in reads:
            size += BYTES_PER_READ + (0 if isinstance(read, str) else getsizeof(read[1]))
        return cls(payload, tuple(reads), size)


@dataclass(slots=True, weakref_slot=True, eq=False)
class ResponseCache:
    """An LRU of response bodies of one data version at a time.

    `version` is how the process knows it, be it that it asks or that it was told; whoever is told
    lets `hear` know. While there is none, nothing is kept.
    """

    most_bytes: int
    version: Version = _unknown
    hits: int = 0
    misses: int = 0
    _version: int | None = None
    _bytes: int = 0
    _answers: OrderedDict[Key, _Kept] = field(default_factory=OrderedDict)
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

    def get(self, key: Key, version: int | None) -> bytes | None:
        """The answer made from this version; None if there is none, or no version is known."""
        if version is None or version != self._version:
            self.misses += 1
            return None
        kept = self._answers.get(key)
        if kept is None:
            self.misses += 1
            return None
        self.hits += 1
        self._answers.move_to_end(key)
        return kept.payload

    async def put(
        self, key: Key, version: int | None, answer: Answer, reads: Collection[Read]
    ) -> None:
        """Keeps an answer that these reads made from this version, if it may be kept.

        It may be if a plan alone made it, which has no error to tell, if nothing was written
        meanwhile, and if it is not too large.
        """
        if answer.tier is not Tier.PLAN or answer.payload is None or "errors" in answer.body:
            return
        kept = _Kept.of(key, answer.payload, reads if len(reads) <= MOST_READS else (ANYTHING,))
        if version is None or kept.size > self.most_bytes // LARGEST_SHARE:
            return
        if version == await self.version():
            self._keep(key, version, kept)

    async def ask(self, reader: Reader) -> int:
        """The version that the store has now, of which it hears."""
        news = await reader.load_news()
        self.hear(news)
        return news.version

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

    def _keep(self, key: Key, version: int, kept: _Kept) -> None:
        if version != self._version:
            self._clear(version)
        if key in self._answers:
            self._drop(key)
        self._answers[key] = kept
        self._bytes += kept.size
        for read in kept.reads:
            self._readers.setdefault(read, set()).add(key)
        while self._bytes > self.most_bytes:
            self._drop(next(iter(self._answers)))

    def _clear(self, version: int) -> None:
        self._answers.clear()
        self._readers.clear()
        self._bytes, self._version = 0, version

    def _drop(self, key: Key) -> None:
        kept = self._answers.pop(key)
        self._bytes -= kept.size
        for read in kept.reads:
            readers = self._readers[read]
            readers.discard(key)
            if not readers:
                del self._readers[read]
