"""How two schemas differ, by what the difference means for clients."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema
from graphql.utilities.find_schema_changes import (
    BreakingChange,
    DangerousChange,
    SafeChange,
    find_schema_changes,
)

SORTS: Mapping[str, type[Any]] = {
    "breaking": BreakingChange,
    "dangerous": DangerousChange,
    "safe": SafeChange,
}


def changes(before: GraphQLSchema, after: GraphQLSchema) -> Mapping[str, list[str]]:
    """What changed between two schemas, by what it means for clients: `SORTS`."""
    found = find_schema_changes(before, after)
    return {
        sort: sorted(change.description for change in found if isinstance(change, kind))
        for sort, kind in SORTS.items()
    }
