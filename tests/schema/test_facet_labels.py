"""What the values of facets are called: parties by name, topics by label, in few commands."""

from typing import Any

import pytest

from schema.registry import COLLECTIONS
from store.records.dimensions import Nesting
from tests.conftest import Dataset


@pytest.mark.parametrize("noun", ("commitments", "requests", "meetings", "articles"))
async def test_every_party_and_every_labelled_topic_is_called_by_its_name(
    invented: Dataset, noun: str
) -> None:
    facets = COLLECTIONS[noun].facets
    # What has no names is asked with them, too, once.
    asked = [n for n, facet in facets.items() if facet.nesting is not None or "YEAR" in n]
    data = await invented.ask(
        f"""{{ found: {noun} {{ facets(by: [{" ".join(asked)}]) {{ facet values {{ value
                 party {{ key name }} concept {{ path label thai: label(language: "th") }} }} }} }}
               parties(first: 100) {{ nodes {{ key name }} }}
               concepts {{ nodes {{ path label }} }} }}"""
    )
    names = {party["key"]: party["name"] for party in data["parties"]["nodes"]}
    labels = {concept["path"]: concept["label"] for concept in data["concepts"]["nodes"]}
    for facet in data["found"]["facets"]:
        nesting = facets[facet["facet"]].nesting
        for value in facet["values"]:
            party, concept = value["party"], value["concept"]
            if nesting is Nesting.PARTY:
                assert (party["key"], party["name"]) == (value["value"], names[value["value"]])
            else:
                assert party is None
            expected = labels.get(value["value"]) if nesting is Nesting.TOPIC else None
            assert (concept and concept["label"]) == expected
            assert concept is None or concept["path"] == value["value"]


async def test_labels_cost_a_command_for_all_values(invented: Dataset) -> None:
    query = "{ commitments { facets(by: [TOPIC, PROMISOR]) { values { value %s } } } }"
    await invented.ask(query % "")
    without = len(invented.commands)
    await invented.ask(query % "party { name } concept { label }")
    assert len(invented.commands) == without + 2


async def test_a_wider_topic_takes_the_narrower_ones_by_its_label(invented: Dataset) -> None:
    async def keys(topic: str, prefix: str = "") -> set[Any]:
        data = await invented.ask(
            """query ($topic: String) { commitments(first: 100, filter: {topic: {eq: $topic}}) {
                 nodes { key topics } } }""",
            topic=topic,
        )
        nodes = data["commitments"]["nodes"]
        assert all(
            any(one == topic or one.startswith(f"{topic}/") for one in node["topics"])
            for node in nodes
        )
        return {node["key"] for node in nodes}

    data = await invented.ask('{ concepts(filter: {label: "น้ำ"}) { nodes { path } } }')
    (wide,) = data["concepts"]["nodes"]
    assert await keys(wide["path"]) >= await keys("water/floods")
