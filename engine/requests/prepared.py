"""A request made ready to run: its document parsed and validated, its operation chosen, its
variables coerced, its cost known, and the key that its answer is cached under.

Parsed documents are kept with their plans for the next request like it, in an LRU: a cache that
is cleared at once would make many clients slow at once.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from sys import getsizeof
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.values import VariableValues

from engine.context import Operation
from engine.plan.coercion import Variables
from engine.plan.plan import Plan, find_choices, plan_of
from engine.plan.selection import NotPlanned
from engine.requests.cost_analysis import Measured, measure_operation
from engine.requests.document import make_error, read_document
from engine.requests.error_format import format_errors, format_variable_errors
from engine.requests.limits import Limits, check_values
from engine.requests.response_cache import LONGEST_KEPT, Key, digest_operation, make_key
from store.bounds import Lru

logger = logging.getLogger("followthrough.graphql")

LONGEST_NAME = 100
MOST_PLANS = 32
"""Of one operation: with many variables for `@skip` and `@include` there could be millions."""
LARGEST_SHARE = 16
"""One document with its plans takes at most 1/16 of the cache."""

BYTES_PER_DOCUMENT = 3_000
BYTES_PER_NODE = 400
BYTES_PER_OPERATION = 1_000
BYTES_PER_ERROR = 1_200
"""What it takes to keep a parsed document, or its errors, beside the texts: measured, as
`tests/engine/requests/test_documents_in_bytes.py` does again."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks: a document, which of its operations, and the variables.

    `priced` asks for the cost beside the answer. A document may come as an id, or with one;
    `automatic` asks to remember the text under its id. `least_version` is the version of the data
    that the answer must include and tell.
    """

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] | None = None
    priced: bool = False
    document_id: str | None = None
    automatic: bool = False
    least_version: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document that was parsed and validated, or its errors as they are shown: with their nodes
    they would take a hundred times as much.

    `choices` are the variables of `@skip` and `@include`, `chosen` the operations by the name that
    a request gave, `kinds` the kinds of operations by name, also of an invalid document.
    """

    document: DocumentNode | None
    errors: Sequence[Mapping[str, Any]] = ()
    choices: Sequence[str] = ()
    nodes: int = 0
    chosen: dict[str | None, "ParsedOperation"] = field(default_factory=dict)
    kinds: Mapping[str | None, OperationType] = field(default_factory=dict)

    def kind_of(self, name: str | None) -> OperationType | None:
        """The kind of operation that is asked for, of an invalid document; None if it
        is not known.
        """
        if name is None and len(self.kinds) == 1:
            return next(iter(self.kinds.values()))
        return self.kinds.get(name)

    def forget_oldest_plan(self) -> bool:
        """Drops the oldest plan, or an operation without any. Returns whether there was one to
        drop.
        """
        for name, chosen in self.chosen.items():
            if chosen.plans:
                del chosen.plans[next(iter(chosen.plans))]
            else:
                del self.chosen[name]
            return True
        return False

    def size(self, query: str) -> int:
        """About how many bytes of memory it takes, with its text and all plans."""
        # A text of a document is in its nodes as well.
        size = BYTES_PER_DOCUMENT + 2 * getsizeof(query) + BYTES_PER_NODE * self.nodes
        if self.errors:
            size += 2 * len(orjson.dumps(self.errors)) + BYTES_PER_ERROR * len(self.errors)
        return size + sum(chosen.size(self.nodes) for chosen in self.chosen.values())


@dataclass(frozen=True, slots=True)
class ParsedOperation:
    """One operation of a document. `plans` are by the values of the variables in `choices`; None
    where no plan is made. `digest` identifies it in the keys of cached answers; None if they are
    not cached.
    """

    node: OperationDefinitionNode
    variables: Variables
    measured: Measured
    digest: bytes | None
    plans: dict[tuple[Any, ...], Plan | None] = field(default_factory=dict)

    def size(self, nodes: int) -> int:
        """About how many bytes of memory it takes with its plans, beside its document."""
        plans = sum(plan.size(nodes) for plan in self.plans.values() if plan is not None)
        return BYTES_PER_OPERATION * (1 + len(self.plans)) + self.measured.size + plans

    @property
    def name(self) -> str | None:
        """Its name, cut to fit in a log line; None if it has none."""
        return self.node.name.value[:LONGEST_NAME] if self.node.name else None


class NotPrepared(Exception):
    """A request that cannot be run: its errors as they are shown, and the kind of operation."""

    def __init__(self, errors: Sequence[Mapping[str, Any]], kind: OperationType | None) -> None:
        super().__init__(errors)
        self.errors = errors
        self.kind = kind


