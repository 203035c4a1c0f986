"""Answers GraphQL requests: parse, validate, execute, and turn every error into a public one.

Knows nothing of HTTP. What a request costs to parse and validate is kept for the next one like
it, in an LRU: a cache that is cleared at once would make many clients slow at once.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from sys import getsizeof
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
)
from graphql.execution.values import VariableValues

from schema.execution.binding import filters_of
from schema.execution.collecting import NotPlanned
from schema.execution.collection import Collection
from schema.execution.inputs import Variables
from schema.execution.operation import Operation
from schema.execution.plans import Plan, Run, choices, plan_of
from schema.execution.prefetching import Completion
from schema.kept import KeptAnswers, asking
from schema.limits import Limits, beyond, too_many_values
from schema.measuring import Measured, measured
from schema.reading import MOST_ERRORS, failure, read
from schema.telling import meant, of_mongodb, told, unavailability, unfit
from schema.writing import TooLarge, as_json
from store.bounds import Lru
from store.mongo import Overdue, Unreachable
from store.reads import Read
from store.records.described import Described
from store.threads import fair_share

logger = logging.getLogger("followthrough.graphql")

LONGEST_KEPT = 20_000
"""Of a document, and of the variables of an answer: nothing is kept for what is longer."""
LONGEST_NAME = 100
LONGEST_KEY = 200
"""Of what is asked for beside the document, where it is kept as it is to know the answer by."""
MOST_PLANS = 32
"""Of one operation: with many variables for `@skip` and `@include` there could be millions."""
LARGEST_SHARE = 16
"""One document with its plans takes at most this part of the room of all."""

BYTES_PER_DOCUMENT = 3_000
BYTES_PER_NODE = 400
BYTES_PER_OPERATION = 1_000
BYTES_PER_ERROR = 1_200
"""What it takes to keep a parsed document, or its errors, beside the texts: measured, as
`tests/schema/test_documents_in_bytes.py` does again."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks: a document, which of its operations, and the variables.

    `priced` asks for the cost beside the answer. Instead of its text, or beside it, a document may
    come with its id; `automatic` if the client asks that the two be remembered.
    """

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] | None = None
    priced: bool = False
    document_id: str | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A response body. `executed` is false for a request that did not get as far.

    `payload` is the body as JSON where it is at hand, and then `body` may be empty. `cost` is that
    of what was run.
    """

    body: Mapping[str, Any]
    executed: bool
    operation_name: str | None = None
    tier: "Tier | None" = None
    payload: bytes | None = None
    cost: int | None = None


class Tier(Described):
    """What ran an operation."""

    KEPT = "kept", "Nothing: the answer was kept, and the data has not changed since."
    PLAN = "plan", "A compiled plan, breadth first."
    PREFETCH = "prefetch", "A plan fetched, graphql-core completed field by field."
    EXECUTOR = "executor", "graphql-core, field by field, over batching loaders."


