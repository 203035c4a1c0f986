"""Who a request is of, as sign-in has found it."""

from starlette.types import Scope

from store.viewers import ANONYMOUS, Viewer


def viewer_of(scope: Scope) -> Viewer:
    """The viewer that the authentication middleware put into the scope; nobody if it put none."""
    user = scope.get("user")
    return user if isinstance(user, Viewer) else ANONYMOUS
