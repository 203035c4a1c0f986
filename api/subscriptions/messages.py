"""The messages of graphql-transport-ws, as text. Pure.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

import orjson

from api.http.endpoint import Refusal, build_request
from engine.requests.prepared import Request

PROTOCOL = "graphql-transport-ws"

LONGEST_ID = 200


class CloseCode(IntEnum):
    """Why a socket is closed by the server."""

    TRY_AGAIN_LATER = 1013
    """Too many subscribe, or this one is too slow."""
    BAD_MESSAGE = 4400
    UNAUTHORIZED = 4401
    """Something was sent before the connection was acknowledged."""
    FORBIDDEN = 4403
    """The credential opens nothing, or does not any more."""
    NO_INIT = 4408
    WRONG_PROTOCOL = 4406
    ID_IN_USE = 4409
    TOO_MANY_INITS = 4429


class Close(Exception):
    """The end of a connection: a code and a reason, of which 123 bytes can be sent."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason.encode()[:123].decode(errors="ignore")


def read_message(text: str | None) -> Mapping[str, Any]:
    """The message in a frame; None is a frame that is no text. Raises Close."""
    if text is None:
        raise Close(CloseCode.BAD_MESSAGE, "send messages as text, not as bytes")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Close(CloseCode.BAD_MESSAGE, "a message is a JSON object; this is no JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Close(CloseCode.BAD_MESSAGE, "a message is a JSON object with a text type")
    return message


def read_payload(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The payload of a message; an absent one is empty. Raises Close."""
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise Close(CloseCode.BAD_MESSAGE, f"the payload of {message['type']} is an object")
    return payload


def read_id(message: Mapping[str, Any]) -> str:
    """The id of an operation. Raises Close."""
    id_ = message.get("id")
    if not isinstance(id_, str) or not 0 < len(id_) <= LONGEST_ID:
        text = f"{message['type']} has a text id of 1 to {LONGEST_ID} characters"
        raise Close(CloseCode.BAD_MESSAGE, text)
    return id_


def read_subscribe(message: Mapping[str, Any]) -> Request:
    """The request in a message `subscribe`. Raises Close."""
    try:
        return build_request(message.get("payload"))
    except Refusal as refusal:
        raise Close(CloseCode.BAD_MESSAGE, f"subscribe: {refusal}") from None


def read_authorization(payload: Mapping[str, Any]) -> list[str]:
    """What the payload of `connection_init` gives in place of headers `Authorization`. Raises
    Close.
    """
    given = [value for name, value in payload.items() if name.lower() == "authorization"]
    given = [value for value in given if value not in (None, "")]
    if not all(isinstance(value, str) for value in given):
        raise Close(CloseCode.BAD_MESSAGE, "connection_init: Authorization is a text")
    return given


ACK = '{"type":"connection_ack"}'
PONG = '{"type":"pong"}'


def write_next(id_: str, payload: bytes) -> str:
    """An answer of an operation, which is JSON already."""
    return f'{{"id":{_quote(id_)},"type":"next","payload":{payload.decode()}}}'


def write_error(id_: str, errors: Sequence[Mapping[str, Any]]) -> str:
    """That an operation is not run, or cannot go on."""
    return orjson.dumps({"id": id_, "type": "error", "payload": errors}).decode()


def write_complete(id_: str) -> str:
    """That an operation has no more answers."""
    return f'{{"id":{_quote(id_)},"type":"complete"}}'


def _quote(text: str) -> str:
    return orjson.dumps(text).decode()
