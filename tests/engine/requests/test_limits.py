"""How much a document is, where it is refused, and that refusing takes no longer than reading."""

import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    Visitor,
    get_introspection_query,
    get_variable_values,
    parse,
    validate,
    visit,
)
from graphql.execution.values import VariableValues
from hypothesis import HealthCheck, given, settings

from engine.requests.cost_analysis import Measured, measure_operation
from engine.requests.costs import evaluate_cost
from engine.requests.limits import COMPARISONS, RULES, Limits
from tests.engine.plan.test_oracle import SCHEMA, operations
from tests.engine.requests.floods import FLOODS, judged

NONE = Limits(*[10**9] * 5)


def measure(query: str, limits: Limits = NONE, schema: GraphQLSchema = SCHEMA) -> Measured:
    document = parse(query)
    assert not validate(schema, document, RULES)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return measure_operation(schema, document, operation, limits)


def cost(query: str, **variables: Any) -> int:
    return evaluate_cost(measure(query).cost, VariableValues({}, variables))


def refused(measure: Measured, variables: dict[str, Any]) -> Sequence[GraphQLError]:
    """Why it is not run with these variables; nothing if it is."""
    found = measure.price(VariableValues({}, variables))
    return () if isinstance(found, int) else found


def refusal(query: str, limits: Limits | None = None, **variables: Any) -> dict[str, Any]:
    """What the one refusal of an operation says to programs."""
    (error,) = refused(measure(query, limits or Limits()), variables)
    assert error.extensions is not None and error.locations
    limit, most, value = (error.extensions[name] for name in ("limit", "most", "value"))
    assert error.extensions["code"] == "QUERY_TOO_COMPLEX"
    # It names the limit, the value, and how to stay under it.
    assert error.message.startswith(f"{limit}: {value} is more than {most}, ")
    assert error.message.partition("; ")[2]
    return {"limit": limit, "most": most, "value": value}


# --- What costs what -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("{ __typename }", 0),
        ("{ commitmentStats { total { count } } }", 150),
        ("{ commitmentStats(first: 1000, groupBy: [TERM]) { groups { key { term } } } }", 1_050),
        ('{ statusSeries(from: "2017-03-05", to: "2018-02-01") { day } }', 62),
        ('{ statusSeries(from: "2017-03-05") { day } }', 650),
        ('{ commitment(by: {key: "K01"}) { key title madeOn { edtf } } }', 1),
        ('{ commitment(by: {key: "K01"}) { madeAt { title } } }', 2),
        # A list without pages counts as five, and a party of each as one.
        ('{ commitment(by: {key: "K01"}) { promisors { attribution } } }', 1),
        ('{ commitment(by: {key: "K01"}) { promisors { party { name } } } }', 6),
        # A page counts as its size, however its items are asked for.
        ("{ commitments { nodes { key } } }", 20),
        ("{ commitments(first: 50) { nodes { key } } }", 50),
        ("{ commitments(last: 50) { edges { cursor node { key } } } }", 50),
        ("{ commitments(first: 50) { pageInfo { hasNextPage } } }", 50),
        ("{ requests(first: 50) { nodes { madeAt { title } } pageInfo { endCursor } } }", 100),
        ("{ commitments(first: 0) { nodes { madeAt { title } } } }", 2),
        ("{ commitments(first: null) { nodes { key } } }", 20),
        ("{ commitments(first: 10) { nodes { followUps(first: 5) { nodes { key } } } } }", 60),
        # A count is one command: dear over a whole collection, cheap for each row of a page.
        ("{ commitments { totalCount } }", 50),
        ("{ commitments { facets(by: [TOPIC STATUS]) { facet } } }", 100),
        ("{ commitments(first: 10) { nodes { followUps { totalCount } } } }", 20),
        ('{ nodes(ids: ["a" "b"]) { id } }', 2),
        # A text may be as large as many records.
        ("{ articles(first: 30) { nodes { headline text } } }", 330),
        ('{ article(by: {key: "a"}) { ...A } } fragment A on Article { text }', 11),
        # Each row is of one type, so the dearest counts.
        ("{ parties { nodes { ... on Person { key } ... on Organization { key } } } }", 20),
        (
            '{ node(id: "x") { ... on Commitment { madeAt { key } } '
            "... on Person { commitments(first: 7) { nodes { key } } } "
            "... on Article { relays { key } } } }",
            8,
        ),
    ],
)  # fmt: skip
def test_a_query_has_the_cost_of_its_parts(query: str, wanted: int) -> None:
    assert cost(query) == wanted


