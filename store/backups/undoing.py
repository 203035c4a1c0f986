"""Takes a restored store back to an earlier moment, by its log of changes.

The log has each record as it was before each change. The changes after the moment are undone from
the last to the first, and everything derived is worked out again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from store.mongodb.collections import (
    CHANGES,
    COMMANDS,
    COMMENTS,
    INTAKE_EVENTS,
    META,
    QUEUE,
    STATUS_CHANGES,
    VOCABULARY,
)
from store.mongodb.driver import Database, DeleteOne, ReplaceOne, Session, Write
from store.records.nouns import NOUNS
from store.records.search_entries import ENTRIES
from store.writes.counters import advance, announce
from store.writes.rebuild import REBUILDING, rebuild

BATCH: Final = 500


async def undo_until(database: Database, moment: datetime) -> AsyncIterator[int]:
    """Undoes every change after the moment; yields how many were undone.

    Until it has come to its end, what is derived does not fit the records.
    """
    after = {"at": {"$gt": moment}}
    latest_first = [("dataVersion", -1), ("sequence", -1)]
    while changes := await database.find(CHANGES, after, sort=latest_first, limit=BATCH):
        await database.transaction(partial(_undo, database, changes))
        yield len(changes)
    for name in (STATUS_CHANGES, COMMENTS, INTAKE_EVENTS):
        await _empty(database, name, after)
    # Those of undone commands would be answered as done; what waits is worked out below. Words and
    # entries of what is gone are of no use.
    for name in (COMMANDS, QUEUE, VOCABULARY, ENTRIES):
        await _empty(database, name, {})
    await database.write(META, [DeleteOne({"_id": REBUILDING})])
    async for _ in rebuild(database):
        yield 0


async def _empty(database: Database, name: str, query: Mapping[str, Any]) -> None:
    await database.command({"delete": name, "deletes": [{"q": query, "limit": 0}]})


async def _undo(database: Database, changes: Sequence[Mapping[str, Any]], session: Session) -> None:
    """Undoes changes that are the latest of all, latest first."""
    version = await advance(database, session)
    for noun in NOUNS:
        # Of each record the earliest change decides what it was, and all count.
        of_noun = [change for change in changes if change["noun"] == noun]
        earliest = {change["record"]: change for change in of_noun}
        found = await database.find(noun, {"_id": {"$in": list(earliest)}}, session=session)
        writes: list[Write] = []
        for document in found:
            key = document["_id"]
            count = sum(change["record"] == key for change in of_noun)
            before = earliest[key].get("before")
            if before is None:
                writes.append(DeleteOne({"_id": key}))
            else:
                dates = await _find_dates(database, noun, key, earliest[key], document, session)
                earlier = document["version"] - count
                derived = {"derived": document["derived"]} if "derived" in document else {}
                whole = {**before, **dates, "version": earlier, **derived}
                writes.append(ReplaceOne({"_id": key}, whole))
        await database.write(noun, writes, session, validated=False)
    gone: list[Write] = [DeleteOne({"_id": change["_id"]}) for change in changes]
    await database.write(CHANGES, gone, session)
    await announce(database, session, version, None)


async def _find_dates(
    database: Database,
    noun: str,
    key: str,
    change: Mapping[str, Any],
    document: Mapping[str, Any],
    session: Session,
) -> dict[str, Any]:
    """When the record was created and last changed, as of before a change."""
    query = {"record": key, "noun": noun, "dataVersion": {"$lt": change["dataVersion"]}}
    order = [("dataVersion", -1)]
    last = await database.find(
        CHANGES, query, fields={"at": 1}, sort=order, limit=1, session=session
    )
    updated = last[0]["at"] if last else document["createdAt"]
    return {"createdAt": document["createdAt"], "updatedAt": updated}
