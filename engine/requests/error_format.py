"""What errors say to clients, within bounds: a request is not to come back many times as large.

What a request was refused for is said where it is refused. Texts of the client in it are cut with
the rest.
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
from store.mongodb.driver import TRY_AGAIN_S, Busy, Overdue, Unreachable
from store.mongodb.keys import new_key

logger = logging.getLogger("followthrough.graphql")

LONGEST_MESSAGE = 400
"""Characters of a message, and of any text for programs beside it."""

MOST_LOCATIONS = 20

MOST_BYTES = 32 * 1024
"""Of all errors of an answer. The first is always told: what may be long in it is the path, and
that names what the answer names anyway."""


def format_errors(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """The errors as they stand in an answer; those that are too much are not listed."""
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
    """A text of bounded length."""
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
    """A running operation's error as the client sees it: what we did not mean to say is logged."""
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
    """What to say of an error that is MongoDB's state and no fault of ours; None for others."""
    if isinstance(error, Unreachable):
        return report_unavailability(error)
    if isinstance(error, Overdue):
        return make_error("TIMEOUT", "MongoDB took longer than it may; ask for less at a time")
    return None


def report_unavailability(error: Exception) -> GraphQLError:
    """What to say while MongoDB is away or all that reads of it is busy; the log has the reason,
    which may name hosts, in one line.
    """
    logger.warning("answered UNAVAILABLE: %s", str(error).partition(" (configured timeouts")[0])
    why = "too much is asked at this moment" if isinstance(error, Busy) else "the data is away"
    found = make_error("UNAVAILABLE", f"{why}; send the same again in {TRY_AGAIN_S} s")
    assert found.extensions is not None
    found.extensions["retryAfter"] = TRY_AGAIN_S
    return found


def _code_of(error: GraphQLError) -> str | None:
    """The code of an error that is meant for the client; None for one that is not.

    Without one of ours it comes from graphql-core: about an argument that its variables spoilt,
    or about a value of ours that does not fit the schema.
    """
    if code := (error.extensions or {}).get("code"):
        return str(code)
    of_argument = any(isinstance(node, ValueNode) for node in error.nodes or ())
    if of_argument or isinstance(error, StrawberryInputCoercionError):
        return "BAD_USER_INPUT"
    return None


def format_variable_errors(errors: Sequence[GraphQLError]) -> Sequence[GraphQLError]:
    """What is wrong with variables, in words that show none of their values."""
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
