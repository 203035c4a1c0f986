"""Documents that a hostile client sends: each family grows with a number."""

from collections.abc import Callable, Mapping

from graphql import GraphQLSchema, GraphQLSyntaxError, OperationDefinitionNode, parse, validate

from engine.requests.cost_analysis import measure_operation
from engine.requests.document import MOST_ERRORS, MOST_TOKENS
from engine.requests.limits import RULES, Limits


def _doubling_fragments(n: int) -> str:
    links = (f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(n))
    return f"{{ ...f0 }} {' '.join(links)} fragment f{n} on Query {{ __typename }}"


def _doubling_fields(n: int) -> str:
    links = (
        f"fragment f{i} on Party {{ "
        f"a: commitments {{ nodes {{ promisors {{ party {{ ...f{i + 1} }} }} }} }} "
        f"b: commitments {{ nodes {{ addressees {{ ...f{i + 1} }} }} }} }}"
        for i in range(n)
    )
    return (
        f"{{ parties {{ nodes {{ ...f0 }} }} }} {' '.join(links)} fragment f{n} on Party {{ key }}"
    )


def _all_to_all(n: int) -> str:
    def spread(i: int) -> str:
        return " ".join(f"...f{j}" for j in range(i + 1, min(i + 9, n)))

    fragments = (f"fragment f{i} on Query {{ __typename {spread(i)} }}" for i in range(n))
    return f"{{ ...f0 }} {' '.join(fragments)}"


def _many_operations(n: int) -> str:
    operations = " ".join(f"query q{i} {{ ...F }}" for i in range(n))
    return f"{operations} fragment F on Query {{ commitments {{ totalCount }} }}"


FLOODS: Mapping[str, Callable[[int], str]] = {
    "fragments that double": _doubling_fragments,
    "fragments whose fields double": _doubling_fields,
    "fragments that spread one another": _all_to_all,
    "aliases": lambda n: "{" + " ".join(f"a{i}: __typename" for i in range(n)) + "}",
    "one leaf, many times": lambda n: "{" + "__typename " * n + "}",
    "one field, many times": lambda n: "{" + "commitments { totalCount } " * n + "}",
    "one field with arguments": lambda n: "{" + "commitments(first: 1) { totalCount } " * n + "}",
    "one alias, many fields": lambda n: "{" + "a: __typename " * n + "}",
    "directives": lambda n: "{ __typename " + "@include(if: true) " * n + "}",
    "directives that there are not": lambda n: "{ __typename " + "@no " * n + "}",
    "fields that there are not": lambda n: "{" + " ".join(f"no{i}" for i in range(n)) + "}",
    "input that nests": lambda n: (
        "{ commitments(filter: " + "{not: " * n + "{}" + "}" * n + ") { totalCount } }"
    ),
    "input that is wide": lambda n: (
        "{ commitments(filter: {or: [" + "{} " * n + "]}) { totalCount } }"
    ),
    "selections that nest": lambda n: (
        '{ commitment(by: {key: "K01"}) {' + "thread { trackable {" * n + "key" + "} }" * n + "} }"
    ),
    "variables": lambda n: (
        "query(" + " ".join(f"$v{i}: Int" for i in range(n)) + ") { __typename }"
    ),
    "operations": _many_operations,
    "blanks": lambda n: "{ __typename }" + " " * 50 * n,
    "comments": lambda n: "{ __typename }" + "#\n" * n,
    "a long string": lambda n: '{ node(id: "' + "a" * 50 * n + '") { id } }',
    "a long name": lambda n: "{ " + "a" * 50 * n + " }",
    "a long number": lambda n: "{ commitments(first: " + "9" * 50 * n + ") { totalCount } }",
}
"""By name; what is asked for grows with the number at least as fast as the document."""


def judged(schema: GraphQLSchema, query: str) -> str:
    """What all that stands before execution makes of a document, in the order of the service."""
    try:
        document = parse(query, max_tokens=MOST_TOKENS)
    except GraphQLSyntaxError as error:
        return error.description
    if errors := validate(schema, document, RULES, max_errors=MOST_ERRORS):
        return errors[-1].message
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for refusal in measure_operation(schema, document, definition, Limits()).refusals:
                return refusal.message
    return "let pass"
