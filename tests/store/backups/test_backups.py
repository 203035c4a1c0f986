"""A store that is made of a backup is the one that was backed up, to the byte, at one moment."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.pages.routes import QUERIES, read_example
from store import layout
from store.backups import saving
from store.backups.archive import ArchiveWriter, BadArchive
from store.backups.restoring import NotEmpty, NotThatFar, restore, verify
from store.backups.saving import CannotBackUp, Saving
from store.bundles.importing import import_bundle
from store.layout import NotWhole, TooNew
from store.mongodb.collections import (
    CHANGES,
    COMMANDS,
    COMMENTS,
    META,
    QUEUE,
    STATUS_CHANGES,
    TOKENS,
    TRUSTED,
    VOCABULARY,
    WEBHOOKS,
)
from store.mongodb.documents import to_record
from store.mongodb.driver import Database, DeleteOne, InsertOne, Session, UpdateOne
from store.mongodb.keys import new_key
from store.mongodb.raw import stream_raw
from store.persisted_documents import TrustedDocuments
from store.records.base import Curation
from store.records.nouns import NOUNS
from store.records.search_entries import ENTRIES
from store.tokens import Tokens
from store.viewers import Role
from store.writes.loading import LOADING
from store.writes.quality import FAULTS, Found, report
from store.writes.queue import work_off
from store.writes.rebuild import differences
from store.writes.writer import Author, Draft, Writer
from tests.api.commands import environment
from tests.conftest import FIXTURES, ROOT, Dataset

pytestmark = pytest.mark.slow


def quiet(what: str, done: int, of: int | None) -> None:
    """Tells nobody of the progress."""


async def back_up(database: Database, path: Path) -> None:
    with path.open("wb") as file:
        await Saving(database, ArchiveWriter(file), quiet).save()


async def read_all(database: Database) -> dict[str, list[bytes]]:
    """Every document of every collection, in bytes."""
    found = await database.list_collections()
    return {
        name: sorted([document async for document in stream_raw(database, name)])
        for name in found
        if not name.startswith("system.")
    }


async def read_documents(database: Database) -> dict[str, dict[Any, Any]]:
    """The same by `_id`, where the order of members does not count."""
    found = await database.list_collections()
    return {name: {d["_id"]: d for d in await database.find(name, {})} for name in found}


@pytest.fixture
async def other(mongodb_url: str) -> AsyncIterator[Database]:
    """A database that is not there yet."""
    found = Database.connect(mongodb_url, f"restored-{new_key()}")
    yield found
    await found.drop()
    found.close()


@pytest.fixture
async def filled(mongodb_url: str) -> AsyncIterator[Database]:
    """A store with something in nearly every collection."""
    found = Database.connect(mongodb_url, f"backed-up-{new_key()}")
    await layout.prepare(found)
    bundles = [FIXTURES / "meta-pakistan", FIXTURES / "invented"]
    await import_bundle(found, bundles, Author("Ida Exempla", "to begin with"))
    async for _ in work_off(found):
        pass
    now = datetime.now(UTC)
    await Tokens(found).create("importer", Role.EDITOR, now)
    await TrustedDocuments(found).register(["{ commitments { totalCount } }"])
    comment = {"_id": "c1", "noun": "commitments", "record": "K01", "text": "?", "by": "Ida"}
    await found.write(COMMENTS, [InsertOne({**comment, "at": now})])
    await found.write(WEBHOOKS, [InsertOne({"_id": "w1", "secret": "s"})])
    await found.write(COMMANDS, [InsertOne({"_id": "x", "until": datetime(2200, 1, 1)})])
    # Of another program, or a later version of this one.
    await found.write("of_a_later_version", [InsertOne({"_id": 7, "text": "x" * 5_000_000})])
    yield found
    await found.drop()
    found.close()


async def test_every_collection_is_restored_to_the_byte(
    filled: Database, other: Database, tmp_path: Path
) -> None:
    await back_up(filled, tmp_path / "one")
    backup = await restore(other, tmp_path / "one", quiet)
    before, after = await read_all(filled), await read_all(other)
    assert before == after
    held = {name for name, documents in after.items() if documents}
    assert held >= {*NOUNS, CHANGES, STATUS_CHANGES, TOKENS, TRUSTED, COMMENTS, WEBHOOKS}
    assert held >= {META, VOCABULARY, ENTRIES, COMMANDS, "of_a_later_version"}
    assert backup.counts == {name: len(documents) for name, documents in before.items()}
    assert (await filled.list_collections()).keys() == (await other.list_collections()).keys()
    ready = await layout.index_progress(other)
    assert ready["ready"] == ready["wanted"]


async def test_a_restored_store_is_sound_and_answers_alike(
    mongodb_url: str, meta_pakistan: Dataset, tmp_path: Path
) -> None:
    await back_up(meta_pakistan.database, tmp_path / "one")
    database = Database.connect(mongodb_url, f"restored-{new_key()}", log=meta_pakistan.log)
    try:
        await restore(database, tmp_path / "one", quiet)
        restored = Dataset(database, meta_pakistan.log, meta_pakistan.service.schema)
        for path in sorted(QUERIES.glob("*.graphql")):
            example = read_example(path)
            asked = example["query"], example["variables"]
            expected = await meta_pakistan.execute(*asked)
            assert await restored.execute(*asked) == expected, path.stem
        assert [item async for item in differences(database) if not isinstance(item, int)] == []
        found = [item async for item in report(database) if isinstance(item, Found)]
        assert [item for item in found if item.finding in FAULTS] == []
    finally:
        await database.drop()
        database.close()


async def test_it_is_of_one_moment_while_it_is_written_to(
    mongodb_url: str, other: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each transaction moves something from one collection to another: no moment has it twice."""
    monkeypatch.setattr(saving, "CATCH_UP_S", 0.0)
    monkeypatch.setattr(saving, "MOST_BYTES", 2_000)
    monkeypatch.setattr(saving, "MOST_COPIED", 50)
    busy = Database.connect(mongodb_url, f"busy-{new_key()}")
    await layout.prepare(busy)
    items = [{"_id": f"i{n:04}", "turns": 0, "text": "x" * 200} for n in range(1_000)]
    await busy.write("zebras", [InsertOne(item) for item in items])
    turns = 0

    async def move_on(session: Session) -> None:
        for n in range(5):
            key = {"_id": f"i{(turns * 7 + n * 131) % 1_000:04}"}
            for source, target in (("zebras", "apples"), ("apples", "zebras")):
                if found := await busy.find(source, key, session=session):
                    moved = {**found[0], "turns": turns}
                    await busy.write(source, [DeleteOne(key)], session)
                    await busy.write(target, [InsertOne(moved)], session)
                    break
        step = UpdateOne({"_id": "turns"}, {"$set": {"n": turns}}, upsert=True)
        await busy.write("middle", [step], session)

    async def keep_moving() -> None:
        nonlocal turns
        while True:
            turns += 1
            await busy.transaction(move_on)

    moving = asyncio.create_task(keep_moving())
    try:
        while turns < 5:
            await asyncio.sleep(0.01)
        begun = turns
        await back_up(busy, tmp_path / "one")
        assert turns > begun + 5, "nothing was written meanwhile"
    finally:
        moving.cancel()
        with suppress(asyncio.CancelledError):
            await moving
        await busy.drop()
        busy.close()
    await restore(other, tmp_path / "one", quiet)
    left, right = await other.find("zebras", {}), await other.find("apples", {})
    assert sorted(item["_id"] for item in (*left, *right)) == [item["_id"] for item in items]
    (said,) = await other.find("middle", {})
    assert max(item["turns"] for item in (*left, *right)) == said["n"] > begun


