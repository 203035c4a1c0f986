"""Runs the server: one process, or several that share nothing but MongoDB."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import uvicorn
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from api.auth import local
from api.cli.listening import BACKLOG, bind, format_address
from api.database import mongodb_address, prepare
from api.http.connections import Connection
from api.http.endpoint import LARGEST_BODY
from api.observability import instrument, logs, setup
from api.settings import PREFIX, Settings, redact

logger = logging.getLogger("followthrough")

WORKER_SECONDS = 30
"""How long a worker may take to begin, or to answer that it lives, before another takes its place.
The machine may be slow or busy with several workers beginning at once; to end one too soon makes it
slower."""

KEEP_ALIVE_SECONDS = 75
"""How long a connection stays open between requests: longer than proxies keep theirs, mostly 60
seconds. Whichever closes first may do so just as the other sends, which a proxy tells its
client as 502."""


def run_server(settings: Settings) -> None:
    """Serves until SIGINT or SIGTERM, then finishes the requests in flight.

    A MongoDB of our own is started here, in a thread beside the server, so that it outlives every
    worker. MongoDB and the port are tried here, too, so that a fault is reported once, and not in
    the log of each worker. Raises CannotListen, Missing and what `prepare` raises.
    """
    logs.configure(settings)
    setup.check_packages(settings)
    with (
        bind(settings) as listener,
        start_blocking_portal() as portal,
        _share_metrics_folder(settings),
    ):
        opened = portal.wrap_async_context_manager(mongodb_address(settings))
        with opened as address:
            logger.info("using MongoDB at %s", redact(address))
            portal.call(prepare, address, settings.database)
            _hand_on(settings, address)
            logger.info("serving on %s/graphql", format_address(listener))
            _offer_link(settings, listener)
            _serve(settings, listener)


@contextmanager
def _share_metrics_folder(settings: Settings) -> Iterator[None]:
    """Provides a folder in which workers share their counters, so that each can answer for all: a
    new one, unless the environment names one.
    """
    if not settings.metrics or settings.workers == 1:
        yield
        return
    if given := os.environ.get(instrument.SHARED):
        Path(given).mkdir(parents=True, exist_ok=True)
        yield
        return
    with TemporaryDirectory(prefix="followthrough-metrics-") as folder:
        os.environ[instrument.SHARED] = folder
        try:
            yield
        finally:
            del os.environ[instrument.SHARED]


def _offer_link(settings: Settings, listener: socket.socket) -> None:
    """Prints a link that signs in whoever started the server, where nobody else reaches it: on a
    loopback address that is not the end of a public one.

    Not by the log, and to the address itself: on `localhost` another may answer, by IPv6.
    """
    listens = ip_address(listener.getsockname()[0])
    if not listens.is_loopback or settings.public_url or settings.allowed_hosts:
        local.hand_on(None)
        return
    token, started_by = local.make_local()
    local.hand_on(started_by)
    click.echo(f"sign in as {started_by.name}: {format_address(listener)}/desk#token={token}")


def _hand_on(settings: Settings, address: str) -> None:
    """Hands the settings to the workers, through the environment."""
    for name, value in settings.model_dump(exclude_none=True).items():
        os.environ[f"{PREFIX}{name.upper()}"] = str(value)
    os.environ[f"{PREFIX}MONGODB_URL"] = address


def _serve(settings: Settings, listener: socket.socket) -> None:
    config = configure_uvicorn(settings)
    # uvicorn sends itself the signal again when it has ended well, for whoever waits for it.
    with suppress(KeyboardInterrupt):
        if settings.workers > 1:
            Multiprocess(config, [listener]).run()
        else:
            uvicorn.Server(config).run([listener])


def configure_uvicorn(settings: Settings, app: Starlette | None = None) -> uvicorn.Config:
    """The configuration of uvicorn, for this application or for one that each worker makes."""
    return uvicorn.Config(
        app or "api.app:create_worker_app",
        factory=app is None,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="auto",
        http=Connection,
        ws="websockets-sansio",
        ws_max_size=LARGEST_BODY,
        ws_ping_interval=settings.ping_seconds,
        ws_ping_timeout=settings.ping_seconds,
        # Events are short; to compress them would take each socket more memory than all the rest.
        ws_per_message_deflate=False,
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        timeout_worker_healthcheck=WORKER_SECONDS,
    )
