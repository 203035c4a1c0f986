"""FollowTheMoney, the entities of OpenSanctions and Aleph (followthemoney.tech), one a line."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from store.bundles.registers.reading import RegisterReader, plain_day, without_empty
from store.records.countries import fault_of
from store.records.parties import NameKind, Organization, Party, PartyKind

_SCHEMATA = {
    "Person": "PERSON",
    "Company": "COMPANY",
    "PublicBody": "PUBLIC_BODY",
    "Organization": None,
    "LegalEntity": None,
}
"""Kinds by schema; None where `topics` or `classification` have to say more."""

_TOPICS = {
    "pol.party": "POLITICAL_PARTY" if "POLITICAL_PARTY" in [*PartyKind] else "GROUP",
    "gov.igo": "INTERGOVERNMENTAL",
}
_CLASSIFICATIONS = {"government": "GOVERNMENT", "ministry": "MINISTRY", "ngo": "CIVIL_SOCIETY"}
_LINKS = {
    "Membership": ("member", "organization"),
    "Directorship": ("director", "organization"),
    "Employment": ("employee", "employer"),
}
"""Schemata that link a member to a body, with the properties that name the two."""

_NAMES = {
    "name": NameKind.ALIAS,
    "alias": NameKind.ALIAS,
    "weakAlias": NameKind.ALIAS,
    "previousName": NameKind.FORMER,
    "abbreviation": NameKind.ACRONYM,
}
_PROPERTIES = {NameKind.FORMER: "previousName", NameKind.ACRONYM: "abbreviation"}
"""Where names of a kind are written; others are `alias`."""

_IDENTIFIERS = (
    "wikidataId", "registrationNumber", "leiCode", "taxNumber", "idNumber", "innCode", "ogrnCode",
    "vatCode", "opencorporatesUrl", "icijId", "uniqueEntityId",
)  # fmt: skip
_SCHEMA_OF = {PartyKind.PERSON: "Person", PartyKind.COMPANY: "Company"}
_PUBLIC = ("GOVERNMENT", "MINISTRY", "REGULATOR", "PUBLIC_BODY", "LOCAL_GOVERNMENT", "PARLIAMENT",
           "COURT")  # fmt: skip
_READ = {*_NAMES, *_IDENTIFIERS, "country", "jurisdiction", "classification", "parent", "topics"}


def read_entities(entities: Iterable[Mapping[str, Any]], reader: RegisterReader) -> None:
    """Reads persons, bodies, and what links them."""
    listed = list(entities)
    for entity in listed:
        if entity.get("schema") in _SCHEMATA:
            _read_party(entity, reader)
        elif entity.get("schema") not in _LINKS:
            reader.left_out[f"entities of schema {entity.get('schema')}"] += 1
    for entity in listed:
        properties = entity.get("properties", {})
        if entity.get("schema") in _LINKS:
            _read_link(str(entity["schema"]), properties, reader)
        elif (parent := reader.parties.get(_first(properties, "parent") or "")) is not None:
            party = reader.parties.get(str(entity["id"]))
            if party is not None and party["kind"] != PartyKind.PERSON:
                party["parent"] = parent["key"]


def _first(properties: Mapping[str, Any], name: str) -> str | None:
    return next((str(value) for value in properties.get(name, ())), None)


def _read_party(entity: Mapping[str, Any], reader: RegisterReader) -> None:
    properties: Mapping[str, Any] = entity.get("properties", {})
    kind = _SCHEMATA[entity["schema"]]
    topics = [_TOPICS[topic] for topic in properties.get("topics", ()) if topic in _TOPICS]
    said = _first(properties, "classification")
    named = (said or "").upper()
    if kind != PartyKind.PERSON and named in [*PartyKind] and named != PartyKind.PERSON:
        kind = named
    if kind is None:
        kind = topics[0] if topics else reader.find_kind(said, _CLASSIFICATIONS)
    name = str(entity.get("caption") or _first(properties, "name") or "")
    if kind is None or not name:
        reader.left_out["entities without a name"] += kind is not None
        return
    party = reader.make_party(str(entity["id"]), name, kind)
    for property_, name_kind in _NAMES.items():
        for value in properties.get(property_, ()):
            if value != name:
                party["names"].append({"value": value, "kind": name_kind})
    for scheme in _IDENTIFIERS:
        for value in properties.get(scheme, ()):
            party["identifiers"].append({"scheme": scheme, "value": value})
    codes = {c.upper() for n in ("country", "jurisdiction") for c in properties.get(n, ())}
    if len(codes) == 1 and fault_of(code := codes.pop()) is None:
        party["country"] = code
    elif codes:
        reader.left_out["countries, where there are several or codes of no country"] += 1
    for unread in properties.keys() - _READ:
        reader.left_out[f"{entity['schema']}.{unread}"] += 1


def _read_link(schema: str, properties: Mapping[str, Any], reader: RegisterReader) -> None:
    of, in_ = _LINKS[schema]
    member = reader.parties.get(_first(properties, of) or "")
    body = reader.parties.get(_first(properties, in_) or "")
    if member is None or body is None:
        reader.left_out["memberships of whom or in what is not in the register"] += 1
        return
    member["memberships"].append(
        without_empty(
            {
                "organization": body["key"],
                "role": _first(properties, "role"),
                "start": reader.read_day(_first(properties, "startDate")),
                "end": reader.read_day(_first(properties, "endDate")),
            }
        )
    )


def write_entities(parties: Iterable[Party]) -> Iterator[dict[str, Any]]:
    """The parties as entities, and one for each membership. Dates that are vaguer than a year are
    left out.
    """
    for party in parties:
        schema = _SCHEMA_OF.get(party.kind)
        if schema is None:
            schema = "PublicBody" if party.kind in _PUBLIC else "Organization"
        properties: dict[str, list[str]] = {"name": [party.name]}
        for name in party.names:
            property_ = _PROPERTIES.get(name.kind, "alias")
            properties.setdefault(property_, []).append(name.value)
        for one in party.identifiers:
            if one.scheme in _IDENTIFIERS:
                properties.setdefault(one.scheme, []).append(one.value)
        if party.country is not None:
            properties["country"] = [party.country.lower()]
        if isinstance(party, Organization):
            properties["classification"] = [party.kind.lower()]
            if party.parent is not None:
                properties["parent"] = [party.parent]
        yield {"id": party.key, "schema": schema, "properties": properties}
        for n, membership in enumerate(party.memberships):
            linked = {
                "member": party.key,
                "organization": membership.organization,
                "role": membership.role,
                "startDate": plain_day(membership.start),
                "endDate": plain_day(membership.end),
            }
            yield {
                "id": f"{party.key}-member-{n}",
                "schema": "Membership",
                "properties": {name: [value] for name, value in without_empty(linked).items()},
            }
