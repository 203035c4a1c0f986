"""Server-sent events over a real server: the mode of distinct connections."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.api.subscriptions.conftest import CHANGES, STATUSES, Server
from tests.store.samples import commitment, write

ACCEPT = {"accept": "text/event-stream"}


class Stream:
    """The events of an answer, each with its name, data and id."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def event(self) -> dict[str, str]:
        found: dict[str, str] = {}
        async for line in self._lines:
            if line.startswith(":"):
                continue
            if line:
                name, _, value = line.partition(":")
                found[name] = value.removeprefix(" ")
            elif found:
                return found
        raise EOFError

    async def data(self) -> Any:
        event = await self.event()
        assert event["event"] == "next", event
        return json.loads(event["data"])["data"]


@asynccontextmanager
async def streamed(
    server: Server, query: str, headers: dict[str, str] | None = None, **variables: Any
) -> AsyncIterator[Stream]:
    body = {"query": query, "variables": variables}
    headers = {**ACCEPT, **(headers or {})}
    address = f"{server.base}/graphql/stream"
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("POST", address, json=body, headers=headers) as response,
    ):
        yield Stream(response)


async def test_events_come_with_their_cursors(server: Server) -> None:
    async with streamed(server, STATUSES) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["cache-control"] == "no-store"
        await write(server.database, commitment("streamed"))
        event = await stream.event()
    told = json.loads(event["data"])["data"]["statusChanges"]
    assert told["key"] == "streamed" and event["id"] == told["cursor"]


async def test_a_browser_goes_on_with_the_last_id(server: Server) -> None:
    async with streamed(server, CHANGES) as stream:
        await write(server.database, commitment("browser-1"))
        event = await stream.event()
    await write(server.database, commitment("browser-2"))
    async with streamed(server, CHANGES, {"last-event-id": event["id"]}) as stream:
        told = await stream.data()
    assert told["recordChanges"]["change"]["key"] == "browser-2"


async def test_a_query_is_one_event(server: Server) -> None:
    async with streamed(server, "{ commitments { totalCount } }") as stream:
        assert (await stream.data())["commitments"]["totalCount"] > 0
        assert (await stream.event())["event"] == "complete"


@pytest.mark.parametrize(
    "query, code",
    [
        ("subscription { nonsense }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { recordChanges(after: "x") { cursor } }', "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_be_run_is_refused_as_json(server: Server, query: str, code: str) -> None:
    async with httpx.AsyncClient() as client:
        address = f"{server.base}/graphql/stream"
        response = await client.post(address, json={"query": query}, headers=ACCEPT)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == code


async def test_other_media_types_and_writing_by_get_are_refused(server: Server) -> None:
    async with httpx.AsyncClient() as client:
        address = f"{server.base}/graphql/stream"
        query = {"query": "{ __typename }"}
        answer = await client.post(address, json=query, headers={"accept": "application/json"})
        assert answer.status_code == 406
        given = '{noun: COMMITMENTS, key: "c1", text: "?"}'
        mutation = {"query": f"mutation {{ comment(input: {given}) {{ dataVersion }} }}"}
        answer = await client.get(address, params=mutation, headers=ACCEPT)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        answer = await client.post(f"{server.base}/graphql", json={"query": CHANGES})
        assert "/graphql/stream" in answer.json()["errors"][0]["message"]


async def test_an_idle_stream_shows_signs_of_life(server: Server) -> None:
    async with streamed(server, CHANGES) as stream:
        lines = stream.response.aiter_lines()
        async with asyncio.timeout(10):
            assert await anext(lines) == ":"
