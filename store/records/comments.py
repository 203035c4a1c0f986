"""Comments of curators on records. They are no records: nothing follows from them, and no rule
looks at them.
"""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from store.records.base import Instant, Key, Text
from store.records.changes import Origin


class Comment(BaseModel):
    """What somebody said of a record, or of what stands at a `path` in it, such as `evidence[0]`.
    `by` is the name of whoever said it, `via` how they signed in.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )

    key: Key
    noun: Text
    record: Key
    text: Text
    path: Text | None = None
    by: Text
    via: Origin | None = None
    at: Instant
