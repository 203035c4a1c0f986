"""What a request did and how long each part took, for OpenTelemetry: a span for the request, one
for its operation, one for each command sent to MongoDB. Fields have none: they would cost more
than what they measure.

Which requests are traced and where spans go is told by OpenTelemetry's own variables
(`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_ENDPOINT`, ...). The spans of a request are all made,
or none: the sampler is asked once.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from functools import partial

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Tracer, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode
from opentelemetry.util.types import AttributeValue
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.observing import Ended
from schema.service import Answer
from store.mongo import CommandEnded, Observer

_SCOPE = InstrumentationScope("followthrough")
_UNSET, _FAILED = Status(StatusCode.UNSET), Status(StatusCode.ERROR)


class Tracing:
    """Traces by a provider: the one given, the one that was set up for the process, or our own."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._tracer = (provider or _provider()).get_tracer(_SCOPE.name)
        self.observer = CommandSpans()

    def began(self) -> Ended:
        """A span for an operation."""
        if (above := _under_way.get()) is None:
            return _untraced
        span = above.child()
        return partial(_operation_ended, span, _under_way.set(span))

    def middleware(self) -> Iterable[Middleware]:
        """A span for each request; none if `OTEL_SDK_DISABLED` is set."""
        if isinstance(self._tracer, Tracer):
            return (Middleware(RequestSpans, tracer=self._tracer),)
        return ()

    def routes(self) -> Iterable[BaseRoute]:
        """None."""
        return ()


def _provider() -> TracerProvider:
    """The process's provider; one of our own where `opentelemetry-instrument` set up none."""
    found = trace.get_tracer_provider()
    if isinstance(found, TracerProvider):
        return found
    made = TracerProvider(resource=Resource.create({"service.name": "followthrough"}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(made)
    return made


class UnderWay:
    """A span that has begun. It becomes one of OpenTelemetry's when it is over, all at once: those
    that can be added to while they last take ten times as long to make.
    """

    __slots__ = ("_parent", "_started", "_tracer", "context")

    def __init__(self, tracer: Tracer, context: SpanContext, parent: SpanContext | None) -> None:
        self._tracer, self.context, self._parent = tracer, context, parent
        self._started = time.time_ns()

    def child(self) -> "UnderWay":
        """One that begins now, below this one."""
        above = self.context
        context = SpanContext(
            above.trace_id,
            self._tracer.id_generator.generate_span_id(),
            is_remote=False,
            trace_flags=above.trace_flags,
            trace_state=above.trace_state,
        )
        return UnderWay(self._tracer, context, above)

    def end(
        self, name: str, kind: SpanKind, attributes: Mapping[str, AttributeValue], *, failed: bool
    ) -> None:
        """Hands the span over to be exported."""
        self._tracer.span_processor.on_end(
            ReadableSpan(
                name,
                self.context,
                self._parent,
                self._tracer.resource,
                attributes,
                kind=kind,
                instrumentation_scope=_SCOPE,
                status=_FAILED if failed else _UNSET,
                start_time=self._started,
                end_time=time.time_ns(),
            )
        )


_under_way: ContextVar[UnderWay | None] = ContextVar("under_way", default=None)
"""The span that those which begin now are below; None if the request is not traced."""


def _untraced(_end: object) -> None:
    """There is no span to end."""


def _operation_ended(span: UnderWay, token: Token[UnderWay | None], answer: Answer | None) -> None:
    _under_way.reset(token)
    name, failed = "GraphQL operation", answer is None
    attributes: dict[str, AttributeValue] = {}
    if answer is not None:
        if answer.operation_name:
            name = f"GraphQL {answer.operation_name}"
            attributes["graphql.operation.name"] = answer.operation_name
        if answer.tier:
            attributes["followthrough.tier"] = answer.tier
        if errors := answer.body.get("errors"):
            codes = {error.get("extensions", {}).get("code", "") for error in errors}
            attributes["followthrough.error_codes"] = tuple(sorted(codes))
            failed = True
    span.end(name, SpanKind.INTERNAL, attributes, failed=failed)


class RequestSpans:
    """A span for each request that the sampler takes, below the one that its headers name."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app, self._tracer = app, tracer
        fields = propagate.get_global_textmap().fields
        self._fields = {field.lower().encode(): field for field in fields}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        # Not the address itself: what a client asks for is nobody else's to read.
        span = self._tracer.start_span(
            method, self._parent(scope), SpanKind.SERVER, {"http.request.method": method}
        )
        if not span.is_recording():
            await self._app(scope, receive, send)
            return

        async def noting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.set_attribute("http.response.status_code", message["status"])
                if message["status"] >= 500:
                    span.set_status(_FAILED)
            await send(message)

        with trace.use_span(span, end_on_exit=True), _above(self._tracer, span.get_span_context()):
            await self._app(scope, receive, noting_send)
            if route := scope.get("route"):
                span.update_name(f"{method} {route.path}")
                span.set_attribute("http.route", route.path)

    def _parent(self, scope: Scope) -> Context | None:
        """What the headers say of the caller's span; None if they say nothing."""
        given = {
            self._fields[name]: value.decode("latin-1")
            for name, value in scope["headers"]
            if name in self._fields
        }
        return propagate.extract(given) if given else None


@contextmanager
def _above(tracer: Tracer, context: SpanContext) -> Iterator[None]:
    """While this lasts, what begins is below the span of this context, which others end."""
    token = _under_way.set(UnderWay(tracer, context, None))
    try:
        yield
    finally:
        _under_way.reset(token)


class CommandSpans(Observer):
    """A span for each command that is sent for a request."""

    def command_began(self, name: str, collection: str | None) -> CommandEnded:
        """Begins the span. What is sent for no request, such as listening, has none."""
        if (above := _under_way.get()) is None:
            return _untraced
        return partial(_command_ended, above.child(), name, collection)


def _command_ended(span: UnderWay, name: str, collection: str | None, failed: bool) -> None:
    attributes = {"db.system.name": "mongodb", "db.operation.name": name}
    if collection is not None:
        attributes["db.collection.name"] = collection
    title = f"{name} {collection}" if collection is not None else name
    span.end(title, SpanKind.CLIENT, attributes, failed=failed)
