"""The topics that there are: those of any record, and the wider ones above them.

Topics are few, so a process remembers them and reads them again only for one that it does not know.
It keeps a topic even when no record has it any more.
"""

from collections.abc import Sequence

from store.mongodb.driver import Database
from store.records.search_entries import ENTRIES


class Topics:
    """The topics of one database: `known` are those read so far, `ordered` the same, sorted."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.known: frozenset[str] = frozenset()
        self.ordered: Sequence[str] = ()

    async def refresh(self) -> frozenset[str]:
        """Reads all topics. One command, which skips from topic to topic in an index."""
        found = await self._database.distinct(ENTRIES, "topics")
        # The index has a null for records without a topic.
        if new := {topic for topic in found if topic is not None} - self.known:
            self.known |= new
            self.ordered = sorted(self.known)
        return self.known
