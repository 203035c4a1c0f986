"""The codebook in docs/desk.md defines each value in the words of the API, and leaves none out."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLSchema

DESK = Path(__file__).parents[2] / "docs" / "desk.md"

SECTIONS = {
    "Strength": "Strength",
    "Term": "Term",
    "Attribution": "Attribution",
    "Kind of a follow-up": "FollowUpKind",
    "Independence of a follow-up": "Independence",
    "Confidence": "Confidence",
}


@pytest.mark.parametrize(("section", "name"), SECTIONS.items())
def test_codebook_has_the_definitions_of_the_api(
    schema: GraphQLSchema, section: str, name: str
) -> None:
    text = DESK.read_text(encoding="utf-8").split(f"\n### {section}\n")[1].split("\n### ")[0]
    found = re.findall(r"^\| ([A-Z_]+) \| ([^|]+) \|", text, re.MULTILINE)
    enum = schema.type_map[name]
    assert isinstance(enum, GraphQLEnumType)
    assert found == [(value, member.description) for value, member in enum.values.items()]
