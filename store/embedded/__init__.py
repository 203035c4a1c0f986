"""A mongod of our own, for a program that was given no MongoDB. It knows nothing of the data."""

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
