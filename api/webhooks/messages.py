"""What a webhook is sent of what happened: its messages, as JSON. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from api.news.loading import Happening
from api.news.sentences import say
from store.reads.status_effects import StatusEffect
from store.records.history.statuses import Standing
from store.webhooks import STATUS_CHANGED


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its type, the moment of what it tells, and its data as JSON can hold it."""

    type: str
    timestamp: str
    data: Mapping[str, Any]

    def write(self) -> bytes:
        """The body."""
        whole = {"type": self.type, "timestamp": self.timestamp, "data": self.data}
        return orjson.dumps(whole)


def make_messages(happening: Happening, base: str, types: Collection[str] = ()) -> list[Message]:
    """The messages of these types, or of all, about a change: one of the record, and one of each
    status that became another. `base` stands before each address.
    """
    at = happening.change["at"]
    found = [
        Message(f"record.{happening.deed}", at, _tell_record(happening, base)),
        *(
            Message(STATUS_CHANGED, at, _tell_status(happening, effect, base))
            for effect in happening.effects
        ),
    ]
    return [message for message in found if not types or message.type in types]


def _tell_record(happening: Happening, base: str) -> Mapping[str, Any]:
    change = happening.change
    return {
        **_tell_change(happening),
        **_tell_address(*happening.at, base),
        "title": say(happening),
        "changed": change["changed"],
        "reason": change["why"],
        "recordedLate": happening.is_late,
    }


def _tell_status(happening: Happening, effect: StatusEffect, base: str) -> Mapping[str, Any]:
    return {
        **_tell_change(happening),
        **_tell_address(effect.noun, effect.key, base),
        "title": say(happening),
        "before": _tell_standing(effect.before),
        "after": _tell_standing(effect.after),
        "decidedBy": [*effect.after.decided_by] if effect.after is not None else [],
        "because": _tell_address(*happening.at, base),
        "recordedLate": happening.is_late,
    }


def _tell_change(happening: Happening) -> Mapping[str, Any]:
    change = happening.change
    return {
        "change": happening.id,
        "dataVersion": change["dataVersion"],
        "sequence": change["sequence"],
    }


def _tell_address(noun: str, key: str, base: str) -> Mapping[str, Any]:
    return {"noun": noun.upper(), "key": key, "url": f"{base}/{noun.replace('_', '-')}/{key}"}


def _tell_standing(standing: Standing | None) -> Mapping[str, Any] | None:
    if standing is None:
        return None
    return {"value": standing.value, "verification": standing.verification}
