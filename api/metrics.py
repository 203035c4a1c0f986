"""What the server does, in numbers, for Prometheus: `/metrics`.

The values of a label are few, whatever clients send: the names of operations are theirs to choose,
so that only the first ones are told apart.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.observing import SHARED, Tell
from schema.service import Answer
from store.mongo import Observer

MOST_NAMES = 100
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._names: set[str] = set()
        self._operations = Counter(
            "followthrough_operations",
            "Operations answered, by name and by what ran them.",
            ["operation", "tier"],
            registry=registry,
        )
        self._seconds = Histogram(
            "followthrough_operation_seconds",
            "How long operations took to be answered.",
            ["operation"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._errors = Counter(
            "followthrough_errors",
            "Errors in answers, by code.",
            ["code"],
            registry=registry,
        )
        self.observer = CommandMetrics(registry)

    @contextmanager
    def answering(self) -> Iterator[Tell]:
        """Counts an operation and its errors, and takes its time."""
        started = time.perf_counter()

        def tell(answer: Answer) -> None:
            name = self._named(answer.operation_name)
            self._operations.labels(name, answer.tier or "none").inc()
            self._seconds.labels(name).observe(time.perf_counter() - started)
            for error in answer.body.get("errors", ()):
                self._errors.labels(error.get("extensions", {}).get("code", "")).inc()

        yield tell

    def _named(self, name: str | None) -> str:
        if name is None or name in self._names:
            return name or ""
        if len(self._names) >= MOST_NAMES:
            return "(other)"
        self._names.add(name)
        return name

    def middleware(self) -> Iterable[Middleware]:
        """None."""
        return ()

    def routes(self) -> Iterable[BaseRoute]:
        """`/metrics`, in the text format of Prometheus."""

        def metrics(_request: Request) -> Response:
            registry = self._registry
            if SHARED in os.environ:
                registry = CollectorRegistry()
                MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return Response(
                generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST}
            )

        return (Route("/metrics", metrics),)


class CommandMetrics(Observer):
    """The commands sent to MongoDB, and the connections to it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "followthrough_mongodb_command_seconds",
            "How long MongoDB took to answer, by command.",
            ["command", "outcome"],
            buckets=_SECONDS,
            registry=registry,
        )
        connections = Gauge(
            "followthrough_mongodb_connections",
            "Connections to MongoDB, open and in use.",
            ["state"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._children: dict[tuple[str, bool], Histogram] = {}
        self._opened, self._in_use = connections.labels("open"), connections.labels("in use")

    def command_ended(self, identity: int, name: str, seconds: float, failed: bool) -> None:
        """Counts it and takes its time."""
        child = self._children.get((name, failed))
        if child is None:
            child = self._seconds.labels(name, "failed" if failed else "succeeded")
            self._children[name, failed] = child
        child.observe(seconds)

    def connections_changed(self, opened: int, in_use: int) -> None:
        """Keeps the numbers of connections."""
        if opened:
            self._opened.inc(opened)
        if in_use:
            self._in_use.inc(in_use)
