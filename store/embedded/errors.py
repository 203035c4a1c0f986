"""Errors of the embedded server, with messages for the person who started the program."""


class MongodError(Exception):
    """The embedded MongoDB cannot be started; the message says why and what to do."""


class MongodNotFound(MongodError):
    """No usable mongod was found on this machine."""


class MongodInUse(MongodError):
    """Other programs are using this mongod."""
