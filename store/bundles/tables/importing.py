"""Converts tables for an import: reads them, looks up parties, and tells how all was understood."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.bundles.files import files_of
from store.bundles.reader import Fault, Place, Raw, read, shown_name
from store.bundles.tables.converting import Conversion
from store.bundles.tables.directory import load_directory
from store.bundles.tables.files import read_table
from store.bundles.tables.maps import TableMap
from store.bundles.tables.report import Report
from store.bundles.tables.rows import TableRefused
from store.bundles.tables.topics import load_topics
from store.bundles.tables.updating import lay_over_stored
from store.mongodb.driver import Database


@dataclass(slots=True)
class Converted:
    """The records of tables, with the faults of these, and a report for each file."""

    items: list[Raw | Fault] = field(default_factory=list)
    reports: dict[str, Report] = field(default_factory=dict)


async def convert_tables(
    database: Database,
    tables: Sequence[Path],
    table_map: TableMap,
    beside: Iterable[Path] = (),
) -> Converted:
    """The records of tables by one map. `beside` are the files of a bundle that is imported with
    them, whose parties and topics they may name.
    """
    converted = Converted()
    files = list(beside)
    directory = await load_directory(database, _list_beside(files, "parties"))
    topics = await load_topics(database, _list_beside(files, "concepts"))
    for file in tables:
        try:
            table = read_table(file, **table_map.reading)
        except TableRefused as refused:
            converted.items.append(Fault(Place(shown_name(file), 1), "", str(refused)))
            continue
        conversion = Conversion(table, table_map, directory, topics)
        items: Iterable[Raw | Fault] = list(conversion.convert())
        if table_map.update:
            items = await lay_over_stored(database, items, directory.find_survivor)
        converted.items += items
        converted.reports[table.file] = conversion.report
    return converted


def _list_beside(paths: Iterable[Path], noun: str) -> Iterable[Mapping[str, Any]]:
    for file in files_of(paths):
        for item in read(file):
            if isinstance(item, Raw) and item.noun == noun:
                yield item.members
