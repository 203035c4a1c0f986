"""GraphQL over HTTP: reads requests at `/graphql`, and writes responses.

Follows the GraphQL-over-HTTP specification; a browser that asks for HTML gets GraphiQL.
"""

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.auth.viewer import viewer_of
from api.http.bodies import TooLong, read_body
from api.http.conditional import NOT_KEPT, REVALIDATED, etag_of, holds, is_conditional
from api.http.disconnect import ClientLeft, while_there
from api.http.errors import RETRY, Faulty, note_errors
from api.http.negotiation import Accepted
from api.http.versions import (
    NOT_REACHED,
    check_least_version,
    include_version,
    read_least_version,
    tell_version,
)
from api.pages.routes import graphiql_page
from engine.requests.answer import Answer, refuse_request
from engine.requests.error_format import format_errors, report_unavailability
from engine.requests.persisted_documents import Documents
from engine.requests.prepared import Request as Asked
from engine.requests.service import TOO_DEEP
from schema.build import make_operation
from store.mongodb.driver import Unreachable
from store.mongodb.keys import new_key

logger = logging.getLogger("followthrough.graphql")

GRAPHQL_JSON = "application/graphql-response+json"
PLAIN_JSON = "application/json"
HTML = "text/html"
LARGEST_BODY = 256 * 1024
SLOWEST_BODY = 30.0
"""Seconds within which a body must arrive."""

_LONGEST_KEPT = 400


class Refusal(Exception):
    """A request that is not GraphQL over HTTP: a status, and a message that says what would be
    right. `said` is for programs.
    """

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, **said: Any
    ) -> None:
        super().__init__(message)
        self.status, self.headers, self.said = status, headers or {}, said


class GraphQLEndpoint:
    """`/graphql`: queries by GET and POST; GraphiQL for browsers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await _answer(Request(scope, receive))
        await response(scope, receive, send)


async def _answer(request: Request) -> Response:
    media_type: str | None = PLAIN_JSON
    try:
        media_type = _negotiate(request)
        if media_type == HTML:
            return await graphiql_page(request)
        if media_type is None:
            raise Refusal(406, f"this endpoint answers {GRAPHQL_JSON} and {PLAIN_JSON}")
        sent = await read_request(request)
        reading = request.method != "POST"
        state = request.state
        version = await include_asked_version(request, sent)
        asked = await resolve_document(state.documents, sent)
        if isinstance(asked, GraphQLError):
            return _respond(request, refuse_request([asked]), media_type)
        answering = state.service.answer(
            asked,
            make_operation(state.reader, state.clock.now(), viewer_of(request), state.desk),
            read_only=reading,
            version=version,
        )
        answer = await while_there(request.receive, answering)
        if answer is None:
            raise Refusal(405, "a GET may only query; send mutations by POST", {"allow": "POST"})
        version = await state.versions.follow(answer, version)
        if sent.least_version is not None:
            answer = answer.extend(dataVersion=version)
        return _respond(request, answer, media_type, tell_version(version))
    except Refusal as refusal:
        return respond_refusal(refusal, media_type or PLAIN_JSON)
    except ClientLeft:
        return Response(status_code=499)  # as other servers log it; nobody reads it
    except Unreachable as error:  # before there was anything to run
        away = Answer({"data": None, "errors": format_errors([report_unavailability(error)])}, True)
        return _respond(request, away, media_type or PLAIN_JSON)


async def include_asked_version(request: Request, asked: Asked) -> int | None:
    """The version of the data that the answer includes, if that was asked for. Raises Refusal."""
    try:
        least = read_least_version(request)
        certain = request.method != "POST" and is_conditional(request)
        if asked.least_version is not None:
            least = max(least or 0, asked.least_version)
        if least is None and not certain:
            return None
        return await include_version(request, least, certain=certain)
    except GraphQLError as error:
        said = dict(error.extensions or {})
        status = 412 if said["code"] == NOT_REACHED else 400
        raise Refusal(status, error.message, **said) from None


def _negotiate(request: Request) -> str | None:
    """The media type of ours that the client prefers; None if it accepts none."""
    # What stands on several lines is one list; see RFC 9110, section 5.3.
    header = ", ".join(request.headers.getlist("accept"))
    if not header.strip():
        return PLAIN_JSON
    pages = request.method != "POST" and not _ASKS.intersection(request.query_params)
    return (
        _choose_media_type(header, pages)
        if len(header) <= _LONGEST_KEPT
        else _choose_media_type.__wrapped__(header, pages)
    )


_ASKS = frozenset({"query", "documentId", "extensions"})
"""Parameters of a GraphQL request. A GET without any of them asks for GraphiQL."""


@lru_cache(maxsize=256)
def _choose_media_type(header: str, pages: bool) -> str | None:
    """The preferred type. Clients repeat their headers, so that results are cached."""
    offered = [PLAIN_JSON, GRAPHQL_JSON, HTML] if pages else [GRAPHQL_JSON, PLAIN_JSON]
    accepted = Accepted.read(header)
    best = accepted.best(offered)
    # A wildcard is no wish for the newer type.
    if best == GRAPHQL_JSON and not accepted.names(best) and accepted.quality(PLAIN_JSON) > 0:
        return PLAIN_JSON
    return best


async def resolve_document(documents: Documents, asked: Asked) -> Asked | GraphQLError:
    """The request with the text of the document that it names by id, or why it is not run."""
    if asked.document_id is None and not documents.only:
        return asked
    return await documents.resolve(asked)


async def read_request(request: Request) -> Asked:
    """The request in a body or an address. Raises Refusal."""
    if request.method != "POST":
        return build_request(_read_query_members(request))
    content_type = request.headers.get("content-type", "").lower()
    if content_type != PLAIN_JSON:
        _check_content_type(content_type)
    return build_request(_parse_json(await _read_body(request), "the body"))


def _check_content_type(header: str) -> None:
    content_type, *parameters = header.split(";")
    if content_type.strip() != PLAIN_JSON:
        raise Refusal(415, f"send the request as {PLAIN_JSON}")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8"):
            raise Refusal(415, "send the request in UTF-8")


async def _read_body(request: Request) -> bytes:
    try:
        return await read_body(request, LARGEST_BODY, SLOWEST_BODY)
    except TooLong as error:
        raise _refuse_large_body(error.length) from None
    except ClientDisconnect:
        raise Refusal(400, "the body was cut off") from None
    except TimeoutError:
        message = f"the body did not come within {SLOWEST_BODY:g} s; send it again"
        raise Refusal(408, message, {"connection": "close"}) from None


def _refuse_large_body(length: int | None) -> Refusal:
    """The refusal of a body that is too large; what comes after it is thrown away."""
    value, said = ("this", {}) if length is None else (str(length), {"value": length})
    message = (
        f"body: {value} is more than {LARGEST_BODY} bytes, which is the most; ask in several "
        "requests, or send long texts once, as documents with an id"
    )
    return Refusal(413, message, {"connection": "close"}, limit="body", most=LARGEST_BODY, **said)


def _parse_json(text: bytes | str, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = _IN_PLAIN_WORDS.get(error.msg, error.msg)
        raise Refusal(400, f"{what} is not JSON: {message}") from None


_IN_PLAIN_WORDS = {"str is not valid UTF-8: surrogates not allowed": "it is not UTF-8"}
"""Messages of orjson about Python's types, in words for clients."""


