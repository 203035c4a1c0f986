"""The context of one operation: the reader of the store, one moment for all of it, its loaders."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from strawberry.dataloader import DataLoader

from engine.collection import Collection
from store.reads.reader import Reader
from store.records.history.statuses import today
from store.records.text_search import Query
from store.viewers import ANONYMOUS, Sight, Viewer
from store.writes.commands import Desk


def noon(day: str) -> datetime:
    """Noon of a day in UTC: the `now` of an operation for which that day is today."""
    return datetime.fromisoformat(f"{day}T12:00Z")


@dataclass(slots=True)
class Operation:
    """The context of one operation. `now` is the same for every field of it.

    `asked_by` is who asks; fields read it as `viewer`. `sight` is what that viewer sees, which is
    part of the keys of cached answers; `reader` reads that, whichever it was made for. `desk`
    carries out commands; there is none where nothing may be written. `event` is what a subscription
    tells of. `searches` has the searches of its filters, by noun and query, each with whether its
    scores are wanted.
    """

    reader: Reader
    now: datetime
    collections: Mapping[str, Collection]
    asked_by: Viewer = ANONYMOUS
    desk: Desk | None = None
    event: dict[str, Any] | None = None
    sight: Sight = field(init=False)
    searches: dict[tuple[str, Query], bool] = field(default_factory=dict)
    _loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)
    _asking: set[asyncio.Task[Any]] = field(default_factory=set)
    _told_of: set[Viewer] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sight = self.asked_by.sight
        if self.reader.sight is not self.sight:
            self.reader = self.reader.see_as(self.sight)

    @property
    def viewer(self) -> Viewer:
        """Who asks. An answer for which this was read is for nobody else, and is not cached."""
        self._told_of.add(self.asked_by)
        return self.asked_by

    @property
    def is_personal(self) -> bool:
        """Whether anything that was worked out depends on who asks, beyond what they see."""
        return bool(self._told_of)

    @property
    def today(self) -> str:
        """The day it is, in UTC, as an ISO string."""
        return today(self.now)

    def replace_day(self, day: str) -> Operation:
        """A copy of the operation for which another day is today."""
        return replace(self, now=noon(day))

    async def load(
        self,
        question: Hashable,
        answer: Callable[[Sequence[Any]], Awaitable[Mapping[Any, Any]]],
        key: Hashable,
        default: Callable[[], Any] = lambda: None,
    ) -> Any:
        """The answer for one key. Keys of one `question` that are loaded at a time are answered
        together.

        `answer` maps keys to answers; a key that it leaves out gets `default()`.
        """
        loader = self._loaders.get(question)
        if loader is None:

            async def answer_in_order(keys: list[Any]) -> list[Any]:
                asking = asyncio.current_task()
                assert asking is not None
                self._asking.add(asking)
                try:
                    found = await answer(keys)
                finally:
                    self._asking.discard(asking)
                return [found[key] if key in found else default() for key in keys]

            loader = self._loaders[question] = DataLoader(load_fn=answer_in_order)
        # Others may wait for the same answer when this one is given up.
        return await asyncio.shield(loader.load(key))

    def forget_loaded(self) -> None:
        """Has everything asked anew, because something was written."""
        self._loaders.clear()

    def give_up(self) -> None:
        """Cancels the loads that are still running."""
        for asking in tuple(self._asking):
            asking.cancel()
