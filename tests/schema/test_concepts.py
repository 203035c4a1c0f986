"""Topics as the API shows them: labels in any language, by which they are found."""

from typing import Any

import pytest
from graphql import GraphQLSchema

from store.viewers import ANONYMOUS
from tests.conftest import PROPOSER, empty_dataset
from tests.store.samples import record, write


async def test_labels_in_any_script(invented) -> None:
    data = await invented.ask(
        """{ concept(by: {key: "water.floods"}) { path broader label
               labels { value kind language } }
             concepts { nodes { path broader label thai: label(language: "th") } } }"""
    )
    assert data["concept"] == {
        "path": "water/floods",
        "broader": "water",
        "label": "Floods & high water",
        "labels": [
            {"value": "Floods & high water", "kind": "PREFERRED", "language": "en"},
            {"value": "Flod", "kind": "HIDDEN", "language": "en"},
        ],
    }
    assert data["concepts"]["nodes"] == [
        {
            "path": "water/floods",
            "broader": "water",
            "label": "Floods & high water",
            "thai": "Floods & high water",
        },
        {"path": "water", "broader": None, "label": "Water", "thai": "น้ำ"},
    ]


@pytest.mark.parametrize("label", ["WATER", "น้ำ", "l'eau"])
async def test_a_label_finds_its_topic(invented, label: str) -> None:
    found = await invented.ask(
        "query ($label: String) { concepts(filter: {label: $label}) { nodes { path } } }",
        label=label,
    )
    assert found["concepts"]["nodes"] == [{"path": "water"}]


async def test_a_label_in_place_of_a_path_is_told_the_path(invented) -> None:
    query = "query ($topic: String) { commitments(filter: {topic: {eq: $topic}}) { totalCount } }"

    async def refusal(topic: str) -> Any:
        with pytest.raises(AssertionError) as refused:
            await invented.ask(query, topic=topic)
        return str(refused.value)

    for label in ("น้ำ", "Water", "L'EAU"):
        assert "this is what the topic water is called; give that" in await refusal(label)
    assert "a topic is a path of slugs" in await refusal("Ice!")
    # A path that no record has, and that is called nothing, is refused as ever.
    assert "nothing is about this topic" in await refusal("ice")


async def test_labels_that_readers_may_not_see_are_not_told(
    mongodb_url: str, schema: GraphQLSchema
) -> None:
    hidden = record("concepts", "plans", labels=[{"value": "Secret plans"}], curation="PROPOSED")
    query = '{ commitments(filter: {topic: {eq: "Secret plans"}}) { totalCount } }'
    told = {}
    async with empty_dataset(mongodb_url, "topics", schema) as dataset:
        await write(dataset.database, hidden)
        for viewer in (ANONYMOUS, PROPOSER):
            with pytest.raises(AssertionError) as refused:
                await dataset.seen_by(viewer).ask(query)
            told[viewer] = "the topic plans" in str(refused.value)
    assert told == {ANONYMOUS: False, PROPOSER: True}