def _read_query_members(request: Request) -> dict[str, Any]:
    members: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if members.get(name):
            members[name] = _parse_json(members[name], f"the parameter {name}")
        else:
            members.pop(name, None)
    return members


def build_request(members: Any) -> Asked:
    """The request that has these members. Raises Refusal."""
    if isinstance(members, list):
        raise Refusal(400, "one request at a time: batches are not taken")
    if not isinstance(members, dict):
        raise Refusal(400, "a request is a JSON object with a member query")
    query, id_ = members.get("query"), members.get("documentId")
    for name in ("operationName", "documentId"):
        if members.get(name) is not None and not isinstance(members[name], str):
            raise Refusal(400, f"{name} is not a text")
    for name in ("variables", "extensions"):
        if members.get(name) is not None and not isinstance(members[name], dict):
            raise Refusal(400, f"{name} is not an object")
    extensions = members.get("extensions") or {}
    persisted = _read_persisted_id(extensions)
    if id_ and persisted and id_ != persisted:
        raise Refusal(400, "documentId and persistedQuery name two documents; send one of them")
    id_ = id_ or persisted
    if not isinstance(query, str | None) or not (query or id_):
        raise Refusal(400, "query is missing, or not a text")
    return Asked(
        query or "",
        members.get("operationName") or None,
        members.get("variables"),
        priced=extensions.get("cost") is True,
        least_version=_read_min_data_version(extensions),
        document_id=id_ or None,
        automatic=persisted is not None,
    )


def _read_min_data_version(extensions: Mapping[str, Any]) -> int | None:
    try:
        return check_least_version(extensions.get("minDataVersion"))
    except GraphQLError as error:
        raise Refusal(400, error.message) from None


