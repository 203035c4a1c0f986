"""All rules as one must find what they find one by one, in the same order."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from graphql import DocumentNode, GraphQLSchema, GraphQLSyntaxError, parse, validate

from engine.requests.combined_rules import combine_rules
from engine.requests.limits import RULES

QUERIES = Path(__file__).parents[3] / "docs" / "queries"
ROUNDS = 30


def spoilt() -> Iterator[DocumentNode]:
    """Worked queries in which words have come to stand where they do not belong."""
    rng = random.Random(1)
    for path in sorted(QUERIES.glob("*.graphql")):
        words = re.sub(r"#.*", "", path.read_text(encoding="utf-8")).split()
        for _ in range(ROUNDS):
            moved = list(words)
            for _ in range(rng.randint(1, 3)):
                moved[rng.randrange(len(words))] = rng.choice(words)
            try:
                yield parse(" ".join(moved))
            except GraphQLSyntaxError:
                continue


def test_combined_rules_find_the_same_errors_as_one_by_one(schema: GraphQLSchema) -> None:
    as_one = [combine_rules(RULES)]
    found = set()
    for document in spoilt():
        one_by_one = [error.formatted for error in validate(schema, document, RULES)]
        errors = validate(schema, document, as_one)  # type: ignore[arg-type]
        assert [error.formatted for error in errors] == one_by_one
        found.update(re.sub(r"'\S*'", "", error["message"]) for error in one_by_one)
    assert len(found) > 8, "too little was wrong with them"
