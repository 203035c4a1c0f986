"""GraphQL over HTTP as clients meet it: methods, media types, bodies, refusals.

What is said of errors in GraphQL itself is in test_graphql_errors.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from graphql import build_schema
from starlette.requests import ClientDisconnect, Request

from api.http import connections
from api.http.bodies import _read_stated_length
from api.http.endpoint import LARGEST_BODY
from api.pages.routes import DIST
from engine.requests.service import Service

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HTML = "text/html"
ASK = {"query": "{ __typename }"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def media_type(response: httpx.Response) -> str:
    kind, _, charset = response.headers["content-type"].partition(";")
    assert charset.strip() == "charset=utf-8"
    return str(kind)


def error_of(response: httpx.Response) -> dict[str, Any]:
    """The one error of an answer, which came as JSON."""
    assert media_type(response) in (JSON, GRAPHQL)
    (error,) = response.json()["errors"]
    assert error["message"] and error["extensions"]["code"]
    return dict(error)


async def post(client: httpx.AsyncClient, body: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/graphql", content=body, headers={"content-type": JSON, **named})


# --- Media types ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        ("application/json; charset=utf-8", JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8", GRAPHQL),
        (GRAPHQL.upper(), GRAPHQL),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON}", JSON),
        (f"{JSON};q=0.8, {GRAPHQL};q=0.9, */*;q=0.1", GRAPHQL),
        (f"{GRAPHQL};q=0, */*", JSON),
        (f"{JSON};q=0, */*", GRAPHQL),
        (f"text/html, {JSON};q=0.2", JSON),
        (f"{GRAPHQL};q=high, {JSON};q=0.1", JSON),
        (f"{GRAPHQL};q=nan, {JSON};q=0.1", JSON),
        (f"{GRAPHQL};q=7, {JSON};q=0.9", GRAPHQL),
        (BROWSER, JSON),
    ],
)
async def test_media_type_that_is_wanted_most_is_sent(
    client: httpx.AsyncClient, accept: str | None, answered: str
) -> None:
    client.headers.pop("accept")
    headers = {} if accept is None else {"accept": accept}
    for response in (
        await client.post("/graphql", json=ASK, headers=headers),
        await client.get("/graphql", params=ASK, headers=headers),
    ):
        assert response.status_code == 200
        assert media_type(response) == answered
        assert response.json() == {"data": {"__typename": "Query"}}
        assert response.headers["vary"] == "Accept, Authorization"
        assert response.headers["x-content-type-options"] == "nosniff"


async def test_accept_on_two_lines(client: httpx.AsyncClient) -> None:
    client.headers.pop("accept")
    lines = [("accept", "text/plain"), ("accept", GRAPHQL)]
    response = await client.post("/graphql", json=ASK, headers=lines)
    assert (response.status_code, media_type(response)) == (200, GRAPHQL)


@pytest.mark.parametrize(
    "accept",
    [HTML, "text/plain", "image/*", f"{JSON};q=0", "*/*;q=0", f"{JSON};charset=latin1", ";;,=,q=1"],
)
async def test_nothing_that_the_client_takes(client: httpx.AsyncClient, accept: str) -> None:
    response = await client.post("/graphql", json=ASK, headers={"accept": accept})
    assert response.status_code == 406
    assert JSON in error_of(response)["message"]


async def test_html_is_not_an_answer_to_a_query(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params=ASK, headers={"accept": HTML})
    assert response.status_code == 406
    error_of(response)


@pytest.mark.skipif(not (DIST / "index.html").exists(), reason="the page is not built")
@pytest.mark.parametrize("accept", [HTML, BROWSER, f"{HTML}, {JSON};q=0.9"])
async def test_browser_gets_the_workbench(client: httpx.AsyncClient, accept: str) -> None:
    response = await client.get("/graphql", headers={"accept": accept})
    assert response.status_code == 200
    assert media_type(response) == HTML
    assert "<!doctype html>" in response.text.lower()
    assert "default-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin1",
        "application/json; charset = utf-16",
        "application/jsonx",
    ],
)
async def test_body_of_another_media_type(client: httpx.AsyncClient, content_type: str) -> None:
    response = await post(client, json.dumps(ASK).encode(), content_type=content_type)
    assert response.status_code == 415
    error_of(response)


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=UTF-8", 'Application/JSON;charset="utf-8"']
)
async def test_body_whose_type_is_written_otherwise(
    client: httpx.AsyncClient, content_type: str
) -> None:
    response = await post(client, json.dumps(ASK).encode(), content_type=content_type)
    assert response.status_code == 200


# --- Methods -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST"
    error_of(response)


@pytest.mark.parametrize("path", ["/", "/health/live", "/assets/a.js"])
async def test_each_route_names_its_own_methods(client: httpx.AsyncClient, path: str) -> None:
    response = await client.post(path)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"
    assert "POST" not in error_of(response)["message"]


async def test_head_is_as_get(client: httpx.AsyncClient) -> None:
    response = await client.head("/graphql", params=ASK)
    assert response.status_code == 200
    assert media_type(response) == JSON


async def test_get_takes_every_member(client: httpx.AsyncClient) -> None:
    params = {
        "query": "query A($k: String!) { commitment(by: {key: $k}) { key } } "
        "query B { __typename }",
        "operationName": "A",
        "variables": '{"k": "K01"}',
        "extensions": "{}",
    }
    response = await client.get("/graphql", params=params)
    assert response.json() == {"data": {"commitment": {"key": "K01"}}}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"query": ""},
        {**ASK, "variables": "{"},
        {**ASK, "variables": "[]"},
        {**ASK, "variables": "3"},
        {**ASK, "extensions": "[]"},
    ],
)
async def test_get_that_is_no_request(client: httpx.AsyncClient, params: dict[str, str]) -> None:
    response = await client.get("/graphql", params=params)
    assert response.status_code == 400
    assert error_of(response)["extensions"]["code"] == "BAD_USER_INPUT"


async def test_get_may_not_change_anything(started: Any) -> None:
    service = Service(build_schema("type Query { a: Int } type Mutation { b: Int }"), {})
    document = {"query": "query A { a } mutation B { b }"}
    async with started(service=service) as client:
        response = await client.get("/graphql", params={**document, "operationName": "B"})
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        error_of(response)

        for method, params, body in (
            ("GET", {**document, "operationName": "A"}, None),
            ("POST", {}, {**document, "operationName": "B"}),
        ):
            response = await client.request(method, "/graphql", params=params, json=body)
            assert response.status_code == 200
            assert "errors" not in response.json()


async def test_kind_of_operation_decides_before_the_schema_does(client: httpx.AsyncClient) -> None:
    # Validation would have a word of its own.
    response = await client.get("/graphql", params={"query": "mutation { a }"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    response = await client.post("/graphql", json={"query": "subscription { x }"})
    assert "over a WebSocket" in error_of(response)["message"]
    two = {"query": "query A { nonsense } mutation B { b }", "operationName": "A"}
    response = await client.get("/graphql", params=two)
    assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_subscription_is_refused_and_says_so(started: Any, method: str) -> None:
    service = Service(build_schema("type Query { a: Int } type Subscription { b: Int }"), {})
    document = {"query": "subscription { b }"}
    members = {"params": document} if method == "GET" else {"json": document}
    async with started(service=service) as client:
        plain = await client.request(method, "/graphql", **members)
        newer = await client.request(method, "/graphql", headers={"accept": GRAPHQL}, **members)
    assert (plain.status_code, newer.status_code) == (200, 400)
    for response in (plain, newer):
        error = error_of(response)
        assert error["extensions"]["code"] == "OPERATION_RESOLUTION_FAILURE"
        assert "/graphql/stream" in error["message"]


async def test_half_a_handshake_of_a_websocket_is_refused(live_server: str) -> None:
    headers = {"connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    async with httpx.AsyncClient() as client:
        response = await client.get(f"{live_server}/graphql", headers=headers)
    assert response.status_code == 400
    assert "Sec-WebSocket-Key" in response.text


# --- Bodies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"true",
        b"3",
        b'"{ __typename }"',
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b"{}",
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": {}}',
        b'{"query": ["{ __typename }"]}',
        b'{"query": "{ __typename }"',
        b'{"query": "{ __type',
        b'{"query": "{ __typename }"} {}',
        b'{"query": "\xff"}',
        b"\xff\xfe{\x00}\x00",
        b'{"query": "\\ud800"}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "x"}',
        b'{"query": "{ __typename }", "variables": 1}',
        b'{"query": "{ __typename }", "extensions": []}',
        b'{"query": "{ __typename }", "operationName": 1}',
        b'{"query": "{ __typename }", "operationName": {}}',
        b'{"query": "{ __typename }", "documentId": []}',
        b'{"documentId": 1}',
        b'{"query": 1, "documentId": "sha256:x"}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
        b'{"query": "{ __typename }", "variables": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
    ],
    ids=lambda body: f"{body[:60]!r}-{len(body)}",
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_body_that_is_no_request(client: httpx.AsyncClient, body: bytes, accept: str) -> None:
    response = await post(client, body, accept=accept)
    assert response.status_code == 400
    assert media_type(response) == accept
    assert error_of(response)["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("absent", ["null", "{}"])
async def test_members_that_may_be_null(client: httpx.AsyncClient, absent: str) -> None:
    body = f'{{"query": "{{ __typename }}", "operationName": null, "variables": {absent}}}'
    assert (await post(client, body.encode())).status_code == 200


async def test_members_that_are_not_known_are_let_pass(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={**ASK, "id": "x", "extensions": {"a": 1}})
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_largest_body(client: httpx.AsyncClient) -> None:
    body = json.dumps(ASK).encode()
    assert (await post(client, body.ljust(LARGEST_BODY))).status_code == 200

    response = await post(client, body.ljust(LARGEST_BODY + 1))
    assert response.status_code == 413
    assert response.headers["connection"] == "close"
    error = error_of(response)
    assert error["message"].startswith(f"body: {LARGEST_BODY + 1} is more than {LARGEST_BODY} ")
    limit = {"limit": "body", "most": LARGEST_BODY, "value": LARGEST_BODY + 1}
    assert error["extensions"] == {"code": "BAD_USER_INPUT", **limit}


@pytest.mark.parametrize(
    ("stated", "length"),
    [("", None), ("x", None), ("-1", None), ("0", 0), ("9" * 19, 10**19 - 1), ("9" * 5000, None)],
    ids=["none", "a letter", "less than none", "zero", "long", "longer than Python reads"],
)
def test_a_length_is_read_if_it_is_one(stated: str, length: int | None) -> None:
    scope = {"type": "http", "headers": [(b"content-length", stated.encode())]}
    assert _read_stated_length(Request(scope)) == length


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
async def test_body_that_is_stated_too_long_is_refused_unread(
    live_server: str, expect: bytes
) -> None:
    url = httpx.URL(live_server)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    writer.write(head + b"Content-Length: 999999999\r\n" + expect + b"\r\n")
    async with asyncio.timeout(10):
        answer = await reader.read()  # to the end: the connection is closed
    writer.close()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"value":999999999' in answer


async def test_body_of_unstated_length_is_measured_too(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read to throw it away, after the answer, is told in test_connections."""
    monkeypatch.setattr(connections, "MOST_LINGERED", 0)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * LARGEST_BODY:
            sent += 16_384
            yield b" " * 16_384

    response = await client.post("/graphql", content=endless(), headers={"content-type": JSON})
    assert response.status_code == 413
    assert sent <= 2 * LARGEST_BODY
    said = error_of(response)["extensions"]
    assert said == {"code": "BAD_USER_INPUT", "limit": "body", "most": LARGEST_BODY}


