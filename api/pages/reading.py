"""The reading pages: at each address a page that the server has rendered, and the browser goes on
with.

A page says itself what it asks (web/src/reading). Its questions are answered in this process, by
the service that answers `/graphql`, as whoever asks for the page may see it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from cachetools import LRUCache
from graphql import GraphQLError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.auth.viewer import viewer_of
from api.http.compression import code, compress
from api.http.conditional import REVALIDATED, etag_of, holds
from api.http.errors import RETRY, Faulty, respond_error, respond_error_page
from api.http.hosts import base_of
from api.http.negotiation import Accepted
from api.http.versions import include_version, read_least_version, tell_version
from api.pages.previews import write_preview
from api.pages.rendering import CannotRender, Renderer, compose
from api.pages.routes import READING_HEADERS, respond_not_built
from api.settings import Settings
from engine.context import noon
from engine.requests.document import make_error
from engine.requests.error_format import format_errors
from engine.requests.prepared import Request as Asked
from engine.requests.service import Service
from schema.build import make_operation
from store.bounds import BOUNDS
from store.viewers import ANONYMOUS

LANGUAGES: Final = ("en", "ur")
"""The languages of the interface, the usual one first: `web/src/reading/words`."""

_MOST_QUESTIONS: Final = 12
"""More than any page asks one after the other: a list with 500 parties and 500 topics asks 11."""

LISTS: Final = (
    "/",
    "/how-to-read",
    "/commitments",
    "/requests",
    "/parties",
    "/meetings",
    "/articles",
    "/follow-ups",
    "/topics",
)
"""Where pages are that show no record."""

PARAMETERS: Final = frozenset(
    {
        *("lang", "asOf", "knownAt", "after", "q", "order", "status", "contested", "overdue"),
        *("promisor", "addressee", "asker", "asked", "topic", "kind", "country", "year"),
        *("publisher", "language", "independence"),
    }
)
"""What the addresses of pages may say."""

VARIES: Final = "Accept, Accept-Language"


@dataclass(frozen=True, slots=True)
class Site:
    """What the settings say of the site, as its pages read it."""

    name: str
    subject: str
    contact: str
    licence: str

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        """That of these settings."""
        return cls(
            settings.site_name,
            settings.site_subject,
            settings.site_contact,
            settings.data_licence,
        )


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no page of the usual kind. `retraction` has the moment and the reason (`at`,
    `why`) of a record that was retracted; `is_later` says that there is one since the moment of the
    address.
    """

    status: int
    message: str
    retraction: Mapping[str, Any] | None = None
    is_later: bool = False

    @property
    def given(self) -> Mapping[str, Any]:
        """As the page reads it."""
        said = {"status": self.status, "message": self.message, "retraction": self.retraction}
        return {**said, "isLater": self.is_later}


@dataclass(frozen=True, slots=True)
class About:
    """What whoever serves a page knows of it already. `now` is the moment in the citation, if that
    is another each time; `head` is HTML for the head of the page. `plain` writes what is shown
    where neither the server nor a script renders it.
    """

    trouble: Trouble | None = None
    citation: Mapping[str, Any] | None = None
    retraction: Mapping[str, Any] | None = None
    now: str | None = None
    head: str = ""
    plain: Callable[[], str] | None = None


class Written(NamedTuple):
    """A page as it is sent; `coded` is the same with gzip, of a page that is kept as it is."""

    body: bytes
    status: int
    coded: bytes | None = None


