"""Keys for records that nobody named: UUIDv7, which sort by when they were made (RFC 9562)."""

import secrets
import time
from uuid import UUID


def new_key() -> str:
    """A fresh UUIDv7 in its usual form."""
    milliseconds = time.time_ns() // 1_000_000
    bits = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | 0x7 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=bits))
