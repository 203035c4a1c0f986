"""A process that times single writes: edits, a follow-up, writers at once, and the renaming and
merging of a hub, with how fast those are told of it that name it.

It is run in a checkout, this one or an older one, and prints one object of JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Iterable
from statistics import quantiles
from typing import Any

try:
    from store.mongodb.documents import to_record
    from store.mongodb.driver import CommandLog, Database
    from store.writes.writer import Author, Draft, Writer
except ImportError:  # before the rooms had floors
    from store.documents import to_record  # type: ignore[import-not-found, no-redef]
    from store.mongo import CommandLog, Database  # type: ignore[import-not-found, no-redef]
    from store.writer import Author, Draft, Writer  # type: ignore[import-not-found, no-redef]

try:
    from store.writes.queue import work_off
except ImportError:  # before anything was put off
    work_off = None  # type: ignore[assignment]

TIMES = 40
WRITERS = 8
HUB, OTHER = "hub", "hub-2"


async def main(url: str, name: str) -> None:
    """Times every sort of write, and prints milliseconds and commands of each."""
    log = CommandLog()
    database = Database.connect(url, name, log=log)
    writer = Writer(database)
    found: dict[str, Any] = {}
    try:
        async for sort, drafts in _drafts(database):
            took, commands = [], []
            for draft in drafts:
                log.commands.clear()
                began = time.perf_counter()
                try:
                    await writer.write([draft], Author("benchmark"))
                except Exception as error:
                    found[sort] = {"failed": str(error)[:200]}
                    break
                took.append((time.perf_counter() - began) * 1000)
                commands.append(len(log.commands))
            if took:
                found.setdefault(sort, {}).update(_summed_up(took, commands))
            if work_off is not None and (told := await _work_off(database)):
                found[sort] |= told
        if rates := await _write_at_once(database, writer):
            found[f"{WRITERS} writers at once"] = rates
    finally:
        database.close()
    sys.stdout.write(json.dumps(found))


async def _work_off(database: Database) -> dict[str, float]:
    """How many records a second are told of what was put off; empty if nothing was."""
    began, done = time.perf_counter(), 0
    async for batch in work_off(database):
        done += batch
    return {"told records/s": done / (time.perf_counter() - began)} if done else {}


async def _write_at_once(database: Database, writer: Writer) -> dict[str, float]:
    """Writers that edit follow-ups of their own at the same time: all meet at the version of the
    data, and often at counters.
    """
    stored = await database.find("follow_ups", {}, sort=[("_id", -1)], limit=TIMES * WRITERS)
    records = [to_record("follow_ups", document) for document in stored]
    took: list[float] = []

    async def write(own: Iterable[Any]) -> None:
        for record in own:
            began = time.perf_counter()
            draft = Draft(_changed(record, rationale=f"Looked at at once: {record.key}."))
            await writer.write([draft], Author("benchmark"))
            took.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(write(records[n::WRITERS]) for n in range(WRITERS)))
    if not took:
        return {}
    figures = _summed_up(took, [0])
    del figures["commands"]
    return {**figures, "writes/s": len(took) / (time.perf_counter() - began)}


def _summed_up(took: list[float], commands: Iterable[int]) -> dict[str, Any]:
    twentieths = quantiles(took, n=20, method="inclusive") if len(took) > 1 else took * 19
    return {"p50 ms": twentieths[9], "p95 ms": twentieths[18], "commands": max(commands)}


async def _drafts(database: Database) -> AsyncIterator[tuple[str, list[Draft]]]:
    stored = await database.find("follow_ups", {}, sort=[("_id", 1)], limit=TIMES)
    follow_ups = [to_record("follow_ups", document) for document in stored]
    if follow_ups:
        yield (
            "edit",
            [Draft(_changed(f, rationale=f"Looked at again: {f.key}.")) for f in follow_ups],
        )
        yield (
            "follow-up",
            [Draft(_changed(f, key=f"{f.key}-new", version=None)) for f in follow_ups],
        )
    for word in ("One", "Other"):  # twice, for what is warm and what is not
        for document in await database.find("parties", {"_id": HUB}):
            yield f"rename {word}", [Draft(_changed(to_record("parties", document), name=word))]
    for sort, into in (("merge", OTHER), ("unmerge", None)):
        for document in await database.find("parties", {"_id": HUB}):
            yield sort, [Draft(_changed(to_record("parties", document), merged_into=into))]


def _changed(record: Any, **members: Any) -> Any:
    return record.model_copy(update=members)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
