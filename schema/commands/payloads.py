"""Payloads: what a command came to, and what is wrong with its input."""

from typing import Any

import strawberry

from engine.fields import embedded, link, link_among, links, stored
from schema.changes import Change, Noun
from schema.shared.enums import register_enum
from schema.shared.lazy_types import FollowUpRef, TrackableRef
from schema.shared.nodes import Record
from store.records.history.statuses import StatusValue
from store.writes.commands import UserErrorCode

register_enum(UserErrorCode)


@strawberry.type(
    description="Something that is wrong with an input, and that whoever sent it can mend."
)
class UserError:
    code: UserErrorCode = stored("code", "What sort of fault it is.")
    message: str = stored("message", "What is wrong, and what would be right; for people.")
    path: str | None = stored(
        "path",
        "Where in the input, such as `input.evidence[0].article`; null if it is about a record "
        "beside the input, which the message names.",
    )
    suggestions: list[str] = stored(
        "suggestions", "Values that would be right: near keys, allowed values, dates.", many=True
    )


@strawberry.type(
    description="A commitment or request whose published status becomes another by what is written."
)
class StatusEffect:
    trackable: TrackableRef | None = link_among("key", "noun", "The commitment or request.")
    before: StatusValue | None = stored("before", "Its status before; null if none was published.")
    after: StatusValue | None = stored(
        "after", "Its status after; null if none is published any more."
    )
    decided_by: list[FollowUpRef] = links(
        "decidedBy", "follow_ups", "The follow-ups that decide the status after."
    )


@strawberry.type(description="A record that was written, and the entry in the log of changes.")
class WrittenRecord:
    noun: Noun = stored("noun", "The kind of record.")
    key: str = stored("key", "The key of the record.")
    record: Record | None = link_among("key", "noun", "The record as it is after.")
    change: Change | None = link("change", "changes", "What was written.")


@strawberry.type(description="Evidence whose words an article does not hold any more.")
class LostEvidence:
    record: Record | None = link_among("key", "noun", "The record, which stays as it was.")
    path: str = stored("path", "Where in the record it is, such as `evidence[0]`.")
    words: str | None = stored("words", "The words; null if the article's text is withheld.")
    nearest: list[str] = stored(
        "nearest",
        "Passages of the new text that are like them, or the places where it has them.",
        many=True,
    )


@strawberry.interface(description="What a command came to, and what is wrong with its input.")
class Payload:
    data_version: int | None = stored(
        "dataVersion",
        "The version of the data with this written; of a dry run, the one that it would have made. "
        "Null with user errors.",
    )
    pending: int | None = stored(
        "pending",
        "Of how many records those that name them are still to be told, which takes a while for "
        "very many; null with user errors.",
    )
    effects: list[StatusEffect] = embedded(
        "effects",
        "The commitments and requests whose published status becomes another today.",
        many=True,
    )
    user_errors: list[UserError] = embedded(
        "userErrors",
        "What is wrong with the input; if anything is, nothing was written.",
        many=True,
    )


@strawberry.interface(description="What a command on one record came to.")
class RecordPayload(Payload):
    record: Record | None = link_among("record", "noun", "The record; null with user errors.")


Output = dict[str, tuple[Any, Any]]
"""Fields of a payload by their Python names: the annotation, and the declared field."""


def make_payload(name: str, description: str, fields: Output) -> Any:
    """The payload of one mutation: these fields, and those of all."""
    body = {
        "__annotations__": {n: annotation for n, (annotation, _) in fields.items()},
        **{n: made for n, (_, made) in fields.items()},
    }
    base = RecordPayload if "record" in fields else Payload
    return strawberry.type(type(name, (base,), body), name=name, description=description)


def show_record(ref: Any, noun: str) -> Output:
    """The record that a command is about, of this noun, and its change."""
    return {
        "record": (ref | None, link("record", noun, "The record; null with user errors.")),
        **show_change(),
    }


def show_any_record() -> Output:
    """The record that a command is about, of any noun."""
    made = link_among("record", "noun", "The record; null with user errors.")
    return {"record": (Record | None, made)}


def show_change() -> Output:
    """The entry in the log of changes."""
    told = "The entry in the log of changes; null if the record was so already."
    return {"change": (Change | None, link("change", "changes", told))}


def show_written() -> Output:
    """All records that were written."""
    told = "What was written, in no order of meaning."
    return {"written": (list[WrittenRecord], embedded("written", told, many=True))}
