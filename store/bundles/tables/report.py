"""What a table was understood to say: nothing of it is guessed silently."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """Notes about a table and its values, each with the number of cells or rows that it is about.

    `dates`, `values` and `parties` are what was read as something else than what stands there:
    column, text, what it was taken for, and how. `doubtful` are readings that others may not share.
    """

    notes: list[str] = field(default_factory=list)
    parties: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    new_parties: dict[str, str] = field(default_factory=dict)
    dates: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    doubtful: Counter[str] = field(default_factory=Counter)
    values: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    conflicts: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)

    def lines(self, most: int | None = None) -> Iterator[str]:
        """The report; of each section at most so many lines."""
        yield from _section("Table", self.notes, most)
        made = [f"{count:,} {name}" for name, count in self.made.items()]
        yield from _section("Records made", made, most)
        skipped = [f"{why}: {count:,} rows" for why, count in self.left_out.items()]
        yield from _section("Rows of which no record was made", skipped, most)
        yield from _section("Columns that are not read", self.unread, most)
        parties = [
            f"{text!r} is {key} ({how}), {count:,} times"
            for (text, key, how), count in self.parties.most_common()
        ]
        yield from _section("Parties that were found", parties, most)
        new = [f"{name!r} is new: {key}" for key, name in self.new_parties.items()]
        yield from _section("Parties that were not found, and are made", new, most)
        yield from _section("Dates in words", list(_told(self.dates)), most)
        doubtful = [f"{said} ({count:,} times)" for said, count in self.doubtful.items()]
        yield from _section("Guesses: look at these", doubtful, most)
        yield from _section("Values", list(_told(self.values)), most)
        yield from _section(
            "Rows that say different things of one record; the first stands", self.conflicts, most
        )


def _told(counter: Counter[tuple[str, str, str]]) -> Iterator[str]:
    for (column, text, taken), count in counter.items():
        times = f", {count:,} times" if count > 1 else ""
        yield f"{column}: {text!r} as {taken}{times}"


def _section(title: str, lines: list[str], most: int | None) -> Iterator[str]:
    if not lines:
        return
    yield f"{title}:"
    yield from (f"  {line}" for line in lines[:most])
    if most is not None and len(lines) > most:
        yield f"  … and {len(lines) - most:,} more; all of it with --report FILE"
