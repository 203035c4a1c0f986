"""Lists how two schemas differ, sorted by what that means for clients."""

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


def list_changes(before: GraphQLSchema, after: GraphQLSchema) -> Mapping[str, list[str]]:
    """The changes between two schemas, by the keys of `SORTS`."""
    found = find_schema_changes(before, after)
    return {
        sort: sorted(change.description for change in found if isinstance(change, kind))
        for sort, kind in SORTS.items()
    }
