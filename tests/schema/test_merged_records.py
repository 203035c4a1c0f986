"""After a merge, readers find the survivor by what was merged, and see what that said."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLSchema

from engine.global_ids import to_global_id
from tests.conftest import Dataset, empty_dataset
from tests.store.samples import (
    DOUBTED,
    article,
    changed,
    commitment,
    evidence,
    follow_up,
    party,
    record,
    request,
    store,
    write,
)


@pytest.fixture(scope="module")
async def merged(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """The sample store, with a record of each noun that lives on in one of it."""
    old = record(
        "parties",
        "old",
        kind="COMPANY",
        name="Roads Department",
        names=[{"value": "Thoroughfares Bureau", "kind": "FORMER"}],
        identifiers=[{"scheme": "wikidata", "value": "Q42"}],
    )
    twin = party("twin", "PERSON", memberships=[{"organization": "gov", "role": "Adviser"}])
    call = record("meetings", "m9", title="A call", kind="CALL", date="2020",
                  evidence=[evidence("a2", DOUBTED)])  # fmt: skip
    doubted = {"evidence": [evidence("a2", DOUBTED)]}
    gone = {
        "telno": [old],
        "ann": [twin],
        "a1": [article("a9", headline="Cheaper calls", text="Once more.")],
        "m1": [call],
        "c2": [commitment("c9", title="Cheap calls", dueOn="2023", **doubted)],
        "r1": [request("r9", title="A helpline", **doubted)],
        "f1": [follow_up("f9", kind="MENTIONED", **doubted)],
    }
    async with empty_dataset(mongodb_url, "merged-records", schema) as data:
        await write(data.database, *store(), *(r for rs in gone.values() for r in rs))
        merging = [changed(r, mergedInto=into) for into, rs in gone.items() for r in rs]
        await write(data.database, *merging)
        yield data


async def found(merged: Dataset, words: str, types: str = "") -> list[tuple[str, list[str]]]:
    """What a search finds, with the texts that are highlighted."""
    data = await merged.ask(
        "query($words: String!) { search(query: $words " + types + ") { nodes {"
        " item { ... on Record { key } } highlights { text } } } }",
        words=words,
    )
    hits = data["search"]["nodes"]
    return [(h["item"]["key"], [part["text"] for part in h["highlights"]]) for h in hits]


@pytest.mark.parametrize("name", ["Roads Department", "thoroughfares bureau"])
async def test_a_party_is_found_by_the_old_name(merged: Dataset, name: str) -> None:
    ((key, highlights),) = await found(merged, name, "types: [PARTIES]")
    assert key == "telno" and [h.lower() for h in highlights] == [name.lower()]
    data = await merged.ask(
        "query($name: String!) { parties(filter: {name: $name}) { totalCount nodes { key } }"
        " listed: parties(filter: {search: $name}) { nodes { key } } }",
        name=name,
    )
    assert data == {
        "parties": {"totalCount": 1, "nodes": [{"key": "telno"}]},
        "listed": {"nodes": [{"key": "telno"}]},
    }


async def test_what_names_it_is_found_by_the_old_name(merged: Dataset) -> None:
    hits = await found(merged, "Roads Department")
    assert {key for key, _ in hits} == {"telno", "a1", "m1", "c1", "c2", "r1"}
    listed = await merged.ask(
        '{ commitments(filter: {search: "Thoroughfares"}) { nodes { key } } }'
    )
    assert {c["key"] for c in listed["commitments"]["nodes"]} == {"c1", "c2"}


@pytest.mark.parametrize(
    ("title", "key"),
    [("Cheaper calls", "a1"), ("Cheap calls", "c2"), ("A call", "m1"), ("A helpline", "r1")],
)
async def test_other_records_are_found_by_the_old_title(
    merged: Dataset, title: str, key: str
) -> None:
    assert (key, [title]) in await found(merged, f'"{title}"')


async def test_memberships_are_followed(merged: Dataset) -> None:
    data = await merged.ask(
        """{
          parties(filter: {memberOf: {eq: "gov"}}) { nodes { key } }
          party(by: {key: "gov"}) { ... on Organization { members { nodes { key } } } }
        }"""
    )
    assert data["parties"]["nodes"] == data["party"]["members"]["nodes"] == [{"key": "ann"}]


SHOWN = """{
  telno: party(by: {key: "telno"}) { names { value } identifiers { value } mergedFrom {
    key kind name names { value kind } identifiers { scheme value } country note } }
  ann: party(by: {key: "twin"}) { key redirectedFrom mergedFrom {
    memberships { role organization { key name } } } }
  gov: party(by: {key: "gov"}) { mergedFrom { key } }
  article(by: {key: "a1"}) { mergedFrom { headline sourceUrl mentions { surface } } }
  meeting(by: {key: "m1"}) { mergedFrom { title evidence { article { key } } }
    articles { key } }
  commitment(by: {key: "c2"}) { dueOn { edtf } articles { key } mergedFrom {
    key title dueOn { edtf } evidence { excerpt article { key } } } }
  request(by: {key: "r1"}) { articles { key } mergedFrom { key } }
  followUp(by: {key: "f1"}) { mergedFrom { key kind } }
  report: article(by: {key: "a2"}) { commitments { nodes { key } } requests { nodes { key } }
    meetings { nodes { key } } }
}"""


async def test_what_was_merged_is_shown_as_it_was_stated(merged: Dataset) -> None:
    both = [{"key": "a1"}, {"key": "a2"}]
    assert await merged.ask(SHOWN) == {
        "telno": {
            "names": [],
            "identifiers": [],
            "mergedFrom": [
                {
                    "key": "old",
                    "kind": "COMPANY",
                    "name": "Roads Department",
                    "names": [{"value": "Thoroughfares Bureau", "kind": "FORMER"}],
                    "identifiers": [{"scheme": "wikidata", "value": "Q42"}],
                    "country": None,
                    "note": None,
                }
            ],
        },
        "ann": {
            "key": "ann",
            "redirectedFrom": "twin",
            "mergedFrom": [
                {
                    "memberships": [
                        {"role": "Adviser", "organization": {"key": "gov", "name": "Gov"}}
                    ]
                }
            ],
        },
        "gov": {"mergedFrom": []},
        "article": {
            "mergedFrom": [{"headline": "Cheaper calls", "sourceUrl": None, "mentions": []}]
        },
        "meeting": {
            "mergedFrom": [{"title": "A call", "evidence": [{"article": {"key": "a2"}}]}],
            "articles": both,
        },
        "commitment": {
            "dueOn": None,
            "articles": both,
            "mergedFrom": [
                {
                    "key": "c9",
                    "title": "Cheap calls",
                    "dueOn": {"edtf": "2023"},
                    "evidence": [{"excerpt": DOUBTED, "article": {"key": "a2"}}],
                }
            ],
        },
        "request": {"articles": both, "mergedFrom": [{"key": "r9"}]},
        "followUp": {"mergedFrom": [{"key": "f9", "kind": "MENTIONED"}]},
        "report": {
            "commitments": {"nodes": [{"key": "c2"}]},
            "requests": {"nodes": [{"key": "r1"}]},
            "meetings": {"nodes": [{"key": "m1"}]},
        },
    }


async def test_what_was_merged_into_many_is_as_many_commands_as_into_two(merged: Dataset) -> None:
    for first in (2, 100):
        await merged.ask(f"{{ parties(first: {first}) {{ nodes {{ mergedFrom {{ name }} }} }} }}")
        # The page, then persons and organisations, which are types of their own.
        assert merged.commands == ["find parties"] * 3


async def test_every_way_to_a_merged_record_leads_to_its_survivor(merged: Dataset) -> None:
    old = [
        *(
            ("party", "parties", "old"),
            ("article", "articles", "a9"),
            ("meeting", "meetings", "m9"),
        ),
        *(("commitment", "commitments", "c9"), ("request", "requests", "r9")),
        ("followUp", "follow_ups", "f9"),
    ]
    for field, noun, key in old:
        address = f"/{noun.replace('_', '-')}/{key}"
        asked = await merged.ask(
            f'{{ k: {field}(by: {{key: "{key}"}}) {{ id key redirectedFrom }}'
            f' u: {field}(by: {{url: "{address}"}}) {{ id key redirectedFrom }} }}'
        )
        assert asked["k"] == asked["u"]
        assert asked["k"]["redirectedFrom"] == key != asked["k"]["key"]
        (stored,) = await merged.database.find(noun, {"_id": key})
        assert stored["mergedInto"] == asked["k"]["key"]
        await assert_node(merged, noun, key, asked["k"])


async def assert_node(merged: Dataset, noun: str, key: str, shown: dict[str, Any]) -> None:
    """The id that the merged record had leads to the survivor, too."""
    one = "... on Record { id key redirectedFrom }"
    data = await merged.ask(
        f"query($id: ID!) {{ node(id: $id) {{ {one} }} nodes(ids: [$id, $id]) {{ {one} }} }}",
        id=to_global_id(noun, key),
    )
    assert data == {"node": shown, "nodes": [shown, shown]}