async def test_a_collection_is_read_by_pieces(database: Database) -> None:
    """Of every type that an `_id` may have, in its order."""
    ids = [1, 7, 2.5, "a", "b", {"x": 1}, datetime(2026, 1, 1, tzinfo=UTC), True]
    await database.write("mixed", [InsertOne({"_id": key}) for key in ids])
    found: list[bytes] = []
    while True:
        last = found[-1] if found else None
        piece = [d async for d in stream_raw(database, "mixed", after=last, limit=3)]
        found += piece
        if len(piece) < 3:
            break
    assert len(found) == len({*found}) == len(ids)
    await database.command({"drop": "mixed"})


# --- Refusals ------------------------------------------------------------------------------------


async def test_a_store_that_holds_something_is_left_alone(
    filled: Database, database: Database, tmp_path: Path
) -> None:
    await back_up(filled, tmp_path / "one")
    await Tokens(database).create("mine", Role.ADMIN, datetime.now(UTC))
    before = await read_all(database)
    with pytest.raises(NotEmpty, match="holds 1 tokens"):
        await restore(database, tmp_path / "one", quiet)
    assert await read_all(database) == before


async def test_one_that_was_only_started_is_restored_into(
    filled: Database, other: Database, tmp_path: Path
) -> None:
    await layout.prepare(other)
    await back_up(filled, tmp_path / "one")
    await restore(other, tmp_path / "one", quiet)
    assert await read_all(other) == await read_all(filled)


async def test_a_damaged_backup_changes_nothing(
    filled: Database, other: Database, tmp_path: Path
) -> None:
    await back_up(filled, tmp_path / "one")
    whole = (tmp_path / "one").read_bytes()
    (tmp_path / "one").write_bytes(whole[:-200] + bytes(100) + whole[-100:])
    with pytest.raises(BadArchive):
        await restore(other, tmp_path / "one", quiet)
    assert await other.list_collections() == {}


