"""Responses with errors, the same at every address; and the codes of errors in a response.

Programs get JSON, and a browser that opens an address gets a page. The codes are noted in the
request's scope, for whoever counts errors.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.authentication import AuthenticationError
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.auth.refusals import SignInRefused
from api.http.conditional import NOT_KEPT
from api.pages.routes import READING_HEADERS
from engine.requests.document import make_error
from engine.requests.error_format import format_errors, report_unavailability
from store.mongodb.driver import TRY_AGAIN_S


def respond_error(
    status: int, error: GraphQLError, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON response with one error in the form of GraphQL: a message and a code."""
    return Faulty(
        {"errors": format_errors([error])}, status, headers={**NOT_KEPT, **(headers or {})}
    )


def respond_error_page(status: int, error: GraphQLError, html: str | None = None) -> Response:
    """The same for a browser, as a page; `html` replaces the page."""
    errors = format_errors([error])
    page = html or plain_page(
        f"<title>{_TITLES[status]}</title>",
        f"<h1>{_TITLES[status]}</h1>\n<p>{escape(errors[0]['message'])}</p>\n"
        '<p><a href="/">All commitments</a></p>',
    )
    headers = {**READING_HEADERS, **NOT_KEPT, "vary": "Accept, Accept-Language"}
    return Faulty({"errors": errors}, status, "text/html", headers, content=page.encode())


_TITLES: Mapping[int, str] = {
    400: "This address cannot be read",
    404: "There is nothing at this address",
    412: "What was written is not here yet",
    500: "Something went wrong here",
    503: "This cannot be answered now",
}


def plain_page(head: str, body: str) -> str:
    """A page that needs no script and no style; both parts are HTML."""
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n{head}\n{body}\n</html>'
    )


RETRY: Mapping[str, str] = {"retry-after": str(TRY_AGAIN_S), "cache-control": "no-store"}
"""Headers of a response to a request that may succeed in a few seconds."""


async def respond_unavailable(_request: Request, error: Exception) -> Response:
    """The response while MongoDB is away."""
    return respond_error(503, report_unavailability(error), {"vary": "Accept", **RETRY})


def respond_refused_sign_in(_connection: HTTPConnection, refusal: AuthenticationError) -> Response:
    """The response to a credential that opens nothing: 401, 429, or 503 while that cannot be known.
    `extensions.reason` says why.
    """
    assert isinstance(refusal, SignInRefused)
    error = make_error(refusal.code, str(refusal))
    assert error.extensions is not None
    error.extensions["reason"] = refusal.reason.value
    headers: dict[str, str] = {}
    if refusal.retry_after is not None:
        error.extensions["retryAfter"] = refusal.retry_after
        headers["retry-after"] = str(refusal.retry_after)
    if refusal.status == 401:
        # The message is in ASCII and without quotes, as the header needs it; a test holds that.
        headers["www-authenticate"] = (
            f'Bearer realm="followthrough", error="invalid_token", error_description="{refusal}"'
        )
    return respond_error(refusal.status, error, headers)


def get_refused_sign_in(scope: Scope) -> str | None:
    """Why a request's sign-in was refused; None if it was not."""
    reason: str | None = scope.get("state", {}).get("sign_in_refused")
    return reason


class Faulty(Response):
    """A response with errors in its body, which are noted when it is sent. It is JSON, unless
    `content` has them in another form.
    """

    def __init__(
        self,
        body: Mapping[str, Any],
        status: int,
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> None:
        content = orjson.dumps(body) if content is None else content
        super().__init__(content, status, dict(headers or {}), f"{media_type}; charset=utf-8")
        self._errors = body["errors"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        note_errors(scope, self._errors)
        await super().__call__(scope, receive, send)


def note_errors(scope: Scope, errors: Iterable[Mapping[str, Any]]) -> None:
    """Notes in the scope the codes of the errors that a request is answered with."""
    codes = [error["extensions"]["code"] for error in errors]
    scope.setdefault("state", {})["error_codes"] = codes


def get_error_codes(scope: Scope) -> Sequence[str]:
    """The codes of the errors with which a request was answered."""
    codes: Sequence[str] = scope.get("state", {}).get("error_codes", ())
    return codes
