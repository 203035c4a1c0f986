"""What registers of all forms are read with: keys, dates, kinds, and what was not kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.bundles.tables.values import make_key
from store.records.dates import FuzzyDate
from store.records.dates.reading import read_date
from store.records.parties import PartyKind


class RegisterRefused(ValueError):
    """A register that cannot be read; the message says what would be right, each fault once."""


@dataclass(slots=True)
class RegisterReader:
    """Makes parties, as a bundle has them, of the entries of a register.

    `others` is the kind of bodies of which the register does not say one; without it they are
    faults. `left_out` counts what is in the register and has no place in a party.
    """

    scheme: str
    others: PartyKind | None = None
    curation: str | None = None
    parties: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def make_party(self, id_: str, name: str, kind: str) -> dict[str, Any]:
        """A party of this name; its id in the register is its key, and is kept as identifier."""
        party: dict[str, Any] = {
            "key": make_key(id_),
            "kind": kind,
            "name": name,
            "names": [],
            "identifiers": [{"scheme": self.scheme, "value": id_}],
            "memberships": [],
        }
        if self.curation is not None:
            party["curation"] = self.curation
        self.parties[id_] = party
        return party

    def find_kind(self, said: str | None, known: Mapping[str, str]) -> str | None:
        """The kind of a body by what the register says of it; None, and a fault, if that is not
        enough.
        """
        bare = (said or "").strip().lower().replace(" ", "_").replace("-", "_")
        named = known.get(bare, bare.upper())
        if named in [*PartyKind] and named != PartyKind.PERSON:
            return named
        if self.others is not None:
            return self.others
        shown = repr(said) if said else "nothing"
        self.faults[f"what kind of body is meant by {shown}? Say by --kind which to take"] += 1
        return None

    def read_day(self, text: str | None) -> Any:
        """A date of the register; None, counted, where it cannot be read."""
        if not text:
            return None
        reading = read_date(text)
        if reading.meaning is None:
            self.left_out[f"dates that are not understood, such as {text!r}"] += 1
            return None
        written = reading.meaning.date.text
        return written if written == text else {"edtf": written, "statedAs": text}

    def list_parties(self) -> list[dict[str, Any]]:
        """The parties, without what is empty. Raises RegisterRefused with all faults."""
        if self.faults:
            told = [f"{fault} ({count:,} times)" for fault, count in self.faults.items()]
            raise RegisterRefused("\n".join(told))
        return [
            {name: value for name, value in party.items() if value not in (None, [], "")}
            for party in self.parties.values()
        ]


def without_empty(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that say something."""
    return {name: value for name, value in members.items() if value not in (None, "", [], ())}


def plain_day(when: FuzzyDate | None) -> str | None:
    """A date as registers take it, `2024`, `2024-05` or `2024-05-01`; None if it is vaguer."""
    edtf = when.edtf if when is not None else ""
    plain = len(edtf) in (4, 7, 10) and edtf.replace("-", "").isdigit()
    return edtf if plain else None
