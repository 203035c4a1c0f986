"""JWTs of a real OpenID provider: who signs in by them, and what is refused."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.auth.openid import provider as provider_module
from api.auth.openid.provider import (
    AGAIN_S,
    KEPT_S,
    LARGEST,
    LONGEST_KEPT_S,
    BadAnswer,
    Provider,
    is_safe_address,
    read_keys,
)
from api.auth.openid.verifier import LEEWAY_S, OpenIdVerifier
from api.auth.sign_ins import SignIns
from store.mongodb.driver import Database
from store.tokens import Tokens
from store.viewers import Role
from tests.api.auth.conftest import Clock, asking, bearer
from tests.api.auth.openid_provider import AUDIENCE, RunningProvider, SigningKey, running_provider
from tests.api.conftest import Started
from tests.clients.node import needs_node

pytestmark = needs_node

ROLES = {"editor": Role.EDITOR, "proposer": Role.PROPOSER, "boss": Role.ADMIN}
ONE, TWO, CURVED = SigningKey("one"), SigningKey("two"), SigningKey("curved", "ES256")


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[RunningProvider]:
    async with running_provider(ONE, CURVED) as provider:
        yield provider


@pytest.fixture
async def provider(running: RunningProvider) -> RunningProvider:
    """The provider with the keys that it began with."""
    await running.sign_by(ONE, CURVED)
    return running


@pytest.fixture
async def sign_ins(
    provider: RunningProvider, database: Database, clock: Clock
) -> AsyncIterator[SignIns]:
    async with httpx2.AsyncClient() as client:
        verifier = OpenIdVerifier(
            Provider(provider.issuer, client, clock),
            AUDIENCE,
            "preferred_username",
            "realm_access.roles",
            ROLES,
        )
        yield SignIns(Tokens(database), openid=verifier, clock=clock)


@pytest.fixture
async def who(sign_ins: SignIns) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(sign_ins) as client:
        yield client


async def tell(client: httpx.AsyncClient, token: str) -> str:
    """Who signs in by a token, as `zoe EDITOR`; else the status and the reason."""
    response = await client.get("/", headers=bearer(token))
    if response.status_code == 200:
        told = response.json()
        assert told["signIn"] == "OPENID"
        return f"{told['name']} {told['role']}"
    assert token not in response.text
    (error,) = response.json()["errors"]
    if response.status_code == 401:
        assert response.headers["www-authenticate"].endswith(f'="{error["message"]}"')
    return f"{response.status_code} {error['extensions']['reason']}"


# --- Who signs in --------------------------------------------------------------------------------


async def test_a_token_that_the_provider_granted(
    who: httpx.AsyncClient, provider: RunningProvider
) -> None:
    granted = await provider.grant(
        preferred_username="zoe", realm_access={"roles": ["proposer", "editor"]}
    )
    assert await tell(who, granted) == "zoe EDITOR"
    assert await tell(who, await provider.grant()) == "desk READER"
    assert await tell(who, await provider.grant(audience="another")) == "401 AUDIENCE"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "zoe EDITOR"),
        ({"realm_access": {"roles": ["boss", "editor"]}}, "zoe ADMIN"),
        ({"realm_access": {"roles": "proposer"}}, "zoe PROPOSER"),
        ({"realm_access": {"roles": ["EDITOR", 7, None]}}, "zoe READER"),
        ({"realm_access": {"roles": {"editor": True}}}, "zoe READER"),
        ({"realm_access": ["editor"]}, "zoe READER"),
        ({"realm_access": None}, "zoe READER"),
        ({"realm_access.roles": ["boss"]}, "zoe ADMIN"),
        ({"preferred_username": None}, "f3a1 EDITOR"),
        ({"preferred_username": "a\nb"}, "f3a1 EDITOR"),
        ({"preferred_username": ["zoe"]}, "f3a1 EDITOR"),
        ({"preferred_username": "z" * 256}, "f3a1 EDITOR"),
        ({"preferred_username": None, "sub": "a\x1bb"}, "401 CLAIMS"),
        ({"aud": [AUDIENCE]}, "zoe EDITOR"),
        ({"aud": [AUDIENCE, "other"], "azp": AUDIENCE}, "zoe EDITOR"),
    ],
)
async def test_names_and_roles_come_from_claims(
    who: httpx.AsyncClient, provider: RunningProvider, changed: dict[str, Any], told: str
) -> None:
    assert await tell(who, ONE.sign(provider.claims(**changed))) == told


async def test_algorithms_and_types(who: httpx.AsyncClient, provider: RunningProvider) -> None:
    assert await tell(who, CURVED.sign(provider.claims())) == "zoe EDITOR"
    assert await tell(who, ONE.sign(provider.claims(), typ="at+jwt")) == "zoe EDITOR"
    assert await tell(who, ONE.sign(provider.claims(), typ="logout+jwt")) == "401 MALFORMED"
    # Each key is for one algorithm, which the provider says.
    other = jwt.encode(provider.claims(), ONE.private, "PS256", headers={"kid": "one"})
    assert await tell(who, other) == "401 KEY"
    # Without an id, the only key for the algorithm.
    assert await tell(who, CURVED.sign(provider.claims(), kid=None)) == "zoe EDITOR"
    await provider.sign_by(ONE, TWO)


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"aud": "another"}, "401 AUDIENCE"),
        ({"aud": [AUDIENCE, "other"]}, "401 AUDIENCE"),
        ({"aud": [AUDIENCE, "other"], "azp": "other"}, "401 AUDIENCE"),
        ({"aud": {"a": AUDIENCE}}, "401 AUDIENCE"),
        ({"aud": None}, "401 CLAIMS"),
        ({"iss": "https://elsewhere.example"}, "401 ISSUER"),
        ({"iss": None}, "401 CLAIMS"),
        ({"sub": None}, "401 CLAIMS"),
        ({"exp": None}, "401 CLAIMS"),
        ({"iat": None}, "401 CLAIMS"),
        ({"exp": "soon"}, "401 MALFORMED"),
    ],
)
async def test_claims_that_are_wrong_or_absent(
    who: httpx.AsyncClient, provider: RunningProvider, changed: dict[str, Any], told: str
) -> None:
    assert await tell(who, ONE.sign(provider.claims(**changed))) == told


@pytest.mark.parametrize(
    ("claim", "seconds", "told"),
    [
        ("exp", -LEEWAY_S + 10, "zoe EDITOR"),
        ("exp", -LEEWAY_S - 1, "401 EXPIRED"),
        ("nbf", LEEWAY_S - 10, "zoe EDITOR"),
        ("nbf", LEEWAY_S + 10, "401 NOT_YET_VALID"),
        ("iat", LEEWAY_S - 10, "zoe EDITOR"),
        ("iat", LEEWAY_S + 10, "401 NOT_YET_VALID"),
    ],
)
async def test_clocks_may_differ_by_the_leeway(
    who: httpx.AsyncClient, provider: RunningProvider, claim: str, seconds: int, told: str
) -> None:
    token = ONE.sign(provider.claims(**{claim: int(time.time()) + seconds}))
    assert await tell(who, token) == told


def packed(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def written(head: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{packed(json.dumps(head).encode())}.{packed(json.dumps(claims).encode())}"


async def test_what_is_not_signed_is_refused(
    who: httpx.AsyncClient, provider: RunningProvider
) -> None:
    for name in ("none", "None", "NONE", "", None):
        unsigned = written({"alg": name, "kid": "one"}, provider.claims())
        assert await tell(who, f"{unsigned}.") == "401 ALGORITHM"
    signed = ONE.sign(provider.claims())
    head, _, signature = signed.split(".")
    changed = packed(json.dumps(provider.claims(preferred_username="boss")).encode())
    assert await tell(who, f"{head}.{changed}.{signature}") == "401 SIGNATURE"
    assert await tell(who, f"{signed.rpartition('.')[0]}.") == "401 SIGNATURE"
    assert await tell(who, TWO.sign(provider.claims(), kid="one")) == "401 SIGNATURE"


async def test_the_public_key_is_no_password(
    who: httpx.AsyncClient, provider: RunningProvider
) -> None:
    public = ONE.private.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, pem.strip(), der):
        for algorithm, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
            text = written({"alg": algorithm, "kid": "one"}, provider.claims())
            forged = f"{text}.{packed(hmac.digest(secret, text.encode(), digest))}"
            assert await tell(who, forged) == "401 ALGORITHM"


@pytest.mark.parametrize(
    "text",
    ["a.b.c", "a.b", "e30.e30.", "....", packed(b"[" * 5000) + ".e30.e30", "bm90IGpzb24.e30.e30"],
)
async def test_what_is_no_jwt_is_refused(who: httpx.AsyncClient, text: str) -> None:
    assert await tell(who, text) in ("401 MALFORMED", "401 ALGORITHM")


async def test_heads_that_say_what_is_not_understood(
    who: httpx.AsyncClient, provider: RunningProvider
) -> None:
    critical = ONE.sign(provider.claims(), crit=["future"], future=1)
    assert await tell(who, critical) == "401 MALFORMED"
    for head in ({"kid": 7}, {"typ": 7}, {"alg": ["RS256"]}):
        text = written({"alg": "RS256", **head}, provider.claims())
        assert (await tell(who, f"{text}.AAAA")).startswith("401 ")


# --- Keys ----------------------------------------------------------------------------------------


async def test_a_new_key_is_fetched_and_forged_ids_cannot_hammer_the_provider(
    who: httpx.AsyncClient, provider: RunningProvider, clock: Clock
) -> None:
    before = await provider.count_fetches()
    assert await tell(who, ONE.sign(provider.claims())) == "zoe EDITOR"
    await provider.sign_by(TWO)
    # It was asked just now.
    assert await tell(who, TWO.sign(provider.claims())) == "401 KEY"
    clock.now += AGAIN_S
    assert await tell(who, TWO.sign(provider.claims())) == "zoe EDITOR"
    # Its fetch took the old key away.
    assert await tell(who, ONE.sign(provider.claims(sub="again"))) == "401 KEY"
    assert await provider.count_fetches() == before + 2
    for number in range(20):
        await tell(who, ONE.sign(provider.claims(), kid=f"forged-{number}"))
        clock.now += AGAIN_S / 10
    assert await provider.count_fetches() <= before + 2 + 2


async def test_keys_are_fetched_once_for_all_who_wait(
    provider: RunningProvider, sign_ins: SignIns
) -> None:
    before = await provider.count_fetches()
    tokens = [ONE.sign(provider.claims(jti=str(number))) for number in range(10)]
    viewers = await asyncio.gather(*(sign_ins.find_viewer(token, "a") for token in tokens))
    assert {viewer.name for viewer in viewers} == {"zoe"}
    assert await provider.count_fetches() == before + 1


async def test_a_key_that_was_withdrawn_is_heeded_in_time(
    who: httpx.AsyncClient, provider: RunningProvider, clock: Clock
) -> None:
    token = ONE.sign(provider.claims())
    assert await tell(who, token) == "zoe EDITOR"
    await provider.sign_by(TWO)
    clock.now += KEPT_S - 1
    assert await tell(who, token) == "zoe EDITOR"
    clock.now += 10
    assert await tell(who, token) == "401 KEY"


async def test_a_provider_that_is_away(
    who: httpx.AsyncClient, provider: RunningProvider, clock: Clock
) -> None:
    known = ONE.sign(provider.claims())
    await provider.tell("down")
    try:
        response = await who.get("/", headers=bearer(known))
        assert response.status_code == 503
        assert response.headers["retry-after"] == f"{AGAIN_S:.0f}"
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "UNAVAILABLE"
        assert "sign in by a token of this server" in error["message"]
    finally:
        await provider.tell("up")
    clock.now += AGAIN_S
    assert await tell(who, known) == "zoe EDITOR"
    await provider.tell("down")
    try:
        clock.now += KEPT_S + 1
        assert await tell(who, known) == "zoe EDITOR", "by the keys that are known"
        assert await tell(who, TWO.sign(provider.claims())) == "503 UNAVAILABLE"
        clock.now += LONGEST_KEPT_S
        assert await tell(who, known) == "503 UNAVAILABLE", "not for ever"
    finally:
        await provider.tell("up")


async def test_nobody_with_a_known_key_waits_for_a_provider_that_hangs(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_module, "FETCH_S", 0.5)
    hangs = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if not hangs.is_set():
            body = {"keys": [ONE.jwk]} if b"/keys" in head else about
            writer.write(
                b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + json.dumps(body).encode()
            )
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    issuer = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    about = {"issuer": issuer, "jwks_uri": f"{issuer}/keys"}
    async with httpx2.AsyncClient() as client:
        keys = Provider(issuer, client, clock)

        async def find() -> float:
            """How many seconds it took to find the key."""
            began = time.monotonic()
            assert await keys.find_key("one", "RS256") is not None
            return time.monotonic() - began

        await find()
        hangs.set()
        clock.now += KEPT_S + 1
        assert await find() > 0.4, "until it is known that it hangs"
        clock.now += AGAIN_S
        assert await find() < 0.3 and await find() < 0.3
        await asyncio.sleep(0.6)
    server.close()


async def test_an_issuer_that_calls_itself_otherwise(
    provider: RunningProvider, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with httpx2.AsyncClient() as client:
        # The same server by another name.
        other = Provider(provider.issuer.replace("127.0.0.1", "localhost"), client)
        verifier = OpenIdVerifier(other, AUDIENCE, "sub", "roles", {})
        async with asking(SignIns(Tokens(database), openid=verifier)) as who:
            assert await tell(who, ONE.sign(provider.claims())) == "503 UNAVAILABLE"
    assert f"it calls itself '{provider.issuer}'" in caplog.text


@pytest.mark.parametrize("answer", ["slow", "large", "packed", "redirect", "list", "html", "500"])
async def test_answers_of_a_provider_are_bounded(
    answer: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(provider_module, "FETCH_S", 0.5)
    ended = asyncio.Event()
    status = {"redirect": "302 Found", "500": "500 No"}.get(answer, "200 OK")
    body = {"large": b"[" + b" " * (LARGEST * 4), "list": b"[]", "html": b"<p>"}.get(answer, b"{}")
    extra = {"redirect": "Location: /\r\n", "packed": "Content-Encoding: gzip\r\n"}.get(answer, "")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer == "slow":
            await ended.wait()
        writer.write(f"HTTP/1.1 {status}\r\n{extra}Connection: close\r\n\r\n".encode() + body)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    issuer = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with httpx2.AsyncClient() as client:
        with pytest.raises(provider_module.ProviderAway):
            await Provider(issuer, client).find_key("one", "RS256")
    assert "could not be fetched" in caplog.text
    ended.set()
    server.close()


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://login.example.org/keys", True),
        ("http://localhost:8080/keys", True),
        ("http://[::1]/keys", True),
        ("http://login.example.org/keys", False),
        ("http://localhost.example.org/keys", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("http://[::1", False),
        ("None", False),
    ],
)
def test_addresses_that_are_asked(address: str, safe: bool) -> None:
    assert is_safe_address(address) is safe


def test_keys_that_are_left_out() -> None:
    public = {name: ONE.jwk[name] for name in ("kty", "kid", "alg", "use", "n", "e")}
    unknown = [
        {**public, "use": "enc"},
        {**public, "alg": "RSA-OAEP"},
        {**public, "alg": "HS256"},
        {**public, "n": 7},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "one"},
        {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"},
        "nonsense",
    ]
    (key,) = read_keys({"keys": [*unknown, ONE.jwk]})
    assert key.keys() == {"kty", "kid", "alg", "n", "e"}, "nothing of it is private"
    for keys in ([], unknown, None, {}):
        with pytest.raises(BadAnswer):
            read_keys({"keys": keys})


# --- The application -----------------------------------------------------------------------------


async def test_the_provider_is_a_setting(
    started: Started, provider: RunningProvider, database: Database
) -> None:
    settings = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": AUDIENCE,
        "oidc_role_claim": "realm_access.roles",
        "oidc_roles": "editor=EDITOR",
    }
    ask = {"query": "{ __typename }"}
    async with started(database=database.name, **settings) as client:
        good, bad = ONE.sign(provider.claims()), TWO.sign(provider.claims(), kid="one")
        statuses = [
            (await client.post("/graphql", json=ask, headers=bearer(token))).status_code
            for token in (good, bad)
        ]
    assert statuses == [200, 401]
