"""Keys for records without a name: UUIDv7, which sort by the time they were made (RFC 9562)."""

import secrets
import time
from datetime import datetime
from hashlib import sha256
from uuid import UUID


def new_key() -> str:
    """A new UUIDv7, such as `0190163d-8694-739b-aea5-966c26f8ad91`."""
    return _as_uuid_7(time.time_ns() // 1_000_000, secrets.randbits(80))


def make_key(at: datetime, *parts: str) -> str:
    """A UUIDv7 of that time which is always the same for the same parts."""
    tail = int.from_bytes(sha256("\n".join(parts).encode()).digest()[:10], "big")
    return _as_uuid_7(int(at.timestamp() * 1000), tail)


def _as_uuid_7(milliseconds: int, tail: int) -> str:
    bits = (milliseconds & (1 << 48) - 1) << 80 | tail
    bits = bits & ~(0xF << 76) | 0x7 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=bits))
