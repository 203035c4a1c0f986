"""Tells the pages of a sandbox which day it is, in place of the clock of the browser.

`web/src/timeline/dates.ts` reads it. Such a page is not stored by browsers, for it changes with the
day.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.clock import Clock

_AFTER = b'<meta charset="utf-8"'
"""How the first line in the head of every page of ours begins."""


class DayOfPages:
    """Puts a day that was set into the head of every HTML page."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        day = self._clock.day
        if scope["type"] != "http" or day is None:
            await self._app(scope, receive, send)
            return
        line = f'<meta name="followthrough-today" content="{day}">\n'.encode()
        start: Message | None = None

        async def send_with_day(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
                return
            if start is not None and message["type"] == "http.response.body":
                body = message.get("body", b"")
                message = {**message, "body": body.replace(_AFTER, line + _AFTER, 1)}
                await send(_without_etag(start, len(message["body"]) - len(body)))
                start = None
            await send(message)

        # A page that is compressed has no head to put a line into.
        headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self._app({**scope, "headers": headers}, receive, send_with_day)


def _is_page(start: Message) -> bool:
    return MutableHeaders(raw=start["headers"]).get("content-type", "").startswith("text/html")


def _without_etag(start: Message, longer: int) -> Message:
    headers = MutableHeaders(raw=list(start["headers"]))
    if "content-length" in headers:
        headers["content-length"] = str(int(headers["content-length"]) + longer)
    del headers["etag"]
    headers["cache-control"] = "no-store"
    return {**start, "headers": headers.raw}