@dataclass(frozen=True, slots=True)
class _Checked:
    """A document that was parsed and validated, or the errors that it has, as they are told: with
    what they are about they would take a hundred times as much.

    `chosen` has its operations by the name that a request asked for.
    """

    document: DocumentNode | None
    errors: Sequence[Mapping[str, Any]] = ()
    choices: Sequence[str] = ()
    nodes: int = 0
    chosen: dict[str | None, "_Chosen"] = field(default_factory=dict)
    kinds: Mapping[str | None, OperationType] = field(default_factory=dict)

    def kind_of(self, name: str | None) -> OperationType | None:
        """What sort of operation is asked for, of a document that is not valid."""
        if name is None and len(self.kinds) == 1:
            return next(iter(self.kinds.values()))
        return self.kinds.get(name)

    def let_go(self) -> bool:
        """Forgets the plan that was made first, or an operation without any; whether there was
        something to forget.
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
            size += 2 * len(_dumped(self.errors)) + BYTES_PER_ERROR * len(self.errors)
        return size + sum(chosen.size(self.nodes) for chosen in self.chosen.values())


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One operation of a document. `plans` are by what `@skip` and `@include` chose; None where
    none is made. `digest` stands for it in the keys of its answers; None if they are not kept.
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
        """What the document calls it, no longer than is fit for a log line."""
        return self.node.name.value[:LONGEST_NAME] if self.node.name else None


class Service:
    """Answers requests over one schema. `tiers` counts what ran them.

    Answers are kept in `kept` while `version` says that the data is what they were made from.
    Documents with their plans are kept within the row of `BOUNDS` that `bound` names.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        collections: Mapping[str, Collection],
        *,
        kept: KeptAnswers | None = None,
        version: Callable[[], Awaitable[int | None]] | None = None,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        bound: str = "documents",
    ) -> None:
        self.schema = schema
        self.tiers: Counter[Tier] = Counter()
        self._kept = kept
        self._version = version
        self._limits = limits
        self._collections = collections
        self._filters = {
            name: filters_of(collection, schema) for name, collection in collections.items()
        }
        self._checked: Lru[str, _Checked] = Lru(bound)

    async def answer(
        self,
        request: Request,
        operation: Operation,
        *,
        read_only: bool = False,
        certain: bool = False,
    ) -> Answer | None:
        """The answer; None if the request would change something and may only read.

        A `certain` answer is never older than a write that was acknowledged before it.
        """
        checked = self._check(request.query)
        if checked.document is None:
            kind = checked.kind_of(request.operation_name)
            if kind is OperationType.SUBSCRIPTION:
                return refused([failure("OPERATION_RESOLUTION_FAILURE", _NO_SUBSCRIPTIONS)])
            if read_only and kind is OperationType.MUTATION:
                return None
            return Answer({"errors": checked.errors}, executed=False)
        chosen = self._choose(checked, request)
        if isinstance(chosen, GraphQLError):
            return refused([chosen])
        if chosen.node.operation is OperationType.SUBSCRIPTION:
            return refused([failure("OPERATION_RESOLUTION_FAILURE", _NO_SUBSCRIPTIONS)])
        if read_only and chosen.node.operation is not OperationType.QUERY:
            return None
        if self._kept is None or self._version is None:
            return await self._answer(checked, chosen, request, operation)
        version = asking(self._kept, operation.reader) if certain else self._version
        return await self._kept_or_made(checked, chosen, request, operation, version)

    async def _kept_or_made(
        self,
        checked: _Checked,
        chosen: _Chosen,
        request: Request,
        operation: Operation,
        known: Callable[[], Awaitable[int | None]],
    ) -> Answer:
        """The kept answer, or a fresh one, which is kept if nothing was written meanwhile."""
        assert self._kept is not None
        key = _key(chosen, request, operation)
        if key is None:
            return await self._answer(checked, chosen, request, operation)
        version = await known()
        payload = self._kept.get(version, key)
        if payload is not None:
            self.tiers[Tier.KEPT] += 1
            return Answer({}, True, chosen.name, Tier.KEPT, payload)
        reads: set[Read] = set()
        operation.reader = operation.reader.noting(reads)
        answer = await self._answer(checked, chosen, request, operation)
        if answer.tier is not Tier.PLAN or answer.payload is None or "errors" in answer.body:
            return answer
        if version == await known():
            self._kept.put(version, key, answer.payload, reads)
        return answer

    async def _answer(
        self,
        checked: _Checked,
        chosen: _Chosen,
        request: Request,
        operation: Operation,
    ) -> Answer:
        if too_many := too_many_values(request.variables, self._limits):
            return refused([too_many])
        variables = chosen.variables.coerced(request.variables)
        if isinstance(variables, list):
            return refused(unfit(variables))
        cost = chosen.measured.priced(variables.coerced)
        if not isinstance(cost, int):
            return refused(cost)
        answer = await self._executed(checked, chosen, request, variables, operation, cost)
        if request.priced:
            shown = {"cost": {"cost": cost, "most": self._limits.cost}}
            answer = replace(answer, body={**answer.body, "extensions": shown})
        return self._written(answer)

    def _written(self, answer: Answer) -> Answer:
        """The answer with its payload; where that is too large, what to do instead."""
        most = self._limits.answer
        try:
            return replace(answer, payload=as_json(answer.body, most, answer.cost or 0))
        except orjson.JSONEncodeError:
            # It nests too deep to be written, which whoever writes it will say.
            return answer
        except TooLarge:
            remedy = "ask for smaller pages (first), or for less of each item"
            refusal = beyond("bytes of the answer", most, None, remedy)
            body = {"data": None, "errors": told([refusal])}
            return replace(answer, body=body, payload=_dumped(body))

    async def _executed(
        self,
        checked: _Checked,
        chosen: _Chosen,
        request: Request,
        variables: VariableValues,
        operation: Operation,
        cost: int,
    ) -> Answer:
        name = chosen.name
        try:
            async with asyncio.timeout(self._limits.seconds):
                with fair_share():
                    run = await self._run(checked, chosen, request, variables, operation)
                    if run is not None:
                        _check_there(run)
                    data = _assembled(run) if run is not None else None
                    if data is not None:
                        self.tiers[Tier.PLAN] += 1
                        return Answer({"data": data}, True, name, Tier.PLAN, cost=cost)
                    result = await self._by_executor(checked, request, operation, run)
        except TimeoutError:
            seconds = f"{self._limits.seconds:g} s"
            message = f"the query took longer than {seconds}; ask for less at a time"
            late = failure("TIMEOUT", message)
            if not operation.reader.has_primary:
                late = unavailability(Unreachable("no primary answered in time"))
            return Answer({"data": None, "errors": told([late])}, True, name, cost=cost)
        except (Overdue, Unreachable) as error:
            said = of_mongodb(error)
            assert said is not None
            return Answer({"data": None, "errors": told([said])}, True, name, cost=cost)
        finally:
            operation.give_up()
        tier = Tier.EXECUTOR if run is None else Tier.PREFETCH
        self.tiers[tier] += 1
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = told(meant(error) for error in result.errors[:MOST_ERRORS])
        return Answer(body, True, name, tier, cost=cost)

    async def _run(
        self,
        checked: _Checked,
        chosen: _Chosen,
        request: Request,
        variables: VariableValues,
        operation: Operation,
    ) -> Run | None:
        """What the plan fetched; None where there is no plan."""
        plan = self._plan(checked, chosen, variables, request.query)
        return await plan.run(operation, self._filters, variables) if plan else None

    def plan_of(self, request: Request) -> Plan | None:
        """The plan of a request that can be run, if one is made for it; for people."""
        checked = self._check(request.query)
        assert checked.document is not None
        chosen = self._choose(checked, request)
        assert isinstance(chosen, _Chosen)
        variables = chosen.variables.coerced(request.variables)
        assert isinstance(variables, VariableValues)
        return self._plan(checked, chosen, variables, request.query)

    def _plan(
        self, checked: _Checked, chosen: _Chosen, variables: VariableValues, query: str
    ) -> Plan | None:
        shape = tuple(variables.coerced.get(name) for name in checked.choices)
        if shape not in chosen.plans:
            assert checked.document is not None
            if len(chosen.plans) >= MOST_PLANS:
                del chosen.plans[next(iter(chosen.plans))]
            try:
                chosen.plans[shape] = plan_of(self.schema, checked.document, chosen.node, variables)
            except (NotPlanned, GraphQLError) as reason:
                # Be it a fault of the request, such as a null for `@skip`: graphql-core says so
                # where it gets to the field, which another request may never get to.
                logger.debug("no plan: %s", reason)
                chosen.plans[shape] = None
            plan = chosen.plans[shape]
            self._keep(query, checked)
            return plan
        return chosen.plans[shape]

    async def _by_executor(
        self, checked: _Checked, request: Request, operation: Operation, run: Run | None
    ) -> ExecutionResult:
        assert checked.document is not None
        result = execute(
            self.schema,
            checked.document,
            root_value=run.root if run is not None else None,
            context_value=Completion.of(operation, run.prefetched()) if run else operation,
            variable_values=dict(request.variables or {}),
            operation_name=request.operation_name,
        )
        return result if isinstance(result, ExecutionResult) else await result

    def _choose(self, checked: _Checked, request: Request) -> _Chosen | GraphQLError:
        name = request.operation_name
        chosen = checked.chosen.get(name)
        if chosen is None:
            assert checked.document is not None
            node = _operation_of(checked.document, name)
            if isinstance(node, GraphQLError):
                return node
            measure = measured(self.schema, checked.document, node, self._limits)
            digest = _digest(request.query, node)
            chosen = _Chosen(node, Variables(self.schema, node), measure, digest)
            checked.chosen[name] = chosen
            self._keep(request.query, checked)
        return chosen

    def _check(self, query: str) -> _Checked:
        checked = self._checked.get(query)
        if checked is not None:
            return checked
        kinds: dict[str | None, OperationType] = {}
        document, errors = read(self.schema, query, kinds)
        if document is None:
            checked = _Checked(None, told(errors), kinds=kinds)
        else:
            chosen_by, nodes = choices(document)
            checked = _Checked(document, (), sorted(chosen_by), nodes)
        self._keep(query, checked)
        return checked

    def _keep(self, query: str, checked: _Checked) -> None:
        """Keeps a document with all that was made of it since; some of its plans are let go where
        it would take too much of the room.
        """
        if len(query) > LONGEST_KEPT:
            return
        most = self._checked.most // LARGEST_SHARE
        while (size := checked.size(query)) > most and checked.let_go():
            pass
        if size <= most:
            self._checked.put(query, checked, size)
        else:
            self._checked.drop(query)


