"""Who is subscribed to this process at the moment, and how many may be."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from api.observability.instrument import Instrument
from api.settings import Settings
from store.bounds import BOUNDS, register_holder


class TooManySubscribers(Exception):
    """No more sockets and streams are taken; the message says what to do."""


class Live:
    """The sockets and streams that are open, each a subscriber, and what instruments hear of them.

    `per_socket` are the operations that one socket may run at a time, `slow` the seconds that a
    subscriber may take for an event, `ping` those between two signs of life.
    """

    def __init__(self, settings: Settings, instruments: Sequence[Instrument] = ()) -> None:
        self.per_socket = settings.subscriptions_per_socket
        self.slow = settings.slow_seconds
        self.ping = settings.ping_seconds
        self.open = 0
        self.bound = "subscribers"
        self._most_open = settings.subscribers
        self._instruments = instruments
        register_holder(self)

    @property
    def taken(self) -> int:
        """The bytes that the open ones may take."""
        return self.open * BOUNDS[self.bound].each

    @property
    def most(self) -> int:
        """The most that they may take."""
        return self._most_open * BOUNDS[self.bound].each

    @contextmanager
    def subscriber(self) -> Iterator[None]:
        """Counts a socket or stream while it lasts. Raises TooManySubscribers."""
        if self.open >= self._most_open:
            raise TooManySubscribers("too many subscribe here; try again in a while")
        self.open += 1
        self._note("subscribers", 1)
        try:
            yield
        finally:
            self.open -= 1
            self._note("subscribers", -1)

    @contextmanager
    def subscription(self) -> Iterator[None]:
        """Counts a subscription while it lasts."""
        self._note("subscriptions", 1)
        try:
            yield
        finally:
            self._note("subscriptions", -1)

    def count_event(self) -> None:
        """Counts an event that was sent."""
        self._note("events", 1)

    def count_slow(self) -> None:
        """Counts a subscriber that was left because it was slow."""
        self._note("slow", 1)

    def _note(self, what: str, by: int) -> None:
        for instrument in self._instruments:
            instrument.note_subscribers(what, by)
