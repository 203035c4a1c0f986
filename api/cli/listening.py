"""Where a server listens. It is known before anything of the server is imported."""

import socket

from api.settings import Settings

BACKLOG = 2048
MOST_UNREAD_MS = 60_000
"""How long the system waits for a client that reads nothing at all."""


class CannotListen(Exception):
    """The address or port cannot be listened on; the message says why."""


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


def format_address(listener: socket.socket) -> str:
    """The address of a server that listens there, without a path."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
