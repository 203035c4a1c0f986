"""Which histories were the same at an earlier moment, and which rest on anything recorded since and
must be folded anew; and statistics of both together.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from store.gather import gather_all
from store.mongodb.driver import Document
from store.reads.queries import Query, match_all
from store.reads.read_tracking import TrackedDatabase
from store.records.history.commitment_statistics import Statistics
from store.records.history.statuses import OPEN_END, today

BATCH = 1_000
MOST_GROUPS = 10_000
"""The most groups as known at an earlier moment: these are added up in our own memory."""


class TooManyGroups(Exception):
    """There are more than `MOST_GROUPS` groups."""


@dataclass(frozen=True, slots=True)
class GroupedQuery:
    """What to compute of the records that match a query: the figures of a day, and the `first`
    largest groups by `dimensions`. `known_at` leaves out what was recorded later.
    """

    query: Query
    day: str
    dimensions: Sequence[str] = ()
    first: int = 0
    known_at: datetime | None = None


Asked = TypeVar("Asked", bound=GroupedQuery)


async def compute_statistics(
    noun: str,
    asked: Asked,
    aggregate: Callable[[Asked], Awaitable[Statistics]],
    fold: Callable[[Asked, datetime], Awaitable[Statistics]],
) -> Statistics:
    """What `aggregate` counts, and as known earlier what it counts of the histories that were the
    same, with what `fold` makes of the others. Raises TooManyGroups.
    """
    if asked.known_at is None:
        return await aggregate(asked)
    query = match_all(asked.query, match_unchanged(noun, asked.known_at))
    kept = replace(asked, query=query, first=MOST_GROUPS + 1)
    found: Statistics
    found, folded = await gather_all([aggregate(kept), fold(asked, asked.known_at)])
    found.merge(folded)
    refuse_too_many(found)
    return found


def refuse_too_many(found: Statistics) -> None:
    """Raises TooManyGroups if there are more than may be added up."""
    if len(found.groups) > MOST_GROUPS:
        raise TooManyGroups


def match_unchanged(noun: str, known_at: datetime) -> Query:
    """The query for commitments or requests recorded by then, together with all that they depend
    on.
    """
    later = {path: {"$not": condition} for path, condition in _match_later(noun, known_at).items()}
    return {"recordedAt": {"$lte": known_at}, **later}


def stream_changed(
    database: TrackedDatabase, noun: str, query: Query, known_at: datetime, fields: Sequence[str]
) -> AsyncIterator[Document]:
    """Those that match, recorded by then, whose history depends on later records."""
    later = [{path: condition} for path, condition in _match_later(noun, known_at).items()]
    wanted = match_all(query, {"recordedAt": {"$lte": known_at}}, {"$or": later})
    return database.stream(noun, wanted, fields=dict.fromkeys(fields, 1), batch=BATCH)


def _match_later(noun: str, known_at: datetime) -> Mapping[str, Query]:
    """Conditions by path, for a history with something that was not known yet.

    That is a follow-up, an assessment, the withdrawal of one, or a commitment that answers a
    request.
    """
    recorded: Query = {"$gt": known_at}
    withdrawn = {"withdrawn": {"$gt": today(known_at), "$lt": OPEN_END}}
    answers = {"derived.answers.recordedAt": recorded} if noun == "requests" else {}
    return {
        "derived.edges.recordedAt": recorded,
        "derived.judged.recordedAt": recorded,
        "derived.judged": {"$elemMatch": withdrawn},
        **answers,
    }
