"""What errors say to clients, within bounds: a request is not to come back many times as large.

What they are about is said elsewhere. Texts of the client in them are cut with the rest.
"""

import re
from collections.abc import Iterable
from typing import Any

import orjson
from graphql import GraphQLError

LONGEST_MESSAGE = 400
"""Characters of a message, and of any text for programs beside it."""

MOST_LOCATIONS = 20

MOST_BYTES = 32 * 1024
"""Of all errors of an answer. The first is always told: what may be long in it is the path, and
that names what the answer names anyway."""


def told(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """The errors as they stand in an answer; those that are too much are not listed."""
    found: list[dict[str, Any]] = []
    size = 0
    for error in errors:
        formatted = _within(error)
        size += len(orjson.dumps(formatted))
        if found and size > MOST_BYTES:
            break
        found.append(formatted)
    return found


def cut(text: str) -> str:
    """A text of bounded length."""
    return text if len(text) <= LONGEST_MESSAGE else f"{text[: LONGEST_MESSAGE - 1]}…"


def _within(error: GraphQLError) -> dict[str, Any]:
    formatted: dict[str, Any] = {**error.formatted}
    formatted["message"] = cut(formatted["message"])
    if "locations" in formatted:
        formatted["locations"] = formatted["locations"][:MOST_LOCATIONS]
    if "extensions" in formatted:
        said = formatted["extensions"].items()
        formatted["extensions"] = {n: cut(v) if isinstance(v, str) else v for n, v in said}
    return formatted


_VALUE = re.compile(r"(?:[,;] found|\.? Found|(?<!invalid)( value)): .*", re.DOTALL)
"""Where graphql-core shows the value that a variable was given, as Python writes it."""


def without_value(message: str) -> str:
    """A message of graphql-core about a variable, without the value: the client knows it, and
    would read `None` and `True` where it wrote `null` and `true`.
    """
    plain = message.replace("not to be None.", "not to be null.")
    return _VALUE.sub(r"\1.", plain, count=1)
