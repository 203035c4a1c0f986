"""Empty lists mean the same in all filters: no value matches, `and` is true, `or` is false."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLSchema,
    get_nullable_type,
    is_required_input_field,
)
from pydantic.alias_generators import to_camel

from schema.build import build
from schema.registry import COLLECTIONS
from tests.conftest import Dataset

SCHEMA: GraphQLSchema = build()
RULING_OUT = {"and", "notFollowedBy"}
"""Lists of what must all be so, or must not be: where nothing is named, nothing is ruled out."""


def members(type_: GraphQLInputObjectType, within: str = "") -> Iterator[tuple[str, str]]:
    """The members that are lists, with a filter in which they are empty."""
    needed = [n for n, member in type_.fields.items() if is_required_input_field(member)]
    for name, member in type_.fields.items():
        given = get_nullable_type(member.type)
        if isinstance(given, GraphQLList):
            others = "".join(f'{n}: "any", ' for n in needed if n != name)
            yield f"{within}{name}", f"{{{others}{name}: []}}"
        elif isinstance(given, GraphQLInputObjectType) and not within and given is not type_:
            for path, literal in members(given, f"{name}."):
                yield path, f"{{{name}: {literal}}}"


LISTED = [
    (root, path, literal)
    for root, filter_name in [
        *((to_camel(n), c.filter_name) for n, c in COLLECTIONS.items()),
        ("timeline", "TimelineFilter"),
    ]
    if SCHEMA.query_type and root in SCHEMA.query_type.fields and root != "search"
    for path, literal in members(SCHEMA.type_map[filter_name])  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("root", "path", "literal"), LISTED)
async def test_an_empty_list(meta_pakistan: Dataset, root: str, path: str, literal: str) -> None:
    asked = f"{{ it: {root}(filter: {literal}) {{ totalCount }} all: {root} {{ totalCount }} }}"
    found = await meta_pakistan.ask(asked)
    wanted = found["all"] if path in RULING_OUT else {"totalCount": 0}
    assert found["it"] == wanted


def test_every_filter_says_so() -> None:
    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            lists = [
                name
                for name, member in type_.fields.items()
                if isinstance(get_nullable_type(member.type), GraphQLList)
            ]
            if lists and type_.name.endswith("Filter"):
                told = [type_.description, *(type_.fields[name].description for name in lists)]
                assert any(text and "empty list" in text for text in told), type_.name
            if "and" in lists:
                assert "rules nothing out" in (type_.fields["and"].description or "")


def test_there_are_lists_to_try() -> None:
    assert len(LISTED) > 60
