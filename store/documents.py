"""Records as documents and back: `key` is `_id`, absent is not stored, derived stands apart."""

from collections.abc import Mapping
from typing import Any

from store.records.nouns import model_of
from store.records.shape import Record, Shape

BOOKKEEPING = frozenset({"createdAt", "updatedAt", "version"})
"""Members that the writer fills; they say nothing about the world."""


def to_document(record: Record) -> dict[str, Any]:
    """The document of a record, without what is derived."""
    members = plain(record)
    return {"_id": members.pop("key"), **members}


def plain(shape: Shape) -> dict[str, Any]:
    """The members of a shape as MongoDB gives them back: lists for tuples, nothing for None."""
    members: dict[str, Any] = _plain(shape.model_dump(by_alias=True, exclude_none=True))
    return members


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def to_record(noun: str, document: Mapping[str, Any]) -> Record:
    """The record in a document."""
    members = {name: value for name, value in document.items() if name not in ("_id", "derived")}
    members["key"] = document["_id"]
    return model_of(noun, members).model_validate(members)


def content(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a document says of the world: equal content means that nothing was changed."""
    return {
        name: value
        for name, value in document.items()
        if name not in BOOKKEEPING and name != "derived"
    }
