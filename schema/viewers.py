"""Who asks: what a client needs to know of its own sign-in."""

from collections.abc import Sequence
from typing import Any

import strawberry

from engine.context import Operation
from engine.fields import Arguments, computed, stored
from engine.rows import Row
from schema.shared.enums import register_enum
from store.records.enums import Described


class ViewerRole(Described):
    """What a viewer may see and do; each role may all that those before it may."""

    READER = "READER", "Sees what is published; whoever is not signed in."
    PROPOSER = "PROPOSER", "Sees records in every stage of review, and proposes."
    EDITOR = "EDITOR", "Writes and reviews."
    ADMIN = "ADMIN", "Has tokens, webhooks and settings in hand."


register_enum(ViewerRole)


@strawberry.type(description="Who sent the request.")
class Viewer:
    name: str | None = stored("name", "Their name; null if they are not signed in.")
    role: ViewerRole = stored("role", "What they may see and do.")


def _viewers(rows: Sequence[Row], _arguments: Arguments, operation: Operation) -> Sequence[Any]:
    viewer = operation.viewer
    return [{"name": viewer.name, "role": viewer.role.name} for _ in rows]


viewer_field: Any = computed(_viewers, (), "Who sent this request.")
