"""What readers see of a retracted record: a notice in its place, with nothing that it said."""

from collections.abc import Sequence
from typing import Any

import strawberry

from engine.collection import NOTICE
from engine.context import Operation
from engine.fields import Arguments, computed
from engine.rows import Row
from schema.changes import Noun
from schema.shared.nodes import Record


def _nouns(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [row["__noun"] for row in rows]


@strawberry.type(
    name=NOTICE,
    description="The notice that a record was retracted: that, when and why. Readers get it from "
    "`node`, `nodes` and `record` in place of the record; proposers and editors get the record.",
)
class RetractedRecord(Record):
    noun: Noun = computed(_nouns, ("_id",), "The kind of record that was retracted.")
