"""Answers kept by the version of the data that they were made from.

An answer is given again only while the data has that very version, so it is never older than
what the process knows of writes (`store.versions` states the bound). Bounded in bytes.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

LARGEST_SHARE = 16
"""One answer takes at most this part of all the room: a few large ones must not drive out the
many."""


@dataclass(slots=True)
class KeptAnswers:
    """An LRU of response bodies of one data version at a time."""

    most_bytes: int
    hits: int = 0
    misses: int = 0
    _version: int | None = None
    _bytes: int = 0
    _answers: OrderedDict[Hashable, bytes] = field(default_factory=OrderedDict)

    def get(self, version: int | None, key: Hashable) -> bytes | None:
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
        return answer

    def put(self, version: int | None, key: Hashable, answer: bytes) -> None:
        """Keeps an answer that was made from this version, before and after."""
        if version is None or len(answer) > self.most_bytes // LARGEST_SHARE:
            return
        if version != self._version:
            self._answers.clear()
            self._bytes, self._version = 0, version
        self._bytes += len(answer) - len(self._answers.get(key, b""))
        self._answers[key] = answer
        self._answers.move_to_end(key)
        while self._bytes > self.most_bytes:
            _, dropped = self._answers.popitem(last=False)
            self._bytes -= len(dropped)
