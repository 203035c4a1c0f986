"""Says that an intake went on, in the transaction in which it did, and tells kept answers of it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from store.mongodb.collections import INTAKE_EVENTS, INTAKES, PROPOSALS
from store.mongodb.driver import Database, InsertOne, Session
from store.mongodb.keys import new_key
from store.records.base import Key, to_stored_precision
from store.records.intakes import IntakeState, IntakeStep
from store.writes.counters import advance_to, data_version

KEPT_FOR = timedelta(days=1)
"""How long events are kept: whoever was away for longer asks for the intakes again."""

LISTS: Collection[str] = (INTAKES, PROPOSALS)
"""The collections that are others with each decision about proposals."""


async def tell_intake(
    database: Database,
    session: Session,
    key: Key,
    state: IntakeState,
    step: IntakeStep | None,
    now: datetime,
) -> None:
    """Advances the version of the data, and adds the event that the intake has this state now."""
    version = await data_version(database, session) + 1
    await advance_to(database, session, version, (), LISTS)
    at = to_stored_precision(now)
    event = {
        "_id": new_key(),
        "intake": key,
        "state": state.value,
        **({"step": step.value} if step is not None else {}),
        "at": at,
        "dataVersion": version,
        "sequence": 0,
        "until": at + KEPT_FOR,
    }
    await database.write(INTAKE_EVENTS, [InsertOne(event)], session)
