"""Popolo, the JSON of people, organizations and memberships (popoloproject.com)."""

from collections.abc import Iterable, Mapping
from typing import Any

from store.bundles.registers.reading import RegisterReader, plain_day, without_empty
from store.records.parties import NameKind, Organization, Party, PartyKind

_KINDS = {
    "party": "POLITICAL_PARTY" if "POLITICAL_PARTY" in [*PartyKind] else "GROUP",
    "legislature": "PARLIAMENT" if "PARLIAMENT" in [*PartyKind] else "PUBLIC_BODY",
    "chamber": "PARLIAMENT" if "PARLIAMENT" in [*PartyKind] else "PUBLIC_BODY",
    "executive": "GOVERNMENT",
    "cabinet": "GOVERNMENT",
    "department": "MINISTRY",
    "committee": "WORKING_GROUP",
    "commission": "PUBLIC_BODY",
    "corporation": "COMPANY",
    "ngo": "CIVIL_SOCIETY",
}
"""Kinds by the classifications that are in use. Our own kinds are understood besides."""

_PERSON = {"id", "name", "other_names", "identifiers", "memberships", "national_identity"}
_ORGANIZATION = {
    "id", "name", "other_names", "identifiers", "memberships", "classification", "parent_id",
}  # fmt: skip
_MEMBERSHIP = {
    "id", "person_id", "member_id", "organization_id", "role", "label", "start_date", "end_date",
}  # fmt: skip


def read_popolo(data: Mapping[str, Any], reader: RegisterReader) -> None:
    """Reads all persons, organizations and memberships."""
    for entry in data.get("persons", ()):
        party = reader.make_party(str(entry["id"]), str(entry["name"]), PartyKind.PERSON)
        _read_names(entry, party, reader)
        _count_others(entry, _PERSON, "persons", reader)
    for entry in data.get("organizations", ()):
        kind = reader.find_kind(entry.get("classification"), _KINDS)
        if kind is not None:
            party = reader.make_party(str(entry["id"]), str(entry["name"]), kind)
            _read_names(entry, party, reader)
        _count_others(entry, _ORGANIZATION, "organizations", reader)
    for entry in data.get("organizations", ()):
        parent = reader.parties.get(str(entry.get("parent_id")))
        if parent is not None and str(entry["id"]) in reader.parties:
            reader.parties[str(entry["id"])]["parent"] = parent["key"]
    own = [
        {"person_id": entry["id"], **membership}
        for noun in ("persons", "organizations")
        for entry in data.get(noun, ())
        for membership in entry.get("memberships", ())
    ]
    for entry in (*data.get("memberships", ()), *own):
        _read_membership(entry, reader)


def _read_names(entry: Mapping[str, Any], party: dict[str, Any], reader: RegisterReader) -> None:
    for other in entry.get("other_names", ()):
        note = str(other.get("note") or "").upper().replace(" ", "_")
        former = NameKind.FORMER if other.get("end_date") else NameKind.ALIAS
        party["names"].append(
            without_empty(
                {
                    "value": other["name"],
                    "kind": note if note in [*NameKind] else former,
                    "validFrom": reader.read_day(other.get("start_date")),
                    "validTo": reader.read_day(other.get("end_date")),
                    "language": other.get("lang"),
                }
            )
        )
    for one in entry.get("identifiers", ()):
        named = {"scheme": str(one.get("scheme") or "unknown"), "value": str(one["identifier"])}
        if named not in party["identifiers"]:
            party["identifiers"].append(named)


def _read_membership(entry: Mapping[str, Any], reader: RegisterReader) -> None:
    member = reader.parties.get(str(entry.get("person_id") or entry.get("member_id")))
    body = reader.parties.get(str(entry.get("organization_id")))
    _count_others(entry, _MEMBERSHIP, "memberships", reader)
    if member is None or body is None:
        reader.left_out["memberships of whom or in what is not in the register"] += 1
        return
    member["memberships"].append(
        without_empty(
            {
                "organization": body["key"],
                "role": entry.get("role") or entry.get("label"),
                "start": reader.read_day(entry.get("start_date")),
                "end": reader.read_day(entry.get("end_date")),
            }
        )
    )


def _count_others(
    entry: Mapping[str, Any], known: Iterable[str], noun: str, reader: RegisterReader
) -> None:
    for name in entry.keys() - {*known}:
        reader.left_out[f"{noun}.{name}"] += 1


def write_popolo(parties: Iterable[Party]) -> dict[str, Any]:
    """The parties as Popolo. Dates that are vaguer than a year are left out."""
    made: dict[str, list[Any]] = {"persons": [], "organizations": [], "memberships": []}
    for party in parties:
        entry = {
            "id": party.key,
            "name": party.name,
            "other_names": [
                without_empty(
                    {
                        "name": name.value,
                        "note": name.kind.lower(),
                        "start_date": plain_day(name.valid_from),
                        "end_date": plain_day(name.valid_to),
                        "lang": name.language,
                    }
                )
                for name in party.names
            ],
            "identifiers": [
                {"scheme": one.scheme, "identifier": one.value} for one in party.identifiers
            ],
        }
        if isinstance(party, Organization):
            entry |= without_empty(
                {"classification": party.kind.lower(), "parent_id": party.parent}
            )
        noun = "organizations" if isinstance(party, Organization) else "persons"
        made[noun].append(without_empty(entry))
        member = "member_id" if isinstance(party, Organization) else "person_id"
        for n, membership in enumerate(party.memberships):
            made["memberships"].append(
                without_empty(
                    {
                        "id": f"{party.key}-{n}",
                        member: party.key,
                        "organization_id": membership.organization,
                        "role": membership.role,
                        "start_date": plain_day(membership.start),
                        "end_date": plain_day(membership.end),
                    }
                )
            )
    return made
