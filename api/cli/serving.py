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
from api.database import mongodb_address, prepare
from api.http.connections import Connection
from api.http.endpoint import LARGEST_BODY
from api.observability import instrument, logs, setup
from api.settings import PREFIX, Settings, redact

logger = logging.getLogger("followthrough")

BACKLOG = 2048
MOST_UNREAD_MS = 60_000
"""How long the system waits for a client that reads nothing at all."""

WORKER_SECONDS = 30
"""How long a worker may take to begin, or to answer that it lives, before another takes its place.
The machine may be slow or busy with several workers beginning at once; to end one too soon makes it
slower."""


class CannotListen(Exception):
    """The address or port cannot be listened on; the message says why."""


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


def bind(settings: Settings) -> socket.socket:
    """A socket that listens where the settings say. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Of connections too, which have it from here: one that is closed while its client does
            # not read would keep what is left of an answer until the client goes.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, MOST_UNREAD_MS)
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise CannotListen(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; choose "
            "another with --host or --port"
        ) from None
    listener.listen(BACKLOG)
    return listener


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


def format_address(listener: socket.socket) -> str:
    """The address of a server that listens there, without a path."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


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
        timeout_graceful_shutdown=settings.shutdown_seconds,
        timeout_worker_healthcheck=WORKER_SECONDS,
    )
