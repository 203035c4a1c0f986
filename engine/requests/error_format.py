"""Formats errors for clients, in bounded size: a small request must not bring a large answer.

The message is written where a request is refused. Here it is cut, with texts of the client in it.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from graphql import GraphQLError, ValueNode
from strawberry.exceptions import StrawberryInputCoercionError

from engine.errors import MOST_ERRORS
from engine.requests.document import add_code, make_error
from store.mongodb.driver import TRY_AGAIN_S, Busy, GaveUp, Overdue, Unreachable
from store.mongodb.keys import new_key

logger = logging.getLogger("followthrough.graphql")

LONGEST_MESSAGE = 400
"""Characters of a message, and of any text for programs beside it."""

MOST_LOCATIONS = 20

MOST_BYTES = 32 * 1024
"""Most bytes of all errors of an answer. The first error is always included: only its path can be
long, and consists of names that the answer has anyway."""


def format_errors(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """The errors as an answer lists them, until they take `MOST_BYTES`; the rest is left out."""
    found: list[dict[str, Any]] = []
    size = 0
    for error in errors:
        formatted = _format_error(error)
        size += len(orjson.dumps(formatted))
        if found and size > MOST_BYTES:
            break
        found.append(formatted)
    return found


def cut_text(text: str) -> str:
    """The text, at most `LONGEST_MESSAGE` characters of it."""
    return text if len(text) <= LONGEST_MESSAGE else f"{text[: LONGEST_MESSAGE - 1]}…"


def _format_error(error: GraphQLError) -> dict[str, Any]:
    formatted: dict[str, Any] = {**error.formatted}
    formatted["message"] = cut_text(formatted["message"])
    if "locations" in formatted:
        formatted["locations"] = formatted["locations"][:MOST_LOCATIONS]
    if "extensions" in formatted:
        said = formatted["extensions"].items()
        formatted["extensions"] = {n: cut_text(v) if isinstance(v, str) else v for n, v in said}
    return formatted


def mask_error(error: GraphQLError) -> GraphQLError:
    """The error of a running operation as the client sees it. An unexpected one is logged under an
    id, and the client is told that id only.
    """
    original = error.original_error
    if original is None:
        return add_code(error, _code_of(error) or "INTERNAL_SERVER_ERROR")
    if isinstance(original, GraphQLError) and (code := _code_of(original)) is not None:
        error.extensions = {**(original.extensions or {}), **(error.extensions or {})}
        return add_code(error, code)
    if (said := explain_mongodb_error(original)) is not None:
        return GraphQLError(
            said.message, nodes=error.nodes, path=error.path, extensions=said.extensions
        )
    log_id = new_key()
    logger.error("error %s at %s", log_id, error.path, exc_info=original)
    return GraphQLError(
        f"something went wrong here; the log has it as {log_id}",
        nodes=error.nodes,
        path=error.path,
        extensions={"code": "INTERNAL_SERVER_ERROR", "logId": log_id},
    )


def explain_mongodb_error(error: Exception) -> GraphQLError | None:
    """The client's error if MongoDB is unreachable or too slow; None for any other error."""
    if isinstance(error, Unreachable):
        return report_unavailability(error)
    if isinstance(error, GaveUp):
        return make_error("UNAVAILABLE", f"the write was given up: {error}")
    if isinstance(error, Overdue):
        return make_error("TIMEOUT", "MongoDB took longer than it may; ask for less at a time")
    return None


def report_unavailability(error: Exception) -> GraphQLError:
    """The error UNAVAILABLE, for when MongoDB is away or busy. The reason is logged in one line,
    and not shown, because it may name hosts.
    """
    logger.warning("answered UNAVAILABLE: %s", str(error).partition(" (configured timeouts")[0])
    why = "too much is asked at this moment" if isinstance(error, Busy) else "the data is away"
    found = make_error("UNAVAILABLE", f"{why}; send the same again in {TRY_AGAIN_S} s")
    assert found.extensions is not None
    found.extensions["retryAfter"] = TRY_AGAIN_S
    return found


def _code_of(error: GraphQLError) -> str | None:
    """The code of an error that was made for the client; None for an unexpected one.

    An error without a code of ours comes from graphql-core: about an argument with a wrong
    variable, or about a value of ours that does not fit the schema.
    """
    if code := (error.extensions or {}).get("code"):
        return str(code)
    of_argument = any(isinstance(node, ValueNode) for node in error.nodes or ())
    if of_argument or isinstance(error, StrawberryInputCoercionError):
        return "BAD_USER_INPUT"
    return None


def format_variable_errors(errors: Sequence[GraphQLError]) -> Sequence[GraphQLError]:
    """The errors in variables with their code, and without the values."""
    for error in errors[:MOST_ERRORS]:
        error.message = remove_value(error.message)
        add_code(error, "BAD_USER_INPUT")
    return errors[:MOST_ERRORS]


_VALUE = re.compile(r"(?:[,;] found|\.? Found|(?<!invalid)( value)): .*", re.DOTALL)
"""Where graphql-core shows the value that a variable was given, as Python writes it."""


def remove_value(message: str) -> str:
    """A message of graphql-core about a variable, without the value: the client knows it, and
    would read `None` and `True` where it wrote `null` and `true`.
    """
    return _VALUE.sub(r"\1.", message, count=1)
