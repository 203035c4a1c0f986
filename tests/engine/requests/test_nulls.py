"""Null variables where no null may be: a request's fault, told as graphql-core tells it.

Operations with nullable variables for `@skip`, `@include` and arguments, which validation allows
where there is a default, are answered by the service as by graphql-core alone.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import orjson
import pytest
from graphql import ExecutionResult, GraphQLInputType, GraphQLNonNull, execute, parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import MOST_ERRORS
from engine.requests.answer import Tier
from engine.requests.document import reword_null
from engine.requests.limits import RULES, Limits
from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.mongodb.driver import Database
from store.reads.reader import Reader
from tests.conftest import Dataset
from tests.engine.plan.test_oracle import NOW, SCHEMA, Writer, find_emptied, written

pytestmark = pytest.mark.slow

Path: TypeAlias = tuple[str | int, ...]
CASES = int(os.environ.get("NULL_CASES", "100"))
LIMITLESS = Limits(*[10**9] * 6)


class NullableWriter(Writer):
    """Draws operations whose variables may be null where that is out of place."""

    def directive(self) -> str:
        if not self.one_in(3):
            return ""
        name = self.draw(st.sampled_from(["skip", "include"]))
        return f"@{name}(if: {self.nullable('Boolean', self.draw(st.booleans()))})"

    def literal(self, type_: GraphQLInputType, depth: int) -> str:
        value = self.value(type_, depth)
        if isinstance(type_, GraphQLNonNull) and self.one_in(3):
            return self.nullable(str(type_.of_type), value)
        return written(value)

    def nullable(self, type_: str, default: Any) -> str:
        """A variable with a default, which is given a null, another value, or none."""
        name = f"v{len(self.types)}"
        self.types[name] = f"{type_} = {written(default)}"
        match self.draw(st.sampled_from(["null", "left out", "given"])):
            case "null":
                self.variables[name] = None
            case "given":
                self.variables[name] = default
        return f"${name}"


@st.composite
def nullable_operations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    return NullableWriter(draw).operation()


Answers = tuple[dict[str, Any], ExecutionResult] | None


@pytest.fixture(scope="module")
def both(mongodb_url: str, both_sets: str) -> Iterator[Callable[..., Answers]]:
    """The service's answer and graphql-core's, in an event loop of this module's own."""
    with asyncio.Runner() as runner:
        database = Database.connect(mongodb_url, both_sets)
        service = Service(SCHEMA, COLLECTIONS, limits=LIMITLESS)
        reader = Reader(database)

        async def answers(query: str, variables: dict[str, Any]) -> Answers:
            document = parse(query)
            if validate(SCHEMA, document, RULES):
                return None
            ours = await service.answer(
                Request(query, variables=variables), make_operation(reader, NOW)
            )
            assert ours is not None
            if not ours.executed:  # such as a page that is too large
                return None
            right = execute(
                SCHEMA,
                document,
                context_value=make_operation(reader, NOW),
                variable_values=variables,
            )
            return dict(ours.body), right if isinstance(right, ExecutionResult) else await right

        yield lambda query, variables: runner.run(answers(query, variables))
        database.close()


@settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip
@given(asked=nullable_operations())
def test_nulls_are_answered_as_graphql_core_answers_them(
    both: Callable[..., Answers], asked: tuple[str, dict[str, Any]]
) -> None:
    answers = both(*asked)
    if answers is None:
        return
    ours, right = answers
    assert orjson.dumps(ours["data"]) == orjson.dumps(right.data), asked
    told = {(e["message"], tuple(e.get("path", ()))) for e in ours.get("errors", ())}
    wanted = {(reword_null(e.message), tuple(e.path or ())) for e in right.errors or ()}
    ours_by_place, by_place = _by_place(told, right.data), _by_place(wanted, right.data)
    # Of very many errors an answer lists the first.
    assert ours_by_place == by_place or (
        ours_by_place < by_place and len(right.errors or ()) > MOST_ERRORS
    ), asked
    codes = {error["extensions"]["code"] for error in ours.get("errors", ())}
    assert codes <= {"BAD_USER_INPUT"}, asked
    assert "None" not in "".join(text for text, _ in told)


def _by_place(errors: set[tuple[str, Path]], data: Any) -> set[tuple[str, Path] | Path]:
    """The errors, but those that emptied a place by its path alone: GraphQL wants one of them, and
    which is a matter of time.
    """
    places = {(text, path): find_emptied(data, path) for text, path in errors}
    return {error if place is None else place for error, place in places.items()}


NULL = {"v": None}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ('{ commitment(by: {key: "K01"}) { key @skip(if: $v) } }', ["commitment"]),
        ('{ commitment(by: {key: "K01"}) @include(if: $v) { key } }', None),
        ('{ ...F @skip(if: $v) } fragment F on Query { commitment(by: {key: "K01"}) { key } }',
         None),
        ('{ commitment(by: {key: "K01"}) { ... @skip(if: $v) { key } } }', ["commitment"]),
        ("{ __typename @skip(if: $v) __schema { queryType { name } } }", None),
        ('{ commitment(by: {key: "K01"}) { key } __schema { queryType { name @skip(if: $v) } } }',
         ["__schema", "queryType"]),
    ],
)  # fmt: skip
async def test_a_null_for_skip_is_told_as_the_clients(
    meta_pakistan: Dataset, query: str, path: list[str] | None
) -> None:
    body = await meta_pakistan.execute(f"query ($v: Boolean = true) {query}", NULL)
    (error,) = body["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error.get("path") == path
    assert error["message"].endswith("provided to non-null type 'Boolean!' not to be null.")


async def test_a_null_in_a_part_that_is_not_reached_is_no_fault(meta_pakistan: Dataset) -> None:
    query = 'query ($v: Boolean = true) { commitment(by: {key: "no-such"}) { key @skip(if: $v) } }'
    assert await meta_pakistan.execute(query, NULL) == {"data": {"commitment": None}}


async def test_an_answer_with_a_null_for_skip_has_its_cost(meta_pakistan: Dataset) -> None:
    service = Service(SCHEMA, COLLECTIONS)
    query = "query ($v: Boolean = true) { commitments { nodes { key @skip(if: $v) } } }"
    request = Request(query, variables=NULL, priced=True)
    answer = await service.answer(request, make_operation(Reader(meta_pakistan.database), NOW))
    assert answer is not None and answer.tier is Tier.EXECUTOR
    assert answer.extensions["cost"] == {"cost": 20, "most": 5_000}
    assert service.plan_of(request) is None
