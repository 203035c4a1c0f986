"""What the server and its reading process say to each other: frames of a length and that many
bytes. The process is given pickles, which come from us; it answers in JSON, because it has read
what strangers wrote.
"""

import pickle
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import orjson

LENGTH = 8
"""Bytes of the length of a frame."""


def pack_request(request: Mapping[str, Any]) -> bytes:
    """A request as a frame."""
    return _frame(pickle.dumps(request))


def pack_answer(answer: Mapping[str, Any]) -> bytes:
    """An answer as a frame."""
    return _frame(orjson.dumps(answer))


def read_requests(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """The requests in a stream, until it ends."""
    while len(head := stream.read(LENGTH)) == LENGTH:
        yield pickle.loads(stream.read(int.from_bytes(head)))


def read_answer(body: bytes) -> dict[str, Any]:
    """The answer in the bytes of a frame."""
    answer: dict[str, Any] = orjson.loads(body)
    return answer


def _frame(body: bytes) -> bytes:
    return len(body).to_bytes(LENGTH) + body
