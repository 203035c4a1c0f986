"""The plan against graphql-core: generated operations must be answered alike, byte for byte.

`ORACLE_CASES=20000 pytest tests/engine/plan/test_oracle.py` looks harder.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson
import pytest
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    execute,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.context import Operation
from engine.errors import BadUserInput
from engine.global_ids import to_global_id
from engine.lists.filters import filters_of
from engine.plan.coercion import Variables
from engine.plan.fallback import Completion
from engine.plan.plan import Run, plan_of
from schema.build import build, make_operation
from schema.registry import COLLECTIONS
from store.mongodb.driver import Database
from store.reads.reader import Reader
from store.viewers import ANONYMOUS, Sight, Viewer
from tests.conftest import PROPOSER

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("ORACLE_CASES", "2000"))
SCHEMA: GraphQLSchema = build()
FILTERS = {name: filters_of(c, SCHEMA) for name, c in COLLECTIONS.items()}
NOW = datetime(2025, 7, 9, 12, tzinfo=UTC)

KEYS = (
    *("K01", "K02", "K04", "K05", "K09", "R01", "M1", "M3", "A2", "A5", "F02", "F12"),
    *("b000-c000003", "b000-c000011", "b000-p000001", "b000-f000004", "b000-m000002"),
    *("meta", "pta", "moitt", "bhalla", "v-k1", "v-k4", "v-post", "v-telno", "v-m1", "no-such"),
    *("gov-pk", "online-safety", "PK"),
)
IDS = [
    *(to_global_id("commitments", key) for key in ("K01", "v-k4")),
    *(to_global_id("parties", key) for key in ("meta", "bhalla", "v-water-office")),
    *(to_global_id(noun, key) for noun, key in (("follow_ups", "F02"), ("articles", "A5"))),
    *(to_global_id(noun, key) for noun, key in (("requests", "R01"), ("meetings", "no-such"))),
]
TEXTS: dict[str, Sequence[Any]] = {
    "ID": IDS,
    "String": KEYS,
    "Date": ("2017-07-07", "2022-12-31", "2024-06-30", "2025-07-09"),
    "DateTime": ("2024-12-31T00:00:00Z", "2025-07-09T12:00:00+05:00"),
    "EDTF": ("2024",),
    "URL": ("/commitments/K01", "https://example.org/parties/meta", "nonsense"),
    "Boolean": (True, False),
    "Int": (0, 1, 2, 3, 3, 5, 5, 8, 8, 101),
}
SEARCHES = (
    *("facebook", "Ministry", "safety online", "PTA", '"community lab"', "meta -facebook"),
    *('safe -"own standards"', "", "-only", "no-such-word", '"; {$where: 1}', "Tabeer"),
)
VIEWERS = (ANONYMOUS, PROPOSER)
MOST_FIELDS = 4
Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


class Writer:
    """Draws one operation, keeping the variables that it declares."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.variables: dict[str, Any] = {}
        self.types: dict[str, str] = {}
        self.fragments: list[str] = []
        self.aliases = 0

    def one_in(self, n: int) -> bool:
        return self.draw(st.integers(1, n)) == 1

    def operation(self) -> tuple[str, dict[str, Any]]:
        assert SCHEMA.query_type is not None
        body = self.selection(SCHEMA.query_type, self.draw(st.integers(2, 5)))
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self.types.items())
        head = f"query Q({declared})" if declared else "query Q"
        return "\n".join([f"{head} {body}", *self.fragments]), self.variables

    def selection(self, type_: Composite, depth: int) -> str:
        parts = []
        if not isinstance(type_, GraphQLUnionType):
            fields = range(self.draw(st.integers(1, MOST_FIELDS)))
            parts = [self.field(type_, depth) for _ in fields]
        if self.one_in(6):
            parts.append(f"{self.alias()}__typename")
        if not isinstance(type_, GraphQLObjectType) or self.one_in(8):
            parts += [self.fragment(type_, depth) for _ in range(self.draw(st.integers(0, 2)))]
        return "{ " + " ".join(part for part in parts if part) + " __typename }"

    def fragment(self, type_: Composite, depth: int) -> str:
        choices: Sequence[Any] = (
            (type_, *type_.interfaces)
            if isinstance(type_, GraphQLObjectType)
            else SCHEMA.get_possible_types(type_)
        )
        on = self.draw(st.sampled_from(choices))
        body = self.selection(on, depth - 1)
        if self.one_in(3):
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {on.name} {body}")
            return f"...{name} {self.directive()}"
        return f"... on {on.name} {self.directive()} {body}"

    def field(self, type_: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        fields = {
            name: field
            for name, field in type_.fields.items()
            if depth > 0 or is_leaf_type(get_named_type(field.type))
        }
        if not fields:
            return ""
        name = self.draw(st.sampled_from(sorted(fields)))
        field = fields[name]
        named = get_named_type(field.type)
        arguments = self.arguments(field.args)
        # Fields of one name with other arguments may not merge, so each has a name of its own.
        alias = self.alias() if not arguments else self.alias(always=True)
        below = "" if is_leaf_type(named) else self.selection(named, depth - 1)  # type: ignore[arg-type]
        return f"{alias}{name}{arguments} {self.directive()} {below}"

    def alias(self, *, always: bool = False) -> str:
        if always or self.one_in(8):
            self.aliases += 1
            return f"a{self.aliases}: "
        return ""

    def directive(self) -> str:
        if not self.one_in(10):
            return ""
        name = self.draw(st.sampled_from(["skip", "include"]))
        return f"@{name}(if: {self.literal(GraphQLNonNull(SCHEMA.type_map['Boolean']), 0)})"  # type: ignore[arg-type]

    def arguments(self, arguments: dict[str, GraphQLArgument]) -> str:
        given = []
        for name, argument in arguments.items():
            required = is_required_argument(argument)
            # Mostly wrong, or wrong with `first`: worth trying, but not often.
            if name in ("after", "before", "last") and not self.one_in(25):
                continue
            if name == "orderBy" and "search: " in "".join(given) and self.one_in(2):
                given.append(f"{name}: [{{field: RELEVANCE, direction: DESC}}]")
            elif name == "query":
                given.append(f"{name}: {written(self.draw(st.sampled_from(SEARCHES)))}")
            elif required or self.one_in(3):
                given.append(f"{name}: {self.literal(argument.type, 2)}")
        return f"({', '.join(given)})" if given else ""

    def literal(self, type_: GraphQLInputType, depth: int) -> str:
        if self.one_in(8) and depth != 1:
            name = f"v{len(self.variables)}"
            self.types[name] = str(type_)
            self.variables[name] = self.value(type_, depth)
            return f"${name}"
        return written(self.value(type_, depth))

    def value(self, type_: GraphQLInputType, depth: int) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self.value(type_.of_type, depth)
        if isinstance(type_, GraphQLList):
            return [self.value(type_.of_type, depth) for _ in range(self.draw(st.integers(0, 2)))]
        if isinstance(type_, GraphQLInputObjectType):
            return self.members(type_, depth)
        if isinstance(type_, GraphQLEnumType):
            return Name(self.draw(st.sampled_from(sorted(type_.values))))
        return self.draw(st.sampled_from(TEXTS[get_named_type(type_).name]))

    def members(self, type_: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        names = sorted(
            name
            for name, member in type_.fields.items()
            if depth > 0 or not isinstance(get_named_type(member.type), GraphQLInputObjectType)
        )
        if type_.is_one_of:
            name = self.draw(st.sampled_from(["key", "key", "key", *names]))
            return {name: self.value(type_.fields[name].type, depth)}
        chosen = [n for n in names if is_required_input_field(type_.fields[n])]
        if len(names) > len(chosen):
            more = st.lists(st.sampled_from(names), max_size=2, unique=True)
            chosen += [name for name in self.draw(more) if name not in chosen]
        if "search" in names and self.one_in(4):
            chosen = [*dict.fromkeys((*chosen, "search"))]
        return {
            name: self.draw(st.sampled_from(SEARCHES))
            if name == "search"
            else self.value(type_.fields[name].type, depth - 1)
            for name in chosen
        }


class Name(str):
    """An enum's value, written without quotes."""


def written(value: Any) -> str:
    """A value as a GraphQL literal."""
    if isinstance(value, Name):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(item) for item in value) + "]"
    return orjson.dumps(value).decode()


@st.composite
def operations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    return Writer(draw).operation()


def _refused_alike(ours: Any, core: Any) -> bool:
    """Whether both refuse the same variables; what our scalars refuse is told in our own words."""
    return (
        isinstance(ours, list)
        and isinstance(core, list)
        and [error.locations for error in ours] == [error.locations for error in core]
        and all(
            isinstance(one, BadUserInput) or one.message == other.message
            for one, other in zip(ours, core, strict=True)
        )
    )


class Oracle:
    """Answers an operation both ways, and says how they differ."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self._reader, self._viewer = Reader(database), viewer

    async def differ(self, query: str, variables: dict[str, Any]) -> str | None:
        document = parse(query)
        if validate(SCHEMA, document):
            return None
        right = execute(
            SCHEMA,
            document,
            context_value=make_operation(self._reader, NOW, self._viewer),
            variable_values=variables,
        )
        if not isinstance(right, ExecutionResult):
            right = await right
        chosen: Any = document.definitions[0]
        by_core = get_variable_values(SCHEMA, chosen.variable_definitions or (), variables)
        coerced = Variables(SCHEMA, chosen).coerce(variables)
        if not isinstance(coerced, VariableValues) or not isinstance(by_core, VariableValues):
            return None if _refused_alike(coerced, by_core) else f"{by_core} became {coerced}"
        if coerced.coerced != by_core.coerced:
            return f"{by_core.coerced} became {coerced.coerced}"
        plan = plan_of(SCHEMA, document, chosen, coerced)
        operation = make_operation(self._reader, NOW, self._viewer)
        run = await plan.run(operation, FILTERS, coerced)
        data = run.assemble()
        if data is None:
            return self._completed(document, variables, right, run)
        if right.errors:
            return f"the executor has errors, the plan has none: {right.errors}"
        if orjson.dumps(data) != orjson.dumps(right.data):
            return f"executor: {orjson.dumps(right.data)!r}\nplan: {orjson.dumps(data)!r}"
        return None

    def _completed(
        self, document: DocumentNode, variables: dict[str, Any], right: ExecutionResult, run: Run
    ) -> str | None:
        """How what graphql-core makes of a plan's rows differs from what it makes by itself."""
        if not right.errors:
            return f"the plan gave way for nothing: {run.fetch.errors!r}"
        nothing: Any = Refusing(self._viewer.sight)
        operation = Operation(nothing, NOW, COLLECTIONS, self._viewer)
        asking = Completion.wrap(operation, run.build_prefetched())
        found = execute(
            SCHEMA,
            document,
            root_value=run.root,
            context_value=asking,
            variable_values=variables,
        )
        assert isinstance(found, ExecutionResult), "nothing is left to wait for"
        if orjson.dumps(found.data) != orjson.dumps(right.data):
            return f"executor: {right.data!r}\nprefetched: {found.data!r}"
        told, wanted = _told(found), _told(right)
        if told != wanted or not told:
            return f"executor: {wanted!r}\nprefetched: {told!r}"
        return None


class Refusing:
    """A reader that has nothing to say: all was fetched before."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for again")


def _told(result: ExecutionResult) -> set[str | tuple[str | int, ...]]:
    """The errors, in no order. Of several that empty one place GraphQL wants one, and which is a
    matter of time: instead of them, the path of that place.
    """
    return {
        repr(error.formatted) if place is None else place
        for error in result.errors or ()
        for place in [find_emptied(result.data, error.path or ())]
    }


def find_emptied(data: Any, path: Sequence[str | int]) -> tuple[str | int, ...] | None:
    """The path of the place that a null above an error took away."""
    for depth, name in enumerate(path):
        if data is None:
            return tuple(path[:depth])
        data = data[name]
    return None


@pytest.fixture(
    scope="module",
    params=[(store, viewer) for store in ("both_sets", "generated") for viewer in VIEWERS],
    ids=lambda param: f"{param[0]}-{param[1].role.name}",
)
def compare(
    mongodb_url: str, request: pytest.FixtureRequest
) -> Iterator[Callable[..., str | None]]:
    """Compares the two ways, in an event loop of this module's own: hypothesis knows none."""
    with asyncio.Runner() as runner:
        store, viewer = request.param
        database = Database.connect(mongodb_url, request.getfixturevalue(store))
        oracle = Oracle(database, viewer)
        yield lambda query, variables: runner.run(oracle.differ(query, variables))
        database.close()


@settings(
    max_examples=CASES // 2,  # of each store
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip
@given(asked=operations())
def test_the_plan_answers_as_the_executor_does(
    compare: Callable[..., str | None], asked: tuple[str, dict[str, Any]]
) -> None:
    query, variables = asked
    difference = compare(query, variables)
    assert difference is None, f"{query}\n{variables}\n{difference}"
