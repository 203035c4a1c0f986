"""What a source had before, and has no more: told, and retracted with a reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from store.bundles.importing import Tried, import_bundle, try_bundle
from store.bundles.sources import Source, Vanished
from store.mongodb.driver import Database
from store.records.base import Curation
from store.records.nouns import noun_of
from store.writes.writer import Author
from tests.store.samples import TESTER, contents, store

WHY = Author("tests", "the register has it no more")


def bundle(path: Path, keys: dict[str, set[str]] | None = None, **changed: Any) -> Path:
    """The sample store as a file; only these keys of some nouns."""
    records: dict[str, list[Any]] = {}
    for record in store():
        noun = noun_of(record)
        if keys is None or noun not in keys or record.key in keys[noun]:
            members = record.model_dump(mode="json", by_alias=True, exclude_unset=True)
            records.setdefault(noun, []).append(members | changed.get(record.key, {}))
    path.write_text(json.dumps(records))
    return path


async def load(database: Database, path: Path, name: str = "register") -> list[Vanished]:
    done = await import_bundle(database, [path], TESTER, source=Source(database, name))
    return done.vanished


async def test_nothing_vanishes_at_the_first_import_and_at_the_same_again(
    database: Database, tmp_path: Path
) -> None:
    file = bundle(tmp_path / "a.json")
    assert await load(database, file) == []
    assert await load(database, file) == []


async def test_what_vanished_is_told_until_it_is_set_aside(
    database: Database, tmp_path: Path
) -> None:
    await load(database, bundle(tmp_path / "a.json"))
    followed = {r.key for r in store() if noun_of(r) == "follow_ups"}
    gone = {r.key for r in store() if noun_of(r) in ("assessments", "check_logs")}
    without = bundle(tmp_path / "b.json", {"assessments": set(), "check_logs": set()})
    for _ in range(2):
        vanished = await load(database, without)
        assert {v.key for v in vanished} == gone
    source = Source(database, "register")
    assert await source.retract(vanished, WHY) == len(gone)
    for noun, key in {(v.noun, v.key) for v in vanished}:
        (document,) = await database.find(noun, {"_id": key})
        before = next(v.curation for v in vanished if v.key == key)
        expected = "RETRACTED" if before is Curation.ACCEPTED else "REJECTED"
        assert document["curation"] == expected
        changes = await database.find("changes", {"noun": noun, "record": key})
        assert changes[-1]["why"] == WHY.why
    assert await load(database, without) == []
    assert followed  # what stayed in the bundle stays


async def test_what_another_source_has_had_is_told_and_left_alone(
    database: Database, tmp_path: Path
) -> None:
    whole, less = bundle(tmp_path / "a.json"), bundle(tmp_path / "b.json", {"check_logs": set()})
    await load(database, whole)
    await load(database, whole, "another")
    vanished = await load(database, less)
    assert vanished and {v.also_in for v in vanished} == {("another",)}
    assert await Source(database, "register").retract(vanished, WHY) == 0


async def test_what_the_source_still_names_has_not_vanished(
    database: Database, tmp_path: Path
) -> None:
    await load(database, bundle(tmp_path / "a.json"))
    named = bundle(tmp_path / "b.json", {"parties": set(), "articles": set()})
    told = {(v.noun, v.key) for v in await load(database, named)}
    every = {r.key for r in store() if noun_of(r) == "parties"}
    text = named.read_text()
    unnamed = {key for key in every if f'"{key}"' not in text}
    assert {key for noun, key in told if noun == "parties"} <= unnamed
    assert "articles" not in {noun for noun, _ in told}


# --- Tried ---------------------------------------------------------------------------------------


async def try_out(database: Database, path: Path) -> Tried:
    before = await contents(database)
    tried = await try_bundle(database, [path], TESTER, source=Source(database, "register"))
    assert await contents(database) == before
    return tried


async def test_a_trial_says_what_the_import_then_does(database: Database, tmp_path: Path) -> None:
    file = bundle(tmp_path / "a.json")
    tried = await try_out(database, file)
    assert tried.effects is not None
    told = {(e.noun, e.key): e.after for e in tried.effects if e.before is None}
    done = await import_bundle(database, [file], TESTER)
    assert tried.would.created == done.created
    changes = await database.find("status_changes", {}, sort=[("dataVersion", 1), ("sequence", 1)])
    assert told == {(c["noun"], c["record"]): c.get("after") for c in changes}
    again = await try_out(database, file)
    assert (again.would.unchanged, again.effects) == (done.created, [])


@pytest.mark.parametrize("batch", [1_000, 3])
async def test_a_trial_of_a_change_tells_the_status_before_and_after(
    database: Database, tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.bundles.importing.BATCH", batch)
    await load(database, bundle(tmp_path / "a.json"))
    changed = {"s1": {"value": "FULFILLED"}}
    tried = await try_out(database, bundle(tmp_path / "b.json", **changed))
    assert tried.would.updated == {"assessments": 1}
    assert tried.effects is not None
    (effect,) = tried.effects
    assert (effect.key, effect.before, effect.after) == ("c1", "BROKEN", "FULFILLED")
