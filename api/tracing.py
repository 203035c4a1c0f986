"""What a request did and how long each part took, for OpenTelemetry: a span for the request, one
for its operation, one for each command sent to MongoDB. Fields have none: they would cost more
than what they measure.

Where spans go is told by OpenTelemetry's own variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, ...).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.observing import Tell
from schema.service import Answer
from store.mongo import Observer


class Tracing:
    """Traces by a provider: the one given, the one that was set up for the process, or our own."""

    def __init__(self, provider: trace.TracerProvider | None = None) -> None:
        self._tracer = (provider or _provider()).get_tracer("followthrough")
        self.observer = CommandSpans(self._tracer)

    @contextmanager
    def answering(self) -> Iterator[Tell]:
        """A span for an operation."""
        with self._tracer.start_as_current_span("GraphQL operation") as span:

            def tell(answer: Answer) -> None:
                if answer.operation_name:
                    span.update_name(f"GraphQL {answer.operation_name}")
                    span.set_attribute("graphql.operation.name", answer.operation_name)
                if answer.tier:
                    span.set_attribute("followthrough.tier", answer.tier)
                if errors := answer.body.get("errors"):
                    codes = {error.get("extensions", {}).get("code", "") for error in errors}
                    span.set_attribute("followthrough.error_codes", sorted(codes))
                    span.set_status(Status(StatusCode.ERROR))

            yield tell

    def middleware(self) -> Iterable[Middleware]:
        """A span for each request."""
        return (Middleware(RequestSpans, tracer=self._tracer),)

    def routes(self) -> Iterable[BaseRoute]:
        """None."""
        return ()


def _provider() -> trace.TracerProvider:
    """The process's provider; one of our own where `opentelemetry-instrument` set up none."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        made = TracerProvider(resource=Resource.create({"service.name": "followthrough"}))
        made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(made)
    return trace.get_tracer_provider()


class RequestSpans:
    """A span for each request, below the one that its `traceparent` names."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app, self._tracer = app, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        method = scope["method"]
        # Not the address itself: what a client asks for is nobody else's to read.
        with self._tracer.start_as_current_span(
            method, propagate.extract(headers), SpanKind.SERVER, {"http.request.method": method}
        ) as span:

            async def noting_send(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(Status(StatusCode.ERROR))
                await send(message)

            await self._app(scope, receive, noting_send)
            if route := scope.get("route"):
                span.update_name(f"{method} {route.path}")
                span.set_attribute("http.route", route.path)


class CommandSpans(Observer):
    """A span for each command that is sent for a request."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._spans: dict[int, Span] = {}

    def command_started(self, identity: int, name: str, collection: str | None) -> None:
        """Begins the span. What is sent for no request, such as listening, has none."""
        if not trace.get_current_span().get_span_context().is_valid:
            return
        attributes = {"db.system.name": "mongodb", "db.operation.name": name}
        if collection is not None:
            attributes["db.collection.name"] = collection
        title = f"{name} {collection}" if collection is not None else name
        self._spans[identity] = self._tracer.start_span(
            title, kind=SpanKind.CLIENT, attributes=attributes
        )

    def command_ended(self, identity: int, name: str, seconds: float, failed: bool) -> None:
        """Ends it."""
        if (span := self._spans.pop(identity, None)) is not None:
            if failed:
                span.set_status(Status(StatusCode.ERROR))
            span.end()