async def test_a_backup_of_a_newer_program_is_refused(
    filled: Database, other: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await back_up(filled, tmp_path / "one")
    monkeypatch.setattr(layout, "VERSION", layout.VERSION - 1)
    with pytest.raises(TooNew, match="the version of Followthrough that made it"):
        await restore(other, tmp_path / "one", quiet)
    assert await other.list_collections() == {}


async def test_there_is_no_backup_of_a_first_import_that_goes_on(
    database: Database, tmp_path: Path
) -> None:
    mark = {"_id": LOADING, "moving": False, "bundle": "b", "seen": datetime.now(UTC), "version": 1}
    await database.write(META, [InsertOne(mark)])
    with pytest.raises(CannotBackUp, match="first import"):
        await back_up(database, tmp_path / "one")


async def test_what_was_dropped_meanwhile_is_told(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Saving._copy

    async def drop_before(self: Saving, name: str) -> None:
        if name == META:
            await filled.command({"drop": "of_a_later_version"})
        await original(self, name)

    monkeypatch.setattr(Saving, "_copy", drop_before)
    with pytest.raises(CannotBackUp, match="of_a_later_version was dropped"):
        await back_up(filled, tmp_path / "one")


# --- Killed --------------------------------------------------------------------------------------


async def test_a_restore_that_was_cut_off_is_refused_by_all_and_begins_anew(
    filled: Database, other: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await back_up(filled, tmp_path / "one")

    async def end(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("store.backups.restoring._compare", end)
        with pytest.raises(KeyboardInterrupt):
            await restore(other, tmp_path / "one", quiet)
    with pytest.raises(NotWhole, match="begins anew"):
        await layout.prepare(other)
    await other.write("of_a_later_version", [InsertOne({"_id": "of the one that was cut off"})])
    await restore(other, tmp_path / "one", quiet)
    assert await read_all(other) == await read_all(filled)


@pytest.mark.parametrize("after_s", [0.9, 1.3, 1.8])
async def test_a_killed_backup_leaves_no_file_of_its_name(
    filled: Database, mongodb_url: str, tmp_path: Path, after_s: float
) -> None:
    settings = environment(mongodb_url=mongodb_url, database=filled.name)
    command = [sys.executable, "-m", "api.cli", "backup", str(tmp_path / "one")]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL
    )
    await asyncio.sleep(after_s)
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    if (tmp_path / "one").exists():
        assert verify(tmp_path / "one").counts
        (tmp_path / "one").unlink()
    again = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=settings)
    assert await again.wait() == 0
    assert verify(tmp_path / "one").counts
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600


# --- Back to a moment ----------------------------------------------------------------------------


async def test_what_was_written_after_a_moment_is_undone(
    filled: Database, other: Database, tmp_path: Path
) -> None:
    expected = await read_documents(filled)
    moment = datetime.now(UTC)
    await asyncio.sleep(0.01)
    await _change_much(filled, tmp_path)
    assert await read_documents(filled) != expected
    await back_up(filled, tmp_path / "later")

    await restore(other, tmp_path / "later", quiet, moment)
    found = await read_documents(other)
    # Of the words, those of names that are gone may stay; the store's own marks go on.
    for name in expected.keys() - {META, VOCABULARY, COMMANDS, QUEUE}:
        assert found[name] == expected[name], name
    assert [item async for item in differences(other) if not isinstance(item, int)] == []
    # And it can be written to.
    await _change_much(other, tmp_path)


async def _change_much(database: Database, folder: Path) -> None:
    """New records, some changed twice, and one that is retracted, which makes a status another."""
    for turn in ("first", "second"):
        for noun, key, member in (
            ("commitments", "K03", "title"),
            ("parties", "meta", "name"),
            ("follow_ups", "F02", "rationale"),
        ):
            await _change(database, noun, key, {member: f"{turn} of {key}"})
    await _change(database, "follow_ups", "F02", {"curation": Curation.RETRACTED})
    bundle = folder / "new.yaml"
    bundle.write_text("parties:\n  - {key: new, kind: COMPANY, name: Newly, curation: ACCEPTED}\n")
    await import_bundle(database, [bundle], Author("Ida"))
    about = {"noun": "commitments", "record": "K01", "text": "later", "by": "Ida"}
    comment = {"_id": new_key(), **about, "at": datetime.now(UTC)}
    await database.write(COMMENTS, [InsertOne(comment)])


async def _change(database: Database, noun: str, key: str, members: dict[str, object]) -> None:
    (document,) = await database.find(noun, {"_id": key})
    record = to_record(noun, document).model_copy(update=members)
    await Writer(database).write([Draft(record)], Author("Ida"))


async def test_a_later_moment_than_that_of_the_backup_is_refused(
    filled: Database, other: Database, tmp_path: Path
) -> None:
    await back_up(filled, tmp_path / "one")
    with pytest.raises(NotThatFar):
        await restore(other, tmp_path / "one", quiet, datetime(2200, 1, 1, tzinfo=UTC))
    assert await other.list_collections() == {}
