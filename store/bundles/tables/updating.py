"""Lays what a table says over the records that are stored: what it does not name stays."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from store.bundles.reader import Fault, Raw
from store.mongodb.documents import to_record
from store.mongodb.driver import Database
from store.records.base import group_keys

_BATCH = 500

FindSurvivor = Callable[[str], str]
"""The key of the party that a party is merged into; the same key if it is in none."""


async def lay_over_stored(
    database: Database, items: Iterable[Raw | Fault], find_survivor: FindSurvivor
) -> list[Raw | Fault]:
    """The records with the members that only the store has; a fault for one that is not stored."""
    found = list(items)
    keys = group_keys((raw.noun, str(raw.members["key"])) for raw in found if isinstance(raw, Raw))
    stored: dict[tuple[str, str], dict[str, Any]] = {}
    for noun, wanted in keys.items():
        for start in range(0, len(wanted), _BATCH):
            query = {"_id": {"$in": wanted[start : start + _BATCH]}}
            for document in await database.find(noun, query):
                record = to_record(noun, document)
                stored[noun, record.key] = record.model_dump(
                    mode="json", by_alias=True, exclude_none=True, exclude={"version", "updated_at"}
                )
    return list(_lay_all(found, stored, find_survivor))


def _lay_all(
    items: Iterable[Raw | Fault],
    stored: Mapping[tuple[str, str], dict[str, Any]],
    find_survivor: FindSurvivor,
) -> Iterator[Raw | Fault]:
    for item in items:
        if isinstance(item, Fault):
            yield item
            continue
        key = str(item.members["key"])
        before = stored.get((item.noun, key))
        if before is None:
            message = (
                "is not stored, and this table only changes what is; correct the key, or import "
                "what is new by a map or a bundle, with the words that it rests on"
            )
            yield Fault(item.place, f"{item.noun}/{key}", message)
            continue
        yield replace(item, members=lay_over(before, item.members, find_survivor))


def lay_over(
    before: Mapping[str, Any],
    given: Mapping[str, Any],
    find_survivor: FindSurvivor = lambda key: key,
) -> dict[str, Any]:
    """The stored members under those that are given, of which null takes one away.

    A part, or one in a list, that says the same as a stored one in all that is given stays as it is
    stored, with what else it says. So does the key of a party that is merged into the given one.
    """
    laid = {
        name: _keep_whole(before.get(name), value, find_survivor) for name, value in given.items()
    }
    return {name: value for name, value in {**before, **laid}.items() if value is not None}


def _keep_whole(stored: Any, given: Any, find_survivor: FindSurvivor) -> Any:
    if isinstance(given, list) and isinstance(stored, list):
        return [
            next((s for s in stored if _says_same(s, item, find_survivor)), item) for item in given
        ]
    return stored if _says_same(stored, given, find_survivor) else given


def _says_same(stored: Any, given: Any, find_survivor: FindSurvivor) -> bool:
    if isinstance(stored, dict) and isinstance(given, dict):
        return all(
            name in stored and _says_same(stored[name], value, find_survivor)
            for name, value in given.items()
        )
    if isinstance(stored, dict) and isinstance(given, str):
        return bool(stored.get("edtf") == given)  # a date may be given as its text alone
    if isinstance(stored, str) and isinstance(given, str):
        return given in (stored, find_survivor(stored))
    return bool(stored == given)
