"""The body of an answer that says what is wrong, the same at every address; and which answers do.

Whoever counts errors finds their codes with the request, when that has been answered.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from schema.reading import failure
from schema.telling import told, unavailability
from store.mongo import TRY_AGAIN_S


def fault(status: int, error: GraphQLError, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer with one error as GraphQL writes them: a message and a code."""
    return Faulty({"errors": told([error])}, status, headers=headers)


async def not_found(_request: Request, _error: Exception) -> Response:
    """The answer where there is nothing."""
    message = "there is nothing at this address; /graphql answers queries, and / has the pages"
    return fault(404, failure("NOT_FOUND", message))


RETRY: Mapping[str, str] = {"retry-after": str(TRY_AGAIN_S), "cache-control": "no-store"}
"""Headers of an answer that is another in a few seconds."""


async def unavailable(_request: Request, error: Exception) -> Response:
    """The answer while MongoDB is away."""
    return fault(503, unavailability(error), {"vary": "Accept", **RETRY})


class Faulty(Response):
    """A JSON answer whose body has errors, which are noted when it is sent."""

    def __init__(
        self,
        body: Mapping[str, Any],
        status: int,
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        content = orjson.dumps(body)
        super().__init__(content, status, dict(headers or {}), f"{media_type}; charset=utf-8")
        self._errors = body["errors"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        note(scope, self._errors)
        await super().__call__(scope, receive, send)


def note(scope: Scope, errors: Iterable[Mapping[str, Any]]) -> None:
    """Notes the errors with which a request is answered."""
    codes = [error["extensions"]["code"] for error in errors]
    scope.setdefault("state", {})["error_codes"] = codes


def noted(scope: Scope) -> Sequence[str]:
    """The codes of the errors with which a request was answered."""
    codes: Sequence[str] = scope.get("state", {}).get("error_codes", ())
    return codes
