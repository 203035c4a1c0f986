"""docs/writing-over-graphql.md: its mutations are run one after the other, from an empty store on,
and each is followed by its answer. FOLLOWTHROUGH_WRITE_EXPECTED=1 writes the answers anew.
"""

import json
import os
import re

from graphql import GraphQLSchema

from store.mongodb.driver import Database
from tests.conftest import ROOT
from tests.schema.commands.conftest import EDITOR, Writing, find_broken

PAGE = ROOT / "docs" / "writing-over-graphql.md"
EXAMPLE = re.compile(
    r"```graphql\n(?P<query>.+?)```\n(?:\n```json\n(?P<answer>.+?)```\n)?", re.DOTALL
)


async def test_examples_answer_as_the_page_says(database: Database, schema: GraphQLSchema) -> None:
    writing = Writing(database, schema)
    text = PAGE.read_text(encoding="utf-8")
    found = text
    for example in EXAMPLE.finditer(text):
        body = await writing.execute(example["query"], EDITOR)
        assert "errors" not in body, body["errors"]
        answer = json.dumps(body["data"], ensure_ascii=False, indent=2)
        told = f"```graphql\n{example['query']}```\n\n```json\n{answer}\n```\n"
        found = found.replace(example[0], told, 1)
    if "FOLLOWTHROUGH_WRITE_EXPECTED" in os.environ:
        PAGE.write_text(found, encoding="utf-8")
    assert found == text
    # What lost its evidence is told of, and nothing else.
    assert [found.key for found in await find_broken(database)] == ["lower-prices"]


def test_every_mutation_is_told_of(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    text = PAGE.read_text(encoding="utf-8")
    names = [n for n in schema.mutation_type.fields if not n.startswith("update")]
    assert [name for name in names if f"`{name}`" not in text] == []
