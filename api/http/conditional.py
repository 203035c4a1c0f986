"""What may be kept of an answer to a GET, and for whom: `ETag`, `If-None-Match`, `Cache-Control`.

An answer is named by its bytes. So it has the same name in every process, and no name outlives a
change of the data, of the day, or of this program.
"""

from collections.abc import Mapping
from hashlib import blake2b

from starlette.requests import Request

REVALIDATED: Mapping[str, str] = {"cache-control": "no-cache"}
"""Whoever keeps an answer asks whether it still holds each time that it is used: nobody can know
when the next write comes, and none may be missed."""

NOT_KEPT: Mapping[str, str] = {"cache-control": "no-store"}


def is_conditional(request: Request) -> bool:
    """Whether the client has an answer already, and asks whether it still holds."""
    return "if-none-match" in request.headers


def etag_of(payload: bytes, media_type: str) -> str:
    """The name of an answer. The same bytes in another media type are another answer."""
    return f'"{blake2b(payload, digest_size=16, person=media_type[-16:].encode()).hexdigest()}"'


def holds(request: Request, etag: str) -> bool:
    """Whether what the client has is this answer."""
    given = ", ".join(request.headers.getlist("if-none-match"))
    names = (name.strip().removeprefix("W/") for name in given.split(","))
    return any(name in ("*", etag) for name in names)