def test_page_sizes_in_variables_count_as_their_values() -> None:
    query = (
        "query($n: Int, $m: Int = 5) { commitments(first: $n) { nodes "
        "{ followUps(last: $m) { nodes { key } } } } }"
    )
    assert cost(query, n=10, m=3) == 10 * (1 + 3)
    assert cost(query, m=5) == 20 * (1 + 5)
    assert cost(query, n=None, m=None) == 20 * (1 + 20)
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert cost(query, ids=["a"] * 7) == 7


def test_usual_introspection_is_allowed() -> None:
    everything: Any = dict.fromkeys(
        ("specified_by_url", "directive_is_repeatable", "schema_description"), True
    )
    query = get_introspection_query(**everything, input_value_deprecation=True)
    found = measure(query, Limits())
    assert not refused(found, {})
    assert 1_000 < evaluate_cost(found.cost, VariableValues({}, {})) < 2_500


def test_walks_through_introspection_are_refused() -> None:
    walks = (f"a{i}: fields {{ name type {{ name fields {{ name }} }} }}" for i in range(9))
    found = refusal("{ __schema { types { " + " ".join(walks) + " } } }")
    assert found["limit"] == "cost"


def test_lists_within_lists_of_introspection_are_refused_by_validation() -> None:
    """By graphql-core's own rule. What it lets pass may still be wide, which its cost bounds."""
    two = "{ __schema { types { fields { type { fields { name } } } } } }"
    assert not validate(SCHEMA, parse(two), RULES)
    three = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    (error,) = validate(SCHEMA, parse(three), RULES)
    assert error.message == "Maximum introspection depth exceeded"
    in_fragments = """
      { __schema { types { ...F } } } fragment F on __Type { fields { type { ...G } } }
      fragment G on __Type { inputFields { type { interfaces { name } } } }
    """
    assert validate(SCHEMA, parse(in_fragments), RULES)


class _Inlined(Visitor):
    """Writes each fragment where it is spread."""

    def __init__(self, document: DocumentNode) -> None:
        super().__init__()
        self.fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> InlineFragmentNode:
        fragment = self.fragments[node.name.value]
        return InlineFragmentNode(
            type_condition=fragment.type_condition,
            directives=node.directives,
            selection_set=visit(fragment.selection_set, _Inlined.of(self)),
        )

    def of(self) -> "_Inlined":
        other = _Inlined(DocumentNode(definitions=()))
        other.fragments = self.fragments
        return other


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=operations())
def test_fragments_count_as_if_written_out(asked: tuple[str, dict[str, Any]]) -> None:
    query, variables = asked
    document = parse(query)
    if validate(SCHEMA, document, RULES):
        return
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    written_out = visit(operation, _Inlined(document))
    alone = DocumentNode(definitions=(written_out,))
    tight = Limits(depth=3, aliases=1, root_fields=1, fields=9, cost=99)
    for limits in (NONE, tight):
        with_fragments = measure_operation(SCHEMA, document, operation, limits)
        without = measure_operation(SCHEMA, alone, written_out, limits)
        given = VariableValues({}, variables)
        assert evaluate_cost(with_fragments.cost, given) == evaluate_cost(without.cost, given)
        assert [e.message for e in refused(with_fragments, variables)] == [
            e.message for e in refused(without, variables)
        ]


# --- What is refused -----------------------------------------------------------------------------


