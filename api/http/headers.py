"""Who is answered and what browsers are told: which hosts are ours, which other origins may read,
that nothing is guessed, and that no answer to somebody who signed in is kept for others.
"""

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.connections import refuse_too_long
from api.http.hosts import Hosts, Origins
from api.settings import Settings

HEADERS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
"""Sent with every answer, unless it has its own."""

_OF_VIEWER = (b"vary", b"Authorization")
"""What `bind_to_viewer` adds to most answers; it would take four times as long to."""

EXPOSED = (
    *("Content-Disposition", "ETag", "Link", "Retry-After", "WWW-Authenticate"),
    *("X-Followthrough-Data-Version", "X-Followthrough-Tier", "X-Request-Id"),
)
"""What scripts of other origins may read of an answer, beside what every script may."""


def middleware(settings: Settings) -> Iterable[Middleware]:
    """What stands before the routes. Without other origins there is nothing of CORS at all."""
    yield Middleware(Gate, settings=settings)
    if settings.origins:
        # Cookies are neither set nor read, so that a page can ask for no more than anybody can, or
        # than a token opens that it was given. Any header may be sent, Authorization too.
        yield Middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=("GET", "HEAD", "POST"),
            allow_headers=("*",),
            allow_credentials=False,
            expose_headers=EXPOSED,
        )


class Gate:
    """An ASGI middleware: refuses requests that are too long or for hosts that are not ours, and
    adds to every answer `HEADERS`, and for whom it may be kept.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = Hosts(settings)
        self._origins = Origins(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = refuse_too_long(scope) or self._hosts.refuse_others(scope)
        if scope["type"] == "websocket":
            refusal = refusal or self._origins.refuse_others(scope)
            await (refusal or self._app)(scope, receive, send)
            return

        private = b"authorization" in [name for name, _ in scope["headers"]]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name for name, _ in message["headers"]}
                added = [header for header in HEADERS if header[0] not in named]
                message["headers"] = [*message["headers"], *added]
                if private or b"vary" in named:
                    bind_to_viewer(MutableHeaders(raw=message["headers"]), private=private)
                else:
                    message["headers"].append(_OF_VIEWER)
            await send(message)

        await (refusal or self._app)(scope, receive, send_with_headers)


def bind_to_viewer(headers: MutableHeaders, *, private: bool) -> None:
    """Sees that no cache gives an answer to another viewer: each depends on `Authorization`, and
    one to a request that has it is `private`, or not kept at all.
    """
    headers.add_vary_header("Authorization")
    if private:
        given = (one.strip() for one in headers.get("cache-control", "").split(","))
        stay = [one for one in given if one and one not in ("public", "private")]
        if "no-store" not in stay:
            stay = ["private", *(one for one in stay if not one.startswith("s-maxage"))]
        headers["cache-control"] = ", ".join(stay)
