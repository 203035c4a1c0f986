"""The addresses of feeds: everything, corrections, by filter, and of a party, topic or record."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, parse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.auth.viewer import viewer_of
from api.feeds.atom import MEDIA_TYPE, Entry, Feed, Link, write_feed
from api.http.conditional import REVALIDATED, etag_of, holds
from api.http.errors import RETRY, respond_error
from api.http.hosts import base_of
from api.http.versions import NOT_REACHED, include_version, read_least_version, tell_version
from api.news.loading import Happening, News, Page
from api.news.scopes import Scope, Selection
from api.news.sentences import list_lines, say
from engine.context import Operation
from engine.requests.document import make_error
from engine.requests.service import Service
from engine.requests.url_variables import Parameters
from schema.build import make_operation
from store.mongodb.driver import Overdue
from store.records.nouns import TRACKABLES

ENTRIES = 50
"""Entries of a page."""

SECONDS = 15.0
"""Within which a feed is answered."""

Find = Callable[[Request, Operation, Mapping[str, Any]], Awaitable[Scope | Response]]


class Feeds:
    """What answers at the addresses of feeds: the queries, planned once, and the parameters."""

    def __init__(
        self, schema: GraphQLSchema, service: Service, ask_version: Callable[[], Awaitable[int]]
    ) -> None:
        self.news = News(service, ask_version)
        self.selection = Selection(schema, self.news)
        self.parameters = {
            filter_: Parameters(schema, _definition(filter_))
            for filter_ in ("ChangeFilter", "CommitmentFilter", "RequestFilter", None)
        }


def _definition(filter_: str | None) -> OperationDefinitionNode:
    """An operation with the variables that are a feed's parameters."""
    chosen = f"$filter: {filter_}, " if filter_ else ""
    (found,) = parse(f"query({chosen}$after: String) {{ __typename }}").definitions
    assert isinstance(found, OperationDefinitionNode)
    return found


def feed_routes() -> list[BaseRoute]:
    """The routes of all feeds."""
    feeds: Sequence[tuple[str, str | None, Find]] = [
        ("/feeds/changes.atom", "ChangeFilter", _find_everything),
        ("/feeds/corrections.atom", "ChangeFilter", _find_corrections),
        ("/feeds/commitments.atom", "CommitmentFilter", _find_filtered("commitments")),
        ("/feeds/requests.atom", "RequestFilter", _find_filtered("requests")),
        ("/feeds/commitments/{key}.atom", None, _find_record("commitments")),
        ("/feeds/requests/{key}.atom", None, _find_record("requests")),
        ("/feeds/parties/{key}.atom", None, _find_party),
        ("/feeds/topics/{topic:path}.atom", None, _find_topic),
    ]
    return [
        Route(path, _make_handler(filter_, find), methods=["GET"]) for path, filter_, find in feeds
    ]


def _make_handler(filter_: str | None, find: Find) -> Any:
    async def feed(request: Request) -> Response:
        try:
            async with asyncio.timeout(SECONDS):
                return await _answer(request, filter_, find)
        except (TimeoutError, Overdue):
            message = f"this took longer than {SECONDS:g} s; filter by less"
            return respond_error(503, make_error("TIMEOUT", message), RETRY)
        except GraphQLError as error:
            code = (error.extensions or {}).get("code", "INTERNAL_SERVER_ERROR")
            retry = RETRY if code == "UNAVAILABLE" else {}
            return respond_error(_STATUSES.get(code, 500), error, retry)

    return feed


_STATUSES: Mapping[str, int] = {
    "BAD_USER_INPUT": 400,
    "QUERY_TOO_COMPLEX": 400,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    NOT_REACHED: 412,
    "TIMEOUT": 503,
    "UNAVAILABLE": 503,
}


async def _answer(request: Request, filter_: str | None, find: Find) -> Response:
    feeds: Feeds = request.state.feeds
    if request.state.documents.only and "filter" in request.query_params:
        raise make_error("FORBIDDEN", _ONLY_REGISTERED)
    version = await include_version(request, read_least_version(request))
    given = feeds.parameters[filter_].read(request.query_params.multi_items())
    asking = make_operation(request.state.reader, request.state.clock.now(), viewer_of(request))
    found = await find(request, asking, given)
    if isinstance(found, Response):
        return found
    page = await feeds.selection.load_page(asking, found, ENTRIES, given.get("after"))
    body = write_feed(_make_feed(base_of(request), found, page, given))
    headers = {**REVALIDATED, "etag": etag_of(body, MEDIA_TYPE), **tell_version(version)}
    if holds(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=f"{MEDIA_TYPE}; charset=utf-8")


_SINGULAR = {"commitments": "commitment", "requests": "request", "parties": "party"}
_ONLY_REGISTERED = (
    "only registered documents are run here; leave out filter, and take the feed of everything, or "
    "of one record, party or topic"
)


# --- What each is about --------------------------------------------------------------------------


