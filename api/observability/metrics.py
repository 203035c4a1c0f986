"""Metrics for Prometheus at `/metrics`.

Labels have few values, whatever clients send: only the first `MOST_NAMES` names of operations are
told apart, because clients choose them.
"""

import asyncio
import math
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeAlias

import psutil
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.errors import get_error_codes, get_refused_sign_in
from api.observability.instrument import SHARED, Ended
from engine.requests.answer import Answer, Tier
from store.bounds import measure_usage, register_count
from store.mongodb.driver import CommandEnded, Database, Observer, Refused, Unreachable
from store.writes.queue import count_pending

MOST_NAMES = 100
PENDING_S = 2.0
"""How long MongoDB may take to say what is pending."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)

_Children: TypeAlias = tuple[Counter, Histogram, Counter]
"""Of one name and tier: the number of operations, their time, their cost."""


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._names: set[str] = set()
        self._children: dict[tuple[str, Tier | None], _Children] = {}
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
        self._cost = Counter(
            "followthrough_operation_cost",
            "What operations cost that were run, as docs/limits.md counts.",
            ["operation"],
            registry=registry,
        )
        self._errors = Counter(
            "followthrough_errors",
            "Errors in answers, by code.",
            ["code"],
            registry=registry,
        )
        self._refused_sign_ins = Counter(
            "followthrough_refused_sign_ins",
            "Credentials that opened nothing, by reason.",
            ["reason"],
            registry=registry,
        )
        self._deliveries = Counter(
            "followthrough_webhook_messages",
            "Messages to webhooks, by how it went: each failure counts, and dead is given up.",
            ["outcome"],
            registry=registry,
        )
        self._delivery_seconds = Histogram(
            "followthrough_webhook_lag_seconds",
            "How long after a change a webhook took the message about it.",
            buckets=(0.1, 0.5, 1, 5, 30, 300, 3_600, 21_600, 86_400),
            registry=registry,
        )
        register_count("operation names", lambda: len(self._names))
        self._held = Gauge(
            "followthrough_held_bytes",
            "What caches and queues take, as docs/limits.md names them.",
            ["what"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._most_held = Gauge(
            "followthrough_held_bytes_most",
            "The most that caches and queues may take.",
            ["what"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._pending = Gauge(
            "followthrough_pending",
            "Records of which those that name them are still to be told; NaN if MongoDB does not "
            "say.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._subscribers: Mapping[str, Gauge | Counter] = {
            "subscribers": Gauge(
                "followthrough_subscribers",
                "WebSockets and streams that are open.",
                registry=registry,
                multiprocess_mode="livesum",
            ),
            "subscriptions": Gauge(
                "followthrough_subscriptions",
                "Subscriptions that are followed.",
                registry=registry,
                multiprocess_mode="livesum",
            ),
            "events": Counter(
                "followthrough_events", "Events sent to subscribers.", registry=registry
            ),
            "slow": Counter(
                "followthrough_slow_subscribers",
                "Subscribers that were left because they were slow.",
                registry=registry,
            ),
        }
        self.observer = CommandMetrics(registry)

    def begin_operation(self) -> Ended:
        """Counts an operation and its cost, and takes its time."""
        return partial(self._record_operation, time.perf_counter())

    def count_delivery(self, outcome: str, seconds: float) -> None:
        """Counts a try, and how late it came where the message was taken."""
        self._deliveries.labels(outcome).inc()
        if outcome == "delivered":
            self._delivery_seconds.observe(seconds)

    def _record_operation(self, started: float, answer: Answer | None) -> None:
        if answer is None:
            return
        name = self._limit_name(answer.operation_name)
        children = self._children.get((name, answer.tier)) or self._create_children(
            name, answer.tier
        )
        count, seconds, cost = children
        count.inc()
        seconds.observe(time.perf_counter() - started)
        if answer.cost:
            cost.inc(answer.cost)

    def note_subscribers(self, what: str, by: int) -> None:
        """Counts subscribers, subscriptions, events, and subscribers that were slow."""
        self._subscribers[what].inc(by)

    def _limit_name(self, name: str | None) -> str:
        if name is None or name in self._names:
            return name or ""
        if len(self._names) >= MOST_NAMES:
            return "(other)"
        self._names.add(name)
        return name

    def _create_children(self, name: str, tier: Tier | None) -> _Children:
        """The counters for a name and tier, kept because to look them up takes longer than to
        count.
        """
        children = (
            self._operations.labels(name, tier or "none"),
            self._seconds.labels(name),
            self._cost.labels(name),
        )
        self._children[name, tier] = children
        return children

    def _count_held(self) -> None:
        """Sets the gauges of this process; those of others are as of their last request."""
        for name, (taken, most) in measure_usage().items():
            self._held.labels(name).set(taken)
            self._most_held.labels(name).set(most)

    async def _count_pending(self, database: Database) -> None:
        try:
            async with asyncio.timeout(PENDING_S):
                self._pending.set(await count_pending(database))
        except (TimeoutError, Unreachable, Refused):
            self._pending.set(math.nan)

    def middleware(self) -> Iterable[Middleware]:
        """The middleware that counts errors, at every address."""
        counters = {"errors": self._errors, "refused_sign_ins": self._refused_sign_ins}
        return (Middleware(CountedErrors, **counters),)

    def routes(self) -> Iterable[BaseRoute]:
        """`/metrics`, in the text format of Prometheus."""

        async def metrics(request: Request) -> Response:
            await self._count_pending(request.state.database)
            return await run_in_threadpool(respond)

        def respond() -> Response:
            self._count_held()
            registry = self._registry
            if folder := os.environ.get(SHARED):
                forget_dead(Path(folder))
                registry = CollectorRegistry()
                MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return Response(
                generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST}
            )

        return (Route("/metrics", metrics),)


def forget_dead(folder: Path) -> None:
    """Removes from the sums what workers had open that have ended."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not _is_worker(pid):
            # Another worker may have been asked, too, and been quicker.
            with suppress(FileNotFoundError):
                mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def _is_worker(pid: int) -> bool:
    """Whether this process is a sibling that runs; an old number may be that of another process."""
    try:
        process = psutil.Process(pid)
        return process.ppid() == os.getppid() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


