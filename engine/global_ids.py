"""Global ids: opaque to clients, `noun:key` in base64url inside; never trusted when sent back."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from graphql import Node

from engine.errors import BadUserInput
from engine.fields import Looked
from store.records.base import At
from store.records.nouns import NOUNS

MOST_IDS = 100

_NO_ADDRESS = "a record's address ends in its noun and key: /commitments/K01"


def to_global_id(collection: str, key: str) -> str:
    """The id of a document."""
    return urlsafe_b64encode(f"{collection}:{key}".encode()).rstrip(b"=").decode()


def from_global_id(text: str, argument: str) -> At:
    """The collection and key in an id; BadUserInput if it is not one."""
    try:
        padded = text + "=" * (-len(text) % 4)
        collection, colon, key = urlsafe_b64decode(padded.encode("ascii")).decode().partition(":")
    except (NotBase64, ValueError):
        colon = ""
    if not colon or not key or len(text) > 400:
        raise BadUserInput(argument, "this is not an id; send one that this API gave you")
    return collection, key


def locate(declaration: Looked, given: Any, known: Collection[str]) -> At:
    """The collection and key that a look-up asks for; `known` are the collections there are."""
    if isinstance(given, Mapping):
        return _parse_by(declaration, given)
    if declaration.by_address:
        return _parse_address(given, declaration.argument)
    return _parse_id(known, given, declaration.argument)


def locate_all(declaration: Looked, ids: Sequence[str], known: Collection[str]) -> list[At]:
    """The collections and keys of a list of ids, in its order."""
    if len(ids) > MOST_IDS:
        raise make_too_many_ids(declaration.argument, len(ids))
    return [_parse_id(known, text, f"{declaration.argument}[{i}]") for i, text in enumerate(ids)]


def make_too_many_ids(argument: str, count: int, *nodes: Node) -> BadUserInput:
    """The refusal of a list of so many ids."""
    said: dict[str, Any] = {"limit": "ids", "most": MOST_IDS, "value": count}
    message = f"at most {MOST_IDS} ids at a time"
    return BadUserInput(argument, message, nodes=[*nodes] or None, **said)


def _parse_id(known: Collection[str], text: str, argument: str) -> At:
    collection, key = from_global_id(text, argument)
    if collection not in known:
        raise BadUserInput(argument, "this is not an id; send one that this API gave you")
    return collection, key


def _parse_by(declaration: Looked, by: Mapping[str, Any]) -> At:
    """The key in an input of which one member is given: `id`, `key` or `url`."""
    assert declaration.collection is not None
    if by.get("key") is not None:
        return declaration.collection, by["key"]
    name, text = next(item for item in by.items() if item[1] is not None)
    argument = f"{declaration.argument}.{name}"
    collection, key = from_global_id(text, argument) if name == "id" else _parse_url(text, argument)
    if collection != declaration.collection:
        raise BadUserInput(
            argument, f"this names one of {collection}; one of {declaration.collection} is wanted"
        )
    return collection, key


def _parse_address(url: str, argument: str) -> At:
    collection, key = _parse_url(url, argument)
    if collection not in NOUNS:
        raise BadUserInput(argument, _NO_ADDRESS)
    return collection, key


def _parse_url(url: str, argument: str) -> At:
    try:
        parts = [part for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        # Of hosts there are some that it does not read: a bracket too many, letters that are not.
        parts = []
    if len(parts) != 2:
        raise BadUserInput(argument, _NO_ADDRESS)
    return parts[0].replace("-", "_"), parts[1]
