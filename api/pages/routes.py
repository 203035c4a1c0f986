"""The pages for browsers, GraphiQL and the desk, and what all pages load: files, headers, examples.

They are written in web/. The endpoint decides when `/graphql` shows one; `reading.py` writes those
for readers.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.http.conditional import holds
from api.http.negotiation import wants_coded

logger = logging.getLogger(__name__)

CHECKOUT: Final = Path(__file__).parent.parent.parent
DIST: Final = CHECKOUT / "web" / "dist"
QUERIES: Final = CHECKOUT / "docs" / "queries"

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    # The squiggles under an error, and a timeline on its way to PNG, are data: images.
    "img-src": "'self' data:",
    "base-uri": "'none'",
    # The filters of a list are a form.
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def _headers(**directives: str) -> Mapping[str, str]:
    stated = {**_POLICY, **{name.replace("_", "-"): value for name, value in directives.items()}}
    policy = "; ".join(f"{name} {value}" for name, value in stated.items())
    return {"content-security-policy": policy}


READING_HEADERS: Final = _headers()

# On the assets too: a worker is held to the policy its own script came with, not to the page's.
WORKBENCH_HEADERS: Final = _headers(
    # Monaco writes <style> elements for its themes and decorations and style attributes for its
    # lines. They change as one types, so neither a hash nor a nonce can name them.
    style_src="'self' 'unsafe-inline'",
    worker_src="'self'",
    font_src="'self'",
)


class OpenIdClient(TypedDict):
    """What the desk needs to know to have somebody sign in at an OpenID provider."""

    issuer: str
    clientId: str


def _desk_headers(openid: OpenIdClient | None) -> Mapping[str, str]:
    """Those of the reading pages; the desk asks the provider for its token, too."""
    if openid is None:
        return READING_HEADERS
    provider = urlsplit(openid["issuer"])
    return _headers(connect_src=f"'self' {provider.scheme}://{provider.netloc}")


CODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
"""What the build compressed assets by, the smaller first, and what it named them."""

# A browser told not to sniff refuses a script of the wrong type, and Python asks the machine's
# own tables, which differ: so the types of what the build writes are stated here.
MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}

NOT_BUILT: Final = """\
This page has not been built. Build it with

    make workbench

and load it again. The API itself answers all the same: POST to /graphql.
"""

METADATA: Final = re.compile(r"#\s*(?P<name>dataset|variables):\s*(?P<value>.*)")


class Example(TypedDict):
    """One entry of the Examples menu, as the page reads it."""

    name: str
    title: str
    description: str
    query: str
    variables: dict[str, Any]


def page_routes(
    dist: Path = DIST, queries: Path = QUERIES, openid: OpenIdClient | None = None
) -> list[BaseRoute]:
    """The routes of the desk, and of what all pages load. They need not be built yet. `openid` is
    where the desk has people sign in, beside tokens.
    """
    desk_headers = _desk_headers(openid)

    async def desk(request: Request) -> Response:
        return await _page(request, dist / "desk.html", desk_headers)

    async def sign_in(request: Request) -> Response:
        return JSONResponse({"openid": openid}, headers={"cache-control": "no-cache"})

    # A plain function, because it reads files: Starlette runs it in a thread.
    def examples(request: Request) -> Response:
        headers = {**WORKBENCH_HEADERS, "cache-control": "no-cache"}
        return JSONResponse(list(read_examples(queries)), headers=headers)

    return [
        Route("/desk/sign-in.json", sign_in),
        Route("/desk", desk),
        Route("/desk/{screen:path}", desk),
        Route("/workbench/queries.json", examples),
        Mount("/assets", HashedFiles(directory=dist / "assets", check_dir=False)),
    ]


async def graphiql_page(request: Request, dist: Path = DIST) -> Response:
    """GraphiQL with our panes."""
    return await _page(request, dist / "index.html", WORKBENCH_HEADERS)


async def _page(request: Request, file: Path, headers: Mapping[str, str]) -> Response:
    """An HTML page, revalidated on every visit; 503 with the remedy if it was never built."""
    # The same address may answer JSON to other callers, hence Vary.
    headers = {**headers, "cache-control": "no-cache", "vary": "Accept"}
    try:
        html = await run_in_threadpool(file.read_bytes)
    except FileNotFoundError:
        return respond_not_built()
    # Of the content, because two builds may well agree in size and, in an image, in time.
    headers["etag"] = f'"{sha256(html).hexdigest()[:32]}"'
    if holds(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(html, headers=headers)


def respond_not_built() -> Response:
    """The response where a page was never built: 503, with the remedy."""
    headers = {**READING_HEADERS, "cache-control": "no-store", "vary": "Accept"}
    return PlainTextResponse(NOT_BUILT, status_code=503, headers=headers)


class HashedFiles(StaticFiles):
    """Files named by their content: kept for a year, and sent as the build compressed them."""

    async def check_config(self) -> None:
        """Accept a missing folder: a page that was never built has no assets, which is a 404."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, compressed where the client takes that, with the headers that go with it."""
        response = await self._serve_compressed(path, scope) or await super().get_response(
            path, scope
        )
        response.headers.update(WORKBENCH_HEADERS)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        response.headers["vary"] = "Accept-Encoding"
        if media_type := MEDIA_TYPES.get(Path(path).suffix):
            response.headers["content-type"] = media_type
        return response

    async def _serve_compressed(self, path: str, scope: Scope) -> Response | None:
        accepted = ", ".join(Headers(scope=scope).getlist("accept-encoding"))
        for coding, suffix in CODINGS:
            if not wants_coded(accepted, coding):
                continue
            with suppress(HTTPException):  # not worth compressing, or not there
                response = await super().get_response(f"{path}{suffix}", scope)
                response.headers["content-encoding"] = coding
                return response
        return None  # the plain name decides


def read_examples(folder: Path) -> Iterator[Example]:
    """The queries of a folder by file name. A faulty one is logged and left out of the menu."""
    for path in sorted(folder.glob("*.graphql")):
        try:
            yield read_example(path)
        except ValueError as error:
            logger.error("%s is left out of the example queries: %s", path, error)


def read_example(path: Path) -> Example:
    """A query and what the comments at its head say: title, description, `# variables: {…}`.

    `NAME.variables.json` beside `NAME.graphql` goes before the comment. Raises ValueError when
    a file is not UTF-8 or the variables are not a JSON object.
    """
    return parse_example(path, path.read_text(encoding="utf-8"))


def parse_example(path: Path, text: str) -> Example:
    """As `read_example`, for a text that was read already. Raises ValueError."""
    lines = text.strip().splitlines()
    head = list(takewhile(lambda line: line.startswith("#"), lines))
    metadata = {match["name"]: match["value"] for match in map(METADATA.fullmatch, head) if match}
    shown = [line for line in head if not METADATA.fullmatch(line)]
    words = [line.lstrip("#").strip() for line in shown]
    return {
        "name": path.stem,
        "title": words[0] if words else path.stem,
        "description": " ".join(filter(None, words[1:])),
        "query": "\n".join([*shown, *lines[len(head) :]]) + "\n",
        "variables": _variables(path.with_suffix(".variables.json"), metadata.get("variables")),
    }


def _variables(file: Path, comment: str | None) -> dict[str, Any]:
    text = file.read_text(encoding="utf-8") if file.exists() else comment
    variables = json.loads(text or "{}")
    if not isinstance(variables, dict):
        raise ValueError("its variables are not a JSON object")
    return variables
