"""CONTRIBUTING tells the truth: its example of a migration runs, and the places it names exist."""

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from store import layout
from store.layout import VERSION, Migration, TooNew, prepare
from store.mongodb.driver import Database, UpdateOne
from store.mongodb.indexes import INDEXES, Index
from store.mongodb.keys import new_key
from store.mongodb.validators import schema_of
from tests.store.samples import store, write

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLE = re.search(
    r"^## To write a migration\n.+?^```python\n(?P<code>.+?)^```", CONTRIBUTING, re.M | re.S
)


@pytest.fixture
async def older(mongodb_url: str) -> AsyncIterator[Database]:
    """A store of this version."""
    database = Database.connect(mongodb_url, f"older-{new_key()}")
    await prepare(database)
    await write(database, *store())
    yield database
    await database.drop()
    database.close()


def example() -> Mapping[int, Migration]:
    """The step that the example adds, as the one after this version."""
    assert EXAMPLE is not None
    names = {"Database": Database, "Mapping": Mapping, "Migration": Migration}
    scope: dict[str, Any] = {**names, "UpdateOne": UpdateOne, "NEXT": VERSION + 1}
    exec(EXAMPLE["code"], scope)
    return scope["MIGRATIONS"]  # type: ignore[no-any-return]


def with_member(collection: str, member: str) -> dict[str, Any] | None:
    """The collection's schema, where commitments may have one member more."""
    schema = schema_of(collection)
    if collection != "commitments" or schema is None:
        return schema
    return {**schema, "properties": {**schema["properties"], member: {"bsonType": "string"}}}


async def test_the_example_moves_what_a_store_holds(
    older: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "schema_of", lambda name: with_member(name, "quantity"))
    with_quantity = (*INDEXES["commitments"], Index("?", ("quantity",)))
    monkeypatch.setattr(layout, "INDEXES", {**INDEXES, "commitments": with_quantity})
    await prepare(older)
    amounts = [UpdateOne({"_id": key}, {"$set": {"quantity": key * 2}}) for key in ("c1", "c2")]
    await older.write("commitments", amounts)

    monkeypatch.setattr(layout, "schema_of", lambda name: with_member(name, "measure"))
    monkeypatch.setattr(layout, "INDEXES", INDEXES)
    steps = example()
    monkeypatch.setattr(layout, "MIGRATIONS", {**layout.MIGRATIONS, **steps})
    monkeypatch.setattr(layout, "VERSION", *steps)
    await prepare(older)
    found = {d["_id"]: (d.get("quantity"), d.get("measure")) for d in await of_commitments(older)}
    assert found == {"c1": (None, "c1c1"), "c2": (None, "c2c2")}
    assert ("commitments", "quantity") not in await older.find_ready_indexes(["commitments"])
    # Once more, as where two programs run it.
    await older.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": VERSION}})])
    held = await of_commitments(older)
    await prepare(older)
    assert await of_commitments(older) == held

    monkeypatch.undo()
    with pytest.raises(TooNew, match=f"layout version {VERSION + 1}; this program knows up to"):
        await prepare(older)


async def of_commitments(database: Database) -> list[dict[str, Any]]:
    return [dict(d) for d in await database.find("commitments", {}, sort=[("_id", 1)])]


PLACES = re.findall(
    r"`((?:api|schema|engine|store|web|tests|fixtures|docs|benchmarks)/[^`]*)`", CONTRIBUTING
)
INVENTED = ("instruments", "<", "/dist/")
"""Of what is to be made: the noun of the example, a name of your own, what is built."""


@pytest.mark.parametrize("place", sorted(set(PLACES)))
def test_every_place_named_exists(place: str) -> None:
    if any(mark in place for mark in INVENTED):
        return
    head, braces, rest = place.partition("{")
    names, _, tail = rest.partition("}") if braces else ("", "", "")
    for name in names.split(","):
        assert (ROOT / f"{head}{name}{tail}").exists(), f"CONTRIBUTING names {head}{name}{tail}"
