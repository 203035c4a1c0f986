"""A bundle between reading and writing: validated records in a temporary SQLite file.

So a bundle of any size is checked as a whole before anything is written, in bounded memory.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from store.bundles.reader import Place, Raw, nearest
from store.records.base import At, Record
from store.records.nouns import NOUNS, model_of, noun_of
from store.records.parties import PartyKind
from store.records.references import find_references

_KEPT_PARSED = 20_000


@dataclass(slots=True)
class Batching:
    """How much goes into a batch: so many records, and so many characters of them and of the
    articles that they rest on, whose words are kept anew with each.

    The smallest MongoDB that we start (0.25 GB) took 1.28 million characters of plain text in one
    transaction, and no more.
    """

    most_records: int
    most_characters: int
    records: int = 0

    def __post_init__(self) -> None:
        self.records = self.most_records

    def shrink_to(self, records: int) -> None:
        """Takes fewer from now on."""
        self.records = max(1, min(self.records, records))

    def grow(self) -> None:
        """Takes a few more, up to the most."""
        self.records = min(self.most_records, self.records + self.records // 8 + 1)


class Stage:
    """Staged records by noun and key. Use as a context manager: the file goes with it."""

    def __enter__(self) -> "Stage":
        self._folder = TemporaryDirectory(prefix="followthrough-import-")
        self._db = sqlite3.connect(Path(self._folder.name) / "stage.sqlite")
        self._db.executescript(
            """
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            CREATE TABLE records (
                noun TEXT, key TEXT, person INTEGER, waits_for TEXT,
                file TEXT, line INTEGER, lines TEXT, record TEXT, PRIMARY KEY (noun, key)
            ) WITHOUT ROWID;
            """
        )
        self.record = lru_cache(_KEPT_PARSED)(self._record)
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._folder.cleanup()

    def add(self, raw: Raw, record: Record) -> Place | None:
        """Stages a record as read; if the key is taken, the place of the record that took it."""
        row = (
            raw.noun,
            record.key,
            getattr(record, "kind", None) == PartyKind.PERSON,
            " ".join(_waits_for(record)),
            raw.place.file,
            raw.place.line,
            json.dumps(raw.lines),
            record.model_dump_json(by_alias=True, exclude_none=True),
        )
        try:
            self._db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            return self.place(raw.noun, record.key)
        return None

    def place(self, noun: str, key: str, path: str = "") -> Place | None:
        """Where a staged record stands, or a path in it as far as the file tells lines."""
        found = self._db.execute(
            "SELECT file, line, lines FROM records WHERE noun = ? AND key = ?", (noun, key)
        ).fetchone()
        if found is None:
            return None
        file, line, lines = found
        return Place(file, nearest(json.loads(lines), path) or line)

    def _record(self, noun: str, key: str) -> Record | None:
        found = self._db.execute(
            "SELECT record, person FROM records WHERE noun = ? AND key = ?", (noun, key)
        ).fetchone()
        return _parsed(noun, *found) if found else None

    def __len__(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM records").fetchone()
        return int(count)

    def batches(self, batching: Batching) -> Iterator[list[Record]]:
        """All records in batches, each record after those that it names.

        `batching` may change meanwhile. A record that is too large by itself is a batch.
        """
        batch: list[Record] = []
        held: dict[At, int] = {}
        characters = 0
        for noun in NOUNS:
            for key in self._in_order(noun):
                record = self._record(noun, key)
                assert record is not None
                ats = [(noun, key), *_articles_under(record, noun)]
                more = {at: self._characters(*at) for at in ats if at not in held}
                full = characters + sum(more.values()) > batching.most_characters
                if batch and (full or len(batch) >= batching.records):
                    yield batch
                    batch, held, characters = [], {}, 0
                    more = {at: self._characters(*at) for at in ats}
                batch.append(record)
                held |= more
                characters += sum(more.values())
        if batch:
            yield batch

    def _characters(self, noun: str, key: str) -> int:
        """How many a staged record comes to; what is only in the store counts none."""
        found = self._db.execute(
            "SELECT length(record) FROM records WHERE noun = ? AND key = ?", (noun, key)
        ).fetchone()
        return int(found[0]) if found else 0

    def _in_order(self, noun: str) -> Iterable[str]:
        rows = self._db.execute(
            "SELECT key, waits_for FROM records WHERE noun = ? ORDER BY key", (noun,)
        )
        return _after_what_they_wait_for({key: names.split() for key, names in rows})


def _articles_under(record: Record, noun: str) -> set[At]:
    """The articles that a record rests on."""
    return {("articles", r.key) for r in find_references(record, noun) if r.nouns == ("articles",)}


def _after_what_they_wait_for(waits_for: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """The keys, each after those it waits for. A circle is cut: the writer sees to what is named
    before it is written.
    """
    ordered: dict[str, None] = {}
    for start in waits_for:
        chain = {start: iter(waits_for[start])}
        while chain:
            key = next(reversed(chain))
            first = next((k for k in chain[key] if k in waits_for and k not in ordered), None)
            if first is None:
                del chain[key]
                ordered[key] = None
            elif first not in chain:
                chain[first] = iter(waits_for[first])
    return ordered


def _waits_for(record: Record) -> Iterator[str]:
    """The records of the same noun that are to be written first: those that it names."""
    noun = noun_of(record)
    return (named.key for named in find_references(record, noun) if noun in named.nouns)


def _parsed(noun: str, text: str, person: int) -> Record:
    kind = {"kind": PartyKind.PERSON} if person else {}
    return model_of(noun, kind).model_validate_json(text)
