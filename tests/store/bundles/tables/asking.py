"""Loads a generated set through its map of docs/tables, and asks GraphQL about it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema

from store.bundles.importing import import_bundle
from store.bundles.tables.importing import convert_tables
from store.bundles.tables.map_files import read_map
from tests.conftest import ROOT, Dataset, empty_dataset
from tests.store.samples import TESTER

TABLES = ROOT / "docs" / "tables"


def empty(url: str, schema: GraphQLSchema, name: str) -> AbstractAsyncContextManager[Dataset]:
    """A store of its own for a set."""
    return empty_dataset(url, f"questions-{name}", schema)


async def load(dataset: Dataset, folder: Path, name: str, make: Callable[[Path], Any]) -> Any:
    """Makes a set, imports it by its map with its parties, and gives its rows."""
    rows = make(folder)
    (table,) = folder.glob(f"{name}.*")
    beside = [*folder.glob("parties.yaml")]
    by_map = read_map(TABLES / f"{name}.map.yaml")
    converted = await convert_tables(dataset.database, [table], by_map, beside)
    await import_bundle(dataset.database, beside, TESTER, converted=converted.items)
    return rows


async def count(dataset: Dataset, field: str, condition: str) -> int:
    """How many records a filter finds, written as in GraphQL."""
    data = await dataset.ask(f"{{ found: {field}(filter: {{{condition}}}) {{ totalCount }} }}")
    counted: int = data["found"]["totalCount"]
    return counted


async def keys(dataset: Dataset, field: str, condition: str) -> set[str]:
    """The keys of the records that a filter finds."""
    found: set[str] = set()
    after = "null"
    while True:
        data = await dataset.ask(
            f"{{ found: {field}(filter: {{{condition}}}, first: 100, after: {after}) "
            "{ nodes { key } pageInfo { hasNextPage endCursor } } }"
        )
        found |= {node["key"] for node in data["found"]["nodes"]}
        if not data["found"]["pageInfo"]["hasNextPage"]:
            return found
        after = f'"{data["found"]["pageInfo"]["endCursor"]}"'


async def facet(
    dataset: Dataset, field: str, by: str, condition: str = "", day: str = "2030-01-01"
) -> dict[str, int]:
    """How many records have each value, with the statuses of a day: by default one by which all
    that is recorded now had happened."""
    as_of = f', asOf: "{day}"' if field in ("commitments", "requests") else ""
    data = await dataset.ask(
        f"{{ found: {field}(filter: {{{condition}}}) {{ facets(by: [{by}]{as_of}) "
        "{ values { value count } } } }"
    )
    (counted,) = data["found"]["facets"]
    return {one["value"]: one["count"] for one in counted["values"]}
