"""A real OpenID provider (npm `oidc-provider`) on this machine, and keys to forge tokens with."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.clients.node import FOLDER, MISSING, NODE

AUDIENCE = "followthrough"


class SigningKey:
    """A private key of a provider, in the form that it reads."""

    def __init__(self, kid: str, algorithm: str = "RS256") -> None:
        self.kid, self.algorithm = kid, algorithm
        self.private: Any
        if algorithm.startswith("ES"):
            self.private = ec.generate_private_key(ec.SECP256R1())
            jwk = ECAlgorithm.to_jwk(self.private, as_dict=True)
        else:
            self.private = rsa.generate_private_key(65537, 2048)
            jwk = RSAAlgorithm.to_jwk(self.private, as_dict=True)
        jwk.pop("key_ops", None)
        self.jwk = {**jwk, "kid": kid, "alg": algorithm, "use": "sig"}

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        """A JWT of these claims; a header that is None is left out."""
        headers = {"kid": self.kid, **headers}
        given = {name: value for name, value in headers.items() if value is not None}
        return jwt.encode(claims, self.private, self.algorithm, headers=given)


class RunningProvider:
    """The provider, which is told by lines what to do."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.issuer = ""

    async def tell(self, name: str, value: Any = True) -> dict[str, Any]:
        """Sends a command; what is answered."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({name: value}).encode() + b"\n")
        async with asyncio.timeout(30):
            while line := await self._process.stdout.readline():
                # It greets and warns there, too.
                if line.startswith(b"{"):
                    return dict(json.loads(line))
        raise RuntimeError("the provider has ended")

    async def sign_by(self, *keys: SigningKey) -> None:
        """These are its keys from now on; the first signs."""
        answer = await self.tell("keys", [key.jwk for key in keys])
        self.issuer = answer["issuer"]

    async def count_fetches(self) -> int:
        """How often its keys were fetched."""
        return int((await self.tell("asked"))["asked"])

    async def grant(self, audience: str = AUDIENCE, **claims: Any) -> str:
        """An access token that it grants to a client, with further claims."""
        asked = {
            "grant_type": "client_credentials",
            "resource": f"urn:{audience}",
            "claims": json.dumps(claims),
        }
        async with httpx.AsyncClient() as client:
            response = await client.post(
                f"{self.issuer}/token", auth=("desk", "secret"), data=asked
            )
        assert response.status_code == 200, response.text
        return str(response.json()["access_token"])

    def claims(self, **changed: Any) -> dict[str, Any]:
        """The claims of a valid token, changed; those that are None are left out."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "f3a1",
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 300,
            "preferred_username": "zoe",
            "realm_access": {"roles": ["editor", "other"]},
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}


@asynccontextmanager
async def running_provider(*keys: SigningKey) -> AsyncIterator[RunningProvider]:
    """A provider with these keys, until the end of the context."""
    assert not MISSING, MISSING
    assert NODE is not None
    process = await asyncio.create_subprocess_exec(
        *(NODE, "provider.mjs"),
        cwd=FOLDER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    provider = RunningProvider(process)
    try:
        await provider.sign_by(*keys)
        yield provider
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
