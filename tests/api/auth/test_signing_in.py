"""Who a request is of, by its token: over HTTP, in a real store."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import httpx
import pytest
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection

from api.auth import clients, sign_ins
from api.auth.local import make_local
from api.auth.refusals import Reason
from api.auth.sign_ins import KEPT_S, REFUSED_PER_MINUTE, SignIns
from api.auth.viewer import viewer_of
from api.http.headers import bind_to_viewer
from api.observability import logs
from store.mongodb.driver import Database, Unreachable
from store.tokens import Token, Tokens
from store.viewers import ANONYMOUS, Role
from tests.api.auth.conftest import Clock, asking, bearer
from tests.api.conftest import Started
from tests.api.observability.test_logs import Lines

ASK = {"query": "{ __typename }"}
SOON = timedelta(days=1)


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database)


@pytest.fixture
async def who(tokens: Tokens, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(SignIns(tokens, clock=clock)) as client:
        yield client


def now() -> datetime:
    return datetime.now(UTC)


async def reason(client: httpx.AsyncClient, *tokens: str) -> str | None:
    """Why the last of these tokens is refused; None if it is not."""
    for token in tokens:
        response = await client.get("/", headers=bearer(token))
    if response.status_code == 200:
        return None
    (error,) = response.json()["errors"]
    return f"{response.status_code} {error['extensions']['reason']}"


# --- Viewers -------------------------------------------------------------------------------------


async def test_who_says_nothing_is_anonymous(who: httpx.AsyncClient) -> None:
    told = (await who.get("/")).json()
    assert told == {"name": None, "role": "READER", "signIn": "NONE", "scopes": ["READER"]}
    assert viewer_of(HTTPConnection({"type": "http"})) is ANONYMOUS


async def test_a_token_gives_its_name_and_role(who: httpx.AsyncClient, tokens: Tokens) -> None:
    text, _ = await tokens.create("news desk", Role.EDITOR, now(), now() + SOON)
    told = (await who.get("/", headers=bearer(text))).json()
    assert told == {
        "name": "news desk",
        "role": "EDITOR",
        "signIn": "TOKEN",
        "scopes": ["READER", "PROPOSER", "EDITOR"],
    }
    for scheme in ("bearer", "BEARER", "Bearer "):
        response = await who.get("/", headers={"authorization": f"{scheme} {text}"})
        assert response.json()["name"] == "news desk"


async def test_other_schemes_are_of_a_proxy_before_us(who: httpx.AsyncClient) -> None:
    for header in ("Basic dTpw", "Digest a=b", "Negotiate x", "nonsense"):
        told = (await who.get("/", headers={"authorization": header})).json()
        assert told["signIn"] == "NONE"


async def test_tokens_by_which_clients_are_counted_open_nothing(tokens: Tokens) -> None:
    counted = frozenset({sha256(b"known").hexdigest()})
    async with asking(SignIns(tokens), counted=counted) as client:
        assert (await client.get("/", headers=bearer("known"))).json()["signIn"] == "NONE"
        assert await reason(client, "unknown") == "401 MALFORMED"


async def test_health_checks_ask_nobody(who: httpx.AsyncClient) -> None:
    assert (await who.get("/health/live", headers=bearer("nonsense"))).status_code == 200


# --- Refusals ------------------------------------------------------------------------------------


async def test_refusals_name_the_reason_and_the_remedy(
    who: httpx.AsyncClient, tokens: Tokens
) -> None:
    text, made = await tokens.create("bot", Role.ADMIN, now())
    expired, _ = await tokens.create("bot", Role.ADMIN, now(), now() - SOON)
    revoked, gone = await tokens.create("bot", Role.ADMIN, now())
    await tokens.revoke(gone.prefix, now())
    sent = {
        text[:-1] + ("a" if text[-1] != "a" else "b"): Reason.UNKNOWN,
        text.replace(made.prefix, "0000000000"): Reason.UNKNOWN,
        "ft_local_" + "a" * 43: Reason.UNKNOWN,
        expired: Reason.EXPIRED,
        revoked: Reason.REVOKED,
        text[:-1]: Reason.MALFORMED,
        "ft_": Reason.MALFORMED,
        "a.b.c": Reason.MALFORMED,
        "x" * 20_000: Reason.MALFORMED,
        "": Reason.MALFORMED,
        "two words": Reason.MALFORMED,
    }
    for token, why in sent.items():
        response = await who.get("/", headers=bearer(token))
        assert response.status_code == 401
        (error,) = response.json()["errors"]
        assert error["extensions"] == {"code": "UNAUTHENTICATED", "reason": why.value}
        assert "token" in error["message"].lower() or "serve" in error["message"]
        assert response.headers["www-authenticate"] == (
            'Bearer realm="followthrough", error="invalid_token", '
            f'error_description="{error["message"]}"'
        )
        assert error["message"].isascii() and not set('"\\') & set(error["message"])
        assert response.headers["cache-control"] == "no-store"
        if token:
            assert token not in response.text and token not in str(response.headers)


async def test_two_headers_are_refused(who: httpx.AsyncClient, tokens: Tokens) -> None:
    text, _ = await tokens.create("bot", Role.ADMIN, now())
    headers = [("authorization", f"Bearer {text}"), ("authorization", "Basic dTpw")]
    response = await who.get("/", headers=headers)
    assert response.json()["errors"][0]["extensions"]["reason"] == "MALFORMED"


async def test_mongodb_that_is_away_is_no_wrong_token(clock: Clock) -> None:
    class Away:
        async def find(self, _prefix: str) -> None:
            raise Unreachable("no server")

    async with asking(SignIns(Away(), clock=clock)) as client:  # type: ignore[arg-type]
        response = await client.get("/", headers=bearer("ft_0000000000_" + "a" * 43))
    assert response.status_code == 503 and response.headers["retry-after"] == "5"
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert "www-authenticate" not in response.headers


# --- What is kept --------------------------------------------------------------------------------


async def test_a_token_is_looked_up_once_in_seconds_and_a_revoked_one_heeded_within_five(
    who: httpx.AsyncClient, tokens: Tokens, clock: Clock
) -> None:
    assert KEPT_S < 5
    text, made = await tokens.create("bot", Role.EDITOR, now())
    assert await reason(who, text) is None
    await tokens.revoke(made.prefix, now())
    clock.now += KEPT_S - 0.1
    assert await reason(who, text) is None
    clock.now += 0.2
    assert await reason(who, text) == "401 REVOKED"


async def test_what_a_look_up_takes_is_no_time_to_keep_a_token_for(
    tokens: Tokens, clock: Clock
) -> None:
    text, made = await tokens.create("bot", Role.EDITOR, now())

    class Slow(Tokens):
        async def find(self, prefix: str) -> Token | None:
            found = await super().find(prefix)
            clock.now += 3
            return found

    async with asking(SignIns(Slow(tokens._database), clock=clock)) as client:
        assert await reason(client, text) is None
        await tokens.revoke(made.prefix, now())
        clock.now += KEPT_S - 3 + 0.1
        assert await reason(client, text) == "401 REVOKED"


async def test_a_token_is_not_kept_longer_than_it_is_valid(
    who: httpx.AsyncClient, tokens: Tokens, clock: Clock
) -> None:
    text, _ = await tokens.create("bot", Role.EDITOR, now(), now() + timedelta(seconds=1))
    assert await reason(who, text) is None
    await asyncio.sleep(1)
    clock.now += 1.1
    assert await reason(who, text) == "401 EXPIRED"


async def test_last_use_is_noted_beside_the_request(tokens: Tokens, clock: Clock) -> None:
    text, made = await tokens.create("bot", Role.EDITOR, now())
    noted: list[str] = []

    class Slow(Tokens):
        async def note_use(self, prefix: str, at: datetime) -> None:
            await asyncio.sleep(0.2)
            noted.append(prefix)
            await super().note_use(prefix, at)

    slow = SignIns(Slow(tokens._database), clock=clock)
    async with asking(slow) as client:
        for _ in range(3):
            assert await reason(client, text) is None
            clock.now += KEPT_S
        assert noted == []
        await slow.finish()
        assert noted == [made.prefix]
        kept = await tokens.find(made.prefix)
        assert kept and kept.used_at and now() - kept.used_at < timedelta(seconds=30)
        assert await reason(client, text) is None
        await slow.finish()
    assert noted == [made.prefix], "once a minute"


# --- Guessing ------------------------------------------------------------------------------------


async def test_who_guesses_is_stopped_and_neighbours_are_not(tokens: Tokens, clock: Clock) -> None:
    text, _ = await tokens.create("bot", Role.EDITOR, now())
    other, _ = await tokens.create("other", Role.EDITOR, now())
    shared = SignIns(tokens, clock=clock)
    async with asking(shared) as here, asking(shared, "10.0.0.2") as elsewhere:
        assert await reason(here, text) is None
        guesses = [f"ft_0000000000_{number:043}" for number in range(REFUSED_PER_MINUTE + 1)]
        assert await reason(here, *guesses[:-1]) == "401 UNKNOWN"
        assert await reason(here, guesses[-1]) == "429 TOO_MANY"
        response = await here.get("/", headers=bearer(guesses[0]))
        assert response.headers["retry-after"] == "2"
        assert response.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"
        # Not by a right guess either.
        assert await reason(here, other) == "429 TOO_MANY"
        assert (await here.get("/")).status_code == 200
        assert await reason(elsewhere, other) is None
        # Whoever signed in before goes on, even when it must be looked at again.
        clock.now += KEPT_S * 0.4
        assert await reason(here, text) is None
        clock.now += 60
        assert await reason(here, other) is None


async def test_what_is_remembered_is_bounded(
    tokens: Tokens, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "MOST_CLIENTS", 3)
    monkeypatch.setattr(sign_ins, "_BYTES_EACH", 1024 * 1024)
    shared = SignIns(tokens, clock=clock)
    for number in range(5):
        text, _ = await tokens.create("bot", Role.EDITOR, now())
        async with asking(shared, f"10.0.0.{number}") as client:
            assert await reason(client, text) is None
            assert await reason(client, "nonsense") == "401 MALFORMED"
    assert len(shared._known) == 2 and len(shared._refused._free_at) == 3


# --- The link of whoever started the server ------------------------------------------------------


async def test_the_link_signs_in_as_admin_with_no_trace_in_the_store(
    tokens: Tokens, database: Database
) -> None:
    text, started_by = make_local()
    another, _ = make_local()
    async with asking(SignIns(tokens, started_by=started_by)) as client:
        told = (await client.get("/", headers=bearer(text))).json()
        assert (told["name"], told["role"], told["signIn"]) == (started_by.name, "ADMIN", "LOCAL")
        assert await reason(client, another) == "401 UNKNOWN"
    assert await database.find("tokens", {}) == []


# --- The application -----------------------------------------------------------------------------


@pytest.fixture
async def editor(database: Database) -> str:
    text, _ = await Tokens(database).create("Zoë", Role.EDITOR, now())
    return text


@pytest.mark.parametrize("path", ["/graphql", "/", "/nothing", "/export/commitments.csv"])
async def test_every_address_signs_in(
    started: Started, database: Database, editor: str, path: str
) -> None:
    async with started(database=database.name) as client:
        plain = await client.get(path)
        assert (await client.get(path, headers=bearer(editor))).status_code == plain.status_code
        refused = await client.get(path, headers=bearer("nonsense"))
    assert refused.status_code == 401
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert refused.headers["x-request-id"]


async def test_answers_to_the_signed_in_are_kept_by_nobody_else(client: httpx.AsyncClient) -> None:
    for path in ("/graphql?query={__typename}", "/commitments/K03", "/export/commitments.csv"):
        anonymous = await client.get(path)
        signed_in = await client.get(path, headers={"authorization": "Basic dTpw"})
        for response in (anonymous, signed_in):
            assert "Authorization" in response.headers["vary"].split(", ")
        assert "private" not in anonymous.headers["cache-control"]
        assert signed_in.headers["cache-control"] == "private, no-cache"


async def test_a_kept_answer_still_holds_for_the_signed_in(
    started: Started, database: Database, editor: str
) -> None:
    path = "/graphql?query={commitments{totalCount}}"
    async with started(database=database.name) as client:
        first = await client.get(path, headers=bearer(editor))
        given = {"if-none-match": first.headers["etag"], **bearer(editor)}
        again = await client.get(path, headers=given)
        assert (first.status_code, again.status_code) == (200, 304)
        assert again.headers["cache-control"] == "private, no-cache"
        assert "Authorization" in again.headers["vary"]
        given = {"if-none-match": first.headers["etag"], **bearer("nonsense")}
        assert (await client.get(path, headers=given)).status_code == 401


@pytest.mark.parametrize(
    ("given", "private"),
    [
        (None, "private"),
        ("no-cache", "private, no-cache"),
        ("no-store", "no-store"),
        ("public, max-age=31536000, immutable", "private, max-age=31536000, immutable"),
        ("s-maxage=60, max-age=5", "private, max-age=5"),
        ("private", "private"),
    ],
)
def test_cache_control_of_the_signed_in(given: str | None, private: str) -> None:
    headers = MutableHeaders({"cache-control": given} if given else {})
    bind_to_viewer(headers, private=True)
    assert headers["cache-control"] == private
    headers = MutableHeaders({"vary": "Accept"})
    bind_to_viewer(headers, private=False)
    assert headers["vary"] == "Accept, Authorization" and "cache-control" not in headers


async def test_other_origins_that_may_read_may_sign_in(
    started: Started, database: Database, editor: str
) -> None:
    origin = {"origin": "https://friend.example"}
    async with started(database=database.name, allowed_origins=origin["origin"]) as client:
        asked = {
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        }
        preflight = await client.options("/graphql", headers={**origin, **asked})
        assert preflight.status_code == 200
        assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
        headers = {**origin, **bearer("nonsense")}
        refused = await client.post("/graphql", json=ASK, headers=headers)
        assert refused.status_code == 401
        # Else a page could not tell a wrong token from a network that fails.
        assert refused.headers["access-control-allow-origin"] == origin["origin"]
        assert "WWW-Authenticate" in refused.headers["access-control-expose-headers"]


async def test_refusals_are_counted_by_reason(started: Started) -> None:
    async with started(metrics=True) as client:
        for _ in range(2):
            await client.post("/graphql", json=ASK, headers=bearer("nonsense"))
        shown = (await client.get("/metrics")).text
    assert 'followthrough_refused_sign_ins_total{reason="MALFORMED"} 2.0' in shown
    assert 'followthrough_errors_total{code="UNAUTHENTICATED"} 2.0' in shown


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Iterator[Lines]:
    """All that is logged by anybody but the client of these tests, however little it matters, as
    `logs.configure` has it.
    """
    lines = Lines(request.param)
    lines.addFilter(lambda record: record.name != "httpx" and not record.name.startswith("pymongo"))
    loggers = [logging.getLogger(name) for name in ("", "followthrough")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    loggers[0].addHandler(lines)
    yield lines
    loggers[0].removeHandler(lines)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("kept", [logs.JsonLines(), logs.TextLines()], indirect=True)
async def test_refusals_are_logged_with_name_and_request_and_no_line_has_a_token(
    started: Started, database: Database, editor: str, kept: Lines
) -> None:
    tokens = Tokens(database)
    revoked, gone = await tokens.create("old bot", Role.ADMIN, now())
    await tokens.revoke(gone.prefix, now())
    kept.lines.clear()
    sent = [editor, revoked, editor[:-1], "hunter2-hunter2", "eyJhbGciOiJub25lIn0.eyJhIjoxfQ."]
    async with started(database=database.name) as client:
        for number, token in enumerate(sent):
            headers = {**bearer(token), "x-request-id": f"trace-{number}"}
            await client.post("/graphql", json=ASK, headers=headers)
            # In the path as well, where it does not belong.
            await client.get(f"/desk/{token}")
    assert kept.lines
    for token in (*sent[:3], sent[4]):
        secret = token.rpartition("_")[2]
        assert not [line for line in kept.lines if secret in line]
    assert not [line for line in kept.lines if "hunter2" in line and "/desk/" not in line]
    assert not [line for line in kept.lines if "Bearer" in line or "uthorization" in line]
    (line,) = (line for line in kept.lines if "REVOKED" in line)
    assert f"'old bot', token {gone.prefix}" in line and "trace-1" in line
    if line.startswith("{"):
        answered = [json.loads(line) for line in kept.lines if '"viewer"' in line]
        assert {(line["requestId"], line["viewer"]) for line in answered} == {("trace-0", "Zoë")}
