"""What a command of MongoDB came to: which indexes it went by, and how much it looked at.

Read out of MongoDB's own `explain`, of the commands that were really sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from store.mongodb.driver import Database

Command: TypeAlias = Mapping[str, Any]

_EXPLAINED = ("find", "aggregate", "distinct")
_BELOW = ("inputStage", "inputStages", "thenStage", "elseStage", "outerStage", "innerStage")
_SHOWN = 64
_GROUPS = frozenset({"$group", "$bucket", "$sortByCount", "$facet"})


@dataclass(frozen=True, slots=True)
class Scan:
    """How a command reads one collection, and how much of it: `keys` of indexes, `documents`.

    `stages` lead from what is returned down to where it comes from. `sorted` is the most documents
    that may have been sorted in memory.
    """

    command: str
    collection: str
    stages: tuple[str, ...]
    indexes: tuple[str, ...]
    keys: int = 0
    documents: int = 0
    returned: int = 0
    sorted: int = 0

    @property
    def title(self) -> str:
        """The command, and the collection if it is another."""
        named = self.command.endswith(f" {self.collection}")
        return self.command if named else f"{self.command}, {self.collection}"

    @property
    def plan(self) -> str:
        """Stages, each kind once, and indexes; for people."""
        shown = (name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…" for name in self.indexes)
        return " ".join((", ".join(dict.fromkeys(self.stages)), *shown))

    @property
    def scans_all(self) -> bool:
        """No index is used at all."""
        return "COLLSCAN" in self.stages


async def explain_scans(database: Database, sent: Command) -> list[Scan]:
    """How MongoDB reads for a command, which is run once more; a getMore goes on with what the
    command before it began, and has none.
    """
    if next(iter(sent)) not in _EXPLAINED:
        return []
    named = title(sent)
    found = list(find_scans(named, await database.explain(sent)))
    for walk in _find_graph_lookups(sent):
        found += map(_drop_figures, find_scans(named, await _explain_graph_lookup(database, walk)))
    return found


async def _explain_graph_lookup(database: Database, walk: Command) -> Command:
    """MongoDB does not explain how `$graphLookup` reads; each of its steps is such a find."""
    next_ = {walk["connectToField"]: {"$in": [""]}, **walk.get("restrictSearchWithMatch", {})}
    return await database.explain({"find": walk["from"], "filter": next_})


def title(sent: Command) -> str:
    """A command's name and its collection."""
    name = next(iter(sent))
    return f"{name} {sent.get('collection', sent[name])}"


def find_scans(command: str, said: Any) -> Iterator[Scan]:
    """Every reading of a collection in an explanation with execution statistics."""
    if isinstance(said, list):
        for part in said:
            yield from find_scans(command, part)
    elif isinstance(said, Mapping):
        if "queryPlanner" in said:
            yield _scan(command, said)
        elif "stages" in said:
            yield from _scans_of_pipeline(command, said["stages"])
        else:
            for part in said.values():
                yield from find_scans(command, part)


def _scans_of_pipeline(command: str, stages: Sequence[Mapping[str, Any]]) -> Iterator[Scan]:
    """Adds to a pipeline's first scan what is sorted after it, as long as it is documents."""
    found = [scan for stage in stages for scan in find_scans(command, stage)]
    before = 0
    for stage in stages:
        if _GROUPS & stage.keys():
            break
        if "$sort" in stage and found:
            found[0] = replace(found[0], stages=("$sort", *found[0].stages), sorted=int(before))
        before = stage.get("nReturned", 0)
    yield from found


def _scan(command: str, said: Mapping[str, Any]) -> Scan:
    planner, counted = said["queryPlanner"], said["executionStats"]
    winning = planner["winningPlan"]
    plan = list(_walk_stages(winning.get("queryPlan", winning)))
    stages = tuple(stage["stage"] for stage in plan)
    return Scan(
        command=command,
        collection=planner["namespace"].partition(".")[2],
        stages=stages,
        indexes=tuple(dict.fromkeys(filter(None, map(_index_of, plan)))),
        keys=counted["totalKeysExamined"],
        documents=counted["totalDocsExamined"],
        returned=counted["nReturned"],
        sorted=counted["totalDocsExamined"] if "SORT" in stages else 0,
    )


def _index_of(stage: Mapping[str, Any]) -> str | None:
    """The index that a stage reads. One document by its key has a stage that names none."""
    name: str | None = stage.get("indexName")
    return "_id_" if stage["stage"] == "IDHACK" else name


def _walk_stages(stage: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield stage
    for name in _BELOW:
        below = stage.get(name, ())
        for one in [below] if isinstance(below, Mapping) else below:
            yield from _walk_stages(one)


def _find_graph_lookups(part: Any) -> Iterator[Mapping[str, Any]]:
    """Every `$graphLookup` of a command."""
    if isinstance(part, Mapping):
        for name, value in part.items():
            if name == "$graphLookup":
                yield value
            else:
                yield from _find_graph_lookups(value)
    elif isinstance(part, list):
        for one in part:
            yield from _find_graph_lookups(one)


def _drop_figures(scan: Scan) -> Scan:
    """What was explained for one step stands for all, and its figures for none."""
    return Scan(scan.command, scan.collection, ("$graphLookup", *scan.stages), scan.indexes)
