"""Makes records of the rows of a table, as its map says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from store.bundles.reader import Fault, Place, Raw
from store.bundles.tables.directory import Directory
from store.bundles.tables.making import Maker, NoRecord
from store.bundles.tables.maps import (
    ITEM,
    Column,
    RecordMap,
    Source,
    TableMap,
    Template,
    list_columns,
    list_named,
)
from store.bundles.tables.report import Report
from store.bundles.tables.rows import Row, Table, Unread, flatten, text_of_cell
from store.bundles.tables.topics import TopicReader, Topics
from store.bundles.tables.values import Values, make_key
from store.records.base import At
from store.records.faults import find_similar, members_of
from store.records.nouns import NOUNS

_SHARED = ("parties", "articles", "meetings")
"""Nouns of which many rows may say a part; of others a row each is wanted."""


_NAMED = ("parties", "concepts")
"""Nouns that a table names by what they are called."""


@dataclass(slots=True)
class _Made:
    record: str
    members: dict[str, Any]
    row: int
    unread: set[str] = field(default_factory=set)
    pieces: dict[str, int] = field(default_factory=dict)
    """Where in the gathered text of an article each piece begins."""


class Conversion:
    """The records of one table. `convert` is asked once; `report` says how it was understood."""

    def __init__(
        self,
        table: Table,
        table_map: TableMap,
        directory: Directory,
        topics: Topics | None = None,
    ) -> None:
        self._table, self._map, self._directory = table, table_map, directory
        self.report = Report(notes=list(table.notes))
        self._topics = topics or Topics()
        reader = TopicReader(self._topics, self.report, table_map.new_topics)
        self._values = Values(
            table_map.dates, directory, self.report, table_map.new_parties, reader
        )
        self._faults: dict[tuple[str, str], list[int]] = {}
        self._made: dict[At, _Made] = {}
        self._named: set[At] = set()
        self._maker = Maker(self._values, self.report, table_map.records)
        self._unread: set[str] = set()

    def _shared(self) -> dict[str, Any]:
        return {"curation": self._map.curation} if self._map.curation is not None else {}

    def convert(self) -> Iterator[Raw | Fault]:
        """The records, and what is wrong with the table, each fault once with its first row."""
        if not self._table.rows:
            said = "the table has no rows below the names of columns; is it the right sheet?"
            yield Fault(Place(self._table.file, 1), "", said)
            return
        if missing := list(self._find_missing_columns()):
            yield from missing
            return
        used = set(self._map.columns())
        self.report.unread += [c for c in self._table.columns if c not in used]
        named = [r for r in self._map.records.values() if r.noun in _NAMED]
        others = [r for r in self._map.records.values() if r.noun not in _NAMED]
        # What has names first, so that any row may use those that another makes.
        for row in self._table.rows:
            self._make_records(named, row)
        for (noun, _), made in self._made.items():
            (self._directory if noun == "parties" else self._topics).add(made.members)
        for row in self._table.rows:
            self._make_records(others, row)
        yield from self._tell_faults()
        yield from self._list_new("parties", self._values.made_parties)
        yield from self._list_new("concepts", self._values.topics.made)
        meant = {name for r in self._map.records.values() for name in list_named(r)}
        for at, made in self._made.items():
            # A note on a step that makes no record would be an article on which nothing rests.
            if at[0] == "articles" and made.record in meant and at not in self._named:
                self.report.left_out[f"{made.record}: nothing rests on it"] += 1
                continue
            self._place_spans(made.members)
            self.report.made[at[0]] += 1
            place, unread = Place(self._table.file, made.row), frozenset(made.unread)
            yield Raw(at[0], made.members, place, unread=unread)

    def _list_new(self, noun: str, made: Mapping[str, dict[str, Any]]) -> Iterator[Raw]:
        """The records that names of the table made, and no record of the map."""
        for key, members in made.items():
            if (noun, key) not in self._made:
                self.report.made[noun] += 1
                yield Raw(noun, {**self._shared(), **members}, Place(self._table.file, 1))

    def _find_missing_columns(self) -> Iterator[Fault]:
        place = Place(self._table.file, 1)
        for column in dict.fromkeys(self._map.columns()):
            if column not in self._table.columns and not column.startswith(ITEM):
                meant = find_similar(column, list(self._table.columns))
                hint = f"did you mean {' or '.join(map(repr, meant))}?" if meant else "there are"
                there = "" if meant else f" {', '.join(self._table.columns)}"
                yield Fault(place, "", f"the map names a column {column!r}; {hint}{there}")

    def _tell_faults(self) -> Iterator[Fault]:
        for (path, message), rows in self._faults.items():
            more = f" (and {len(rows) - 1:,} more rows)" if len(rows) > 1 else ""
            yield Fault(Place(self._table.file, rows[0]), path, message + more)

    # --- A row -----------------------------------------------------------------------------------

    def _make_records(self, records: Sequence[RecordMap], row: Row) -> None:
        keys = self._find_keys(row, None)
        for record in records:
            for one in self._list_rows(record, row):
                named = keys | self._find_keys(one, record.each)
                if (key := named.get(record.name)) is None:
                    continue
                self._maker.naming, self._unread = [], set()
                try:
                    members = self._make_members(record, one, named)
                except NoRecord as why:
                    self.report.left_out[f"{record.name}: {why}"] += 1
                    continue
                self._named.update(self._maker.naming)
                self._keep(record, key, members, one)

    def _find_keys(self, row: Row, each: str | None) -> dict[str, str]:
        """The keys of the records that a row makes, or an item of its list `each`, by their names
        in the map.
        """
        return {
            record.name: key
            for record in self._map.records.values()
            if record.each == each and (key := self._find_key(record, row)) is not None
        }

    def _list_rows(self, record: RecordMap, row: Row) -> Iterator[Row]:
        if record.each is None:
            yield row
            return
        for item in row.cells.get(record.each) or ():
            within = item if isinstance(item, Mapping) else {"": item}
            yield Row(row.number, {**row.cells, **dict(flatten(within, ITEM))})

    def _find_key(self, record: RecordMap, row: Row) -> str | None:
        """The key of the record that a row makes; None if it makes none."""
        for column, wanted in record.when.items():
            cell = row.cells.get(column)
            if cell is None or (wanted is not None and text_of_cell(cell) not in wanted):
                return None
        source = record.key
        texts = [
            text_of_cell(c) for name in source.columns if (c := row.cells.get(name)) is not None
        ]
        if not texts:
            return None
        if source.digest:
            return source.prefix + sha256("\n".join(texts).encode()).hexdigest()[:16]
        return make_key("-".join(texts), source.prefix)

    def _make_members(self, record: RecordMap, row: Row, keys: Mapping[str, str]) -> dict[str, Any]:
        known = members_of(NOUNS[record.noun][-1])
        made: dict[str, Any] = {"key": keys[record.name], **self._shared()}
        for name, source in record.members.items():
            try:
                value = self._maker.make(source, known[name], row, keys)
            except Unread as unread:
                named = ", ".join(_name_columns(source))
                path = f"{record.name}.{name}" + (f" (column {named})" if named else "")
                self._faults.setdefault((path, str(unread)), []).append(row.number)
                self._unread.add(name)
                continue
            if value is not None and value != []:
                made[name] = value
            elif self._map.update:
                made[name] = None  # What is emptied in a table of what is stored is taken away.
        return made

    # --- What several rows say of one record -----------------------------------------------------

    def _keep(self, record: RecordMap, key: str, members: dict[str, Any], row: Row) -> None:
        gathered = {
            name: source.gather
            for name, source in record.members.items()
            if isinstance(source, Column | Template) and source.gather is not None
        }
        at = (record.noun, key)
        made = self._made.get(at)
        if made is None:
            made = self._made[at] = _Made(record.name, members, row.number, self._unread)
            made.pieces = {str(members[name]): 0 for name in gathered if name in members}
            return
        made.unread |= self._unread
        for name, value in members.items():
            before = made.members.get(name)
            if before is None:
                made.members[name] = value
            elif name in gathered and isinstance(before, str):
                if value not in made.pieces:
                    made.pieces[value] = len(before) + len(gathered[name] or "")
                    made.members[name] = f"{before}{gathered[name]}{value}"
            elif isinstance(before, list) and isinstance(value, list):
                before += [item for item in value if item not in before]
            elif before != value:
                self._tell_conflict(record, key, name, made.row, row.number)

    def _tell_conflict(
        self, record: RecordMap, key: str, name: str, first: int, later: int
    ) -> None:
        if record.noun in _SHARED:
            said = f"{record.noun}/{key} {name}: row {later} differs from row {first}"
            self.report.conflicts.append(said)
            return
        message = (
            f"row {first} makes {record.noun}/{key}, too, with another {name}; rows of different "
            "records need different keys"
        )
        self._faults.setdefault((f"{record.name}.key", message), []).append(later)

    def _place_spans(self, value: Any) -> None:
        """Says where evidence stands in a text that was put together of many rows, because its
        words may stand there more than once.
        """
        if isinstance(value, list):
            for item in value:
                self._place_spans(item)
        elif isinstance(value, dict):
            selector, article = value.get("selector"), value.get("article")
            made = self._made.get(("articles", str(article)))
            if made is not None and isinstance(selector, dict) and set(selector) == {"exact"}:
                exact = selector["exact"]
                if (start := made.pieces.get(exact)) is not None:
                    selector |= {"start": start, "end": start + len(exact)}
            for within in value.values():
                self._place_spans(within)


def _name_columns(source: Source) -> list[str]:
    return list(dict.fromkeys(list_columns(source)))