async def _find_everything(
    _request: Request, _asking: Operation, given: Mapping[str, Any]
) -> Scope:
    return Scope("What happened", "/feeds/changes.atom", changes=given.get("filter"))


async def _find_corrections(
    _request: Request, _asking: Operation, given: Mapping[str, Any]
) -> Scope:
    filter_ = given.get("filter")
    return Scope("Corrections", "/feeds/corrections.atom", "Corrections", changes=filter_)


def _find_filtered(noun: str) -> Find:
    async def find(_request: Request, _asking: Operation, given: Mapping[str, Any]) -> Scope:
        filters = {noun: given.get("filter") or {}}
        return Scope(f"What happened to {noun}", f"/feeds/{noun}.atom", filters=filters)

    return find


def _find_record(noun: str) -> Find:
    async def find(
        request: Request, asking: Operation, _given: Mapping[str, Any]
    ) -> Scope | Response:
        found = await _load_subject(request, asking, noun)
        if isinstance(found, Response):
            return found
        key = found["key"]
        title = f"{key}: {found['title']}" if "title" in found else key
        own = frozenset({(noun, key)})
        # Of a retracted one the list has nothing, and the log its retraction.
        filters, page = {noun: _of_key(key)}, f"/{noun}/{key}"
        return Scope(title, f"/feeds{page}.atom", filters=filters, own=own, page=page)

    return find


async def _find_party(
    request: Request, asking: Operation, _given: Mapping[str, Any]
) -> Scope | Response:
    found = await _load_subject(request, asking, "parties")
    if isinstance(found, Response):
        return found
    key = found["key"]
    filters = {noun: {"party": {"eq": key}} for noun in TRACKABLES}
    own = frozenset({("parties", key)})
    title, page = found.get("name", key), f"/parties/{key}"
    return Scope(title, f"/feeds{page}.atom", filters=filters, own=own, page=page)


async def _find_topic(request: Request, _asking: Operation, _given: Mapping[str, Any]) -> Scope:
    topic = request.path_params["topic"]
    filters = {noun: {"topic": {"eq": topic}} for noun in TRACKABLES}
    return Scope(f"Topic {topic}", f"/feeds/topics/{quote(topic)}.atom", filters=filters)


def _of_key(key: str) -> Mapping[str, Any]:
    return {"key": {"eq": key}}


async def _load_subject(
    request: Request, asking: Operation, noun: str
) -> Mapping[str, Any] | Response:
    """The record that a feed is about, or what leads to the one in which it lives on."""
    key = request.path_params["key"]
    feeds: Feeds = request.state.feeds
    found = await feeds.news.load_subject(asking, f"/{noun}/{key}")
    if found is None:
        raise make_error("NOT_FOUND", f"there is no {_SINGULAR[noun]} {key[:200]}, so no feed")
    if found["redirectedFrom"] is not None:
        query = f"?{request.url.query}" if request.url.query else ""
        location = f"/feeds/{noun}/{found['key']}.atom{query}"
        return Response(status_code=308, headers={**REVALIDATED, "location": location})
    return found


# --- As Atom -------------------------------------------------------------------------------------


def _make_feed(base: str, scope: Scope, page: Page, given: Mapping[str, Any]) -> Feed:
    chosen = {"filter": given["filter"]} if given.get("filter") is not None else {}
    own = _address(base, scope, chosen)
    after = given.get("after")
    shown = _address(base, scope, {**chosen, "after": after}) if after is not None else own
    links = [Link("self", shown, MEDIA_TYPE), Link("alternate", f"{base}{scope.page}", "text/html")]
    if after is not None:
        links.append(Link("first", own, MEDIA_TYPE))
    if page.after is not None:
        # RFC 5005: the page of what happened before.
        further = _address(base, scope, {**chosen, "after": page.after})
        links.append(Link("next", further, MEDIA_TYPE))
    entries = [_make_entry(base, happening) for happening in page.happenings]
    return Feed(own, f"Followthrough: {scope.title}", "Followthrough", links, entries)


def _address(base: str, scope: Scope, parameters: Mapping[str, Any]) -> str:
    texts = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in parameters.items()
    }
    return f"{base}{scope.path}?{urlencode(texts)}" if texts else f"{base}{scope.path}"


def _make_entry(base: str, happening: Happening) -> Entry:
    change, (noun, key) = happening.change, happening.at
    links = [Link("alternate", f"{base}/{noun.replace('_', '-')}/{key}")]
    frozen = {"asOf": change["at"][:10], "knownAt": change["at"]}
    for effect in happening.effects:
        address = f"{base}/{effect.noun}/{effect.key}?{urlencode(frozen, safe=':')}"
        links.append(Link("related", address))
    categories = [noun.replace("_", "-"), change["kind"].lower()]
    categories += ["correction"] * change["correction"]
    categories += ["status-change"] * bool(happening.moved)
    categories += ["recorded-late"] * happening.is_late
    summary = "\n".join(list_lines(happening))
    id_ = f"urn:uuid:{happening.id}"
    return Entry(id_, say(happening), change["at"], summary, links, categories)
