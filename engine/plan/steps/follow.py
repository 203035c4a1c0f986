"""Fetches the documents that rows link to, or that arguments name.

Links of a level to one collection are one command, whichever fields they come from. Documents
that an earlier level read as fully are not read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine import global_ids
from engine.collection import NOTICE, Collection
from engine.fields import LINKS, Chosen, Looked
from engine.plan.fetch import Fetch, Found, Onward, PlanBelow, Route, Step, slot_of
from engine.plan.selection import Field, paths_of
from engine.rows import Row
from store.gather import gather_all
from store.reads.reader import outermost_paths
from store.records.base import At

_ALWAYS = ("_id", "mergedInto", "curation")


@dataclass(slots=True, eq=False)
class Follow(Step):
    """Fetches what a `Link`, a `Chosen` or a `Looked` leads to.

    `needs` and `below` are by the type of the documents. `shows_notices` says that this can be that
    of notices of retracted records.
    """

    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    below: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    shows_notices: bool = False

    @classmethod
    def plan(cls, selected: Field, route: Route, plan_below: PlanBelow) -> Follow:
        """The step for a field. Raises NotPlanned."""
        selections = selected.selections
        return cls(
            selected,
            route,
            needs={name: frozenset(paths_of(below)) for name, below in selections.items()},
            below={name: plan_below(below) for name, below in selections.items()},
            shows_notices=NOTICE in selections,
        )

    @classmethod
    def start(cls, fetch: Fetch, work: Sequence[tuple[Any, list[Row]]]) -> list[Awaitable[Onward]]:
        """One answer for all: what several fields link to in a collection is read together."""
        return [_follow_all(fetch, work)]

    def describe(self) -> str:
        """What the step does, in words for people."""
        declaration = self.field.declaration
        assert isinstance(declaration, LINKS)
        target = declaration.collection or "the collections that rows name"
        needs = frozenset[str]().union(*self.needs.values())
        return f"find in {target} by key, reading {' '.join(sorted(needs)) or '_id'}"

    def steps_below(self) -> Iterator[Sequence[Step]]:
        """Those for the documents of each type."""
        yield from self.below.values()

    def places(self, fetch: Fetch, rows: list[Row]) -> dict[Hashable, At]:
        """Collection and key of all that the rows link to, by the link."""
        declaration = self.field.declaration
        assert isinstance(declaration, LINKS)
        slot = slot_of(self.field)
        if isinstance(declaration, Looked):
            given = fetch.arguments_of(self.field)[declaration.argument]
            look_up = global_ids.locate_all if declaration.many else global_ids.locate
            value = look_up(declaration, given, fetch.operation.collections)
            for row in rows:
                row[slot] = value
        elif isinstance(declaration, Chosen):
            arguments = fetch.arguments_of(self.field)
            for row in rows:
                row[slot] = declaration.key_in(row, arguments)
        found = map(declaration.links_of(slot), rows)
        if declaration.many:
            links = [link for several in found for link in several or ()]
        else:
            links = [link for link in found if link is not None]
        return declaration.places_of(links)


async def _follow_all(fetch: Fetch, work: Sequence[tuple[Follow, list[Row]]]) -> Onward:
    """Fetches what the rows of all steps link to, and keeps it by link for the assembly."""
    wanted: dict[str, set[str]] = defaultdict(set)
    needs: dict[str, set[str]] = defaultdict(set)
    notices = False
    places: list[tuple[Follow, dict[Hashable, At]]] = []
    for step, rows in work:
        notices = notices or step.shows_notices
        try:
            places.append((step, step.places(fetch, rows)))
        except Exception as error:
            fetch.errors.append(error)
            fetch.linked[step.field.id] = error
    for step, at_links in places:
        for collection, key in at_links.values():
            wanted[collection].add(key)
        for collection in {collection for collection, _ in at_links.values()}:
            needs[collection].update(*step.needs.values())
    fetch.has_notices |= notices
    found = await _read_documents(fetch, wanted, needs, notices=notices)
    onward: list[tuple[Sequence[Step], list[Row]]] = []
    for step, at_links in places:
        linked = {link: found[at] for link, at in at_links.items() if at in found}
        if fetch.has_notices and not step.shows_notices:
            linked = {link: row for link, row in linked.items() if not _is_notice(row)}
        fetch.linked[step.field.id] = linked
        read = [row for row in linked.values() if not isinstance(row, Exception)]
        for type_name, steps in step.below.items():
            of_type = [row for row in read if row["__typename"] == type_name] if steps else []
            if of_type:
                onward.append((steps, of_type))
    return onward


def _is_notice(row: Found) -> bool:
    return not isinstance(row, Exception) and row["__typename"] == NOTICE


async def _read_documents(
    fetch: Fetch,
    wanted: Mapping[str, set[str]],
    needs: Mapping[str, set[str]],
    *,
    notices: bool,
) -> dict[At, Found]:
    """The documents wanted by collection, or why a collection could not be read. There may be
    notices among those that were read before.
    """
    found: dict[At, Found] = {}
    missing: dict[str, set[str]] = {}
    for name, keys in wanted.items():
        known = _find_known_documents(fetch, name, keys, needs[name])
        found |= {(name, key): row for key, row in known.items()}
        if keys := keys - known.keys():
            missing[name] = keys
    answers = await gather_all(
        [
            fetch.or_error(_read_collection(fetch, name, keys, needs[name], notices=notices))
            for name, keys in missing.items()
        ]
    )
    for name, documents in zip(missing, answers, strict=True):
        if isinstance(documents, Exception):
            found |= {(name, key): documents for key in missing[name]}
        else:
            fetch.read[name].append((frozenset(needs[name]), documents))
            found |= {(name, key): document for key, document in documents.items()}
    return found


def _find_known_documents(
    fetch: Fetch, name: str, keys: set[str], needs: set[str]
) -> Mapping[str, Row]:
    """Documents that were read before, with all the paths that are needed now."""
    known: dict[str, Row] = {}
    for read, documents in fetch.read.get(name, ()):
        if needs <= read:
            known |= {key: documents[key] for key in keys if key in documents and key not in known}
    return known


async def _read_collection(
    fetch: Fetch, name: str, keys: set[str], needs: Iterable[str], *, notices: bool
) -> Mapping[str, Row]:
    """Documents by key; a merged one is its survivor, and says from where it was redirected."""
    operation = fetch.operation
    collection, reader = operation.collections[name], operation.reader
    fields = fields_of(collection, needs)
    found = await reader.find_documents(name, list(keys), fields, notices=notices)
    merged = {key: d["mergedInto"] for key, d in found.items() if d.get("mergedInto")}
    if merged or notices:
        collection.mark_found(found.values(), operation.sight)
    else:
        collection.mark(found.values())
    if not merged:
        return found
    survivors = await reader.find_documents(name, [*merged.values()], fields, notices=notices)
    collection.mark_found(survivors.values(), operation.sight)
    for key, into in merged.items():
        survivor = survivors.get(into)
        if survivor is None:
            del found[key]
        else:
            found[key] = {**survivor, "redirectedFrom": key}
    return found


def fields_of(collection: Collection, needs: Iterable[str]) -> Mapping[str, int]:
    """What is read of a collection's documents, in MongoDB's form, to know these paths."""
    always = (*_ALWAYS, collection.discriminator) if collection.discriminator else _ALWAYS
    return _projection(frozenset((*needs, *always)))


@lru_cache(maxsize=256)
def _projection(needs: frozenset[str]) -> Mapping[str, int]:
    """The paths as MongoDB takes them: none inside another, because it refuses that.

    Few are kept, for clients may select in as many ways as they like.
    """
    return dict.fromkeys(outermost_paths(needs), 1)
