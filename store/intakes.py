"""The intakes of a store as jobs: taken by a lease, told step by step, finished once.

Whichever program is free takes what is QUEUED, or RUNNING with a lease that has ended because its
program was killed. Everything that a job writes is written only while the lease is its own, in one
transaction with what it says of the intake, so that two programs never finish one intake twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from store.mongodb.collections import INTAKES, PROPOSALS
from store.mongodb.driver import Database, DeleteMany, InsertOne, Session, UpdateOne
from store.records.base import Key, to_stored_precision
from store.records.intakes import IntakeState, IntakeStep
from store.writes.intake_events import tell_intake

LEASE = timedelta(seconds=30)
"""For how long a program has an intake to itself, unless it holds it for longer."""


@dataclass(frozen=True, slots=True)
class Job:
    """An intake that a program has to itself: what to read, and how. `given` is a pasted text,
    `file` the key of an upload in its place. `article_members` is what is known of the article.
    """

    key: Key
    given: str | None
    file: Key | None
    article: Key
    article_members: Mapping[str, Any]
    to_model: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an article came to: members of the intake, and the documents of its proposals."""

    members: Mapping[str, Any]
    proposals: Sequence[Mapping[str, Any]] = field(default=())


class Intakes:
    """The intakes of one database, for the programs that read them."""

    def __init__(self, database: Database, lease: timedelta = LEASE) -> None:
        self._database = database
        self._lease = lease

    async def take(self, me: Key, now: datetime) -> Job | None:
        """Takes the oldest intake that is free; None if there is none."""
        free = {
            "$or": [
                {"state": IntakeState.QUEUED.value},
                {"state": IntakeState.RUNNING.value, "until": {"$lte": now}},
            ]
        }
        order = [("submittedAt", 1), ("_id", 1)]
        for found in await self._database.find(INTAKES, free, fields={"_id": 1}, sort=order):
            job = await self._take_one(found["_id"], free, me, now)
            if job is not None:
                return job
        return None

    async def _take_one(
        self, key: Key, free: Mapping[str, Any], me: Key, now: datetime
    ) -> Job | None:
        taken = {
            "$set": {
                "state": IntakeState.RUNNING.value,
                "by": me,
                "until": to_stored_precision(now + self._lease),
            },
            "$inc": {"attempts": 1},
            "$unset": {"step": "", "failure": ""},
        }

        async def work(session: Session) -> dict[str, Any] | None:
            step = UpdateOne({"_id": key, **free}, taken)
            if not (await self._database.write(INTAKES, [step], session)).changed:
                return None
            await tell_intake(self._database, session, key, IntakeState.RUNNING, None, now)
            (found,) = await self._database.find(INTAKES, {"_id": key}, session=session)
            return found

        found = await self._database.transaction(work)
        return _to_job(found) if found is not None else None

    async def hold(self, key: Key, me: Key, now: datetime) -> bool:
        """Holds an intake for longer; whether it is still this program's."""
        until = {"$set": {"until": to_stored_precision(now + self._lease)}}
        return bool((await self._database.write(INTAKES, [UpdateOne(_own(key, me), until)])).found)

    async def note_step(self, key: Key, me: Key, step: IntakeStep, now: datetime) -> bool:
        """Says what is done with an intake now; whether it is still this program's."""
        until = to_stored_precision(now + self._lease)
        changes = {"$set": {"step": step.value, "until": until}}
        return await self._note(key, me, changes, IntakeState.RUNNING, step, now)

    async def finish(self, key: Key, me: Key, outcome: Outcome, now: datetime) -> bool:
        """Keeps what was found, in place of anything found before; whether it was this program's
        to keep.
        """
        count = len(outcome.proposals)
        changes = {
            "$set": {
                **outcome.members,
                "state": IntakeState.READY.value,
                "finishedAt": to_stored_precision(now),
                "proposalCount": count,
                "openCount": count,
            },
            "$unset": dict.fromkeys(("by", "until", "step", "given"), ""),
        }
        return await self._note(
            key, me, changes, IntakeState.READY, None, now, proposals=outcome.proposals
        )

    async def fail(self, key: Key, me: Key, code: str, message: str, now: datetime) -> bool:
        """Says why an intake cannot be read; whether it was this program's to say."""
        changes = {
            "$set": {
                "state": IntakeState.FAILED.value,
                "failure": {"code": code, "message": message},
                "finishedAt": to_stored_precision(now),
            },
            "$unset": dict.fromkeys(("by", "until", "step"), ""),
        }
        return await self._note(key, me, changes, IntakeState.FAILED, None, now)

    async def release(self, key: Key, me: Key, now: datetime) -> bool:
        """Lets others have an intake, as when this program ends."""
        changes = {
            "$set": {"state": IntakeState.QUEUED.value},
            "$unset": dict.fromkeys(("by", "until", "step"), ""),
        }
        return await self._note(key, me, changes, IntakeState.QUEUED, None, now)

    async def _note(
        self,
        key: Key,
        me: Key,
        changes: Mapping[str, Any],
        state: IntakeState,
        step: IntakeStep | None,
        now: datetime,
        *,
        proposals: Sequence[Mapping[str, Any]] | None = None,
    ) -> bool:
        async def work(session: Session) -> bool:
            update = UpdateOne(_own(key, me), changes)
            if not (await self._database.write(INTAKES, [update], session)).found:
                return False  # Somebody called it off, or another program has it by now.
            if proposals is not None:
                inserts = [InsertOne(dict(proposal)) for proposal in proposals]
                await self._database.write(
                    PROPOSALS, [DeleteMany({"intake": key}), *inserts], session
                )
            await tell_intake(self._database, session, key, state, step, now)
            return True

        return await self._database.transaction(work)


def _own(key: Key, me: Key) -> dict[str, Any]:
    return {"_id": key, "by": me, "state": IntakeState.RUNNING.value}


def _to_job(document: Mapping[str, Any]) -> Job:
    return Job(
        document["_id"],
        document.get("given"),
        document.get("file"),
        document["article"],
        document["articleMembers"],
        document["toModel"],
    )
