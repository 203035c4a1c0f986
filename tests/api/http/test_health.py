"""Whether it lives, and whether it can work; with MongoDB away, too."""

from typing import Any

import httpx
import pytest

from api.http import health
from store.mongodb import indexes
from store.mongodb.driver import Database

NOBODY = "mongodb://root:hunter2@127.0.0.1:1/?directConnection=true"


async def test_live(client: httpx.AsyncClient) -> None:
    response = await client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "live"})
    assert response.headers["cache-control"] == "no-store"


async def test_ready(client: httpx.AsyncClient) -> None:
    response = await client.get("/health/ready")
    wanted = sum(len(indexes) for indexes in indexes.INDEXES.values())
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "mongodb": "writable",
        "indexes": {"wanted": wanted, "ready": wanted},
        "pending": 0,
    }
    assert response.headers["cache-control"] == "no-store"


async def test_not_ready_while_an_index_lacks(started: Any, database: Database) -> None:
    await database.command({"dropIndexes": "articles", "index": "updatedAt__id"})
    async with started(database=database) as client:
        response = await client.get("/health/ready")
    assert response.status_code == 503
    body = response.json()
    assert body["status"] == "not ready"
    assert body["indexes"]["ready"] == body["indexes"]["wanted"] - 1


@pytest.mark.parametrize(
    ("timeout_ms", "seconds", "said"),
    [(50, 60.0, "unreachable"), (60_000, 0.05, "did not answer in time")],
)
async def test_mongodb_away(
    started: Any, monkeypatch: pytest.MonkeyPatch, timeout_ms: int, seconds: float, said: str
) -> None:
    monkeypatch.setattr(health, "SECONDS", seconds)
    away = Database.connect(NOBODY, "away", timeout_ms=timeout_ms)
    async with started(database=away) as client:
        response = await client.get("/health/ready")
        alive = await client.get("/health/live")
    away.close()
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "mongodb": said}
    assert alive.status_code == 200  # a restart would not mend it


async def test_mongodb_that_refuses_us(started: Any, mongodb_url: str) -> None:
    at = mongodb_url.rpartition("@")[2]
    stranger = Database.connect(f"mongodb://stranger:hunter2@{at}", "away")
    async with started(database=stranger) as client:
        response = await client.get("/health/ready")
    stranger.close()
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "mongodb": "refuses"}
