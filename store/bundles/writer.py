"""Writes what is staged, in batches that MongoDB takes; smaller ones where it does not.

What a transaction may come to depends on MongoDB's memory and on what else is done meanwhile, so
batches are bounded by a guess, and halved where the guess was too high.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from store.bundles.first_load import FirstLoad, claim
from store.bundles.reader import Place
from store.bundles.sources import Vanished
from store.bundles.stage import Batching, Stage
from store.mongodb.driver import Database, GaveUp, Refused, Unreachable
from store.records.base import At, Curation, Record, to_stored_precision
from store.records.nouns import noun_of
from store.writes.writer import Author, Draft, Receipt, Writer

Result = TypeVar("Result")

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how many records of it are done, and of how many, if that is known."""

PATIENCE_S = 5.0
"""How long a batch is tried again that meets others. MongoDB also says that it meets others where
it has not the memory for all of it, and then no patience helps, but a smaller batch."""

IN_FLIGHT = 3
"""Batches of a first load that are written at a time; no other writer is there to be met."""

TRIES = 6
LONGEST_PAUSE_S = 5.0
LONGEST_S = 60.0
SLOW_S = 15.0
"""A batch that takes longer makes those after it smaller: a transaction has 60 seconds."""

# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
_TOO_MUCH = frozenset({50, 112, 251, 257, 262, 290, 388, 10334, 17419, 17420})
"""What MongoDB answers to a transaction that is too large, lasts too long, or writes what another
one writes, which a shorter one does more seldom."""
_IN_THE_WAY = frozenset({91, 112, 189, 211, 246, 251, 10107, 11600, 11602, 13435, 13436})
"""What it answers while another transaction, an election or an exchange of keys is in the way."""


