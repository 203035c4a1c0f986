"""How many requests one client may send and have in flight."""

import asyncio
from hashlib import sha256
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from api.auth import clients
from api.auth.clients import Allowance, client_of
from api.http.rate_limit import Throttle
from tests.api.conftest import Started

ASK = {"query": "{ __typename }"}


class Clock:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def answered(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


async def asked(app: Throttle, address: str = "10.0.0.1", path: str = "/graphql") -> httpx.Response:
    transport = httpx.ASGITransport(app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path)


async def test_rate_is_refused_until_there_is_room() -> None:
    clock = Clock()
    app = Throttle(answered, per_minute=6, in_flight=0, clock=clock)
    assert [(await asked(app)).status_code for _ in range(7)] == [200] * 6 + [429]

    refused = await asked(app)
    assert refused.headers["retry-after"] == "10"
    assert refused.headers["content-type"] == "application/json; charset=utf-8"
    (error,) = refused.json()["errors"]
    assert error["extensions"] == {"code": "TOO_MANY_REQUESTS", "retryAfter": 10}
    assert "6 requests a minute" in error["message"] and "wait 10 s" in error["message"]

    clock.now += 10
    assert [(await asked(app)).status_code for _ in range(2)] == [200, 429]
    clock.now += 3600
    assert [(await asked(app)).status_code for _ in range(7)] == [200] * 6 + [429]


async def test_clients_do_not_pay_for_one_another() -> None:
    app = Throttle(answered, per_minute=1, in_flight=0, clock=Clock())
    for address in ("10.0.0.1", "10.0.0.2", "2001:db8::1"):
        assert (await asked(app, address)).status_code == 200
    for address in ("10.0.0.1", "2001:db8::2"):
        assert (await asked(app, address)).status_code == 429


async def test_health_is_always_answered() -> None:
    app = Throttle(answered, per_minute=1, in_flight=1, clock=Clock())
    assert [(await asked(app, path="/health/live")).status_code for _ in range(3)] == [200] * 3


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 20))
def test_no_minute_holds_more_than_twice_the_number(gaps: list[float], most: int) -> None:
    clock, let_pass = Clock(), []
    allowance = Allowance(most, "clients", clock)
    for gap in gaps:
        clock.now += gap
        if allowance.take("a") == 0:
            let_pass.append(clock.now)
    for start in let_pass:
        # A minute's number at once, and those that its minute made room for.
        assert sum(start <= moment < start + 60 for moment in let_pass) <= 2 * most


async def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "MOST_CLIENTS", 3)
    app = Throttle(answered, per_minute=1, in_flight=1, clock=Clock())
    for n in range(20):
        await asked(app, f"10.0.0.{n}")
    assert app._allowance is not None and len(app._allowance._free_at) == 3
    assert not app._in_flight


async def test_requests_in_flight() -> None:
    ready, go_on = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        ready.set()
        await go_on.wait()
        await answered(scope, receive, send)

    app = Throttle(slow, per_minute=0, in_flight=1)
    first = asyncio.create_task(asked(app))
    await ready.wait()
    refused = await asked(app)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    go_on.set()
    assert (await first).status_code == 200
    assert (await asked(app)).status_code == 200


async def test_request_that_fails_is_no_longer_in_flight() -> None:
    async def failing(*_: Any) -> None:
        raise RuntimeError

    app = Throttle(failing, per_minute=0, in_flight=1)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            await asked(app)


@pytest.mark.parametrize(
    ("client", "name"),
    [
        (("10.0.0.1", 5), "10.0.0.1"),
        (("2001:db8::5", 5), "2001:0db8:0000:0000"),
        (("fe80::1%eth0", 5), "fe80:0000:0000:0000"),
        (("::ffff:10.0.0.1", 5), "10.0.0.1"),
        (None, ""),
    ],
)
def test_client_is_its_address_and_nothing_that_it_sends(client: Any, name: str) -> None:
    headers = [(b"authorization", b"Bearer x"), (b"x-forwarded-for", b"10.9.9.9")]
    assert client_of({"type": "http", "client": client, "headers": headers}) == name


KNOWN = frozenset({sha256(b"known").hexdigest(), sha256(b"other").hexdigest()})


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (b"Bearer known", b"known"),
        (b"bearer  other", b"other"),
        (b"Bearer unknown", None),
        (b"Bearer " + sha256(b"known").hexdigest().encode(), None),
        (b"Basic known", None),
        (b"known", None),
        (b"", None),
    ],
)
def test_client_is_its_token_if_that_is_known(header: bytes, token: bytes | None) -> None:
    scope = {"type": "http", "client": ("10.0.0.1", 5), "headers": [(b"authorization", header)]}
    expected = "10.0.0.1" if token is None else sha256(token).hexdigest()
    assert client_of(scope, KNOWN) == expected
    assert client_of({**scope, "headers": []}, KNOWN) == "10.0.0.1"


async def test_known_tokens_are_a_setting(started: Started) -> None:
    tokens = sha256(b"one").hexdigest() + " " + sha256(b"two").hexdigest().upper()
    async with started(requests_per_minute=1, client_tokens=tokens) as client:

        async def status(token: str) -> int:
            headers = {"authorization": f"Bearer {token}"}
            return (await client.post("/graphql", json=ASK, headers=headers)).status_code

        sent = ["one", "one", "two", "made-up", "made-up-2", "two"]
        assert [await status(token) for token in sent] == [200, 429, 200, 401, 429, 429]


async def test_limits_per_client_are_settings(started: Started) -> None:
    async with started(requests_per_minute=2) as client:
        codes = [(await client.post("/graphql", json=ASK)).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
    async with started() as client:
        for _ in range(30):
            assert (await client.post("/graphql", json=ASK)).status_code == 200
