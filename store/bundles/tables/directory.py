"""The parties by all their names, so that a table may name them as its author does."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from store.mongodb.driver import Database
from store.records.base import SET_ASIDE
from store.records.parties import fold_party_name


@dataclass(frozen=True, slots=True)
class Match:
    """What a name was found to mean: the keys, and how, such as `by its name` or `ALIAS`."""

    keys: tuple[str, ...]
    how: str


class Directory:
    """Parties by key and by each of their names. Case, diacritics and punctuation do not matter."""

    def __init__(self) -> None:
        self._survivors: dict[str, str] = {}
        self._by_name: dict[str, dict[str, str]] = {}
        self._shown: dict[str, str] = {}

    def add(self, members: Mapping[str, Any]) -> None:
        """Adds a party as a bundle has it. What was set aside is not found by its names."""
        key = members.get("key")
        if not isinstance(key, str):
            return
        self._survivors[key] = str(members.get("mergedInto") or key)
        if members.get("curation") in SET_ASIDE:
            return
        self._add_name(str(members.get("name", "")), key, "by its name")
        for name in members.get("names") or ():
            if isinstance(name, Mapping):
                self._add_name(str(name.get("value", "")), key, str(name.get("kind")))
        for one in members.get("identifiers") or ():
            if isinstance(one, Mapping) and one.get("value"):
                self._add_name(str(one["value"]), key, f"identifier of {one.get('scheme')}")

    def _add_name(self, name: str, key: str, how: str) -> None:
        if folded := fold_party_name(name):
            self._by_name.setdefault(folded, {}).setdefault(key, how)
            self._shown.setdefault(folded, name)

    def find(self, text: str) -> Match:
        """The parties that a text may mean: the one with this key, else all of this name."""
        if text in self._survivors:
            return Match((self._survivors[text],), "by its key")
        found = self._by_name.get(fold_party_name(text), {})
        keys = dict.fromkeys(self._survivors.get(key, key) for key in found)
        return Match(tuple(keys), ", ".join(dict.fromkeys(found.values())))

    def find_survivor(self, key: str) -> str:
        """The key of the party that this one is merged into; the same key if it is in none."""
        return self._survivors.get(key, key)

    def find_near(self, text: str) -> list[str]:
        """Names that are like the text, at most three."""
        near = get_close_matches(fold_party_name(text), self._by_name, n=3, cutoff=0.75)
        return [self._shown[name] for name in near]


_FIELDS = {"name": 1, "names": 1, "identifiers": 1, "curation": 1, "mergedInto": 1}


async def load_directory(database: Database, others: Iterable[Mapping[str, Any]] = ()) -> Directory:
    """The parties that are stored, and others that are imported with the table."""
    directory = Directory()
    found: AsyncIterator[dict[str, Any]] = database.stream("parties", {}, fields=_FIELDS)
    async for document in found:
        directory.add({**document, "key": document["_id"]})
    for members in others:
        directory.add(members)
    return directory