@dataclass(slots=True)
class Imported:
    """How many records an import created, updated, and found unchanged, by noun. `unreviewed` are
    those among the first two that nobody has accepted yet, which lists do not show. `resumed` says
    that it went on with one that was cut off, and `vanished` is what its source has no more."""

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    unreviewed: dict[str, int] = field(default_factory=dict)
    resumed: bool = False
    vanished: list[Vanished] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All records of the bundle."""
        return sum(sum(counts.values()) for counts in (self.created, self.updated, self.unchanged))

    def add(self, receipt: Receipt, records: Iterable[Record]) -> None:
        """Counts one batch."""
        _count(self.created, receipt.created)
        _count(self.updated, receipt.updated)
        _count(self.unchanged, receipt.unchanged)
        written = {*receipt.created, *receipt.updated}
        waiting = (Curation.PROPOSED, Curation.IN_REVIEW)
        unreviewed = [r for r in records if r.curation in waiting]
        ats = [(noun_of(r), r.key) for r in unreviewed]
        _count(self.unreviewed, (at for at in ats if at in written))


class CutOff(Exception):
    """MongoDB did not take all of a bundle. Some of it may be written; the message says how much,
    and what to do."""


async def write_staged(
    database: Database, stage: Stage, author: Author, progress: Progress, batching: Batching
) -> Imported:
    """Writes all that is staged; raises CutOff where MongoDB stops taking it, OtherLoad."""
    writing = _Writing(stage, progress, batching)
    try:
        await _write(database.with_patience(PATIENCE_S), stage, author, writing, batching)
    except _Stopped as stopped:
        raise writing.cut_off(stopped.records, stopped.error) from stopped.error
    return writing.imported


async def _write(
    database: Database, stage: Stage, author: Author, writing: "_Writing", batching: Batching
) -> None:
    if len(stage) > batching.records:
        now = to_stored_precision(datetime.now(UTC))
        load = await claim(database, stage, author, now)
        if load is not None:
            await writing.write_first(load)
            return
    writer = Writer(database, staged=stage.record)
    for records in stage.batches(batching):
        await writing.write(records, lambda records: writer.write(drafts(records), author))


class _Stopped(Exception):
    def __init__(self, records: Sequence[Record], error: Exception) -> None:
        self.records, self.error = records, error


class _Writing:
    def __init__(self, stage: Stage, progress: Progress, batching: Batching) -> None:
        self.imported = Imported()
        self._stage = stage
        self._progress, self._batching = progress, batching
        self._done, self._total = 0, len(stage)
        self._doing = "Writing"

    async def write_first(self, load: FirstLoad) -> None:
        """Writes all batches of a first load, some while the next is worked out."""
        self.imported.resumed = load.resumed
        self._doing = "Loading"
        under_way: set[asyncio.Task[None]] = set()
        stopped: list[BaseException] = []
        for records in self._stage.batches(self._batching, resting=False, in_turn=False):
            batch = await load.work_out(records)
            under_way.add(asyncio.create_task(self.write(records, partial(load.store, batch))))
            while len(under_way) >= IN_FLIGHT and not stopped:
                ended, under_way = await asyncio.wait(under_way, return_when="FIRST_COMPLETED")
                stopped += [error for task in ended if (error := task.exception()) is not None]
            if stopped:
                break
        # What is under way may go well, and is said to be done then.
        rest = await asyncio.gather(*under_way, return_exceptions=True)
        stopped += [error for error in rest if isinstance(error, BaseException)]
        if stopped:
            raise stopped[0]
        await tried_again(lambda: load.finish(self._progress))

    async def write(
        self,
        records: Sequence[Record],
        store: Callable[[Sequence[Record]], Awaitable[Receipt]],
    ) -> None:
        """Writes a batch in one transaction, or its halves where that is too much."""
        began = time.monotonic()
        try:
            receipt = await tried_again(lambda: store(records))
        except (Refused, Unreachable, GaveUp) as error:
            if not _is_too_much(error) or len(records) == 1:
                raise _Stopped(records, error) from error
            self._batching.shrink_to(len(records) // 2)
            half = (len(records) + 1) // 2
            await self.write(records[:half], store)
            await self.write(records[half:], store)
            return
        if time.monotonic() - began > SLOW_S:
            self._batching.shrink_to(len(records) // 2)
        else:
            self._batching.grow()
        self.imported.add(receipt, records)
        self._done += len(records)
        self._progress(self._doing, self._done, self._total)

    def cut_off(self, records: Sequence[Record], error: Exception) -> CutOff:
        """What is told where MongoDB does not take these records."""
        done = (
            f"{self._done:,} of {self._total:,} records are written. Import the same again: it "
            "finds these unchanged and goes on"
        )
        if not _is_too_much(error):
            return CutOff(f"MongoDB stopped taking records: {error}\n{done}.")
        noun, key = noun_of(records[0]), records[0].key
        place = self._stage.place(noun, key) or Place("(nothing)", 0)
        return CutOff(
            f"{place}: {noun}/{key}: this record, with what is kept of it elsewhere, is more than "
            f"MongoDB takes at once: {error}\n{done}. First give MongoDB more memory: "
            "FOLLOWTHROUGH_CACHE_GB=1 for our own, which has 0.25 unless you say more, "
            "wiredTigerCacheSizeGB for another. If that does not help, split the record."
        )


async def tried_again(work: Callable[[], Awaitable[Result]]) -> Result:
    """What `work` gives, tried again with pauses while MongoDB says that something passing is in
    the way. To write again does no harm: what is written already is found unchanged.
    """
    began = time.monotonic()
    for tried in range(1, TRIES):
        try:
            return await work()
        except (Refused, Unreachable) as error:
            passes = isinstance(error, Unreachable) or error.code in _IN_THE_WAY
            # A transaction is run again by itself: more of that is no use.
            if not passes or time.monotonic() - began > LONGEST_S:
                raise
        await asyncio.sleep(min(0.25 * 2**tried, LONGEST_PAUSE_S))
    return await work()


def drafts(records: Iterable[Record]) -> list[Draft]:
    """Drafts that refuse to overwrite a version later than the one in the bundle, if it has one."""
    return [Draft(record, expected_version=record.version) for record in records]


def _is_too_much(error: Exception) -> bool:
    if isinstance(error, Refused | GaveUp):
        return error.code in _TOO_MUCH or "-31800" in str(error)
    return False


def _count(counts: dict[str, int], ats: Iterable[At]) -> None:
    for noun, _ in ats:
        counts[noun] = counts.get(noun, 0) + 1
