"""Keys for records without a name: UUIDv7, which sort by the time they were made (RFC 9562)."""

import secrets
import time
from uuid import UUID


def new_key() -> str:
    """A new UUIDv7, such as `0190163d-8694-739b-aea5-966c26f8ad91`."""
    milliseconds = time.time_ns() // 1_000_000
    bits = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | 0x7 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=bits))
