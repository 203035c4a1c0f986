"""What kept documents take is counted in bytes, whatever sort of them a client fills them with."""

import gc
import tracemalloc
from collections.abc import Callable, Mapping

import pytest
from graphql import GraphQLSchema
from graphql.execution.values import VariableValues

from engine.requests.limits import Limits
from engine.requests.prepared import LARGEST_SHARE, Request
from engine.requests.service import Service
from schema.registry import COLLECTIONS
from store.bounds import MIB, measure_usage
from tests.tiers import quick_first

MOST = 3 * MIB
LIMITS = Limits(*[10**9] * 5)
OF_A_COMMITMENT = (
    "fragment F on Commitment { key title gist madeOn { edtf earliest latest } "
    "promisors { attribution party { key name } } status { value verification } }"
)
FLAGS = [f"v{n}" for n in range(5)]


def _by_choices(i: int) -> str:
    declared = " ".join(f"${flag}: Boolean!" for flag in FLAGS)
    chosen = " ".join(f"{flag}: gist @include(if: ${flag})" for flag in FLAGS)
    return f"query Q{i}({declared}) {{ commitments {{ nodes {{ title {chosen} ...F }} }} }}"


FAMILIES: Mapping[str, Callable[[int], str]] = {
    "small": lambda i: f"{{ a{i}: __typename }}",
    "aliases": lambda i: (
        "{ commitments { nodes { " + " ".join(f"a{j}_{i}: title" for j in range(28)) + " } } }"
    ),
    "connections": lambda i: (
        "{ "
        + " ".join(f"c{j}_{i}: commitments(first: {j}) {{ nodes {{ key }} }}" for j in range(15))
        + " }"
    ),
    "abstract types": lambda i: (
        f'{{ n{i}: nodes(ids: ["x"]) {{ id ... on Commitment {{ title }} '
        "... on Article { headline } ... on Meeting { title } } }"
    ),
    "fragments": lambda i: (
        "{ "
        + " ".join(f'c{j}_{i}: commitment(by: {{key: "K{j}"}}) {{ ...F }}' for j in range(3))
        + f" }} {OF_A_COMMITMENT}"
    ),
    "lists in arguments": lambda i: (
        "{ commitments(filter: {or: ["
        + " ".join(f'{{key: {{eq: "a{i + j}"}}}}' for j in range(30))
        + "]}) { totalCount } }"
    ),
    "variables in arguments": lambda i: (
        f"query Q{i}($k: String) {{ commitments(filter: {{or: ["
        + " ".join("{key: {eq: $k}}" for j in range(30))
        + "]}) { totalCount } }"
    ),
    "sizes in variables": lambda i: (
        f"query Q{i}("
        + " ".join(f"$n{j}: Int" for j in range(15))
        + ") { "
        + " ".join(f"c{j}: commitments(first: $n{j}) {{ nodes {{ key }} }}" for j in range(15))
        + " }"
    ),
    "chosen by variables": lambda i: _by_choices(i) + OF_A_COMMITMENT,
    "faults": lambda i: "{ " + " ".join(f"no{i}_{j}" for j in range(200)) + " }",
    "long faults": lambda i: (
        "{ "
        + " ".join(f'n{i}_{j}: node(id: {{a: "{"x" * 300}"}}) {{ id }}' for j in range(30))
        + "}"
    ),
    "texts": lambda i: f'{{ a{i}: node(id: "{"x" * 5_000}") {{ id }} }}',
    "wide letters": lambda i: f"{{ a{i}: __typename }} # " + "\U0001f600" * 5_000,
    "several operations": lambda i: " ".join(
        f"query q{j}_{i} {{ commitments {{ totalCount }} }}" for j in range(20)
    ),
}


def _made(service: Service, query: str, flags: int) -> None:
    """All that a request for the document leaves behind, for each of its operations."""
    parsed = service.documents._read(query)
    if parsed.document is None:
        return
    names = [d.name.value if d.name else None for d in parsed.document.definitions  # type: ignore[attr-defined]
             if d.kind == "operation_definition"]  # fmt: skip
    for name in names:
        prepared = service.documents.prepare(Request(query, name))
        given = {flag: bool(flags >> n & 1) for n, flag in enumerate(FLAGS)}
        prepared.variables = VariableValues({}, given)
        service.documents.plan(prepared)


@pytest.mark.parametrize("family", quick_first(FAMILIES))
def test_the_bound_is_one_of_memory(schema: GraphQLSchema, family: str) -> None:
    document = FAMILIES[family]
    warm = Service(schema, COLLECTIONS, limits=LIMITS)
    for i in range(3):
        _made(warm, document(i), 0)
    service = Service(schema, COLLECTIONS, limits=LIMITS)
    service.documents.kept.most = MOST
    gc.collect()
    tracemalloc.start()
    try:
        made, before = 0, -1
        while before < len(service.documents.kept) and made < 1_500:
            before = len(service.documents.kept)
            for _ in range(20):
                for flags in (0, 5, 31) if family == "chosen by variables" else (0,):
                    _made(service, document(made), flags)
                made += 1
        kept, counted = len(service.documents.kept), service.documents.kept.taken
        # What is freed with the documents, for the process takes memory of its own meanwhile: a
        # table of all its names that grows by half takes more than all documents here.
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
        service.documents.kept.clear()
        gc.collect()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept >= LARGEST_SHARE
    assert counted <= MOST
    assert held - left <= 1.25 * counted
    # What is counted is not far from what is taken, or the room would be for few.
    assert counted <= 3 * (held - left)


def test_the_memory_of_documents_is_measured(schema: GraphQLSchema) -> None:
    before, most = measure_usage()["documents"]
    service = Service(schema, COLLECTIONS)
    _made(service, FAMILIES["aliases"](1), 0)
    after, _ = measure_usage()["documents"]
    assert service.documents.kept.taken == after - before > 10_000
    assert most == 32 * MIB


def test_what_one_document_leaves_is_bounded(schema: GraphQLSchema) -> None:
    service = Service(schema, COLLECTIONS)
    service.documents.kept.most = 2 * MIB
    query = FAMILIES["chosen by variables"](0)
    for flags in range(2 ** len(FLAGS)):
        _made(service, query, flags)
        (checked,) = service.documents.kept.values()
        assert checked.size(query) == service.documents.kept.taken <= 2 * MIB // LARGEST_SHARE
