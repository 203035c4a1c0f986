"""`POST /graphql/explain`: how an operation is run. Its cost, its plan, and what MongoDB was asked.

It takes what `/graphql` takes, within the same limits and for the same viewer. The operation is run
once, past the response cache. `followthrough explain` says more: what MongoDB examined.
"""

from collections.abc import Mapping
from time import perf_counter
from typing import Any, Final, TypedDict

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.auth.viewer import viewer_of
from api.http.conditional import NOT_KEPT
from api.http.endpoint import PLAIN_JSON, Refusal, read_request, resolve_document, respond_refusal
from api.http.errors import respond_error
from engine.plan.explain import describe_plan
from engine.requests.document import make_error
from engine.requests.service import Service
from schema.build import make_operation
from store.mongodb.driver import CommandEnded, Observer
from store.reads.reader import Reader


class TimedCommand(TypedDict):
    """A command that was sent. What it looked for is left out: it says who may see what."""

    name: str
    collection: str | None
    milliseconds: float


class CommandTimes(Observer):
    """Notes how long each command takes, in the order in which they end."""

    def __init__(self) -> None:
        self.commands: list[TimedCommand] = []

    def command_began(self, name: str, collection: str | None) -> CommandEnded:
        """Notes the command when it ends."""
        began = perf_counter()

        def end(_failed: bool) -> None:
            took = (perf_counter() - began) * 1000
            self.commands.append({"name": name, "collection": collection, "milliseconds": took})

        return end


async def explain(request: Request) -> Response:
    """The explanation of an operation, or its errors with status 400."""
    state = request.state
    service: Service = state.explaining
    try:
        sent = await read_request(request)
    except Refusal as refusal:
        return respond_refusal(refusal, PLAIN_JSON)
    asked = await resolve_document(state.documents, sent)
    if isinstance(asked, GraphQLError):
        return respond_error(400, asked)
    times = CommandTimes()
    database = state.database.with_time_limit(service.limits.seconds).with_observer(times)
    reader = Reader(database, unsettled=state.reader.unsettled)
    began = perf_counter()
    answer = await service.answer(
        asked,
        make_operation(reader, state.clock.now(), viewer_of(request)),
        read_only=True,
    )
    took = (perf_counter() - began) * 1000
    if answer is None:
        return respond_error(400, make_error("BAD_USER_INPUT", _ONLY_QUERIES))
    if not answer.executed or answer.tier is None:
        return JSONResponse(answer.body, 400, NOT_KEPT)
    plan = service.plan_of(asked)
    explanation: Mapping[str, Any] = {
        "tier": answer.tier.description,
        "cost": answer.cost,
        "milliseconds": took,
        "plan": describe_plan(plan) if plan is not None else "none is made",
        "commands": times.commands,
        "source": plan.assembly.source if plan is not None and plan.assembly is not None else None,
    }
    return JSONResponse(explanation, headers=NOT_KEPT)


_ONLY_QUERIES: Final = "only queries are explained: to explain a mutation would be to run it"
