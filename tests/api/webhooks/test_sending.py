"""One message on its way: signed, bounded, to the address that was checked and to no other."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks import Webhook as Verifier

from api.settings import redact
from api.webhooks import sending
from api.webhooks.addresses import BadAddress, check_url, find_target, is_public
from api.webhooks.sending import Outcome, Sender, make_client
from api.webhooks.signing import make_headers
from store.viewers import Role
from store.webhooks import Interest, Secret, Webhook, make_secret
from tests.api.webhooks.conftest import OK, Receiver, receiving

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOOK = Webhook("wh_1", "", [Secret(make_secret())], Role.READER, Interest(), NOW, (0, 0, 0))


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with make_client() as client:
        yield client


async def send(client: httpx2.AsyncClient, url: str, *, private: bool = True) -> Outcome:
    sender = Sender(client, private=private)
    return await sender.send(replace(HOOK, url=url), "msg_1", b"{}", HOOK.signing(NOW))


def test_the_reference_library_verifies_each_of_two_signatures() -> None:
    body = '{"type":"webhook.test","letters":"ä漢\U0001f600"}'.encode()
    secrets = [make_secret(), make_secret()]
    headers = dict(make_headers("msg_1", int(time.time()), body, secrets))
    for secret in secrets:
        assert Verifier(secret).verify(body, headers)["type"] == "webhook.test"
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(make_secret()).verify(body, headers)
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(secrets[0]).verify(body + b" ", headers)


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the specification.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    headers = make_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, [secret])
    signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-signature"] == signature


def test_secrets_are_hidden_in_texts() -> None:
    secret = make_secret()
    assert secret not in redact(f"with {secret} in it") and "whsec_***" in redact(secret)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_no_address_of_a_network_of_ones_own_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.org/", "begins with https"),
        ("ftp://example.org/", "begins with https"),
        ("file:///etc/passwd", "begins with https"),
        ("https://user:secret@example.org/", "leave user, password and fragment out"),
        ("https://example.org/#x", "leave user, password and fragment out"),
        ("https:///path", "no host"),
        ("https://example.org:0/", "no host"),
        ("https://example.org:99999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://example.org/" + "x" * 2_000, "too long"),
        ("https://example.org/\n", "no host, or is too long"),
    ],
)
def test_what_is_no_address_of_a_webhook_is_told_why(url: str, said: str) -> None:
    # `urlsplit` takes line breaks out, so the text itself is looked at as well.
    with pytest.raises(BadAddress, match=said):
        check_url(url, private=False)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"],
)
async def test_nothing_is_sent_to_this_machine_however_it_is_written(
    client: httpx2.AsyncClient, receiver: Receiver, host: str
) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    outcome = await send(client, f"https://{host}:{port}/", private=False)
    assert outcome.error is not None
    assert "not public" in outcome.error or "leads nowhere" in outcome.error
    assert receiver.received == []


async def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(
    client: httpx2.AsyncClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, asked = asyncio.get_running_loop(), []
    port = int(receiver.url.split(":")[2].split("/")[0])

    async def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        """A name server that turns a public name to this machine after the first question."""
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(loop, "getaddrinfo", look_up, raising=False)
    target = await find_target(f"https://rebound.example:{port}/hook", private=False)
    assert target.url == f"https://93.184.215.14:{port}/hook" and asked == ["rebound.example"]
    assert (target.host, target.name) == (f"rebound.example:{port}", "rebound.example")
    asked.append("turned")
    outcome = await send(client, f"https://rebound.example:{port}/hook", private=False)
    assert outcome.error is not None and "leads to 127.0.0.1, which is not public" in outcome.error
    assert receiver.received == []


async def test_a_name_with_one_private_address_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def look_up(*_: Any, **__: Any) -> list[Any]:
        found = ("93.184.215.14", "10.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in found]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up, raising=False)
    with pytest.raises(BadAddress, match=r"10\.0\.0\.1, which is not public"):
        await find_target("https://mixed.example/", private=False)


async def test_a_redirect_is_a_failure_and_is_not_followed(client: httpx2.AsyncClient) -> None:
    async with receiving() as inner, receiving() as outer:
        location = f"location: {inner.url}\r\n".encode()
        outer.answer = lambda _: b"HTTP/1.1 307 Moved\r\n" + location + b"content-length: 0\r\n\r\n"
        outcome = await send(client, outer.url)
        assert outcome.error == "answered 307, and redirects are not followed"
        assert len(outer.received) == 1 and inner.received == []


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_success_is_one(
    client: httpx2.AsyncClient, receiver: Receiver, status: int
) -> None:
    receiver.answer = lambda _: f"HTTP/1.1 {status} X\r\nconnection: close\r\n\r\n".encode()
    assert await send(client, receiver.url) == Outcome()


async def test_a_refused_connection_and_one_that_breaks_are_failures(
    client: httpx2.AsyncClient, receiver: Receiver
) -> None:
    receiver.answer = lambda _: None
    assert (await send(client, receiver.url)).error == "RemoteProtocolError"
    receiver.answer = lambda _: b"HTTP/1.1 2"
    assert (await send(client, receiver.url)).error == "RemoteProtocolError"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert (await send(client, nobody)).error == "ConnectError"


async def test_a_slow_one_is_not_waited_for(
    client: httpx2.AsyncClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    receiver.slow = 5
    began = time.monotonic()
    assert (await send(client, receiver.url)).error == "no answer within 0.2 s"
    assert time.monotonic() - began < 3


async def test_an_endless_answer_is_not_read(
    client: httpx2.AsyncClient, receiver: Receiver
) -> None:
    endless = b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n" + b"x" * 100_000
    receiver.answer = lambda _: endless
    async with asyncio.timeout(5):
        assert await send(client, receiver.url) == Outcome()


@pytest.mark.parametrize(
    ("given", "wait"),
    [("7", 7), ("99999999", 3_600), ("-1", 0), ("nan", 0), ("soon", 0), ("inf", 3_600)],
)
async def test_a_receiver_may_ask_to_be_left_alone_for_a_while(
    client: httpx2.AsyncClient, receiver: Receiver, given: str, wait: float
) -> None:
    head = f"HTTP/1.1 429 X\r\nretry-after: {given}\r\ncontent-length: 0\r\n\r\n"
    receiver.answer = lambda _: head.encode()
    assert (await send(client, receiver.url)).wait == wait
    moment = (datetime.now(UTC) + timedelta(seconds=60)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    dated = f"HTTP/1.1 503 X\r\nretry-after: {moment}\r\ncontent-length: 0\r\n\r\n"
    receiver.answer = lambda _: dated.encode()
    assert 50 < (await send(client, receiver.url)).wait <= 60


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for a name that is signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


async def test_the_certificate_is_that_of_the_name_though_an_address_is_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = make_certificate(tmp_path, "hooks.example")
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(cert, key)
    receiver = Receiver("", answer=lambda _: OK)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=serving)
    port = server.sockets[0].getsockname()[1]

    async def look_up(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up, raising=False)
    trusting = ssl.create_default_context(cafile=cert)
    async with server, httpx2.AsyncClient(verify=trusting, trust_env=False) as client:
        assert await send(client, f"https://hooks.example:{port}/") == Outcome()
        assert receiver.received[0].headers["host"] == f"hooks.example:{port}"
        # Another name that leads to the same address has no certificate there.
        outcome = await send(client, f"https://other.example:{port}/")
        assert outcome.error == "ConnectError" and len(receiver.received) == 1
