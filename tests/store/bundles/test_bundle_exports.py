"""Exports: of one moment or none; what comes out goes in again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from store import layout
from store.bundles import exporting
from store.bundles.exporting import MomentGone, export_bundle
from store.bundles.importing import import_bundle
from store.embedded import EmbeddedMongod
from store.embedded.directory import Directory
from store.embedded.replica import system_url
from store.mongodb import driver
from store.mongodb.driver import Database
from tests.store.samples import TESTER, store, write

FIXTURES = Path(__file__).parents[3] / "fixtures"


def files(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("format_", exporting.FORMATS)
async def test_export_import_export_is_the_same_to_the_byte(
    database: Database, mongodb_url: str, tmp_path: Path, format_: str
) -> None:
    await import_bundle(database, [FIXTURES / "invented"], TESTER)
    await export_bundle(database, tmp_path / "one", format=format_)
    await database.drop()
    await layout.prepare(database)
    await import_bundle(database, [tmp_path / "one"], TESTER)
    await export_bundle(database, tmp_path / "two", format=format_)
    assert files(tmp_path / "one") == files(tmp_path / "two")


async def test_an_export_that_fails_leaves_nothing_in_the_way(
    database: Database, tmp_path: Path
) -> None:
    await write(database, *store())

    def disturb(what: str, _done: int, _of: int | None) -> None:
        if what == "Exporting meetings":
            raise OSError("no space left")

    for folder in (tmp_path / "new", tmp_path):
        with pytest.raises(OSError, match="no space left"):
            await export_bundle(database, folder, progress=disturb)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
async def test_a_moment_that_mongodb_forgot_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with EmbeddedMongod(tmp_path / "data") as server:
        directory = Directory.from_data_dir(tmp_path / "data")
        port = int(server.url.partition("127.0.0.1:")[2].partition("/")[0])
        database = Database.connect(server.url, "followthrough")
        await layout.prepare(database)
        await write(database, *store())
        async with driver.admin(system_url(directory, port)) as command:
            name = "minSnapshotHistoryWindowInSeconds"
            assert (await command({"getParameter": 1, name: 1}))[name] == 1_800
            await command({"setParameter": 1, name: 1})
        whole = exporting._write

        async def slowly(*arguments: Any) -> int:
            done = await whole(*arguments)
            for n in range(3):
                await database.command({"insert": "other", "documents": [{"n": n}]})
                await asyncio.sleep(1.5)
            return done

        monkeypatch.setattr(exporting, "_write", slowly)
        with pytest.raises(MomentGone, match=f"{name}: 3600"):
            await export_bundle(database, tmp_path / "out")
        assert not (tmp_path / "out").exists()
        database.close()
