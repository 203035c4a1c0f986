"""The body of an answer that says what is wrong, the same at every address."""

from collections.abc import Mapping

import orjson
from graphql import GraphQLError
from starlette.responses import Response

from schema.telling import told


def fault(status: int, error: GraphQLError, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer with one error as GraphQL writes them: a message and a code."""
    return Response(
        orjson.dumps({"errors": told([error])}),
        status_code=status,
        media_type="application/json; charset=utf-8",
        headers=dict(headers or {}),
    )
