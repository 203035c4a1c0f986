"""Errors that a client caused, with their code and place."""

from typing import Any

from graphql import GraphQLError


class BadUserInput(GraphQLError):
    """An argument that cannot be used: which one, why, and what would be right. `said` has for
    programs which limit it is, with the value and the most.
    """

    def __init__(self, argument: str, message: str, **said: Any) -> None:
        super().__init__(
            f"{argument}: {message}",
            extensions={"code": "BAD_USER_INPUT", "argument": argument, **said},
        )
