"""Records to MongoDB documents and back.

A record's `key` is the document's `_id`, members that are None are not stored, and what is derived
stands in a member of its own, `derived`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import SchemaValidator

from store.records.base import WITHOUT_BOUNDS, Record, Shape
from store.records.nouns import model_of

BOOKKEEPING = frozenset({"createdAt", "updatedAt", "version"})
"""Members that the writer fills; they are about the store, not about the world."""


def to_document(record: Record) -> dict[str, Any]:
    """The document of a record, without `derived`."""
    members = plain_members(record)
    return {"_id": members.pop("key"), **members}


def plain_members(shape: Shape) -> dict[str, Any]:
    """The members of a shape as MongoDB returns them: lists for tuples, and none that is None."""
    members = shape.model_dump(by_alias=True, exclude_none=True)
    _make_plain(members)
    return members


def _make_plain(members: dict[str, Any]) -> None:
    """Makes lists of the tuples in what a dump has made, where they stand."""
    for name, value in members.items():
        if isinstance(value, tuple):
            members[name] = items = list(value)
            for item in items:
                # No shape holds a list of lists.
                if isinstance(item, dict):
                    _make_plain(item)
        elif isinstance(value, dict):
            _make_plain(value)


class Unreadable(Exception):
    """A stored document is no valid record; the message names it and says how to mend it."""


def to_record(noun: str, document: Mapping[str, Any]) -> Record:
    """The record in a document. Raises Unreadable.

    Limits of length are not checked: an earlier program may have had none.
    """
    members = _members(document)
    model = model_of(noun, members)
    try:
        return model.model_validate(members)
    except ValidationError:
        pass
    try:
        record: Record = _validator_without_bounds(model).validate_python(
            members, context=WITHOUT_BOUNDS
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(map(str, first["loc"]))
        raise Unreadable(
            f"what is stored as {noun}/{document['_id']} is no record that this program knows: "
            f"{path}: {first['msg']}; correct it there with mongosh, or restore a backup"
        ) from None
    return record


def find_broken_bounds(noun: str, document: Mapping[str, Any]) -> ValidationError | None:
    """The limits of length that a stored record exceeds; None for nearly all records."""
    members = _members(document)
    try:
        model_of(noun, members).model_validate(members)
    except ValidationError as error:
        return error
    return None


def _members(document: Mapping[str, Any]) -> dict[str, Any]:
    members = {name: value for name, value in document.items() if name not in ("_id", "derived")}
    return {**members, "key": document["_id"]}


@cache
def _validator_without_bounds(model: type[Record]) -> SchemaValidator:
    # Not from prebuilt validators: those of the parts of records check the limits.
    return SchemaValidator(_drop_bounds(model.__pydantic_core_schema__), None, _use_prebuilt=False)


def _drop_bounds(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {n: _drop_bounds(part) for n, part in schema.items() if n != "max_length"}
    return [_drop_bounds(part) for part in schema] if isinstance(schema, list) else schema


def content(document: Mapping[str, Any]) -> dict[str, Any]:
    """The members that say something about the world; if they are equal, nothing was changed."""
    return {
        name: value
        for name, value in document.items()
        if name not in BOOKKEEPING and name != "derived"
    }
