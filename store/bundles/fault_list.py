"""Collects the faults of a bundle: all of them are told at once, and what many rows have once."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from dataclasses import replace

from store.bundles.reader import Fault

MOST_FAULTS = 1_000


class BundleRefused(ValueError):
    """A bundle with faults; nothing of it was written. `faults` lists them all."""

    def __init__(self, faults: list[Fault], *, more: bool = False) -> None:
        self.faults, self.more = faults, more
        rest = ["... and more; these first"] if more else []
        super().__init__("\n".join([*map(str, faults), *rest]))


class FaultList:
    """Collects faults, so that all are reported at once, and the same of many rows of a table once.

    `unread` holds the keys of records that could not be read, and `torn` says that a file could
    not be read to its end: what names those records is not at fault. `tables` are the files whose
    lines are rows.
    """

    def __init__(self) -> None:
        self._found: dict[Hashable, dict[Fault, None]] = {}
        self._more = False
        self.unread: set[object] = set()
        self.torn = False
        self.tables: set[str] = set()

    def add(self, fault: Fault) -> None:
        """Keeps a fault, unless it is known or there are `MOST_FAULTS`."""
        # A record may be looked at again when one that it rests on is: one fault is enough.
        alike = self._tell_apart(fault)
        if alike in self._found or len(self._found) < MOST_FAULTS:
            self._found.setdefault(alike, {})[fault] = None
        else:
            self._more = True

    def _tell_apart(self, fault: Fault) -> Hashable:
        """What faults have in common that are told as one: of rows all but the row and the key."""
        if fault.place.file not in self.tables:
            return fault
        noun, _, within = fault.path.partition("/")
        return fault.place.file, noun, within.partition(" ")[2], fault.message

    @property
    def found(self) -> list[Fault]:
        """What was found, in its order."""
        return [*_tell_few_of_a_shape(map(_tell_first, self._found.values()), self.tables)]

    def refuse(self) -> None:
        """Raises BundleRefused if anything was found."""
        if self._found:
            raise BundleRefused(self.found, more=self._more)


def _tell_first(alike: Mapping[Fault, None]) -> Fault:
    first, *others = alike
    rows = f" (and {len(others):,} more rows)" if others else ""
    return replace(first, message=first.message + rows)


_QUOTED = re.compile(r"'[^']*'|\u201c[^\u201d]*\u201d|\d[\d,]*")
MOST_OF_A_SHAPE = 5
"""Faults of one member of a table that differ only in what the cells have, which are told each."""


def _tell_few_of_a_shape(found: Iterable[Fault], tables: Set[str]) -> Iterator[Fault]:
    """The faults, and of those that differ only in their values the first ones, of which the last
    says how many more there are."""
    kept: list[Fault] = []
    shapes: dict[Hashable, list[int]] = {}
    for fault in found:
        noun, _, within = fault.path.partition("/")
        shape = (
            fault.place.file,
            noun,
            within.partition(" ")[2],
            _QUOTED.sub("", fault.message),
        )
        at = shapes.setdefault(shape, [0, 0])
        at[0] += 1
        if fault.place.file in tables and at[0] > MOST_OF_A_SHAPE:
            last, more = kept[at[1]], at[0] - MOST_OF_A_SHAPE
            message = _MORE_VALUES.sub("", last.message) + f" (and {more:,} more values)"
            kept[at[1]] = replace(last, message=message)
            continue
        at[1] = len(kept)
        kept.append(fault)
    yield from kept


_MORE_VALUES = re.compile(r" \(and [\d,]+ more values\)$")
