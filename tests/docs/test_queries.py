"""The worked queries of docs/queries: each is valid, and answers as it is expected to.

The expected answers were checked by hand against the seed facts. `make expected` writes them anew;
check by hand what it changes.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    parse,
    validate,
    visit,
)
from graphql import Visitor as GraphQLVisitor

from api.pages.routes import QUERIES, read_example

PATHS = sorted(QUERIES.glob("*.graphql"))
EXPECTED = QUERIES / "expected"

WRITE = "FOLLOWTHROUGH_WRITE_EXPECTED" in os.environ
"""Whether `make expected` runs this, which writes what else is compared."""

worked_queries = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def _dataset(path: Path) -> str:
    named = re.search(r"^# dataset: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return named[1] if named else "meta-pakistan"


def written(answer: Any) -> str:
    """An expected answer as its file has it."""
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def test_every_question_of_the_acceptance_set_has_a_query() -> None:
    assert [int(path.stem[:2]) for path in PATHS] == list(range(19))


def test_every_expected_answer_belongs_to_a_query() -> None:
    assert sorted(path.stem for path in EXPECTED.iterdir()) == [path.stem for path in PATHS]


def test_the_readme_lists_every_query() -> None:
    listed = re.findall(
        r"\]\(([\w-]+\.graphql)\)", (QUERIES / "README.md").read_text(encoding="utf-8")
    )
    assert listed == [path.name for path in PATHS]


@worked_queries
def test_it_is_valid_and_reads_well(path: Path, schema: GraphQLSchema) -> None:
    example = read_example(path)
    assert validate(schema, parse(example["query"])) == []
    assert example["title"] != path.stem
    assert example["description"]
    assert re.search(r"^query [A-Z]\w+", example["query"], re.MULTILINE), "the operation has a name"
    assert all(len(line) <= 100 for line in example["query"].splitlines())


@worked_queries
def test_its_answer_does_not_change_with_the_day(path: Path, schema: GraphQLSchema) -> None:
    """Only the query that GraphiQL opens with asks for today's status."""
    asks_for_today = []

    class Visitor(GraphQLVisitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            field = types.get_field_def()
            day = field.args.get("asOf") if field else None
            if day is None or node.arguments:
                return
            # Without a day a field means today, or leaves nothing out; its description says which.
            assert day.description and ("today" in day.description or "; all " in day.description)
            if "today" in day.description:
                asks_for_today.append(node.name.value)

    types = TypeInfo(schema)
    visit(parse(read_example(path)["query"]), TypeInfoVisitor(types, Visitor()))
    assert bool(asks_for_today) == (path.stem == "00-opening")


@worked_queries
async def test_it_answers_as_expected(path: Path, meta_pakistan, invented) -> None:
    dataset = {"meta-pakistan": meta_pakistan, "invented": invented}[_dataset(path)]
    example = read_example(path)
    answer = await dataset.ask(example["query"], **example["variables"])
    file = EXPECTED / f"{path.stem}.json"
    if WRITE:
        file.write_text(written(answer), encoding="utf-8")
    assert answer == json.loads(file.read_text(encoding="utf-8"))


@worked_queries
def test_its_expected_answer_is_as_make_expected_would_write_it(path: Path) -> None:
    text = (EXPECTED / f"{path.stem}.json").read_text(encoding="utf-8")
    assert text == written(json.loads(text))
