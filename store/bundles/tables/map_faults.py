"""The faults of a map: all of them are told at once, each with its place in the map."""

from collections.abc import Mapping, Sequence
from typing import Any

from store.records.faults import find_similar


class MapRefused(ValueError):
    """A map with faults, all of which the message lists."""


class MapFaults:
    """Collects the faults of one map, in the order in which they are found."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, path: str, message: str) -> None:
        """Adds a fault at a path such as `records.promise.key`, or of the whole map."""
        self.found.append(f"{path}: {message}" if path else message)

    def check_names(self, path: str, given: Mapping[Any, Any], known: Sequence[str]) -> None:
        """Adds a fault for each entry that there is not, with those that are like it."""
        for name in given:
            if name not in known:
                meant = find_similar(str(name), known)
                hint = f"did you mean {' or '.join(meant)}?" if meant else "there are"
                at = f"{path}.{name}" if path else str(name)
                self.add(at, f"there is no such entry; {hint} {', '.join(known)}")

    def refuse_any(self, name: str) -> None:
        """Raises MapRefused with all faults, if there are any, each after the map's name."""
        if self.found:
            raise MapRefused("\n".join(f"{name}: {fault}" for fault in self.found))
