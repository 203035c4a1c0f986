"""The load driver: a closed loop over kept-alive connections, on raw sockets.

Each connection has one request in flight. Requests are bytes made beforehand, and of a response
no more is read than where it ends, so that the driver costs much less than any server.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

PATIENCE = 120.0
"""Seconds for the last answers of a drive."""


class Failed(RuntimeError):
    """A response that is not 200, or a connection that broke."""


def as_request(body: bytes, port: int) -> bytes:
    """The whole HTTP request that posts a body."""
    head = (
        "POST /graphql HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        "Content-Type: application/json\r\n"
        "Accept: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(slots=True)
class Drive:
    """What a drive took: the seconds of each request, of all together, and of our own CPU."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def per_second(self) -> float:
        """Requests answered per second."""
        return len(self.latencies) / self.seconds

    @property
    def busy(self) -> float:
        """How much of one core the driver itself took, 0 to 1."""
        return self.cpu / self.seconds

    def percentile(self, share: float) -> float:
        """The latency under which this share of the requests stayed, in seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class _Connection(asyncio.Protocol):
    """Sends the next request when the last one was answered, until it is told to stop."""

    def __init__(self, loop: "_Loop") -> None:
        self._loop = loop
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._sent = 0.0
        self._waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no asyncio.Transport, but can what one can.
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            whole = _whole(self._buffer)
        except Failed as error:
            self._loop.finish(error)
            return
        if whole:
            self._loop.answered(time.perf_counter() - self._sent)
            self._buffer.clear()
            self._waiting = False
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting:
            self._loop.finish(Failed(f"the server closed the connection: {error}"))

    def _send(self) -> None:
        assert self._transport is not None
        request = self._loop.next()
        if request is None:
            self._transport.close()
            self._loop.left()
            return
        self._sent, self._waiting = time.perf_counter(), True
        self._transport.write(request)


def _whole(buffer: bytearray) -> bool:
    """Whether the response is complete; Failed if it is not a good one."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(buffer[:end]).lower()
    if not head.startswith(b"http/1.1 200"):
        raise Failed(bytes(buffer[:2000]).decode(errors="replace"))
    place = head.find(b"\r\ncontent-length:")
    if place < 0:
        return buffer.endswith(b"0\r\n\r\n")  # chunked
    stop = head.find(b"\r\n", place + 2)
    length = head[place + 17 : stop if stop > 0 else end]
    return len(buffer) >= end + 4 + int(length)


class _Loop:
    """What the connections of one drive share."""

    def __init__(
        self,
        requests: Sequence[bytes],
        start: int,
        connections: int,
        seconds: float,
        most: int,
        answered: Callable[[int], None] | None,
    ) -> None:
        self.drive = Drive()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._place = start
        self._open = connections
        self._left = most
        self._answered = answered
        self._until = time.perf_counter() + seconds

    def over(self) -> bool:
        return self._left <= 0 or time.perf_counter() >= self._until

    def next(self) -> bytes | None:
        if self.over():
            return None
        self._left -= 1
        self._place += 1
        return self._requests[self._place % len(self._requests)]

    def answered(self, latency: float) -> None:
        self.drive.latencies.append(latency)
        if self._answered is not None:
            self._answered(len(self.drive.latencies))

    def left(self) -> None:
        self._open -= 1
        if self._open == 0:
            self.finish(None)

    def finish(self, error: Failed | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


async def drive(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int,
    seconds: float = 3600.0,
    most: int = 1 << 60,
    start: int = 0,
    answered: Callable[[int], None] | None = None,
) -> Drive:
    """Sends requests from the one after `start` on, for so long or so many.

    `answered` is told after each answer how many there are. Raises Failed, TimeoutError.
    """
    loop = _Loop(requests, start, connections, seconds, most, answered)
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(connections):
        await asyncio.get_running_loop().create_connection(
            lambda: _Connection(loop), "127.0.0.1", port
        )
    async with asyncio.timeout(seconds + PATIENCE):
        await loop.done
    loop.drive.seconds = time.perf_counter() - began
    loop.drive.cpu = time.process_time() - cpu
    return loop.drive


async def ask(port: int, request: bytes) -> bytes:
    """The body of one answer. Raises Failed, OSError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = b""
        if b"transfer-encoding: chunked" in head:
            while length := int(await reader.readline(), 16):
                body += await reader.readexactly(length)
                await reader.readline()
        else:
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
        if not head.startswith(b"http/1.1 200"):
            raise Failed(body.decode(errors="replace"))
        return body
    finally:
        writer.close()
