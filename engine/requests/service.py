"""Answers GraphQL requests: prepares them, runs them, and turns every error into a public one.

Knows nothing of HTTP.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationType, execute

from engine.collection import Collection
from engine.context import Operation
from engine.errors import MOST_ERRORS
from engine.lists.filters import filters_of
from engine.plan.fallback import Completion
from engine.plan.plan import Plan, Run
from engine.requests.answer import Answer, Tier, refuse_request
from engine.requests.bounded_json import TooLarge, write_json
from engine.requests.document import make_error
from engine.requests.error_format import (
    explain_mongodb_error,
    format_errors,
    mask_error,
    report_unavailability,
)
from engine.requests.limits import Limits, make_limit_error
from engine.requests.prepared import Documents, NotPrepared, PreparedOperation, Request
from engine.requests.response_cache import Key, ResponseCache
from store.mongodb.driver import Overdue, Unreachable
from store.mongodb.threads import fair_share
from store.reads.read_tracking import Read

logger = logging.getLogger("followthrough.graphql")


class Service:
    """Answers requests over one schema. `tiers` counts what ran them.

    Answers are cached in `cache`, if there is one; several services may share it. `documents` has
    the parsed ones, within the row of `BOUNDS` that `bound` names.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        collections: Mapping[str, Collection],
        *,
        cache: ResponseCache | None = None,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        bound: str = "documents",
    ) -> None:
        self.schema = schema
        self.tiers: Counter[Tier] = Counter()
        self.documents = Documents(schema, limits, bound)
        self._cache = cache
        self.limits = limits
        self.filters = {
            name: filters_of(collection, schema) for name, collection in collections.items()
        }

    async def answer(
        self,
        request: Request,
        operation: Operation,
        *,
        read_only: bool = False,
        version: int | None = None,
    ) -> Answer | None:
        """The answer; None if the request would change something and may only read.

        With `version` no answer that was kept is given unless it was made from that very version of
        the data; without, from the one that was last heard of.
        """
        try:
            prepared = self.documents.prepare(request)
            kind: OperationType | None = prepared.kind
        except NotPrepared as error:
            prepared, kind, errors = None, error.kind, error.errors
        if kind is OperationType.SUBSCRIPTION:
            return refuse_request([make_error("OPERATION_RESOLUTION_FAILURE", _NO_SUBSCRIPTIONS)])
        if read_only and kind is OperationType.MUTATION:
            return None
        if prepared is None:
            return Answer({"errors": errors}, executed=False)
        answer = await self._answer_prepared(prepared, operation, version)
        return self._tell_cost(prepared, answer) if request.priced else answer

    def plan_of(self, request: Request) -> Plan | None:
        """The plan of a request that can be run, if one is made for it; for people."""
        prepared = self.documents.prepare(request)
        errors = prepared.check(self.limits)
        assert not errors
        return self.documents.plan(prepared)

    async def _answer_prepared(
        self, prepared: PreparedOperation, operation: Operation, version: int | None
    ) -> Answer:
        if prepared.kind is OperationType.MUTATION:
            return (await self._answer(prepared, operation))._replace(wrote=True)
        key = prepared.cache_key(operation) if self._cache is not None else None
        if self._cache is None or key is None:
            return await self._answer(prepared, operation)
        if version is None:
            version = await self._cache.version()
        return await self._answer_cached(prepared, operation, self._cache, key, version)

    def _tell_cost(self, prepared: PreparedOperation, answer: Answer) -> Answer:
        # What was kept was priced when it was made.
        if not answer.executed or (answer.tier is Tier.KEPT and prepared.check(self.limits)):
            return answer
        return answer.extend(cost={"cost": prepared.cost, "most": self.limits.cost})

    async def answer_event(self, prepared: PreparedOperation, operation: Operation) -> bytes:
        """The answer to a checked subscription for the operation's event, as JSON; what failed of
        it has its error. Raises Unreachable, and then the event is still to be told.
        """
        try:
            async with asyncio.timeout(self.limits.seconds):
                with fair_share():
                    tier, body = await self._execute(prepared, operation)
        except (TimeoutError, Overdue) as error:
            if not operation.reader.has_primary:
                raise Unreachable("no primary answered in time") from error
            message = f"the event took longer than {self.limits.seconds:g} s; select less of it"
            late = format_errors([make_error("TIMEOUT", message)])
            return orjson.dumps({"data": None, "errors": late})
        finally:
            operation.give_up()
        self.tiers[tier] += 1
        name, cost = prepared.chosen.name, prepared.cost
        answer = self._write_payload(Answer(body, True, name, tier, cost=cost))
        return write_answer(answer)

    async def _answer_cached(
        self,
        prepared: PreparedOperation,
        operation: Operation,
        cache: ResponseCache,
        key: Key,
        version: int | None,
    ) -> Answer:
        """The answer that is kept for this version of the data, or a fresh one."""
        payload = cache.get(key, version)
        if payload is not None:
            self.tiers[Tier.KEPT] += 1
            return Answer({}, True, prepared.chosen.name, Tier.KEPT, payload)
        reads: set[Read] = set()
        operation.reader = operation.reader.track_reads(reads)
        answer = await self._answer(prepared, operation)
        if not operation.is_personal:
            await cache.put(key, version, answer, reads)
        return answer

    async def _answer(self, prepared: PreparedOperation, operation: Operation) -> Answer:
        if errors := prepared.check(self.limits):
            return refuse_request(errors)
        return self._write_payload(await self._run(prepared, operation))

    def _write_payload(self, answer: Answer) -> Answer:
        """The answer with its payload; if that is too large, an error in its place."""
        most = self.limits.answer
        try:
            return answer._replace(payload=write_json(answer.body, most, answer.cost or 0))
        except orjson.JSONEncodeError:
            # It nests too deep to be written; whoever sends the body reports that.
            return answer
        except TooLarge:
            remedy = "ask for smaller pages (first), or for less of each item"
            refusal = make_limit_error("bytes of the answer", most, None, remedy)
            body = {"data": None, "errors": format_errors([refusal])}
            return answer._replace(body=body, payload=orjson.dumps(body))

    async def _run(self, prepared: PreparedOperation, operation: Operation) -> Answer:
        """Runs the operation within its time. If it takes longer, or MongoDB is away, an error is
        the answer.
        """
        name, cost = prepared.chosen.name, prepared.cost
        writes = prepared.kind is OperationType.MUTATION
        seconds = self.limits.writing_seconds if writes else self.limits.seconds
        try:
            async with asyncio.timeout(seconds):
                with fair_share():
                    tier, body = await self._execute(prepared, operation)
        except TimeoutError:
            late = make_error(
                "TIMEOUT",
                f"the mutation took longer than {seconds:g} s; send it again with the same "
                "idempotencyKey, and what was done already is told and not done twice"
                if writes
                else f"the query took longer than {seconds:g} s; ask for less at a time",
            )
            if not operation.reader.has_primary:
                late = report_unavailability(Unreachable("no primary answered in time"))
            return Answer({"data": None, "errors": format_errors([late])}, True, name, cost=cost)
        except (Overdue, Unreachable) as error:
            said = explain_mongodb_error(error)
            assert said is not None
            return Answer({"data": None, "errors": format_errors([said])}, True, name, cost=cost)
        finally:
            operation.give_up()
        self.tiers[tier] += 1
        return Answer(body, True, name, tier, cost=cost)

    async def _execute(
        self, prepared: PreparedOperation, operation: Operation
    ) -> tuple[Tier, dict[str, Any]]:
        """What ran the operation, and the body of the answer. Raises Unreachable."""
        plan = self.documents.plan(prepared)
        run = None
        if plan is not None:
            assert prepared.variables is not None
            run = await plan.run(operation, self.filters, prepared.variables)
            _check_there(run)
            if (data := _try_assembly(run)) is not None:
                return Tier.PLAN, {"data": data}
        result = await self._execute_by_core(prepared, operation, run)
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = format_errors(
                mask_error(error) for error in result.errors[:MOST_ERRORS]
            )
        return Tier.EXECUTOR if run is None else Tier.PREFETCH, body

    async def _execute_by_core(
        self, prepared: PreparedOperation, operation: Operation, run: Run | None
    ) -> ExecutionResult:
        assert prepared.document.document is not None
        result = execute(
            self.schema,
            prepared.document.document,
            root_value=run.root if run is not None else None,
            context_value=Completion.wrap(operation, run.build_prefetched()) if run else operation,
            variable_values=dict(prepared.request.variables or {}),
            operation_name=prepared.request.operation_name,
        )
        return result if isinstance(result, ExecutionResult) else await result


