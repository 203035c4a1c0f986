"""Who a request is of: a name, a role, and how it signed in. What each may see and do is decided
by the role alone.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """What a viewer may do; each role may all that those before it may."""

    READER = 0
    """Reads what is published; whoever is not signed in."""
    PROPOSER = 1
    """Sees the whole record, writes proposals and comments."""
    EDITOR = 2
    """Writes and reviews."""
    ADMIN = 3
    """Tokens, webhooks, settings, changes of many records."""


class Sight(StrEnum):
    """What a viewer sees. Part of the keys of kept answers and shared look-ups."""

    PUBLISHED = "PUBLISHED"
    """Accepted records, and of retracted ones a notice."""
    ALL = "ALL"
    """Every record in any state, withheld texts, who changed what and why."""


class SignIn(StrEnum):
    """How a viewer signed in."""

    NONE = "NONE"
    TOKEN = "TOKEN"
    OPENID = "OPENID"
    LOCAL = "LOCAL"
    """By the command line of the machine."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, or writes. `name` is None for whoever is not signed in."""

    name: str | None = None
    role: Role = Role.READER
    sign_in: SignIn = SignIn.NONE

    @property
    def sight(self) -> Sight:
        """What it sees, which its role decides."""
        return Sight.ALL if self.role >= Role.PROPOSER else Sight.PUBLISHED


ANONYMOUS = Viewer()
