"""What browsers are told: nothing is guessed, no cookies, and which origins may read."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.observability import logs
from api.settings import Settings
from tests.api.conftest import application
from tests.conftest import Dataset

FRIEND, STRANGER = "https://friend.example", "https://stranger.example"
ADDRESSES = ("/graphql", "/health/live", "/commitments/K03", "/nothing", "/export/commitments.csv")


@pytest.fixture
async def shared(mongodb_url: str, meta_pakistan: Dataset) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that one other origin may use."""
    settings = Settings(
        mongodb_url=mongodb_url, database=meta_pakistan.database.name, allowed_origins=FRIEND
    )
    async with application(settings) as client:
        yield client


async def preflight(client: httpx.AsyncClient, origin: str, path: str) -> httpx.Response:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    return await client.options(path, headers=headers)


class Broken:
    """A service that fails."""

    async def answer(self, *_: Any, **__: Any) -> None:
        raise RuntimeError("fault")


@pytest.mark.parametrize("path", ADDRESSES)
async def test_no_answer_is_guessed_or_tracked(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.headers.get_list("x-content-type-options") == ["nosniff"]
    assert response.headers.get_list("referrer-policy") == ["no-referrer"]
    assert len(response.headers.get_list("x-request-id")) == 1
    assert "set-cookie" not in response.headers


async def test_answers_to_our_own_faults_have_all_headers(started: Any) -> None:
    async with started(service=Broken()) as client:
        response = await client.post(
            "/graphql", json={"query": "{ a }"}, headers={"x-request-id": "trace-1"}
        )
    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert response.headers["x-request-id"] == "trace-1"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("formatter", [logs.JsonLines(), logs.TextLines()])
def test_no_line_has_a_password(formatter: logging.Formatter) -> None:
    try:
        raise RuntimeError("mongodb://root:hunter2@db:27017 went away")
    except RuntimeError as error:
        record = logging.makeLogRecord(
            {
                "msg": "lost %s",
                "args": ("mongodb://root:hunter2@db",),
                "exc_info": (type(error), error, error.__traceback__),
            }
        )
    line = formatter.format(record)
    assert "hunter2" not in line
    assert "lost mongodb://***@db" in line and "RuntimeError: mongodb://***@db:27017" in line


@pytest.mark.parametrize("path", ADDRESSES)
async def test_other_origins_are_not_answered(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"origin": STRANGER})
    assert not [name for name in response.headers if name.startswith("access-control-")]
    response = await preflight(client, STRANGER, path)
    assert response.status_code >= 400
    assert not [name for name in response.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("path", ADDRESSES)
async def test_allowed_origin_may_read(shared: httpx.AsyncClient, path: str) -> None:
    response = await preflight(shared, FRIEND, path)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == FRIEND
    response = await shared.get(path, headers={"origin": FRIEND})
    assert response.headers["access-control-allow-origin"] == FRIEND
    assert "access-control-allow-credentials" not in response.headers
    assert "Origin" in response.headers["vary"]
    assert "ETag" in response.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", ADDRESSES)
async def test_no_other_origin_may(shared: httpx.AsyncClient, path: str) -> None:
    for origin in (STRANGER, "null", f"{FRIEND}.evil.example", "http://friend.example"):
        response = await preflight(shared, origin, path)
        assert response.status_code == 400
        assert "access-control-allow-origin" not in response.headers
        response = await shared.get(path, headers={"origin": origin})
        assert "access-control-allow-origin" not in response.headers
        assert "Origin" in response.headers["vary"]


@pytest.mark.parametrize("origins", ["*", f"{FRIEND} http://localhost:3000 http://[::1]:3000"])
def test_origins_that_can_be_named(origins: str) -> None:
    assert Settings(allowed_origins=origins).origins == tuple(origins.split())
