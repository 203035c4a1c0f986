"""What can go wrong with the embedded server, as the person who started the program reads it."""


class MongodError(Exception):
    """The embedded MongoDB cannot be had; the message says why and what to do."""


class MongodNotFound(MongodError):
    """There is no mongod on this machine that can be run."""


class MongodInUse(MongodError):
    """Other programs are using this mongod."""
