"""Keyset cursors: where a page ended, and the query for what comes after it.

A cursor is base64url of JSON `[order, value, ..., _id]`. It is the client's to send back, so
nothing in it is trusted: not its form, not its order, not the types of its values.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from engine.errors import BadUserInput
from engine.rows import value_at

Order = tuple[tuple[str, int], ...]
"""Paths with their direction, 1 or -1; the last is `_id`, so that no two documents tie."""

_LONGEST = 4000
_MOST = 2**63
"""The integers that MongoDB keeps are smaller."""


def encode(order: Order, document: Mapping[str, Any]) -> str:
    """The cursor of a document in an order."""
    values = [_to_json(value_at(document, path.split("."))) for path, _ in order]
    return urlsafe_b64encode(orjson.dumps([_signature(order), *values])).rstrip(b"=").decode()


def decode(order: Order, cursor: str, argument: str) -> list[Any]:
    """The values in a cursor, one for each path of the order.

    Raises BadUserInput, which names the `argument`, for a text that is no cursor of this order.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = orjson.loads(urlsafe_b64decode(padded.encode("ascii")))
    except (NotBase64, ValueError):
        parts = None
    if len(cursor) > _LONGEST or not isinstance(parts, list) or not parts:
        raise BadUserInput(argument, "this is not a cursor; send back one that this API gave you")
    signature, *values = parts
    if signature != _signature(order) or len(values) != len(order):
        raise BadUserInput(
            argument,
            "this cursor belongs to another order; keep orderBy the same from page to page, or "
            "start again without a cursor",
        )
    if not all(_is_plain(value) for value in values) or not isinstance(values[-1], str):
        raise BadUserInput(argument, "this is not a cursor; send back one that this API gave you")
    return [_from_json(value) for value in values]


def build_keyset_query(order: Order, values: Sequence[Any]) -> Mapping[str, Any]:
    """The query for the documents that come after these values in this order.

    MongoDB sorts missing values before all others and compares only values of one type, so missing
    values need conditions of their own. The first path is bounded apart from the alternatives, so
    that an index with this order is read from there on.
    """
    alternatives: list[dict[str, Any]] = []
    same: dict[str, Any] = {}
    for (path, direction), value in zip(order, values, strict=True):
        alternatives += [{**same, **after} for after in _match_after(path, direction, value)]
        same[path] = value
    (first, direction), *_ = order
    return {**_limit_first_path(first, direction, values[0]), "$or": alternatives}


def _limit_first_path(path: str, direction: int, value: Any) -> dict[str, Any]:
    if direction == 1:
        return {path: {"$gte": value}} if value is not None else {}
    return {path: {"$not": {"$gt": value}} if value is not None else None}


def _match_after(path: str, direction: int, value: Any) -> list[dict[str, Any]]:
    if value is None:
        return [{path: {"$ne": None}}] if direction == 1 else []
    if direction == 1:
        return [{path: {"$gt": value}}]
    return [{path: {"$lt": value}}, {path: None}]


def _signature(order: Order) -> str:
    return ",".join(path if direction == 1 else f"-{path}" for path, direction in order)


def _to_json(value: Any) -> Any:
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) == {"at"} and _is_instant(value["at"])
    if isinstance(value, int):
        return abs(value) < _MOST
    return value is None or isinstance(value, str | float)


def _is_instant(text: Any) -> bool:
    try:
        moment = datetime.fromisoformat(text)
        # MongoDB keeps it in UTC, where the first and the last hours of all have no date.
        return moment.tzinfo is not None and moment.astimezone(UTC) is not None
    except (TypeError, ValueError, OverflowError):
        return False


def _from_json(value: Any) -> Any:
    return datetime.fromisoformat(value["at"]) if isinstance(value, dict) else value
