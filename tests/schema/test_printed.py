"""The contract is a file: what the code says and what is committed are the same."""

from pathlib import Path

from graphql import GraphQLSchema, SchemaDefinitionNode, build_schema, parse, print_schema

from schema.build import print_sdl

FILE = Path(__file__).parent.parent.parent / "schema" / "schema.graphql"


def test_the_committed_schema_is_the_codes(schema: GraphQLSchema) -> None:
    assert print_sdl(schema) == FILE.read_text(encoding="utf-8"), "write it anew: make schema"


def test_the_committed_schema_is_a_schema() -> None:
    assert build_schema(FILE.read_text(encoding="utf-8")).query_type is not None


def test_types_stand_by_name_and_none_is_left_out(schema: GraphQLSchema) -> None:
    """Nor is anything said otherwise than graphql-core says it: only the order is ours."""
    whole_schema, *types = parse(print_sdl(schema)).definitions
    assert isinstance(whole_schema, SchemaDefinitionNode)
    names = [definition.name.value for definition in types]  # type: ignore[attr-defined]
    assert names == sorted(set(names))
    whole = print_schema(schema)
    assert sorted(print_sdl(schema).splitlines()) == sorted(f"{whole}\n".splitlines())


def test_values_of_an_enum_keep_their_order(schema: GraphQLSchema) -> None:
    """They are told from least to most."""
    kept = build_schema(print_sdl(schema)).type_map["Strength"]
    assert list(kept.values) == list(schema.type_map["Strength"].values)  # type: ignore[attr-defined]
