"""The sign-in of whoever starts the server: a link, printed where it runs.

Its token opens everything and is kept nowhere. The processes that serve know its digest, which is
handed to them in the environment, so that it lives as long as they do, however many there are.
"""

import os
from dataclasses import dataclass
from getpass import getuser

from store.tokens import digest_of, make_secret

PREFIX = "local"
"""The prefix of its token; those of the store have longer ones."""

VARIABLE = "FOLLOWTHROUGH_LOCAL_SIGN_IN"
"""Set by `serve` alone, for its workers."""


@dataclass(frozen=True, slots=True)
class Local:
    """Who started the server: the digest of the token's secret, and a name."""

    digest: str
    name: str


def make_local() -> tuple[str, Local]:
    """A new token of this kind, and what is kept of it."""
    secret = make_secret()
    return f"ft_{PREFIX}_{secret}", Local(digest_of(secret), _name_user())


def hand_on(local: Local | None) -> None:
    """Hands it to the processes that are started from here; None takes away an older one."""
    if local is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = f"{local.digest} {local.name}"


def read_local() -> Local | None:
    """What was handed to this process."""
    digest, _, name = os.environ.get(VARIABLE, "").partition(" ")
    return Local(digest, name) if digest else None


def _name_user() -> str:
    """The name of the user of the machine; `local` where it has none, as in a container."""
    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        return "local"
