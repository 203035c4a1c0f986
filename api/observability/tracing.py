"""Traces for OpenTelemetry: a span for each request, for its operation, and for each command to
MongoDB. Fields have none, because they would cost more than what they measure.

OpenTelemetry's own variables say which requests are traced and where spans go
(`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_ENDPOINT`, ...). A request that is not sampled has no
other spans either.
"""

from collections.abc import Iterable
from contextvars import Token
from functools import partial

from opentelemetry import propagate, trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, TracerProvider
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.observability.instrument import Ended
from engine.requests.answer import Answer
from store.mongodb.driver import CommandEnded, Observer


class Tracing:
    """Traces by a provider: the one given, the one that was set up for the process, or our own."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._tracer = (provider or _provider()).get_tracer("followthrough")
        self.observer = CommandSpans(self._tracer)

    def begin_operation(self) -> Ended:
        """A span for an operation."""
        if not _is_traced():
            return _end_nothing
        span = self._tracer.start_span("GraphQL operation")
        return partial(_end_operation, span, attach(trace.set_span_in_context(span)))

    def count_delivery(self, outcome: str, seconds: float) -> None:
        """Webhooks are counted by metrics; nothing of them is traced."""

    def note_subscribers(self, what: str, by: int) -> None:
        """Has no span: what lasts for days is no trace."""

    def middleware(self) -> Iterable[Middleware]:
        """A span for each request; none if `OTEL_SDK_DISABLED` is set."""
        return (Middleware(RequestSpans, tracer=self._tracer),)

    def routes(self) -> Iterable[BaseRoute]:
        """No routes."""
        return ()


def _provider() -> TracerProvider:
    """The process's provider; one of our own where `opentelemetry-instrument` set up none."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider as OwnProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    found = trace.get_tracer_provider()
    if isinstance(found, OwnProvider):
        return found
    made = OwnProvider(resource=Resource.create({"service.name": "followthrough"}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(made)
    return made


def _is_traced() -> bool:
    """Whether the current request is sampled."""
    return trace.get_current_span().is_recording()


def _end_nothing(_end: object) -> None:
    """There is no span to end."""


def _end_operation(span: Span, token: Token[Context], answer: Answer | None) -> None:
    detach(token)
    errors = answer.body.get("errors") if answer is not None else None
    if answer is not None:
        if answer.operation_name:
            span.update_name(f"GraphQL {answer.operation_name}")
            span.set_attribute("graphql.operation.name", answer.operation_name)
        if answer.tier:
            span.set_attribute("followthrough.tier", answer.tier)
    if errors:
        codes = {error.get("extensions", {}).get("code", "") for error in errors}
        span.set_attribute("followthrough.error_codes", sorted(codes))
    if errors or answer is None:
        span.set_status(StatusCode.ERROR)
    span.end()


class RequestSpans:
    """A span for each request that the sampler takes, below the one that its headers name."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app, self._tracer = app, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, caller = scope["method"], propagate.extract(Headers(scope=scope))
        # Not the address itself: what a client asks for is nobody else's to read.
        attributes = {"http.request.method": method}
        span = self._tracer.start_span(method, caller, SpanKind.SERVER, attributes)

        async def noting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.set_attribute("http.response.status_code", message["status"])
                if message["status"] >= 500:
                    span.set_status(StatusCode.ERROR)
            await send(message)

        with trace.use_span(span, end_on_exit=True):
            await self._app(scope, receive, noting_send)
            if route := scope.get("route"):
                span.update_name(f"{method} {route.path}")
                span.set_attribute("http.route", route.path)


class CommandSpans(Observer):
    """A span for each command that is sent for a request."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def command_began(self, name: str, collection: str | None) -> CommandEnded:
        """Begins the span. What is sent for no request, such as listening, has none."""
        if not _is_traced():
            return _end_nothing
        attributes = {"db.system.name": "mongodb", "db.operation.name": name}
        if collection is not None:
            attributes["db.collection.name"] = collection
        title = f"{name} {collection}" if collection is not None else name
        span = self._tracer.start_span(title, kind=SpanKind.CLIENT, attributes=attributes)
        return partial(_end_command, span)


def _end_command(span: Span, failed: bool) -> None:
    if failed:
        span.set_status(StatusCode.ERROR)
    span.end()
