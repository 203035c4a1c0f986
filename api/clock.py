"""What day it is for a server: the real one, or in a sandbox the one that a test has set.

It says what "today" means where no day is asked for. When something was recorded is always told by
the real clock.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine.context import noon
from store.records.faults import format_value
from store.records.history.statuses import today


@dataclass(slots=True)
class Clock:
    """The clock of one server. `day` is the day that was set, as an ISO string; None for the real
    one.
    """

    day: str | None = None

    def now(self) -> datetime:
        """The moment at which an operation runs: noon in UTC of a day that was set."""
        return noon(self.day) if self.day is not None else datetime.now(UTC)

    def today(self) -> str:
        """The day it is, in UTC, as an ISO string."""
        return today(self.now())


_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadDay(ValueError):
    """A text that is no day; the message says what one is."""


def read_day(text: Any) -> str:
    """The day, as an ISO string. Raises BadDay."""
    if isinstance(text, str) and _FORM.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text).isoformat()
    raise BadDay(f"{format_value(text)} is no day; write one as 2025-07-09")
