"""What a socket may do, by the settings; and that its viewer is looked at again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest
from graphql import GraphQLSchema
from websockets.exceptions import InvalidStatus

from store.tokens import Tokens
from store.viewers import Role
from tests.api.subscriptions.conftest import CHANGES, STATUSES, Server, serving
from tests.api.subscriptions.test_event_stream import ACCEPT, streamed
from tests.api.subscriptions.test_going_on import LONG_CHANGES, TOLD
from tests.store.samples import commitment, write


@pytest.fixture(scope="module")
async def server(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Server]:
    options = ("--subscribers", "2", "--subscriptions-per-socket", "2", "--ping-seconds", "1")
    async with serving(mongodb_url, schema, *options, "--metrics", "true") as server:
        yield server


async def test_no_more_sockets_and_streams_than_may_be(server: Server) -> None:
    async with server.connected(), streamed(server, CHANGES), server.opened() as third:
        code, reason = await third.closed()
        assert code == 1013 and reason is not None and "too many" in reason
        async with httpx.AsyncClient() as client:
            address, body = f"{server.base}/graphql/stream", {"query": CHANGES}
            answer = await client.post(address, json=body, headers=ACCEPT)
            metrics = (await client.get(f"{server.base}/metrics")).text
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "followthrough_subscribers 2.0" in metrics
    async with server.connected() as again:
        await again.expect_nothing()


async def test_no_more_operations_than_may_run(server: Server) -> None:
    async with server.connected() as client:
        for id_ in ("1", "2", "3"):
            await client.subscribe(CHANGES, id_)
        message = await client.take()
        assert (message["id"], message["type"]) == ("3", "error")
        assert message["payload"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"
        await client.send({"id": "1", "type": "complete"})
        await client.expect_nothing()
        await client.subscribe(STATUSES, "4")
        await client.expect_nothing()
        await write(server.database, commitment("of-two"))
        assert {(await client.take())["id"] for _ in range(2)} == {"2", "4"}


async def test_an_idle_socket_stays_while_it_answers_pings(server: Server) -> None:
    async with server.connected() as client:
        await asyncio.sleep(3)
        await client.expect_nothing()


async def test_a_token_that_expires_closes_its_socket(server: Server) -> None:
    tokens, now = Tokens(server.database), datetime.now(UTC)
    soon = now + timedelta(seconds=2)
    token, _ = await tokens.create("short", Role.PROPOSER, now, soon)
    async with server.connected(token) as client:
        await client.subscribe(CHANGES)
        code, reason = await client.closed()
    assert code == 4403 and reason is not None and "expired" in reason


async def test_a_token_that_is_revoked_ends_its_stream(server: Server) -> None:
    token = await server.token(name="streaming")
    async with streamed(server, CHANGES, {"authorization": f"Bearer {token}"}) as stream:
        await Tokens(server.database).revoke("streaming", datetime.now(UTC))
        event = await stream.event()
        assert "UNAUTHENTICATED" in event["data"]
        assert (await stream.event())["event"] == "complete"


async def test_a_revoked_token_hears_of_nothing_more(server: Server) -> None:
    """Looked at again before an event is sent, if that was not done a moment ago."""
    token = await server.token(name="late")
    async with server.connected(token) as client:
        await client.subscribe(CHANGES)
        await client.expect_nothing()
        await Tokens(server.database).revoke("late", datetime.now(UTC))
        await asyncio.sleep(5)
        await write(server.database, commitment("unheard", curation="PROPOSED"))
        assert (await client.closed())[0] == 4403


@pytest.mark.parametrize("query", [CHANGES, "{ commitments { totalCount } }"])
async def test_only_trusted_documents_where_that_is_set(
    mongodb_url: str, schema: GraphQLSchema, query: str
) -> None:
    async with serving(mongodb_url, schema, "--trusted-only", "true") as server:
        async with server.connected() as client:
            await client.subscribe(query)
            message = await client.take()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "FORBIDDEN"
        async with httpx.AsyncClient() as http:
            address, body = f"{server.base}/graphql/stream", {"query": query}
            answer = await http.post(address, json=body, headers=ACCEPT)
        assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_sockets_and_their_operations_count_as_requests(
    mongodb_url: str, schema: GraphQLSchema
) -> None:
    options = ("--requests-in-flight", "1", "--requests-per-minute", "3")
    async with serving(mongodb_url, schema, *options) as server, server.connected() as client:
        with pytest.raises(InvalidStatus) as refused:
            async with server.opened():
                pass
        assert refused.value.response.status_code == 429
        for id_ in ("1", "2", "3"):
            await client.subscribe("{ __typename }", id_)
        found = [await client.take() for _ in range(5)]
    assert [message["type"] for message in found].count("next") == 2
    (error,) = [message for message in found if message["type"] == "error"]
    assert error["payload"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"


async def test_a_slow_stream_is_ended(mongodb_url: str, schema: GraphQLSchema) -> None:
    """Its client takes nothing more of it; it gets no end that it could take for a whole answer."""
    async with serving(mongodb_url, schema, "--slow-seconds", "1") as server:
        port = int(server.base.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**10)
        body = orjson.dumps({"query": LONG_CHANGES})
        head = (
            f"POST /graphql/stream HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n"
        )
        writer.write(f"{head}content-type: application/json\r\n\r\n".encode() + body)
        await reader.readuntil(b"\r\n\r\n")
        for n in range(TOLD * 2):
            await write(server.database, commitment(f"slow-{n}", gist="x" * 1500))
        await asyncio.sleep(3)
        rest = b""
        # The system may tell the end as a reset, which nobody takes for a whole answer either.
        with suppress(ConnectionResetError):
            while piece := await reader.read(2**10):
                rest += piece
        writer.close()
    assert b"slow-0" in rest and not rest.endswith(b"0\r\n\r\n")
