"""The addresses by which pages are shared: citations, pictures, frames, oEmbed, maps for robots."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from graphql import GraphQLError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from api.http.conditional import REVALIDATED, etag_of, holds
from api.http.errors import RETRY, respond_error
from api.http.hosts import base_of
from api.pages.reading import Site
from api.pages.routes import DIST, NOT_BUILT
from api.sharing import citations, embeds, oembed, sitemaps
from api.sharing.cards import COLOURS, Badge, Card, Cards, NoFont
from api.sharing.subjects import NOUNS, Sharing, Subject
from api.sharing.words import list_names, say_date, say_status
from engine.errors import BadUserInput
from engine.requests.document import make_error
from engine.requests.prepared import Request as Asked
from schema.build import make_operation

Answering = Callable[[Request], Awaitable[Response]]
Writing = Callable[[Subject, str, Site], bytes]

CITATIONS: Final[Mapping[str, tuple[str, Writing]]] = {
    "txt": ("text/plain", citations.write_text),
    "bib": ("application/x-bibtex", citations.write_bibtex),
    "json": ("application/vnd.citationstyles.csl+json", citations.write_csl),
}

_STATUSES: Final[Mapping[str, int]] = {
    "BAD_USER_INPUT": 400,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "QUERY_TOO_COMPLEX": 400,
    "TIMEOUT": 503,
    "UNAVAILABLE": 503,
}


def sharing_routes(dist: Path = DIST) -> list[BaseRoute]:
    """The routes of all that is shared."""

    # A plain function, because it reads a file: Starlette runs it in a thread.
    def resizer(request: Request) -> Response:
        return _respond_file(request, dist / "embed.js", "text/javascript")

    return [
        *(
            Route(f"/cite/{{noun}}/{{key}}.{form}", _guard(_make_citing(form)), methods=["GET"])
            for form in CITATIONS
        ),
        Route("/cards/site.png", _guard(_answer_site_card), methods=["GET"]),
        Route("/cards/{noun}/{key}.png", _guard(_answer_card), methods=["GET"]),
        Route("/embed.js", resizer, methods=["GET"]),
        Route("/embed/commitments", _guard(_answer_embedded_list), methods=["GET"]),
        Route("/embed/{noun}/{key}", _guard(_answer_embedded), methods=["GET"]),
        Route("/oembed", _guard(_answer_oembed), methods=["GET"]),
        Route("/robots.txt", _answer_robots, methods=["GET"]),
        Route("/sitemap.xml", _guard(_answer_index), methods=["GET"]),
        Route("/sitemaps/{noun}-{page:int}.xml", _guard(_answer_map), methods=["GET"]),
    ]


def _guard(answering: Answering) -> Answering:
    """The same, with its errors as responses."""

    async def answer(request: Request) -> Response:
        try:
            return await answering(request)
        except (embeds.NotBuilt, NoFont):
            return PlainTextResponse(NOT_BUILT, 503, {"cache-control": "no-store"})
        except GraphQLError as error:
            code = (error.extensions or {}).get("code", "INTERNAL_SERVER_ERROR")
            retry = RETRY if code == "UNAVAILABLE" else {}
            return respond_error(_STATUSES.get(code, 500), error, retry)

    return answer


# --- Citations and pictures ----------------------------------------------------------------------


def _make_citing(form: str) -> Answering:
    media_type, write = CITATIONS[form]

    async def cite(request: Request) -> Response:
        subject = await _load_subject(request)
        body = write(subject, base_of(request), request.state.site)
        name = f"{subject.noun}-{subject.key}.{form}"
        # Each is of its moment, so that none is like the one before.
        headers = {
            "content-disposition": f'inline; filename="{name}"',
            "cache-control": "no-store",
            "x-robots-tag": "noindex",
        }
        return Response(body, headers=headers, media_type=f"{media_type}; charset=utf-8")

    return cite


async def _answer_card(request: Request) -> Response:
    subject = await _load_subject(request)
    card = _make_card(subject, base_of(request), request.state.site)
    return await _respond_drawn(request, card)


async def _answer_site_card(request: Request) -> Response:
    site: Site = request.state.site
    host = base_of(request).partition("//")[2]
    card = Card("", site.subject or site.name, (), (), site.name, host)
    return await _respond_drawn(request, card)


async def _respond_drawn(request: Request, card: Card) -> Response:
    cards: Cards = request.state.cards
    return _respond(request, await cards.draw(card), "image/png")


def _make_card(subject: Subject, base: str, site: Site) -> Card:
    by = list_names(subject.by)
    kicker = f"{NOUNS[subject.noun]} {subject.key}" + (f" · {by}" if by else "")
    badges: list[Badge] = []
    lines: list[str] = []
    if (standing := subject.standing) is not None:
        colour = COLOURS.get(standing.value, COLOURS["NOT_TRACKABLE"])
        badges.append(Badge(say_status(standing.value), colour))
        badges += [Badge("Contested")] * standing.contested + [Badge("Overdue")] * standing.overdue
        reported = ", as reported by those who promised" if standing.is_self_reported else ""
        lines += [f"As of {say_date(subject.moment.as_of)}{reported}", standing.explanation]
    elif subject.made_on:
        lines.append(say_date(subject.made_on))
    address = (base + subject.url).partition("//")[2] + subject.query
    return Card(kicker, subject.title, tuple(badges), tuple(lines), site.name, address)


# --- Frames --------------------------------------------------------------------------------------


async def _answer_embedded(request: Request) -> Response:
    given = [(n, v) for n, v in request.query_params.multi_items() if n != "timeline"]
    subject = await _load_subject(request, given)
    has_timeline = request.query_params.get("timeline") == "1"
    html = await run_in_threadpool(
        lambda: embeds.write_record(
            subject, base_of(request), request.state.site, has_timeline=has_timeline
        )
    )
    return _respond_embedded(request, html)


async def _answer_embedded_list(request: Request) -> Response:
    sharing: Sharing = request.state.sharing
    given = [(n, v) for n, v in request.query_params.multi_items() if n != "page"]
    listing = await sharing.load_listing(request, given)
    # The list's page says its filters in words of its own.
    address = f"{base_of(request)}/commitments{request.query_params.get('page', '')}"
    html = await run_in_threadpool(
        lambda: embeds.write_listing(listing, address, base_of(request), request.state.site)
    )
    return _respond_embedded(request, html)


def _respond_embedded(request: Request, html: str) -> Response:
    headers = embeds.make_headers(request.state.embedded_by)
    return _respond(request, html.encode(), "text/html", headers)


async def _answer_oembed(request: Request) -> Response:
    given = request.query_params
    form = given.get("format", "json")
    if form not in ("json", "xml"):
        error = make_error("NOT_ACCEPTABLE", "format is json or xml")
        return respond_error(501, error)  # as the specification has it
    base = base_of(request)
    found = oembed.read_address(given.get("url", ""), base)
    if found is None:
        raise make_error("NOT_FOUND", f"url: an address of a record of {base}")
    noun, key, query = found
    sharing: Sharing = request.state.sharing
    subject = await sharing.load_subject(request, noun, key, parse_qsl(query))
    answer = oembed.make_answer(
        subject,
        base,
        request.state.site,
        _read_pixels(given, "maxwidth"),
        _read_pixels(given, "maxheight"),
    )
    if form == "xml":
        return _respond(request, oembed.write_xml(answer), "text/xml")
    return _respond(request, orjson.dumps(answer), "application/json")


def _read_pixels(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not text.isdecimal() or not 0 < len(text) < 6:
        raise BadUserInput(name, "a number of pixels")
    return int(text)


# --- Maps ----------------------------------------------------------------------------------------


async def _answer_robots(request: Request) -> Response:
    return PlainTextResponse(sitemaps.write_robots(base_of(request)), headers=dict(REVALIDATED))


async def _answer_index(request: Request) -> Response:
    pages = sitemaps.count_pages(await _count_records(request))
    return _respond(request, sitemaps.write_index(pages, base_of(request)), "application/xml")


async def _answer_map(request: Request) -> Response:
    noun, page = request.path_params["noun"], request.path_params["page"]
    pages = sitemaps.count_pages(await _count_records(request))
    if not 1 <= page <= pages.get(noun, 0):
        raise make_error(
            "NOT_FOUND", "there is no such map; /sitemap.xml lists those that there are"
        )
    asking = make_operation(request.state.reader, request.state.clock.now())
    maps: sitemaps.Sitemaps = request.state.sitemaps
    content = maps.write_map(asking, noun, page, base_of(request))
    return StreamingResponse(content, headers=dict(REVALIDATED), media_type="application/xml")


async def _count_records(request: Request) -> Mapping[str, Any]:
    asking = make_operation(request.state.reader, request.state.clock.now())
    service = request.state.records.service
    answer = await service.answer(Asked(sitemaps.COUNTS), asking, read_only=True)
    data: Mapping[str, Any] = answer.read_data()
    return data


# --- Parts ---------------------------------------------------------------------------------------


async def _load_subject(request: Request, given: list[tuple[str, str]] | None = None) -> Subject:
    sharing: Sharing = request.state.sharing
    noun, key = request.path_params["noun"], request.path_params["key"]
    if given is None:
        given = request.query_params.multi_items()
    return await sharing.load_subject(request, noun, key, given)


def _respond(
    request: Request, body: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The response; 304 if the client has it."""
    sent = {**REVALIDATED, **(headers or {}), "etag": etag_of(body, media_type)}
    if holds(request, sent["etag"]):
        return Response(status_code=304, headers=sent)
    is_text = media_type.startswith("text/") or media_type.endswith("xml")
    return Response(
        body, headers=sent, media_type=f"{media_type}; charset=utf-8" if is_text else media_type
    )


def _respond_file(request: Request, file: Path, media_type: str) -> Response:
    try:
        return _respond(request, file.read_bytes(), media_type)
    except FileNotFoundError:
        return PlainTextResponse(NOT_BUILT, 503, {"cache-control": "no-store"})
