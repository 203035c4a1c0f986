"""A process that takes what OpenTelemetry exports and keeps none of it.

Traces cost less when nobody takes them, and an exporter that finds nobody tries again, so that
neither would show what tracing costs. On the end of its input it says how many exports came.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class NothingCame(RuntimeError):
    """Nothing was exported, so that what was measured is not what exporting costs."""


@asynccontextmanager
async def sink() -> AsyncIterator[str]:
    """The address of a sink that runs as long as this lasts. Raises NothingCame at its end."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.sink"), stdin=pipe, stdout=pipe
    )
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        yield f"http://127.0.0.1:{port}"
        said, _ = await process.communicate(b"")  # which ends its input
        if not int(said):
            raise NothingCame("no traces were exported")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class _Taking(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    taken = 0

    def do_POST(self) -> None:
        """Takes one export."""
        self.rfile.read(int(self.headers["content-length"]))
        type(self).taken += 1
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def main() -> None:
    """Says its port, takes exports until its input ends, and says how many there were."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Taking)
    Thread(target=server.serve_forever, daemon=True).start()
    _say(server.server_port)
    sys.stdin.read()
    _say(_Taking.taken)


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
