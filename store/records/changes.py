"""Changes: the log of what was written, by whom and why. Entries are only added."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from store.records.base import Instant, Key, Text
from store.records.enums import Described


class ChangeKind(Described):
    """What a change did to its record."""

    CREATED = "CREATED", "The record was created."
    UPDATED = "UPDATED", "The content of the record was changed."
    MERGED = "MERGED", "The record was merged into another."
    RETRACTED = "RETRACTED", "The record was retracted."


class Origin(Described):
    """How a change came."""

    TOKEN = "TOKEN", "From somebody who signed in with a token."
    OPENID = "OPENID", "From somebody who signed in with an OpenID provider."
    LOCAL = "LOCAL", "From whoever started the server, on its own machine."
    IMPORT = "IMPORT", "From files that were imported."


class Change(BaseModel):
    """A change of one record: its content before and after. Never changed, never removed.

    `by` is the name of whoever wrote it, `via` how it came, which older changes do not say.
    `data_version` is the number of the write, `sequence` that of the change in the write.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )

    key: Key
    noun: Text
    record: Key
    kind: ChangeKind
    before: dict[str, Any] | None = None
    after: dict[str, Any]
    changed: tuple[str, ...]
    at: Instant
    by: Text
    via: Origin | None = None
    why: Text | None = None
    correction: bool = False
    data_version: int
    sequence: int
