"""Errors that a client caused, with their code and place."""

from graphql import GraphQLError


class BadUserInput(GraphQLError):
    """An argument that cannot be used: which one, why, and what would be right."""

    def __init__(self, argument: str, message: str) -> None:
        super().__init__(
            f"{argument}: {message}",
            extensions={"code": "BAD_USER_INPUT", "argument": argument},
        )
