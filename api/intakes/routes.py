"""`POST /intake/files`: uploads a file for the intake; `submitArticle` takes the key of the answer.

Outside `/graphql`, because a file may be a hundred times as long as any document there. The body is
the file itself, and `?name=` what it is called.
"""

from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth.clients import Allowance
from api.auth.viewer import viewer_of
from api.http.bodies import TooLong, read_body
from api.http.conditional import NOT_KEPT
from api.http.errors import respond_error
from engine.requests.document import make_error
from intake.decoding import MOST_BYTES
from store.intake_files import IntakeFiles, TooManyFiles
from store.viewers import Role

PER_MINUTE = 30
"""Files that one curator may upload in a minute."""

AT_ONCE = 4
"""Uploads that one process takes at a time: each is held in memory as a whole."""

SLOWEST = 60.0
"""Seconds in which a file must have come."""

LONGEST_NAME = 200
"""Characters of a file's name."""

_CLOSE = {"connection": "close"}


class Uploads:
    """Takes files, so many at a time and so many in a minute of each curator."""

    def __init__(self) -> None:
        self._allowance = Allowance(PER_MINUTE, "uploaders")
        self._in_flight = 0

    async def take(self, request: Request) -> Response:
        """Keeps a file, and answers with its key; 401, 403, 408, 413 or 429 where it does not."""
        viewer = viewer_of(request)
        if viewer.role < Role.PROPOSER:
            return _refuse_viewer(is_known=viewer.name is not None)
        client = f"{viewer.sign_in}:{viewer.name}"
        if (wait := self._allowance.take(client)) > 0:
            return _refuse_many(f"{PER_MINUTE} files a minute are the most", wait)
        if self._in_flight >= AT_ONCE:
            return _refuse_many(f"{AT_ONCE} files are being uploaded, as many as may be", 1)
        self._in_flight += 1
        try:
            content = await _read_body(request)
            if isinstance(content, Response):
                return content
            name = request.query_params.get("name", "").strip()[:LONGEST_NAME] or "file"
            kept = await IntakeFiles(request.state.database).keep(
                name, content, client, datetime.now(UTC)
            )
        except TooManyFiles as error:
            return respond_error(409, make_error("TOO_MANY_FILES", str(error)))
        except ClientDisconnect:
            return Response(status_code=499)  # as other servers log it; nobody reads it
        finally:
            self._in_flight -= 1
        answer: dict[str, Any] = {
            "file": kept.key,
            "name": kept.name,
            "size": kept.size,
            "sha256": kept.sha256,
        }
        return Response(orjson.dumps(answer), 201, dict(NOT_KEPT), "application/json")


def intake_routes() -> list[Route]:
    """The address for uploads."""
    return [Route("/intake/files", Uploads().take, methods=["POST"])]


async def _read_body(request: Request) -> bytes | Response:
    """The file, or why it is not taken."""
    try:
        body = await read_body(request, MOST_BYTES, SLOWEST)
    except TooLong:
        return _refuse_large()
    except TimeoutError:
        message = f"the file did not come within {SLOWEST:g} s; send it again"
        return respond_error(408, make_error("TOO_SLOW", message), _CLOSE)
    if not body:
        return respond_error(
            400, make_error("EMPTY_FILE", "the body is empty; send the file in it")
        )
    return body


def _refuse_viewer(*, is_known: bool) -> Response:
    message = "to upload a file needs the role PROPOSER"
    if is_known:
        return respond_error(403, make_error("FORBIDDEN", message), _CLOSE)
    headers = {"www-authenticate": 'Bearer realm="followthrough"', **_CLOSE}
    return respond_error(401, make_error("UNAUTHENTICATED", message), headers)


def _refuse_many(message: str, wait: int) -> Response:
    error = make_error("TOO_MANY_REQUESTS", f"{message}; wait {wait} s")
    assert error.extensions is not None
    error.extensions["retryAfter"] = wait
    return respond_error(429, error, {"retry-after": str(wait), **_CLOSE})


def _refuse_large() -> Response:
    message = f"at most {MOST_BYTES:,} bytes are opened; save the text alone, and send that"
    return respond_error(413, make_error("TOO_LARGE", message), _CLOSE)
