"""Errors that a client caused, with their code and place."""

from collections.abc import Collection

from graphql import GraphQLError, Node


class BadUserInput(GraphQLError):
    """An argument that cannot be used: which one, why, and what would be right."""

    def __init__(self, argument: str, message: str, nodes: Collection[Node] | None = None) -> None:
        super().__init__(
            f"{argument}: {message}",
            nodes,
            extensions={"code": "BAD_USER_INPUT", "argument": argument},
        )


class Misfit(ValueError):
    """What a scalar cannot take: why, and what would be right. It does not repeat the value."""
