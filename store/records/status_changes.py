"""Status changes: which published statuses a write made others. Entries are only added."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from store.records.base import Instant, Key, Text
from store.records.history.statuses import StatusValue


class StatusChange(BaseModel):
    """The status of a commitment or request on the `day` of a write, before it and after it.

    A status is None where none is published. `decided_by` are the follow-ups that decide the one
    after. `data_version` is the number of the write, `sequence` that of the change in the write.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )

    key: Key
    noun: Text
    record: Key
    before: StatusValue | None = None
    after: StatusValue | None = None
    decided_by: tuple[Key, ...] = ()
    day: Text
    at: Instant
    data_version: int
    sequence: int
