"""Reads `Authorization: Bearer`, for Starlette's AuthenticationMiddleware."""

import logging
from collections.abc import Collection, Sequence
from hashlib import sha256

from starlette.authentication import AuthCredentials, AuthenticationBackend
from starlette.requests import HTTPConnection

from api.auth.clients import client_of
from api.auth.refusals import Reason, SignInRefused
from api.auth.viewer import User, credentials_of
from store.viewers import ANONYMOUS, Viewer

logger = logging.getLogger("followthrough.auth")

LONGEST = 16 * 1024
"""Characters of a credential."""

OPEN = "/health/"
"""Where nobody is asked who they are: health checks are answered without MongoDB."""


class BearerBackend(AuthenticationBackend):
    """Gives every request its viewer: ANONYMOUS if it does not say who sends it.

    `counted` are the digests of tokens by which clients are counted, which open nothing. What is
    not `Bearer` belongs to a proxy before us, and is not looked at.
    """

    def __init__(self, counted: Collection[str] = ()) -> None:
        self._counted = counted

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, User]:
        """The viewer of the request and what it may do. Raises SignInRefused, which is logged."""
        viewer = ANONYMOUS
        if not conn.scope["path"].startswith(OPEN):
            try:
                # Without a Headers object in between: each request is asked this, and few have it.
                sent = [value for name, value in conn.scope["headers"] if name == b"authorization"]
                if sent:
                    viewer, _ = await self.sign_in(conn, [one.decode("latin-1") for one in sent])
            except SignInRefused as refusal:
                report_refusal(conn, refusal)
                raise
        return credentials_of(viewer), User(viewer)

    async def sign_in(
        self, conn: HTTPConnection, given: Sequence[str]
    ) -> tuple[Viewer, str | None]:
        """The viewer that headers `Authorization` say, and the credential; ANONYMOUS and None
        without one. Raises SignInRefused.
        """
        credential = self.read_credential(given)
        if credential is None:
            return ANONYMOUS, None
        viewer: Viewer = await conn.state.sign_ins.find_viewer(credential, client_of(conn.scope))
        return viewer, credential

    def read_credential(self, given: Sequence[str]) -> str | None:
        """The credential in headers `Authorization`, if it may open anything. Raises
        SignInRefused.
        """
        credential = read_bearer(given)
        if credential is None:
            return None
        if self._counted and sha256(credential.encode()).hexdigest() in self._counted:
            return None
        return credential


def read_bearer(given: Sequence[str]) -> str | None:
    """What stands behind `Bearer`; None without it. Raises SignInRefused."""
    parts = [value.partition(" ") for value in given]
    bearers = [credential.strip() for scheme, _, credential in parts if scheme.lower() == "bearer"]
    if not bearers:
        return None
    if len(parts) > 1:
        raise SignInRefused(Reason.MALFORMED, "send one header Authorization")
    (credential,) = bearers
    if not credential or len(credential) > LONGEST or not credential.isascii():
        message = f"send Authorization: Bearer TOKEN, of at most {LONGEST} characters"
        raise SignInRefused(Reason.MALFORMED, message)
    return credential


def report_refusal(conn: HTTPConnection, refusal: SignInRefused) -> None:
    """Logs the refusal and notes its reason for metrics."""
    conn.state.sign_in_refused = refusal.reason
    of = f" of {refusal.subject}," if refusal.subject else ""
    logger.warning("sign-in%s refused: %s", of, refusal.reason)
