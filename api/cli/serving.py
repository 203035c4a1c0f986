"""Runs the server: one process, or several that share nothing but MongoDB."""

import os

import uvicorn
from anyio.from_thread import start_blocking_portal

from api import logs
from api.mongodb import mongodb_address
from api.settings import PREFIX, Settings


def run_server(settings: Settings) -> None:
    """Serves until SIGINT or SIGTERM, then finishes what is in flight.

    A MongoDB of our own is started here, in a thread beside the server, so that it outlives
    every worker and a fault with it is told to the person, not to a worker's log. Raises
    MongodError.
    """
    logs.configure(settings)
    with start_blocking_portal() as portal:
        opened = portal.wrap_async_context_manager(mongodb_address(settings))
        with opened as address:
            _hand_on(settings, address)
            uvicorn.run(
                "api.app:from_environment",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                loop="auto",
                http="httptools",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=settings.shutdown_seconds,
            )


def _hand_on(settings: Settings, address: str) -> None:
    """Hands the settings to the workers, which read them from the environment."""
    for name, value in settings.model_dump(exclude_none=True).items():
        os.environ[f"{PREFIX}{name.upper()}"] = str(value)
    os.environ[f"{PREFIX}MONGODB_URL"] = address
