"""The JSON Schema of a bundle (draft 2020-12), made from the models: editors complete and check
YAML and JSON by it. What several records must agree on is checked by an import alone.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from store.bundles.additions import SECTION, Addition
from store.records.base import Shape
from store.records.enums import Described
from store.records.faults import list_required, members_of
from store.records.nouns import NOUNS

Describe = Callable[[type[Shape], str], str | None]
"""What is said of a member of a model in the API, by its name in a file; None if nothing is."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def make_schema(describe: Describe = lambda model, member: None) -> dict[str, Any]:
    """The schema of a bundle in one file: nouns with lists of records, and `defaults`.

    A member that a record needs may stand in the `defaults` of its noun instead.
    """
    models = [model for models in NOUNS.values() for model in models]
    shapes: list[type[Shape]] = [*models, Addition]
    _, made = models_json_schema(
        [(model, "validation") for model in shapes],
        by_alias=True,
        ref_template="#/$defs/{model}",
    )
    definitions: dict[str, Any] = made["$defs"]
    for shape in _list_shapes():
        if (definition := definitions.get(shape.__name__)) is not None:
            _describe_members(shape, definition, describe)
    for described in Described.__subclasses__():
        if (definition := definitions.get(described.__name__)) is not None:
            definition["enumDescriptions"] = [value.description for value in described]
    definitions["FuzzyDate"] = _either_text(definitions["FuzzyDate"])
    for model in models:
        # Editors say what is missing by the conditions below, which know of `defaults`.
        definitions[model.__name__].pop("required", None)
    return {
        "$schema": DIALECT,
        "title": "A bundle of Followthrough",
        "description": "Nouns, each with a list of records. docs/bundles.md explains them.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "$schema": {"type": "string"},
            "defaults": _defaults(),
            **{noun: {"type": "array", "items": _record_of(noun)} for noun in NOUNS},
            SECTION: {"type": "array", "items": {"$ref": f"#/$defs/{Addition.__name__}"}},
        },
        "allOf": [_require(noun, name) for noun in NOUNS for name in _needed(noun)],
        "$defs": definitions,
    }


def _list_shapes() -> Iterator[type[Shape]]:
    seen: set[type[Shape]] = set()
    waiting: list[type[Shape]] = [Shape]
    while waiting:
        shape = waiting.pop()
        if shape not in seen:
            seen.add(shape)
            waiting += shape.__subclasses__()
            yield shape


def _describe_members(model: type[Shape], definition: dict[str, Any], describe: Describe) -> None:
    for name, member in members_of(model).items():
        said = describe(model, name)
        form = f"Write {member.describe()}."
        own = definition["properties"][name]
        own["description"] = f"{said} {form}" if said else form
        own.pop("title", None)
    definition.pop("title", None)


def _either_text(definition: dict[str, Any]) -> dict[str, Any]:
    """A date is given as its text, or as a mapping that says more of it."""
    text = {"type": "string", "examples": ["2024-05-01", "2024-05", "2024", "../2024-05-01"]}
    return {
        "description": "A date in EDTF, in quotes, or a mapping with `edtf` that says more of it.",
        "anyOf": [text, {"type": "integer", "minimum": 1000, "maximum": 9999}, definition],
    }


def _record_of(noun: str) -> dict[str, Any]:
    if noun != "parties":
        return {"$ref": f"#/$defs/{NOUNS[noun][0].__name__}"}
    # What is known only by `kind` of a record may be from `defaults`: organisations have the most.
    return {"$ref": f"#/$defs/{NOUNS[noun][-1].__name__}"}


def _defaults() -> dict[str, Any]:
    return {
        "description": "Members that every record of a noun has that does not state them. They "
        "stand before the records.",
        "type": "object",
        "additionalProperties": False,
        "properties": {noun: _record_of(noun) for noun in NOUNS},
    }


def _needed(noun: str) -> list[str]:
    return list_required(NOUNS[noun][-1])


def _require(noun: str, name: str) -> Mapping[str, Any]:
    """That the records of a noun have a member unless their defaults do."""
    defaulted: dict[str, Any] = {
        "required": ["defaults"],
        "properties": {
            "defaults": {"required": [noun], "properties": {noun: {"required": [name]}}}
        },
    }
    needs: dict[str, Any] = {"required": [name]}
    if (noun, name) == ("articles", "text"):
        # The text of an article that is known by its title is that title, and is left out.
        is_title = {"required": ["textKind"], "properties": {"textKind": {"const": "TITLE"}}}
        by_default = {
            "properties": {"defaults": {"required": [noun], "properties": {noun: is_title}}}
        }
        needs = {"if": {"not": is_title}, "then": needs}
        defaulted = {"anyOf": [defaulted, {"required": ["defaults"], **by_default}]}
    return {
        "if": {"not": defaulted},
        "then": {"properties": {noun: {"items": needs}}},
    }
