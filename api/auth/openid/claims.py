"""Who a JWT is of: its claims as a viewer. Pure."""

from collections.abc import Mapping
from typing import Any

from api.auth.refusals import Reason, SignInRefused
from store.tokens import is_name
from store.viewers import Role, SignIn, Viewer


def find_claim(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of this name; else what dots lead to, as in `realm_access.roles`. None if there is
    none. The whole name goes first, because names like `https://example.org/roles` have dots.
    """
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def role_of(claims: Mapping[str, Any], path: str, roles: Mapping[str, Role]) -> Role:
    """The highest role that the values of a claim give; READER without one. The claim is a text or
    a list of texts.
    """
    found = find_claim(claims, path)
    values = found if isinstance(found, list) else [found]
    given = (roles[value] for value in values if isinstance(value, str) and value in roles)
    return max(given, default=Role.READER)


def viewer_of_claims(
    claims: Mapping[str, Any], *, name_claim: str, role_claim: str, roles: Mapping[str, Role]
) -> Viewer:
    """The viewer, by the claim for names, or `sub` where that gives none. Raises SignInRefused."""
    for path in (name_claim, "sub"):
        if isinstance(name := find_claim(claims, path), str) and is_name(name):
            return Viewer(name.strip(), role_of(claims, role_claim, roles), SignIn.OPENID)
    message = f"the token names nobody; have the provider put a name into its claim {name_claim}"
    raise SignInRefused(Reason.CLAIMS, message)
