"""What was worked out, as writes: only what is not stored so already."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.mongodb.driver import Database, InsertOne, ReplaceOne, Session, UpdateOne, Write
from store.records.base import At
from store.records.search_entries import ENTRIES
from store.writes.counters import Steps
from store.writes.projections import Worked, store_entries
from store.writes.unit_of_work import World


@dataclass(frozen=True, slots=True)
class DerivedWrites:
    """The writes by noun, the entries, and by how much the counters change."""

    by_noun: Mapping[str, list[Write]]
    entries: list[dict[str, Any]]
    steps: Steps

    @property
    def lists(self) -> set[str]:
        """The collections that hold anything new."""
        return {*self.by_noun, *([ENTRIES] if self.entries else ())}

    async def store(self, database: Database, session: Session, *, for_good: bool = True) -> None:
        """Sends them all. Unless it is `for_good`, nothing that the transaction would not undo."""
        for noun, operations in self.by_noun.items():
            await database.write(noun, operations, session)
        await store_entries(database, self.entries, session, for_good=for_good)
        await self.steps.store(database, session)


def write_derived(
    world: World,
    worked: Worked,
    changed: Mapping[At, tuple[Mapping[str, Any] | None, Mapping[str, Any]]] | None = None,
) -> DerivedWrites:
    """The writes of what was changed, as a whole with what is derived; of other records of what is
    derived alone, where it is not what it was. `changed` has documents before and after.
    """
    steps, writes = Steps(), defaultdict[str, list[Write]](list)
    alike = {
        at: before["derived"]
        for at, (before, _) in (changed or {}).items()
        if before is not None and at not in worked.derived
    }
    for at, derived in {**worked.derived, **alike}.items():
        noun, key = at
        if changed is not None and at in changed:
            before, document = changed[at]
            after = {**document, "derived": derived}
            steps.changed(noun, before, after)
            new = before is None
            writes[noun].append(InsertOne(after) if new else ReplaceOne({"_id": key}, after))
            continue
        stored = world.document(noun, key)
        if stored is not None and derived != stored.get("derived"):
            steps.changed(noun, stored, {**stored, "derived": derived})
            writes[noun].append(UpdateOne({"_id": key}, {"$set": {"derived": derived}}))
    return DerivedWrites(writes, list(worked.entries), steps)
