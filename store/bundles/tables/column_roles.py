"""Finds what each column of a table may be, by its name and by what stands in it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from store.bundles.tables.addresses import take_addresses, take_title
from store.bundles.tables.rows import Cell, Table, text_of_cell
from store.records.dates.reading import read_date

_MOST_VALUES = 30

ROLES: Sequence[tuple[str, str]] = (
    ("id", r"id|no|nr|number|ref|reference|key|code|#"),
    ("url", r"url|link|links|source url|web|website|address|source link"),
    ("due", r"due|due (date|on|by)|deadline|target date|by when|until|complete by|end date"),
    ("status_date", r"(status|last)?[ _]?(updated?|checked|reviewed|as of)( on| date)?"
                    r"|status date"),
    ("published", r"published( on)?|publication date|date published|source date"),
    ("made", r"date|made( on)?|promised( on)?|announced( on)?|date (made|of .*)|pledged on|year"
             r"|when"),
    ("status", r"status|state|progress|outcome|result|rating|verdict"),
    ("promisor", r"who( (promised|pledged|said|made) ?(it|this)?)?|promisor|promiser|promised by"
                 r"|pledged by|made by|by whom|party|government|actor|minister|politician"
                 r"|owner|organi[sz]ation|responsible|name of .*|speaker|from"),
    ("addressee", r"to|to whom|addressee|recipient|promised to|for whom|audience"),
    ("beneficiary", r"beneficiar(y|ies)|benefits|target group"),
    ("topic", r"topics?|issues?|categor(y|ies)|themes?|sectors?|area|policy area|tags?|subject"),
    ("test", r"test|measure|indicator|target|success criteria|what counts"),
    ("source", r"source|source title|publication|document|article|report|where"),
    ("gist", r"description|details?|text|full text|wording|quote|gist|summary|commitment text"),
    ("title", r"promises?|commitments?|pledges?|title|name|headline|action|recommendation"),
    ("note", r"notes?|comments?|remarks?|evidence|update|progress note|explanation"),
)  # fmt: skip
"""What a column may be, by its name in small letters; the first that fits, each once."""

ROLE_NAMES = tuple(role for role, _ in ROLES)
_SPLITS = (";", "|", " / ")


class Columns:
    """The columns of a table by what they are taken for: as `said`, or else by their names."""

    def __init__(self, table: Table, said: Mapping[str, str] | None = None) -> None:
        self.cells: dict[str, list[Cell]] = {
            column: [c for row in table.rows if (c := row.cells.get(column)) is not None]
            for column in table.columns
        }
        self.by_role: dict[str, str] = {role: column for column, role in (said or {}).items()}
        for role, pattern in ROLES:
            for column in table.columns:
                free = role not in self.by_role and column not in self.by_role.values()
                named = re.fullmatch(pattern, column.lower().strip(" .:"))
                if free and named and self._fits(role, column):
                    self.by_role[role] = column
        self._find_by_values(table)
        self.of_years = [] if "status" in self.by_role else [*self._find_years(table)]

    def _find_years(self, table: Table) -> Iterator[str]:
        """Columns that are called as a year and say in a few words how it stood then."""
        for column in table.columns:
            cells = self.cells[column]
            if _YEAR.fullmatch(column) and cells and column not in self.by_role.values():
                words = {text_of_cell(c) for c in cells}
                if len(words) <= _MOST_VALUES and _share(cells, _is_wordy) > 0.5:
                    yield column

    def _fits(self, role: str, column: str) -> bool:
        cells = self.cells[column]
        if role == "url":
            return _share(cells, lambda c: text_of_cell(c).startswith("http")) > 0.5
        if role in ("made", "due", "status_date", "published"):
            return _share(cells, _is_date) > 0.5
        if role == "status":
            return len({text_of_cell(c) for c in cells}) <= _MOST_VALUES
        if role == "id":
            return len({text_of_cell(c) for c in cells}) == len(cells) > 0
        return True

    def _find_by_values(self, table: Table) -> None:
        """What no name told: an address by its form, the promise as the longest text."""
        free = [c for c in table.columns if c not in self.by_role.values() and self.cells[c]]
        if "url" not in self.by_role:
            found = next((c for c in free if self._fits("url", c)), None)
            if found is not None:
                self.by_role["url"] = found
                free.remove(found)
        if "title" not in self.by_role:
            if "gist" in self.by_role:
                self.by_role["title"] = self.by_role["gist"]
            elif free:
                self.by_role["title"] = max(free, key=lambda c: _length(self.cells[c]))

    def get(self, *roles: str) -> str | None:
        """The column of the first of these roles that there is."""
        return next((self.by_role[role] for role in roles if role in self.by_role), None)

    def words(self) -> str:
        """What the promise is in the words of the table, as a source of a map: the longer text
        where it is filled, else the title.
        """
        found = [self.by_role[role] for role in ("gist", "title") if role in self.by_role]
        fullest = max(len(self.cells[column]) for column in found)
        if len(found) == 1 or len(self.cells[found[0]]) == fullest:
            return quote(found[0])
        return f"{{from: [{', '.join(map(quote, dict.fromkeys(found)))}]}}"

    def has_several_addresses(self, column: str) -> bool:
        """Whether a cell holds more than one web address."""
        texts = map(text_of_cell, self.cells[column])
        return any(len(re.findall(r"https?://|\bwww\.", text)) > 1 for text in texts)

    def is_mixed(self, column: str) -> bool:
        """Whether some cells hold a web address, and some the words of a title."""
        texts = [text_of_cell(cell) for cell in self.cells[column]]
        return any(map(take_addresses, texts)) and any(map(take_title, texts))

    def find_split(self, column: str) -> str | None:
        """What parts several items in the cells of a column."""
        texts = [text_of_cell(cell) for cell in self.cells[column]]
        return next((mark for mark in _SPLITS if any(mark in text for text in texts)), None)


def _share(cells: Sequence[Cell], test: Callable[[Cell], bool]) -> float:
    some = cells[:200]
    return sum(map(test, some)) / len(some) if some else 0.0


def _is_date(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return not isinstance(cell, bool)
    reading = read_date(cell)
    return reading.meaning is not None or bool(reading.alternatives)


_YEAR = re.compile(r"(19|20)\d\d")


def _is_wordy(cell: Cell) -> bool:
    return any(letter.isalpha() for letter in text_of_cell(cell))


def _length(cells: Sequence[Cell]) -> float:
    return sum(len(text_of_cell(cell)) for cell in cells) / len(cells)


def quote(name: str) -> str:
    """A name as YAML has it."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9 ]*", name) and name.lower() not in _YAML_WORDS
    return name if plain else json.dumps(name, ensure_ascii=False)


_YAML_WORDS = ("true", "false", "null")