async def test_body_that_is_cut_off(started: Any) -> None:
    async def cut_off() -> AsyncIterator[bytes]:
        yield b'{"query":'
        raise ClientDisconnect

    async with started() as client:
        response = await client.post("/graphql", content=cut_off(), headers={"content-type": JSON})
    assert response.status_code == 400
    error_of(response)


@pytest.mark.parametrize(
    "path", ["/x", "/health", "/metrics", "/export/nope.csv", "/assets/nope.js", "/graphql/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nothing_there_is_json(client: httpx.AsyncClient, method: str, path: str) -> None:
    response = await client.request(method, path)
    if (method, path) == ("POST", "/assets/nope.js"):
        assert response.status_code == 405
    else:
        assert response.status_code == 404
        assert response.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/x", "/health", "/export/nope.csv", "/graphql/x", "/%3Cb%3E"])
async def test_nothing_there_is_a_page_for_a_browser(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"accept": BROWSER})
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert (
        response.headers["cache-control"] == "no-store"
        and response.headers["vary"] == "Accept, Accept-Language, Authorization"
    )
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "There is nothing at this address" in response.text and 'href="/"' in response.text
    response = await client.post(path, headers={"accept": BROWSER})
    assert response.headers["content-type"] == "application/json; charset=utf-8"
