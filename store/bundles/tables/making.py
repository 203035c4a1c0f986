"""Makes the value of a member of one row, from what the map says that it is made from."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from store.bundles.tables.addresses import PARTS
from store.bundles.tables.cell_dates import says_nothing
from store.bundles.tables.formula_guard import part_items
from store.bundles.tables.maps import (
    Column,
    Constant,
    Named,
    Part,
    RecordMap,
    Several,
    Source,
    Template,
    list_columns,
)
from store.bundles.tables.report import Report
from store.bundles.tables.rows import Cell, Row, Unread, text_of_cell
from store.bundles.tables.values import Values
from store.records.base import At, Shape
from store.records.dates import FuzzyDate
from store.records.faults import Member, list_required, members_of


class NoRecord(Exception):
    """The map has no record for this row; the message says why."""


class Maker:
    """Makes the values of members. `naming` gathers the records that they name."""

    def __init__(self, values: Values, report: Report, records: Mapping[str, RecordMap]) -> None:
        self._values, self._report, self._records = values, report, records
        self.naming: list[At] = []

    def make(self, source: Source, member: Member, row: Row, keys: Mapping[str, str]) -> Any:
        """The value of a member for a row; None or an empty list if it says nothing. Raises Unread,
        and NoRecord where the map wants no record of this row.
        """
        item = member.item()
        found = self._list_values(source, item or member, row, keys)
        if item is not None:
            return found
        if len(found) > 1:
            raise Unread(
                f"{len(found)} items for a member that takes one; leave out `split`, or say which "
                "beside it, `item: 1`"
            )
        return found[0] if found else None

    def _list_values(
        self, source: Source, member: Member, row: Row, keys: Mapping[str, str]
    ) -> list[Any]:
        match source:
            case Constant(value):
                return list(value) if isinstance(value, list) else [value]
            case Named(record):
                if record not in keys:
                    return []
                self.naming.append((self._records[record].noun, keys[record]))
                return [keys[record]]
            case Template(text, columns):
                cells = {c: row.cells.get(c) for c in columns}
                if all(cell is None for cell in cells.values()):
                    return []
                for column, cell in cells.items():
                    shown = text_of_cell(cell) if cell is not None else ""
                    text = text.replace("{" + column + "}", shown)
                return [text.strip()]
            case Column():
                return self._read_column(source, member, row)
            case Part(members):
                return self._make_parts(members, member.kind, row, keys)
            case Several(sources):
                each = (self._list_values(one, member, row, keys) for one in sources)
                return list(chain.from_iterable(each))

    def _read_column(self, source: Column, member: Member, row: Row) -> list[Any]:
        filled = ((c, cell) for c in source.columns if (cell := row.cells.get(c)) is not None)
        column, cell = next(filled, (source.columns[0], None))
        if cell is None:
            return _default_of(source)
        if member.kind is FuzzyDate and says_nothing(cell) and not _has_value(source, cell):
            self._report.values[column, text_of_cell(cell), "empty"] += 1
            return _default_of(source)
        found: list[Any] = []
        items = self._list_items(source, column, cell)
        if source.take is not None and not items:
            return _default_of(source)
        for one in items:
            if source.values is not None:
                text = text_of_cell(one).casefold()
                table = {name.casefold(): (name, value) for name, value in source.values.items()}
                if text in table:
                    name, value = table[text]
                    if value is None:
                        raise NoRecord(f"{column} is {name!r}")
                    self._report.values[column, text_of_cell(one), str(value) or "empty"] += 1
                    if value != "":
                        found.append(self._read_value(value, one, member, column))
                    continue
            found.append(self._values.make(one, member, column, source.prefix))
        return found

    def _read_value(self, value: Any, cell: Cell, member: Member, column: str) -> Any:
        """What the map says for a text: as it is, but for dates, which it may have in words."""
        if member.kind is not FuzzyDate or isinstance(value, dict):
            return value
        read = self._values.make(value, member, column)
        edtf = read["edtf"] if isinstance(read, dict) else read
        stated = text_of_cell(cell)
        return edtf if edtf == stated else {"edtf": edtf, "statedAs": stated}

    def _list_items(self, source: Column, column: str, cell: Cell) -> list[Cell]:
        items = _part_cell(cell, source.split)
        if source.take is not None:
            items = [part for one in items for part in self._take(source.take, one, column)]
        if source.item is None:
            return items
        if len(items) > 1:
            said = f"{column}: a cell has several items, of which number {source.item} is taken"
            self._report.doubtful[said] += 1
        return items[source.item - 1 : source.item]

    def _take(self, wanted: str, cell: Cell, column: str) -> list[Cell]:
        """What a map takes of a cell that may hold an address, a title or both; told."""
        text = text_of_cell(cell)
        found = PARTS[wanted](text)
        if wanted == "title" and found:
            said = "a title" if found == [text] else f"title {found[0]!r}"
            self._report.values[column, text, said] += 1
        elif wanted == "address" and not found:
            self._report.doubtful[f"{column}: a cell has no address, and gives none"] += 1
        return [*found]

    def _make_parts(
        self,
        sources: Mapping[str, Source],
        kind: type[Shape],
        row: Row,
        keys: Mapping[str, str],
    ) -> list[dict[str, Any]]:
        """The parts: one, or several if cells are split; none if what it needs is empty."""
        known, required = members_of(kind), set(list_required(kind))
        single: dict[str, list[Any]] = {}
        whole: dict[str, Any] = {}
        for name, source in sources.items():
            member = known[name]
            if kind is FuzzyDate and name == "edtf":
                member = Member(FuzzyDate)
            if member.item() is not None:
                whole[name] = self.make(source, member, row, keys)
            else:
                single[name] = self._list_values(source, member, row, keys)
            if name in required and not (whole.get(name) or single.get(name)):
                return []
        filled = {name: values for name, values in single.items() if values}
        from_cells = [name for name, source in sources.items() if any(list_columns(source))]
        # What only constants are left of says nothing of this row.
        if from_cells and not any(filled.get(name) or whole.get(name) for name in from_cells):
            return []
        most = max((len(values) for values in filled.values()), default=1)
        for name, values in filled.items():
            if len(values) not in (1, most):
                raise Unread(f"{name} has {len(values)} items where others have {most}")
        rest = {name: value for name, value in whole.items() if value}
        parts = [
            {n: values[i if len(values) > 1 else 0] for n, values in filled.items()} | rest
            for i in range(most)
        ]
        return [_merge_date(part) if kind is FuzzyDate else part for part in parts]


def _part_cell(cell: Cell, split: str | None) -> list[Cell]:
    if isinstance(cell, list):
        return [item for item in cell if item not in (None, "")]
    if split is None:
        return [cell]
    text = text_of_cell(cell)
    items = part_items(text) if split == "; " else text.split(split)
    return [item.strip() for item in items if item.strip()]


def _default_of(source: Column) -> list[Any]:
    return [] if source.default is None else [source.default]


def _has_value(source: Column, cell: Cell) -> bool:
    """Whether the map says what a text means."""
    text = text_of_cell(cell).casefold()
    return any(name.casefold() == text for name in source.values or ())


def _merge_date(part: dict[str, Any]) -> dict[str, Any]:
    """A date with what its own reading says of it, such as what stood there."""
    read = part["edtf"]
    return (
        {**read, **{n: v for n, v in part.items() if n != "edtf"}}
        if isinstance(read, dict)
        else part
    )
