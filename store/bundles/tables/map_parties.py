"""Reads from a map what becomes of parties that are not stored, and which names are second ones."""

from collections.abc import Mapping, Set
from typing import Any

from store.bundles.tables.map_faults import MapFaults
from store.bundles.tables.maps import NewParties
from store.records.faults import find_similar, format_value
from store.records.parties import PartyKind, fold_party_name


def parse_new_parties(given: Any, faults: MapFaults) -> NewParties | None:
    """What `newParties` says; None if it says nothing."""
    if given is None:
        return None
    if not isinstance(given, Mapping):
        faults.add("newParties", "write a kind for each name, or {kind: COMPANY} for all")
        return None
    if "kind" in given:
        return NewParties({}, _parse_new_party("kind", given, faults))
    names = {fold_party_name(str(name)) for name in given}
    spellings = {
        str(name): value
        for name, value in given.items()
        if isinstance(value, str) and name != "else" and _is_name(value, names)
    }
    found = {
        str(name): members
        for name, value in given.items()
        if name not in spellings
        and (members := _parse_new_party(str(name), value, faults)) is not None
    }
    # A name in other letters, `ANA BAR: Ana Bar`, is the same name and says nothing.
    folded = {
        fold_party_name(name): meant
        for name, meant in spellings.items()
        if fold_party_name(name) != fold_party_name(meant)
    }
    for name, meant in spellings.items():
        if (other := folded.get(fold_party_name(meant))) is not None:
            faults.add(f"newParties.{name}", f"{meant!r} is itself called {other!r}")
    others = found.pop("else", None)
    return NewParties(
        {fold_party_name(name): members for name, members in found.items()},
        others,
        folded,
    )


def _parse_new_party(name: str, given: Any, faults: MapFaults) -> Mapping[str, Any] | None:
    """The members of a party, given as such or by its kind alone."""
    members = given if isinstance(given, Mapping) else {"kind": given}
    kind = members.get("kind")
    if kind in [*PartyKind]:
        return members
    meant = find_similar(str(kind), [*PartyKind])
    hint = f"; did you mean {' or '.join(meant)}?" if meant else ""
    kinds = ", ".join(PartyKind)
    faults.add(
        f"newParties.{name}",
        f"{format_value(kind)} is none of {kinds}{hint}; of a second spelling, write the name "
        "that the party has here or in the store",
    )
    return None


def _is_name(text: str, names: Set[str]) -> bool:
    """Whether what stands for a new party is the name of another, and no kind, nor one misspelt."""
    if text in [*PartyKind]:
        return False
    is_like_kind = text == text.upper() or (
        " " not in text and find_similar(text.upper(), [*PartyKind])
    )
    return fold_party_name(text) in names or not is_like_kind