def _check_there(run: Run) -> None:
    """Raises Unreachable if MongoDB went away: any further question would wait for it again."""
    for error in run.fetch.errors:
        if isinstance(error, Unreachable):
            raise error


def _try_assembly(run: Run) -> dict[str, Any] | None:
    """The data; None if graphql-core has to complete the answer, because of an error or of a value
    that does not fit the schema.
    """
    try:
        return run.assemble()
    except GraphQLError as error:
        logger.debug("a plan gave way to the executor: %r", error)
    except Exception:
        logger.warning("a plan gave way to the executor", exc_info=True)
    return None


TOO_DEEP = {
    "data": None,
    "errors": [
        {
            "message": "the answer nests too deep to be written; ask for less at a time",
            "extensions": {"code": "QUERY_TOO_COMPLEX"},
        }
    ],
}
"""The answer in place of one that JSON cannot be written of."""


def write_answer(answer: Answer) -> bytes:
    """The whole answer as JSON; that in place of it if it nests too deep to be written."""
    try:
        return answer.write()
    except orjson.JSONEncodeError:
        return orjson.dumps(TOO_DEEP)


_NO_SUBSCRIPTIONS = (
    "a subscription has many answers; send it over a WebSocket here, or to /graphql/stream for "
    "server-sent events"
)
