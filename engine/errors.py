"""Errors that a client caused, with their code and place."""

from collections.abc import Collection
from typing import Any

from graphql import GraphQLError, Node

MOST_ERRORS = 20


class BadUserInput(GraphQLError):
    """An argument that cannot be used: which one, why, and what would be right. `said` has for
    programs which limit it is, with the value and the most.
    """

    def __init__(
        self, argument: str, message: str, *, nodes: Collection[Node] | None = None, **said: Any
    ) -> None:
        super().__init__(
            f"{argument}: {message}",
            nodes,
            extensions={"code": "BAD_USER_INPUT", "argument": argument, **said},
        )


class Misfit(ValueError):
    """What a scalar cannot take: why, and what would be right. It does not repeat the value."""
