"""What is logged of a request, and what can never be."""

import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.observability import logs
from api.settings import Settings, redact

ID = re.compile(r"[0-9a-f]{32}")


class Lines(logging.Handler):
    """Keeps every line as a formatter wrote it."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Iterator[Lines]:
    lines = Lines(request.param)
    logger = logging.getLogger("followthrough")
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(lines)
    yield lines
    logger.removeHandler(lines)
    logger.setLevel(before)


as_json = pytest.mark.parametrize("kept", [logs.JsonLines()], indirect=True)
as_text = pytest.mark.parametrize("kept", [logging.Formatter("%(message)s")], indirect=True)


# --- Request ids ---------------------------------------------------------------------------------


async def test_every_answer_has_an_id_of_its_own(client: httpx.AsyncClient) -> None:
    answers = [await client.get("/health/live") for _ in range(2)]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert all(ID.fullmatch(id_) for id_ in ids)
    assert len(set(ids)) == 2


@pytest.mark.parametrize("given", ["a", "trace-01.b_C", "x" * 64])
async def test_safe_id_is_kept(client: httpx.AsyncClient, given: str) -> None:
    response = await client.get("/health/live", headers={"x-request-id": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize(
    "given",
    [b"", b"x" * 65, b"a b", b"a\n", b"a\r\nset-cookie: b=c", b'"', b"\xff", b"\x1b[31m", b"a;b"],
)
async def test_unsafe_id_is_replaced(given: bytes) -> None:
    sent: list[Any] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    # By hand, because a client would not send some of these; a proxy before us might.
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(b"x-request-id", given)],
        "state": {},
    }
    await logs.AccessLog(app)(scope, receive, send)
    ((_, id_),) = sent[0]["headers"]
    assert ID.fullmatch(id_.decode())


# --- Lines ---------------------------------------------------------------------------------------


@as_json
async def test_line_of_a_request(client: httpx.AsyncClient, kept: Lines) -> None:
    response = await client.post(
        "/graphql",
        json={"query": "query Mine { __typename }"},
        headers={"x-request-id": "trace-1"},
    )
    (line,) = map(json.loads, kept.lines)
    assert line.pop("ms") >= 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line.pop("message").startswith("POST /graphql Mine 200 ")
    assert line == {
        "level": "info",
        "logger": "followthrough.access",
        "requestId": "trace-1",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "bytes": len(response.content),
        "operation": "Mine",
    }


@as_text
async def test_line_for_people_names_the_request_too(
    client: httpx.AsyncClient, kept: Lines
) -> None:
    await client.get("/nothing", headers={"x-request-id": "trace-2"})
    (line,) = kept.lines
    assert re.fullmatch(r"GET /nothing 404 \d+ bytes \d+\.\d ms \[trace-2\]", line)


@as_json
async def test_query_string_is_not_logged(client: httpx.AsyncClient, kept: Lines) -> None:
    await client.get("/graphql", params={"query": "{ __typename }", "token": "hunter2"})
    assert kept.lines and "hunter2" not in "".join(kept.lines)


@as_json
async def test_lines_within_a_request_bear_its_id(started: Any, kept: Lines) -> None:
    class Broken:
        async def answer(self, *_: Any, **__: Any) -> None:
            logging.getLogger("followthrough.graphql").warning("met on the way")
            raise RuntimeError("fault")

    async with started(service=Broken()) as client:
        await client.post("/graphql", json={"query": "{ a }"}, headers={"x-request-id": "trace-3"})
    lines = list(map(json.loads, kept.lines))
    met, fault, answered = (line for line in lines if line.get("requestId") == "trace-3")
    assert (met["message"], met["level"]) == ("met on the way", "warning")
    assert (answered["status"], answered["path"]) == (500, "/graphql")
    assert fault["level"] == "error"
    assert "RuntimeError: fault" in fault["exception"]


# As httptools hands them on: percent-decoded, with whatever that gives.
FORGED = "/x\n2026-01-01 00:00:00,000 INFO followthrough.access: GET /admin 200"


@pytest.mark.parametrize(
    "path", [FORGED, "/\r\n\r\n{}", "/\x1b[2J\x07", "/\u2028\x85\x00", "/\ud800"]
)
@pytest.mark.parametrize(
    "kept", [logs.JsonLines(), logging.Formatter("%(message)s")], indirect=True
)
async def test_path_cannot_forge_a_line(kept: Lines, path: str) -> None:
    logs._write({"method": "GET", "path": path}, "id", {"status": 404, "bytes": 0, "ms": 0.1})
    (line,) = kept.lines
    assert line.isprintable()
    assert len(line.splitlines()) == 1


async def test_path_with_a_line_break(client: httpx.AsyncClient) -> None:
    response = await client.get("/%0a2026-01-01%20INFO")
    assert response.status_code == 404


# --- Secrets and configuration -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mongodb://root:hunter2@db:27017/?a=b", "mongodb://***@db:27017/?a=b"),
        ("mongodb+srv://root:hunter2@db.example", "mongodb+srv://***@db.example"),
        ("mongodb://root:hun@ter/2@a,b:27018/x", "mongodb://***@a,b:27018/x"),
        ("no answer from mongodb://u:hunter2@a, mongodb://u:hunter2@b", None),
        ("mongodb://db:27017", "mongodb://db:27017"),
        ("at root:hunter2@db:27017, said it", "at ***@db:27017, said it"),
        ("'root:hun@ter/2@db/?a=b'", "***@db/?a=b'"),
        (
            "mongodb://db/?authMechanism=PLAIN&tlsCertificateKeyFilePassword=hunter2&w=1",
            "mongodb://db/?authMechanism=PLAIN&tlsCertificateKeyFilePassword=***&w=1",
        ),
        ("db/?w=1;PROXYPASSWORD=hunter2", "db/?w=1;PROXYPASSWORD=***"),
        (
            "mongodb://db/?authMechanismProperties=AWS_SESSION_TOKEN:hunter2,A:b and more",
            "mongodb://db/?authMechanismProperties=*** and more",
        ),
        ("no such thing: 'AWS_SESSION_TOKEN:hunter2'", "no such thing: 'AWS_SESSION_TOKEN:***'"),
        (
            "mongodb://root:hunter2@db/?w=1&tlsCertificateKeyFilePassword=hunter2",
            "mongodb://***@db/?w=1&tlsCertificateKeyFilePassword=***",
        ),
        ("took 12:00:01 at @ a@b:1?x=2", "took 12:00:01 at @ a@b:1?x=2"),
        ("write to me@example.org", "write to me@example.org"),
    ],
)
def test_passwords_are_redacted(text: str, shown: str | None) -> None:
    assert "hunter2" not in redact(text) and "ter/2" not in redact(text)
    assert shown in (None, redact(text))


@pytest.mark.parametrize("part", ["/", "//", "a:", "@", "?", "?password", "?password=", "&a;"])
def test_redacting_takes_time_by_length(part: str) -> None:
    """A path may be as long as a client likes, and stands in a line of the log."""
    started = time.process_time()
    redact(part * 100_000 + "x")
    assert time.process_time() - started < 1


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers = []
    yield
    root.handlers, root.level = before, level


@pytest.mark.usefixtures("logging_as_it_was")
def test_lines_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings(log_format="json", log_level="warning"))
    logs.access.info("not severe enough")
    logs.access.warning("one line\nof two", extra={"fields": {"a": sys}})
    out, err = capsys.readouterr()
    assert out == ""
    line = json.loads(err)
    assert (line["message"], line["level"]) == ("one line\nof two", "warning")
    assert "module 'sys'" in line["a"]


def test_websockets_do_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    logs.configure(Settings())
    logger = logging.getLogger("uvicorn.error")
    # A server that another test ran may have left it quieter.
    caplog.set_level(logging.WARNING, logger.name)
    logger.addHandler(caplog.handler)
    try:
        # What uvicorn says of an upgrade, in its own words.
        protocol = SimpleNamespace(logger=logger, _should_upgrade_to_ws=lambda: False)
        HttpToolsProtocol._unsupported_upgrade_warning(protocol)  # type: ignore[arg-type]
        logger.warning("something else")
    finally:
        logger.removeHandler(caplog.handler)
    assert {record.getMessage() for record in caplog.records} == {"something else"}
