"""Bodies of requests, read into memory within bounds of size and time."""

import asyncio

from starlette.requests import Request


class TooLong(Exception):
    """A body is longer than what is taken. `length` is what the client stated, if it did."""

    def __init__(self, length: int | None) -> None:
        super().__init__(length)
        self.length = length


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """The body. Raises TooLong for more than `most` bytes, before any is read where the client
    states it; TimeoutError if it has not come within `seconds`; ClientDisconnect if it is cut off.
    """
    length = _read_stated_length(request)
    if length is not None and length > most:
        raise TooLong(length)
    body = bytearray()
    async with asyncio.timeout(seconds):
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise TooLong(length)
    return bytes(body)


def _read_stated_length(request: Request) -> int | None:
    stated = request.headers.get("content-length", "")
    return int(stated) if stated.isdecimal() and len(stated) < 20 else None
