"""The difference between two schemas."""

from pathlib import Path

from click.testing import CliRunner
from graphql import GraphQLSchema, build_schema

from api.cli import main
from schema.breaking_changes import list_changes
from schema.build import print_sdl


def test_changes_are_sorted_by_what_they_break() -> None:
    before = build_schema("type Query { a: Int  b: Int }  enum E { X }")
    after = build_schema("type Query { a: Int  c: Int }  enum E { X Y }")
    found = list_changes(before, after)
    assert [len(found[sort]) for sort in ("breaking", "dangerous", "safe")] == [1, 1, 1]
    assert "Query.b" in found["breaking"][0]
    assert "Y" in found["dangerous"][0]
    assert "Query.c" in found["safe"][0]
    assert not any(list_changes(before, before).values())


def test_command_lists_changes_and_fails_for_breaking_ones(
    tmp_path: Path, schema: GraphQLSchema
) -> None:
    file = tmp_path / "before.graphql"
    text = print_sdl(schema)

    def against(before: str) -> tuple[int, str]:
        file.write_text(before, encoding="utf-8")
        result = CliRunner().invoke(main, ["schema", "--against", str(file)])
        return result.exit_code, result.output

    assert against(text) == (0, "breaking: 0\ndangerous: 0\nsafe: 0\n")
    one_more = text.replace("type PageInfo {", "type PageInfo {\n  pages: Int")
    assert against(one_more) == (
        1,
        "breaking: 1\n  Field PageInfo.pages was removed.\ndangerous: 0\nsafe: 0\n",
    )
    code, output = against("type {")
    assert code == 2 and "Syntax Error" in output
