"""The viewer of a request, as Starlette keeps users: `request.user`."""

from starlette.authentication import AuthCredentials, BaseUser
from starlette.requests import HTTPConnection
from starlette.types import Scope

from store.viewers import ANONYMOUS, Role, SignIn, Viewer


class User(BaseUser):
    """A viewer in the form of Starlette's users."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    @property
    def is_authenticated(self) -> bool:
        """Whether the viewer signed in."""
        return self.viewer.sign_in is not SignIn.NONE

    @property
    def display_name(self) -> str:
        """The viewer's name; empty for whoever is not signed in."""
        return self.viewer.name or ""

    @property
    def identity(self) -> str:
        """How the viewer signed in, and the name: `TOKEN:news desk`. Names alone may repeat."""
        return f"{self.viewer.sign_in}:{self.display_name}"


_CREDENTIALS = {
    role: AuthCredentials([other.name for other in Role if other <= role]) for role in Role
}


def credentials_of(viewer: Viewer) -> AuthCredentials:
    """The viewer's role and all below it, as scopes: `["READER", "PROPOSER"]`. Shared by all of
    that role.
    """
    return _CREDENTIALS[viewer.role]


def viewer_of(connection: HTTPConnection) -> Viewer:
    """The viewer of a request or a socket; ANONYMOUS where nobody was asked to sign in."""
    return viewer_in(connection.scope)


def viewer_in(scope: Scope) -> Viewer:
    """The same, for what knows no request but its scope."""
    user = scope.get("user")
    return user.viewer if isinstance(user, User) else ANONYMOUS
