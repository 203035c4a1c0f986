"""A private mongod for a program that was given no MongoDB. What it keeps is not known here."""

from store.embedded.errors import MongodError, MongodInUse, MongodNotFound
from store.embedded.server import EmbeddedMongod, Status, status, stop

__all__ = [
    "EmbeddedMongod",
    "MongodError",
    "MongodInUse",
    "MongodNotFound",
    "Status",
    "status",
    "stop",
]
