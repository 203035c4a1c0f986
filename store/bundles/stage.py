"""A bundle between reading and writing: validated records in a temporary SQLite file.

So a bundle of any size is checked as a whole before anything is written, in bounded memory.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from store.bounds import Lru
from store.bundles.reader import Place, Raw, nearest
from store.records.base import At, Record
from store.records.naming import named_by, refers_to
from store.records.nouns import NOUNS, model_of, noun_of
from store.records.parties import PartyKind, Person
from store.records.references import find_keys

_PARSED_BYTES, _LEAST_BYTES = 4, 4_000
"""What a record takes in memory, for each character of its JSON and at least."""


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
                noun TEXT, key TEXT, person INTEGER, waits_for TEXT, beside TEXT,
                file TEXT, line INTEGER, lines TEXT, merged_into TEXT,
                characters INTEGER, record TEXT,
                PRIMARY KEY (noun, key)
            ) WITHOUT ROWID;
            CREATE INDEX merged ON records (noun, merged_into) WHERE merged_into IS NOT NULL;
            CREATE TABLE turns (
                noun TEXT, key TEXT, turn INTEGER, PRIMARY KEY (noun, key)
            ) WITHOUT ROWID;
            CREATE TABLE names (
                noun TEXT, word TEXT, key TEXT, PRIMARY KEY (noun, word, key)
            ) WITHOUT ROWID;
            """
        )
        self._parsed: Lru[At, tuple[Record, bool]] = Lru("staged records")
        self._finish: Callable[[Record], Record] | None = None
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._folder.cleanup()

    def add(self, raw: Raw, record: Record) -> Place | None:
        """Stages a record as read; if the key is taken, the place of the record that took it."""
        text = record.model_dump_json(by_alias=True, exclude_none=True)
        row = (
            raw.noun,
            record.key,
            isinstance(record, Person),
            " ".join(_waits_for(record)),
            _article_of(record),
            raw.place.file,
            raw.place.line,
            json.dumps(raw.lines),
            record.merged_into,
            len(text),
            text,
        )
        try:
            self._db.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            return self.place(raw.noun, record.key)
        words = ((raw.noun, word, record.key) for word in refers_to(record))
        self._db.executemany("INSERT INTO names VALUES (?, ?, ?)", words)
        return None

    def find_namers(self, namer: str, words: Iterable[str]) -> list[str]:
        """The keys of a noun's staged records that may name what these words are of."""
        query = "SELECT key FROM names WHERE noun = ? AND word = ?"
        found = (self._db.execute(query, (namer, word)) for word in words)
        return list(dict.fromkeys(key for rows in found for (key,) in rows))

    def find_merged(self, noun: str, keys: Iterable[str]) -> list[str]:
        """The keys of the staged records that are merged into any of these."""
        query = "SELECT key FROM records WHERE noun = ? AND merged_into = ?"
        return [key for into in keys for (key,) in self._db.execute(query, (noun, into))]

    def digest(self) -> str:
        """What tells this bundle from others."""
        found = sha256()
        for row in self._db.execute("SELECT noun, record FROM records ORDER BY noun, key"):
            found.update("\n".join(row).encode())
        return found.hexdigest()

    def place(self, noun: str, key: str, path: str = "") -> Place | None:
        """Where a staged record stands, or a path in it as far as the file tells lines."""
        found = self._db.execute(
            "SELECT file, line, lines FROM records WHERE noun = ? AND key = ?", (noun, key)
        ).fetchone()
        if found is None:
            return None
        file, line, lines = found
        return Place(file, nearest(json.loads(lines), path) or line)

    def finish_by(self, finish: Callable[[Record], Record]) -> None:
        """Gives every record as `finish` makes it from now on, which has to make the same of a
        record each time. It may ask for others.
        """
        self._finish = finish

    def record(self, noun: str, key: str) -> Record | None:
        """The staged record; None if there is none."""
        at = (noun, key)
        if (kept := self._parsed.get(at)) is not None:
            record, finished = kept
            if finished or self._finish is None:
                return record
            size = self._parsed.size_of(at)
        else:
            found = self._db.execute(
                "SELECT record, person FROM records WHERE noun = ? AND key = ?", at
            ).fetchone()
            if found is None:
                return None
            record, size = _parsed(noun, *found), _PARSED_BYTES * len(found[0]) + _LEAST_BYTES
        if self._finish is not None:
            record = self._finish(record)
        self._parsed.put(at, (record, self._finish is not None), size)
        return record

    def __len__(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM records").fetchone()
        return int(count)

    def list_ats(self) -> list[At]:
        """Noun and key of every staged record."""
        return list(self._db.execute("SELECT noun, key FROM records ORDER BY noun, key"))

    def list_named(self) -> list[At]:
        """Noun and key of every record that a staged one may name, staged or not."""
        words = self._db.execute("SELECT DISTINCT word FROM names ORDER BY word")
        named = (word.removeprefix("into:").partition(":") for (word,) in words)
        return [(noun, key) for noun, _, key in named]

    def counts(self) -> dict[str, int]:
        """How many records of each noun are staged."""
        return dict(self._db.execute("SELECT noun, count(*) FROM records GROUP BY noun"))

    def batches(
        self, batching: Batching, *, resting: bool = True, in_turn: bool = True
    ) -> Iterator[list[Record]]:
        """All records in batches, each record after those that it names; if not `in_turn`, beside
        them, so that what is derived together is read together.

        Unless they are `resting` on articles that are written again with them, records alone count.
        `batching` may change meanwhile. A record that is too large by itself is a batch.
        """
        batch: list[Record] = []
        held: dict[At, int] = {}
        characters = 0
        for noun, key in self._in_turn() if in_turn else self._by_article():
            record = self.record(noun, key)
            assert record is not None
            ats = [(noun, key), *(_articles_under(record, noun) if resting else ())]
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
            "SELECT characters FROM records WHERE noun = ? AND key = ?", (noun, key)
        ).fetchone()
        return int(found[0]) if found else 0

    def _in_turn(self) -> Iterator[At]:
        for noun in NOUNS:
            rows = self._db.execute(
                "SELECT key, waits_for FROM records WHERE noun = ? ORDER BY key", (noun,)
            )
            waits_for = {key: names.split() for key, names in rows}
            yield from ((noun, key) for key in _after_what_they_wait_for(waits_for))

    def _by_article(self) -> Iterator[At]:
        self._db.execute("DELETE FROM turns")
        turns = ((noun, key, turn) for turn, (noun, key) in enumerate(self._in_turn()))
        self._db.executemany("INSERT INTO turns VALUES (?, ?, ?)", turns)
        yield from self._db.execute(
            "SELECT noun, key FROM records JOIN turns USING (noun, key) ORDER BY beside, turn"
        )

    def turn(self, noun: str, key: str) -> int:
        """Where a record would stand if each came after those that it names, from 0; to be asked
        once there are batches that are not in turn.
        """
        query = "SELECT turn FROM turns WHERE noun = ? AND key = ?"
        (turn,) = self._db.execute(query, (noun, key)).fetchone()
        return int(turn)


def _articles_under(record: Record, noun: str) -> set[At]:
    """The articles that a record rests on."""
    return {("articles", k) for nouns, k in find_keys(record, noun) if nouns == ("articles",)}


def _article_of(record: Record) -> str:
    """The first article that a record rests on; its own key if it rests on none."""
    rests_on = (key for noun, key in named_by(record) if noun == "articles")
    return next(rests_on, record.key)


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
    return (key for nouns, key in find_keys(record, noun) if noun in nouns)


def _parsed(noun: str, text: str, person: int) -> Record:
    kind = {"kind": PartyKind.PERSON} if person else {}
    return model_of(noun, kind).model_validate_json(text)
