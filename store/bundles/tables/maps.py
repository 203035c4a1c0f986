"""What a map of a table is: which column becomes which member of which record.

`records` names each record that a row makes, with its noun, its key and its members. What a member
is made from is one of `Source`. How a map is read from YAML is in map_files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from store.records.parties import fold_party_name

ITEM = "."
"""Before the name of a member of the list that a record is made of `each` item of."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value in every row: `{is: DIGEST}`."""

    value: Any


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of columns, the first that is filled: `Title`, or `{from: Title, …}`.

    `split` parts a cell into items, of which `item` takes one, counted from 1. `values` says what
    to take for a text: null makes no record of the row, and an empty text stands for an empty cell.
    `take` keeps of mixed cells the `address` or the `title`. `default` stands for an empty cell,
    `prefix` before a key, and `gather` puts the texts of all rows of one record together.
    """

    columns: tuple[str, ...]
    split: str | None = None
    values: Mapping[str, Any] | None = None
    default: Any = None
    prefix: str = ""
    gather: str | None = None
    item: int | None = None
    take: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with the names of columns in braces: `{template: "{Number}: {Title}"}`."""

    text: str
    columns: tuple[str, ...]
    gather: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The key of another record of the same row: `{record: article}`."""

    record: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part with members of its own. In a list, several if cells of it are split."""

    members: Mapping[str, "Source"]


@dataclass(frozen=True, slots=True)
class Several:
    """Sources of a list, one after the other."""

    sources: Sequence["Source"]


Source: TypeAlias = Constant | Column | Template | Named | Part | Several


@dataclass(frozen=True, slots=True)
class KeySource:
    """What a key is made of: texts of columns, or their digest, after a prefix."""

    columns: tuple[str, ...]
    prefix: str = ""
    digest: bool = False


@dataclass(frozen=True, slots=True)
class RecordMap:
    """What makes a record of a row. `when` has the texts that a column must have, None for any, and
    `each` the column with a list of objects, of which each makes a record.
    """

    name: str
    noun: str
    key: KeySource
    members: Mapping[str, Source]
    when: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    each: str | None = None


@dataclass(frozen=True, slots=True)
class DateWays:
    """How to read what can be read in two ways; None where it is not told.

    `words` are English words, by those of the table's language. Fiscal years are named after the
    year in which they begin or end, at a month and day.
    """

    day_first: bool | None = None
    year_pairs: bool = False
    serials: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    fiscal_begins: tuple[int, int] | None = None
    fiscal_ends: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class NewParties:
    """What parties become that are not stored: of each name, and of any other unless it is None.
    `spellings` are folded names of parties that the table calls by another, too: `MoR`.
    """

    by_name: Mapping[str, Mapping[str, Any]]
    others: Mapping[str, Any] | None = None
    spellings: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str) -> Mapping[str, Any] | None:
        """The members of the party of a name, beside key and name; None if it is not to be made."""
        return self.by_name.get(fold_party_name(name), self.others)


@dataclass(frozen=True, slots=True)
class TableMap:
    """A map. `reading` are the options of `read_table`; `update` says that the records are stored
    and keep the members that the map does not name. Topics that are not stored are made with a
    label in the language `new_topics`; None makes none.
    """

    records: Mapping[str, RecordMap]
    reading: Mapping[str, Any] = field(default_factory=dict)
    dates: DateWays = DateWays()
    curation: str | None = None
    new_parties: NewParties | None = None
    update: bool = False
    new_topics: str | None = None

    def columns(self) -> Iterator[str]:
        """All columns that it names."""
        for record in self.records.values():
            yield from record.key.columns
            yield from record.when
            if record.each is not None:
                yield record.each
            for source in record.members.values():
                yield from list_columns(source)


def list_columns(source: Source) -> Iterator[str]:
    """The columns that a source reads."""
    match source:
        case Column(columns) | Template(_, columns):
            yield from columns
        case Part(members):
            for within in members.values():
                yield from list_columns(within)
        case Several(sources):
            for within in sources:
                yield from list_columns(within)


def list_named(record: RecordMap) -> Iterator[str]:
    """The other records of its row that a record names."""
    for source in record.members.values():
        yield from list_named_within(source)


def list_named_within(source: Source) -> Iterator[str]:
    """The other records of its row that a source names."""
    match source:
        case Named(record):
            yield record
        case Part(members):
            for within in members.values():
                yield from list_named_within(within)
        case Several(sources):
            for within in sources:
                yield from list_named_within(within)