def deep(levels: int) -> str:
    """A query of so many levels, of which the last is `key`."""
    inner = "key"
    for _ in range((levels - 2) // 2):
        inner = f"thread {{ trackable {{ {inner} }} }}"
    return f'{{ commitment(by: {{key: "K01"}}) {{ {inner} }} }}'


def test_a_document_deeper_than_the_limit_is_refused() -> None:
    assert not refused(measure(deep(12), Limits(cost=10**9)), {})
    wanted = {"limit": "depth", "most": 12, "value": 14}
    assert refusal(deep(14), Limits(cost=10**9)) == wanted


def test_aliases_are_counted_wherever_their_fragment_is_spread() -> None:
    spread = " ".join(f'a{i}: commitment(by: {{key: "K0{i}"}}) {{ ...F }}' for i in range(8))
    fragment = "fragment F on Commitment { b: key c: title d: gist }"
    wanted = {"limit": "aliases", "most": 30, "value": 8 + 8 * 3}
    assert refusal(f"{{ {spread} }} {fragment}") == wanted


def test_more_root_fields_than_the_limit_are_refused() -> None:
    names = [name for name in SCHEMA.query_type.fields if name.endswith("s")]  # type: ignore[union-attr]
    one = " ".join(f"{name} {{ totalCount }}" for name in names[:3] if name != "nodes")
    found = refusal(f"{{ {one} ...F }} fragment F on Query {{ {one} }}", Limits(root_fields=5))
    assert found == {"limit": "root fields", "most": 5, "value": 6}


def test_more_fields_than_the_limit_are_refused() -> None:
    leaves = "key title gist " * 12
    pages = " ".join(f"a{i}: commitments {{ nodes {{ ...F }} }}" for i in range(30))
    found = refusal(
        f"{{ {pages} }} fragment F on Commitment {{ {leaves} }}", Limits(root_fields=50)
    )
    assert found == {"limit": "fields", "most": 1_000, "value": 30 * (2 + 36)}


def misused(query: str, **variables: Any) -> tuple[str, Mapping[str, Any]]:
    """The one refusal of an argument: what it says to people, and to programs."""
    (error,) = refused(measure(query, Limits()), variables)
    assert error.locations and error.extensions is not None
    return error.message, error.extensions


@pytest.mark.parametrize("argument", ["first", "last"])
def test_a_page_larger_than_the_limit_is_refused(argument: str) -> None:
    message = f"{argument}: a page holds 0 to 100, not 101; ask for the next with after"
    said = {"code": "BAD_USER_INPUT", "argument": argument}
    wanted = message, {**said, "limit": "page size", "most": 100, "value": 101}
    assert misused(f"{{ commitments({argument}: 101) {{ nodes {{ key }} }} }}") == wanted
    query = f"query($n: Int) {{ commitments({argument}: $n) {{ nodes {{ key }} }} }}"
    assert misused(query, n=101) == wanted
    for allowed in (100, 0, None):
        assert not refused(measure(query, Limits()), {"n": allowed})


def test_more_ids_than_the_limit_are_refused() -> None:
    said = {"code": "BAD_USER_INPUT", "argument": "ids"}
    limit = {"limit": "ids", "most": 100, "value": 101}
    wanted = "ids: at most 100 ids at a time", {**said, **limit}
    assert misused("{ nodes(ids: [" + '"a" ' * 101 + "]) { id } }") == wanted
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert misused(query, ids=["a"] * 101) == wanted
    assert not refused(measure(query, Limits()), {"ids": ["a"] * 100})


def test_long_aliases_are_refused_wherever_they_stand() -> None:
    query = "{ commitments { nodes { ...F } } } fragment F on Commitment { %s: key }"
    assert not refused(measure(query % ("a" * 200), Limits()), {})
    said = {"limit": "length of an alias", "most": 200, "value": 201}
    assert refusal(query % ("a" * 201)) == said


def test_groups_and_months_cost_what_the_variables_ask_for() -> None:
    query = """query ($first: Int!, $from: Date!, $to: Date) {
      commitmentStats(first: $first) { groups { figures { count } } }
      statusSeries(from: $from, to: $to) { count }
    }"""
    assert cost(query, first=10, **{"from": "2020-01-01", "to": "2020-12-31"}) == 50 + 10 + 50 + 12
    assert cost(query, first=5_000, **{"from": "1900-01-01", "to": None}) == 50 + 1_000 + 50 + 600
    many = "".join(f'a{n}: statusSeries(from: "1970-01-01") {{ day }} ' for n in range(8))
    assert refusal(f"{{ {many}}}")["limit"] == "cost"


def test_literals_and_variables_cost_the_same() -> None:
    page = "commitments(first: %s) { nodes { followUps(first: %s) { nodes { key } } } }"
    wanted = {"limit": "cost", "most": 5_000, "value": 100 * 101}
    assert refusal("{ " + page % (100, 100) + " }") == wanted
    query = "query($n: Int!, $m: Int!) { " + page % ("$n", "$m") + " }"
    assert refusal(query, n=100, m=100) == wanted
    assert not refused(measure(query, Limits()), {"n": 50, "m": 99})
    assert refusal(query, Limits(cost=4_999), n=50, m=99)["value"] == 5_000


def test_introspection_is_not_a_matter_of_depth() -> None:
    found = measure(
        "{ __schema { types { fields { type { ofType { ofType { ofType { ofType { ofType "
        "{ ofType { ofType { name } } } } } } } } } } } }",
        Limits(),
    )
    assert not refused(found, {})


# --- How long it takes ---------------------------------------------------------------------------


def steps(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls: its time, without the machine's."""
    count = 0

    def called(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("flood", FLOODS)
def test_time_to_refuse_grows_no_faster_than_the_document(flood: str) -> None:
    sizes = (20, 40, 80, 160)
    queries = [FLOODS[flood](n) for n in sizes]
    judged(SCHEMA, queries[0])
    counts = [steps(lambda query=query: judged(SCHEMA, query)) for query in queries]  # type: ignore[misc]
    measures = [(len(query), count) for query, count in zip(queries, counts, strict=True)]
    for (shorter, fewer), (longer, more) in pairwise(measures):
        # What validation may compare is bounded by itself, and is not a matter of length.
        compared = 2 * COMPARISONS if flood.startswith("one ") else 0
        assert more <= 1.3 * fewer * longer / shorter + compared


# --- What comes back many times ------------------------------------------------------------------

LONG = "x" * 196


@pytest.mark.parametrize(
    ("aliases", "each"),
    [
        ([], 0),
        (["a: gist", "b: gist"], 0),
        # Of texts, an alias is the text once more, however short it is.
        ([f"a{n}: gist" for n in range(28)], 7),
        ([f"a{n}: key" for n in range(28)], 7),
        ([f"a{n}: presupposesEarlier" for n in range(28)], 0),
        ([f"{LONG}{n:04}: presupposesEarlier" for n in range(28)], 28),
        ([f"{LONG}{n:04}: gist" for n in range(28)], 35),
        # Wherever in the record they stand.
        ([f"{LONG}{n:04}: madeOn {{ edtf }}" for n in range(28)], 28),
        ([f"a{n}: madeOn {{ {LONG}{n:04}: edtf }}" for n in range(14)], 17),
    ],
)
def test_aliases_cost_what_they_are_in_each_record(aliases: list[str], each: int) -> None:
    fields = " ".join(["key", *aliases])
    assert cost(f"{{ commitments(first: 10) {{ nodes {{ {fields} }} }} }}") == 10 * (1 + each)
    assert cost(f'{{ nodes(ids: ["x", "y"]) {{ ... on Commitment {{ {fields} }} }} }}') == 2 * (
        1 + each
    )
    within = (
        f'{{ party(by: {{key: "x"}}) {{ commitments(first: 10) {{ nodes {{ {fields} }} }} }} }}'
    )
    assert cost(within) == 1 + 10 * (1 + each)


def test_a_search_costs_what_it_ranks() -> None:
    assert cost('{ search(query: "a", first: 1) { nodes { score } } }') == 501
    assert cost('{ search(query: "a", first: 1) { totalCount } }') == 500
    assert cost('{ search(query: "a", first: 100) { totalCount nodes { score } } }') == 1_100
    twenty = " ".join(
        f's{n}: search(query: "a", first: 1) {{ totalCount nodes {{ score }} }}' for n in range(20)
    )
    assert refusal(f"{{ {twenty} }}")["limit"] == "cost"


def test_a_sentence_about_each_status_is_counted() -> None:
    days = " ".join(f's{n}: status(asOf: "2024-01-01") {{ explanation }}' for n in range(29))
    assert cost(f"{{ commitments(first: 100) {{ nodes {{ {days} }} }} }}") == 100 * (1 + 29 * 2)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        # A null stands for what is not given, whichever of the two it is.
        ("{ commitments(first: 100, last: null) { nodes { key } } }", 100),
        ("query($n: Int) { commitments(first: 100, last: $n) { nodes { key } } }", 100),
        ("query($n: Int = 7) { commitments(first: $n) { nodes { key } } }", 7),
        # One value stands for a list of one.
        ('{ nodes(ids: "a") { id } }', 1),
        ("{ commitments { facets(by: STATUS) { facet } } }", 50),
        ("query($a: ID!, $b: ID!) { nodes(ids: [$a, $b]) { id } }", 2),
    ],
)
def test_a_cost_goes_by_arguments_as_they_are_coerced(query: str, wanted: int) -> None:
    (operation,) = parse(query).definitions
    assert isinstance(operation, OperationDefinitionNode)
    given = {"a": "x", "b": "y"} if "$a" in query else {}
    variables = get_variable_values(SCHEMA, operation.variable_definitions or (), given)
    assert isinstance(variables, VariableValues)
    assert measure(query).price(variables) == wanted


def test_no_page_size_escapes_beside_a_null() -> None:
    (error,) = refused(
        measure("{ commitments(first: 101, last: null) { totalCount } }", Limits()), {}
    )
    assert error.extensions and error.extensions["limit"] == "page size"
