"""Which topics there are: what any record is about, with the wider ones above it.

They need no setting up and are few, so a process remembers them and asks again only for one that
it has not heard of. What it remembers it goes on knowing, even if a record is about something else
since: only what nothing was about is unknown.
"""

from collections.abc import Sequence

from store.mongodb.driver import Database
from store.records.search_entries import ENTRIES


class Topics:
    """The topics of one database, as far as they are `known`; `ordered` has the same by name."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.known: frozenset[str] = frozenset()
        self.ordered: Sequence[str] = ()

    async def refresh(self) -> frozenset[str]:
        """All topics: one command, which skips from each topic to the next in an index."""
        found = await self._database.distinct(ENTRIES, "topics")
        # Where something has no topic, the index says so.
        if new := {topic for topic in found if topic is not None} - self.known:
            self.known |= new
            self.ordered = sorted(self.known)
        return self.known
