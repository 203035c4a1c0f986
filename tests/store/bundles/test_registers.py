"""Popolo and FollowTheMoney: read into parties, and written so that their libraries read them."""

import json
from typing import Any

import pytest

from store.bundles.reader import Raw, read
from store.bundles.registers.follow_the_money import read_entities, write_entities
from store.bundles.registers.popolo import read_popolo, write_popolo
from store.bundles.registers.reading import RegisterReader, RegisterRefused
from store.records.nouns import model_of
from store.records.parties import Party, PartyKind
from tests.conftest import ROOT


def fixtures() -> list[Party]:
    raws = read(ROOT / "fixtures" / "invented" / "parties.yaml")
    parties = [model_of("parties", raw.members).model_validate(raw.members) for raw in raws
               if isinstance(raw, Raw)]  # fmt: skip
    return [party for party in parties if isinstance(party, Party)]


PARTIES = fixtures()


def read_back(reader: RegisterReader) -> dict[str, Party]:
    """The parties that were read, valid by our own models."""
    found = {}
    for members in reader.list_parties():
        party = model_of("parties", members).model_validate(members)
        assert isinstance(party, Party)
        found[party.key] = party
    return found


POPOLO: dict[str, Any] = {
    "persons": [
        {
            "id": "person/ana",
            "name": "Ana Bar",
            "email": "ana@dol.example",
            "other_names": [
                {"name": "A. Bar"},
                {"name": "Ana Foo", "end_date": "2019", "note": "née"},
                {"name": "अना", "lang": "hi", "note": "transliteration"},
            ],
            "identifiers": [{"scheme": "wikidata", "identifier": "Q0"}],
            "memberships": [{"organization_id": "council", "role": "mayor"}],
        }
    ],
    "organizations": [
        {"id": "council", "name": "Council of Dol", "classification": "legislature"},
        {"id": "parks", "name": "Parks", "classification": "committee", "parent_id": "council"},
    ],
    "memberships": [
        {"person_id": "person/ana", "organization_id": "parks", "start_date": "2020-03-00"},
        {"person_id": "nobody", "organization_id": "parks"},
    ],
}


def test_popolo_is_read() -> None:
    reader = RegisterReader("popolo")
    read_popolo(POPOLO, reader)
    found = read_back(reader)
    ana = next(party for party in found.values() if party.name == "Ana Bar")
    assert ana.kind is PartyKind.PERSON
    assert [(n.value, str(n.kind)) for n in ana.names] == [
        ("A. Bar", "ALIAS"), ("Ana Foo", "FORMER"), ("अना", "TRANSLITERATION"),
    ]  # fmt: skip
    assert {(i.scheme, i.value) for i in ana.identifiers} == {
        ("popolo", "person/ana"), ("wikidata", "Q0"),
    }  # fmt: skip
    held = {(m.organization, m.role, m.start.edtf if m.start else None) for m in ana.memberships}
    assert held == {("council", "mayor", None), ("parks", None, "2020-03")}
    assert found["parks"].model_dump()["parent"] == "council"
    assert reader.left_out == {
        "persons.email": 1, "memberships of whom or in what is not in the register": 1,
    }  # fmt: skip


def test_a_body_without_a_kind_is_a_fault_unless_one_is_told() -> None:
    data = {"organizations": [{"id": n, "name": n, "classification": "club"} for n in ("a", "b")]}
    reader = RegisterReader("popolo")
    read_popolo(data, reader)
    with pytest.raises(RegisterRefused, match=r"'club'\? Say by --kind which to take \(2 times\)"):
        reader.list_parties()
    told = RegisterReader("popolo", PartyKind.CIVIL_SOCIETY)
    read_popolo(data, told)
    assert {party.kind for party in read_back(told).values()} == {PartyKind.CIVIL_SOCIETY}


def names_of(party: Party) -> set[tuple[str, str]]:
    return {(name.value, str(name.kind)) for name in party.names}


SPECIFIED = {
    "persons": {"id", "name", "other_names", "identifiers"},
    "organizations": {"id", "name", "other_names", "identifiers", "classification", "parent_id"},
    "memberships": {
        "id", "person_id", "member_id", "organization_id", "role", "start_date", "end_date",
    },
    "other_names": {"name", "note", "start_date", "end_date", "lang"},
    "identifiers": {"scheme", "identifier"},
}  # fmt: skip
"""The members of Popolo's classes that we write, as its specification names them."""


