"""The JSON Schema of bundles takes what an import takes, and tells what is wrong in an editor."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from schema.commands.inputs import find_description
from store.bundles.json_schema import make_schema
from store.records.faults import list_required, members_of
from store.records.nouns import NOUNS
from tests.conftest import ROOT

SCHEMA = make_schema(find_description)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FILES = sorted((ROOT / "fixtures").glob("*/*.yaml"))


def load(file: Path) -> Any:
    # As editors read YAML: an unquoted date is a text.
    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(":timestamp")]
        for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(file.read_text(encoding="utf-8"), Loader)


def faults(bundle: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(bundle)]


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_all_fixtures_are_valid(file: Path) -> None:
    assert faults(load(file)) == []


def mapping_at(noun: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A fixture and the first record of a noun in it."""
    for file in FILES:
        bundle = load(file)
        if bundle.get(noun):
            copy = deepcopy(bundle)
            return copy, copy[noun][0]
    raise AssertionError(f"no fixture has {noun}")


@pytest.mark.parametrize("noun", NOUNS)
def test_a_member_that_there_is_not_is_a_fault(noun: str) -> None:
    bundle, record = mapping_at(noun)
    record["nonsense"] = 1
    assert any("'nonsense' was unexpected" in fault for fault in faults(bundle))


@pytest.mark.parametrize(
    ("noun", "member"), [(n, m) for n in NOUNS for m in list_required(NOUNS[n][-1])]
)
def test_a_missing_member_is_a_fault_unless_defaults_have_it(noun: str, member: str) -> None:
    bundle, record = mapping_at(noun)
    value = record.pop(member, None)
    defaults = bundle.setdefault("defaults", {}).setdefault(noun, {})
    value = defaults.pop(member, value)
    assert any(f"'{member}' is a required property" in fault for fault in faults(bundle))
    bundle["defaults"][noun][member] = value
    assert faults(bundle) == []


def test_wrong_values_are_faults() -> None:
    bundle, record = mapping_at("commitments")
    record |= {"strength": "HUGE", "promisors": [], "madeOn": True, "topics": ["Health Care"]}
    said = "\n".join(faults(bundle))
    assert "'HUGE' is not one of" in said
    assert ".promisors: [] " in said
    assert ".madeOn: True is not valid" in said
    assert "'Health Care' does not match" in said


def test_a_wrong_noun_is_a_fault() -> None:
    assert "'promises' was unexpected" in faults({"promises": []})[0]


def definitions() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, definition in SCHEMA["$defs"].items():
        yield name, definition["anyOf"][-1] if name == "FuzzyDate" else definition


def test_every_member_and_value_is_described() -> None:
    for name, definition in definitions():
        if "enum" in definition:
            assert len(definition["enumDescriptions"]) == len(definition["enum"]), name
        for member, own in definition.get("properties", {}).items():
            assert own["description"], f"{name}.{member}"
    for noun, models in NOUNS.items():
        own = SCHEMA["$defs"][models[-1].__name__]["properties"]
        assert set(own) == set(members_of(models[-1])), noun
    title = SCHEMA["$defs"]["Commitment"]["properties"]["test"]["description"]
    assert title.startswith("What would count as done")


def test_evidence_alone_is_valid_and_what_it_is_for_is_needed() -> None:
    added = {"article": "a1", "selector": {"exact": "The lab opened."}, "mode": "PARAPHRASE"}
    assert faults({"evidence": [{"to": "commitments/K03", "evidence": [added]}]}) == []
    for wrong in ({"to": "K03", "evidence": [added]}, {"evidence": [added]}, {"to": "requests/R1"}):
        assert faults({"evidence": [wrong]}) != []
