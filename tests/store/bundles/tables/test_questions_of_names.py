"""What was asked of a register's people and of names in ten scripts, against plain counting."""

import json
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLSchema

from store.bundles.importing import import_bundle
from store.bundles.reader import Place, Raw
from store.bundles.registers.popolo import read_popolo
from store.bundles.registers.reading import RegisterReader
from tests.conftest import Dataset
from tests.store.bundles.tables import asking
from tests.store.bundles.tables.asking import count, facet, keys
from tests.store.bundles.tables.generated_sets import make_names, make_people
from tests.store.samples import TESTER

People = tuple[Dataset, dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
async def people(
    mongodb_url: str, schema: GraphQLSchema, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[People]:
    async with asking.empty(mongodb_url, schema, "people") as dataset:
        folder = tmp_path_factory.mktemp("people")
        data = make_people(folder)
        reader = RegisterReader("popolo", curation="ACCEPTED")
        read_popolo(json.loads((folder / "people.json").read_text()), reader)
        items = [Raw("parties", party, Place("people.json", 1)) for party in reader.list_parties()]
        await import_bundle(dataset.database, [], TESTER, converted=items)
        yield dataset, data


async def key_by_identifier(dataset: Dataset, value: str) -> str:
    (key,) = await keys(dataset, "parties", f'identifier: {{value: ["{value}"]}}')
    return key


async def keys_of(dataset: Dataset, idents: set[str]) -> set[str]:
    return {await key_by_identifier(dataset, ident) for ident in idents}


async def test_everybody_is_found_by_identifier(people: People) -> None:
    dataset, data = people
    found = [await key_by_identifier(dataset, one["id"]) for one in data["persons"]]
    assert len({*found}) == len(data["persons"]) == 100


async def test_members_of_a_body_and_of_two_at_once(people: People) -> None:
    dataset, data = people
    members: dict[str, set[str]] = {}
    for one in data["memberships"]:
        members.setdefault(one["organization_id"], set()).add(one["person_id"])
    for body, persons in members.items():
        key = await key_by_identifier(dataset, body)
        found = await keys(dataset, "parties", f'memberOf: {{eq: "{key}"}}')
        assert found == await keys_of(dataset, persons)
    council, party = "council-3", "party-1"
    both = [
        f'{{memberOf: {{eq: "{await key_by_identifier(dataset, b)}"}}}}' for b in (council, party)
    ]
    found = await keys(dataset, "parties", f"and: [{', '.join(both)}]")
    assert found == await keys_of(dataset, members[council] & members[party])
    assert found


async def test_all_mayors_and_those_of_a_body(people: People) -> None:
    dataset, data = people
    for role in ("mayor", "deputy mayor", "councillor"):
        holders = {one["person_id"] for one in data["memberships"] if one.get("role") == role}
        found = await count(dataset, "parties", f'role: {{name: "{role}"}}')
        assert found == len(holders)
    here = {
        one["person_id"]
        for one in data["memberships"]
        if one.get("role") == "mayor" and one["organization_id"] == "council-2"
    }
    key = await key_by_identifier(dataset, "council-2")
    condition = f'role: {{name: "mayor", eq: "{key}"}}'
    assert await keys(dataset, "parties", condition) == await keys_of(dataset, here)


async def test_people_of_one_name_are_all_found(people: People) -> None:
    dataset, data = people
    names = Counter(person["name"] for person in data["persons"])
    twice = [name for name, times in names.items() if times > 1]
    assert twice == ["Ana Sample Twice"]
    for name in [*twice, "Ana Sample 7"]:
        assert await count(dataset, "parties", f'name: "{name}"') == names[name]


async def test_bodies_by_kind(people: People) -> None:
    dataset, data = people
    kinds = {"legislature": "PARLIAMENT", "party": "POLITICAL_PARTY"}
    by_hand = Counter(kinds[one["classification"]] for one in data["organizations"])
    by_hand["PERSON"] = len(data["persons"])
    assert await facet(dataset, "parties", "KIND") == by_hand


# --- Names in several scripts --------------------------------------------------------------------

Names = tuple[Dataset, list[dict[str, str]]]


@pytest.fixture(scope="module")
async def names(
    mongodb_url: str, schema: GraphQLSchema, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Names]:
    async with asking.empty(mongodb_url, schema, "names") as dataset:
        folder = tmp_path_factory.mktemp("names")
        yield dataset, await asking.load(dataset, folder, "names", make_names)


def without_marks(text: str) -> str:
    table = str.maketrans("łŁøØđĐþÞðıß", "lLoOdDtTdis")
    plain = unicodedata.normalize("NFKD", text.translate(table))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


VARIANTS = {
    "as it is": lambda name: name,
    "in small letters": str.lower,
    "with doubled blanks": lambda name: name.replace(" ", "  "),
    "in NFD": lambda name: unicodedata.normalize("NFD", name),
    "with a curly apostrophe": lambda name: name.replace("'", "\u2019"),
}


@pytest.mark.parametrize("variant", VARIANTS)
async def test_every_form_finds_its_party(names: Names, variant: str) -> None:
    dataset, rows = names
    by_name: dict[str, set[str]] = {}
    for row in rows:
        for form in (row["name"], *row["aliases"].split("|")):
            by_name.setdefault(form, set()).add(row["id"])
    for form, expected in by_name.items():
        asked = VARIANTS[variant](form)
        data = await dataset.ask(
            "query ($name: String!) { parties(filter: {name: $name}) { nodes { key } } }",
            name=asked,
        )
        assert {node["key"] for node in data["parties"]["nodes"]} == expected, asked


PARTS = {
    "サンプル": "サンプル",
    "образцов": "образцов",
    "경제산업": "경제산업",
    "ตัวอย่าง": "ตัวอย่าง",
    "پاکستان": "پاکستان",
    # On an Arabic keyboard kaf and teh marbuta are other letters.
    "\u067e\u0627\u0643\u0633\u062a\u0627\u0646": "پاکستان",
    "القاعد\u0647": "القاعدة",
}
"""What is asked, and what is written."""


@pytest.mark.parametrize("asked", PARTS)
async def test_a_part_of_a_name_finds_all_that_have_it(names: Names, asked: str) -> None:
    dataset, rows = names
    by_hand = {row["id"] for row in rows if PARTS[asked] in row["aliases"]}
    assert await keys(dataset, "parties", f'search: "{asked}"') == by_hand
    assert by_hand


async def test_names_typed_without_their_marks(names: Names) -> None:
    dataset, rows = names
    for row in rows:
        if row["kind"] == "person" and "Þ" not in row["name"]:
            plain = without_marks(row["name"])
            assert row["id"] in await keys(dataset, "parties", f'name: "{plain}"'), plain


async def test_by_country_kind_and_register(names: Names) -> None:
    dataset, rows = names
    countries = Counter(row["country"] for row in rows if row["country"])
    assert await facet(dataset, "parties", "COUNTRY") == countries
    for country, n in countries.items():
        assert await count(dataset, "parties", f'country: "{country}"') == n
    kinds = Counter("PERSON" if r["kind"] == "person" else "PUBLIC_BODY" for r in rows)
    assert await facet(dataset, "parties", "KIND") == kinds
    for row in rows[::10]:
        condition = f'identifier: {{scheme: "sample-register", value: ["{row["id"]}"]}}'
        assert await keys(dataset, "parties", condition) == {row["id"]}
