"""The signing keys of an OpenID provider: fetched when they are needed, and kept.

Whoever sends a request can make the provider be asked, by naming a key that there is not. So it is
asked once in `AGAIN_S` at the most, for all who wait.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson
from jwt import PyJWK, PyJWTError

from engine.requests.error_format import cut_text

logger = logging.getLogger("followthrough.auth")

KEPT_S = 600.0
"""Seconds after which keys are fetched anew: so long at the most is one taken that the provider has
withdrawn, while it can be asked."""
LONGEST_KEPT_S = 86_400.0
"""Seconds for which keys are taken while the provider cannot be asked."""
AGAIN_S = 10.0
"""Seconds between two times that the provider is asked."""

FETCH_S = 5.0
"""Seconds within which the provider must have answered, all in all."""
LARGEST = 256 * 1024
"""Bytes of each of its answers."""
MOST_KEYS = 100

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

ALGORITHMS: Mapping[str, tuple[str, str | None]] = {
    **{f"{family}{bits}": ("RSA", None) for family in ("RS", "PS") for bits in (256, 384, 512)},
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""The algorithms that are taken, with the type of key and the curve that each needs. None of them
has a secret that both sides know: with such a one, the public key would be a password."""

_PUBLIC_MEMBERS = ("kty", "kid", "alg", "crv", "n", "e", "x", "y")


class ProviderAway(Exception):
    """The provider could not be asked, and what is known of it does not do."""


class BadAnswer(Exception):
    """The provider answered something else than it should."""


class Provider:
    """An OpenID provider, by the address that it gives as its issuer."""

    def __init__(
        self, issuer: str, client: httpx2.AsyncClient, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.issuer = issuer
        self._client = client
        self._clock = clock
        self._keys: Sequence[Mapping[str, str]] = ()
        self._fetched = self._tried = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._away = True

    async def find_key(self, kid: str | None, algorithm: str) -> PyJWK | None:
        """The key of this id for one of `ALGORITHMS`; None if the provider has none. Without an id,
        the only key for the algorithm. Raises ProviderAway.
        """
        found = self._choose(kid, algorithm)
        if found is None or self._age > KEPT_S:
            fetching = self._begin_fetching()
            # Nobody waits for a provider that did not answer the last time, if the key is known.
            known = found is not None and self._away and self._age <= LONGEST_KEPT_S
            if fetching is not None and not known:
                await asyncio.shield(fetching)
                found = self._choose(kid, algorithm)
        if self._away and (found is None or self._age > LONGEST_KEPT_S):
            raise ProviderAway
        return PyJWK(dict(found), algorithm) if found is not None else None

    @property
    def _age(self) -> float:
        return self._clock() - self._fetched

    def _choose(self, kid: str | None, algorithm: str) -> Mapping[str, str] | None:
        fitting = [
            key
            for key in self._keys
            if (key["kty"], key.get("crv")) == ALGORITHMS[algorithm]
            and key.get("alg", algorithm) == algorithm
            and (kid is None or key.get("kid") == kid)
        ]
        return fitting[0] if len(fitting) == 1 or (fitting and kid is not None) else None

    def _begin_fetching(self) -> asyncio.Task[None] | None:
        """The fetch that is under way, or a new one; None if the provider was asked just now."""
        if self._fetching is None and self._clock() - self._tried >= AGAIN_S:
            self._tried = self._clock()
            # A task of its own, for whoever asked first may leave.
            self._fetching = asyncio.create_task(self._fetch_keys())
        return self._fetching

    async def _fetch_keys(self) -> None:
        try:
            async with asyncio.timeout(FETCH_S):
                about = await self._fetch(f"{self.issuer.rstrip('/')}{_DISCOVERY}")
                if about.get("issuer") != self.issuer:
                    raise BadAnswer(f"it calls itself {about.get('issuer')!r}")
                document = await self._fetch(str(about.get("jwks_uri")))
            keys = read_keys(document)
        except (BadAnswer, httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
            self._away = True
            # It may say at length what it is not.
            why = cut_text(str(error) or type(error).__name__)
            logger.warning("the keys of %s could not be fetched: %s", self.issuer, why)
        else:
            self._keys, self._fetched, self._away = keys, self._clock(), False
        finally:
            self._fetching = None

    async def _fetch(self, address: str) -> Mapping[str, Any]:
        """A JSON object of the provider. Raises BadAnswer and the errors of httpx2."""
        if not is_safe_address(address):
            raise BadAnswer(f"{address} is no address of https")
        body = bytearray()
        # Not packed: what is small on the way may be large here.
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        async with self._client.stream("GET", address, headers=headers) as response:
            if response.status_code != 200:
                raise BadAnswer(f"{address} answers {response.status_code}")
            async for part in response.aiter_raw():
                body += part
                if len(body) > LARGEST:
                    raise BadAnswer(f"{address} answers more than {LARGEST} bytes")
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BadAnswer(f"{address} is not JSON: {error}") from None
        if not isinstance(found, dict):
            raise BadAnswer(f"{address} is not a JSON object")
        return found


_DISCOVERY = "/.well-known/openid-configuration"


def is_safe_address(address: str) -> bool:
    """Whether nobody on the way can change what is answered: https, or this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def read_keys(document: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """The public signing keys of a JWK set. What is for encryption, secret or unknown is left out.
    Raises BadAnswer if none is left.
    """
    given = document.get("keys")
    found = []
    for key in given[:MOST_KEYS] if isinstance(given, list) else ():
        if not isinstance(key, dict) or key.get("use", "sig") != "sig":
            continue
        public = {name: key[name] for name in _PUBLIC_MEMBERS if isinstance(key.get(name), str)}
        algorithms = [name for name, needed in ALGORITHMS.items() if _fits(public, needed)]
        try:
            PyJWK(dict(public), public.get("alg") or algorithms[0])
        except (PyJWTError, IndexError):
            continue
        found.append(public)
    if not found:
        raise BadAnswer("it has no key to sign with that is known here")
    return found


def _fits(key: Mapping[str, str], needed: tuple[str, str | None]) -> bool:
    return (key.get("kty"), key.get("crv")) == needed
