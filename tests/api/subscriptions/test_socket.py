"""graphql-transport-ws over a real server: the protocol, and what is told."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from store.tokens import Tokens
from store.viewers import Role
from tests.api.subscriptions.conftest import CHANGES, STATUSES, Server
from tests.store.samples import commitment, follow_up, write

INIT = {"type": "connection_init"}
QUERY = {"id": "1", "type": "subscribe", "payload": {"query": "{ commitments { totalCount } }"}}


async def promise(server: Server, key: str, **members: Any) -> None:
    await write(server.database, commitment(key, **members))


async def test_a_status_change_is_told(server: Server) -> None:
    await promise(server, "told")
    async with server.connected() as client:
        await client.subscribe(STATUSES)
        await client.expect_nothing()
        await write(server.database, follow_up("told-done", "told", kind="FULFILLED"))
        event = await client.event()
    del event["cursor"]
    assert event == {
        "key": "told",
        "before": "NO_FOLLOW_UP",
        "after": "FULFILLED",
        "decidedBy": [{"key": "told-done"}],
    }


async def test_it_goes_on_after_a_cursor(server: Server) -> None:
    async with server.connected() as client:
        await client.subscribe(CHANGES)
        await client.expect_nothing()
        await promise(server, "on-1")
        first = await client.event("recordChanges")
    for n in (2, 3):
        await promise(server, f"on-{n}")
    async with server.connected() as client:
        await client.subscribe(CHANGES, after=first["cursor"])
        found = [(await client.event("recordChanges"))["change"]["key"] for _ in range(2)]
        await promise(server, "on-4")
        found.append((await client.event("recordChanges"))["change"]["key"])
    assert found == ["on-2", "on-3", "on-4"]


async def test_filters_are_those_of_lists(server: Server) -> None:
    async with server.connected() as client:
        given = {"commitments": {"key": {"eq": "wanted"}}}
        await client.subscribe(STATUSES, filter=given)
        await client.expect_nothing()
        await promise(server, "unwanted")
        await promise(server, "wanted")
        assert (await client.event())["key"] == "wanted"


async def test_readers_hear_of_nothing_that_they_may_not_see(server: Server) -> None:
    token = await server.token()
    async with server.connected() as reader, server.connected(token) as proposer:
        for client in (reader, proposer):
            await client.subscribe(CHANGES)
            await client.expect_nothing()
        await promise(server, "hidden", curation="PROPOSED")
        await promise(server, "shown")
        keys = [(await proposer.event("recordChanges"))["change"]["key"] for _ in range(2)]
        assert keys == ["hidden", "shown"]
        assert (await reader.event("recordChanges"))["change"]["key"] == "shown"
        await reader.expect_nothing()


async def test_a_query_and_a_mutation_have_one_answer(server: Server) -> None:
    async with server.connected(await server.token(Role.EDITOR)) as client:
        await client.send(QUERY)
        message = await client.take()
        assert message["type"] == "next" and message["payload"]["data"]["commitments"]
        assert await client.take() == {"id": "1", "type": "complete"}
        given = {"noun": "COMMITMENTS", "key": "c1", "text": "So?"}
        mutation = (
            "mutation ($input: CommentInput!) { comment(input: $input) { comment { text } } }"
        )
        await client.subscribe(mutation, "2", input=given)
        assert (await client.event("comment"))["comment"]["text"] == "So?"
        assert (await client.take())["type"] == "complete"


@pytest.mark.parametrize(
    "query, code",
    [
        ("subscription { nonsense }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        (
            "subscription { a: recordChanges { cursor } b: recordChanges { cursor } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ('subscription { recordChanges(after: "nonsense") { cursor } }', "BAD_USER_INPUT"),
        (
            "subscription ($s: Boolean) { recordChanges { cursor @skip(if: $s) } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { recordChanges @skip(if: true) { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ nonsense }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_what_cannot_be_run_is_an_error_of_its_operation(
    server: Server, query: str, code: str
) -> None:
    async with server.connected() as client:
        await client.subscribe(query)
        message = await client.take()
        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"]["code"] == code
        await client.send(QUERY)
        assert (await client.take())["type"] == "next"


@pytest.mark.parametrize(
    "messages, code",
    [
        (["{"], 4400),
        (["[]"], 4400),
        (["5"], 4400),
        ([{"id": "1"}], 4400),
        ([{"type": "nonsense"}], 4400),
        ([{"type": "connection_init", "payload": 5}], 4400),
        ([{"type": "connection_init", "payload": {"Authorization": 5}}], 4400),
        ([{"type": "connection_init", "payload": {"authorization": "Bearer nonsense"}}], 4403),
        ([INIT, INIT], 4429),
        ([QUERY], 4401),
        ([INIT, {**QUERY, "id": 5}], 4400),
        ([INIT, {**QUERY, "id": ""}], 4400),
        ([INIT, {**QUERY, "payload": None}], 4400),
        ([INIT, {**QUERY, "payload": {"query": "{ a }", "variables": 5}}], 4400),
        ([INIT, {**QUERY, "payload": {"query": 5}}], 4400),
        ([INIT, *[{**QUERY, "payload": {"query": CHANGES}}] * 2], 4409),
        ([INIT, {"type": "complete"}], 4400),
    ],
)
async def test_what_is_no_message_closes_the_socket(
    server: Server, messages: list[Any], code: int
) -> None:
    async with server.opened() as client:
        for message in messages:
            await client.send(message)
        found, reason = await client.closed()
    assert found == code and reason


async def test_bytes_and_what_is_too_long_close_it(server: Server) -> None:
    async with server.opened() as client:
        await client.socket.send(b"{}")
        assert (await client.closed())[0] == 4400
    async with server.connected() as client:
        await client.send({**QUERY, "payload": {"query": " " * 300_000}})
        assert (await client.closed())[0] == 1009


async def test_other_protocols_are_not_spoken(server: Server) -> None:
    async with server.opened(subprotocols=["graphql-ws"]) as client:
        assert (await client.closed())[0] == 4406


async def test_a_completed_operation_is_over_and_its_id_free(server: Server) -> None:
    async with server.connected() as client:
        await client.subscribe(CHANGES)
        await client.send({"id": "1", "type": "complete"})
        await client.send({"id": "2", "type": "complete"})
        await client.subscribe(STATUSES)
        await client.expect_nothing()
        await promise(server, "after-complete")
        assert (await client.event())["key"] == "after-complete"


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_pages_of_other_origins_are_refused(server: Server, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with server.opened(origin=origin):
            pass
    assert refused.value.response.status_code == 403
    assert "origin" in json.loads(refused.value.response.body or b"")["errors"][0]["message"]


async def test_other_hosts_are_not_answered_for(server: Server) -> None:
    port = int(server.base.rpartition(":")[2])
    with pytest.raises(InvalidStatus) as refused:
        await connect("ws://nonsense.example/graphql", host="127.0.0.1", port=port)
    assert refused.value.response.status_code == 421


async def test_pages_of_our_own_may_connect(server: Server) -> None:
    async with server.connected(origin=server.base) as client:
        await client.expect_nothing()


async def test_a_bad_header_opens_nothing(server: Server) -> None:
    with pytest.raises(InvalidStatus):
        async with server.opened(additional_headers={"Authorization": "Bearer ft_nonsense"}):
            pass


async def test_a_revoked_token_closes_its_socket(server: Server) -> None:
    token = await server.token(name="to be revoked")
    async with server.connected(token) as client:
        await client.subscribe(CHANGES)
        await Tokens(server.database).revoke("to be revoked", datetime.now(UTC))
        code, reason = await client.closed()
    assert code == 4403 and reason is not None and "revoked" in reason


async def test_a_revoked_token_closes_a_socket_that_never_falls_silent(server: Server) -> None:
    token = await server.token(name="chatty")
    async with server.connected(token) as client:
        await Tokens(server.database).revoke("chatty", datetime.now(UTC))
        with pytest.raises(ConnectionClosed):
            async with asyncio.timeout(20):
                while True:
                    await client.expect_nothing()
                    await asyncio.sleep(0.2)
        assert (await client.closed())[0] == 4403


async def test_ones_own_write_is_read(server: Server) -> None:
    async def ask(least: int, id_: str) -> Any:
        extensions = {"minDataVersion": least}
        payload = {"query": "{ commitments { totalCount } }", "extensions": extensions}
        await client.send({"id": id_, "type": "subscribe", "payload": payload})
        return await client.take()

    async with server.connected() as client:
        answer = await ask(0, "told")
        version = answer["payload"]["extensions"]["dataVersion"]
        assert version > 0 and await client.take() == {"id": "told", "type": "complete"}
        missed = await ask(version + 10**6, "missed")
    assert missed["type"] == "error"
    assert missed["payload"][0]["extensions"]["code"] == "DATA_VERSION_NOT_REACHED"