@dataclass(slots=True)
class PreparedOperation:
    """A request with its document and operation. `check` adds the variables and the cost."""

    request: Request
    document: ParsedDocument
    chosen: ParsedOperation
    variables: VariableValues | None = None
    cost: int = 0

    @property
    def kind(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.chosen.node.operation

    def cache_key(self, operation: Operation) -> Key | None:
        """The key of the cached answer: all that it depends on except the data. None if it is not
        cached.

        Variables that the operation does not declare are left out.
        """
        given = self.chosen.variables.select_declared(self.request.variables)
        # A status without a date is the one of today; nothing else depends on the clock.
        depends_on = (given, operation.today, operation.sight)
        return make_key(self.chosen.digest, depends_on)

    def check(self, limits: Limits) -> Sequence[GraphQLError]:
        """Coerces the variables and computes the cost. Returns the errors, if it must
        not be run.
        """
        if too_many := check_values(self.request.variables, limits):
            return [too_many]
        variables = self.chosen.variables.coerce(self.request.variables)
        if isinstance(variables, list):
            return [*format_variable_errors(variables)]
        cost = self.chosen.measured.price(variables)
        if not isinstance(cost, int):
            return cost
        self.variables, self.cost = variables, cost
        return ()


class Documents:
    """Caches parsed documents with their plans; `bound` names its row in `BOUNDS`."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, bound: str) -> None:
        self._schema = schema
        self._limits = limits
        self.kept: Lru[str, ParsedDocument] = Lru(bound)

    def prepare(self, request: Request) -> PreparedOperation:
        """The operation of a request. Raises NotPrepared."""
        document = self._read(request.query)
        if document.document is None:
            raise NotPrepared(document.errors, document.kind_of(request.operation_name))
        return PreparedOperation(request, document, self._choose(document, request))

    def plan(self, prepared: PreparedOperation) -> Plan | None:
        """The plan of a checked operation; None where the executor is to run it."""
        document, chosen, variables = prepared.document, prepared.chosen, prepared.variables
        assert document.document is not None and variables is not None
        shape = tuple(variables.coerced.get(name) for name in document.choices)
        if shape in chosen.plans:
            return chosen.plans[shape]
        if len(chosen.plans) >= MOST_PLANS:
            del chosen.plans[next(iter(chosen.plans))]
        plan: Plan | None = None
        try:
            plan = plan_of(self._schema, document.document, chosen.node, variables)
        except (NotPlanned, GraphQLError) as reason:
            # Even a fault of the request, such as a null for `@skip`, is reported by graphql-core:
            # only when it reaches the field, which another request may never do.
            logger.debug("no plan: %s", reason)
        chosen.plans[shape] = plan
        self._keep(prepared.request.query, document)
        return plan

    def _read(self, query: str) -> ParsedDocument:
        found = self.kept.get(query)
        if found is not None:
            return found
        kinds: dict[str | None, OperationType] = {}
        document, errors = read_document(self._schema, query, kinds)
        if document is None:
            parsed = ParsedDocument(None, format_errors(errors), kinds=kinds)
        else:
            chosen_by, nodes = find_choices(document)
            parsed = ParsedDocument(document, (), sorted(chosen_by), nodes)
        self._keep(query, parsed)
        return parsed

    def _choose(self, document: ParsedDocument, request: Request) -> ParsedOperation:
        chosen = document.chosen.get(request.operation_name)
        if chosen is None:
            assert document.document is not None
            node = _operation_of(document.document, request.operation_name)
            measure = measure_operation(self._schema, document.document, node, self._limits)
            digest = digest_operation(request.query, node.name.value if node.name else "")
            chosen = ParsedOperation(node, Variables(self._schema, node), measure, digest)
            document.chosen[request.operation_name] = chosen
            self._keep(request.query, document)
        return chosen

    def _keep(self, query: str, document: ParsedDocument) -> None:
        """Caches a document with its plans, and drops some of these if it would take
        too much room.
        """
        if len(query) > LONGEST_KEPT:
            return
        most = self.kept.most // LARGEST_SHARE
        while (size := document.size(query)) > most and document.forget_oldest_plan():
            pass
        if size <= most:
            self.kept.put(query, document, size)
        else:
            self.kept.drop(query)


def _operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation of that name, or the only one. Raises NotPrepared."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None:
        for operation in operations:
            if operation.name is not None and operation.name.value == name:
                return operation
        message = "operationName names no operation of the document; send the name of one of them"
    elif len(operations) == 1:
        return operations[0]
    elif operations:
        message = "the document has several operations; say which with operationName"
    else:
        message = "the document has no operation"
    raise NotPrepared(format_errors([make_error("OPERATION_RESOLUTION_FAILURE", message)]), None)
