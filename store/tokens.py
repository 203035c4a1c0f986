"""Tokens by which people and programs sign in, kept without what opens them.

A token reads `ft_<prefix>_<secret>`. The prefix is public: it names the token in lists and logs. Of
the secret only the SHA-256 is kept, which is enough because nobody can guess 256 random bits.
Tokens are no records: they have no history but their moments, and a revoked one stays with its own.
"""

import re
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from store.mongodb.collections import TOKENS
from store.mongodb.driver import Database, InsertOne, UpdateOne
from store.records.base import to_stored_precision
from store.viewers import Role

FORM = re.compile(r"ft_(?P<prefix>[a-z0-9]{5,10})_(?P<secret>[A-Za-z0-9]{43})")
"""How a token reads. Without hyphens, so that two clicks select all of it."""

LONGEST_NAME = 255
"""Characters of a viewer's name: as many as `sub` of OpenID Connect may have."""

NOTED_EVERY = timedelta(minutes=1)
"""How exact the moment of the last use is."""

_PREFIX_LENGTH, _SECRET_LENGTH = 10, 43
_PREFIX_LETTERS = string.ascii_lowercase + string.digits
_SECRET_LETTERS = string.ascii_letters + string.digits


class BadName(ValueError):
    """A name that no token may have; the message says what would be one."""


class NoSuchToken(Exception):
    """No token has this prefix, and none that is not revoked has this name."""


class SeveralTokens(Exception):
    """Several tokens have this name; the message lists their prefixes."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. `name` is that of the viewer who signs in by it, `digest` the SHA-256
    of its secret in hexadecimal.
    """

    prefix: str
    digest: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def opens_with(self, secret: str) -> bool:
        """Whether this is its secret. Takes the same time for every wrong one."""
        return compare_digest(self.digest, digest_of(secret))


def digest_of(secret: str) -> str:
    """The SHA-256 of a secret, in hexadecimal."""
    return sha256(secret.encode()).hexdigest()


def make_secret() -> str:
    """A new secret of 256 random bits."""
    return "".join(secrets.choice(_SECRET_LETTERS) for _ in range(_SECRET_LENGTH))


def is_name(text: str) -> bool:
    """Whether a viewer may be called so, if it stands without white space around it."""
    return 1 <= len(text.strip()) <= LONGEST_NAME and text.strip().isprintable()


def check_name(text: str) -> str:
    """The name without white space around it. Raises BadName."""
    if not is_name(text):
        raise BadName(f"a name has 1 to {LONGEST_NAME} characters, all of which can be printed")
    return text.strip()


class Tokens:
    """The tokens of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, name: str, role: Role, now: datetime, expires_at: datetime | None = None
    ) -> tuple[str, Token]:
        """A new token: its text, which is nowhere kept, and what is. Several may have one name, so
        that one can take another's place before that is revoked. Raises BadName.
        """
        prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(_PREFIX_LENGTH))
        secret = make_secret()
        digest, now = digest_of(secret), to_stored_precision(now)
        token = Token(prefix, digest, check_name(name), role, now, expires_at)
        await self._database.write(TOKENS, [InsertOne(_to_document(token))])
        return f"ft_{prefix}_{secret}", token

    async def find(self, prefix: str) -> Token | None:
        """The token with this prefix, also if it is revoked or has expired."""
        found = await self._database.find(TOKENS, {"_id": prefix})
        return _to_token(found[0]) if found else None

    async def list_all(self) -> list[Token]:
        """All tokens, the oldest first."""
        found = await self._database.find(TOKENS, {}, sort=[("createdAt", 1), ("_id", 1)])
        return [_to_token(document) for document in found]

    async def revoke(self, named: str, now: datetime) -> Token:
        """Revokes the token with this prefix, or the only one of this name that is not revoked, and
        returns it. One that was revoked before keeps its moment. Raises NoSuchToken, SeveralTokens.
        """
        by_name = {"name": named, "revokedAt": None}
        found = await self._database.find(TOKENS, {"$or": [{"_id": named}, by_name]})
        if not found:
            raise NoSuchToken(f"{named}: no token has this prefix or name")
        if len(found) > 1:
            prefixes = ", ".join(sorted(document["_id"] for document in found))
            raise SeveralTokens(f"{named}: several have this name; say which by prefix: {prefixes}")
        prefix = found[0]["_id"]
        revoke = UpdateOne({"_id": prefix, "revokedAt": None}, {"$set": {"revokedAt": now}})
        await self._database.write(TOKENS, [revoke])
        revoked = await self.find(prefix)
        assert revoked is not None  # nothing deletes tokens
        return revoked

    async def note_use(self, prefix: str, now: datetime) -> None:
        """Notes that the token was used, unless a use was noted within `NOTED_EVERY`."""
        before = {"_id": prefix, "usedAt": {"$not": {"$gt": now - NOTED_EVERY}}}
        await self._database.write(TOKENS, [UpdateOne(before, {"$set": {"usedAt": now}})])


def _to_document(token: Token) -> dict[str, Any]:
    document = {
        "_id": token.prefix,
        "digest": token.digest,
        "name": token.name,
        "role": token.role.name,
        "createdAt": token.created_at,
    }
    return document if token.expires_at is None else {**document, "expiresAt": token.expires_at}


def _to_token(document: dict[str, Any]) -> Token:
    return Token(
        document["_id"],
        document["digest"],
        document["name"],
        Role[document["role"]],
        document["createdAt"],
        document.get("expiresAt"),
        document.get("usedAt"),
        document.get("revokedAt"),
    )
