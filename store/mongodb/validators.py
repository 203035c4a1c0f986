"""MongoDB's validator for each collection, made from the models of the records."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from store.mongodb.collections import (
    CHANGES,
    COMMENTS,
    INTAKE_EVENTS,
    INTAKES,
    PROPOSALS,
    STATUS_CHANGES,
)
from store.records.changes import Change
from store.records.comments import Comment
from store.records.derived import DERIVED
from store.records.intakes import Intake, IntakeEvent, Proposal
from store.records.nouns import NOUNS
from store.records.search_entries import ENTRIES, Entry
from store.records.status_changes import StatusChange


@cache
def schema_of(collection: str) -> dict[str, Any] | None:
    """The collection's JSON schema in MongoDB's form; None if it has none.

    The result is cached: do not change it.
    """
    if collection in _OTHERS:
        return _document_schema(_OTHERS[collection], None)
    if collection == ENTRIES:
        schema = _bson_schema(Entry)
        schema["properties"]["_id"] = {"bsonType": "string"}
        return schema
    if collection not in NOUNS:
        return None
    models = [_document_schema(model, DERIVED.get(collection)) for model in NOUNS[collection]]
    return models[0] if len(models) == 1 else {"anyOf": models}


_OTHERS: Mapping[str, type[BaseModel]] = {
    CHANGES: Change,
    STATUS_CHANGES: StatusChange,
    COMMENTS: Comment,
    INTAKES: Intake,
    PROPOSALS: Proposal,
    INTAKE_EVENTS: IntakeEvent,
}
"""The models of what is kept beside records."""


def _document_schema(model: type[BaseModel], derived: type[BaseModel] | None) -> dict[str, Any]:
    schema = _bson_schema(model)
    members = schema["properties"]
    members["_id"] = members.pop("key")
    schema["required"] = ["_id", *(m for m in schema["required"] if m != "key")]
    if derived is not None:
        members["derived"] = _bson_schema(derived)
    return schema


def _bson_schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(mode="validation")
    found = _to_bson(schema, schema.get("$defs", {}))
    assert isinstance(found, dict)
    return found


_BSON_TYPES = {"integer": ["int", "long"], "number": ["int", "long", "double"], "boolean": "bool"}
_KEPT = (
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "anyOf",
)


def _to_bson(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
    """Pydantic's JSON Schema 2020-12 in the subset of draft 4 that MongoDB supports."""
    if "$ref" in schema:
        return _to_bson(defs[schema["$ref"].rpartition("/")[2]], defs)
    found: dict[str, Any] = {name: schema[name] for name in _KEPT if name in schema}
    if schema.get("format") == "date-time":
        return {"bsonType": "date"}
    if "const" in schema:
        found["enum"] = [schema["const"]]
    if "type" in schema:
        found["bsonType"] = _BSON_TYPES.get(schema["type"], schema["type"])
    if "properties" in found:
        found["properties"] = {n: _to_bson(s, defs) for n, s in schema["properties"].items()}
    if "items" in found:
        found["items"] = _to_bson(schema["items"], defs)
    if "anyOf" in found:
        found["anyOf"] = [_to_bson(s, defs) for s in schema["anyOf"]]
    return found