def _check_there(run: Run) -> None:
    """Raises Unreachable if MongoDB went away: whoever asked on would wait for it again."""
    for error in run.fetch.errors:
        if isinstance(error, Unreachable):
            raise error


def _assembled(run: Run) -> dict[str, Any] | None:
    """The data; None where graphql-core is to say what there is to say, be it that a value of
    ours does not fit the schema.
    """
    try:
        return run.assembled()
    except GraphQLError as error:
        logger.debug("a plan gave way to the executor: %r", error)
    except Exception:
        logger.warning("a plan gave way to the executor", exc_info=True)
    return None


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value)


def _digest(query: str, node: OperationDefinitionNode) -> bytes | None:
    """What stands for an operation of a document; None if it is too long to keep its answers."""
    if len(query) > LONGEST_KEPT:
        return None
    name = node.name.value if node.name else ""
    # No name has a zero in it. A text may have half a character in it, if nowhere that matters.
    return blake2b(f"{name}\0{query}".encode(errors="surrogatepass"), digest_size=32).digest()


def _key(chosen: _Chosen, request: Request, operation: Operation) -> bytes | None:
    """What stands for all that an answer depends on, but for the data; None if it is not kept.

    It is short for any request, however long its texts. What the operation does not declare
    makes no difference to it, so that it makes none here.
    """
    if chosen.digest is None:
        return None
    # Statuses that state no date are those of today, and nothing else depends on the clock.
    given = chosen.variables.declared(request.variables)
    try:
        asked = _dumped((given, request.priced, operation.today))
    except orjson.JSONEncodeError:
        # They nest too deep to be written, or to be taken: the executor will say which.
        return None
    if len(asked) > LONGEST_KEPT:
        return None
    # To digest takes longer than all the rest here.
    short = asked if len(asked) <= LONGEST_KEY else blake2b(asked, digest_size=32).digest()
    return chosen.digest + short


_NO_SUBSCRIPTIONS = "this endpoint answers queries; subscriptions are not offered"


def _operation_of(
    document: DocumentNode, name: str | None
) -> OperationDefinitionNode | GraphQLError:
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
    return failure("OPERATION_RESOLUTION_FAILURE", message)


def refused(errors: Iterable[GraphQLError]) -> Answer:
    """The answer to a request that is not run: what is wrong with it, and nothing of ours."""
    return Answer({"errors": told(errors)}, executed=False)
