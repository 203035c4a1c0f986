"""The examples of docs/bundles.md: each loads, and is valid by the JSON Schema."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import TypeAdapter

from schema.commands.inputs import find_description
from store.bundles.json_schema import make_schema
from store.records.base import Record, Shape
from store.records.faults import Member, members_of
from store.records.nouns import NOUNS
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "bundles.md").read_text(encoding="utf-8")
SCHEMA = make_schema(find_description)


def find_models() -> dict[str, type[Shape]]:
    """Each model that the page has a table of, by its heading."""
    found: dict[str, type[Shape]] = {"Every record": Record}
    waiting: list[type[Shape]] = [models[-1] for models in NOUNS.values()]
    found |= {f"`{noun}`": models[-1] for noun, models in NOUNS.items()}
    while waiting:
        for member in members_of(waiting.pop()).values():
            kind = (member.item() or member).kind
            if isinstance(kind, type) and issubclass(kind, Shape) and kind.__name__ not in found:
                found[kind.__name__] = kind
                waiting.append(kind)
    return found


MODELS = find_models()


def list_examples() -> Iterator[tuple[str, str, str]]:
    """The heading, the member and the example of each row."""
    for section in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]:
        heading = section.partition("\n")[0]
        for name, example in re.findall(r"^\| `(\w+)` \|.* \| `(.+)` \|$", section, re.MULTILINE):
            yield heading, name, example.replace("\\|", "|")


EXAMPLES = [*list_examples()]


def annotation_of(model: type[Shape], name: str) -> Any:
    """The type of a member with its constraints."""
    for own, info in model.model_fields.items():
        if (info.alias or own) == name:
            return TypeAdapter(info.rebuild_annotation())
    raise AssertionError(f"{model.__name__} has no {name}")


def test_every_member_has_an_example() -> None:
    assert {heading for heading, _, _ in EXAMPLES} == set(MODELS)
    for heading, model in MODELS.items():
        inherited = members_of(Record) if issubclass(model, Record) and model is not Record else {}
        told = [name for section, name, _ in EXAMPLES if section == heading]
        assert told == [name for name in members_of(model) if name not in inherited]


@pytest.mark.parametrize(("heading", "name", "example"), EXAMPLES)
def test_an_example_loads_and_is_valid(heading: str, name: str, example: str) -> None:
    value = yaml.safe_load(example)
    model = MODELS[heading]
    annotation_of(model, name).validate_python(value)
    # What all records have is in the schema of each noun.
    own = "Commitment" if model is Record else model.__name__
    definition = SCHEMA["$defs"][own]
    if own == "FuzzyDate":
        definition = definition["anyOf"][-1]
    wanted = {**definition["properties"][name], "$defs": SCHEMA["$defs"]}
    jsonschema.Draft202012Validator(wanted).validate(value)


def is_part(member: Member) -> bool:
    kind = (member.item() or member).kind
    return isinstance(kind, type) and issubclass(kind, Shape)


PARTS = [
    (heading, name, example)
    for heading, name, example in EXAMPLES
    if is_part(members_of(MODELS[heading])[name]) and "{" in example
]


@pytest.mark.parametrize(("heading", "name", "example"), PARTS)
def test_a_misspelt_member_of_a_part_is_refused(heading: str, name: str, example: str) -> None:
    value = yaml.safe_load(example)
    part = value[0] if isinstance(value, list) else value
    first = next(iter(part))
    part[f"{first}s"] = part.pop(first)
    own = SCHEMA["$defs"][MODELS[heading].__name__]
    wanted = {**own["properties"][name], "$defs": SCHEMA["$defs"]}
    assert not jsonschema.Draft202012Validator(wanted).is_valid(value)
    with pytest.raises(ValueError, match=f"{first}s"):
        annotation_of(MODELS[heading], name).validate_python(value)
