"""Finds whose a credential is, and keeps that for a few seconds."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest

from api.auth import local
from api.auth.clients import Allowance
from api.auth.local import Local
from api.auth.openid.verifier import OpenIdVerifier
from api.auth.refusals import Reason, SignInRefused, SignInUnavailable, TooManyRefused
from store.bounds import Lru
from store.mongodb.driver import TRY_AGAIN_S, Refused, Unreachable
from store.tokens import FORM, NOTED_EVERY, Token, Tokens, digest_of
from store.viewers import Role, SignIn, Viewer

logger = logging.getLogger("followthrough.auth")

KEPT_S = 4.0
"""Seconds for which a credential that was good is not looked at again: so soon at the latest each
worker heeds that it was revoked."""

REFUSED_PER_MINUTE = 30
"""How many sign-ins from one address may be refused in a minute."""

LOOK_UP_S = 5.0
"""Seconds that MongoDB may take to find a token."""

_BYTES_EACH = 1024
_REMEDY = "; make another with `followthrough token create`"


@dataclass(frozen=True, slots=True)
class _Known:
    """A credential that was good, and until when it need not be looked at again."""

    viewer: Viewer
    until: float


class SignIns:
    """Whose credentials are. Each is a token of the store, the one of the sign-in link, or a JWT of
    the provider, where there is one.
    """

    def __init__(
        self,
        tokens: Tokens,
        *,
        started_by: Local | None = None,
        openid: OpenIdVerifier | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokens = tokens
        self._started_by = started_by
        self._openid = openid
        self._clock = clock
        self._known: Lru[bytes, _Known] = Lru("sign-ins")
        self._refused = Allowance(REFUSED_PER_MINUTE, "refused clients", clock)
        self._noting: dict[str, asyncio.Task[None]] = {}

    async def find_viewer(self, credential: str, client: str) -> Viewer:
        """Whose it is. Raises SignInRefused, which counts against the client: past a number of
        them, its credentials are looked at only if they were good a short time ago.
        """
        named = sha256(credential.encode()).digest()
        known = self._known.get(named)
        if known is not None and self._clock() < known.until:
            return known.viewer
        # Whoever shares an address with a stranger who guesses is not shut out by that.
        if known is None and (wait := self._refused.wait(client)) > 0:
            raise TooManyRefused(wait)
        # From before it is looked up: it may be revoked while that takes its time.
        began = self._clock()
        try:
            viewer, seconds = await self._look_up(credential)
        except SignInUnavailable:
            raise
        except SignInRefused:
            self._known.drop(named)
            self._refused.take(client)
            raise
        self._known.put(named, _Known(viewer, began + seconds), _BYTES_EACH)
        return viewer

    async def _look_up(self, credential: str) -> tuple[Viewer, float]:
        """Whose it is, and for how many seconds that may be kept. Raises SignInRefused."""
        if (parts := FORM.fullmatch(credential)) is not None:
            return await self._look_up_token(parts["prefix"], parts["secret"])
        if self._openid is not None and not credential.startswith("ft_"):
            viewer, left = await self._openid.verify(credential)
            return viewer, min(left, KEPT_S)
        raise SignInRefused(Reason.MALFORMED, f"this is no token of this server{_REMEDY}")

    async def _look_up_token(self, prefix: str, secret: str) -> tuple[Viewer, float]:
        if prefix == local.PREFIX:
            by = self._started_by
            if by is None or not compare_digest(by.digest, digest_of(secret)):
                message = "this link was of a server that has ended; use the one it prints now"
                raise SignInRefused(Reason.UNKNOWN, message)
            return Viewer(by.name, Role.ADMIN, SignIn.LOCAL), KEPT_S
        token = await self._find_token(prefix)
        if token is None or not token.opens_with(secret):
            raise SignInRefused(Reason.UNKNOWN, f"there is no such token{_REMEDY}")
        now, subject = datetime.now(UTC), f"{token.name!r}, token {prefix}"
        if token.revoked_at is not None:
            raise SignInRefused(Reason.REVOKED, f"this token was revoked{_REMEDY}", subject)
        if token.expires_at is not None and token.expires_at <= now:
            raise SignInRefused(Reason.EXPIRED, f"this token has expired{_REMEDY}", subject)
        if token.used_at is None or token.used_at <= now - NOTED_EVERY:
            self._note_use(prefix, now)
        left = (token.expires_at - now).total_seconds() if token.expires_at else KEPT_S
        return Viewer(token.name, token.role, SignIn.TOKEN), min(left, KEPT_S)

    async def _find_token(self, prefix: str) -> Token | None:
        try:
            async with asyncio.timeout(LOOK_UP_S):
                return await self._tokens.find(prefix)
        except (Unreachable, TimeoutError) as error:
            logger.warning("tokens cannot be looked up: %s", str(error) or "no answer in time")
            message = f"the data is away; send the same again in {TRY_AGAIN_S} s"
            raise SignInUnavailable(message, TRY_AGAIN_S) from None

    def _note_use(self, prefix: str, now: datetime) -> None:
        """Notes the use in MongoDB, which the request does not wait for."""
        if prefix not in self._noting:
            noting = asyncio.create_task(self._write_use(prefix, now))
            self._noting[prefix] = noting
            noting.add_done_callback(lambda _: self._noting.pop(prefix))

    async def _write_use(self, prefix: str, now: datetime) -> None:
        try:
            await self._tokens.note_use(prefix, now)
        except (Unreachable, Refused) as error:
            # Such as where the user of MongoDB may only read: nobody is kept out for that.
            logger.warning("the use of token %s could not be noted: %s", prefix, error)

    async def finish(self) -> None:
        """Waits for what is still to be noted."""
        await asyncio.gather(*self._noting.values())
