"""The topics that there are: those of any record, and the wider ones above them.

Topics are few, so a process remembers them and reads them again only for one that it does not know.
It keeps a topic even when no record has it any more.
"""

from collections.abc import Iterable, Sequence

from store.mongodb.collections import COUNTERS
from store.mongodb.driver import Database
from store.records.dimensions import DIMENSIONS
from store.records.search_entries import ENTRIES
from store.viewers import Sight

_COUNTED = sorted(noun for noun, dimensions in DIMENSIONS.items() if "TOPIC" in dimensions)
"""The nouns whose records have topics of their own; others have those of what they are about."""


class Topics:
    """The topics of one database that are in sight: `known` are those read so far, `ordered` the
    same, sorted.
    """

    def __init__(self, database: Database, sight: Sight) -> None:
        self._database = database
        self._sight = sight
        self.known: frozenset[str] = frozenset()
        self.ordered: Sequence[str] = ()

    async def refresh(self) -> frozenset[str]:
        """Reads all topics. One command."""
        found = await (self._all() if self._sight is Sight.ALL else self._published())
        if new := {*found} - self.known:
            self.known |= new
            self.ordered = sorted(self.known)
        return self.known

    async def _all(self) -> Iterable[str]:
        # Skips from topic to topic in the index, which has a null for records without a topic.
        found = await self._database.distinct(ENTRIES, "topics")
        return (topic for topic in found if topic is not None)

    async def _published(self) -> Iterable[str]:
        # The index does not know what is accepted; the counters hold nothing else.
        counters = await self._database.find(
            COUNTERS, {"_id": {"$in": _COUNTED}}, fields={"by.TOPIC": 1}
        )
        by = (counter.get("by", {}).get("TOPIC", {}) for counter in counters)
        return (topic for counted in by for topic, n in counted.items() if n)
