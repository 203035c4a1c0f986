"""Answers as JSON, within a bound: what is larger is given up as soon as it is known to be."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

SLICE = 8
"""Items of a list that are written at a time. One may hold as much as the client selects of it."""


class TooLarge(Exception):
    """An answer that takes more bytes than it may."""


FEW = 1_000
"""Records of which an answer is written at once: to count what they take saves nothing."""


def as_json(body: Mapping[str, Any], most: int, records: int = 0) -> bytes:
    """The body as JSON, of about so many records. Raises TooLarge, if there are many having
    written little more than `most` bytes.

    Raises orjson.JSONEncodeError for what nests too deep.
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