def _read_persisted_id(extensions: Mapping[str, Any]) -> str | None:
    """The document's id in Apollo's form: `{"persistedQuery": {"version": 1,
    "sha256Hash": "…"}}`.
    """
    given = extensions.get("persistedQuery")
    if given is None:
        return None
    if not isinstance(given, dict) or given.get("version") != 1:
        raise Refusal(400, "persistedQuery is {version: 1, sha256Hash: …}")
    if not isinstance(given.get("sha256Hash"), str):
        raise Refusal(400, "persistedQuery has a text sha256Hash")
    return f"sha256:{given['sha256Hash']}"


def _respond(
    request: Request, answer: Answer, media_type: str, told: Mapping[str, str] | None = None
) -> Response:
    """The response, with the headers `told`."""
    if answer.operation_name:
        request.state.log = {"operation": answer.operation_name}
    state = request.state
    status = _status(answer, media_type, draft=state.draft_statuses)
    headers = dict(told or {})
    if state.debug and answer.tier:
        headers["x-followthrough-tier"] = answer.tier
    try:
        payload = answer.write()
    except orjson.JSONEncodeError:
        return _respond_errors(TOO_DEEP, status, media_type, headers)
    if "errors" in answer.body:
        note_errors(request.scope, answer.body["errors"])
        if _is_unavailable(answer):
            headers |= RETRY
    if request.method == "POST":
        return _write_response(payload, status, media_type, headers)
    if not answer.executed or "errors" in answer.body:
        return _write_response(payload, status, media_type, {**NOT_KEPT, **headers})
    etag = etag_of(payload, media_type)
    headers = {"etag": etag, **REVALIDATED, **headers}
    if holds(request, etag):
        return Response(None, 304, {"vary": "Accept", **headers})
    return _write_response(payload, status, media_type, headers)


def _status(answer: Answer, media_type: str, *, draft: bool) -> int:
    # For plain JSON the status says only that the server answered; see the specification.
    if media_type == PLAIN_JSON:
        return 200
    if _is_unavailable(answer):
        return 503
    if answer.executed:
        return 294 if draft and "errors" in answer.body else 200
    parsed = answer.body["errors"][0]["extensions"]["code"] != "GRAPHQL_PARSE_FAILED"
    return 422 if draft and parsed else 400


def _is_unavailable(answer: Answer) -> bool:
    """Whether there is no data, because MongoDB is away."""
    if not answer.executed or answer.body.get("data") is not None:
        return False
    codes = (error["extensions"]["code"] for error in answer.body.get("errors", ()))
    return "UNAVAILABLE" in codes


def respond_refusal(refusal: Refusal, media_type: str) -> Response:
    """The response that says why a request is not taken."""
    extensions = {"code": "BAD_USER_INPUT", **refusal.said}
    error = {"message": str(refusal), "extensions": extensions}
    if media_type == HTML:
        media_type = PLAIN_JSON
    return _respond_errors(
        {"errors": [error]}, refusal.status, media_type, {**NOT_KEPT, **refusal.headers}
    )


def _respond_errors(
    body: Mapping[str, Any], status: int, media_type: str, headers: Mapping[str, str]
) -> Response:
    return Faulty(body, status, media_type, {"vary": "Accept", **headers})


def _write_response(
    payload: bytes, status: int, media_type: str, headers: Mapping[str, str]
) -> Response:
    return Response(
        payload,
        status_code=status,
        media_type=f"{media_type}; charset=utf-8",
        headers={"vary": "Accept", **headers},
    )


async def respond_method_not_allowed(_request: Request, error: Exception) -> Response:
    """The response to a method that a route does not take, with `Allow`."""
    assert isinstance(error, HTTPException)
    # Files say nothing, routes say it in any order.
    allow = Headers(error.headers).get("allow", "GET, HEAD")
    allowed = ", ".join(sorted(allow.split(", ")))
    return respond_refusal(Refusal(405, f"use one of {allowed}", {"allow": allowed}), PLAIN_JSON)


async def respond_internal_error(request: Request, error: Exception) -> Response:
    """The response after an unexpected error, which is logged under an id."""
    # An answer that has begun is broken off, and this one is not sent.
    return _respond_errors(
        {"errors": [report_internal_error(request.scope, error)]}, 500, PLAIN_JSON, {}
    )


def report_internal_error(scope: Scope, error: Exception) -> dict[str, Any]:
    """The error that is shown for an unexpected one, which is logged under an id."""
    log_id = new_key()
    logger.error("error %s", log_id, exc_info=error)
    shown = {
        "message": f"something went wrong here; the log has it as {log_id}",
        "extensions": {"code": "INTERNAL_SERVER_ERROR", "logId": log_id},
    }
    note_errors(scope, [shown])
    return shown
