"""Log lines: for people, or a JSON object each. One line for each request, with its id."""

import json
import logging
import re
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from random import getrandbits
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth.viewer import viewer_in
from api.settings import Settings, redact

access = logging.getLogger("followthrough.access")

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_SAFE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the members of a request where there is one."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if (current := request_id.get()) is not None:
            line["requestId"] = current
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        # In ASCII, so that nothing in it can look like the end of a line, or fail to be written.
        return json.dumps(line, default=str)


class TextLines(logging.Formatter):
    """A log record as a line for people, with a traceback below where there is one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, without anybody's password, with the id of the request that it is about."""
        line = redact(super().format(record))
        current = request_id.get()
        # That of the request itself has it.
        if current is None or record.name == access.name:
            return line
        head, end, traceback = line.partition("\n")
        return f"{head} [{current}]{end}{traceback}"


def configure(settings: Settings) -> None:
    """Sends the logs of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    # No line says who called it, on which thread: to find out is a third of what a line costs.
    # These are the switches that the HOWTO of logging names under "Optimization".
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    # The driver's own chatter repeats what our lines say.
    logging.getLogger("pymongo").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_no_repetition)


def _is_no_repetition(record: logging.LogRecord) -> bool:
    """Whether a line says something new. uvicorn's warnings of WebSockets, and of answers that we
    ended, would let anybody fill the log, and our own lines say the same.
    """
    return not str(record.msg).startswith(_REPEATED)


_REPEATED = (
    "Unsupported upgrade request.",
    "No supported WebSocket library",
    "ASGI callable returned without completing response.",
    '%s - "WebSocket %s"',
    "connection open",
    "connection closed",
    "connection rejected (",
    "ASGI callable returned without completing handshake.",
)


def _make_id() -> str:
    """An id that differs from others, which is enough: a secure one would take 10 µs."""
    return f"{getrandbits(128):032x}"


class AccessLog:
    """Gives every request an id, sends it back as `X-Request-Id`, and writes one line for it.

    An id that comes with the request is kept, so that one request can be followed through
    several programs; one that would not be safe in a log is not. A WebSocket is one request, of the
    status 101, with a line when it ends.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        current = given.decode() if _SAFE_ID.fullmatch(given) else _make_id()
        token = request_id.set(current)
        line: dict[str, Any] = {"status": 500, "bytes": 0}

        async def noting_send(message: Message) -> None:
            if message["type"] in _STARTS:
                line["status"] = message.get("status", 101)
                headers = message.get("headers", ())
                message["headers"] = [*headers, (b"x-request-id", current.encode())]
            elif message["type"] == "http.response.body":
                line["bytes"] += len(message.get("body", b""))
            elif message["type"] == "websocket.send":
                line["bytes"] += len(message.get("text") or "")
            elif message["type"] == "websocket.close" and line["status"] == 500:
                line["status"] = 403
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, noting_send)
        finally:
            line["ms"] = round((time.perf_counter() - started) * 1000, 1)
            if access.isEnabledFor(logging.INFO):
                _write(scope, current, line)
            request_id.reset(token)


_STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")


def _write(scope: Scope, current: str, line: dict[str, Any]) -> None:
    fields = {
        "requestId": current,
        "method": scope.get("method", "WEBSOCKET"),
        "path": redact(scope["path"]),
        **line,
        **scope.get("state", {}).get("log", {}),
    }
    if (viewer := viewer_in(scope)).name is not None:
        fields["viewer"] = viewer.name
    name = f" {fields['operation']}" if fields.get("operation") else ""
    access.info(
        "%s %s%s %d %d bytes %.1f ms [%s]",
        *(fields["method"], _escape_path(fields["path"]), name),
        *(fields["status"], fields["bytes"], fields["ms"], current),
        extra={"fields": fields},
    )


def _escape_path(path: str) -> str:
    """The path without characters that could begin a new log line."""
    return path.encode("unicode_escape").decode("ascii")
