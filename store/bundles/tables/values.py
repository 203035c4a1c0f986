"""Makes a cell what a member wants: a date, a value of an enum, a key. Raises Unread with what
would be right; what is taken for something else than what stands there is told to the report.
"""

import re
import unicodedata
from datetime import datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from store.bundles.tables.addresses import has_several_addresses, is_bare_address
from store.bundles.tables.cell_dates import CellDates
from store.bundles.tables.directory import Directory
from store.bundles.tables.maps import DateWays, NewParties
from store.bundles.tables.report import Report
from store.bundles.tables.rows import Cell, Unread, text_of_cell
from store.bundles.tables.topics import TopicReader
from store.records.base import SET_ASIDE
from store.records.dates import FuzzyDate
from store.records.enums import Described
from store.records.faults import Member, find_similar, format_value
from store.records.parties import fold_party_name

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PLAIN = re.compile(r"[A-Za-z0-9._ -]*[A-Za-z0-9][A-Za-z0-9._ -]*")
MOST_IN_KEY = 100


def make_key(text: str, prefix: str = "") -> str:
    """A key for a text: itself if it may be one, else its letters with a part of its digest, so
    that no two texts get one key. The same text always gets the same key.
    """
    if _KEY.fullmatch(prefix + text) and len(prefix + text) <= MOST_IN_KEY:
        return prefix + text
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    is_kept = _PLAIN.fullmatch(text) and slug == "-".join(text.lower().split())
    if is_kept and len(prefix + slug) <= MOST_IN_KEY:
        return prefix + slug
    digest = sha256(text.encode()).hexdigest()[:8]
    return f"{prefix}{slug[:50].strip('-')}-{digest}".removeprefix("-" if not prefix else "")


_TRUE = frozenset({"yes", "y", "true", "1", "x", "✓", "✔"})
_FALSE = frozenset({"no", "n", "false", "0"})


class Values:
    """Makes values, and notes in the report how they were understood."""

    def __init__(
        self,
        ways: DateWays,
        directory: Directory,
        report: Report,
        new_parties: NewParties | None,
        topics: TopicReader,
    ) -> None:
        self._directory, self._report = directory, report
        self._dates = CellDates(ways, report)
        self._new_parties = new_parties
        self.topics = topics
        self.made_parties: dict[str, dict[str, Any]] = {}

    def make(self, cell: Cell, member: Member, column: str, prefix: str = "") -> Any:
        """The value of a cell for a member, or for an item of its list. Raises Unread."""
        kind = member.kind
        if member.refers is not None:
            text = text_of_cell(cell)
            if member.refers.nouns == ("parties",):
                return self._find_party(text)
            return make_key(text, prefix)
        if kind is FuzzyDate:
            return self._dates.read(cell, column)
        if isinstance(kind, type) and issubclass(kind, Described):
            return self._read_enum(text_of_cell(cell), kind, column)
        if kind is bool:
            return _read_bool(cell)
        if kind in (int, float, Decimal):
            return _read_number(cell, kind)
        if kind is datetime and isinstance(cell, datetime):
            return cell.isoformat()
        text = text_of_cell(cell)
        form = member.form
        if form is not None and form.name == "topic":
            return self.topics.read(text, column)
        if form is not None and form.name == "web address" and is_bare_address(text):
            self._report.doubtful[f"{column}: addresses without https:// are given it"] += 1
            return f"https://{text}"
        if form is not None and form.name == "web address" and has_several_addresses(text):
            raise Unread('a cell has several addresses; say which, `{split: ";", item: 1}`')
        return text

    def _find_party(self, text: str) -> str:
        if (key := self._find_spelling(text)) is not None:
            return key
        found = self._directory.find(text)
        if len(found.keys) == 1:
            self._report.parties[text, found.keys[0], found.how] += 1
            return found.keys[0]
        if found.keys:
            raise Unread(f"{text!r} may be {' or '.join(found.keys)}; write the key")
        near = self._directory.find_near(text)
        meant = f"did you mean {' or '.join(near)}? " if near else ""
        if self._new_parties is None:
            raise Unread(
                f"no party is called {text!r}; {meant}Correct it, add the name to a party, or have "
                "parties made by `newParties: {kind: …}` in the map"
            )
        members = self._new_parties.find(text)
        if members is None:
            raise Unread(
                f"no party is called {text!r}; {meant}Correct it, or say in the map what it is, "
                f"`newParties: {{{text}: …}}` with a kind"
            )
        key = make_key(text)
        party = {"key": key, "name": text, **members}
        self.made_parties[key] = party
        self._report.new_parties[key] = text
        if near:
            self._report.doubtful[f"{text!r} is made as a new party, and is like {near[0]!r}"] += 1
        if party.get("curation") not in SET_ASIDE:
            self._directory.add(party)
        return key

    def _find_spelling(self, text: str) -> str | None:
        """The party that the map says to be meant; None if it says nothing. Raises Unread."""
        news = self._new_parties
        meant = news.spellings.get(fold_party_name(text)) if news is not None else None
        if news is None or meant is None:
            return None
        found = self._directory.find(meant).keys
        if not found and news.find(meant) is None:
            raise Unread(
                f"`newParties` says that {text!r} is {meant!r}, and no party is called so; write a "
                "kind, or the name of another that is here or in the store"
            )
        key = found[0] if len(found) == 1 else self._find_party(meant)
        made = self.made_parties.get(key)
        if made is not None and all(name["value"] != text for name in made.get("names", ())):
            made["names"] = [*made.get("names", ()), {"value": text, "kind": "ALIAS"}]
        self._report.parties[text, key, "as the map says"] += 1
        return key

    def _read_enum(self, text: str, kind: type[Described], column: str) -> str:
        bare = re.sub(r"[\s-]+", "_", text.strip()).upper()
        if bare in [*kind]:
            return bare
        meant = find_similar(text, [*kind])
        hint = f" Did you mean {' or '.join(meant)}?" if meant else ""
        raise Unread(
            f"{text!r} is none of {', '.join(kind)}; say which in the map, "
            f"`values: {{{text}: …}}`, or null for no record.{hint}"
        )


def _read_bool(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    text = text_of_cell(cell).casefold()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise Unread(f"{format_value(cell)} is neither yes nor no")


def _read_number(cell: Cell, kind: type) -> Any:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if kind is int and float(cell).is_integer() else cell
    text = text_of_cell(cell).strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unread(f"{text!r} is no number; write digits and a point, such as 1200.5") from None
    if kind is int:
        if number != int(number):
            raise Unread(f"{text!r} is no whole number")
        return int(number)
    return float(number) if kind is float else text
