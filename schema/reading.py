"""Reads a document: parses and validates it, within bounds, or says what is wrong with it."""

from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, GraphQLSyntaxError, parse, validate
from graphql.validation.validate import ValidationAbortedError

from schema.limits import RULES
from schema.validating import together

MOST_TOKENS = 1_500
MOST_ERRORS = 20

# It asks for classes, and calls them.
_RULES: Any = (together(RULES),)

_TOO_DEEP = "the document nests too deep to be read; flatten it"
_TOO_REPETITIVE = "the document selects the same fields too often to be checked; select each once"


def read(schema: GraphQLSchema, text: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """The valid document, or None and its errors, each with a code."""
    try:
        document = parse(text, max_tokens=MOST_TOKENS)
        _unlink(document)
        errors = validate(schema, document, _RULES, max_errors=MOST_ERRORS)
    except GraphQLSyntaxError as error:
        return None, (coded(error, "GRAPHQL_PARSE_FAILED"),)
    except RecursionError:
        return None, (failure("QUERY_TOO_COMPLEX", _TOO_DEEP),)
    if errors and isinstance(errors[-1], ValidationAbortedError) and len(errors) <= MOST_ERRORS:
        return None, (failure("QUERY_TOO_COMPLEX", _TOO_REPETITIVE),)
    if errors:
        return None, tuple(coded(error, "GRAPHQL_VALIDATION_FAILED") for error in errors)
    return document, ()


def _unlink(document: DocumentNode) -> None:
    """Takes apart the chain of tokens, which nobody reads: it is a circle, so that what is dropped
    would wait for the collector.
    """
    token = document.loc.start_token if document.loc is not None else None
    while token is not None:
        following = token.next
        token.prev = token.next = None
        token = following


def failure(code: str, message: str) -> GraphQLError:
    """An error of a request with its code."""
    return GraphQLError(message, extensions={"code": code})


def coded(error: GraphQLError, code: str) -> GraphQLError:
    """The error with this code, if it has none."""
    error.extensions = {"code": code, **(error.extensions or {})}
    return error