class ReadingPages:
    """Writes pages, and keeps those for everybody while the data does not change."""

    def __init__(self, service: Service, renderer: Renderer, site: Site, dist: Path) -> None:
        self.service = service
        self.renderer = renderer
        self._site = asdict(site)
        self._template = dist / "reading.html"
        self._kept: LRUCache[Any, tuple[Written, str | None]] = LRUCache(
            BOUNDS["rendered pages"].most, _weigh
        )

    async def write(
        self, request: Request, version: int | None, about: About | None = None
    ) -> Written | None:
        """The page at the address of a request; None if the pages are not built."""
        about = about or About()
        given = self._give(request, about)
        key = self._key_of(request, version, given, about)
        if key is not None and (kept := self._kept.get(key)) is not None:
            written, then = kept
            if about.now is None or then is None:
                return written
            return written._replace(body=written.body.replace(then.encode(), about.now.encode()))
        try:
            template = await run_in_threadpool(self._template.read_text, encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            page = await self._render(request, version, given)
        except CannotRender:
            status = about.trouble.status if about.trouble is not None else 200
            plain = about.plain() if about.plain is not None else ""
            return Written(compose(template, given, None, about.head, plain), status)
        # What stands in it is of a record that this page may not show.
        head = about.head if page["status"] in (200, 410) else ""
        if page["status"] == 200:
            address = given["address"]["path"]
            preview = write_preview(
                page, address, request.query_params, base_of(request), self._site
            )
            head = f"{preview}\n{head}"
        if is_of_moment(request):
            template = _FEEDS.sub("", template)
        written = Written(compose(template, given, page, head), page["status"])
        # What went wrong may be right in a moment, and of wrong addresses there is no end.
        if key is not None and written.status == 200:
            if about.now is None:
                # A page with a moment of its own is another each time, and coded each time.
                written = written._replace(coded=await code(written.body))
            self._kept[key] = (written, about.now)
        return written

    def _give(self, request: Request, about: About) -> dict[str, Any]:
        # What networks add to links is no part of a page.
        known = [pair for pair in request.query_params.multi_items() if pair[0] in PARAMETERS]
        query = urlencode(known)
        raw = request.scope.get("raw_path")
        path = raw.decode("latin-1") if raw else quote(request.scope["path"])
        return {
            "address": {"path": path.partition("?")[0], "search": f"?{query}" if query else ""},
            "language": choose_language(request),
            "site": self._site,
            "origin": base_of(request),
            "today": request.state.clock.today(),
            "isRendered": False,
            "data": None,
            "labels": {},
            "trouble": about.trouble.given if about.trouble is not None else None,
            "citation": about.citation,
            "retraction": about.retraction,
        }

    def _key_of(
        self, request: Request, version: int | None, given: Mapping[str, Any], about: About
    ) -> Any:
        """By what a page is kept; None for pages that are not for everybody."""
        if version is None or viewer_of(request) is not ANONYMOUS:
            return None
        address, trouble = given["address"], about.trouble
        if trouble is not None:
            return None
        place = (base_of(request), address["path"], address["search"])
        return (version, given["today"], given["language"], *place)

    async def _render(
        self, request: Request, version: int | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        """The page, after all that it asks was answered. Raises CannotRender."""
        replies: list[Any] = []
        for _ in range(_MOST_QUESTIONS):
            step = await self.renderer.step({"given": given, "replies": replies})
            if "page" in step:
                page: dict[str, Any] = step["page"]
                return page
            replies.append(await self._answer(request, version, given, step["question"]))
        raise CannotRender(f"{given['address']['path']} has no end of questions")

    async def _answer(
        self,
        request: Request,
        version: int | None,
        given: Mapping[str, Any],
        question: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        asking = make_operation(request.state.reader, noon(given["today"]), viewer_of(request))
        asked = Asked(question["query"], variables=question["variables"])
        answer = await self.service.answer(asked, asking, read_only=True, version=version)
        assert answer is not None
        body = answer.read()
        for error in body.get("errors", ()):
            code = error.get("extensions", {}).get("code", "")
            return {"error": {"message": error["message"], "code": code}}
        return {"data": body["data"]}


def _weigh(kept: tuple[Written, str | None]) -> int:
    written, _ = kept
    return len(written.body) + len(written.coded or b"")


_FEEDS: Final = re.compile(r'\s*<link rel="alternate" type="application/atom\+xml"[^>]*>')
"""The links to feeds in the head: they tell what comes, which is later than any moment."""


def is_of_moment(request: Request) -> bool:
    """Whether the page that is asked for is of a day or of a moment, and not of now."""
    return any(request.query_params.get(name) for name in ("asOf", "knownAt"))


def choose_language(request: Request) -> str:
    """The language of the interface: `lang` of the address, else what the browser likes best."""
    named = request.query_params.get("lang")
    if named in LANGUAGES:
        return named
    qualities = Accepted.read(", ".join(request.headers.getlist("accept-language"))).qualities
    liked = {
        tag.partition("-")[0]: quality
        for tag, quality in sorted(qualities.items(), key=lambda item: item[1])
    }
    return max(LANGUAGES, key=lambda language: liked.get(language, 0.0))


def reading_routes() -> list[BaseRoute]:
    """The routes of the pages that show no record; those that do are with the records."""
    return [
        *(Route(path, respond_page) for path in LISTS),
        Route("/topics/{topic:path}", respond_page),
    ]


async def respond_page(request: Request) -> Response:
    """The page at this address."""
    if not wants_page(request):
        message = "this address is a page; /graphql answers queries, and /export has all records"
        return respond_error(406, make_error("NOT_ACCEPTABLE", message), {"vary": VARIES})
    try:
        version = await include_version(request, read_least_version(request), certain=True)
    except GraphQLError as error:
        return respond_error_page(412 if error.extensions else 500, error)
    pages: ReadingPages = request.state.pages
    written = await pages.write(request, version)
    if written is None:
        return respond_not_built()
    headers = {**READING_HEADERS, **REVALIDATED, "vary": VARIES, **tell_version(version)}
    if written.status >= 400:
        return respond_trouble(written, headers)
    headers["etag"] = etag_of(written.body, "text/html")
    if holds(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    body, sent = await compress(request, written.body, headers, written.coded)
    return HTMLResponse(body, written.status, sent)


_CODES: Final = {400: "BAD_USER_INPUT", 404: "NOT_FOUND", 503: "UNAVAILABLE"}


def respond_trouble(written: Written, headers: Mapping[str, str]) -> Response:
    """A page that says what is wrong, as a response that is not kept."""
    code = _CODES.get(written.status, "INTERNAL_SERVER_ERROR")
    errors = format_errors([make_error(code, "see the page")])
    retry = RETRY if written.status == 503 else {}
    headers = {**headers, "cache-control": "no-store", **retry}
    return Faulty({"errors": errors}, written.status, "text/html", headers, content=written.body)


def wants_page(request: Request) -> bool:
    """Whether a client takes a page, and likes JSON no better."""
    accepted = Accepted.read(", ".join(request.headers.getlist("accept")) or "*/*")
    return accepted.best(("text/html", "application/json")) == "text/html"


async def write_trouble(request: Request, trouble: Trouble) -> str | None:
    """The page that says what is wrong at an address; None if the pages are not built."""
    pages: ReadingPages = request.state.pages
    about = About(trouble=trouble)
    written = await pages.write(request, None, about)
    return written.body.decode() if written is not None else None


async def respond_not_found(request: Request, _error: Exception) -> Response:
    """The response where nothing is at the address: a page for browsers, JSON for programs."""
    message = "there is nothing at this address; /graphql answers queries, and / has the pages"
    error = make_error("NOT_FOUND", message)
    if request.method in ("GET", "HEAD") and _prefers_page(request):
        return respond_error_page(404, error, await write_trouble(request, Trouble(404, "")))
    return respond_error(404, error, {"vary": "Accept"})


def _prefers_page(request: Request) -> bool:
    accepted = Accepted.read(", ".join(request.headers.getlist("accept")))
    return accepted.best(("application/json", "text/html")) == "text/html"
