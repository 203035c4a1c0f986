"""Writes answers as JSON within a limit, and gives up as soon as one is known to be larger."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

SLICE = 8
"""Items of a list that are written at a time; a single item may be large."""


class TooLarge(Exception):
    """An answer that takes more bytes than it may."""


FEW = 1_000
"""An answer of at most so many records is written in one piece, which is quicker."""


def write_json(body: Mapping[str, Any], most: int, records: int = 0) -> bytes:
    """The body as JSON; `records` is about how many it has.

    Raises TooLarge if it takes more than `most` bytes; where there are many records, before much
    more than that is written. Raises orjson.JSONEncodeError if it nests too deep.
    """
    if records <= FEW:
        whole = orjson.dumps(body)
        if len(whole) > most:
            raise TooLarge
        return whole
    parts: list[bytes] = []
    size = 0
    for part in _parts(body):
        size += len(part)
        if size > most:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _parts(value: Any) -> Iterator[bytes]:
    """The JSON of a value: objects member by member, down to the first long list on each way, which
    is cut into slices.
    """
    if isinstance(value, dict) and value:
        opening = b"{"
        for name, member in value.items():
            yield b"%b%b:" % (opening, orjson.dumps(name))
            yield from _parts(member)
            opening = b","
        yield b"}"
    elif isinstance(value, list) and len(value) > SLICE:
        opening = b"["
        for start in range(0, len(value), SLICE):
            # Without the brackets of the slice.
            yield opening + orjson.dumps(value[start : start + SLICE])[1:-1]
            opening = b","
        yield b"]"
    elif isinstance(value, list) and value:
        opening = b"["
        for item in value:
            yield opening
            yield from _parts(item)
            opening = b","
        yield b"]"
    else:
        yield orjson.dumps(value)
