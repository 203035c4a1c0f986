"""The contract is a file: what the code says and what is committed are the same."""

from pathlib import Path

from graphql import GraphQLSchema, build_schema

from schema.build import printed

FILE = Path(__file__).parent.parent.parent / "schema" / "schema.graphql"


def test_the_committed_schema_is_the_codes(schema: GraphQLSchema) -> None:
    assert printed(schema) == FILE.read_text(encoding="utf-8"), "write it anew: make schema"


def test_the_committed_schema_is_a_schema() -> None:
    assert build_schema(FILE.read_text(encoding="utf-8")).query_type is not None
