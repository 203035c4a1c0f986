"""Verifies JWTs of an OpenID provider: their signature, whom they are for, and when they hold."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from api.auth.openid.claims import viewer_of_claims
from api.auth.openid.provider import AGAIN_S, ALGORITHMS, Provider, ProviderAway
from api.auth.refusals import Reason, SignInRefused, SignInUnavailable
from store.viewers import Role, Viewer

LEEWAY_S = 60
"""Seconds by which the provider's clock may differ from ours."""

REQUIRED = ("iss", "sub", "aud", "exp", "iat")

TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""What `typ` may say, if it is there. A logout token has the same issuer, audience and key."""

_REFUSALS: Mapping[type[jwt.PyJWTError], tuple[Reason, str]] = {
    jwt.ExpiredSignatureError: (Reason.EXPIRED, "this token has expired; sign in again"),
    jwt.ImmatureSignatureError: (
        Reason.NOT_YET_VALID,
        "this token is not valid yet; see that the clocks of provider and server agree",
    ),
    jwt.InvalidIssuerError: (
        Reason.ISSUER,
        "this token is of another provider; sign in at the one of FOLLOWTHROUGH_OIDC_ISSUER",
    ),
    jwt.InvalidAudienceError: (
        Reason.AUDIENCE,
        "this token is for somebody else; have the provider put FOLLOWTHROUGH_OIDC_CLIENT_ID into "
        "aud",
    ),
    jwt.InvalidSignatureError: (
        Reason.SIGNATURE,
        "this token is not by the provider; sign in again",
    ),
    jwt.InvalidAlgorithmError: (
        Reason.ALGORITHM,
        f"have the provider sign by one of {', '.join(ALGORITHMS)}",
    ),
    jwt.InvalidKeyError: (
        Reason.KEY,
        "the provider's key is too short; have it sign with a longer one",
    ),
    jwt.MissingRequiredClaimError: (
        Reason.CLAIMS,
        f"this token lacks one of {', '.join(REQUIRED)}; ask the provider for another",
    ),
}
_MALFORMED = (
    Reason.MALFORMED,
    "this is no token of this server, and no JWT; send the access token that the provider gave",
)


@dataclass(frozen=True, slots=True)
class OpenIdVerifier:
    """Verifies JWTs for the client that this server is at a provider."""

    provider: Provider
    client_id: str
    name_claim: str
    role_claim: str
    roles: Mapping[str, Role]

    async def verify(self, text: str) -> tuple[Viewer, float]:
        """Whose the JWT is, and for how many seconds it is valid yet. Raises SignInRefused."""
        algorithm, kid = _read_head(text)
        try:
            key = await self.provider.find_key(kid, algorithm)
        except ProviderAway:
            message = (
                f"the OpenID provider cannot be asked for its keys; try again in {AGAIN_S:g} s, or "
                "sign in by a token of this server"
            )
            raise SignInUnavailable(message, int(AGAIN_S)) from None
        if key is None:
            message = "the provider has no such key; sign in again"
            raise SignInRefused(Reason.KEY, message)
        claims = self._verify(text, key, algorithm)
        viewer = viewer_of_claims(
            claims, name_claim=self.name_claim, role_claim=self.role_claim, roles=self.roles
        )
        return viewer, int(claims["exp"]) + LEEWAY_S - time.time()

    def _verify(self, text: str, key: jwt.PyJWK, algorithm: str) -> Mapping[str, Any]:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                text,
                key,
                # One that is allowed, and that this very key is for; not what the token says alone.
                algorithms=[algorithm],
                audience=self.client_id,
                issuer=self.provider.issuer,
                leeway=LEEWAY_S,
                options={"require": list(REQUIRED), "enforce_minimum_key_length": True},
            )
        except jwt.PyJWTError as error:
            raise _to_refusal(error) from None
        # For several, of whom one asked for it.
        shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if shared and claims.get("azp") != self.client_id:
            raise SignInRefused(*_REFUSALS[jwt.InvalidAudienceError])
        return claims


def _read_head(text: str) -> tuple[str, str | None]:
    """Algorithm and key id as the head of a JWT names them, of which nothing is certain yet.
    Raises SignInRefused.
    """
    try:
        head = jwt.get_unverified_header(text)
    except jwt.PyJWTError as error:
        raise _to_refusal(error) from None
    algorithm, kind = head.get("alg"), head.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise SignInRefused(*_MALFORMED)
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise SignInRefused(*_REFUSALS[jwt.InvalidAlgorithmError])
    return algorithm, head.get("kid")


def _to_refusal(error: jwt.PyJWTError) -> SignInRefused:
    for kind, refusal in _REFUSALS.items():
        if isinstance(error, kind):
            return SignInRefused(*refusal)
    return SignInRefused(*_MALFORMED)
