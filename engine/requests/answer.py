"""What a request is answered with, and what made it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLError

from engine.requests.error_format import format_errors
from store.records.enums import Described


class Tier(Described):
    """What ran an operation."""

    KEPT = "kept", "Nothing: the answer was kept, and the data has not changed since."
    PLAN = "plan", "A compiled plan, breadth first."
    PREFETCH = "prefetch", "A plan fetched, graphql-core completed field by field."
    EXECUTOR = "executor", "graphql-core, field by field, over batching loaders."


class Answer(NamedTuple):
    """A response body. `executed` is false for a request that did not get as far.

    `payload` is the body as JSON where it is at hand, and then `body` may be empty. `cost` is that
    of what was run. `extensions` are told beside the body, and are no part of it. `wrote` is true
    if it may have changed the data.
    """

    body: Mapping[str, Any]
    executed: bool
    operation_name: str | None = None
    tier: Tier | None = None
    payload: bytes | None = None
    cost: int | None = None
    extensions: Mapping[str, Any] = MappingProxyType({})
    wrote: bool = False

    def extend(self, **extensions: Any) -> "Answer":
        """The answer with more told beside it."""
        return self._replace(extensions={**self.extensions, **extensions})

    def read(self) -> Mapping[str, Any]:
        """The body, parsed where only its JSON is at hand."""
        body: Mapping[str, Any] = self.body if self.payload is None else orjson.loads(self.payload)
        return body

    def read_data(self) -> Mapping[str, Any]:
        """The data of the body. Raises its first error as a GraphQLError."""
        body = self.read()
        for error in body.get("errors", ()):
            raise GraphQLError(error["message"], extensions=error["extensions"])
        data: Mapping[str, Any] = body["data"]
        return data

    def write(self) -> bytes:
        """The whole answer as JSON. Raises orjson.JSONEncodeError if it nests too deep."""
        payload = orjson.dumps(self.body) if self.payload is None else self.payload
        if not self.extensions:
            return payload
        # Kept bytes are given again as they are: a body is an object with at least one member.
        return payload[:-1] + b',"extensions":' + orjson.dumps(self.extensions) + b"}"


def refuse_request(errors: Iterable[GraphQLError]) -> Answer:
    """The answer to a request that is not run: its errors, and no data."""
    return Answer({"errors": format_errors(errors)}, executed=False)
