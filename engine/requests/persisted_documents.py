"""Documents by their id instead of their text: registered ones, and those that clients sent before.

A registered (trusted) document is found by every process. What a client sends with its hash
(Apollo's automatic persisted queries) is remembered by one process for a while.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from sys import getsizeof

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, parse

from engine.requests.cost_analysis import measured
from engine.requests.document import make_error, read_document
from engine.requests.limits import Limits
from engine.requests.prepared import Request
from engine.requests.response_cache import LONGEST_KEPT, Version
from store.bounds import Lru
from store.persisted_documents import ID, document_id

BYTES_PER_TEXT = 400
"""What it takes to remember a text with its id, beside the text itself."""


class Documents:
    """Finds the text of a request's document; with `only`, of registered ones alone.

    A write may revoke a registered document, so texts are kept only while `version` stays the same;
    where it gives None, the store is asked each time.
    """

    def __init__(
        self,
        registered: Callable[[str], Awaitable[str | None]],
        *,
        only: bool,
        version: Version | None = None,
    ) -> None:
        self.only = only
        self._registered = registered
        self._version = version
        self._of: int | None = None
        self._trusted: Lru[str, str] = Lru("registered documents")
        self._sent: Lru[str, str] = Lru("sent documents")

    async def resolve(self, request: Request) -> Request | GraphQLError:
        """The request with its document's text, or the error if there is none to run."""
        id_ = request.document_id
        if id_ is not None and not ID.fullmatch(id_):
            return _bad("a document's id is sha256: and 64 hexadecimal digits in lower case")
        if request.query:
            return await self._check(request, request.query)
        assert id_ is not None
        text = await self._text(id_)
        if text is None and not self.only:
            text = self._sent.get(id_)
        if text is None:
            # In Apollo's words, because its clients look for them.
            return make_error("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        return replace(request, query=text)

    async def _check(self, request: Request, query: str) -> Request | GraphQLError:
        id_ = document_id(query)
        if request.document_id not in (None, id_):
            return _bad("the document does not have this id; send one of the two, or the right one")
        if self.only and await self._text(id_) is None:
            return make_error("FORBIDDEN", "only registered documents are run here; send one's id")
        if request.automatic and len(query) <= LONGEST_KEPT:
            _remember(self._sent, id_, query)
        return request

    async def _text(self, id_: str) -> str | None:
        """The text of a registered document."""
        # Asked first, so that what is read is no older than the version it is kept under.
        version = await self._version() if self._version is not None else None
        if version is None:
            return await self._registered(id_)
        if version != self._of:
            self._of = version
            self._trusted.clear()
        text = self._trusted.get(id_)
        if text is None:
            text = await self._registered(id_)
            # Not what was read before somebody wrote, who may have revoked it.
            if text is not None and version == self._of:
                _remember(self._trusted, id_, text)
        return text


def find_faults(schema: GraphQLSchema, text: str, limits: Limits) -> list[str]:
    """The reasons why a document would be refused whenever it is requested."""
    document, errors = read_document(schema, text)
    if document is None:
        return [error.message for error in errors]
    found: list[str] = []
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            measure = measured(schema, document, definition, limits)
            found += [error.message for error in measure.refusals]
    return found


def names_of(text: str) -> list[str]:
    """The names of a document's operations, as far as they have one."""
    operations = (d for d in parse(text).definitions if isinstance(d, OperationDefinitionNode))
    return [operation.name.value for operation in operations if operation.name]


def _remember(texts: Lru[str, str], id_: str, text: str) -> None:
    texts.put(id_, text, BYTES_PER_TEXT + getsizeof(text))


def _bad(message: str) -> GraphQLError:
    return make_error("BAD_USER_INPUT", message)
