"""Listening for writes goes on whatever happens to it."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from store import feed
from store.feed import News, follow_data_version
from store.mongodb.collections import META
from store.mongodb.driver import Database, Unreachable, UpdateOne


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not happened():
            await asyncio.sleep(0.01)


async def _advance(database: Database) -> None:
    await database.write(META, [UpdateOne({"_id": "data"}, {"$inc": {"version": 1}})])


async def test_whoever_hears_may_fail(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LISTEN_MS", 20)
    heard: list[int] = []

    def hear(news: News) -> None:
        heard.append(news.version)
        if len(heard) == 2:
            raise ZeroDivisionError("a fault of ours")

    with caplog.at_level(logging.ERROR, "followthrough.versions"):
        async with follow_data_version(database, hear) as version:
            await _until(lambda: version.current == 0)
            await _advance(database)
            await _until(lambda: len(heard) >= 2)
            await _advance(database)
            await _until(lambda: version.current == 2)
    (record,) = caplog.records
    assert record.exc_info is not None and record.exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize("error", [RuntimeError("the driver's"), Unreachable("away"), KeyError(1)])
async def test_listening_may_fail(
    database: Database,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    watch, failed = Database.watch, 0

    def broken(self: Database, *arguments: object) -> object:
        nonlocal failed
        failed += 1
        if failed < 3:
            raise error
        return watch(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "watch", broken)
    with caplog.at_level(logging.WARNING, "followthrough.versions"):
        async with follow_data_version(database) as version:
            assert version.current is None
            await _until(lambda: version.current == 0)
    assert len(caplog.records) == 2
    assert all("nothing is kept" in record.getMessage() for record in caplog.records)
