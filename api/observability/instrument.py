"""What an instrument is, and the service that reports to instruments.

`api/observability/setup.py` makes them. Without any, nothing is measured and nothing costs
anything.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Protocol, TypeAlias

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from engine.context import Operation
from engine.requests.answer import Answer
from engine.requests.prepared import Request
from engine.requests.service import Service
from store.mongodb.driver import Observer

Ended: TypeAlias = Callable[[Answer | None], None]
"""Called with the answer when an operation ends; with None if there is none."""


class Instrument(Protocol):
    """Something that observes operations and commands."""

    @property
    def observer(self) -> Observer:
        """The observer of commands sent to MongoDB."""
        ...

    def begin_operation(self) -> Ended:
        """Called when an operation begins. Its result is called when it ends, in the
        same context.
        """
        ...

    def count_delivery(self, outcome: str, seconds: float) -> None:
        """Called when a webhook was tried: `delivered`, `failed` or `dead`, and how many seconds
        after the change that it tells of.
        """
        ...

    def note_subscribers(self, what: str, by: int) -> None:
        """Called when there are so many more or fewer `subscribers` or `subscriptions`, or so many
        more `events` were sent, or `slow` subscribers left.
        """
        ...

    def middleware(self) -> Iterable[Middleware]:
        """The middleware that it needs."""
        ...

    def routes(self) -> Iterable[BaseRoute]:
        """The routes at which it can be read."""
        ...


SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable for the folder in which several workers add up their counts. The library
reads it when it is imported."""


def make_service_factory(instruments: Sequence[Instrument]) -> Callable[..., Service]:
    """What makes a service that reports to these instruments; the plain class if there are none."""
    return partial(ObservedService, instruments=instruments) if instruments else Service


class ObservedService(Service):
    """A service that reports each operation to instruments."""

    def __init__(self, *given: Any, instruments: Sequence[Instrument], **named: Any) -> None:
        super().__init__(*given, **named)
        self._instruments = instruments

    async def answer(
        self,
        request: Request,
        operation: Operation,
        *,
        read_only: bool = False,
        version: int | None = None,
    ) -> Answer | None:
        """The answer, as the service gives it."""
        ends = [instrument.begin_operation() for instrument in self._instruments]
        answer: Answer | None = None
        try:
            answer = await super().answer(request, operation, read_only=read_only, version=version)
            return answer
        finally:
            for ended in ends:
                ended(answer)