def check_members(noun: str, entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        assert set(entry) <= SPECIFIED[noun], noun
        for within in ("other_names", "identifiers"):
            check_members(within, entry.get(within, []))


def test_what_we_write_as_popolo_has_its_members_and_is_read_by_us() -> None:
    written = json.loads(json.dumps(write_popolo(PARTIES)))
    for noun in ("persons", "organizations", "memberships"):
        check_members(noun, written[noun])
    ids = {entry["id"] for noun in ("persons", "organizations") for entry in written[noun]}
    assert ids == {party.key for party in PARTIES}
    for link in written["memberships"]:
        assert {link.get("person_id") or link["member_id"], link["organization_id"]} <= ids
    reader = RegisterReader("popolo")
    read_popolo(written, reader)
    ours = read_back(reader)
    for party in PARTIES:
        again = ours[party.key]
        assert (again.kind, again.name, names_of(again)) == (
            party.kind, party.name, names_of(party),
        )  # fmt: skip
        assert [(m.organization, m.role) for m in again.memberships] == [
            (m.organization, m.role) for m in party.memberships
        ]
        assert getattr(again, "parent", None) == getattr(party, "parent", None)


# followthemoney builds PyICU from C++ where it is installed, for minutes, and needs ICU's headers:
# it is in no lock. These two run where somebody has installed it.
def test_what_we_write_as_entities_is_valid_to_their_library_and_read_by_us() -> None:
    followthemoney = pytest.importorskip("followthemoney")
    proxies = pytest.importorskip("followthemoney.proxy")
    # XV, the country of what is invented, is none to them.
    parties = [party.model_copy(update={"country": "PK"}) for party in PARTIES]
    written = list(write_entities(parties))
    by_id = {}
    for entity in written:
        schema = followthemoney.model.get(entity["schema"])
        assert schema is not None
        schema.validate(entity)
        proxy = proxies.EntityProxy.from_dict(entity, cleaned=False)
        by_id[proxy.id] = proxy
        for name, values in entity["properties"].items():
            assert len(proxy.get(name)) == len(values), (name, values)
    for party in PARTIES:
        assert by_id[party.key].caption == party.name
    links = [proxy for proxy in by_id.values() if proxy.schema.name == "Membership"]
    assert len(links) == sum(len(party.memberships) for party in PARTIES)
    for link in links:
        assert by_id[link.first("member")].schema.is_a("LegalEntity")
        assert by_id[link.first("organization")].schema.is_a("Organization")
    reader = RegisterReader("ftm")
    read_entities(written, reader)
    ours = read_back(reader)
    assert {k: (p.kind, p.name) for k, p in ours.items()} == {
        party.key: (party.kind, party.name) for party in PARTIES
    }


def test_entities_of_their_library_are_read() -> None:
    followthemoney = pytest.importorskip("followthemoney")
    person = followthemoney.model.make_entity("Person")
    person.id = "p1"
    for name, value in (
        ("name", "山田太郎"), ("alias", "Yamada Tarō"), ("previousName", "Satō Tarō"),
        ("country", "jp"), ("wikidataId", "Q7"), ("birthDate", "1970"),
    ):  # fmt: skip
        person.add(name, value)
    party = followthemoney.model.make_entity("Organization")
    party.id = "o1"
    party.add("name", "Sample Party")
    party.add("topics", "pol.party")
    link = followthemoney.model.make_entity("Membership")
    link.id = "m1"
    for name, value in (("member", "p1"), ("organization", "o1"), ("role", "leader"),
                        ("startDate", "2020-05")):  # fmt: skip
        link.add(name, value)
    vessel = followthemoney.model.make_entity("Vessel")
    vessel.id = "v1"
    vessel.add("name", "Ship")
    reader = RegisterReader("ftm")
    read_entities([one.to_dict() for one in (person, party, link, vessel)], reader)
    found = read_back(reader)
    yamada = found["p1"]
    assert (yamada.name, yamada.country) == ("山田太郎", "JP")
    assert names_of(yamada) == {("Yamada Tarō", "ALIAS"), ("Satō Tarō", "FORMER")}
    (membership,) = yamada.memberships
    assert (membership.organization, membership.role) == ("o1", "leader")
    assert str(found["o1"].kind) in ("POLITICAL_PARTY", "GROUP")
    assert reader.left_out == {"Person.birthDate": 1, "entities of schema Vessel": 1}
