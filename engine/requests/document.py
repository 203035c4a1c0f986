"""Reads a document: parses and validates it, within bounds, or says what is wrong with it."""

import re
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    TokenKind,
    parse,
    validate,
)
from graphql.validation.validate import ValidationAbortedError

from engine.errors import MOST_ERRORS
from engine.requests.combined_rules import combine_rules
from engine.requests.limits import COMPARISONS, MOST_NESTING, RULES, make_limit_error

MOST_TOKENS = 1_500

# `validate` is typed to take classes, but only calls them.
_RULES: Any = (combine_rules(RULES),)

_COUNTED = "Document contains more than"
_NESTED = "nested too deeply"
"""Parts of graphql-core's messages: for too many tokens, and for nesting beyond
Python's recursion."""


def read_document(
    schema: GraphQLSchema, text: str, kinds: dict[str | None, OperationType] | None = None
) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """The valid document, or None and its errors, each with a code.

    `kinds` is filled with the kind of each operation by name, even if the document is not valid:
    HTTP answers a mutation by GET in its own way.
    """
    try:
        document = parse(text, max_tokens=MOST_TOKENS)
        if (nesting := _unlink_tokens(document)) > MOST_NESTING:
            return None, (_too_deep(nesting),)
        if kinds is not None:
            kinds |= _kinds(document)
        errors = validate(schema, document, _RULES, max_errors=MOST_ERRORS)
    except GraphQLSyntaxError as error:
        if error.description.startswith(_COUNTED):
            remedy = "ask in several requests, or for less"
            return None, (
                make_limit_error("tokens", MOST_TOKENS, None, remedy, code="GRAPHQL_PARSE_FAILED"),
            )
        if _NESTED in error.description:
            return None, (_too_deep(None),)
        return None, (add_code(error, "GRAPHQL_PARSE_FAILED"),)
    except RecursionError:
        return None, (_too_deep(None),)
    if errors and isinstance(errors[-1], ValidationAbortedError) and len(errors) <= MOST_ERRORS:
        remedy = "the same fields are selected too often; select each once"
        return None, (make_limit_error("comparisons", COMPARISONS, None, remedy),)
    if errors:
        return None, tuple(add_code(error, "GRAPHQL_VALIDATION_FAILED") for error in errors)
    return document, ()


def _kinds(document: DocumentNode) -> dict[str | None, OperationType]:
    return {
        d.name.value if d.name else None: d.operation
        for d in document.definitions
        if isinstance(d, OperationDefinitionNode)
    }


def _too_deep(nesting: int | None) -> GraphQLError:
    return make_limit_error("nesting", MOST_NESTING, nesting, "flatten the document")


def _unlink_tokens(document: DocumentNode) -> int:
    """How deep brackets nest. Also unlinks the tokens from each other: they are a reference cycle
    that nobody reads afterwards, and that would wait for the garbage collector.
    """
    token = document.loc.start_token if document.loc is not None else None
    depth = deepest = 0
    while token is not None:
        kind = token.kind
        if kind in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif kind in _CLOSING:
            depth -= 1
        following = token.next
        token.prev = token.next = None
        token = following
    return deepest


_OPENING = {TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L}
_CLOSING = {TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R}


def make_error(code: str, message: str) -> GraphQLError:
    """An error of a request with its code."""
    return GraphQLError(message, extensions={"code": code})


def add_code(error: GraphQLError, code: str) -> GraphQLError:
    """The error with this code if it has none, and with null in its message for Python's None."""
    error.extensions = {"code": code, **(error.extensions or {})}
    error.message = reword_null(error.message)
    return error


def reword_null(message: str) -> str:
    """A message of graphql-core with null in place of Python's None."""
    return _NOT_NONE.sub("not to be null.", message)


_NOT_NONE = re.compile(r"not to be None\.$")