class CountedErrors:
    """Counts the errors in responses by code, and refused sign-ins by reason."""

    def __init__(self, app: ASGIApp, errors: Counter, refused_sign_ins: Counter) -> None:
        self._app, self._errors, self._refused_sign_ins = app, errors, refused_sign_ins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            for code in get_error_codes(scope):
                self._errors.labels(code).inc()
            if (reason := get_refused_sign_in(scope)) is not None:
                self._refused_sign_ins.labels(reason).inc()


class CommandMetrics(Observer):
    """Counts and times commands sent to MongoDB, and its connections: each command uses one."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "followthrough_mongodb_command_seconds",
            "How long commands to MongoDB were waited for.",
            ["command", "outcome"],
            buckets=_SECONDS,
            registry=registry,
        )
        connections = Gauge(
            "followthrough_mongodb_connections",
            "Connections to MongoDB: in use, and the most that may be opened.",
            ["state"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._children: dict[tuple[str, bool], Histogram] = {}
        self._in_use, self._most = connections.labels("in use"), connections.labels("most")

    def pool_opened(self, most: float) -> None:
        """Notes how many connections there may be."""
        self._most.set(most)

    def command_began(self, name: str, collection: str | None) -> CommandEnded:
        """Counts it and takes its time."""
        self._in_use.inc()
        return partial(self._record_command, time.perf_counter(), name)

    def _record_command(self, started: float, name: str, failed: bool) -> None:
        self._in_use.dec()
        child = self._children.get((name, failed))
        if child is None:
            child = self._seconds.labels(name, "failed" if failed else "succeeded")
            self._children[name, failed] = child
        child.observe(time.perf_counter() - started)
