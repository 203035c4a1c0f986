"""What an instrument is, and a service that tells instruments what it answers.

Which there are is told in `api/observability/setup.py`. Without any, nothing is measured and
nothing costs anything.
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
"""Is told the answer of an operation that ended; None if there was none."""


class Instrument(Protocol):
    """Something that observes."""

    @property
    def observer(self) -> Observer:
        """What is told of MongoDB's commands."""
        ...

    def began(self) -> Ended:
        """An operation begins. What this gives is called when it ends, in the same context."""
        ...

    def middleware(self) -> Iterable[Middleware]:
        """What is to stand before the routes."""
        ...

    def routes(self) -> Iterable[BaseRoute]:
        """Addresses at which it can be read."""
        ...


SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The folder in which several workers add up what they count. The library looks for it in the
environment when it is imported."""


def make_service_factory(told: Sequence[Instrument]) -> Callable[..., Service]:
    """What makes a service of which these are told; the plain one if there is nobody to tell."""
    return partial(ObservedService, told=told) if told else Service


class ObservedService(Service):
    """A service that instruments are told of."""

    def __init__(self, *given: Any, told: Sequence[Instrument], **named: Any) -> None:
        super().__init__(*given, **named)
        self._told = told

    async def answer(
        self,
        request: Request,
        operation: Operation,
        *,
        read_only: bool = False,
        certain: bool = False,
    ) -> Answer | None:
        """The answer, as the service gives it."""
        ends = [instrument.began() for instrument in self._told]
        answer: Answer | None = None
        try:
            answer = await super().answer(request, operation, read_only=read_only, certain=certain)
            return answer
        finally:
            for ended in ends:
                ended(answer)
